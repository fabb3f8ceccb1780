"""Whether two parameters do more together than each alone: an F test of what the trials show.

A forest fills what was hardly tried with what lies beside it, and so makes up interactions where a
sampler left a corner empty. The test asks the trials: a linear model of their values in all
parameters that matter, with the products of the columns of the two, or without them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.models.beyond import MAX_OTHERS, ROWS_PER_COLUMN, columns_of, orthonormal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray


def look_at_pairs(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    targets: Sequence[FloatArray],
    pairs: Iterable[tuple[int, int]],
    order: Sequence[int],
) -> dict[tuple[int, int], float]:
    """P-values that two parameters add up; 1 where the trials are too few to tell.

    Args:
        space: Parameter to declared distribution; key order = column order.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        targets: Columns ``(n,)`` of the target, such as with its bad side clipped and as it was
            measured: an interaction that one of the scales makes up is none, so the largest
            p-value counts (Berger 1982).
        pairs: Columns ``(i, j)``.
        order: Columns, most important first; the first few are allowed for.
    """
    own = [columns_of(d, c) for d, c in zip(space.values(), params.T, strict=True)]
    n, found = len(params), {}
    for i, j in pairs:
        beside = np.column_stack([np.ones(n), own[i], own[j]])
        products = (own[i][:, 1:, None] * own[j][:, None, 1:]).reshape(n, -1)
        for other in [k for k in order if k not in (i, j)][:MAX_OTHERS]:
            wider = np.column_stack([beside, own[other]])
            if (wider.shape[1] + products.shape[1]) * ROWS_PER_COLUMN > n:
                break
            beside = wider
        basis = orthonormal(beside)
        along = orthonormal(products - basis @ (basis.T @ products))
        left = (target - basis @ (basis.T @ target) for target in targets)
        found[i, j] = max(_p_nothing(along, rest, n - basis.shape[1]) for rest in left)
    return found


def _p_nothing(along: FloatArray, rest: FloatArray, free: int) -> float:
    """P-value that columns explain nothing of a rest; 1 where it has too few rows."""
    from scipy.stats import f

    df = along.shape[1]
    free -= df
    if not df or free < ROWS_PER_COLUMN * df:
        return 1.0
    explained = float(((along.T @ rest) ** 2).sum())
    error = max(float(rest @ rest) - explained, 1e-12 * float(rest @ rest)) / free
    return float(f.sf(explained / df / error, df, free)) if error > 0 else 1.0
