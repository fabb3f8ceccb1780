"""What steers a trial: read in one query before it, and known until it has ended.

`GuidedSampler` reads it for the region of a trial, its base for what is believed. Where the trial
did not take long, `GuideCallback` finds the stop in the same reading, and asks nothing of its own.
"""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import StoreError, read_attributes, warn_unread
from optuna_guide.store.keys import BELIEFS, OF_TRIALS, PROPOSALS, REGIONS, STOP
from optuna_guide.store.storages import storage_of, trial_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.trial import FrozenTrial

KNOWN = 10.0  # seconds, at most, by which a stop may be overlooked: it ends the next trial then

_here = threading.local()  # a trial is begun and ended in one thread


def read_steering(study: Study, trial: FrozenTrial) -> Mapping[str, Any]:
    """Regions, beliefs, proposals, the stop, and how trials are to be read.

    Empty where the storage cannot be read: one warning says why.
    """
    _here.reading = None
    read_at = time.monotonic()
    try:
        found = read_attributes(study, REGIONS, BELIEFS, PROPOSALS, STOP, *OF_TRIALS)
    except StoreError as error:
        warn_unread(error)
        return {}
    _here.reading = weakref.ref(storage_of(study)), trial_id_of(trial), read_at, found
    return found


def known_steering(study: Study, trial: FrozenTrial) -> Mapping[str, Any] | None:
    """What this thread read for the trial, at most ten seconds ago; None where it did not."""
    reading = getattr(_here, "reading", None)
    if reading is None:
        return None
    storage, trial_id, read_at, found = reading
    is_same = storage() is storage_of(study) and trial_id == trial_id_of(trial)
    return found if is_same and time.monotonic() - read_at < KNOWN else None
