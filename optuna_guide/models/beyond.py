"""What a parameter does by itself: beyond the other parameters.

A sampler settles on values of parameters that do nothing while those that matter get better; and
what matters a little is hidden by what matters much. Both are told apart by a linear model of the
ranks of the loss (Conover and Iman 1981) in the other parameters and in the time: later trials of
a sampler that learns are better in all that it learnt, and those that a pruner lets end in luck,
too.

That a parameter hardly matters is no matter of a test that finds nothing, but of an upper bound:
the largest effect that could hide behind so little (Steiger 2004), over the range that was
declared. Where a sampler tried a part of the range seldom, much can hide in that part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.models.forest import ranks
from optuna_guide.models.ranges import MIN_TRIED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

MAX_OTHERS = 10
ROWS_PER_COLUMN = 4
N_POINTS = 101


@dataclass(frozen=True)
class Signal:
    """What is seen of a parameter beside the others.

    Attributes:
        strength: What it explains in units of the error: noncentral chi-square.
        df: Its degrees of freedom.
        reach: Share of the variance of the ranks that a unit of the noncentrality can stand for.
    """

    strength: float
    df: int
    reach: float


def most_on_average(signals: Sequence[Signal], chance: float) -> float:
    """Upper bound of the mean share that a parameter explains in independent studies, 0 to 1.

    Their noncentralities add up; the whole of them may lie where it can stand for most.

    Args:
        signals: One or more.
        chance: That it explains more.
    """
    from scipy.special import chndtrinc

    df = sum(one.df for one in signals)
    # an effect below what chance gives on average counts as that: the bound never vanishes
    strength = max(sum(one.strength for one in signals), df)
    largest = float(chndtrinc(strength, df, chance))
    return min(largest * max(one.reach for one in signals) / len(signals), 1.0)


class Beyond:
    """Tests of one parameter beside the others.

    Args:
        space: Parameter to declared distribution; key order = column order.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        loss: ``(n,)`` lower is better.
        numbers: ``(n,)`` of the trials, which tell the time.
        shares: How much each parameter explains; those with the most are allowed for first.
        where: Conditional parameters to what they hang on; they are no part of what is beside it.
    """

    def __init__(
        self,
        space: Mapping[str, BaseDistribution],
        params: FloatArray,
        loss: FloatArray,
        numbers: npt.NDArray[np.int64],
        shares: Mapping[str, float],
        where: Mapping[str, Region],
    ) -> None:
        self._ranks = ranks(loss)
        time = ranks(numbers) - 0.5
        self._time = np.column_stack([np.ones(len(time)), time, time**2, time**3])
        self._active = dict(zip(space, ~np.isnan(params.T), strict=True))
        self._columns = {
            name: columns_of(distribution, column)
            for (name, distribution), column in zip(space.items(), params.T, strict=True)
        }
        self._uniform = {
            name: _uniform(distribution, column)
            for (name, distribution), column in zip(space.items(), params.T, strict=True)
        }
        self._order = sorted(space, key=lambda name: -shares[name])
        self._where = where

    def p_better(self, name: str, inside: npt.NDArray[np.bool_]) -> float:
        """One-sided p-value that trials with a part of a parameter's range are not better.

        Args:
            name: The parameter; trials in which it is inactive are left out.
            inside: ``(n,)`` flags.
        """
        from scipy.stats import t

        gain, free = self._test(name, inside[:, None].astype(np.float64), signed=True)
        return float(t.cdf(gain, free)) if free else 1.0

    def p_any(self, name: str, *, alone: bool = False) -> float:
        """P-value that a parameter does nothing where it is active.

        Args:
            name: The parameter.
            alone: Compare its values as they are, without regard to all else.
        """
        from scipy.stats import f

        own = self._columns[name][:, 1:]
        ratio, free = self._test(name, own, signed=False, alone=alone)
        return float(f.sf(ratio, own.shape[1], free)) if free else 1.0

    def most(self, name: str, chance: float) -> float:
        """Upper bound of the share of the variance of the ranks that a parameter explains.

        It is by itself, over its whole range as if all of it were tried alike often. An option
        that was tried less than three times could explain everything: then it is 1.

        Args:
            name: The parameter.
            chance: That it explains more.
        """
        seen = self.signal(name)
        return 1.0 if seen is None else most_on_average([seen], chance)

    def signal(self, name: str) -> Signal | None:
        """How much of a parameter is seen; None where everything could hide: see `most`."""
        uniform = self._uniform[name]
        rows = self._active[name]
        if uniform is None:
            return None
        own = self._columns[name][:, 1:]
        left, beyond, free = self._set_apart(name, own)
        df = own.shape[1]
        if free < ROWS_PER_COLUMN or np.linalg.matrix_rank(beyond) < df:
            return None
        seen = beyond.T @ beyond
        explained = float(beyond.T @ left @ np.linalg.solve(seen, beyond.T @ left))
        error = float(left @ left - explained) / free
        hidden = float(np.linalg.eigvals(np.linalg.solve(seen, uniform)).real.max())
        total = float(self._ranks[rows].var()) or 1.0
        reach = error * hidden / total * float(rows.mean())
        return Signal(explained / max(error, 1e-12), df, reach)

    def _test(
        self, name: str, own: FloatArray, *, signed: bool, alone: bool = False
    ) -> tuple[float, int]:
        """The t, or F, statistic of columns beyond all else, and its degrees of freedom."""
        left, beyond, free = self._set_apart(name, own, alone=alone)
        along = orthonormal(beyond)
        free += own.shape[1] - along.shape[1]
        if not along.shape[1] or free < ROWS_PER_COLUMN:
            return 0.0, 0
        fitted = along @ (along.T @ left)
        error = float((left - fitted) @ (left - fitted)) / free
        ratio = float(fitted @ fitted) / along.shape[1] / max(error, 1e-12)
        return (float(np.sign(beyond[:, 0] @ left)) * ratio**0.5 if signed else ratio), free

    def _set_apart(
        self, name: str, own: FloatArray, *, alone: bool = False
    ) -> tuple[FloatArray, FloatArray, int]:
        """Ranks and own columns beyond all else, and degrees of freedom beside both."""
        rows = self._active[name]
        n = int(rows.sum())
        beside = np.ones((n, 1)) if alone else self._time[rows]
        others = [o for o in self._order if o != name and name not in self._where.get(o, {})]
        for other in others[: 0 if alone else MAX_OTHERS]:
            wider = np.column_stack([beside, self._columns[other][rows]])
            if (wider.shape[1] + own.shape[1]) * ROWS_PER_COLUMN > n:
                break
            beside = wider
        basis = orthonormal(beside)
        left = self._ranks[rows] - basis @ (basis.T @ self._ranks[rows])
        beyond = own[rows] - basis @ (basis.T @ own[rows])
        return left, beyond, n - basis.shape[1] - own.shape[1]


def columns_of(distribution: BaseDistribution, column: FloatArray) -> FloatArray:
    """``(n, df)`` whether it is active, and a column for each of few values or a cubic."""
    active = ~np.isnan(column)
    values, counts = np.unique(column[active], return_counts=True)
    if isinstance(distribution, CategoricalDistribution) or len(values) <= FEW:
        kept = values[counts > 1][1:]
        return np.column_stack([active, *(column == value for value in kept)]).astype(np.float64)
    unit = np.where(active, spaces.to_unit(distribution, column) - 0.5, 0.0)
    return np.column_stack([active, unit, unit**2, unit**3])


def _uniform(distribution: BaseDistribution, column: FloatArray) -> FloatArray | None:
    """``(df, df)`` covariance of the columns if the whole range was tried alike often.

    None where an option, or one of few values, was tried less than three times.
    """
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    is_choice = isinstance(distribution, CategoricalDistribution)
    if is_choice or len(values) <= FEW:
        n_levels = spaces.n_levels(distribution) if is_choice else len(values)
        if len(values) < max(n_levels or 0, 2) or counts.min() < MIN_TRIED:
            return None
        every = np.eye(len(values))[:, 1:]
    else:
        unit = np.linspace(-0.5, 0.5, N_POINTS)
        every = np.column_stack([unit, unit**2, unit**3])
    every -= every.mean(axis=0)
    return np.asarray(every.T @ every / len(every))


def orthonormal(columns: FloatArray) -> FloatArray:
    """``(n, rank)`` basis of what the columns span."""
    u, s, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(u[:, s > 1e-6 * max(float(s.max(initial=0.0)), 1e-3)])
