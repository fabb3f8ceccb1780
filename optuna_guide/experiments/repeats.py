"""The same trial again: the noise that differences are measured against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.candidates import Experiment, make_candidates
from optuna_guide.experiments.enqueueing import check_count
from optuna_guide.experiments.naming import find_trial

if TYPE_CHECKING:
    from optuna import Study


def repeat(basis: Basis, number: int, n: int) -> Experiment:
    """``n`` times the same trial again, to see its noise.

    Args:
        basis: The study.
        number: A complete trial.
        n: How many times, 1 to 200.

    Raises:
        ValueError: If the trial has no value, or ``n`` is out of its range.
    """
    check_count(n)
    trial = find_trial(basis, number)
    (made,) = make_candidates(basis, "repeat", trial.number, [(basis.params_of(trial), None)])
    return Experiment(
        kind="repeat",
        parent=trial.number,
        value=basis.values[trial.number],
        target=basis.target,
        direction=basis.goal.direction,
        candidates=(made,) * n,
    )


def create_repeats(study: Study, trial: int, n: int = 3) -> Experiment:
    """The same complete trial ``n`` times again, to see its noise; pass it to `enqueue`.

    Args:
        study: The study.
        trial: Its number.
        n: How many times, 1 to 200.

    Raises:
        ValueError: If the trial has no value, or ``n`` is out of its range.
    """
    return repeat(read_basis(study), trial, n)
