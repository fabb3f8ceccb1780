"""What the models see of a table: its representative rows, and the columns that vary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.space import unit_columns
from optuna_guide.guidance import NotReady
from optuna_guide.models.boosting import clip_outliers
from optuna_guide.models.forest import representative_rows

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Direction, Target

MIN_TRIALS = 10
MIN_ACTIVE = 5


@dataclass(frozen=True, eq=False)
class Sample:
    """What the models see, a row per sampled trial; and every trial, to count them.

    Attributes:
        rows: ``(n,)`` rows of the table that were sampled.
        space: Parameter to declared distribution, without those that never varied.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        unit: ``(n, n_params)`` the same on the unit interval.
        values: ``(n,)`` target in its own units, the bad side clipped.
        loss: ``(n,)`` lower is better.
        direction: Which way ``values`` are better.
        all_params: ``(n_all, n_params)`` internal values of every usable trial.
        all_unit: ``(n_all, n_params)`` the same on the unit interval.
        all_loss: ``(n_all,)`` their losses.
        notes: What a reader should know.
    """

    rows: npt.NDArray[np.int64]
    space: dict[str, BaseDistribution]
    params: FloatArray
    unit: FloatArray
    values: FloatArray
    loss: FloatArray
    direction: Direction
    all_params: FloatArray
    all_unit: FloatArray
    all_loss: FloatArray
    notes: tuple[str, ...]


def read_sample(table: TrialsTable, goal: Target, rng: np.random.Generator) -> Sample | NotReady:
    """The trials to fit on, or the reason why they do not suffice.

    Args:
        table: Usable trials.
        goal: The target, of the same table.
        rng: Source of the random part of the rows, where there are too many.
    """
    n = len(goal.rows)
    if n < MIN_TRIALS:
        missing = MIN_TRIALS - n
        return NotReady(
            f"{_trials(n, 'usable ')} with {goal.name!r}, at least {MIN_TRIALS} are needed: "
            f"{missing} more.",
            n,
            missing,
        )
    if goal.loss.max() == goal.loss.min():
        return NotReady(_all_equal(table, goal), n)
    rows = representative_rows(goal.loss, rng)
    columns, notes = _columns(table, goal.rows[rows])
    if not columns:
        return NotReady(f"no parameter varies over the {n} trials.", n)
    if len(rows) < n:
        notes.append(
            f"Fitted on {len(rows)} of {n} trials: the best and a random part of the others."
        )
    values, violated = _values(table, goal)
    names = [table.names[j] for j in columns]
    space = {name: table.space[name] for name in names}
    all_params = table.params[goal.rows][:, columns]
    all_unit = unit_columns(space, all_params)
    return Sample(
        rows=goal.rows[rows],
        space=space,
        params=all_params[rows],
        unit=all_unit[rows],
        values=clip_outliers(values[rows], goal.direction),
        loss=goal.loss[rows],
        direction=goal.direction,
        all_params=all_params,
        all_unit=all_unit,
        all_loss=goal.loss,
        notes=(*notes, *violated),
    )


def _values(table: TrialsTable, goal: Target) -> tuple[FloatArray, tuple[str, ...]]:
    """Target values, where infeasible trials count with their place behind the feasible ones."""
    is_ordered = goal.kind == "pareto_rank" or (
        goal.kind == "objective" and len(table.objectives) == 1
    )
    if not is_ordered or not (table.violations > 0).any():
        return goal.values, ()
    note = "Infeasible trials are placed behind the worst feasible one."
    if (table.violations > 0).all():
        note = "No trial is feasible: they are ordered by how far they violate the constraints."
    return (-goal.loss if goal.direction == "maximize" else goal.loss), (note,)


def _columns(table: TrialsTable, rows: npt.NDArray[np.int64]) -> tuple[list[int], list[str]]:
    """Columns that these rows can teach something about, and what to note about the others."""
    columns, notes = [], []
    for j, name in enumerate(table.names):
        seen = table.params[rows, j]
        seen = seen[~np.isnan(seen)]
        if len(seen) < MIN_ACTIVE:
            notes.append(f"{name} was active in only {_trials(len(seen))} and is left out.")
        elif seen.max() == seen.min():
            notes.append(f"{name} never varied and is left out.")
        else:
            columns.append(j)
    return columns, notes


def _all_equal(table: TrialsTable, goal: Target) -> str:
    n = len(goal.rows)
    if goal.kind in ("objective", "pareto_rank") and np.isinf(table.violations).all():
        return f"all {n} trials are infeasible without a finite violation that could order them."
    return f"all {n} trials have the same {goal.name!r}."


def _trials(n: int, kind: str = "") -> str:
    return f"{n} {kind}trial{'' if n == 1 else 's'}"
