"""The one rule how a column of the trials is cut into cells, in which they can be counted.

A cell is a choice, a value of a number that takes few of them, or a bin of a range that holds
whole levels. Cells without any trial are left out.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.labels import label, shortest, span, telling
from optuna_guide.domain.ranges import Choices, Intervals

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray, IntArray

N_BINS = 4  # of a number
MAX_CHOICES = 17
FEW = 8  # tried values of a number
_TRIALS_EACH = 2  # on average, of a value that was chosen and not drawn
INACTIVE = "inactive"


@dataclass(frozen=True, eq=False)
class Cells:
    """What each trial has of a parameter or an attribute.

    Attributes:
        name: The parameter or attribute.
        labels: One text per cell, in the order of the range.
        codes: ``(n_trials,)`` cell of each trial, from 0; -1 = none: inactive, or missing.
        ranges: What each cell of a parameter holds, internal values; an attribute has none.
    """

    name: str
    labels: tuple[str, ...]
    codes: IntArray
    ranges: tuple[PromisingRange, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def member(self) -> npt.NDArray[np.bool_]:
        """``(n_trials, n_cells)`` flags."""
        return self.codes[:, None] == np.arange(len(self.labels))

    def named(self, cell: int) -> str:
        """A cell as text, such as ``lr in 0.001 … 0.1``."""
        held = self.ranges[cell]
        if isinstance(held, Choices):
            is_one = len(held.indices) == 1
            return f"{self.name} {'=' if is_one else 'one of'} {self.labels[cell]}"
        is_one = held.intervals[0][0] == held.intervals[-1][-1]
        return f"{self.name} {'=' if is_one else 'in'} {self.labels[cell]}"

    def with_inactive(self) -> Cells:
        """With a last cell for trials that have none of the others, where there are any."""
        if (self.codes >= 0).all():
            return self
        codes = np.where(self.codes < 0, len(self), self.codes)
        return replace(self, labels=(*self.labels, INACTIVE), codes=codes)


def cut_param(
    name: str,
    distribution: BaseDistribution,
    column: FloatArray,
    n_bins: int = N_BINS,
    max_choices: int = MAX_CHOICES,
    few: int = FEW,
) -> Cells:
    """The cells of a parameter.

    A number that takes few values, at least two trials each on average, has a cell for each;
    others are binned evenly over their declared range, logarithmically where it is logarithmic.
    Of many choices the most tried are kept and the others put together.

    Args:
        name: The parameter.
        distribution: Its declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        n_bins: Bins of a number.
        max_choices: Cells of choices.
        few: Tried values of a number that have a cell each.
    """
    if isinstance(distribution, CategoricalDistribution):
        found = _choices(distribution, column, max_choices)
    elif 0 < len(values := chosen_values(distribution, column)) <= few:
        found = _values(distribution, column, values)
    else:
        found = _bins(distribution, column, n_bins)
    return _tried(name, column, found)


def chosen_values(distribution: BaseDistribution, column: FloatArray) -> FloatArray:
    """Ascending values of a number that were chosen, as in a grid; empty where they were drawn.

    Chosen are a few values with two trials each on average, and of a continuous number however
    many, where most have two trials or more.

    Args:
        distribution: Of the number; of choices nothing is told.
        column: ``(n_trials,)`` values on any increasing scale; NaN = inactive.
    """
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    is_number = not isinstance(distribution, CategoricalDistribution)
    if is_number and len(values) and counts.mean() >= _TRIALS_EACH:
        repeats = spaces.n_levels(distribution) is None and np.median(counts) >= _TRIALS_EACH
        if len(values) <= FEW or repeats:
            return values
    return values[:0]


def cut_attribute(name: str, values: FloatArray, at_most: int) -> Cells:
    """The cells of numbers without a declared range: their values, or bins with as many trials.

    Args:
        name: What the numbers are.
        values: ``(n_trials,)``; NaN = missing.
        at_most: Number of cells.
    """
    known = values[np.isfinite(values)]
    distinct = np.unique(known)
    if len(distinct) <= at_most:
        found = _Found([f"{v:.4g}" for v in distinct], np.searchsorted(distinct, values))
    else:
        cuts = np.unique(np.quantile(known, np.arange(1, at_most) / at_most))
        codes = np.searchsorted(cuts, values)
        parts = [known[np.searchsorted(cuts, known) == k] for k in range(len(cuts) + 1)]
        found = _Found([_reach(part) for part in parts], codes)
    return _tried(name, np.where(np.isfinite(values), values, np.nan), found)


def cell_edges(distribution: BaseDistribution, max_cells: int = 64) -> FloatArray:
    """Ascending unit edges ``(n_cells + 1,)``, from 0 to 1, of at most ``max_cells`` cells.

    A cell holds one level where they are few, else as many whole levels as its neighbours do, as
    nearly as possible.
    """
    n = spaces.n_levels(distribution)
    if n is not None and n <= max_cells:
        return np.concatenate([[0.0], _upper_edges(distribution, np.arange(n - 1)), [1.0]])
    edges = np.linspace(0.0, 1.0, max_cells + 1)
    if n is None:
        return edges
    levels = _levels_below(distribution, edges[1:-1])
    inner = _upper_edges(distribution, np.unique(np.clip(levels, 0, n - 2)))
    return np.concatenate([[0.0], np.unique(inner[(inner > 0) & (inner < 1)]), [1.0]])


def find_cells(edges: FloatArray, values: FloatArray) -> IntArray:
    """Cell of each value, from 0; a cell holds its lower edge, the last one both.

    Values beyond the edges are in the outermost cells, and so is NaN.
    """
    return np.clip(np.searchsorted(edges, values, side="right") - 1, 0, len(edges) - 2)


class _Found(NamedTuple):
    """Every cell, with or without trials; what the code of an inactive trial is, is left open."""

    labels: list[str]
    codes: IntArray
    ranges: Sequence[PromisingRange] = ()


def _choices(distribution: CategoricalDistribution, column: FloatArray, at_most: int) -> _Found:
    n = len(distribution.choices)
    codes = np.where(np.isnan(column), 0, column).astype(np.int64)
    kept = np.arange(n)
    if n > at_most:
        counts = np.bincount(codes[~np.isnan(column)], minlength=n)
        kept = np.sort(np.argsort(-counts, kind="stable")[: at_most - 1])
    place = np.full(n, len(kept))
    place[kept] = np.arange(len(kept))
    labels = [label(distribution, int(i)) for i in kept]
    ranges: list[PromisingRange] = [Choices((int(i),)) for i in kept]
    if len(kept) < n:
        labels.append(f"{n - len(kept)} others")
        ranges.append(Choices(tuple(np.flatnonzero(place == len(kept)).tolist())))
    return _Found(labels, place[codes], ranges)


def _values(distribution: BaseDistribution, column: FloatArray, values: FloatArray) -> _Found:
    ranges: list[PromisingRange] = [Intervals(((v, v),)) for v in values.tolist()]
    codes = np.searchsorted(values, column)
    return _Found(telling(distribution, values.tolist()), codes, ranges)


def _bins(distribution: BaseDistribution, column: FloatArray, n_bins: int) -> _Found:
    """The first and the last value of each bin; of a continuous one to a tenth of its width."""
    edges = cell_edges(distribution, n_bins)
    codes = find_cells(edges, spaces.to_unit(distribution, column))
    if spaces.n_levels(distribution) is None:
        values = spaces.from_unit(distribution, edges)
        widths = np.abs(np.diff(values))
        rooms = np.minimum(np.append(widths, np.inf), np.insert(widths, 0, np.inf))
        words = [shortest(v, 0.1 * room) for v, room in zip(values, rooms, strict=True)]
        ends = list(itertools.pairwise(values.tolist()))
        labels = [span(*both) for both in itertools.pairwise(words)]
    else:
        low, high, step = spaces.grid(distribution)
        lowest = _levels_below(distribution, edges[1:-1]) + 1.0
        first = low + (step or 0.0) * np.insert(lowest, 0, 0.0)
        last = np.append(first[1:] - (step or 0.0), high)
        ends = list(zip(first.tolist(), last.tolist(), strict=True))
        labels = [span(label(distribution, low), label(distribution, high)) for low, high in ends]
    return _Found(labels, codes, [Intervals((both,)) for both in ends])


def _reach(values: FloatArray) -> str:
    return span(f"{values.min():.3g}", f"{values.max():.3g}") if len(values) else ""


def _tried(name: str, column: FloatArray, found: _Found) -> Cells:
    """Without the cells that no trial has."""
    codes = np.where(np.isnan(column), -1, found.codes)
    kept = np.flatnonzero(np.bincount(codes[codes >= 0], minlength=len(found.labels)))
    place = np.full(len(found.labels) + 1, -1)
    place[kept] = np.arange(len(kept))
    ranges = tuple(found.ranges[k] for k in kept.tolist()) if found.ranges else ()
    return Cells(name, tuple(found.labels[k] for k in kept.tolist()), place[codes], ranges)


def _first_level(distribution: BaseDistribution) -> tuple[float, float]:
    """The lowest level of a discrete distribution, and the step to the next one."""
    if isinstance(distribution, CategoricalDistribution):
        return 0.0, 1.0
    low, _, step = spaces.grid(distribution)
    return low, step or 1.0


def _levels_below(distribution: BaseDistribution, edges: FloatArray) -> FloatArray:
    """The level, counted from 0, whose upper edge is nearest to each unit edge."""
    low, step = _first_level(distribution)
    return np.round((spaces.place(distribution, edges) - low) / step - 0.5)


def _upper_edges(distribution: BaseDistribution, levels: npt.NDArray[Any]) -> FloatArray:
    """Unit edges between each of the levels, counted from 0, and the next one."""
    if isinstance(distribution, CategoricalDistribution):
        return (levels + 1.0) / len(distribution.choices)
    first, step = _first_level(distribution)
    return spaces.to_unit(distribution, first + step * (levels + 0.5))
