"""When is a parameter active? Rules learnt from the trials, since Optuna does not record them.

A conditional parameter is explained by a conjunction of conditions on others, such as
``booster in {gbtree, dart}`` or ``n_layers >= 2``. A rule that is too narrow refutes itself: a
parameter wrongly held inactive is asked for by the objective all the same, and the next rules
have seen it active there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, Space


@dataclass(frozen=True, eq=False)
class Condition:
    """The parent is active, its value is inside ``[low, high]`` and none of ``excluded``."""

    parent: int
    low: float
    high: float
    excluded: FloatArray

    def holds(self, rows: FloatArray) -> BoolArray:
        """Whether each row meets the condition, shape ``(n_rows,)``."""
        values = rows[:, self.parent]  # comparisons with NaN are false: an inactive parent
        return (values >= self.low) & (values <= self.high) & ~np.isin(values, self.excluded)


@dataclass(frozen=True)
class Rule:
    """The child is active where all conditions hold."""

    child: int
    conditions: tuple[Condition, ...]


def learn_rules(space: Space, rows: FloatArray) -> tuple[Rule, ...]:
    """Rules of all conditional parameters that the rows explain without exception.

    Args:
        space: The columns.
        rows: Shape ``(n_rows, n_params)``; NaN = inactive.

    Returns:
        Rules in an order in which parents come before their children.
    """
    n_active = (~np.isnan(rows)).sum(axis=0)
    rules = []
    for child in sorted(range(space.n_params), key=lambda j: -n_active[j]):
        if 0 < n_active[child] < len(rows):
            conditions = _explain(space, rows, child, n_active)
            if conditions:
                rules.append(Rule(child, conditions))
    return tuple(rules)


def deactivate(rules: tuple[Rule, ...], rows: FloatArray) -> FloatArray:
    """Rows with NaN for every parameter that is inactive by the rules."""
    rows = rows.copy()
    for rule in rules:
        for condition in rule.conditions:
            rows[~condition.holds(rows), rule.child] = np.nan
    return rows


def _explain(
    space: Space, rows: FloatArray, child: int, n_active: FloatArray
) -> tuple[Condition, ...]:
    """Fewest conditions, greedily, that hold wherever the child is active and nowhere else."""
    active = ~np.isnan(rows[:, child])
    on, off = rows[active], rows[~active]
    # A parent is active wherever the child is, and somewhere else too: rules cannot be circular.
    parents = [
        j
        for j in range(space.n_params)
        if n_active[j] > n_active[child] and not np.isnan(on[:, j]).any()
    ]
    conditions: list[Condition] = []
    while len(off):
        found = [_condition(space, on[:, j], off[:, j], j) for j in parents]
        if not found:
            return ()
        best = max(found, key=lambda c: _plausibility(space, c, off, child, n_active))
        left = best.holds(off)
        if left.all():
            return ()
        conditions.append(best)
        off = off[left]
    return tuple(conditions)


def _condition(space: Space, on: FloatArray, off: FloatArray, parent: int) -> Condition:
    """The widest condition on one parent that holds for ``on`` and rejects what it can of ``off``.

    Values that were never seen are left active, the halves next to ``on`` of a numeric gap too.
    """
    if space.is_categorical[parent]:
        excluded = np.setdiff1d(off[~np.isnan(off)], on)
        return Condition(parent, -np.inf, np.inf, excluded)
    below, above = off[off < on.min()], off[off > on.max()]
    low = (below.max() + on.min()) / 2 if len(below) else -np.inf
    high = (above.min() + on.max()) / 2 if len(above) else np.inf
    return Condition(parent, low, high, np.empty(0))


def _plausibility(
    space: Space, condition: Condition, off: FloatArray, child: int, n_active: FloatArray
) -> tuple[int, int, int, int, int]:
    """What a condition is preferred by: above all the number of inactive rows that it explains.

    Then parents that are more often active, categorical ones before grids before continuous ones,
    and those that come before the child, as a parent is suggested before its children.
    """
    parent = condition.parent
    kind = 2 if space.is_categorical[parent] else int(space.is_grid[parent])
    n_explained = int((~condition.holds(off)).sum())
    return n_explained, int(n_active[parent]), kind, int(parent < child), -parent
