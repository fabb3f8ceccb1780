"""Checks of the search that were flagged when the stored guidance was fitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import MAX_BYTES, write_attribute
from optuna_guide.store.keys import CHECKS
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from optuna import Study


@dataclass(frozen=True)
class _Flagged:
    version: int
    sentences: Mapping[str, str]


def save_flagged(
    study: Study, attributes: Mapping[str, Any], version: int, sentences: Mapping[str, str]
) -> None:
    """Keep what was flagged; nothing is written where nothing is and was.

    Args:
        study: The study.
        attributes: Its system attributes as they were read before the fit.
        version: Of the guidance that was fitted to the same trials.
        sentences: Name of a check to what was found.

    Raises:
        StoreError: If the storage cannot be written.
    """
    if not sentences and CHECKS not in attributes:
        return
    text = write_record(_Flagged(version, sentences))
    if 2 * len(text) <= MAX_BYTES:  # quotes and backslashes double in the storage
        write_attribute(study, CHECKS, text)


def read_flagged(attributes: Mapping[str, Any], version: int) -> Mapping[str, str]:
    """Name of a check to what was found, when this version was fitted."""
    found = read_record(_Flagged, attributes.get(CHECKS))
    return found.sentences if found is not None and found.version == version else {}
