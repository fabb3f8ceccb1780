"""Promising ranges: where the best leaves of the forest lie, and what the trials say about it.

Each tree names the box of its best leaf; a parameter's promising range is the median of the bounds
over the trees. The plain intersection of the boxes (the published recipe) is empty nearly always.
For a conditional parameter only leaves in which it is active are looked at.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import Choices, Intervals, describe
from optuna_guide.guidance import Advice, Evidence
from optuna_guide.models.forest import best_leaves, leaf_bounds, leaf_choices

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Effect, Shape
    from optuna_guide.models.forest import Forest

TOP_SHARE = 0.1
WIDEST = 0.85  # a range that keeps more of the axis than this narrows nothing
MAX_LEVELS = 10_000  # finer grids are treated as continuous
MIN_TRIED = 3  # a choice is left out only after it was tried this often
MIN_ACTIVE = 30  # trials with a conditional parameter before it is said not to matter
MIN_LIFT = 1.2
UNIMPORTANT = 0.02
PILED = 0.4  # share of the top decile in the outermost tenth of the axis that calls for widening


def top_rows(loss: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the top decile, at least one trial; ties at its edge are in."""
    k = max(1, int(np.ceil(TOP_SHARE * len(loss))))
    return loss <= np.sort(loss)[k - 1]


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
            promising = _interval(distribution, leaf_bounds(forest, leaves, j))
        if promising is not None:
            found[name] = promising
    return found


def measure_evidence(
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
    """Whether a range holds clearly more of the top decile than what lies outside of it."""
    if evidence.n_inside < MIN_TRIED:
        return False
    return evidence.top_outside is None or evidence.top_inside > MIN_LIFT * evidence.top_outside


def advise(
    distribution: BaseDistribution,
    column: FloatArray,
    top: npt.NDArray[np.bool_],
    promising: PromisingRange | None,
    effect: Effect,
    shape: Shape | None,
    *,
    importances: tuple[float, float],
    n_params: int,
    maximise: bool,
) -> Advice:
    """The one thing to do with a parameter: freeze, widen, narrow or avoid, in this order.

    Args:
        distribution: Declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        top: ``(n_trials,)`` flags of the top decile.
        promising: Its supported range, if there is one.
        effect: Marginal of the forest.
        shape: The EBM's shape function, if there is one.
        importances: Importance over the whole space and for reaching the top, normalised.
        n_params: Number of parameters that share the importance.
        maximise: Whether a higher target is better.
    """
    best = column[top & ~np.isnan(column)]
    active = column[~np.isnan(column)]
    small = min(UNIMPORTANT, 0.25 / n_params)
    if importances[0] < small and importances[1] < UNIMPORTANT:
        if len(active) < min(MIN_ACTIVE, len(column)):
            return Advice("none", f"active in {len(active)} trials")
        if promising is not None and promising.contains(best).any():
            best = best[promising.contains(best)]
        value = _typical(distribution, best if len(best) else active)
        kept: PromisingRange = (
            Choices((int(value),))
            if isinstance(distribution, CategoricalDistribution)
            else Intervals(((value, value),))
        )
        text = f"hardly matters: freeze it at {describe(distribution, kept)}"
        return Advice("freeze", text, kept)
    bound = _piled_bound(distribution, best, effect, maximise)
    if bound is not None:
        edge = label(distribution, getattr(distribution, bound))
        side = "below" if bound == "low" else "above"
        text = f"the best trials pile up at {edge}: try values {side} it if that makes sense"
        return Advice("widen", text, bound=bound)
    if promising is not None:
        return Advice("narrow", "keep to the promising range", promising)
    if shape is not None and shape.avoid is not None:
        worse = describe(distribution, shape.avoid)
        return Advice("avoid", f"clearly worse than the rest: leave out {worse}", shape.avoid)
    return Advice("none", "nothing stands out")


def _interval(distribution: BaseDistribution, bounds: FloatArray) -> Intervals | None:
    if not len(bounds):
        return None
    low, high = np.median(bounds, axis=0)
    if high - low > WIDEST:
        return None
    n = spaces.n_levels(distribution)
    if n is None or n > MAX_LEVELS:
        ends = spaces.from_unit(distribution, [low, high])
        return Intervals((_rounded(distribution, *ends),))
    edges = spaces.cell_edges(distribution, n)
    middles = (edges[1:] + edges[:-1]) / 2
    levels = np.flatnonzero((middles >= low) & (middles <= high))
    if not len(levels):
        levels = np.array([np.argmin(np.abs(middles - (low + high) / 2))])
    if len(levels) > WIDEST * n:
        return None
    ends = spaces.from_unit(distribution, middles[[levels[0], levels[-1]]])
    return Intervals(((float(ends[0]), float(ends[1])),))


def _choices(inside: npt.NDArray[np.bool_], tried: FloatArray) -> Choices | None:
    if not len(inside):
        return None
    votes = inside.mean(axis=0)
    n_tried = np.bincount(tried.astype(np.int64), minlength=len(votes))
    keep = (votes >= 0.5) | (n_tried < MIN_TRIED)
    keep[np.argmax(votes)] = True
    return None if keep.all() else Choices(tuple(int(k) for k in np.flatnonzero(keep)))


def _share(top: npt.NDArray[np.bool_], rows: npt.NDArray[np.bool_]) -> float | None:
    return round(float(top[rows].mean()), 4) if rows.any() else None


def _agreement(
    promising: PromisingRange, distribution: BaseDistribution, shape: Shape, maximise: bool
) -> float:
    """Share of the range, on the unit axis, where the EBM's score is better than its mean."""
    n = spaces.n_levels(distribution)
    edges = spaces.cell_edges(distribution, 64 if n is None else min(n, 64))
    points = spaces.from_unit(distribution, (edges[1:] + edges[:-1]) / 2)
    points = points[promising.contains(points)]
    if not len(points):
        return 0.0
    bins = np.searchsorted(shape.edges, points, side="right") - 1
    scores = np.asarray(shape.score)[np.clip(bins, 0, len(shape.score) - 1)]
    better = scores > 0 if maximise else scores < 0
    return round(float(better.mean()), 4)


def _piled_bound(
    distribution: BaseDistribution, best: FloatArray, effect: Effect, maximise: bool
) -> Literal["low", "high"] | None:
    """The declared bound at which the best trials pile up while the marginal still improves."""
    n = spaces.n_levels(distribution)
    if isinstance(distribution, CategoricalDistribution) or (n is not None and n < 3):
        return None
    unit = spaces.to_unit(distribution, best)
    reach = 0.1 if n is None else max(0.1, 1.0 / n)
    mean = np.asarray(effect.mean) * (1.0 if maximise else -1.0)
    still_improves = mean.max() - 0.02 * np.ptp(mean)
    if np.ptp(mean) == 0:
        return None
    enough = max(MIN_TRIED, PILED * len(best))
    if np.sum(unit <= reach) >= enough and mean[0] >= still_improves:
        return "low"
    if np.sum(unit >= 1 - reach) >= enough and mean[-1] >= still_improves:
        return "high"
    return None


def _typical(distribution: BaseDistribution, values: FloatArray) -> float:
    """The middle one of some values, or the most frequent choice."""
    if isinstance(distribution, CategoricalDistribution):
        return float(np.bincount(values.astype(np.int64)).argmax())
    middle = float(spaces.from_unit(distribution, np.median(spaces.to_unit(distribution, values))))
    if spaces.n_levels(distribution) is not None:
        return middle
    low, high = values.min(), values.max()
    return min(max(_rounded(distribution, middle, middle)[0], float(low)), float(high))


def _rounded(distribution: Any, low: float, high: float) -> tuple[float, float]:
    """Two values of a range with the digits that matter: a hundredth of their distance.

    Two equal values are told from their neighbours by a hundredth of the declared range. On a
    logarithmic range, no value loses its first three digits.
    """
    width = high - low if high > low else distribution.high - distribution.low
    ends = []
    for end in (float(low), float(high)):
        scale = min(width, end) if distribution.log else width
        known = 0 < scale < math.inf
        ends.append(round(end, 2 - math.floor(math.log10(scale))) if known else end)
    first, last = spaces.snap(distribution, ends)
    return float(first), float(last)
