"""The region that a person, or a model, set for the coming trials: the newest entry counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.attributes import read_softly
from optuna_guide.store.keys import REGIONS
from optuna_guide.store.ring import Ring

if TYPE_CHECKING:
    from optuna import Study

MAX_ENTRIES = 32


@dataclass(frozen=True)
class RegionEntry:
    """A region that was set, paused or cleared, and by whom.

    Attributes:
        region: Parameter to the range that sampling keeps to, internal values.
        source: Who decided: ``"person"``, ``"model"``, or what else set it.
        author: Name of the person.
        comment: Why.
        paused: The region is kept but not applied.
        cleared: There is no region any more.
        restores: Version of the earlier entry that an undo went back to, 0 = none; None where
            this is no undo.
        at: ISO time in UTC; set when it is saved.
        version: Counts the entries of a study, from 1; set when it is saved.
    """

    region: Mapping[str, Intervals | Choices]
    source: str = "person"
    author: str | None = None
    comment: str | None = None
    paused: bool = False
    cleared: bool = False
    restores: int | None = None
    at: str = ""
    version: int = 0


_RING = Ring(RegionEntry, REGIONS, MAX_ENTRIES, "region")


def save_region(study: Study, entry: RegionEntry) -> RegionEntry:
    """Set the region of a study; every worker sees it from its next trial on.

    Returns:
        The entry with its version and time.

    Raises:
        StoreError: If the region is too big for one attribute, or the storage cannot be written.
    """
    return _RING.add(study, entry)


def load_region(study: Study) -> RegionEntry | None:
    """The entry that counts, paused and cleared ones as well; None where none was set."""
    return newest_region(read_softly(study, REGIONS))


def region_history(study: Study) -> tuple[RegionEntry, ...]:
    """The last 32 entries, oldest first."""
    return read_region_history(read_softly(study, REGIONS))


def newest_region(attributes: Mapping[str, Any]) -> RegionEntry | None:
    """The entry that counts, from attributes that were read already."""
    past = read_region_history(attributes)
    return past[-1] if past else None


def read_region_history(attributes: Mapping[str, Any]) -> tuple[RegionEntry, ...]:
    """The entries, oldest first, from attributes that were read already."""
    return _RING.read(attributes)


def standing_entries(attributes: Mapping[str, Any]) -> list[RegionEntry]:
    """The entries that were not undone, oldest first: what the last one says holds."""
    standing: list[RegionEntry] = []
    for entry in read_region_history(attributes):
        if entry.restores is None:
            standing.append(entry)
        else:
            standing = [e for e in standing if e.version <= entry.restores]
    return standing
