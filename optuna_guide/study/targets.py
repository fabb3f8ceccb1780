"""The target to explain: one loss per trial, whatever the study optimises.

An objective, a numeric user attribute, the duration, the Pareto rank or the feasibility. Several
objectives and constraints end here: after this module there is one column, lower is better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.domain.outliers import limit
from optuna_guide.guidance import Context
from optuna_guide.study.provenance import PARENT
from optuna_guide.study.within import compare_within, within_again

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.within import Within

Direction: TypeAlias = Literal["minimize", "maximize"]

DURATION = "duration"
PARETO_RANK = "pareto_rank"
FEASIBLE = "feasible"
GOES_WITH = 0.5  # rank correlation with the objective that gives an attribute its direction
MIN_TOLD = 10  # trials from which such a correlation says anything
_COSTS = re.compile(
    r"(?:^|[^a-z])(?:n|num)?_?(?:params?|parameters|weights|flops|macs|seconds|secs?|ms|time|latency"
    r"|duration|memory|mem|bytes|[kmg]?b|size|cost|price|energy|loss|error|err|mae|mse|rmse)(?:$|[^a-z])"
)


@dataclass(frozen=True, eq=False)
class Target:
    """One column to explain.

    Attributes:
        name: What people call it.
        kind: Where it comes from.
        direction: Which way is better, in the units of ``values``.
        values: ``(n_rows,)`` in the target's own units, or as ``within`` says.
        loss: ``(n_rows,)`` lower is better.
        rows: ``(n_rows,)`` rows of the table that have the target.
        measured: ``(n_rows,)`` in the target's own units.
        note: What the direction of an attribute rests on; empty where it was given.
        within: How values are given within contexts, of every row of the table; None where they
            are as measured.
    """

    name: str
    kind: Literal["objective", "attribute", "duration", "pareto_rank", "feasible"]
    direction: Direction
    values: FloatArray
    loss: FloatArray
    rows: npt.NDArray[np.int64]
    measured: FloatArray
    note: str = ""
    within: Within | None = None

    @property
    def title(self) -> str:
        """The name, its unit, and within what values are given: ``duration (s)``."""
        return titled(self.name, self.kind, self.given)

    @property
    def given(self) -> str:
        """Within what values are given: ``ranks within dataset``; empty = as measured."""
        if self.within is None or self.within.how is None:
            return ""
        return wording.within(self.within.how, self.within.names)


def titled(name: str, kind: str, given: str = "") -> str:
    """A target for people, with its unit where that is known, and within what it is given."""
    about = [*(["s"] if kind == DURATION else []), *([given] if given else [])]
    return f"{name} ({', '.join(about)})" if about else name


def target_names(table: TrialsTable) -> tuple[str, ...]:
    """Every name that `read_target` accepts for this table, the default first."""
    several = len(table.objectives) > 1
    names = [*([PARETO_RANK] if several else []), *table.objectives]
    if not several:
        names.append(PARETO_RANK)
    names += [DURATION] if np.isfinite(table.durations).any() else []
    names += [FEASIBLE] if table.constrained else []
    names += sorted(name for name in table.attributes if name != PARENT)
    return tuple(dict.fromkeys(names))


def read_target(
    table: TrialsTable,
    target: str | int | None = None,
    *,
    direction: Direction | None = None,
    context: Context | None = None,
) -> Target:
    """The loss to explain; within the contexts of the table, where it differs between them.

    Args:
        table: Trials.
        target: An objective's name or index, ``"duration"``, ``"pareto_rank"``, ``"feasible"``, or
            the name of a numeric user attribute. By default the objective, or the Pareto rank
            where there are several; infeasible trials rank behind all feasible ones by their
            violation, both there and for a single constrained objective.
        direction: Which way a user attribute is better; where nothing is said what a person kept
            with the study, else that of `attribute_direction`. The other targets have a direction
            of their own.
        context: How the target is given; as fits the trials where nothing is said.

    Raises:
        ValueError: If the table has no such target, or a direction is given for a target that has
            its own.
    """
    if target is None:
        target = 0 if len(table.objectives) == 1 else PARETO_RANK
    if isinstance(target, int):
        if not 0 <= target < len(table.objectives):
            raise ValueError(
                f"There is no objective {target}: "
                f"the study has {len(table.objectives)}, counted from 0."
            )
        target = table.objectives[target]
    known = target in table.objectives or target in (DURATION, PARETO_RANK, FEASIBLE)
    if known and direction is not None:
        raise ValueError(f"Target {target!r} has a direction of its own: leave out {direction!r}.")
    if direction not in (None, "minimize", "maximize"):
        raise ValueError(f"direction must be 'minimize' or 'maximize', not {direction!r}.")
    return _within(table, _measured(table, target, direction), context)


def _measured(table: TrialsTable, target: str, direction: Direction | None) -> Target:
    """The target as it was measured."""
    if target in table.objectives:
        return _objective(table, table.objectives.index(target))
    every = np.arange(len(table))
    if target == PARETO_RANK:
        rank = pareto_rank(table.losses, table.violations)
        return Target(target, "pareto_rank", "minimize", rank, rank, every, rank)
    if target == DURATION:
        rows = np.flatnonzero(np.isfinite(table.durations))
        seconds = table.durations[rows]
        return Target(target, "duration", "minimize", seconds, seconds, rows, seconds)
    if target == FEASIBLE:
        feasible = (table.violations <= 0).astype(np.float64)
        return Target(target, "feasible", "maximize", feasible, -feasible, every, feasible)
    if target not in table.attributes:
        raise ValueError(
            f"There is no target {target!r} in study {table.study_name!r}. {_known(table)}"
        )
    column = table.attributes[target]
    rows = np.flatnonzero(np.isfinite(column))
    note = ""
    direction = direction or table.directions.get(target)
    if direction is None:
        direction = attribute_direction(target, column, table.losses[:, 0])
        if direction == "maximize":
            note = f"Higher {target} is taken as better: it goes with better trials."
    sign = -1.0 if direction == "maximize" else 1.0
    values = column[rows]
    return Target(target, "attribute", direction, values, sign * values, rows, values, note)


def _within(table: TrialsTable, target: Target, context: Context | None) -> Target:
    """The target within the contexts of the table, if it is to be given so."""
    if not table.contexts.names or target.kind == "feasible":
        return target
    values, loss, measured = np.full((3, len(table)), np.nan)
    values[target.rows], loss[target.rows] = target.values, target.loss
    measured[target.rows] = target.measured
    reference = ~table.pruned
    if context is None:
        within = compare_within(table.contexts, values, reference)
    elif context.how is not None and set(context.within) <= set(table.contexts.names):
        known = reference & np.isfinite(values)
        within = within_again(table.contexts, context.within, context.how, known)
    else:
        return target
    if within is None or within.how is None:
        return replace(target, within=within)
    if target.kind == "pareto_rank":
        within = replace(within, how="ranks")
        values = np.full(len(table), np.nan)
        for k in range(len(within.labels)):
            rows = within.groups == k
            values[rows] = pareto_rank(table.losses[rows], table.violations[rows])
        loss = measured = values
    else:
        values, loss = within_values(within, values, loss, target.direction, reference)
    rows = target.rows[np.isfinite(loss[target.rows])]
    return replace(
        target,
        values=values[rows],
        loss=loss[rows],
        rows=rows,
        measured=measured[rows],
        within=within,
    )


def within_values(
    within: Within,
    values: FloatArray,
    loss: FloatArray,
    direction: Direction,
    reference: npt.NDArray[np.bool_],
) -> tuple[FloatArray, FloatArray]:
    """Values and losses within contexts; NaN = missing, or in a group that is too small.

    Args:
        within: How.
        values: ``(n,)`` in units of the target; NaN = missing.
        loss: ``(n,)`` lower is better.
        direction: Which way the target is better.
        reference: ``(n,)`` flags of the trials that the others are compared with.
    """
    sign = -1.0 if direction == "maximize" else 1.0
    return within.give(values, reference), sign * within.give(sign * loss, reference)


def attribute_direction(name: str, column: FloatArray, loss: FloatArray) -> Direction:
    """Which way a user attribute is better, as far as the trials tell.

    ``"maximize"`` where its rank correlation with the objective shows that higher goes with better
    trials; a weaker one is that of many a cost, of which less is better. What is called by the
    name of a cost or an error is one, however well larger models do.

    Args:
        name: Name of the attribute.
        column: ``(n,)`` the attribute; NaN = missing.
        loss: ``(n,)`` of the first objective, lower is better; NaN = none.
    """
    known = np.isfinite(column) & np.isfinite(loss)
    values, losses = column[known], loss[known]
    if is_cost(name) or len(values) < MIN_TOLD:
        return "minimize"
    if len(np.unique(values)) < 2 or len(np.unique(losses)) < 2:
        return "minimize"
    rho = np.corrcoef(_mean_ranks(values), _mean_ranks(losses))[0, 1]
    return "maximize" if rho <= -GOES_WITH else "minimize"


def is_cost(name: str) -> bool:
    """Whether an attribute has the name of a cost or an error, of which less is better."""
    return _COSTS.search(name.lower()) is not None


def is_size(name: str, values: FloatArray) -> bool:
    """Whether an attribute is called like a cost and positive: weights, seconds, bytes."""
    return is_cost(name) and bool((values[~np.isnan(values)] > 0).all())


def _mean_ranks(values: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks


def read_goal(guidance: Guidance, table: TrialsTable) -> Target:
    """The target of a guidance, read from trials.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    own = {*table.objectives, DURATION, PARETO_RANK, FEASIBLE}
    direction = None if guidance.target in own else guidance.direction
    context = guidance.context or Context((), chosen=False)
    return read_target(table, guidance.target, direction=direction, context=context)


def violations_of(told: FloatArray, among: npt.NDArray[np.bool_] | None = None) -> FloatArray:
    """``(n,)`` violations; a trial that tells none where another one does is infeasible.

    Args:
        told: ``(n,)`` sums of the positive constraint values; NaN = a trial that has none.
        among: ``(n,)`` flags of the trials that may be the other one; all of them by default.
    """
    is_constrained = not np.isnan(told if among is None else told[among]).all()
    return np.where(np.isnan(told), np.inf if is_constrained else 0.0, told)


def pareto_rank(losses: FloatArray, violations: FloatArray) -> FloatArray:
    """``(n,)`` domination rank, 0 = first front, infeasible trials behind all feasible ones.

    Among themselves they rank by their violation: the rule of constrained NSGA-II (Deb et al.
    2002, section VI).
    """
    ranks = np.zeros(len(losses))
    feasible = violations <= 0
    ranks[feasible] = _front_numbers(losses[feasible])
    if not feasible.all():
        offset = ranks[feasible].max() + 1 if feasible.any() else 0.0
        ranks[~feasible] = offset + np.unique(violations[~feasible], return_inverse=True)[1]
    return ranks


def find_best(losses: FloatArray, violations: FloatArray) -> npt.NDArray[np.int64]:
    """The best feasible row, or those on the front of several objectives; empty without any.

    Args:
        losses: ``(n, n_objectives)`` lower is better.
        violations: ``(n,)`` 0 = feasible.
    """
    rows = np.flatnonzero(violations <= 0)
    if not len(rows):
        return rows
    if losses.shape[1] == 1:
        return rows[[int(np.argmin(losses[rows, 0]))]]
    unique, inverse = np.unique(losses[rows], axis=0, return_inverse=True)
    found: npt.NDArray[np.int64] = rows[_non_dominated(unique)[inverse.reshape(-1)]]
    return found


def joins_front(losses: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the rows that no earlier one equals or beats in every objective.

    Args:
        losses: ``(n, n_objectives)`` in the order of time; lower is better.
    """
    if losses.shape[1] == 1:
        before = np.minimum.accumulate(np.concatenate([[np.inf], losses[:, 0]]))[:-1]
        better: npt.NDArray[np.bool_] = losses[:, 0] < before
        return better
    joins, front = np.zeros(len(losses), dtype=bool), losses[:0]
    for i, row in enumerate(losses):
        if not (front <= row).all(axis=1).any():
            joins[i] = True
            front = np.concatenate([front[(front < row).any(axis=1)], row[None]])
    return joins


def objective_loss(losses: FloatArray, k: int, violations: FloatArray) -> FloatArray:
    """``(n,)`` of objective ``k``; infeasible trials lie behind where it is the only one.

    Args:
        losses: ``(n, n_objectives)`` lower is better.
        k: The objective.
        violations: ``(n,)`` 0 = feasible.
    """
    loss: FloatArray = losses[:, k]
    infeasible = violations > 0
    if losses.shape[1] == 1 and infeasible.any():
        return _behind(loss, infeasible, violations)
    return loss


def _objective(table: TrialsTable, k: int) -> Target:
    sign = -1.0 if table.maximised[k] else 1.0
    values = sign * table.losses[:, k]
    return Target(
        table.objectives[k],
        "objective",
        "maximize" if table.maximised[k] else "minimize",
        values,
        objective_loss(table.losses, k, table.violations),
        np.arange(len(table)),
        values,
    )


def _behind(
    loss: FloatArray, infeasible: npt.NDArray[np.bool_], violations: FloatArray
) -> FloatArray:
    """Put infeasible trials behind the worst feasible one, the more violated the worse."""
    out = limit(loss)
    kept = out[~infeasible] if (~infeasible).any() else out
    worst, spread = kept.max(), np.ptp(kept) or 1.0
    order = np.unique(violations[infeasible], return_inverse=True)[1] + 1.0
    out[infeasible] = worst + spread * order / order.max()
    return out


def _front_numbers(losses: FloatArray) -> FloatArray:
    """Peel non-dominated fronts; rows are compared once per front, equal rows share a front."""
    n = len(losses)
    ranks = np.zeros(n)
    if n == 0:
        return ranks
    unique, inverse = np.unique(losses, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    if losses.shape[1] == 1:
        return inverse.astype(np.float64)
    unique_ranks = np.zeros(len(unique))
    left = np.arange(len(unique))
    if losses.shape[1] > 2:
        # rows that dominate many others first: they shorten every comparison that follows
        places = [np.unique(column, return_inverse=True)[1] for column in unique.T]
        left = np.argsort(np.sum(places, axis=0), kind="stable")
    front = 0
    while len(left):
        on_front = _non_dominated(unique[left])
        unique_ranks[left[on_front]] = front
        left = left[~on_front]
        front += 1
    ranks[:] = unique_ranks[inverse]
    return ranks


def _non_dominated(rows: FloatArray) -> npt.NDArray[np.bool_]:
    """Flags of the non-dominated rows; the rows are distinct and sorted by their first columns."""
    if rows.shape[1] == 2:
        best_before = np.concatenate([[np.inf], np.minimum.accumulate(rows[:, 1])[:-1]])
        better: npt.NDArray[np.bool_] = rows[:, 1] < best_before
        return better
    keep = np.zeros(len(rows), dtype=bool)
    left = np.arange(len(rows))
    while len(left):
        keep[left[0]] = True
        left = left[(rows[left] < rows[left[0]]).any(axis=1)]
    return keep


def _known(table: TrialsTable) -> str:
    return "Targets that it has: " + ", ".join(target_names(table)) + "."
