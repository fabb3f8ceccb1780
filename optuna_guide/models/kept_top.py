"""Ranges that hold on to the best: widened until they keep enough of the top trials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import BaseDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.region import allows
from optuna_guide.domain.ties import are_as_good
from optuna_guide.models.ranges import NARROWEST, WIDEST

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.targets import Target

KEPT = 0.5  # share of the top tenth that all ranges together keep at least
N_BEST = 3  # observed top trials, whose values a range of few values holds


def count_best(goal: Target) -> int:
    """Trials as good as the last of the `N_BEST`, or better; 0 within a context, or on a front."""
    if goal.within is not None or goal.kind == "pareto_rank":
        return 0
    return int(are_as_good(goal.loss, np.sort(goal.loss)[:N_BEST][-1]).sum())


def keep_top(
    region: Region,
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    top: npt.NDArray[np.bool_],
) -> Region:
    """The region, with ranges widened until it keeps at least half of the top tenth.

    The range that alone leaves the most of them out gives way first, to the nearest quarter of
    what it leaves out, of few tried values to the next one on the side of most; one that would
    keep nearly the whole axis is dropped.

    Args:
        region: Promising ranges.
        space: Parameter to declared distribution; key order = column order.
        params: ``(n_trials, n_params)`` internal values; NaN = inactive.
        top: ``(n_trials,)`` flags of the top decile.
    """
    ranges, best = dict(region), params[top]
    names = list(space)
    while ranges:
        out = np.array([_is_out(part, best[:, names.index(n)]) for n, part in ranges.items()])
        n_out = out.sum(axis=0)
        if np.mean(n_out == 0) >= KEPT:
            break
        alone = (out & (n_out == n_out[n_out > 0].min())).sum(axis=1)
        name = list(ranges)[int(np.argmax(alone))]
        column = params[:, names.index(name)]
        lost = column[top][out[int(np.argmax(alone))]]
        is_few = len(np.unique(column[~np.isnan(column)])) <= FEW
        wider = _with_nearest(space[name], ranges[name], lost, is_few=is_few)
        if wider is None:
            del ranges[name]
        else:
            ranges[name] = wider
    return ranges


def with_best_beside(
    part: PromisingRange, distribution: BaseDistribution, best: FloatArray
) -> PromisingRange:
    """The range with the best values that lie just beside it, as those at a bound do.

    Args:
        part: A promising range.
        distribution: Declared distribution.
        best: Internal values of the top decile; NaN = inactive.
    """
    best = best[~np.isnan(best)]
    if isinstance(part, Choices) or not len(best):
        return part
    low, high = part.intervals[0][0], part.intervals[-1][1]
    unit = spaces.to_unit(distribution, best)
    below, above = spaces.to_unit(distribution, [low, high])
    near = best[(unit >= below - NARROWEST) & (unit <= above + NARROWEST)]
    ends = float(min([low, *near])), float(max([high, *near]))
    return Intervals((ends,)) if len(part.intervals) == 1 else part


def with_best_values(part: PromisingRange, column: FloatArray, loss: FloatArray) -> PromisingRange:
    """The range with the values of the observed top trials, where few values were tried.

    Args:
        part: A promising range.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        loss: ``(n_trials,)`` lower is better.
    """
    active = ~np.isnan(column)
    if isinstance(part, Choices) or len(np.unique(column[active])) > FEW:
        return part
    best = column[active][np.argsort(loss[active], kind="stable")[:N_BEST]]
    low, high = part.intervals[0][0], part.intervals[-1][1]
    return Intervals(((float(min(low, *best)), float(max(high, *best))),))


def share_kept(
    region: Region,
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    top: npt.NDArray[np.bool_],
) -> float | None:
    """Share of the top decile that lies inside all ranges; None where there is no range."""
    if not region:
        return None
    names = list(space)
    out = [_is_out(part, params[top, names.index(n)]) for n, part in region.items()]
    return round(float(np.mean(~np.any(out, axis=0))), 4)


def _is_out(part: PromisingRange, column: FloatArray) -> npt.NDArray[np.bool_]:
    return ~allows(part, column)


def _with_nearest(
    distribution: BaseDistribution, part: PromisingRange, lost: FloatArray, *, is_few: bool
) -> PromisingRange | None:
    """The part and what is nearest of some values outside; None where that is nearly all."""
    if isinstance(part, Choices):
        indices = sorted({*part.indices, int(np.bincount(lost.astype(np.int64)).argmax())})
        n = spaces.n_levels(distribution)
        return None if len(indices) == n else Choices(tuple(indices))
    low, high = spaces.to_unit(distribution, [part.intervals[0][0], part.intervals[-1][1]])
    unit = spaces.to_unit(distribution, lost)
    distance = np.maximum(low - unit, unit - high)
    if is_few:
        is_side = (unit < low) == ((unit < low).mean() > 0.5)
        lost, distance = lost[is_side], distance[is_side]
    near = np.argsort(distance, kind="stable")[: -(-len(lost) // 4)]
    ends = min(part.intervals[0][0], *lost[near]), max(part.intervals[-1][1], *lost[near])
    low, high = spaces.to_unit(distribution, ends)
    return None if high - low > WIDEST else Intervals(((float(ends[0]), float(ends[1])),))
