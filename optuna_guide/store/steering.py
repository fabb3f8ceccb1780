"""What steers a trial: read in one query before it, and known until it has ended.

`GuidedSampler` reads it for the region of a trial, its base for what is believed. Where the trial
did not take long, `GuideCallback` finds the stop in the same reading, and asks nothing of its own;
after a longer one it reads all again, and the next trial goes by that.
"""

from __future__ import annotations

import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import StoreError, read_attributes, warn_unread, written_at
from optuna_guide.store.keys import BELIEFS, OF_TRIALS, PROPOSALS, REGIONS, STOP
from optuna_guide.store.storages import id_of, storage_of, trial_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

KNOWN = 10.0  # seconds, at most, by which a stop may be overlooked: it ends the next trial then
NEXT = 0.2  # seconds within which a trial begins after another one

_here = threading.local()  # a trial is begun and ended in one thread


@dataclass(frozen=True)
class _Steering:
    """What was read for a trial, or, once one had ended, for the next one (``trial_id`` None)."""

    storage: weakref.ref[BaseStorage]
    study_id: int
    trial_id: int | None
    read_at: float  # on the monotonic clock
    found: Mapping[str, Any]

    def is_for(self, study: Study, trial_id: int | None) -> bool:
        is_same = self.study_id == id_of(study) and self.storage() is storage_of(study)
        return is_same and self.trial_id == trial_id


def read_steering(study: Study, trial: FrozenTrial) -> Mapping[str, Any]:
    """Regions, beliefs, proposals, the stop, and how trials are to be read.

    Empty where the storage cannot be read: one warning says why.
    """
    last = _last()
    if last is not None and last.is_for(study, None) and _is_newest(last):
        _remember(study, trial, last.read_at, last.found)
        return last.found
    try:
        return _read(study, trial)
    except StoreError as error:
        warn_unread(error)
        return {}


def known_steering(study: Study, trial: FrozenTrial) -> Mapping[str, Any] | None:
    """What this thread read for the trial, at most ten seconds ago; None where it did not."""
    last = _last()
    if last is None or not last.is_for(study, trial_id_of(trial)):
        return None
    return last.found if time.monotonic() - last.read_at < KNOWN else None


def read_after(study: Study, trial: FrozenTrial) -> Mapping[str, Any]:
    """The stop, once a trial has ended: with all else where the next trial goes by that, too.

    Raises:
        StoreError: If the storage cannot be read.
    """
    last = _last()
    if last is None or not last.is_for(study, trial_id_of(trial)):
        return read_attributes(study, STOP)
    return _read(study, None)


def _read(study: Study, trial: FrozenTrial | None) -> Mapping[str, Any]:
    _here.reading = None
    read_at = time.monotonic()
    found = read_attributes(study, REGIONS, BELIEFS, PROPOSALS, STOP, *OF_TRIALS)
    _remember(study, trial, read_at, found)
    return found


def _remember(
    study: Study, trial: FrozenTrial | None, read_at: float, found: Mapping[str, Any]
) -> None:
    trial_id = None if trial is None else trial_id_of(trial)
    storage = weakref.ref(storage_of(study))
    _here.reading = _Steering(storage, id_of(study), trial_id, read_at, found)


def _last() -> _Steering | None:
    return getattr(_here, "reading", None)


def _is_newest(reading: _Steering) -> bool:
    """Whether it was read just now, and nothing was written here since, as by another callback."""
    return written_at() < reading.read_at and time.monotonic() - reading.read_at < NEXT
