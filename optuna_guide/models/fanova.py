"""Functional ANOVA of the forest, exact from its leaf boxes (Hutter, Hoos and Leyton-Brown 2014).

A tree is a sum of boxes, so its marginal along any parameters is a piecewise constant function
that follows from the volumes of the boxes: no sampling. The averaged forest's marginals are the
means of those of its trees; shares are taken of the *averaged* forest, which halves the error
against the mean of the trees' own shares, and the spread over the trees is kept beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.cells import cell_edges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.models.forest import Forest
    from optuna_guide.models.trees import Tree

N_SAMPLES = 4096
N_JOINT_SAMPLES = 512
MAX_CELLS = 64
MAX_PAIR_CELLS = 16
MAX_PAIR_PARAMS = 24
MAX_PAIR_TREES = 128


@dataclass(frozen=True, eq=False)
class Fanova:
    """Shares of the forest's variance; not scaled by its skill.

    Attributes:
        variance: Variance of the averaged forest over the whole space.
        mains: ``(n_params,)`` share of each main effect.
        spread: ``(n_params,)`` standard deviation of the trees' own shares.
        pairs: Columns ``(i, j)``, i < j, to the share of the interaction alone.
        pair_spread: The same keys to the standard deviation of the trees' own shares.
    """

    variance: float
    mains: FloatArray
    spread: FloatArray
    pairs: dict[tuple[int, int], float]
    pair_spread: dict[tuple[int, int], float]

    def shapley(self) -> FloatArray:
        """``(n_params,)`` main share plus half of every interaction, normalised to sum to 1.

        These are the Shapley effects of the variance, cut off after pairs (Owen 2014, eq. 6).
        """
        totals = self.mains.copy()
        for (i, j), share in self.pairs.items():
            totals[[i, j]] += share / 2
        return normalised(totals)


class Marginals:
    """Marginals of a forest: what it predicts along some parameters, averaged over the others.

    Args:
        forest: The forest.
        seed: Seed of the Sobol points that the total variance is taken over.

    Attributes:
        variance: Variance of the averaged forest over the whole space.
    """

    def __init__(self, forest: Forest, *, seed: int = 0) -> None:
        self.forest = forest
        self.trees = [_TreeMarginals(tree) for tree in forest.trees]
        self.variance = float(forest.predict(_sobol(forest, N_SAMPLES, seed)).mean(axis=0).var())

    def curve(self, column: int, unit: FloatArray) -> FloatArray:
        """``(n_trees, n_points)`` marginal of every tree along one parameter."""
        return np.array([tree.curve(column, unit) + tree.mean for tree in self.trees])


def fit_fanova(marginals: Marginals, *, max_pair_params: int = MAX_PAIR_PARAMS) -> Fanova:
    """Mains and pairs of the function that the forest holds.

    Args:
        marginals: Marginals of a forest that holds the column to explain.
        max_pair_params: Pairs are measured among this many parameters at most, those that the
            trees split on to the greatest effect. Their number bounds the cost.
    """
    forest, trees, total = marginals.forest, marginals.trees, marginals.variance
    distributions = list(forest.space.values())
    n_params = len(distributions)
    candidates = list(combinations(_most_split(forest, max_pair_params), 2))
    if total <= 0:
        zeros = dict.fromkeys(candidates, 0.0)
        return Fanova(0.0, np.zeros(n_params), np.zeros(n_params), zeros, dict(zeros))
    variances = np.array([t.variance for t in trees])
    few = trees[:MAX_PAIR_TREES]
    own = np.array([[t.main_variance(j) for j in range(n_params)] for t in trees])
    mains = np.zeros(n_params)
    for j, distribution in enumerate(distributions):
        edges = cell_edges(distribution, MAX_CELLS)
        curve = marginals.curve(j, _middles(edges)).mean(axis=0)
        mains[j] = _variance(curve, np.diff(edges)) / total
    pairs, pair_spread = {}, {}
    coarse = [cell_edges(d, MAX_PAIR_CELLS) for d in distributions]
    places = {
        j: [tree.find_cells(j, _middles(coarse[j])) for tree in few]
        for j in {column for pair in candidates for column in pair}
    }
    for i, j in candidates:
        surface, shares = np.zeros((len(coarse[i]) - 1, len(coarse[j]) - 1)), np.zeros(len(few))
        for t, tree in enumerate(few):
            cells = tree.pair(i, j)
            rest = tree.variance_of(cells, i, j) - own[t, i] - own[t, j]
            shares[t] = max(0.0, rest) / variances[t]
            surface += cells[places[i][t][:, None], places[j][t]]
        weights = np.diff(coarse[i]), np.diff(coarse[j])
        alone = interaction(surface / len(few), *weights)
        pairs[i, j] = float(weights[0] @ alone**2 @ weights[1]) / total
        pair_spread[i, j] = float(np.std(shares))
    return Fanova(total, mains, (own / variances[:, None]).std(axis=0), pairs, pair_spread)


def joint_share(
    forest: Forest, columns: Sequence[int], variance: float, *, seed: int = 0
) -> float:
    """Share of the forest's variance that a set of parameters explains together, of any order.

    The marginal over the other parameters is exact; only its variance along the set itself is
    taken over Sobol points.
    """
    if not columns or variance <= 0:
        return 0.0
    points = _sobol(forest, N_JOINT_SAMPLES, seed)
    others = [j for j in range(len(forest.space)) if j not in columns]
    total = np.zeros(len(points))
    for tree in forest.trees:
        weight = tree.values * (tree.high - tree.low)[:, others].prod(axis=1)
        placed = tree.place(points)
        inside = np.ones((len(points), len(tree.values)), dtype=bool)
        for j in columns:
            at = placed[:, j, None]
            inside &= (at > tree.low[:, j]) & (at <= tree.high[:, j])
        total += inside @ weight
    return float(min(1.0, np.var(total / len(forest.trees)) / variance))


def normalised(shares: FloatArray) -> FloatArray:
    """The same shares with the sum 1; nothing where nothing is."""
    total = shares.sum()
    return shares / total if total > 0 else shares


def interaction(
    surface: FloatArray, first_weights: FloatArray, second_weights: FloatArray
) -> FloatArray:
    """The surface less its mean and its two main effects; the weights sum to 1."""
    along_first = surface @ second_weights
    along_second = first_weights @ surface
    return surface - along_first[:, None] - along_second[None] + first_weights @ along_first


class _TreeMarginals:
    """Marginals of one centred tree, on the cells between its own thresholds."""

    def __init__(self, tree: Tree) -> None:
        sides = tree.high - tree.low
        volumes = sides.prod(axis=1)
        self.tree = tree
        self.mean = float(volumes @ tree.values)
        centred = tree.values - self.mean
        self.variance = max(float(volumes @ centred**2), np.finfo(float).tiny)
        self._sides = sides
        self._mass = centred * volumes
        self._edges = [np.unique(np.append(tree.low[:, j], 1.0)) for j in range(sides.shape[1])]
        self.n_cells = [len(e) - 1 for e in self._edges]
        self._widths = [np.diff(e) for e in self._edges]
        pairs = list(zip(self._edges, tree.low.T, tree.high.T, strict=True))
        self._first = [np.searchsorted(edges, low) for edges, low, _ in pairs]
        self._last = [np.searchsorted(edges, high) for edges, _, high in pairs]

    def main(self, j: int) -> FloatArray:
        """Centred marginal on the cells of one parameter: a difference array, summed up."""
        height = self._mass / self._sides[:, j]
        n = self.n_cells[j] + 1
        steps = np.bincount(self._first[j], height, n) - np.bincount(self._last[j], height, n)
        return np.cumsum(steps)[:-1]

    def pair(self, i: int, j: int) -> FloatArray:
        """Centred marginal on the cells of two parameters."""
        height = self._mass / (self._sides[:, i] * self._sides[:, j])
        rows, columns = self.n_cells[i] + 1, self.n_cells[j] + 1
        first, last = self._first[i] * columns, self._last[i] * columns
        corners = np.concatenate(
            [
                first + self._first[j],
                last + self._last[j],
                first + self._last[j],
                last + self._first[j],
            ]
        )
        steps = np.bincount(
            corners, np.concatenate([height, height, -height, -height]), rows * columns
        )
        return steps.reshape(rows, columns).cumsum(axis=0).cumsum(axis=1)[:-1, :-1]

    def main_variance(self, j: int) -> float:
        return float(self._widths[j] @ self.main(j) ** 2)

    def variance_of(self, cells: FloatArray, i: int, j: int) -> float:
        return float(self._widths[i] @ cells**2 @ self._widths[j])

    def curve(self, j: int, unit: FloatArray) -> FloatArray:
        return self.main(j)[self.find_cells(j, unit)]

    def find_cells(self, j: int, unit: FloatArray) -> IntArray:
        """``(n_points,)`` cell of each point along one parameter."""
        if j in self.tree.positions:
            position = self.tree.positions[j]
            n = len(position)
            unit = (position[np.minimum((unit * n).astype(np.int64), n - 1)] + 0.5) / n
        cells = np.searchsorted(self._edges[j], unit, side="left") - 1
        return np.minimum(np.maximum(cells, 0), self.n_cells[j] - 1)


def _most_split(forest: Forest, n: int) -> list[int]:
    """Ascending columns whose splits reduce the impurity most, interactions included."""
    gains = np.mean([tree.nodes.compute_feature_importances() for tree in forest.trees], axis=0)
    return sorted(int(j) for j in np.argsort(-gains, kind="stable")[:n])


def _sobol(forest: Forest, n_samples: int, seed: int) -> FloatArray:
    from scipy.stats import qmc

    return qmc.Sobol(len(forest.space), seed=seed).random(n_samples)


def _variance(curve: FloatArray, weights: FloatArray) -> float:
    mean = weights @ curve
    return float(weights @ (curve - mean) ** 2)


def _middles(edges: FloatArray) -> FloatArray:
    return (edges[1:] + edges[:-1]) / 2
