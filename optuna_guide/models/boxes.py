"""The leaves of all trees as boxes: what a forest expects within ranges, exactly.

A forest is a sum of boxes, so that its mean over any product of ranges follows from how much of
each box they hold. Nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain.cells import cell_edges, find_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.models.forest import Forest

    UnitPart: TypeAlias = FloatArray | IntArray

MAX_BINS = 32


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one parameter: its levels where they are few, each choice by itself.

    Attributes:
        edges: ``(n_bins + 1,)`` unit edges.
        rows: ``(n_trials,)`` bin of every trial; ``n_bins`` = inactive.
    """

    edges: FloatArray
    rows: npt.NDArray[np.signedinteger]

    @classmethod
    def of(cls, distribution: BaseDistribution, unit: FloatArray) -> Bins:
        """Bins of a parameter with these ``(n_trials,)`` unit values; NaN = inactive."""
        n = MAX_BINS
        if isinstance(distribution, CategoricalDistribution):
            n = len(distribution.choices)
        edges = cell_edges(distribution, n)
        rows = np.where(np.isnan(unit), len(edges) - 1, find_cells(edges, unit))
        return cls(edges, rows.astype(np.int32))

    def __len__(self) -> int:
        return len(self.edges) - 1

    def count(self, rows: npt.NDArray[np.bool_] | slice = slice(None)) -> IntArray:
        """``(n_bins,)`` number of the given trials in each bin."""
        return np.bincount(self.rows[rows], minlength=len(self) + 1)[: len(self)]


@dataclass(frozen=True, eq=False)
class Boxes:
    """The leaves of all trees, one row each; their bounds are those of the forest, not copies.

    Attributes:
        forest: The forest.
        tree: ``(n_leaves,)`` tree of each leaf.
        values: ``(n_leaves,)`` what it predicts.
        edges: One ``(n_bins + 1,)`` of unit edges for each parameter.
        first: ``(n_params, n_leaves)`` bin of the lower bound, or first position of its choices,
            counted through the bins, or positions, of all trees before.
        last: The same of the upper bound, or the position after the last one.
        positions: Column to ``(n_trees, n_choices)`` position of each choice in each tree.
    """

    forest: Forest
    tree: IntArray
    values: FloatArray
    edges: Sequence[FloatArray]
    first: npt.NDArray[np.int32]
    last: npt.NDArray[np.int32]
    positions: Mapping[int, IntArray]

    @classmethod
    def of(cls, forest: Forest, edges: Sequence[FloatArray]) -> Boxes:
        """The boxes of a forest, to be looked at in bins with these edges."""
        sizes = [len(tree.values) for tree in forest.trees]
        tree = np.repeat(np.arange(len(sizes)), sizes)
        positions = {
            j: np.array([tree.positions[j] for tree in forest.trees])
            for j in forest.trees[0].positions
        }
        first, last = np.empty((2, *forest.low.shape), dtype=np.int32)
        for j, own in enumerate(edges):
            n = len(own) - 1
            for bounds, places in ((forest.low[j], first[j]), (forest.high[j], last[j])):
                if j in positions:
                    places[:] = tree * (n + 1) + np.rint(bounds * n).astype(np.int64)
                else:
                    places[:] = tree * n + find_cells(own, bounds)
        values = np.concatenate([tree.values for tree in forest.trees])
        return cls(forest, tree, values, edges, first, last, positions)

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return len(self.forest.trees)

    def overlap(self, j: int, part: UnitPart | None) -> FloatArray:
        """``(n_leaves,)`` share of a part of one axis that lies in each leaf.

        Args:
            j: Column of the parameter.
            part: ``(n, 2)`` unit intervals, or choice indices; None = the whole axis.
        """
        low, high = self.forest.low[j], self.forest.high[j]
        if part is None:
            return high - low
        if j in self.positions:
            return self._share_of_choices(j, part)
        ends = np.asarray(part, dtype=np.float64).reshape(-1, 2)
        low, high = low[:, None], high[:, None]
        widths = ends[:, 1] - ends[:, 0]
        if not widths.sum() > 0:  # points
            points = ends[:, 0]
            is_first = (points <= 0) & (low <= 0)  # boxes are open below, but not at the bound
            return (((points > low) & (points <= high)) | is_first).mean(axis=1)
        shared = np.minimum(ends[:, 1], high) - np.maximum(ends[:, 0], low)
        return np.maximum(shared, 0.0).sum(axis=1) / widths.sum()

    def shares(self, j: int, edges: FloatArray) -> FloatArray:
        """``(n_cells, n_leaves)`` share of each cell between unit edges that lies in each leaf."""
        if j not in self.positions:
            return np.array([self.overlap(j, np.array([ends])) for ends in pairwise(edges)])
        bounds = np.rint(edges * self.positions[j].shape[1]).astype(np.int64)
        return np.array([self.overlap(j, np.arange(*ends)) for ends in pairwise(bounds)])

    def expect(self, weights: FloatArray) -> FloatArray:
        """``(n_trees,)`` predictions, for the share of each leaf that is asked about."""
        return np.bincount(self.tree, weights * self.values, self.n_trees).astype(np.float64)

    def along(self, j: int, weights: FloatArray) -> FloatArray:
        """``(n_trees, n_bins)`` mean prediction of every tree in each bin of one axis.

        Args:
            j: Column of the parameter.
            weights: ``(n_leaves,)`` share of each leaf along all other axes.
        """
        mass, edges, n = weights * self.values, self.edges[j], len(self.edges[j]) - 1
        if j in self.positions:
            steps = self._sum(self.first[j], mass, n + 1) - self._sum(self.last[j], mass, n + 1)
            return np.take_along_axis(steps.cumsum(axis=1), self.positions[j], axis=1)
        # the integral up to each edge: what began before it, less what ended before it
        total = np.zeros((self.n_trees, n + 1))
        for bounds, places, sign in (
            (self.forest.low[j], self.first[j], 1.0),
            (self.forest.high[j], self.last[j], -1.0),
        ):
            begun = self._sum(places, mass, n).cumsum(axis=1)
            at = self._sum(places, mass * bounds, n).cumsum(axis=1)
            total[:, 1:] += sign * (edges[1:] * begun - at)
        return np.diff(total, axis=1) / np.diff(edges)

    def _sum(self, places: npt.NDArray[np.int32], mass: FloatArray, n: int) -> FloatArray:
        sums: FloatArray = np.bincount(places, mass, self.n_trees * n).astype(np.float64)
        return sums.reshape(self.n_trees, n)

    def _share_of_choices(self, j: int, part: UnitPart) -> FloatArray:
        places = self.positions[j]
        chosen = np.zeros((self.n_trees, places.shape[1] + 1))
        np.put_along_axis(chosen, places[:, part] + 1, 1.0, axis=1)
        before: FloatArray = chosen.cumsum(axis=1).ravel()
        return (before[self.last[j]] - before[self.first[j]]) / max(len(part), 1)
