"""Trials that are run by whoever asks, one by one, without an objective function."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from optuna.distributions import CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide.experiments.basis import read_basis
from optuna_guide.experiments.branches import is_active
from optuna_guide.experiments.naming import find_trial
from optuna_guide.store.keys import ASKED, FIXED, TOLD
from optuna_guide.store.queue import mark_running
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.distributions import BaseDistribution, FloatDistribution

    from optuna_guide.experiments.basis import Basis


@dataclass(frozen=True)
class RunningTrial:
    """A trial that was begun.

    Attributes:
        number: Its number.
        params: Its values, as told to Optuna.
        was_enqueued: Whether it waited in the queue.
    """

    number: int
    params: Mapping[str, Any]
    was_enqueued: bool


def ask(
    study: Study, basis: Basis | None = None, *, author: str = "", comment: str = ""
) -> RunningTrial:
    """Begin a trial with all parameters that the objective of earlier trials would ask for.

    What waits in the queue comes first; the study's sampler draws the rest.

    Args:
        study: The study.
        basis: A reading of it.
        author: Who asks, kept with the trial.
        comment: Why.

    Raises:
        ValueError: If no trial tells which parameters there are.
    """
    basis = basis or read_basis(study)
    if not basis.space:
        raise ValueError("No trial tells which parameters there are: run one with an objective.")
    trial = study.ask()
    try:
        _draw(trial, basis)
    except ValueError as error:
        study.tell(trial, state=TrialState.FAIL)
        raise ValueError(f"Trial {trial.number} cannot be run, and failed: {error}") from error
    trial.set_user_attr(ASKED, {"author": author, "comment": comment})
    fixed = read_snapshot(study).by_number[trial.number].system_attrs.get(FIXED)
    return RunningTrial(trial.number, trial.params, bool(fixed))


def tell(
    study: Study,
    number: int,
    values: Sequence[float] | None,
    state: TrialState = TrialState.COMPLETE,
    *,
    author: str = "",
) -> TrialState:
    """End a running trial, and keep with it who said so; gives its state.

    Args:
        study: The study.
        number: The trial.
        values: A finite value for each objective; None where it failed or was pruned.
        state: How it ended.
        author: Who tells.

    Raises:
        ValueError: If there is no such running trial, or the values are not what the study needs:
            the trial runs on.
    """
    trial = find_trial(read_basis(study), number, complete=False)
    if trial.state != TrialState.RUNNING:
        raise ValueError(f"Trial {number} does not run: it is {trial.state.name.lower()}.")
    n = len(study.directions)
    if state == TrialState.COMPLETE:
        if values is None or len(values) != n or not all(map(math.isfinite, values)):
            raise ValueError(f"A complete trial has {n} finite values, not {values!r}.")
    elif values:
        raise ValueError(f"A trial that is {state.name.lower()} has no values: leave them out.")
    mark_running(study, trial, TOLD, author)
    study.tell(number, list(values) if values else None, state)
    return state


def _draw(trial: Trial, basis: Basis) -> None:
    """Suggest every parameter that is active, those that decide about others first."""
    internal: dict[str, float] = {}
    left = list(basis.space)
    while ready := [name for name in left if is_active(name, internal, basis.where)]:
        for name in ready:
            told = _suggest(trial, name, basis.declared.domains[name].newest)
            internal[name] = float(basis.space[name].to_internal_repr(told))
            left.remove(name)


def _suggest(trial: Trial, name: str, distribution: BaseDistribution) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return trial.suggest_categorical(name, distribution.choices)
    if isinstance(distribution, IntDistribution):
        d = distribution
        return trial.suggest_int(name, d.low, d.high, step=d.step, log=d.log)
    f = cast("FloatDistribution", distribution)
    return trial.suggest_float(name, f.low, f.high, step=f.step, log=f.log)
