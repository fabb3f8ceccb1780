"""What a parameter does by itself: beyond the other parameters.

A sampler settles on values of parameters that do nothing while those that matter get better; and
what matters a little is hidden by what matters much. Both are told apart by a linear model of the
ranks of the loss (Conover and Iman 1981) in the other parameters. The time is no part of it, so
that the order of the trials does not matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.models.forest import ranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray

MAX_OTHERS = 10
ROWS_PER_COLUMN = 4


class Beyond:
    """Tests of one parameter beside the others.

    Args:
        space: Parameter to declared distribution; key order = column order.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        loss: ``(n,)`` lower is better.
        shares: How much each parameter could explain; those with the most are allowed for first.
        where: Conditional parameters to what they hang on; they are no part of what is beside it.
    """

    def __init__(
        self,
        space: Mapping[str, BaseDistribution],
        params: FloatArray,
        loss: FloatArray,
        shares: Mapping[str, float],
        where: Mapping[str, Region],
    ) -> None:
        self._ranks = ranks(loss)
        self._active = dict(zip(space, ~np.isnan(params.T), strict=True))
        self._columns = {
            name: _columns(distribution, column)
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

    def _test(
        self, name: str, own: FloatArray, *, signed: bool, alone: bool = False
    ) -> tuple[float, int]:
        """The t, or F, statistic of columns beyond all else, and its degrees of freedom."""
        rows = self._active[name]
        n = int(rows.sum())
        beside = np.ones((n, 1))
        others = [o for o in self._order if o != name and name not in self._where.get(o, {})]
        for other in others[: 0 if alone else MAX_OTHERS]:
            wider = np.column_stack([beside, self._columns[other][rows]])
            if (wider.shape[1] + own.shape[1]) * ROWS_PER_COLUMN > n:
                break
            beside = wider
        basis = _orthonormal(beside)
        left = self._ranks[rows] - basis @ (basis.T @ self._ranks[rows])
        beyond = own[rows] - basis @ (basis.T @ own[rows])
        along = _orthonormal(beyond)
        free = n - basis.shape[1] - along.shape[1]
        if not along.shape[1] or free < ROWS_PER_COLUMN:
            return 0.0, 0
        fitted = along @ (along.T @ left)
        error = float((left - fitted) @ (left - fitted)) / free
        ratio = float(fitted @ fitted) / along.shape[1] / max(error, 1e-12)
        return (float(np.sign(beyond[:, 0] @ left)) * ratio**0.5 if signed else ratio), free


def _columns(distribution: BaseDistribution, column: FloatArray) -> FloatArray:
    """``(n, df)`` whether it is active, and a column for each of few values or a cubic."""
    active = ~np.isnan(column)
    values, counts = np.unique(column[active], return_counts=True)
    if isinstance(distribution, CategoricalDistribution) or len(values) <= FEW:
        kept = values[counts > 1][1:]
        return np.column_stack([active, *(column == value for value in kept)]).astype(np.float64)
    unit = np.where(active, spaces.to_unit(distribution, column) - 0.5, 0.0)
    return np.column_stack([active, unit, unit**2, unit**3])


def _orthonormal(columns: FloatArray) -> FloatArray:
    """``(n, rank)`` basis of what the columns span."""
    u, s, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(u[:, s > 1e-6 * max(float(s.max(initial=0.0)), 1e-3)])
