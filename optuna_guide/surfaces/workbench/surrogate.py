"""The models behind what a page asks about: E[target | ranges], a point, a set of parameters.

A guidance is drawn without its models. What a brush asks for needs them again: the same forest,
fitted on the same rows, held as leaf boxes over all trees.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import cell_edges, find_cells
from optuna_guide.domain.ranges import Choices
from optuna_guide.guidance import NotReady
from optuna_guide.models.ebm import MIN_TRIALS as MIN_EBM_TRIALS
from optuna_guide.models.ebm import fit_ebm
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.sample import Sample, read_sample
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.ebm import Ebm
    from optuna_guide.models.fanova import Marginals
    from optuna_guide.models.forest import Forest
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Direction, Target

    UnitPart: TypeAlias = "FloatArray | npt.NDArray[np.int64]"

SEED = 0
N_BINS = 32


@dataclass(frozen=True, eq=False)
class Surrogate:
    """A forest that holds the target in its own units, and what it was fitted on.

    Attributes:
        table: Trials.
        goal: The target.
        sample: The rows that the forest saw.
        forest: Holds the target, the bad side clipped.
        boxes: Its leaves.
        bins: One for each parameter.
    """

    table: TrialsTable
    goal: Target
    sample: Sample
    forest: Forest
    boxes: Boxes
    bins: tuple[Bins, ...]

    @functools.cached_property
    def marginals(self) -> Marginals:
        """Marginals of the forest."""
        from optuna_guide.models.fanova import Marginals

        return Marginals(self.forest, seed=SEED)

    @functools.cached_property
    def ebm(self) -> Ebm | None:
        """The EBM of the same rows; None where they are too few."""
        sample = self.sample
        if len(sample.values) < MIN_EBM_TRIALS:
            return None
        direction = sample.direction
        return fit_ebm(sample.space, sample.params, sample.values, direction=direction, seed=SEED)


def fit_surrogate(
    table: TrialsTable, target: str | int | None, direction: Direction | None
) -> Surrogate | NotReady:
    """Fit the forest for a target, or say why it cannot be.

    Raises:
        ValueError: If the table has no such target.
    """
    goal = read_target(table, target, direction=direction)
    rng = np.random.default_rng(SEED)
    sample = read_sample(table, goal, rng)
    if isinstance(sample, NotReady):
        return sample
    forest = fit_forest(sample.space, sample.unit, ranks(sample.loss), rng=rng)
    forest = forest.revalued(sample.values)
    bins = tuple(
        Bins.of(distribution, sample.all_unit[:, j])
        for j, distribution in enumerate(sample.space.values())
    )
    return Surrogate(table, goal, sample, forest, Boxes.of(forest, bins), bins)


@dataclass(frozen=True, eq=False)
class Bins:
    """The bins of one parameter, in which estimates are given.

    Attributes:
        edges: ``(n_bins + 1,)`` unit edges.
        rows: ``(n_trials,)`` bin of every trial; ``n_bins`` = inactive.
    """

    edges: FloatArray
    rows: npt.NDArray[np.int64]

    @classmethod
    def of(cls, distribution: BaseDistribution, unit: FloatArray) -> Bins:
        """Bins of a parameter: its levels where they are few, each choice by itself."""
        n = N_BINS
        if isinstance(distribution, CategoricalDistribution):
            n = len(distribution.choices)
        edges = cell_edges(distribution, n)
        return cls(edges, np.where(np.isnan(unit), len(edges) - 1, find_cells(edges, unit)))

    def __len__(self) -> int:
        return len(self.edges) - 1


@dataclass(frozen=True, eq=False)
class Boxes:
    """The leaves of all trees, one row each.

    Attributes:
        n_trees: Number of trees.
        tree: ``(n_leaves,)`` tree of each leaf.
        values: ``(n_leaves,)`` what it predicts.
        low: One ``(n_leaves,)`` for each parameter: open lower unit bounds.
        high: The same: closed upper unit bounds.
        first: One for each parameter: bin of the lower bound.
        last: The same of the upper bound.
        choices: Column to ``(n_leaves, n_choices)`` flags of the choices in the leaf.
    """

    n_trees: int
    tree: npt.NDArray[np.int64]
    values: FloatArray
    low: tuple[FloatArray, ...]
    high: tuple[FloatArray, ...]
    first: tuple[npt.NDArray[np.int64], ...]
    last: tuple[npt.NDArray[np.int64], ...]
    choices: Mapping[int, FloatArray]

    @classmethod
    def of(cls, forest: Forest, bins: tuple[Bins, ...]) -> Boxes:
        """The boxes of a forest."""
        low = np.concatenate([tree.low for tree in forest.trees]).T.copy()
        high = np.concatenate([tree.high for tree in forest.trees]).T.copy()
        places = [
            [find_cells(b.edges, side) for side in sides]
            for b, sides in zip(bins, zip(low, high, strict=True), strict=True)
        ]
        flags: dict[int, FloatArray] = {}
        for j in forest.trees[0].positions:
            parts = []
            for tree in forest.trees:
                middle = (tree.positions[j] + 0.5) / len(tree.positions[j])
                parts.append((middle > tree.low[:, j, None]) & (middle <= tree.high[:, j, None]))
            flags[j] = np.concatenate(parts).astype(np.float64)
        sizes = [len(tree.values) for tree in forest.trees]
        return cls(
            n_trees=len(sizes),
            tree=np.repeat(np.arange(len(sizes)), sizes),
            values=np.concatenate([tree.values for tree in forest.trees]),
            low=tuple(low),
            high=tuple(high),
            first=tuple(p[0] for p in places),
            last=tuple(p[1] for p in places),
            choices=flags,
        )

    def overlap(self, j: int, part: UnitPart | None) -> FloatArray:
        """``(n_leaves,)`` share of a part of one axis that lies in each leaf.

        Args:
            j: Column of the parameter.
            part: ``(n, 2)`` unit intervals, or choice indices; None = the whole axis.
        """
        if part is None:
            return self.high[j] - self.low[j]
        if j in self.choices:
            chosen: FloatArray = self.choices[j][:, part].sum(axis=1) / max(len(part), 1)
            return chosen
        ends = np.asarray(part, dtype=np.float64).reshape(-1, 2)
        low, high = self.low[j][:, None], self.high[j][:, None]
        widths = ends[:, 1] - ends[:, 0]
        if not widths.sum() > 0:  # points
            points = ends[:, 0]
            is_first = (points <= 0) & (low <= 0)  # boxes are open below, but not at the bound
            inside = ((points > low) & (points <= high)) | is_first
            return inside.mean(axis=1)
        shared = np.minimum(ends[:, 1], high) - np.maximum(ends[:, 0], low)
        return np.maximum(shared, 0.0).sum(axis=1) / widths.sum()

    def by_tree(self, weights: FloatArray) -> FloatArray:
        """``(n_trees,)`` predictions, for the share of each leaf that is asked about."""
        return np.bincount(self.tree, weights * self.values, self.n_trees).astype(np.float64)

    def along(self, j: int, weights: FloatArray, bins: Bins) -> FloatArray:
        """``(n_bins,)`` mean prediction in each bin of one axis.

        Args:
            j: Column of the parameter.
            weights: ``(n_leaves,)`` share of each leaf along all other axes.
            bins: The bins.
        """
        mass = weights * self.values / self.n_trees
        if j in self.choices:
            return mass @ self.choices[j]
        # the integral up to each edge: what began before it, less what ended before it
        total = np.zeros(len(bins) + 1)
        for bound, place, sign in (
            (self.low[j], self.first[j], 1.0),
            (self.high[j], self.last[j], -1.0),
        ):
            begun = np.cumsum(np.bincount(place, mass, len(bins)))
            at = np.cumsum(np.bincount(place, mass * bound, len(bins)))
            total[1:] += sign * (bins.edges[1:] * begun - at)
        return np.diff(total) / np.diff(bins.edges)


def to_parts(
    region: Region, space: Mapping[str, BaseDistribution], own: Mapping[str, BaseDistribution]
) -> dict[int, UnitPart]:
    """A region as parts of the axes of a surrogate, by column.

    Args:
        region: Parts of ranges, as internal values of ``space``.
        space: Declared distributions that the region was made with.
        own: Distributions of the surrogate; parameters that it does not have are left out.
    """
    parts: dict[int, UnitPart] = {}
    for j, (name, distribution) in enumerate(own.items()):
        if name in region:
            parts[j] = _to_part(region[name], space[name], distribution)
    return parts


def _to_part(part: PromisingRange, declared: BaseDistribution, own: BaseDistribution) -> UnitPart:
    if isinstance(part, Choices):
        if not isinstance(own, CategoricalDistribution):
            return np.array([[0.0, 1.0]])
        wanted = {_key(declared.to_external_repr(i)) for i in part.indices}
        kept = [k for k, choice in enumerate(own.choices) if _key(choice) in wanted]
        return np.array(kept, dtype=np.int64)
    half = (getattr(own, "step", None) or 0.0) / 2
    ends = np.array(part.intervals, dtype=np.float64).reshape(-1, 2)
    return spaces.to_unit(own, ends + np.array([-half, half]))


def _key(choice: object) -> tuple[type, str]:
    """Tells choices apart: 1 is not True."""
    return type(choice), repr(choice)
