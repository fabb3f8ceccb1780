"""E[target | ranges]: what the forest expects along every axis, given what is brushed on others.

Exact, by the overlap of the leaf boxes with the ranges: no sampling.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.surfaces.workbench.wire import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.surfaces.workbench.surrogate import Surrogate, UnitPart
    from optuna_guide.surfaces.workbench.wire import Json


def estimate(surrogate: Surrogate, parts: Mapping[int, UnitPart]) -> Json:
    """Expected target under the ranges, and along each axis under those of all *other* axes.

    Args:
        surrogate: The forest.
        parts: Column to the part of its axis.
    """
    boxes, space = surrogate.boxes, surrogate.sample.space
    shares = [boxes.overlap(j, parts.get(j)) for j in range(len(space))]
    before, after = _products(shares)
    expected, spread = _expect(surrogate, before[-1])
    outside, failed = _outside(surrogate, parts)
    params = {}
    for j, (name, distribution) in enumerate(space.items()):
        bins = surrogate.bins[j]
        weights = before[j] * after[j]
        mean = boxes.along(j, weights, bins) if weights.any() else np.full(len(bins), np.nan)
        rows = bins.rows[failed - outside.get(j, 0) == 0]
        density = np.bincount(rows, minlength=len(bins) + 1)[: len(bins)]
        found: Json = {"mean": [number(v) for v in mean], "density": density.tolist()}
        if isinstance(distribution, CategoricalDistribution):
            params[name] = {"choices": list(range(len(bins))), **found}
        else:
            params[name] = {"edges": spaces.place(distribution, bins.edges).tolist(), **found}
    return {
        "target": surrogate.goal.name,
        "direction": surrogate.goal.direction,
        "expected": number(expected),
        "spread": number(spread),
        "n_inside": int(np.sum(failed == 0)),
        "params": params,
    }


def expect(surrogate: Surrogate, parts: Mapping[int, UnitPart]) -> tuple[float, float]:
    """Expected target under the ranges, and its standard deviation over the trees.

    NaN where they hold nothing: choices that no complete trial has tried.
    """
    boxes = surrogate.boxes
    weights = np.ones(len(boxes.values))
    for j in range(len(surrogate.sample.space)):
        weights *= boxes.overlap(j, parts.get(j))
    return _expect(surrogate, weights)


def _expect(surrogate: Surrogate, weights: FloatArray) -> tuple[float, float]:
    """Mean and standard deviation over the trees; NaN where the ranges hold nothing."""
    if not weights.any():
        return math.nan, math.nan
    by_tree = surrogate.boxes.by_tree(weights)
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
    surrogate: Surrogate, parts: Mapping[int, UnitPart]
) -> tuple[dict[int, FloatArray], FloatArray]:
    """1 for each trial outside of a part, by column; and in how many of them each is outside."""
    unit = surrogate.sample.all_unit
    outside = {}
    for j, part in parts.items():
        if j in surrogate.boxes.choices:
            inside = np.isin(surrogate.bins[j].rows, np.asarray(part))
        else:
            ends = np.asarray(part).reshape(-1, 2)
            column = unit[:, j, None]
            inside = np.any((column >= ends[:, 0] - 1e-9) & (column <= ends[:, 1] + 1e-9), axis=1)
        outside[j] = (~inside).astype(np.float64)
    return outside, np.sum([np.zeros(len(unit)), *outside.values()], axis=0)
