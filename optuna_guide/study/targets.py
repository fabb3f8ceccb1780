"""The target to explain: one loss per trial, whatever the study optimises.

An objective, a numeric user attribute, the duration, the Pareto rank or the feasibility. Several
objectives and constraints end here: after this module there is one column, lower is better.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.domain.direction import Direction
from optuna_guide.guidance import Context
from optuna_guide.study.attribute_directions import attribute_direction
from optuna_guide.study.fronts import objective_loss, pareto_rank
from optuna_guide.study.provenance import PARENT
from optuna_guide.study.within import compare_within, within_again

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.within import Within

DURATION = "duration"
PARETO_RANK = "pareto_rank"
FEASIBLE = "feasible"


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
    def unit(self) -> str:
        """Of ``values``; empty where it is not known, and where they are given within contexts."""
        return "" if self.given else unit_of(self.kind)

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
    about = ", ".join(filter(None, (unit_of(kind), given)))
    return f"{name} ({about})" if about else name


def unit_of(kind: str) -> str:
    """Of a kind of target; empty where it is not known."""
    return "s" if kind == DURATION else ""


def varies(column: FloatArray) -> bool:
    """Whether there is anything to explain: two values that differ; NaN = missing."""
    known = column[np.isfinite(column)]
    return len(known) > 1 and bool(known.max() > known.min())


def target_names(table: TrialsTable) -> tuple[str, ...]:
    """Every target of this table that there is something to say of, the default first."""
    several = len(table.objectives) > 1
    names = [*([PARETO_RANK] if several else []), *table.objectives]
    if not several:
        names.append(PARETO_RANK)
    names += [DURATION] if varies(table.durations) else []
    names += [FEASIBLE] if table.constrained else []
    names += sorted(n for n, column in table.attributes.items() if n != PARENT and varies(column))
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


def read_goal(guidance: Guidance, table: TrialsTable) -> Target:
    """The target of a guidance, read from trials.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    own = {*table.objectives, DURATION, PARETO_RANK, FEASIBLE}
    direction = None if guidance.target in own else guidance.direction
    context = guidance.context or Context((), chosen=False)
    return read_target(table, guidance.target, direction=direction, context=context)


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


def _known(table: TrialsTable) -> str:
    return "Targets that it has: " + ", ".join(target_names(table)) + "."
