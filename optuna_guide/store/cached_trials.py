"""Trials as Optuna's caches have them, and what to do where those are of a study which is gone.

The cache in front of a database never forgets a trial, and SQLite gives the number of a deleted
study to the next one: a server that runs for days would show trials of both, and deleted ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna.storages._cached_storage import _CachedStorage

from optuna_guide.store.queries import count_trials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial


def read_cached(study: Study) -> list[FrozenTrial]:
    """All trials, as Optuna has read them for the running trial already; not to be changed."""
    return study._get_trials(deepcopy=False, use_cache=True)


def read_anew(study: Study) -> list[FrozenTrial]:
    """All trials, also those that others began since the running one; not to be changed."""
    return study._get_trials(deepcopy=False, use_cache=False)


def is_stale(storage: BaseStorage, study_id: int, trials: Sequence[FrozenTrial]) -> bool:
    """Whether the database itself has fewer trials than these, or another one as the first."""
    if not trials or not isinstance(storage, _CachedStorage):
        return False
    try:
        found = storage._backend.get_trial(trials[0]._trial_id)
    except KeyError:
        return True
    is_other = found.datetime_start != trials[0].datetime_start
    return bool(is_other) or count_trials(storage, study_id) < len(trials)


def forget_trials(storage: BaseStorage, study_id: int) -> None:
    """Let a storage with a cache read the trials of a study anew; others keep none."""
    if not isinstance(storage, _CachedStorage):  # the studies of one in memory are no copies
        return
    cached: Any = storage
    with cached._lock:
        known = cached._studies.pop(study_id, None)
        for number in known.trials if known is not None else ():
            trial_id = cached._study_id_and_number_to_trial_id.pop((study_id, number), None)
            cached._trial_id_to_study_id_and_number.pop(trial_id, None)
