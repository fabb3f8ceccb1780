"""The surrogate forest: one structure that importance, curves, ranges and the gate share.

Trees are grown on the ranks of the loss, so that outliers cannot steer a split, on parameters
placed on the unit interval. A tree is then read as a list of *leaf boxes*, and any column of
numbers can be averaged into its leaves (`Forest.revalued`): the loss in its own units for
pictures, the better half of the losses for the importance near the top.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.models.trees import Tree, draw_orders, levels_of, read_tree, reorder, revalue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray, IntArray

MIN_TREES, MAX_TREES = 64, 192
ROWS_IN_TREES = 40_000  # of all trees together, where their number is free


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
        return replace(self, trees=tuple(revalue(tree, column) for tree in self.trees))


def ranks(values: npt.ArrayLike, weights: FloatArray | None = None) -> FloatArray:
    """Average ranks of values, scaled to ``[0, 1]``; ties share their mean rank.

    Args:
        values: ``(n,)`` numbers.
        weights: ``(n,)`` how many values each stands for; 1 by default.
    """
    _, inverse = np.unique(np.asarray(values, dtype=np.float64), return_inverse=True)
    counts = np.bincount(inverse, weights)
    last = np.cumsum(counts)
    mean_rank = last - (counts + 1) / 2.0
    return mean_rank[inverse] / max(float(counts.sum()) - 1, 1)


def representative_rows(
    loss: FloatArray, rng: np.random.Generator, *, n_best: int = 500, n_others: int = 1500
) -> tuple[IntArray, FloatArray]:
    """Ascending rows to fit on, and how many trials each of them stands for.

    They are all trials, or the best, which stand for themselves, and a random part of the others,
    which stand for the rest: each weighs the inverse of its chance to be drawn (Horvitz and
    Thompson 1952). This bounds the cost of a fit whatever the number of trials. The best alone, or
    the newest alone, would describe another function.
    """
    if len(loss) <= n_best + n_others:
        return np.arange(len(loss)), np.ones(len(loss))
    order = np.argsort(loss, kind="stable")
    others = rng.choice(order[n_best:], size=n_others, replace=False)
    weights = np.zeros(len(loss))
    weights[order[:n_best]], weights[others] = 1.0, (len(loss) - n_best) / n_others
    rows = np.flatnonzero(weights)
    return rows, weights[rows]


def fit_forest(
    space: Mapping[str, BaseDistribution],
    unit: FloatArray,
    column: FloatArray,
    *,
    weights: FloatArray | None = None,
    n_trees: int | None = None,
    min_leaf: int | None = None,
    rng: np.random.Generator,
) -> Forest:
    """Grow a forest.

    Args:
        space: Parameter to declared distribution, in column order.
        unit: ``(n_trials, n_params)`` unit values; NaN = inactive.
        column: ``(n_trials,)`` finite numbers to grow on and to hold, usually `ranks` of the loss.
        weights: ``(n_trials,)`` how many trials each stands for, 1 by default: so often it is
            drawn into the bags. Were only means weighted, leaves of a few good trials that stand
            for themselves would be as large as those of others, and the forest too good.
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
    grid = levels_of(distributions)
    inactive = np.isnan(unit)
    trees = []
    for _ in range(n_trees):
        positions = draw_orders(distributions, rng)
        rows = unit.copy()
        rows[inactive] = rng.random(int(inactive.sum()))
        for j, n in grid.items():
            rows[:, j] = (np.minimum(np.floor(rows[:, j] * n), n - 1) + 0.5) / n
        for j, position in positions.items():
            rows[:, j] = reorder(rows[:, j], position)
        x = np.ascontiguousarray(rows, dtype=np.float32)
        n_drawn = _bootstrap(len(x), weights, rng)
        bag = n_drawn > 0
        estimator = DecisionTreeRegressor(
            min_samples_leaf=min_leaf, random_state=int(rng.integers(2**31 - 1))
        )
        with config_context(skip_parameter_validation=True):  # of each tree: a tenth of its time
            estimator.fit(
                x[bag],
                column[bag],
                sample_weight=n_drawn[bag].astype(np.float64),
                check_input=False,
            )
        tree = read_tree(estimator.tree_, grid, positions, x, n_drawn)
        trees.append(revalue(tree, column))
    return _gather(space, trees)


def _bootstrap(n: int, weights: FloatArray | None, rng: np.random.Generator) -> IntArray:
    """``(n,)`` how often each row is drawn."""
    if weights is None or np.ptp(weights) == 0:
        return np.bincount(rng.integers(n, size=n), minlength=n)
    return np.bincount(rng.choice(n, size=n, p=weights / weights.sum()), minlength=n)


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
