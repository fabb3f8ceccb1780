"""Where each trial stands among all others: columns that may change whenever one is added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.cells import N_BINS, Cells, cut_attribute, cut_param
from optuna_guide.study import provenance, targets
from optuna_guide.study.brackets import infer_brackets
from optuna_guide.study.declared import are_inside
from optuna_guide.study.trial_values import STATES

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.columns import Columns

MAX_CHOICES = 6  # cells of choices


def is_usable(columns: Columns) -> npt.NDArray[np.bool_]:
    """``(n_trials,)`` flags of the trials that a table takes: finite values, inside the space."""
    params = np.column_stack([*columns.params.values(), np.empty((len(columns), 0))])
    finite = np.isfinite(columns.values).all(axis=1)
    usable: npt.NDArray[np.bool_] = (
        finite & columns.has_newest_kinds & are_inside(columns.space, params)
    )
    return usable


def violations(columns: Columns) -> FloatArray:
    """``(n_trials,)`` 0 = feasible, as is a trial that did not end and tells no constraint."""
    told = columns.numbers["violation"]
    is_open = columns.numbers["state"] != STATES.index("COMPLETE")
    judged = targets.violations_of(told, is_usable(columns))
    return np.where(np.isnan(told) & is_open, 0.0, judged)


def target_values(columns: Columns, about: dict[str, Any]) -> FloatArray:
    """``(n_trials,)`` one of `Columns.targets`, in its own units; NaN = missing."""
    if about["kind"] != "pareto_rank":
        return columns.target_values(about)
    rows = is_usable(columns)
    ranks = np.full(len(columns), np.nan)
    ranks[rows] = targets.pareto_rank(_losses(columns)[rows], violations(columns)[rows])
    return ranks


def ranks(columns: Columns, about: dict[str, Any], values: FloatArray) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` 0 = the best by this target, the earlier trial before its equals; -1 = none.

    Args:
        columns: The trials.
        about: One of `Columns.targets`.
        values: ``(n_trials,)`` its `target_values`.
    """
    rows = np.flatnonzero(is_usable(columns) & np.isfinite(values))
    loss = values[rows]
    if about["kind"] == "objective":
        k = [name for name, _ in columns.objectives].index(about["name"])
        loss = targets.objective_loss(_losses(columns)[rows], k, violations(columns)[rows])
    elif about["direction"] == "maximize":
        loss = -loss
    found = np.full(len(columns), -1, dtype=np.int32)
    found[rows[np.argsort(loss, kind="stable")]] = np.arange(len(rows))
    return found


def ranks_behind(columns: Columns, about: dict[str, Any]) -> bool:
    """Whether infeasible trials rank behind all others by this target."""
    is_single = about["kind"] == "objective" and len(columns.objectives) == 1
    is_ranked = is_single or about["kind"] == "pareto_rank"
    return is_ranked and bool((violations(columns)[is_usable(columns)] > 0).any())


def cells(columns: Columns, name: str) -> Cells:
    """A parameter cut into cells that were tried; -1 = inactive, or not complete."""
    column = np.where(is_usable(columns), columns.params[name], np.nan)
    return cut_param(name, columns.space[name], column, max_choices=MAX_CHOICES)


def target_cells(columns: Columns, about: dict[str, Any], values: FloatArray) -> Cells:
    """The same of a target."""
    column = np.where(is_usable(columns), values, np.nan)
    return cut_attribute(about["name"], column, N_BINS)


def batches(columns: Columns) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` from 0; -1 = did not start."""
    start, seconds = columns.numbers["start"], columns.numbers["seconds"]
    return provenance.infer_batches(start, start + seconds).astype(np.int32)


def brackets(columns: Columns) -> npt.NDArray[np.int32]:
    """``(n_trials,)`` Hyperband brackets from 0; -1 = unknown."""
    found = infer_brackets(columns.numbers["rung_steps"].tolist())
    return np.nan_to_num(found, nan=-1.0).astype(np.int32)


def _losses(columns: Columns) -> FloatArray:
    signs = np.where([maximised for _, maximised in columns.objectives], -1.0, 1.0)
    losses: FloatArray = columns.values * signs
    return losses
