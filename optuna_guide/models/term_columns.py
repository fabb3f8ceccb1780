"""Parameters as columns of a linear model: few values apart, others cubic, pairs as products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.models.forest import ranks
from optuna_guide.models.ranges import MIN_TRIED

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

N_POINTS = 101
MANY = 50  # values of one parameter that are told apart, those tried most often; the rest is one


def cubic_time(numbers: npt.NDArray[Any]) -> FloatArray:
    """``(n, 4)`` a constant and a cubic of the order of the trials with these numbers."""
    time = ranks(numbers) - 0.5
    return np.column_stack([np.ones(len(time)), time, time**2, time**3])


def multiply(one: FloatArray, other: FloatArray) -> FloatArray:
    """``(n, df * df)`` products of the own columns of two parameters, for their interaction."""
    return np.asarray((one[:, 1:, None] * other[:, None, 1:]).reshape(len(one), -1))


def columns_of(distribution: BaseDistribution, column: FloatArray) -> FloatArray:
    """``(n, df)`` whether it is active, and a column for each of few values or a cubic.

    Of many choices the `MANY` that were tried most often have one.
    """
    active = ~np.isnan(column)
    values, counts = np.unique(column[active], return_counts=True)
    if isinstance(distribution, CategoricalDistribution) or len(values) <= FEW:
        often = np.argsort(-counts, kind="stable")[: MANY + 1]
        kept = np.sort(values[often][counts[often] > 1])[1:]
        return np.column_stack([active, *(column == value for value in kept)]).astype(np.float64)
    unit = np.where(active, spaces.to_unit(distribution, column) - 0.5, 0.0)
    return np.column_stack([active, unit, unit**2, unit**3])


def uniform_covariance(distribution: BaseDistribution, column: FloatArray) -> FloatArray | None:
    """``(df, df)`` covariance of the columns if the whole range was tried alike often.

    None where an option, or one of few values, was tried less than three times, or where they are
    so many that not all have a column.
    """
    values, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    is_choice = isinstance(distribution, CategoricalDistribution)
    if is_choice or len(values) <= FEW:
        n_levels = spaces.n_levels(distribution) if is_choice else len(values)
        if not max(n_levels or 0, 2) <= len(values) <= MANY + 1 or counts.min() < MIN_TRIED:
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
