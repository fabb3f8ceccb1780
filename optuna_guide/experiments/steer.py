"""A person's hand on the queue: take back, reorder, stop, fail what hangs.

Every change says what was done, trial by trial: a worker may take a trial at any moment.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.experiments.report import Done, Report, say_trial
from optuna_guide.store.attributes import read_all_trials
from optuna_guide.store.keys import FIXED, MOVED
from optuna_guide.store.queue import add_waiting, cancel_waiting, fail_running
from optuna_guide.store.stops import Stop, save_stop
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

_SILENT = 3.0  # times as long as the longest trial took: then a worker is taken for dead
_AT_LEAST = 10.0  # seconds


def cancel_trials(study: Study, numbers: Iterable[int], *, author: str | None = None) -> Report:
    """Take waiting trials back: they end as failed, and never run.

    Args:
        study: The study.
        numbers: The trials.
        author: Who cancels.

    Returns:
        What became of each: a worker may have taken it meanwhile.

    Raises:
        ValueError: If there is no such trial: nothing is cancelled.
        StoreError: If the storage cannot be written.
    """
    chosen = _choose(study, numbers)
    steps = []
    for trial in chosen:
        outcome = "ended"
        if trial.state == TrialState.RUNNING:
            outcome = "runs"
        elif trial.state == TrialState.WAITING:
            outcome = cancel_waiting(study, trial, author or "somebody")
        words = {"done": "cancelled", "runs": "a worker runs it", "ended": "it is over"}
        steps.append(Done(trial.number, say_trial(trial), words[outcome], outcome == "done"))
    return Report(tuple(steps))


def clear_queue(study: Study, *, author: str | None = None) -> Report:
    """Take all waiting trials back; see `cancel_trials`."""
    waiting = [t.number for t in read_all_trials(study) if t.state == TrialState.WAITING]
    return cancel_trials(study, waiting, author=author)


def reorder_queue(study: Study, numbers: Sequence[int]) -> Report:
    """Let these waiting trials run first, in this order.

    Optuna's queue has no order but that of the numbers: each of them, and those that wait and are
    not named, is cancelled and enqueued anew, under a new number.

    Args:
        study: The study.
        numbers: Waiting trials.

    Returns:
        The new trials, and those that a worker took meanwhile.

    Raises:
        ValueError: If there is no such trial, or it comes twice: nothing is changed.
        StoreError: If the storage cannot be written.
    """
    named = _choose(study, numbers)
    first = [t for t in named if t.state == TrialState.WAITING]
    waiting = [t for t in read_all_trials(study) if t.state == TrialState.WAITING]
    steps = [
        Done(t.number, say_trial(t), "it does not wait", is_done=False)
        for t in named
        if t.state != TrialState.WAITING
    ]
    order = [*first, *(t for t in waiting if t.number not in numbers)]
    if [t.number for t in order] == [t.number for t in waiting]:
        stay = [Done(t.number, say_trial(t), "it is first already", is_done=False) for t in first]
        return Report((*steps, *stay))
    for trial in order:
        outcome = cancel_waiting(study, trial, MOVED)
        if outcome != "done":
            steps.append(Done(trial.number, say_trial(trial), "a worker runs it", is_done=False))
            continue
        number = add_waiting(study, trial.system_attrs.get(FIXED, {}), trial.user_attrs)
        steps.append(Done(number, say_trial(trial), f"moved from trial {trial.number}"))
    return Report(tuple(steps))


def stop(study: Study, *, author: str | None = None) -> Stop:
    """Ask all workers that run now to end after the trial at hand, or after the next one.

    The next one is run where the trial at hand takes less than ten seconds.
    A worker obeys if `GuideCallback` is among its callbacks; `study.optimize` returns then. Runs
    that begin later are not concerned.

    Args:
        study: The study.
        author: Who asks.

    Raises:
        StoreError: If the storage cannot be written.
    """
    return save_stop(study, author or "")


def fail_trial(study: Study, number: int, *, sure: bool = False) -> Report:
    """Fail a trial that runs no more, because its worker died.

    Args:
        study: The study.
        number: The trial.
        sure: Whether the worker is known to be dead. A living one ends with an error when its
            trial is failed: where nothing is said, a trial is only failed after three times the
            time of the longest one.

    Returns:
        What became of it.

    Raises:
        ValueError: If there is no such trial, it does not run, or its worker may be alive.
        StoreError: If the storage cannot be written.
    """
    (trial,) = _choose(study, [number])
    if trial.state != TrialState.RUNNING:
        raise ValueError(f"Trial {number} does not run: it is {trial.state.name.lower()}.")
    if not sure and not is_silent(trial, read_all_trials(study)):
        raise ValueError(
            f"The worker of trial {number} may be alive, and would end with an error: "
            "pass sure=True if it is dead."
        )
    outcome = fail_running(study, trial)
    word = "failed" if outcome == "done" else "it is over"
    return Report((Done(number, say_trial(trial), word, outcome == "done"),))


def is_silent(trial: FrozenTrial, trials: Sequence[FrozenTrial]) -> bool:
    """Whether a running trial takes so long that its worker must be dead."""
    seconds = [t.duration.total_seconds() for t in trials if t.duration is not None]
    if trial.datetime_start is None or not seconds:
        return False
    return time.time() - trial.datetime_start.timestamp() > max(_SILENT * max(seconds), _AT_LEAST)


def _choose(study: Study, numbers: Iterable[int]) -> list[FrozenTrial]:
    wanted = list(numbers)
    by_number = read_snapshot(study).by_number
    unknown = [n for n in wanted if n not in by_number or isinstance(n, bool)]
    if unknown:
        raise ValueError(f"Study {study.study_name!r} has no trial {unknown[0]!r}.")
    if len(set(wanted)) < len(wanted):
        raise ValueError(f"A trial comes twice among {wanted}.")
    return [by_number[n] for n in wanted]
