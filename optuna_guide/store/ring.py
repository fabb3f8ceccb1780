"""A bounded number of entries kept with a study, one attribute each.

The valid entry with the largest version counts as the newest, so that an entry is added by a
single write, and what somebody else left in its place is passed over. Who wrote looks again: where
two took the same place or the same version, one of them writes anew.
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

ATTEMPTS = 20
PAUSE = 0.05  # seconds, at most, between attempts
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
        """Add an entry, the newest one from now on; returns it with its version and time.

        Raises:
            StoreError: If it is too big for one attribute, or the storage cannot be written.
        """
        attributes = read_attributes(study, self.prefix)
        key = self._free_key(attributes)
        for _ in range(ATTEMPTS):
            others = (e.version for k, e in self._entries(attributes) if k != key)
            numbered: Any = replace(
                entry,  # type: ignore[type-var]  # a dataclass, by what `kind` is
                version=1 + max(others, default=0),
                at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            )
            text = self._write(numbered)
            write_attribute(study, key, text)
            if is_shared(study):
                time.sleep(SETTLE)
            attributes = read_attributes(study, self.prefix)
            found = self._entries(attributes)
            if attributes.get(key) != text:
                key = self._free_key(attributes)  # somebody else took it at the same time
            elif all(k == key for k, e in found if e.version == numbered.version):
                added: T = numbered
                return added
            time.sleep(jitter(0.0, PAUSE))
        raise StoreError(
            f"Could not set the {self.noun} of study {study.study_name!r}: "
            "others set theirs all the time."
        )

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
