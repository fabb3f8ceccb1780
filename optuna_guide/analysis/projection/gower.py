"""How much the configurations of two trials differ, whatever the kinds of their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray


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


def _scaled(distribution: BaseDistribution, internal: FloatArray) -> FloatArray:
    """Place in the range, from 0 at its lowest value to 1 at its highest; choices by index."""
    if isinstance(distribution, CategoricalDistribution):
        return internal
    n = spaces.n_levels(distribution)
    ends = [getattr(distribution, end) for end in ("low", "high")]
    low, high = spaces.to_unit(distribution, ends) if n is not None else (0.0, 1.0)
    return (spaces.to_unit(distribution, internal) - low) / (high - low)
