"""A bounded number of entries kept with a study, one attribute each.

The valid entry with the largest version counts as the newest, so that an entry is added by a
single write, and what somebody else left in its place is passed over. Who wrote looks again: where
several took the same place or the same version, each waits for a random time, twice as long after
each attempt, and those that are still in conflict then write anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from optuna_guide.store.attributes import (
    MAX_BYTES,
    StoreError,
    is_shared,
    jitter,
    read_attributes,
    write_attribute,
)
from optuna_guide.store.records import read_records, write_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study

ATTEMPTS = 12
PAUSE = 0.1  # seconds, at most, after the first attempt; twice as many after each further one
MAX_PAUSE = 2.0
SETTLE = 0.05  # seconds in which others write who chose the same place
T = TypeVar("T")


@dataclass(frozen=True)
class Ring(Generic[T]):
    """Where entries of one kind are kept.

    Attributes:
        kind: A frozen dataclass with ``at`` and ``version``.
        prefix: How the keys begin.
        size: Number of entries that are kept; the oldest one makes place.
        noun: What an entry is called in errors.
    """

    kind: type[T]
    prefix: str
    size: int
    noun: str

    def add(self, study: Study, entry: T) -> T:
        """Add an entry, newer than all that were there; returns it with its version and time.

        Raises:
            StoreError: If it is too big for one attribute, or the storage cannot be written.
        """
        attributes = read_attributes(study, self.prefix)
        key = self._free_key(attributes)
        for attempt in range(ATTEMPTS):
            others = (e.version for k, e in self._entries(attributes) if k != key)
            added: Any = replace(
                entry,  # type: ignore[type-var]  # a dataclass, by what `kind` is
                version=1 + max(others, default=0),
                at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            )
            text = self._write(added)
            write_attribute(study, key, text)
            for pause in (SETTLE, jitter(0.0, min(PAUSE * 2**attempt, MAX_PAUSE))):
                if is_shared(study):
                    time.sleep(pause)
                attributes = read_attributes(study, self.prefix)
                if self._stands(attributes, key, text, added.version):
                    stands: T = added
                    return stands
            if attributes.get(key) != text:
                key = self._free_key(attributes)  # somebody else took it at the same time
        raise StoreError(
            f"Could not set the {self.noun} of study {study.study_name!r}: "
            "others set theirs all the time."
        )

    def _stands(self, attributes: Mapping[str, Any], key: str, text: str, version: int) -> bool:
        """Whether an entry is in its place, and nobody else has its version."""
        own = {k for k, e in self._entries(attributes) if e.version == version}
        return attributes.get(key) == text and own == {key}

    def read(self, attributes: Mapping[str, Any]) -> tuple[T, ...]:
        """The entries, oldest first, from attributes that were read already."""
        return tuple(entry for _, entry in self._entries(attributes))

    def _entries(self, attributes: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """Key and entry, oldest first."""
        found: dict[str, Any] = read_records(self.kind, attributes, self.prefix)
        return sorted(found.items(), key=lambda pair: (pair[1].version, pair[0]))

    def _free_key(self, attributes: Mapping[str, Any]) -> str:
        """An unused key, any of them; else that of the oldest entry."""
        keys = [f"{self.prefix}{k}" for k in range(self.size)]
        taken = dict(self._entries(attributes))
        unused = [key for key in keys if key not in taken]
        return SystemRandom().choice(unused) if unused else next(k for k in taken if k in keys)

    def _write(self, entry: Any) -> str:
        text = write_record(entry)
        if len(text) > MAX_BYTES // 2:  # quotes and backslashes double in the storage
            raise StoreError(
                f"The {self.noun} takes {len(text)} characters, at most {MAX_BYTES // 2} are "
                "kept: leave out parameters or shorten the comment."
            )
        return text
