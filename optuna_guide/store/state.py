"""Everything that a sampler needs at a trial, in one query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import read_softly
from optuna_guide.store.regions import RegionEntry, newest_region
from optuna_guide.store.versions import Head, current_head, decode_guidance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study

    from optuna_guide.guidance import Guidance


@dataclass(frozen=True)
class State:
    """The region that somebody set, and the head of the newest guidance.

    Attributes:
        region: None where none was ever set.
        head: None where nothing is stored.
    """

    region: RegionEntry | None
    head: Head | None
    _attributes: Mapping[str, Any] = field(repr=False, compare=False)

    def load_guidance(self) -> Guidance | None:
        """The guidance of ``head``, from what was read already: decoding, no query."""
        return decode_guidance(self._attributes)


def read_state(study: Study) -> State:
    """Read it, in one query; empty where the storage cannot be read."""
    attributes = read_softly(study)
    return State(newest_region(attributes), current_head(attributes), attributes)
