"""PED-ANOVA: which parameters distinguish the top trials from all the others.

Densities of each parameter among the top trials and among all trials are compared by their Pearson
divergence (Watanabe et al. 2023, IJCAI, Theorem 1); conditional parameters are weighted by how
often they are active (Ito et al. 2026, KDD, Theorem 4.2). The densities are those of Optuna's
`PedAnovaImportanceEvaluator`, and so are the numbers, up to the normalisation.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

_N_GRID = 50
_PRIOR_WEIGHT = 1.0
_MIN_ACTIVE = 2
_MIN_BANDWIDTH = 0.5 / 1.64  # nine tenths of a kernel lie in its own grid cell
_TINY = 1e-12


def ped_anova(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    loss: FloatArray,
    *,
    top: float = 0.1,
) -> FloatArray:
    """Importance of each parameter for being among the top trials.

    Args:
        space: Declared distributions; key order = column order.
        params: ``(n, p)`` internal values; NaN = inactive.
        loss: ``(n,)`` lower is better.
        top: Share of the trials that are the top; ties at its edge belong to it.

    Returns:
        ``(p,)`` importances that sum to 1; zeros where nothing distinguishes the top.

    Raises:
        ValueError: If ``top`` does not lie between 0 and 1.
    """
    if not 0.0 < top < 1.0:
        raise ValueError(f"top must lie between 0 and 1, found {top}.")
    importances = np.zeros(len(space))
    n = len(loss)
    if n < 2:
        return importances
    is_top = loss <= np.partition(loss, math.ceil(top * n) - 1)[math.ceil(top * n) - 1]
    if is_top.all():
        return importances
    for j, distribution in enumerate(space.values()):
        active = ~np.isnan(params[:, j])
        n_active, n_top = np.sum(active), np.sum(active & is_top)
        if distribution.single() or n_active < _MIN_ACTIVE or n_top == 0:
            continue
        cells, n_cells = _to_grid(distribution, params[active, j])
        if np.ptp(cells) == 0:
            continue
        categorical = isinstance(distribution, CategoricalDistribution)
        density = _choice_density if categorical else _number_density
        among_top = density(np.bincount(cells[is_top[active]], minlength=n_cells)) + _TINY
        among_all = density(np.bincount(cells, minlength=n_cells)) + _TINY
        weight = (n_top / is_top.sum()) ** 2 / (n_active / n)
        importances[j] = weight * (among_all @ (among_top / among_all - 1) ** 2)
    total = importances.sum()
    return importances / total if total > 0 else importances


def _to_grid(distribution: Any, values: FloatArray) -> tuple[npt.NDArray[np.int64], int]:
    """Grid cell of each value, and the number of cells; logarithmic where the range is."""
    if isinstance(distribution, CategoricalDistribution):
        return values.astype(np.int64), len(distribution.choices)
    low, high, n_cells = distribution.low, distribution.high, _N_GRID
    if isinstance(distribution, IntDistribution) and distribution.log:
        n_cells = min(math.ceil(math.log2(high - low + 1)) + 1, n_cells)
    elif distribution.step is not None:
        n_cells = min(round((high - low) / distribution.step) + 1, n_cells)
    if distribution.log:
        low, high, values = math.log(low), math.log(high), np.log(values)
    cells = np.ceil((values - low) / (high - low) * (n_cells - 1) - 0.5)
    return np.clip(cells, 0, n_cells - 1).astype(np.int64), n_cells


def _choice_density(counts: npt.NDArray[np.int64]) -> FloatArray:
    """A smoothed kernel per choice that was seen, and a uniform one as the prior."""
    n_choices = len(counts)
    smoothing = _PRIOR_WEIGHT / (np.count_nonzero(counts) + 1)
    kernels = np.full((n_choices, n_choices), smoothing)
    np.fill_diagonal(kernels, 1 + smoothing)
    kernels /= 1 + n_choices * smoothing
    mixed: FloatArray = counts @ kernels + _PRIOR_WEIGHT / n_choices
    return mixed / (counts.sum() + _PRIOR_WEIGHT)


def _number_density(counts: npt.NDArray[np.int64]) -> FloatArray:
    """Normal kernels by Scott's rule on the grid, truncated at its ends, and one as the prior."""
    from scipy.special import ndtr

    grid = np.flatnonzero(counts)
    weights = counts[grid]
    width = len(counts)
    middles = np.append(grid, (width - 1) / 2)
    bandwidths = np.append(np.full(len(grid), _bandwidth(grid, weights)), width)
    edges = np.arange(width + 1) - 0.5
    below = ndtr((edges[:, None] - middles) / bandwidths)
    kernels = np.diff(below, axis=0) / (below[-1] - below[0])
    mixed: FloatArray = kernels @ np.append(weights, _PRIOR_WEIGHT)
    return mixed / (weights.sum() + _PRIOR_WEIGHT)


def _bandwidth(grid: npt.NDArray[np.int64], weights: npt.NDArray[np.int64]) -> float:
    """Scott's rule with the smaller of deviation and scaled interquartile range (Scott 1992)."""
    cumulated, total = np.cumsum(weights), weights.sum()
    deviation = math.sqrt((grid - grid @ weights / total) ** 2 @ weights / max(1, total - 1))
    first = np.searchsorted(cumulated, total // 4, side="left")
    third = np.searchsorted(cumulated, total * 3 // 4, side="right")
    quartiles = grid[min(len(grid) - 1, third)] - grid[first]
    return max(1.059 * min(quartiles / 1.34, deviation) * total**-0.2, _MIN_BANDWIDTH)
