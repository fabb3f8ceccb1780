"""E[target | ranges]: what the forest expects along every axis, given ranges on the others.

Without ranges these are the effects of a guidance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW, cell_edges, find_cells
from optuna_guide.guidance import Effect, Surface
from optuna_guide.models.digits import place_on_axis, rounded
from optuna_guide.models.fanova import interaction
from optuna_guide.models.parts import to_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.boxes import Bins, UnitPart
    from optuna_guide.models.fitting import Models


MAX_SURFACE_CELLS = 16


@dataclass(frozen=True)
class Expectation:
    """What is expected within ranges.

    Attributes:
        mean: Expected target; NaN where the ranges hold nothing: choices that were never tried.
        spread: Its standard deviation over the trees.
        n_inside: Trials within all ranges.
        effects: Expected target along each parameter, within the ranges of all *other* ones.
    """

    mean: float
    spread: float
    n_inside: int
    effects: Mapping[str, Effect]


def expect_along(models: Models, parts: Mapping[int, UnitPart]) -> Expectation:
    """What is expected within ranges, and along every axis.

    Args:
        models: Of the trials.
        parts: Column to the part of its axis.
    """
    boxes, space = models.boxes, models.sample.space
    before, after = _products([boxes.overlap(j, parts.get(j)) for j in range(len(space))])
    outside, failed = _outside(models, parts)
    branching = models.sample.table.branching
    effects = {}
    for j, (name, distribution) in enumerate(space.items()):
        bins, weights = models.bins[j], before[j] * after[j]
        if found := branching.where.get(name):
            weights = _within(models, parts, found, j)
        curves = boxes.along(j, weights) if weights.any() else np.full((1, len(bins)), np.nan)
        middles = _middles(bins, models.sample.all_unit[:, j])
        counts = bins.count(failed == outside.get(j, False))
        effects[name] = Effect(
            x=place_on_axis(distribution, spaces.from_unit(distribution, middles)),
            edges=place_on_axis(distribution, spaces.place(distribution, bins.edges)),
            mean=rounded(curves.mean(axis=0)),
            spread=rounded(curves.std(axis=0)),
            counts=tuple(counts.tolist()),
        )
    mean, spread = _over_trees(models, before[-1])
    return Expectation(mean, spread, int(np.sum(failed == 0)), effects)


def _within(
    models: Models, parts: Mapping[int, UnitPart], where: Region, column: int
) -> FloatArray:
    """Weights of the leaves for a conditional parameter: only where it is active.

    Elsewhere the forest places it below its range, beside its own lowest values.
    """
    space, branching = models.sample.space, models.sample.table.branching
    above = dict(where)
    for name in where:  # what a parent hangs on
        above |= branching.where.get(name, {})
    parts = {**parts, **to_parts(above, branching.space, space)}
    weights = np.ones(len(models.boxes.values))
    for j in range(len(space)):
        if j != column:
            weights = weights * models.boxes.overlap(j, parts.get(j))
    return weights


def _middles(bins: Bins, unit: FloatArray) -> FloatArray:
    """Unit place of each cell: its middle, or the value in it where few were tried."""
    middles = (bins.edges[1:] + bins.edges[:-1]) / 2
    tried = np.unique(unit[~np.isnan(unit)])
    cells = find_cells(bins.edges, tried)
    if len(tried) <= FEW and len(np.unique(cells)) == len(tried):
        middles[cells] = tried
    return middles


def expect(models: Models, parts: Mapping[int, UnitPart]) -> tuple[float, float]:
    """Expected target within ranges, and its standard deviation over the trees.

    NaN where they hold nothing: choices that no complete trial has tried.
    """
    boxes = models.boxes
    weights = np.ones(len(boxes.values))
    for j in range(len(models.sample.space)):
        weights *= boxes.overlap(j, parts.get(j))
    return _over_trees(models, weights)


def expect_over(models: Models, first: int, second: int) -> Surface:
    """What is expected over two parameters, columns of the sample."""
    boxes, distributions = models.boxes, list(models.sample.space.values())
    edges, shares, places = [], [], []
    for j in (first, second):
        edges.append(cell_edges(distributions[j], MAX_SURFACE_CELLS))
        shares.append(boxes.shares(j, edges[-1]))
        middles = (edges[-1][1:] + edges[-1][:-1]) / 2
        x = spaces.from_unit(distributions[j], middles)
        places.append(place_on_axis(distributions[j], x))
    weights = boxes.values / boxes.n_trees
    for j in range(len(distributions)):
        if j not in (first, second):
            weights = weights * boxes.overlap(j, None)
    total = (shares[0] * weights) @ shares[1].T
    alone = interaction(total, np.diff(edges[0]), np.diff(edges[1]))
    return Surface(
        x=places[0],
        y=places[1],
        total=tuple(rounded(row) for row in total),
        interaction=tuple(rounded(row) for row in alone),
    )


def _over_trees(models: Models, weights: FloatArray) -> tuple[float, float]:
    if not weights.any():
        return math.nan, math.nan
    by_tree = models.boxes.expect(weights)
    return float(by_tree.mean()), float(by_tree.std())


def _products(shares: list[FloatArray]) -> tuple[list[FloatArray], list[FloatArray]]:
    """Products of the shares before each axis, and of those after it; the last one is of all."""
    before = [np.ones_like(shares[0])]
    for share in shares:
        before.append(before[-1] * share)
    after = [np.ones_like(shares[0])]
    for share in shares[:0:-1]:
        after.append(after[-1] * share)
    return before, after[::-1]


def _outside(
    models: Models, parts: Mapping[int, UnitPart]
) -> tuple[dict[int, npt.NDArray[np.bool_]], npt.NDArray[np.int64]]:
    """Whether each trial is outside of a part, by column; and of how many of them it is."""
    outside = {}
    for j, part in parts.items():
        if j in models.boxes.positions:
            inside = np.isin(models.bins[j].rows, np.asarray(part))
        else:
            ends = np.asarray(part).reshape(-1, 2)
            column = models.sample.all_unit[:, j, None]
            inside = np.any((column >= ends[:, 0] - 1e-9) & (column <= ends[:, 1] + 1e-9), axis=1)
        outside[j] = ~inside
    none = np.zeros(len(models.sample.all_unit), dtype=bool)
    return outside, np.sum([none, *outside.values()], axis=0)
