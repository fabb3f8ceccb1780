"""Where each trial stands among all others: columns that may change whenever one is added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.domain.cells import N_BINS, Cells, cut_attribute, cut_param
from optuna_guide.study import fronts, provenance, targets
from optuna_guide.study.brackets import infer_brackets
from optuna_guide.study.trial_values import STATES
from optuna_guide.study.within import compare_within

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.columns import Columns

MAX_CHOICES = 6  # cells of choices


def violations(columns: Columns) -> FloatArray:
    """``(n_trials,)`` 0 = feasible, as is a trial that did not end and tells no constraint."""
    told = columns.numbers["violation"]
    is_open = columns.numbers["state"] != STATES.index("COMPLETE")
    judged = fronts.violations_of(told, columns.usable)
    return np.where(np.isnan(told) & is_open, 0.0, judged)


@dataclass(frozen=True, eq=False)
class Standing:
    """A target of all trials.

    Attributes:
        title: Its name, and within what its values are given.
        values: ``(n_trials,)`` in its own units, or within its context; NaN = missing.
        ranks: ``(n_trials,)`` 0 = the best, the earlier trial before its equals; -1 = none.
        hangs_on_others: Whether a value may change whenever a trial is added.
    """

    title: str
    values: FloatArray
    ranks: npt.NDArray[np.int32]
    hangs_on_others: bool


def read_standing(columns: Columns, about: dict[str, Any]) -> Standing:
    """One of `Columns.targets`, as `targets.read_target` gives it for the trials of a table."""
    usable, name, direction = columns.usable, about["name"], about["direction"]
    losses, violated = _losses(columns), violations(columns)
    values = np.full(len(columns), np.nan)
    if about["kind"] == "pareto_rank":
        values[usable] = fronts.pareto_rank(losses[usable], violated[usable])
    else:
        values = columns.target_values(about)
    known = usable & np.isfinite(values)
    loss = np.where(known, -values if direction == "maximize" else values, np.nan)
    if about["kind"] == "objective":
        k = [objective for objective, _ in columns.objectives].index(name)
        loss[known] = fronts.objective_loss(losses[known], k, violated[known])
    within = None
    if columns.contexts.names:
        within = compare_within(columns.contexts, np.where(known, values, np.nan), known)
    if within is None or within.how is None:
        title = targets.titled(name, about["kind"])
        return Standing(title, values, _ranks(loss), about["kind"] == "pareto_rank")
    if about["kind"] == "pareto_rank":
        within = replace(within, how="ranks")
        values, loss = np.full((2, len(columns)), np.nan)
        for group in range(len(within.labels)):
            rows = known & (within.groups == group)
            values[rows] = loss[rows] = fronts.pareto_rank(losses[rows], violated[rows])
    else:
        values, loss = targets.within_values(within, values, loss, direction, known)
    given = wording.within(within.how or "ranks", within.names)
    title = targets.titled(name, about["kind"], given)
    return Standing(title, values, _ranks(loss), True)


def _ranks(loss: FloatArray) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` place by the loss; -1 = NaN."""
    rows = np.flatnonzero(np.isfinite(loss))
    found = np.full(len(loss), -1, dtype=np.int32)
    found[rows[np.argsort(loss[rows], kind="stable")]] = np.arange(len(rows))
    return found


def ranks_behind(columns: Columns, about: dict[str, Any]) -> bool:
    """Whether infeasible trials rank behind all others by this target."""
    is_single = about["kind"] == "objective" and len(columns.objectives) == 1
    is_ranked = is_single or about["kind"] == "pareto_rank"
    return is_ranked and bool((violations(columns)[columns.usable] > 0).any())


def cells(columns: Columns, name: str) -> Cells:
    """A parameter cut into cells that were tried; -1 = inactive, or not complete."""
    column = np.where(columns.usable, columns.params[name], np.nan)
    return cut_param(name, columns.space[name], column, max_choices=MAX_CHOICES)


def target_cells(columns: Columns, about: dict[str, Any], values: FloatArray) -> Cells:
    """The same of a target."""
    column = np.where(columns.usable, values, np.nan)
    return cut_attribute(about["name"], column, N_BINS)


def batches(columns: Columns) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` from 0; -1 = did not start."""
    start, seconds = columns.numbers["start"], columns.numbers["seconds"]
    return provenance.infer_batches(start, start + seconds).astype(np.int32)


def brackets(columns: Columns) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` Hyperband brackets from 0; -1 = unknown."""
    rows = np.flatnonzero(columns.numbers["rung"] >= 0)
    inferred = infer_brackets(columns.numbers["rung_steps"][rows].tolist())
    found = np.full(len(columns), -1, dtype=np.int32)
    found[rows] = np.nan_to_num(inferred, nan=-1.0)
    return found


def _losses(columns: Columns) -> FloatArray:
    signs = np.where([maximised for _, maximised in columns.objectives], -1.0, 1.0)
    losses: FloatArray = columns.values * signs
    return losses
