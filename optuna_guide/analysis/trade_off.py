"""The target against a cost, and the trials that no other one beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.domain.outliers import clip_outliers, limit
from optuna_guide.domain.ties import are_as_good
from optuna_guide.study import targets

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable


class TradeOff(NamedTuple):
    """Trials that have both the target and the cost; every array ``(n_trials,)``.

    ``x`` and ``y`` are what was measured, ``x_shown`` and ``y_shown`` the same with the bad side
    clipped, for an axis.
    """

    x_name: str  # the cost
    x_title: str  # the same with what its values are within
    y_title: str
    x: FloatArray
    y: FloatArray
    x_shown: FloatArray
    y_shown: FloatArray
    x_loss: FloatArray  # lower is better
    y_loss: FloatArray
    x_sign: float  # of the loss against the value
    feasible: npt.NDArray[np.bool_]
    numbers: npt.NDArray[np.int64]

    @property
    def x_label(self) -> str:
        """The cost with its unit, where it is known."""
        return "duration in seconds" if self.x_title == targets.DURATION else self.x_title


def read_trade_off(guidance: Guidance, table: TrialsTable, against: str | None) -> TradeOff | None:
    """Read the target and a cost of the trials that have both; None where there is no cost.

    Args:
        guidance: The target; the first objective, where it is the Pareto rank of several.
        table: Trials.
        against: A target as in `optuna_guide.targets.read_target`; by default the first other
            objective, duration or numeric user attribute that varies.

    Raises:
        ValueError: If the trials do not have the target or the cost.
    """
    several = len(table.objectives) > 1
    goal = targets.read_goal(guidance, table)
    if several and goal.kind == "pareto_rank":
        goal = targets.read_target(table, 0)
    if against is None:
        wanted = [*table.objectives, targets.DURATION, *sorted(table.attributes)]
        known = set(targets.target_names(table)) - {goal.name}
        against = next((n for n in wanted if n in known and _varies(table, n)), None)
        if against is None:
            return None
    cost = targets.read_target(table, against)
    _, i, j = np.intersect1d(goal.rows, cost.rows, return_indices=True)
    if not len(i):
        return None
    rows = goal.rows[i]
    return TradeOff(
        x_name=cost.name,
        x_title=cost.title,
        y_title=goal.title,
        x=limit(cost.values)[j],
        y=limit(goal.values)[i],
        x_shown=clip_outliers(cost.values, cost.direction)[j],
        y_shown=clip_outliers(goal.values, goal.direction)[i],
        x_loss=cost.loss[j],
        y_loss=goal.loss[i],
        x_sign=-1.0 if cost.direction == "maximize" else 1.0,
        feasible=table.violations[rows] <= 0,
        numbers=table.numbers[rows],
    )


def _varies(table: TrialsTable, name: str) -> bool:
    return targets.varies(targets.read_target(table, name).loss)


def unbeaten(pair: TradeOff) -> npt.NDArray[np.bool_]:
    """Flags of the feasible trials that no other feasible one beats in both."""
    order = np.lexsort((pair.y_loss, pair.x_loss))
    order = order[pair.feasible[order]]
    y = pair.y_loss[order]
    before = np.concatenate([[np.inf], np.minimum.accumulate(y)[:-1]])
    flags = np.zeros(len(pair.x), dtype=bool)
    flags[order[~are_as_good(before, y)]] = True
    return flags


def within(pair: TradeOff, limit: float | None) -> npt.NDArray[np.bool_]:
    """Flags of the trials that keep to the limit."""
    if limit is None:
        return np.ones(len(pair.x), dtype=bool)
    return pair.x_loss <= pair.x_sign * limit
