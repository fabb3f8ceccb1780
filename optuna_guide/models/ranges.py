"""Promising ranges: where the best leaves of the forest lie, and what the trials say about it.

Each tree names the box of its best leaf; a parameter's promising range is the median of the bounds
over the trees, not narrower than the boxes differ. The plain intersection of the boxes (the
published recipe) is empty nearly always. For a conditional parameter only leaves in which it is
active are looked at. What is offered as a whole keeps at least half of the top tenth.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW, cell_edges, find_cells
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.region import rest_of
from optuna_guide.domain.ties import ROUNDING, are_as_good
from optuna_guide.guidance import Evidence
from optuna_guide.models.forest import best_leaves, leaf_bounds, leaf_choices

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Shape
    from optuna_guide.models.forest import Forest

TOP_SHARE = 0.1
WIDEST = 0.85  # a range that keeps more of the axis than this narrows nothing
NARROWEST = 0.05  # of the axis
AT_BOUND = 0.01  # of the axis: an end so near to a bound leaves nothing out
AGREEING = 0.65  # share of the trees whose best leaf has to support what is kept, or left out
MIN_TRIED = 3  # a choice is left out only after it was tried this often
MIN_LIFT = 1.2


def top_rows(loss: FloatArray, share: float = TOP_SHARE) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the best tenth, or ``share``, at least one trial; ties are in."""
    k = max(1, int(np.ceil(share * len(loss))))
    last = np.sort(loss)[k - 1]
    return are_as_good(loss, last)


def top_of(column: FloatArray, loss: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the best tenth of the trials in which a parameter was active.

    A tenth of fewer than three trials says nothing where it sometimes is not: then there is none.
    """
    active = ~np.isnan(column)
    top = np.zeros(len(column), dtype=bool)
    if active.any():
        top[active] = top_rows(loss[active])
    return top if active.all() or top.sum() >= MIN_TRIED else np.zeros_like(top)


def promising_ranges(
    forest: Forest, unit: FloatArray, params: FloatArray
) -> dict[str, PromisingRange]:
    """Range of every parameter that has one clearly narrower than what was declared.

    Args:
        forest: A forest that holds the ranks of the loss.
        unit: ``(n_trials, n_params)`` the unit values that it was grown on; NaN = inactive.
        params: ``(n_trials, n_params)`` the same as internal values.
    """
    everywhere = best_leaves(forest)
    found: dict[str, PromisingRange] = {}
    for j, (name, distribution) in enumerate(forest.space.items()):
        active = ~np.isnan(unit[:, j])
        leaves = everywhere if active.all() else best_leaves(forest, among=active)
        promising: PromisingRange | None
        if isinstance(distribution, CategoricalDistribution):
            promising = _choices(leaf_choices(forest, leaves, j), params[active, j])
        else:
            promising = _interval(
                distribution, leaf_bounds(forest, leaves, j), np.unique(unit[active, j])
            )
        if promising is not None:
            found[name] = promising
    return found


def weigh_range(
    promising: PromisingRange,
    distribution: BaseDistribution,
    column: FloatArray,
    top: npt.NDArray[np.bool_],
    shape: Shape | None,
    *,
    maximise: bool,
) -> Evidence:
    """What the trials and the EBM say about a range; see `Evidence`.

    Args:
        promising: The range.
        distribution: Declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        top: ``(n_trials,)`` flags of the top decile.
        shape: The EBM's shape function, if there is one.
        maximise: Whether a higher score is better.
    """
    active = ~np.isnan(column)
    inside = promising.contains(column) & active
    outside = active & ~inside
    n_top = int((top & active).sum())
    return Evidence(
        n_inside=int(inside.sum()),
        n_active=int(active.sum()),
        top_inside=_share(top, inside) or 0.0,
        top_outside=_share(top, outside),
        coverage=round(float((top & inside).sum() / n_top), 4) if n_top else 0.0,
        agreement=None if shape is None else _agreement(promising, distribution, shape, maximise),
    )


def is_supported(evidence: Evidence) -> bool:
    """Whether a range holds clearly more of the top decile than what was tried outside of it."""
    if evidence.n_inside < MIN_TRIED or evidence.top_outside is None:
        return False
    return evidence.top_inside > MIN_LIFT * evidence.top_outside


def _interval(
    distribution: BaseDistribution, bounds: FloatArray, tried: FloatArray
) -> Intervals | None:
    """The median box, not narrower than the boxes differ, with ends that were tried.

    Args:
        distribution: Declared distribution.
        bounds: ``(n_boxes, 2)`` unit bounds of the best leaves.
        tried: Ascending unit values of the trials.
    """
    if not len(bounds):
        return None
    low, high = np.median(bounds, axis=0)
    middles = bounds.mean(axis=1)
    noise = float(np.median(np.abs(middles - np.median(middles))))
    half = max((high - low) / 2, noise, NARROWEST / 2)
    low, high = (low + high) / 2 - half, (low + high) / 2 + half
    if high - low > WIDEST or np.mean((bounds[:, 0] < high) & (bounds[:, 1] > low)) < AGREEING:
        return None
    inside = tried[(tried >= low) & (tried <= high)]
    if not len(inside):
        inside = tried[[np.argmin(np.abs(tried - (low + high) / 2))]]
    n = spaces.n_levels(distribution)
    if n is not None or len(tried) <= FEW:
        if len(inside) > WIDEST * len(tried):
            return None
        low, high = inside[0], inside[-1]
    else:
        low, high = min(low, inside[0]), max(high, inside[-1])
    ends = spaces.from_unit(distribution, [max(low, 0.0), min(high, 1.0)])
    if n is not None or len(tried) <= FEW:
        return Intervals(((float(ends[0]), float(ends[1])),))
    return Intervals((_rounded(distribution, *ends),))


def _choices(inside: npt.NDArray[np.bool_], tried: FloatArray) -> Choices | None:
    if not len(inside):
        return None
    votes = inside.mean(axis=0)
    n_tried = np.bincount(tried.astype(np.int64), minlength=len(votes))
    keep = (votes > 1.0 - AGREEING) | (n_tried < MIN_TRIED)
    keep[np.argmax(votes)] = True
    return None if keep.all() else Choices(tuple(int(k) for k in np.flatnonzero(keep)))


def left_over(distribution: BaseDistribution, worse: PromisingRange) -> PromisingRange | None:
    """What a part that is worse leaves, where that is one piece and narrows the range at all."""
    left = rest_of(worse, distribution)
    if isinstance(left, Choices):
        n = spaces.n_levels(distribution) or 1
        return left if len(left.indices) <= WIDEST * n else None
    if left is None or len(left.intervals) > 1:
        return None
    (ends,) = left.intervals
    is_narrower = np.ptp(spaces.to_unit(distribution, ends)) <= WIDEST
    return tidy(distribution, Intervals((_rounded(distribution, *ends),))) if is_narrower else None


def tidy(distribution: BaseDistribution, part: PromisingRange) -> PromisingRange:
    """The range with short numbers, never narrower: an end next to a bound is the bound."""
    if isinstance(part, Choices) or spaces.n_levels(distribution) is not None:
        return part
    return Intervals(tuple(_tidied(distribution, *ends) for ends in part.intervals))


def _tidied(distribution: Any, low: float, high: float) -> tuple[float, float]:
    n_decimals = [_decimals(distribution, end, high - low) for end in (low, high)]
    first, last = (
        end if n is None else round(end, n) for end, n in zip((low, high), n_decimals, strict=True)
    )
    if n_decimals[0] is not None and first - low > ROUNDING * abs(low):
        first = round(first - 10.0 ** -n_decimals[0], n_decimals[0])
    if n_decimals[1] is not None and high - last > ROUNDING * abs(high):
        last = round(last + 10.0 ** -n_decimals[1], n_decimals[1])
    at = spaces.to_unit(distribution, [low, high])
    is_low, is_high = at[0] < AT_BOUND, at[1] > 1 - AT_BOUND
    return (
        distribution.low if is_low else max(first, distribution.low),
        distribution.high if is_high else min(last, distribution.high),
    )


def _share(top: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]) -> float | None:
    return round(float(top[rows].mean()), 4) if rows.any() else None


def _agreement(
    promising: PromisingRange, distribution: BaseDistribution, shape: Shape, maximise: bool
) -> float:
    """Share of the range, on the unit axis, where the EBM's score is better than its mean."""
    n = spaces.n_levels(distribution)
    edges = cell_edges(distribution, 64 if n is None else min(n, 64))
    points = spaces.from_unit(distribution, (edges[1:] + edges[:-1]) / 2)
    points = points[promising.contains(points)]
    if not len(points) and isinstance(promising, Intervals):  # narrower than a cell
        points = np.ravel(promising.intervals)
    if not len(points):
        return 0.0
    scores = np.asarray(shape.score)[find_cells(np.asarray(shape.edges), points)]
    better = scores > 0 if maximise else scores < 0
    return round(float(better.mean()), 4)


def _rounded(distribution: Any, low: float, high: float) -> tuple[float, float]:
    """Two values of a range with the digits that matter: a hundredth of their distance.

    Two equal values are told from their neighbours by a hundredth of the declared range. On a
    logarithmic range, no value loses its first three digits.
    """
    ends = []
    for end in (float(low), float(high)):
        n = _decimals(distribution, end, high - low)
        ends.append(end if n is None else round(end, n))
    first, last = spaces.snap(distribution, ends)
    return float(first), float(last)


def _decimals(distribution: Any, end: float, width: float) -> int | None:
    """Decimals that matter at an end of a range; None where it is not rounded."""
    width = width if width > 0 else distribution.high - distribution.low
    scale = min(width, end) if distribution.log else width
    return 2 - math.floor(math.log10(scale)) if 0 < scale < math.inf else None
