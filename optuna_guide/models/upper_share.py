"""How much of the variance a parameter could explain at most: little, if it hardly matters.

What the forest credits a parameter with says nothing about what the forest missed. The bound adds
both: the share that the forest explains by it, and the largest share of the *unexplained* rest
that an effect of the parameter could have and still show as little association with the
out-of-bag residuals as it does. That is the upper end of a one-sided 95 % interval for the
noncentrality of the association (Steiger 2004): a group mean per choice or per few tried values,
a straight line and a parabola over the ranks of other numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain.cells import FEW
from optuna_guide.models.forest import ranks

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.forest import Forest

CONFIDENCE = 0.95
MIN_IN_GROUP = 3  # rarer values share one


def largest_shares(
    forest: Forest, unit: FloatArray, column: FloatArray, shares: FloatArray
) -> FloatArray:
    """Upper bounds of what each parameter explains, interactions that the forest saw included.

    Args:
        forest: A forest that holds ``column``.
        unit: ``(n_trials, n_params)`` the unit values that it was grown on; NaN = inactive.
        column: ``(n_trials,)`` ranks of the loss.
        shares: ``(n_params,)`` share of the forest's variance that each parameter explains, with
            its interactions.

    Returns:
        ``(n_params,)`` shares of the variance of ``column``, at most 1.
    """
    predicted = forest.out_of_bag()
    known = np.isfinite(predicted)
    rest = (column - predicted)[known]
    total = float(column[known].var()) or 1.0
    unexplained = min(float(np.mean(rest**2)) / total, 1.0)
    bounds = []
    for j, distribution in enumerate(forest.space.values()):
        left = _largest_association(distribution, unit[known, j], rest)
        bounds.append(shares[j] * (1.0 - unexplained) + left * unexplained)
    return np.minimum(np.array(bounds), 1.0)


def _largest_association(
    distribution: BaseDistribution, unit: FloatArray, rest: FloatArray
) -> float:
    """Upper bound of the share of ``rest`` that a parameter explains where it is active."""
    from scipy.special import chndtrinc

    active = ~np.isnan(unit)
    n = int(active.sum())
    if n <= MIN_IN_GROUP:
        return 1.0
    design = _design(distribution, unit[active])
    df = design.shape[1]
    if not df:
        return 1.0
    if n <= df + MIN_IN_GROUP:
        return 1.0
    y = rest[active] - rest[active].mean()
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    explained = float(fitted @ fitted / max(float(y @ y), 1e-300))
    # an association below what chance gives on average counts as that: the bound never vanishes
    seen = max(n * explained, float(df))
    largest = float(chndtrinc(seen, df, 1.0 - CONFIDENCE))
    return min(largest / n, 1.0) * n / len(unit)


def _design(distribution: BaseDistribution, unit: FloatArray) -> FloatArray:
    """``(n, df)`` centred columns, orthogonal to a constant."""
    values, codes, counts = np.unique(unit, return_inverse=True, return_counts=True)
    if isinstance(distribution, CategoricalDistribution) or len(values) <= FEW:
        rare = counts < MIN_IN_GROUP
        group = np.where(rare, -1, np.arange(len(values)))[codes]
        kept = [group == k for k in np.unique(group)][1:]
        columns = np.array(kept, dtype=np.float64).T.reshape(len(unit), -1)
    else:
        line = ranks(unit) - 0.5
        columns = np.column_stack([line, line**2])
    return columns - columns.mean(axis=0)
