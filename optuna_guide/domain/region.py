"""Regions: parameter to the part of its range that a trial is confined to.

Plain functions on frozen values. All numbers are internal values of the declared distributions, as
everywhere in a `Region`; a person's values become internal in `domain/parsing.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange, Region

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, NumericDistribution

_WIDENING = 2.0


def interval(distribution: BaseDistribution, low: float, high: float) -> Intervals:
    """Interval between two unit values; both ends are moved to legal values."""
    ends = spaces.from_unit(distribution, np.array([low, high]))
    return Intervals(((float(ends[0]), float(ends[1])),))


def without_whole_ranges(region: Region, space: Mapping[str, BaseDistribution]) -> Region:
    """The same region without the parameters of which it leaves nothing out."""
    return {name: part for name, part in region.items() if not _is_whole(part, space[name])}


def overlay(inner: Region, outer: Region) -> Region:
    """``inner`` where it lies inside ``outer``, and ``outer`` wherever the two disagree."""
    return {
        name: intersect(inner[name], outer[name]) or outer[name]
        if name in inner and name in outer
        else inner.get(name) or outer[name]
        for name in {**outer, **inner}
    }


def intersect(one: PromisingRange, other: PromisingRange) -> PromisingRange | None:
    """What two parts of one range share; None where that is nothing."""
    if isinstance(one, Choices) and isinstance(other, Choices):
        shared = tuple(i for i in one.indices if i in other.indices)
        return Choices(shared) if shared else None
    if isinstance(one, Choices) or isinstance(other, Choices):
        return None
    pieces = [
        (max(a, c), min(b, d))
        for a, b in one.intervals
        for c, d in other.intervals
        if max(a, c) <= min(b, d)
    ]
    return Intervals(tuple(pieces)) if pieces else None


def rest_of(part: PromisingRange, distribution: BaseDistribution) -> PromisingRange | None:
    """What a part leaves of a range; None where that is nothing."""
    if isinstance(part, Choices):
        n = spaces.n_levels(distribution) or 0
        left = tuple(i for i in range(n) if i not in part.indices)
        return Choices(left) if left else None
    start, high, step = spaces.grid(distribution)
    pieces = []
    for first, last in part.intervals:
        pieces.append((start, first - (step or 0.0)))
        start = last + (step or 0.0)
    pieces.append((start, high))
    kept = tuple((a, b) for a, b in pieces if a < b or (step and a == b))
    return Intervals(kept) if kept else None


def widen(region: Region, space: Mapping[str, BaseDistribution]) -> Region:
    """The region at twice its width around its middle; every choice is allowed again."""
    wider = {
        name: Intervals(tuple(_stretch(space[name], *ends) for ends in part.intervals))
        for name, part in region.items()
        if isinstance(part, Intervals)
    }
    return without_whole_ranges(wider, space)


def holds(region: Region, params: Mapping[str, float]) -> bool:
    """Whether internal values lie inside; parameters that the region does not name always do."""
    return all(bool(region[n].contains(v)) for n, v in params.items() if n in region)


def allows(part: PromisingRange, column: FloatArray) -> npt.NDArray[np.bool_]:
    """Flags of the internal values inside; NaN: an inactive parameter breaks no rule."""
    return part.contains(column) | np.isnan(column)


def find_inside(region: Region, names: Sequence[str], params: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n_trials,)`` flags of the trials inside all ranges of a region.

    Args:
        region: A region; parameters that the trials do not know leave none out.
        names: The parameters.
        params: ``(n_trials, n_params)`` internal values; NaN = inactive.
    """
    inside = np.ones(len(params), dtype=bool)
    for j, name in enumerate(names):
        if name in region:
            inside &= allows(region[name], params[:, j])
    return inside


def _is_whole(part: PromisingRange, distribution: BaseDistribution) -> bool:
    if isinstance(part, Choices):
        return len(part.indices) == spaces.n_levels(distribution)
    d: Any = distribution
    margin = 1e-9 * (float(d.high) - float(d.low))
    low, high = part.intervals[0]
    return len(part.intervals) == 1 and low <= d.low + margin and high >= d.high - margin


def _stretch(distribution: BaseDistribution, low: float, high: float) -> tuple[float, float]:
    a, b = spaces.to_unit(distribution, np.array([low, high]))
    grow = max((b - a) * (_WIDENING - 1) / 2, 0.05)
    ends = spaces.from_unit(distribution, np.clip([a - grow, b + grow], 0.0, 1.0))
    return float(ends[0]), float(ends[1])


def is_half_visited(
    region: Region, space: Mapping[str, BaseDistribution], params: FloatArray
) -> bool:
    """Whether at least half of a finite region was tried.

    Args:
        region: A region.
        space: All parameters that vary.
        params: ``(n_trials, n_params)`` internal values in the order of ``space``; NaN = inactive.
    """
    inside = np.ones(len(params), dtype=bool)
    n_configurations = 1.0
    for (name, distribution), values in zip(space.items(), params.T, strict=True):
        n_levels = spaces.n_levels(distribution)
        if n_levels is None:
            return False
        if name in region:
            inside &= allows(region[name], values)
            n_levels = n_inside(region[name], distribution)
        n_configurations *= n_levels
    n_tried = len(np.unique(params[inside], axis=0))
    return n_tried >= n_configurations / 2


def n_inside(part: PromisingRange, distribution: BaseDistribution) -> int:
    """Number of levels of a finite parameter inside."""
    if isinstance(part, Choices):
        return len(part.indices)
    numeric = cast("NumericDistribution", distribution)
    pieces = [spaces.narrow(numeric, low, high) for low, high in part.intervals]
    return sum(spaces.n_levels(piece) or 0 for piece in pieces)


_DIGITS = 4
_ROUNDING = 1e-12  # of a value: what a logarithm and its exponential leave


def narrowed_distribution(
    distribution: BaseDistribution, part: PromisingRange | None
) -> BaseDistribution:
    """The distribution that an objective narrowed to this part would declare."""
    if part is None or distribution.single():
        return distribution
    if isinstance(part, Choices):
        categorical = cast("CategoricalDistribution", distribution)
        return spaces.with_choices(categorical.choices[i] for i in part.indices)
    low, high = part.intervals[0][0], part.intervals[-1][1]
    numeric = cast("FloatDistribution | IntDistribution", distribution)
    if isinstance(numeric, FloatDistribution) and numeric.step is None:
        low, high = _round(low, math.floor), _round(high, math.ceil)
    return spaces.narrow(numeric, low, high)


def _round(value: float, towards: Any) -> float:
    near = float(f"{value:.{_DIGITS}g}")
    if math.isclose(value, near, rel_tol=_ROUNDING):
        return near
    scale = 10.0 ** (_DIGITS - 1 - math.floor(math.log10(abs(value))))
    return float(f"{towards(value * scale) / scale:.{_DIGITS}g}")
