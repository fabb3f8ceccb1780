"""The trials that wait, and those that run, as a storage lets somebody else touch them.

Optuna offers no public way to take a trial back, nor to know the number of one that was enqueued.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState, create_trial

from optuna_guide.store.attributes import StoreError, retry
from optuna_guide.store.keys import CANCELLED, FIXED
from optuna_guide.store.storages import id_of, storage_of, trial_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.trial import FrozenTrial

Outcome = Literal["done", "runs", "ended"]


def add_waiting(study: Study, params: Mapping[str, Any], user_attrs: Mapping[str, Any]) -> int:
    """Enqueue a trial; returns its number.

    Raises:
        StoreError: If the storage cannot be written.
    """
    waiting = create_trial(
        state=TrialState.WAITING,
        system_attrs={FIXED: dict(params)},
        user_attrs=dict(user_attrs),
    )

    storage, what = storage_of(study), f"enqueue a trial in study {study.study_name!r}"
    trial_id = retry(lambda: storage.create_new_trial(id_of(study), waiting), what)
    return retry(lambda: storage.get_trial(trial_id).number, what)


def cancel_waiting(study: Study, trial: FrozenTrial, author: str) -> Outcome:
    """Fail a waiting trial before any worker takes it; whoever sets it running first has it.

    Returns:
        What became of it: ``"runs"`` where a worker was faster, ``"ended"`` where it is over.

    Raises:
        StoreError: If the storage cannot be written.
    """
    storage, trial_id = storage_of(study), trial_id_of(trial)
    what = f"cancel trial {trial.number} of study {study.study_name!r}"
    try:
        if not retry(lambda: storage.set_trial_state_values(trial_id, TrialState.RUNNING), what):
            return "runs"
        retry(lambda: storage.set_trial_user_attr(trial_id, CANCELLED, author), what)
        retry(lambda: storage.set_trial_state_values(trial_id, TrialState.FAIL), what)
    except StoreError as error:
        if isinstance(error.__cause__, UpdateFinishedTrialError):
            return "ended"
        raise
    return "done"


def mark_running(study: Study, trial: FrozenTrial, key: str, value: Any) -> None:
    """Keep a user attribute with a trial that runs.

    Raises:
        StoreError: If the storage cannot be written, or the trial ended meanwhile.
    """
    storage, what = storage_of(study), f"write to trial {trial.number} of {study.study_name!r}"
    retry(lambda: storage.set_trial_user_attr(trial_id_of(trial), key, value), what)


def fail_running(study: Study, trial: FrozenTrial) -> Outcome:
    """Fail a running trial: a worker that still lives ends with an error.

    Raises:
        StoreError: If the storage cannot be written.
    """
    storage, what = storage_of(study), f"fail trial {trial.number} of study {study.study_name!r}"
    try:
        retry(lambda: storage.set_trial_state_values(trial_id_of(trial), TrialState.FAIL), what)
    except StoreError as error:
        if isinstance(error.__cause__, UpdateFinishedTrialError):
            return "ended"
        raise
    return "done"
