"""Two numbers whose best values move together, such as a learning rate and a batch size.

Along such a ridge no range of one of them alone holds all good trials, and one is better searched
relative to the other. A quadratic of both is curved along each and tilted: the product term has to
be clear beyond the curves of all that matters, in ranks and in values, the quadratic has to be a
valley, and the best trials have to move as it says.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.findings.finding import ALPHA, Finding, correct
from optuna_guide.analysis.findings.mains import curve
from optuna_guide.analysis.rank_tests import f_test
from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import Intervals
from optuna_guide.domain.space import from_unit, snap
from optuna_guide.models.beyond import p_nothing
from optuna_guide.models.term_columns import orthonormal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.analysis.findings.mains import Mains
    from optuna_guide.analysis.findings.ranked import RankedTrials
    from optuna_guide.domain.space import FloatArray

_MAX_NUMBERS = 8  # that matter most, of which pairs are looked at
_MIN_TRIALS = 40
_MIN_VALUES = 5
_MIN_FREE = 3  # trials for each column of the model
_MIN_EFFECT = 0.02
_TILT = (0.5, 1.5)  # 0 = a bowl along the axes, 1 = a straight valley, more = a saddle
_MIN_PART = 15  # trials at an end of the one, of which the best are looked at
_BEST = 0.2
_MIN_BEST = 5
_CLEAR = 0.01  # that the best of both ends differ


class _Ridge(NamedTuple):
    """The best value of one number over that of another, on the unit interval."""

    moving: int
    along: int
    slope: float


def find_ridges(
    trials: RankedTrials, mains: Mains, space: Mapping[str, BaseDistribution]
) -> Iterator[Finding]:
    """A sentence for each pair of numbers whose best values move together, the strongest first.

    Args:
        trials: Trials.
        mains: How much each parameter matters.
        space: Declared distribution of each parameter.
    """
    numbers = [j for j in range(len(trials.parts)) if _is_number(trials, j)]
    numbers = sorted(numbers, key=lambda j: -mains.effects[j])[:_MAX_NUMBERS]
    if len(numbers) < 2 or len(trials.ranks) < _MIN_TRIALS:
        return
    curves = [curve(trials.unit[:, j]) for j in numbers]
    basis = orthonormal(np.column_stack([mains.basis, *curves]))
    if (basis.shape[1] + 1) * _MIN_FREE > len(trials.ranks):
        return
    pairs = list(itertools.combinations(numbers, 2))
    tests = [_test(basis, _product(trials, *pair), trials) for pair in pairs]
    effects, p = np.array(tests).T
    q = correct("ridge", p)
    for k in np.lexsort((-effects, p)).tolist():
        if q[k] > ALPHA or effects[k] < _MIN_EFFECT:
            continue
        ridge = _valley(trials, mains, *pairs[k])
        words = None if ridge is None else _describe(trials, ridge, space)
        if words is not None:
            n = int((~np.isnan(trials.unit[:, pairs[k]])).all(axis=1).sum())
            yield Finding("ridge", words, float(effects[k]), n, float(p[k]), float(q[k]))


def _is_number(trials: RankedTrials, j: int) -> bool:
    unit = trials.unit[:, j]
    return isinstance(trials.parts[j].ranges[0], Intervals) and (
        len(np.unique(unit[~np.isnan(unit)])) >= _MIN_VALUES
    )


def _product(trials: RankedTrials, i: int, j: int) -> FloatArray:
    """``(n, 1)``, 0 where one of both is inactive."""
    return np.nan_to_num((trials.unit[:, i] - 0.5) * (trials.unit[:, j] - 0.5))[:, None]


def _test(basis: FloatArray, product: FloatArray, trials: RankedTrials) -> tuple[float, float]:
    """Share of the variance of the ranks that a product explains, and the larger p-value.

    A product that one of the two scales makes up is none (Berger 1982).
    """
    along = orthonormal(product - basis @ (basis.T @ product))
    free = len(product) - basis.shape[1] - 1
    if not along.shape[1]:
        return 0.0, 1.0
    leverage = (basis**2).sum(axis=1) + (along**2).sum(axis=1)
    p_values, gains = [], []
    for target in (trials.ranks, trials.losses):
        rest = target - basis @ (basis.T @ target)
        explained = float(((along.T @ rest) ** 2).sum())
        error = max(float(rest @ rest) - explained, 0.0) / free
        p_values += [f_test(explained, 1, error, free), p_nothing(along, rest, leverage, free)]
        gains.append((explained - error) / max(float(target @ target), 1e-12))
    return gains[0], max(p_values)


def _valley(trials: RankedTrials, mains: Mains, i: int, j: int) -> _Ridge | None:
    """The floor of the quadratic of two numbers; None where it is no tilted valley.

    It is that of the better half: how steep a function is far from its floor would else bend it.
    """
    both = np.flatnonzero(~np.isnan(trials.unit[:, [i, j]]).any(axis=1))
    both = both[: max(_MIN_TRIALS, len(both) // 2)]
    u, v = trials.unit[both, i] - 0.5, trials.unit[both, j] - 0.5
    others = [k for k in np.flatnonzero(mains.is_clear).tolist() if k not in (i, j)]
    beside = [trials.beside[both], *(curve(trials.unit[both, k]) for k in others)]
    columns = np.column_stack([u * u, v * v, u * v, u, v, np.ones(len(u)), *beside])
    a, b, c = np.linalg.lstsq(columns, trials.losses[both], rcond=None)[0][:3].tolist()
    if min(a, b) <= 0 or not _TILT[0] <= abs(c) / (2.0 * math.sqrt(a * b)) <= _TILT[1]:
        return None
    return _Ridge(i, j, -c / (2 * a)) if a >= b else _Ridge(j, i, -c / (2 * b))


def _describe(
    trials: RankedTrials, ridge: _Ridge, space: Mapping[str, BaseDistribution]
) -> str | None:
    """The sentence; None where the best trials do not move as the ridge does."""
    from scipy.stats import mannwhitneyu

    moving, along = trials.parts[ridge.moving].name, trials.parts[ridge.along].name
    unit = trials.unit[:, ridge.moving]
    ends = []
    for option in trials.siblings(int(trials.starts[ridge.along])):
        rows = np.flatnonzero(trials.has(option) & ~np.isnan(unit))
        if len(rows) >= _MIN_PART:
            best = unit[rows[: max(_MIN_BEST, round(_BEST * len(rows)))]]
            ends.append((option, best, len(rows)))
    if len(ends) < 2:
        return None
    (low, first, n_low), (high, last, n_high) = ends[0], ends[-1]
    smaller, larger = (first, last) if ridge.slope > 0 else (last, first)
    if mannwhitneyu(smaller, larger, alternative="less").pvalue > _CLEAR:
        return None
    told = [_median(space[moving], best) for best in (first, last)]
    if told[0] == told[1]:
        return None
    return (
        f"The best {moving} moves with {along}: in the median it is {told[0]} in the best "
        f"{len(first)} of {n_low} {trials.things} at {trials.options[low]}, and {told[1]} in the "
        f"best {len(last)} of {n_high} at {trials.options[high]}. A range of each alone cuts good "
        f"ones off: search {_relative(ridge, moving, along, space)}."
    )


def _median(distribution: BaseDistribution, unit: FloatArray) -> str:
    middle = float(from_unit(distribution, np.median(unit)))
    return label(distribution, float(snap(distribution, middle)))


def _relative(
    ridge: _Ridge, moving: str, along: str, space: Mapping[str, BaseDistribution]
) -> str:
    """What to search instead, such as ``factor in lr = factor * batch_size ** 0.93``."""
    own, other = _reach(space[moving]), _reach(space[along])
    slope = f"{ridge.slope * own.width / other.width:.2g}"
    if own.is_log and other.is_log:
        return f"factor in {moving} = factor * {along} ** {slope} instead of {moving}"
    if own.is_log:
        return f"factor in {moving} = factor * exp({slope} * {along}) instead of {moving}"
    by = f"log({along})" if other.is_log else along
    return f"offset in {moving} = offset + {slope} * {by} instead of {moving}"


class _Reach(NamedTuple):
    """Whether a number is searched on a log scale, and the width of its range on its scale."""

    is_log: bool
    width: float


def _reach(distribution: BaseDistribution) -> _Reach:
    ends: npt.NDArray[np.float64] = from_unit(distribution, np.array([0.0, 1.0]))
    is_log = bool(getattr(distribution, "log", False))
    return _Reach(is_log, float(np.ptp(np.log(ends) if is_log else ends)))
