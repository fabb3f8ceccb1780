"""The trial, and the parameters, that a person names."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from optuna.trial import FrozenTrial, TrialState

from optuna_guide.domain.parsing import as_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna_guide.experiments.basis import Basis


def find_trial(basis: Basis, trial: int | FrozenTrial, *, complete: bool = True) -> FrozenTrial:
    """The trial of the study that is meant.

    Args:
        basis: The study.
        trial: Its number, or the trial itself.
        complete: Whether it has to have a value to compare with.

    Raises:
        ValueError: If the study has no such trial, or it has no value.
    """
    snapshot = basis.snapshot
    number = trial if isinstance(trial, int) else trial.number
    found = snapshot.by_number.get(number)
    if found is None or isinstance(trial, bool):
        last = max(snapshot.by_number, default=None)
        has = "it has none yet" if last is None else f"the last one is {last}"
        raise ValueError(f"Study {snapshot.study_name!r} has no trial {number}: {has}.")
    if isinstance(trial, FrozenTrial) and not _is_same(trial, found):
        raise ValueError(
            f"Trial {number} is of another study than {snapshot.study_name!r}: "
            "pass one of its trials, or a number."
        )
    if complete and found.number not in basis.values:
        raise ValueError(f"Trial {number} {_why_not(found)}: choose one with a finite value.")
    return found


def find_groups(wanted: str | Iterable[str], basis: Basis) -> list[tuple[str, ...]]:
    """Parameters that each name, or pattern such as ``layer2_*``, stands for.

    Raises:
        ValueError: If one stands for none.
    """
    groups = []
    for text in as_names(wanted):
        exact = (text,) if text in basis.space else ()
        groups.append(exact or tuple(n for n in basis.space if fnmatchcase(n, text)))
        if not groups[-1]:
            known = ", ".join(sorted(basis.space)) or "none: run a trial first"
            raise ValueError(f"There is no parameter {text!r}; the study has seen: {known}.")
    return groups


def _is_same(one: FrozenTrial, other: FrozenTrial) -> bool:
    return one.datetime_start == other.datetime_start and (
        one.params == other.params or not one.state.is_finished()
    )


def _why_not(trial: FrozenTrial) -> str:
    words = {
        TrialState.RUNNING: "still runs",
        TrialState.WAITING: "still waits",
        TrialState.FAIL: "failed",
        TrialState.PRUNED: "was pruned",
    }
    return words.get(trial.state, "has no value that can be used")
