"""How much two trials differ: in their configuration, or in what they predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide import space as spaces

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.space import FloatArray

_MAX_CELLS = 4_000_000  # of a comparison that are held at a time


def gower(
    space: Mapping[str, BaseDistribution], params: FloatArray, others: FloatArray
) -> FloatArray:
    """Mean difference of the parameters that either of two configurations has (Gower 1971).

    The difference of numbers is the part of the declared range, in its own scale, that lies
    between them; choices differ by 0 or 1, and so does an active parameter from an inactive one.
    Parameters that both lack, or that can take a single value only, do not count.

    Args:
        space: Parameter to declared distribution.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        others: ``(m, n_params)`` the same.

    Returns:
        ``(n, m)`` from 0 to 1.
    """
    total, counted = np.zeros((2, len(params), len(others)))
    for j, distribution in enumerate(space.values()):
        if spaces.n_levels(distribution) == 1:
            continue
        one, other = (_scaled(distribution, rows[:, j]) for rows in (params, others))
        here, there = ~np.isnan(one)[:, None], ~np.isnan(other)
        apart = np.abs(one[:, None] - other)
        if isinstance(distribution, CategoricalDistribution):
            apart = (apart > 0).astype(np.float64)
        total += np.where(here & there, apart, here != there)
        counted += here | there
    return total / np.maximum(counted, 1.0)


def hamming(labels: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> FloatArray:
    """``(n, m)`` share of ``(n, k)`` and ``(m, k)`` predicted classes that differ."""
    return _in_parts(labels, others, lambda a, b: (a != b).mean(axis=2))


def rmse(values: FloatArray, others: FloatArray) -> FloatArray:
    """``(n, m)`` root of the mean squared difference of ``(n, k)`` and ``(m, k)`` numbers."""
    return _in_parts(values, others, lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=2)))


def _scaled(distribution: BaseDistribution, internal: FloatArray) -> FloatArray:
    """Place in the range, from 0 at its lowest value to 1 at its highest; choices by index."""
    if isinstance(distribution, CategoricalDistribution):
        return internal
    n = spaces.n_levels(distribution)
    ends = [getattr(distribution, end) for end in ("low", "high")]
    low, high = spaces.to_unit(distribution, ends) if n is not None else (0.0, 1.0)
    return (spaces.to_unit(distribution, internal) - low) / (high - low)


def _in_parts(
    one: npt.NDArray[Any], other: npt.NDArray[Any], compare: Callable[..., FloatArray]
) -> FloatArray:
    """``compare`` of ``(n, 1, k)`` and ``(m, k)``, a bounded number of rows at a time."""
    size = max(_MAX_CELLS // max(other.size, 1), 1)
    parts = [compare(one[i : i + size, None], other) for i in range(0, len(one), size)]
    return np.concatenate(parts) if parts else np.empty((0, len(other)))
