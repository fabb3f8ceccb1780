"""The region that a person, or a model, set for the coming trials.

A set of attributes, one entry each. The valid entry with the largest version counts, so that a
region is set by a single write, and what somebody else left in its place is passed over. Who wrote
looks again: where two took the same place or the same version, one of them writes anew.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.attributes import (
    MAX_BYTES,
    StoreError,
    jitter,
    read_attributes,
    read_softly,
    write_attribute,
)
from optuna_guide.store.keys import REGIONS
from optuna_guide.store.records import read_records, write_record

if TYPE_CHECKING:
    from optuna import Study

MAX_ENTRIES = 32
ATTEMPTS = 20
PAUSE = 0.05  # seconds, at most, between attempts


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


def save_region(study: Study, entry: RegionEntry) -> RegionEntry:
    """Set the region of a study; every worker sees it from its next trial on.

    Returns:
        The entry with its version and time.

    Raises:
        StoreError: If the region is too big for one attribute, or the storage cannot be written.
    """
    attributes = read_attributes(study)
    key = _free_key(attributes)
    for _ in range(ATTEMPTS):
        entry = replace(
            entry,
            version=1 + max((e.version for k, e in _entries(attributes) if k != key), default=0),
            at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
        )
        text = _write(entry)
        write_attribute(study, key, text)
        attributes = read_attributes(study)
        if attributes.get(key) != text:
            key = _free_key(attributes)  # somebody else took it at the same time
        elif all(k == key for k, e in _entries(attributes) if e.version == entry.version):
            return entry
        time.sleep(jitter(0.0, PAUSE))
    raise StoreError(
        f"Could not set the region of study {study.study_name!r}: others set theirs all the time."
    )


def load_region(study: Study) -> RegionEntry | None:
    """The entry that counts, paused and cleared ones as well; None where none was set."""
    return newest_region(read_softly(study))


def region_history(study: Study) -> tuple[RegionEntry, ...]:
    """The last 32 entries, oldest first."""
    return read_region_history(read_softly(study))


def newest_region(attributes: Mapping[str, Any]) -> RegionEntry | None:
    """The entry that counts, from attributes that were read already."""
    past = read_region_history(attributes)
    return past[-1] if past else None


def read_region_history(attributes: Mapping[str, Any]) -> tuple[RegionEntry, ...]:
    """The entries, oldest first, from attributes that were read already."""
    return tuple(entry for _, entry in _entries(attributes))


def standing_entries(attributes: Mapping[str, Any]) -> list[RegionEntry]:
    """The entries that were not undone, oldest first: what the last one says holds."""
    standing: list[RegionEntry] = []
    for entry in read_region_history(attributes):
        if entry.restores is None:
            standing.append(entry)
        else:
            standing = [e for e in standing if e.version <= entry.restores]
    return standing


def _entries(attributes: Mapping[str, Any]) -> list[tuple[str, RegionEntry]]:
    """Key and entry, oldest first."""
    found = read_records(RegionEntry, attributes, REGIONS)
    return sorted(found.items(), key=lambda pair: (pair[1].version, pair[0]))


def _free_key(attributes: Mapping[str, Any]) -> str:
    """An unused key, any of them; else that of the oldest entry."""
    keys = [f"{REGIONS}{k}" for k in range(MAX_ENTRIES)]
    taken = dict(_entries(attributes))
    unused = [key for key in keys if key not in taken]
    return SystemRandom().choice(unused) if unused else next(key for key in taken if key in keys)


def _write(entry: RegionEntry) -> str:
    text = write_record(entry)
    if len(text) > MAX_BYTES // 2:  # quotes and backslashes double in the storage
        raise StoreError(
            f"The region of {len(entry.region)} parameters takes {len(text)} characters, "
            f"at most {MAX_BYTES // 2} are kept: leave out parameters or shorten the comment."
        )
    return text
