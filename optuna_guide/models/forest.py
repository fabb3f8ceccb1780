"""The surrogate forest: one structure that importance, curves, ranges and the gate share.

Trees are grown on the ranks of the loss, so that outliers cannot steer a split, on parameters
placed on the unit interval. A tree is then read as a list of *leaf boxes*, and any column of
numbers can be averaged into its leaves (`Forest.revalued`): the loss in its own units for
pictures, the better half of the losses for the importance near the top.

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
MIN_TREES, MAX_TREES = 64, 192
ROWS_IN_TREES = 40_000  # of all trees together, where their number is free


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
            placed[:, j] = _reorder(unit[:, j], position)
        return placed

    def predict(self, unit: FloatArray) -> FloatArray:
        """``(n_rows,)`` values of the leaves that the unit rows fall into; no NaN allowed."""
        leaves = self.nodes.apply(np.ascontiguousarray(self.place(unit), dtype=np.float32))
        return self.values[self.leaf_of_node[leaves]]


@dataclass(frozen=True, eq=False)
class Forest:
    """Bagged trees over ``space``; see the module's text.

    Attributes:
        space: Parameter to declared distribution, in column order.
        trees: The trees; their bounds are views into those of the forest.
        low: ``(n_params, n_leaves)`` lower unit bounds of the leaves of all trees.
        high: ``(n_params, n_leaves)`` upper unit bounds.
    """

    space: Mapping[str, BaseDistribution]
    trees: tuple[Tree, ...]
    low: FloatArray
    high: FloatArray

    def predict(self, unit: FloatArray) -> FloatArray:
        """``(n_trees, n_rows)`` predictions at unit rows without NaN."""
        return np.array([tree.predict(unit) for tree in self.trees])

    def out_of_bag(self) -> FloatArray:
        """``(n_trials,)`` means over the trees that did not see the row; NaN if all did."""
        total = np.zeros(len(self.trees[0].weights))
        seen = np.zeros_like(total)
        for tree in self.trees:
            out = tree.weights == 0
            total[out] += tree.values[tree.leaf_of_row[out]]
            seen += out
        return np.divide(total, seen, out=np.full_like(total, np.nan), where=seen > 0)

    def revalued(self, column: FloatArray) -> Forest:
        """The same boxes with the means of another ``(n_trials,)`` column in the leaves."""
        return replace(self, trees=tuple(_revalue(tree, column) for tree in self.trees))


def ranks(values: npt.ArrayLike) -> FloatArray:
    """Average ranks of values, scaled to ``[0, 1]``; ties share their mean rank."""
    values = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean_rank = last - (counts + 1) / 2.0
    return mean_rank[inverse] / max(len(values) - 1, 1)


def representative_rows(
    loss: FloatArray, rng: np.random.Generator, *, n_best: int = 500, n_others: int = 1500
) -> IntArray:
    """Ascending rows to fit on: all of them, or the best and a random part of the others.

    This bounds the cost of a fit whatever the number of trials. The best alone, or the newest
    alone, would describe another function.
    """
    if len(loss) <= n_best + n_others:
        return np.arange(len(loss))
    order = np.argsort(loss, kind="stable")
    others = rng.choice(order[n_best:], size=n_others, replace=False)
    return np.sort(np.concatenate([order[:n_best], others]))


def fit_forest(
    space: Mapping[str, BaseDistribution],
    unit: FloatArray,
    column: FloatArray,
    *,
    n_trees: int | None = None,
    min_leaf: int | None = None,
    rng: np.random.Generator,
) -> Forest:
    """Grow a forest.

    Args:
        space: Parameter to declared distribution, in column order.
        unit: ``(n_trials, n_params)`` unit values; NaN = inactive.
        column: ``(n_trials,)`` finite numbers to grow on and to hold, usually `ranks` of the loss.
        n_trees: Number of trees; by default the more the fewer trials there are, `count_trees`.
        min_leaf: Smallest number of distinct trials in a leaf; 3, or fewer below 30 trials.
        rng: Source of bootstrap samples, imputations and orders.
    """
    from sklearn import config_context
    from sklearn.tree import DecisionTreeRegressor

    if n_trees is None:
        n_trees = count_trees(len(unit))
    if min_leaf is None:
        min_leaf = max(1, min(3, len(unit) // 10))
    distributions = list(space.values())
    grid = _grid(distributions)
    inactive = np.isnan(unit)
    trees = []
    for _ in range(n_trees):
        positions = _draw_orders(distributions, rng)
        rows = unit.copy()
        rows[inactive] = rng.random(int(inactive.sum()))
        for j, n in grid.items():
            rows[:, j] = (np.minimum(np.floor(rows[:, j] * n), n - 1) + 0.5) / n
        for j, position in positions.items():
            rows[:, j] = _reorder(rows[:, j], position)
        x = np.ascontiguousarray(rows, dtype=np.float32)
        weights = np.bincount(rng.integers(len(x), size=len(x)), minlength=len(x))
        bag = weights > 0
        estimator = DecisionTreeRegressor(
            min_samples_leaf=min_leaf, random_state=int(rng.integers(2**31 - 1))
        )
        with config_context(skip_parameter_validation=True):  # of each tree: a tenth of its time
            estimator.fit(
                x[bag],
                column[bag],
                sample_weight=weights[bag].astype(np.float64),
                check_input=False,
            )
        tree = _read_tree(estimator.tree_, grid, positions, x, weights)
        trees.append(_revalue(tree, column))
    return _gather(space, trees)


def count_trees(n_trials: int) -> int:
    """Trees of a forest: many where they cost little, as few trials depend most on the seed."""
    return int(np.clip(ROWS_IN_TREES // n_trials, MIN_TREES, MAX_TREES))


def best_leaves(forest: Forest, among: npt.NDArray[np.bool_] | None = None) -> IntArray:
    """``(n_trees,)`` leaf of the lowest value in each tree, the larger one where two are equal.

    Args:
        forest: A forest that holds a loss.
        among: ``(n_trials,)`` flags; only leaves in which most trials have the flag are looked at.
            A tree without such a leaf gives -1.
    """
    chosen = []
    for tree in forest.trees:
        n_leaves = len(tree.values)
        size = np.bincount(tree.leaf_of_row, tree.weights, n_leaves)
        value = tree.values
        if among is not None:
            flagged = np.bincount(tree.leaf_of_row, tree.weights * among, n_leaves)
            value = np.where(flagged > size / 2, value, np.inf)
        best = int(np.lexsort((-size, value))[0])
        chosen.append(best if np.isfinite(value[best]) else -1)
    return np.array(chosen, dtype=np.int64)


def leaf_bounds(forest: Forest, leaves: IntArray, column: int) -> FloatArray:
    """``(n_boxes, 2)`` unit bounds of one numeric parameter in the given leaf of each tree."""
    return np.array(
        [
            (tree.low[leaf, column], tree.high[leaf, column])
            for tree, leaf in zip(forest.trees, leaves, strict=True)
            if leaf >= 0
        ]
    ).reshape(-1, 2)


def leaf_choices(forest: Forest, leaves: IntArray, column: int) -> npt.NDArray[np.bool_]:
    """``(n_boxes, n_choices)`` flags of the choices inside the given leaf of each tree."""
    flags = []
    for tree, leaf in zip(forest.trees, leaves, strict=True):
        if leaf >= 0:
            position = tree.positions[column]
            middle = (position + 0.5) / len(position)
            flags.append((middle > tree.low[leaf, column]) & (middle <= tree.high[leaf, column]))
    n_choices = len(forest.trees[0].positions[column])
    return np.array(flags, dtype=bool).reshape(-1, n_choices)


def _gather(space: Mapping[str, BaseDistribution], trees: Sequence[Tree]) -> Forest:
    low = np.concatenate([tree.low.T for tree in trees], axis=1)
    high = np.concatenate([tree.high.T for tree in trees], axis=1)
    ends = np.cumsum([len(tree.values) for tree in trees])
    return Forest(
        space=space,
        trees=tuple(
            replace(tree, low=low[:, start:end].T, high=high[:, start:end].T)
            for tree, start, end in zip(trees, [0, *ends], ends, strict=False)
        ),
        low=low,
        high=high,
    )


def _revalue(tree: Tree, column: FloatArray) -> Tree:
    n_leaves = len(tree.low)
    weight = np.bincount(tree.leaf_of_row, tree.weights, n_leaves)
    total = np.bincount(tree.leaf_of_row, tree.weights * column, n_leaves)
    return replace(tree, values=total / weight)


def _draw_orders(
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


def _grid(distributions: list[BaseDistribution]) -> dict[int, int]:
    """Column to its number of levels, where they are few and have cells of equal width."""
    grid = {}
    for j, distribution in enumerate(distributions):
        n = n_levels(distribution)
        few = n is not None and n <= MAX_LEVELS and not getattr(distribution, "log", False)
        if n is not None and (few or isinstance(distribution, CategoricalDistribution)):
            grid[j] = n
    return grid


def _reorder(unit: FloatArray, position: IntArray) -> FloatArray:
    n = len(position)
    codes = np.minimum((unit * n).astype(np.int64), n - 1)
    return (position[codes] + 0.5) / n


def _read_tree(
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
