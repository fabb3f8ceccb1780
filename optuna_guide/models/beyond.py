"""What a parameter does by itself: beyond the other parameters.

A sampler settles on values of parameters that do nothing while those that matter get better; and
what matters a little is hidden by what matters much. Both are told apart by a linear model in the
other parameters and in the time: later trials of a sampler that learns are better in all that it
learnt, and those that a pruner lets end in luck, too. It is a model of the ranks of the loss
(Conover and Iman 1981), and of the loss with its bad side clipped: among ranks, most trials of
such a sampler differ by noise alone.

That a parameter hardly matters is no matter of a test that finds nothing, but of an upper bound:
the largest effect that could hide behind so little (Steiger 2004), over the range that was
declared. Where a sampler tried a part of the range seldom, much can hide in that part.

Trials of one configuration are one piece of evidence: what the model misses they miss alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.models.forest import ranks
from optuna_guide.models.term_columns import (
    columns_of,
    cubic_time,
    multiply,
    orthonormal,
    uniform_covariance,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

MAX_OTHERS = 10  # terms
ROWS_PER_COLUMN = 4


@dataclass(frozen=True)
class Signal:
    """What is seen of a parameter beside the others.

    Attributes:
        strength: What it explains in units of the error.
        df: Its degrees of freedom: noncentral F, with those of the error.
        free: Degrees of freedom of the error.
        reach: Share of the variance of the ranks that a unit of the noncentrality can stand for.
    """

    strength: float
    df: int
    free: int
    reach: float


def most_on_average(signals: Sequence[Signal], chance: float) -> float:
    """Upper bound of the mean share that a parameter explains in independent studies, 0 to 1.

    Their noncentralities add up; the whole of them may lie where it can stand for most.

    Args:
        signals: One or more.
        chance: That it explains more.
    """
    from scipy.special import ncfdtrinc

    df = sum(one.df for one in signals)
    # an effect below half of what chance gives counts as that: the bound never vanishes
    ratio = max(sum(one.strength for one in signals) / df, 0.5)
    largest = float(ncfdtrinc(df, sum(one.free for one in signals), chance, ratio))
    largest = max(largest, ratio * df)  # it is found up to 10,000 only
    return min(largest * max(one.reach for one in signals) / len(signals), 1.0)


class Beyond:
    """Tests of one parameter beside the others.

    Args:
        space: Parameter to declared distribution; key order = column order.
        params: ``(n, n_params)`` internal values, each configuration once; NaN = inactive.
        loss: ``(n,)`` finite, lower is better.
        numbers: ``(n,)`` of the trials, which tell the time.
        shares: How much each parameter explains; those with the most are allowed for first.
        where: Conditional parameters to what they hang on; they are no part of what is beside it.
        pairs: How much interactions explain; the products of their columns are allowed for, too.
        growth: Of trials that were chosen by the results of others, see `p_at_any_time`.
    """

    def __init__(
        self,
        space: Mapping[str, BaseDistribution],
        params: FloatArray,
        loss: FloatArray,
        numbers: npt.NDArray[Any],
        shares: Mapping[str, float],
        where: Mapping[str, Region],
        pairs: Mapping[tuple[str, str], float] | None = None,
        growth: float = 0.0,
    ) -> None:
        self._targets = np.column_stack([ranks(loss), clip_outliers(loss, "minimize")])
        self._time = cubic_time(numbers)
        self._active = dict(zip(space, ~np.isnan(params.T), strict=True))
        self._columns = {
            name: columns_of(distribution, column)
            for (name, distribution), column in zip(space.items(), params.T, strict=True)
        }
        self._uniform = {
            name: uniform_covariance(distribution, column)
            for (name, distribution), column in zip(space.items(), params.T, strict=True)
        }
        self._terms = _order_terms(shares, pairs or {})
        self._where, self._growth = where, growth

    @property
    def n_looks(self) -> float:
        """How many times as many trials there are as were drawn without regard to results."""
        return float(np.exp(self._growth))

    def p_better(
        self, name: str, inside: npt.NDArray[np.bool_], *, at_any_time: bool = False
    ) -> float:
        """One-sided p-value that trials with a part of a parameter's range are not better.

        Args:
            name: The parameter; trials in which it is inactive are left out.
            inside: ``(n,)`` flags.
            at_any_time: As if it had been looked at after each trial (`p_at_any_time`).
        """
        growth = self._growth if at_any_time else 0.0
        own = inside[:, None].astype(np.float64)
        return self._p_value(name, own, is_one_sided=True, growth=growth)

    def p_any(self, name: str, *, alone: bool = False) -> float:
        """P-value that a parameter does nothing where it is active.

        Args:
            name: The parameter.
            alone: Compare its values as they are, without regard to all else.
        """
        return self._p_value(name, self._columns[name][:, 1:], alone=alone)

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
        left, beyond, _, free = self._set_apart(name, own)
        left = left[:, 0]
        df = own.shape[1]
        if free < ROWS_PER_COLUMN or np.linalg.matrix_rank(beyond) < df:
            return None
        seen = beyond.T @ beyond
        explained = float(beyond.T @ left @ np.linalg.solve(seen, beyond.T @ left))
        error = float(left @ left - explained) / free
        hidden = float(np.linalg.eigvals(np.linalg.solve(seen, uniform)).real.max())
        total = float(self._targets[rows, 0].var()) or 1.0
        reach = error * hidden / total * float(rows.mean())
        return Signal(explained / max(error, 1e-12), df, free, reach)

    def _p_value(
        self,
        name: str,
        own: FloatArray,
        *,
        is_one_sided: bool = False,
        alone: bool = False,
        growth: float = 0.0,
    ) -> float:
        """P-value that columns do nothing beyond all else; or, of one column, nothing good.

        An effect shows in the ranks or in the values: the smaller p-value counts, twice.
        """
        left, beyond, leverage, free = self._set_apart(name, own, alone=alone)
        along = orthonormal(beyond)
        if not along.shape[1] or free < ROWS_PER_COLUMN:
            return 1.0
        free += own.shape[1] - along.shape[1]
        leverage = leverage + (along**2).sum(axis=1)
        found = []
        for target in left.T:
            p_value = p_nothing(along, target, leverage, free)
            p_value = p_at_any_time(p_value, along.shape[1], growth)
            if is_one_sided:
                is_better = float(beyond[:, 0] @ target) < 0
                p_value = p_value / 2 if is_better else 1.0 - p_value / 2
            found.append(p_value)
        return min(1.0, len(found) * min(found))

    def _set_apart(
        self, name: str, own: FloatArray, *, alone: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray, int]:
        """Targets and own columns beyond all else, its leverage, and what is free beside both.

        Nothing is free where not even what explains most of all else can be allowed for.
        """
        rows = self._active[name]
        n = int(rows.sum())
        beside = [np.ones((n, 1)) if alone else self._time[rows]]
        terms = [] if alone else self._terms_beside(name)
        room = n // ROWS_PER_COLUMN - own.shape[1] - beside[0].shape[1]
        for term in terms:
            columns = self._columns_of(term)[rows]
            room -= columns.shape[1]
            if room < 0:
                break
            beside.append(columns)
        basis = orthonormal(np.column_stack(beside))
        left = self._targets[rows] - basis @ (basis.T @ self._targets[rows])
        beyond = own[rows] - basis @ (basis.T @ own[rows])
        is_told_apart = len(beside) > 1 or not terms
        free = n - basis.shape[1] - own.shape[1] if is_told_apart else 0
        return left, beyond, (basis**2).sum(axis=1), free

    def _terms_beside(self, name: str) -> list[tuple[str, ...]]:
        """What is allowed for: terms without the parameter and without what hangs on it."""
        barred = {name, *(other for other, given in self._where.items() if name in given)}
        return [term for term in self._terms if not barred & {*term}][:MAX_OTHERS]

    def _columns_of(self, term: tuple[str, ...]) -> FloatArray:
        first, *others = (self._columns[name] for name in term)
        return multiply(first, others[0]) if others else first[:, int(first[:, 0].all()) :]


def p_nothing(along: FloatArray, left: FloatArray, leverage: FloatArray, free: int) -> float:
    """P-value that orthonormal columns explain nothing of a rest.

    Trials far out are the first of a sampler, and of all kinds; the many near the best are alike.
    So the error that all share counts, or, where that is larger, the error of each trial for
    itself, by its leverage (HC3 of MacKinnon and White 1985).
    """
    from scipy.stats import f

    explained = along.T @ left
    rest = left - along @ explained
    shared = float(explained @ explained) / max(float(rest @ rest) / free, 1e-12)
    apart = along * (rest / np.maximum(1.0 - leverage, 1e-3))[:, None]
    own = float(explained @ np.linalg.pinv(apart.T @ apart, hermitian=True) @ explained)
    return float(f.sf(min(shared, own) / along.shape[1], along.shape[1], free))


def p_at_any_time(p_value: float, df: int, growth: float) -> float:
    """P-value of a test that is as good as repeated after each trial, and kept at its best.

    A sampler leaves an option once its trials turn out bad, be it by chance: nothing that came
    later puts it right. So the statistic counts as the largest that it was since the first trials
    (Siegmund 1985; for several degrees of freedom Csorgo and Horvath 1997).

    Args:
        p_value: Of the trials at hand, as if their number had been fixed.
        df: Degrees of freedom.
        growth: Logarithm of how many times as many trials there are as were drawn at first; 0 =
            nothing was chosen by results.
    """
    from scipy.stats import chi2

    y = float(chi2.isf(p_value, df)) if growth > 0 else 0.0
    if y <= df:
        return p_value
    if not np.isfinite(y):
        return 0.0
    at_any = y * float(chi2.pdf(y, df)) * (growth * (1 - df / y) + 4 / y)
    return min(max(p_value, at_any), 1.0)


def _order_terms(
    shares: Mapping[str, float], pairs: Mapping[tuple[str, str], float]
) -> list[tuple[str, ...]]:
    """Parameters and pairs, those that explain most first, a pair not before its parts."""
    mains = dict(shares)
    for pair, share in pairs.items():
        for name in pair:
            mains[name] = max(mains[name], share)
    terms: dict[tuple[str, ...], float] = {(name,): share for name, share in mains.items()}
    terms.update((pair, share) for pair, share in pairs.items())
    return sorted(terms, key=lambda term: (-terms[term], len(term)))
