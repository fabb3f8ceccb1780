"""Confine to the best leaves of a forest: the default.

The idea is that of guided hyperparameter tuning through visualization and inference: per tree,
follow the path from the root to the best leaf, and intersect over the trees. The plain
intersection is nearly always empty somewhere; there the medians of the bounds are taken.

Trees are grown until leaves are pure, so the best leaf of a tree is the one of the best trial in
its bag, and only the path to it has to be grown: all trees at once, one level per step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import region as regions
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.domain.ranges import Choices, PromisingRange
from optuna_guide.sampling.narrowing import Observations

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

PADDING = 0.1  # share of a range's width that is added on either side
MIN_WIDTH = 0.1  # share of the declared range that always remains
N_IQR = 1.5  # beyond the quartile, where losses are clipped
MIN_TRIED = 3  # trials that a choice gets before it may be dropped
_CELLS_AT_ONCE = 100_000  # trees x rows x columns that fit a processor's cache
_TIE_BREAK = 1e-9  # relative; features that split equally well are drawn at random


def propose(observations: Observations, *, n_trees: int = 32) -> Region:
    """Region of the best leaves; parameters that cannot be narrowed are left out.

    The best trials always stay inside: of several objectives, the whole first front.

    Args:
        observations: Complete trials.
        n_trees: Number of bootstrap samples, each of which grows one path.
    """
    encoding = _Encoding(observations)
    loss = clip_outliers(observations.loss, "minimize", N_IQR)
    loss = (loss - loss.mean()) / (np.ptp(loss) or 1.0)
    rng = np.random.default_rng(observations.seed)
    low, high = _combine(*grow_paths(encoding.columns, loss, n_trees=n_trees, rng=rng))
    incumbents = encoding.columns[observations.loss == observations.loss.min()]
    region: dict[str, PromisingRange] = {}
    for name, columns in encoding.columns_of.items():
        distribution = observations.space[name]
        best = incumbents[:, columns]
        if np.isnan(best).any():
            continue
        if isinstance(distribution, CategoricalDistribution):
            tried = np.nansum(encoding.columns[:, columns], axis=0)
            keep = (high[columns] > 0.5) | (best > 0.5).any(axis=0) | (tried < MIN_TRIED)
            region[name] = Choices(tuple(np.flatnonzero(keep).tolist()))
        else:
            bounds = pad(min(low[columns][0], best.min()), max(high[columns][0], best.max()))
            region[name] = regions.interval(distribution, *bounds)
    return regions.without_whole_ranges(region, observations.space)


def pad(low: float, high: float) -> tuple[float, float]:
    """Unit bounds with a margin on both sides and at least the minimum width, inside [0, 1]."""
    margin = PADDING * max(high - low, MIN_WIDTH / 2)
    low, high = low - margin, high + margin
    if high - low < MIN_WIDTH:
        middle = (low + high) / 2
        low, high = middle - MIN_WIDTH / 2, middle + MIN_WIDTH / 2
        low, high = low - max(high - 1, 0), high + max(-low, 0)
    return max(low, 0.0), min(high, 1.0)


class _Encoding:
    """Unit columns, one per numeric parameter and one 0/1 column per choice."""

    def __init__(self, observations: Observations) -> None:
        blocks, self.columns_of = [], {}
        n_columns = 0
        for j, (name, distribution) in enumerate(observations.space.items()):
            block = observations.unit[:, [j]]
            if isinstance(distribution, CategoricalDistribution):
                n = len(distribution.choices)
                code = np.floor(block * n)
                block = np.where(np.isnan(block), np.nan, code == np.arange(n))
            self.columns_of[name] = np.arange(n_columns, n_columns + block.shape[1])
            n_columns += block.shape[1]
            blocks.append(block)
        self.columns = np.concatenate(blocks, axis=1) if blocks else observations.unit


def grow_paths(
    columns: FloatArray, loss: FloatArray, *, n_trees: int, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Bounds ``(n_trees, n_columns)`` of the leaf of the best row in each tree's bag.

    A node is split where the squared error falls most (CART; Breiman et al. 1984). Rows in which a
    column is NaN stay on its lower side; such a row's own path says nothing about that column.

    Args:
        columns: ``(n_rows, n_columns)`` values in [0, 1]; NaN = inactive.
        loss: ``(n_rows,)`` lower is better, of the order of 1.
        n_trees: Number of bootstrap samples.
        rng: Draws the bags and breaks ties.
    """
    n_rows = len(columns)
    x = np.where(np.isnan(columns), -1.0, columns)
    draws = rng.integers(n_rows, size=(n_trees, n_rows))
    weights = np.stack([np.bincount(row, minlength=n_rows) for row in draws]).astype(np.float64)
    at_once = max(1, _CELLS_AT_ONCE // x.size)
    bounds = [
        _grow(x, loss, weights[start : start + at_once], rng)
        for start in range(0, n_trees, at_once)
    ]
    return np.concatenate([low for low, _ in bounds]), np.concatenate([high for _, high in bounds])


def _grow(
    x: FloatArray, loss: FloatArray, weights: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    low, high = np.zeros((len(weights), x.shape[1])), np.ones((len(weights), x.shape[1]))
    target = x[np.argmin(np.where(weights > 0, loss, np.inf), axis=1)]
    trees = np.arange(len(weights))
    order = np.argsort(x, axis=0, kind="stable")
    while True:
        impure = _impure(weights, loss)
        trees, weights = trees[impure], weights[impure]
        if not len(trees):
            return low, high
        present = np.any(weights > 0, axis=0)
        order = order.T[present[order.T]].reshape(x.shape[1], -1).T
        column, value, gain = _best_split(x, loss, weights, order, rng)
        split: npt.NDArray[np.bool_] = gain > 0
        trees, weights, column, value = trees[split], weights[split], column[split], value[split]
        cells = x[:, column].T
        below = cells <= value[:, None]
        last = np.max(np.where((weights > 0) & below, cells, -np.inf), axis=1)
        first = np.min(np.where((weights > 0) & ~below, cells, np.inf), axis=1)
        threshold = np.clip((last + first) / 2, 0.0, 1.0)
        here = target[trees, column]
        down, up = (here <= value) & (here >= 0), here > value
        high[trees[down], column[down]] = threshold[down]
        low[trees[up], column[up]] = threshold[up]
        weights = weights * (below == (here <= value)[:, None])


def _impure(weights: FloatArray, loss: FloatArray) -> npt.NDArray[np.bool_]:
    lowest = np.min(np.where(weights > 0, loss, np.inf), axis=1)
    highest = np.max(np.where(weights > 0, loss, -np.inf), axis=1)
    impure: npt.NDArray[np.bool_] = highest - lowest > 1e-12
    return impure


def _best_split(
    x: FloatArray,
    loss: FloatArray,
    weights: FloatArray,
    order: npt.NDArray[np.int64],
    rng: np.random.Generator,
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """Column, largest value on the lower side, and gain of each tree's best split."""
    ascending = np.take_along_axis(x, order, axis=0).T
    rows = np.ascontiguousarray(order.T)
    n_left = np.cumsum(weights[:, rows], axis=2)  # (n_trees, n_columns, n_rows)
    gain = np.cumsum((weights * loss)[:, rows], axis=2)
    n, total = n_left[:, :1, -1:], gain[:, :1, -1:].copy()
    n_right = n - n_left
    can_split = (n_left > 0) & (n_right > 0)
    can_split[:, :, :-1] &= ascending[:, 1:] > ascending[:, :-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        right = total - gain
        right *= right
        right /= n_right
        gain *= gain
        gain /= n_left
        gain += right
        gain -= total**2 / n
    np.copyto(gain, -np.inf, where=~can_split)
    row = np.argmax(gain, axis=2)
    best = np.take_along_axis(gain, row[:, :, None], axis=2)[:, :, 0]
    scale = np.max(np.abs(best), axis=1, where=np.isfinite(best), initial=0.0)
    noise = _TIE_BREAK * scale[:, None] * rng.random(best.shape)
    column = np.argmax(best + noise, axis=1)
    trees = np.arange(len(column))
    return column, ascending[column, row[trees, column]], best[trees, column]


def _combine(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Intersection over the trees; the medians of the bounds where it is empty."""
    lower, upper = low.max(axis=0), high.min(axis=0)
    empty = lower >= upper
    lower[empty], upper[empty] = (
        np.median(low[:, empty], axis=0),
        np.median(high[:, empty], axis=0),
    )
    return lower, upper
