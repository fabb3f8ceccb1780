"""One tree of the forest: its leaves as boxes on the unit interval.

Two things are drawn anew for every tree: the values of inactive parameters, uniformly over their
range, and the order of choices that have no order of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain.space import n_levels

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, IntArray

MAX_LEVELS = 1000  # finer grids are treated as continuous


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree as leaf boxes.

    Attributes:
        nodes: scikit-learn's tree, to find the leaf of a row.
        leaf_of_node: ``(n_nodes,)`` row in the arrays below; -1 for inner nodes.
        low: ``(n_leaves, n_params)`` lower unit bounds; the box is open there.
        high: ``(n_leaves, n_params)`` upper unit bounds, closed.
        values: ``(n_leaves,)`` weighted means of the column that the forest holds.
        positions: Column to ``(n_choices,)`` positions of the choices in this tree's order.
        leaf_of_row: ``(n_trials,)`` leaf of every training row, in the bag or not.
        weights: ``(n_trials,)`` how often the row was drawn into the bag.
    """

    nodes: Any
    leaf_of_node: IntArray
    low: FloatArray
    high: FloatArray
    values: FloatArray
    positions: Mapping[int, IntArray]
    leaf_of_row: IntArray
    weights: IntArray

    def place(self, unit: FloatArray) -> FloatArray:
        """Unit rows with the choices moved to their positions in this tree's order."""
        if not self.positions:
            return unit
        placed = unit.copy()
        for j, position in self.positions.items():
            placed[:, j] = reorder(unit[:, j], position)
        return placed

    def predict(self, unit: FloatArray) -> FloatArray:
        """``(n_rows,)`` values of the leaves that the unit rows fall into; no NaN allowed."""
        leaves = self.nodes.apply(np.ascontiguousarray(self.place(unit), dtype=np.float32))
        return self.values[self.leaf_of_node[leaves]]


def revalue(tree: Tree, column: FloatArray) -> Tree:
    """The same boxes with the means of another ``(n_trials,)`` column in the leaves."""
    n_leaves = len(tree.low)
    weight = np.bincount(tree.leaf_of_row, tree.weights, n_leaves)
    total = np.bincount(tree.leaf_of_row, tree.weights * column, n_leaves)
    return replace(tree, values=total / weight)


def draw_orders(
    distributions: list[BaseDistribution], rng: np.random.Generator
) -> dict[int, IntArray]:
    """Positions of the choices: by value where all of them are numbers, at random elsewhere."""
    orders = {}
    for j, distribution in enumerate(distributions):
        if isinstance(distribution, CategoricalDistribution):
            choices = distribution.choices
            if all(isinstance(c, Real) and not isinstance(c, bool) for c in choices):
                orders[j] = _places(choices)
            else:
                orders[j] = rng.permutation(len(choices))
    return orders


def _places(numbers: Sequence[Any]) -> IntArray:
    """Place of each number among all of them; integers may be larger than any float."""
    ascending = sorted(range(len(numbers)), key=lambda k: numbers[k])
    return np.argsort(ascending)


def levels_of(distributions: list[BaseDistribution]) -> dict[int, int]:
    """Column to its number of levels, where they are few and have cells of equal width."""
    grid = {}
    for j, distribution in enumerate(distributions):
        n = n_levels(distribution)
        few = n is not None and n <= MAX_LEVELS and not getattr(distribution, "log", False)
        if n is not None and (few or isinstance(distribution, CategoricalDistribution)):
            grid[j] = n
    return grid


def reorder(unit: FloatArray, position: IntArray) -> FloatArray:
    """``(n_rows,)`` unit places of choices, moved to their positions in an order."""
    n = len(position)
    codes = np.minimum((unit * n).astype(np.int64), n - 1)
    return (position[codes] + 0.5) / n


def read_tree(
    nodes: Any,
    grid: dict[int, int],
    positions: dict[int, IntArray],
    x: npt.NDArray[np.float32],
    weights: IntArray,
) -> Tree:
    """Leaf boxes, level by level; thresholds are moved to the edge between two levels.

    They are moved in the nodes as well: the middle between two levels may be a third one, which a
    rounding error would put into one leaf here and into another there.
    """
    feature, threshold = nodes.feature, nodes.threshold
    for j, n in grid.items():
        threshold[feature == j] = np.floor(threshold[feature == j] * n + 0.5) / n
    left, right = nodes.children_left, nodes.children_right
    inner = feature >= 0
    low = np.zeros((len(feature), x.shape[1]))
    high = np.ones_like(low)
    front = np.array([0])
    while len(front := front[inner[front]]):
        to_left, to_right, column = left[front], right[front], feature[front]
        for child in (to_left, to_right):
            low[child], high[child] = low[front], high[front]
        high[to_left, column] = threshold[front]
        low[to_right, column] = threshold[front]
        front = np.concatenate([to_left, to_right])
    leaf_of_node = np.where(inner, -1, np.cumsum(~inner) - 1)
    return Tree(
        nodes=nodes,
        leaf_of_node=leaf_of_node,
        low=low[~inner],
        high=high[~inner],
        values=np.zeros(int((~inner).sum())),
        positions=positions,
        leaf_of_row=leaf_of_node[nodes.apply(x)],
        weights=weights,
    )
