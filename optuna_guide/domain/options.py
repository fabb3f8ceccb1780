"""A column of the trials cut into a few options: choices, levels, or bins of a range."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space
from optuna_guide.domain.labels import label

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray


@dataclass(frozen=True, eq=False)
class Options:
    """What each trial has of a parameter or an attribute.

    Attributes:
        name: The parameter or attribute.
        labels: One text per option, in the order of the range; ``inactive`` is the last one.
        codes: ``(n_trials,)`` index of each trial's option; -1 where it has none.
    """

    name: str
    labels: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def member(self) -> npt.NDArray[np.bool_]:
        """``(n_trials, n_options)`` flags."""
        return self.codes[:, None] == np.arange(len(self.labels))


def param_options(
    name: str, distribution: BaseDistribution, column: FloatArray, at_most: int
) -> Options:
    """Options of a parameter that were tried.

    Numbers are binned evenly over their declared range, logarithmically where it is logarithmic;
    of many choices the most tried are kept and the others put together.

    Args:
        name: The parameter.
        distribution: Declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        at_most: Number of options, beside the one for inactive.
    """
    inactive = np.isnan(column)
    if isinstance(distribution, CategoricalDistribution):
        labels, codes = _choices(distribution, column, at_most)
    else:
        edges = space.cell_edges(distribution, at_most)
        units = space.to_unit(distribution, column)
        codes = np.clip(np.searchsorted(edges, units, side="right") - 1, 0, len(edges) - 2)
        labels = _bins(distribution, edges)
    if inactive.any():
        codes = np.where(inactive, len(labels), codes)
        labels.append("inactive")
    return _tried(name, labels, codes)


def attribute_options(name: str, values: FloatArray, at_most: int) -> Options:
    """Options of numbers without a declared range: their values, or bins with as many trials each.

    Args:
        name: What the numbers are.
        values: ``(n_trials,)``; NaN = missing.
        at_most: Number of options.
    """
    known = values[np.isfinite(values)]
    distinct = np.unique(known)
    if len(distinct) <= at_most:
        codes = np.searchsorted(distinct, values)
        labels = [f"{v:.4g}" for v in distinct]
    else:
        cuts = np.unique(np.quantile(known, np.arange(1, at_most) / at_most))
        codes = np.searchsorted(cuts, values)
        labels = [_reach(known[np.searchsorted(cuts, known) == k]) for k in range(len(cuts) + 1)]
    return _tried(name, labels, np.where(np.isfinite(values), codes, -1))


def _choices(
    distribution: CategoricalDistribution, column: FloatArray, at_most: int
) -> tuple[list[str], npt.NDArray[np.int64]]:
    n = len(distribution.choices)
    codes = np.where(np.isnan(column), 0, column).astype(np.int64)
    counts = np.bincount(codes[~np.isnan(column)], minlength=n)
    if n <= at_most:
        return [label(distribution, i) for i in range(n)], codes
    kept = np.sort(np.argsort(-counts, kind="stable")[: at_most - 1])
    place = np.full(n, at_most - 1)
    place[kept] = np.arange(len(kept))
    return [*(label(distribution, int(i)) for i in kept), f"{n - len(kept)} others"], place[codes]


def _bins(distribution: BaseDistribution, edges: FloatArray) -> list[str]:
    """The first and the last value of each cell, to a tenth of its width."""
    if space.n_levels(distribution) is None:
        values = space.from_unit(distribution, edges)
        widths = np.abs(np.diff(values))
        rooms = np.minimum(np.append(widths, np.inf), np.insert(widths, 0, np.inf))
        words = [_written(v, 0.1 * room) for v, room in zip(values, rooms, strict=True)]
        return [f"{first} … {last}" for first, last in itertools.pairwise(words)]
    return [_levels(distribution, a, b) for a, b in itertools.pairwise(edges)]


def _written(value: float, error: float) -> str:
    """With so many digits that it is wrong by at most this."""
    words = (f"{value:.{digits}g}" for digits in range(2, 17))
    return next((w for w in words if abs(float(w) - value) <= error), f"{value!r}")


def _levels(distribution: BaseDistribution, low: float, high: float) -> str:
    margin = 1e-9 * (high - low)
    inner = space.place(distribution, [low + margin, high - margin])
    first, last = (label(distribution, float(v)) for v in space.snap(distribution, inner))
    return first if first == last else f"{first} … {last}"


def _reach(values: FloatArray) -> str:
    if not len(values):
        return ""
    low, high = f"{values.min():.3g}", f"{values.max():.3g}"
    return low if low == high else f"{low} … {high}"


def _tried(name: str, labels: list[str], codes: npt.NDArray[np.int64]) -> Options:
    """Without the options that no trial has."""
    kept = np.unique(codes[codes >= 0])
    place = np.full(len(labels) + 1, -1)
    place[kept] = np.arange(len(kept))
    return Options(name, tuple(labels[k] for k in kept), place[codes])
