"""What the models see of a table: its representative rows, and the columns that vary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.domain.space import unit_columns
from optuna_guide.guidance import NotReady
from optuna_guide.models.contexts import too_few
from optuna_guide.models.forest import representative_rows
from optuna_guide.models.seeds import derive_seed, row_keys

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

MIN_TRIALS = 10
MIN_ACTIVE = 5


@dataclass(frozen=True, eq=False)
class Sample:
    """What the models see, a row per sampled trial; and every trial, to count them.

    Rows and parameters stand in an order that does not depend on that of the trials: rows by their
    `row_keys`, parameters by name.

    Attributes:
        table: Usable trials.
        goal: The target, of the same table.
        rows: ``(n,)`` rows of the table that were sampled.
        weights: ``(n,)`` how many trials each stands for.
        space: Parameter to declared distribution, without those that never varied.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        unit: ``(n, n_params)`` the same on the unit interval.
        values: ``(n,)`` target in its own units, the bad side clipped.
        loss: ``(n,)`` lower is better.
        all_params: ``(n_all, n_params)`` internal values of every trial that has the target.
        all_unit: ``(n_all, n_params)`` the same on the unit interval.
        all_values: ``(n_all,)`` target, the bad side clipped.
        uncut: ``(n_all,)`` the same as it was measured.
        seed: Follows from the trials alone.
        left_out: Parameters of the table that are not in ``space``, and why.
        notes: What a reader should know.
    """

    table: TrialsTable
    goal: Target
    rows: npt.NDArray[np.int64]
    weights: FloatArray
    space: dict[str, BaseDistribution]
    params: FloatArray
    unit: FloatArray
    values: FloatArray
    loss: FloatArray
    all_params: FloatArray
    all_unit: FloatArray
    all_values: FloatArray
    uncut: FloatArray
    seed: int
    left_out: Mapping[str, str]
    notes: tuple[str, ...]

    @cached_property
    def even(self) -> npt.NDArray[np.int64]:
        """``(n_even,)`` ascending indices of rows that any trial had the same chance to be among.

        What weights do not fit, such as a test, is made of these; they are all where all trials
        were sampled.
        """
        chance = self.weights / self.weights.max()
        drawn = np.random.default_rng((self.seed, 3)).random(len(chance))
        return np.flatnonzero(drawn < chance)


def read_sample(table: TrialsTable, goal: Target) -> Sample | NotReady:
    """The trials to fit on, or the reason why they do not suffice.

    Args:
        table: Usable trials.
        goal: The target, of the same table.
    """
    n = len(goal.rows)
    if goal.within is not None and (goal.within.how is None or n < MIN_TRIALS):
        return too_few(goal)
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
    by_name = sorted(range(len(table.names)), key=lambda j: table.names[j])
    keys = row_keys(np.column_stack([table.params[goal.rows][:, by_name], goal.loss]))
    seed = derive_seed(keys, sorted(table.names))
    order = np.argsort(keys, kind="stable")
    drawn, weights = representative_rows(goal.loss[order], np.random.default_rng(seed))
    rows = order[drawn]
    columns, left_out = _columns(table, by_name, goal.rows[rows])
    if not columns:
        return NotReady(f"no parameter varies over the {n} trials.", n)
    notes: tuple[str, ...] = ()
    if len(rows) < n:
        notes = (
            f"Fitted on {len(rows)} of {n} trials: the best and a random part of the others, each "
            "of which counts as often as it stands for.",
        )
    values, violated = _values(table, goal)
    names = [table.names[j] for j in columns]
    space = {name: table.space[name] for name in names}
    all_params = table.params[goal.rows][:, columns]
    all_unit = unit_columns(space, all_params)
    all_values = clip_outliers(values, goal.direction)
    return Sample(
        table=table,
        goal=goal,
        rows=goal.rows[rows],
        weights=weights,
        space=space,
        params=all_params[rows],
        unit=all_unit[rows],
        values=all_values[rows],
        loss=goal.loss[rows],
        all_params=all_params,
        all_unit=all_unit,
        all_values=all_values,
        uncut=values,
        seed=seed,
        left_out=left_out,
        notes=(*notes, *violated, *([goal.note] if goal.note else [])),
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


def _columns(
    table: TrialsTable, among: Sequence[int], rows: npt.NDArray[np.int64]
) -> tuple[list[int], dict[str, str]]:
    """Columns that these rows can teach something about, and why not about the others."""
    columns, left_out = [], {}
    for j in among:
        name = table.names[j]
        seen = table.params[rows, j]
        seen = seen[~np.isnan(seen)]
        if len(seen) < MIN_ACTIVE:
            left_out[name] = f"was active in only {_trials(len(seen))}"
        elif seen.max() == seen.min():
            left_out[name] = "never varied in the trials learnt from"
        else:
            columns.append(j)
    return columns, left_out


def _all_equal(table: TrialsTable, goal: Target) -> str:
    n = len(goal.rows)
    if goal.kind in ("objective", "pareto_rank") and np.isinf(table.violations).all():
        return f"all {n} trials are infeasible without a finite violation that could order them."
    if goal.kind == "pareto_rank":
        return f"no trial beats another: all {n} have the same Pareto rank."
    of = "the value" if goal.name == "value" else repr(goal.name)
    return f"all {n} trials have {of} {goal.values[0]:.6g}."


def _trials(n: int, kind: str = "") -> str:
    return f"{n} {kind}trial{'' if n == 1 else 's'}"
