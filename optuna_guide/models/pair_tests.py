"""Whether two parameters do more together than each alone: an F test of what the trials show.

A forest fills what was hardly tried with what lies beside it, and so makes up interactions where a
sampler left a corner empty. The test asks the trials: a linear model of their values in the time,
in all parameters that matter and in the pairs that were found before, with the products of the
columns of the two, or without them. Where an EBM was fitted, what it makes of each parameter alone
is allowed for as well: a bent curve that a cubic misses is no interaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.guidance.pairs import CLEAR
from optuna_guide.models.beyond import MAX_OTHERS, ROWS_PER_COLUMN
from optuna_guide.models.configurations import distinct, means
from optuna_guide.models.term_columns import columns_of, cubic_time, multiply, orthonormal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray


def look_at_pairs(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    targets: Sequence[FloatArray],
    numbers: npt.NDArray[np.int64],
    pairs: Iterable[tuple[int, int]],
    order: Sequence[int],
    curves: FloatArray | None = None,
) -> dict[tuple[int, int], float]:
    """P-values that two parameters add up; 1 where the trials are too few to tell.

    They are multiplied by the number of all pairs, among which the strongest were chosen by the
    same trials (Bonferroni).

    Args:
        space: Parameter to declared distribution; key order = column order.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        targets: Columns ``(n,)`` of the target, such as with its bad side clipped and as it was
            measured: an interaction that one of the scales makes up is none, so the largest
            p-value counts (Berger 1982).
        numbers: ``(n,)`` of the trials, which tell the time.
        pairs: Columns ``(i, j)``, the strongest first: what is found of one is allowed for in the
            next ones.
        order: Columns, most important first; the first few are allowed for.
        curves: ``(n, n_params)`` what a flexible model makes of each parameter alone.
    """
    first, which = distinct(params)
    targets = [means(target, which) for target in targets]
    plain = [columns_of(d, c) for d, c in zip(space.values(), params[first].T, strict=True)]
    own = plain
    if curves is not None:
        bent = zip(plain, curves[first].T, strict=True)
        own = [np.column_stack([columns, curve]) for columns, curve in bent]
    always = cubic_time(means(numbers, which))
    n, n_possible, found = len(first), len(space) * (len(space) - 1) // 2, {}
    for i, j in pairs:
        beside = np.column_stack([always, own[i], own[j]])
        products = multiply(plain[i], plain[j])
        for other in [k for k in order if k not in (i, j)][:MAX_OTHERS]:
            wider = np.column_stack([beside, own[other]])
            if (_rank(wider) + products.shape[1]) * ROWS_PER_COLUMN > n:
                break
            beside = wider
        basis = orthonormal(beside)
        along = orthonormal(products - basis @ (basis.T @ products))
        left = (target - basis @ (basis.T @ target) for target in targets)
        p_value = max(_p_nothing(along, rest, n - basis.shape[1]) for rest in left)
        found[i, j] = min(1.0, p_value * n_possible)
        if found[i, j] < CLEAR:
            always = np.column_stack([always, own[i], own[j], products])
    return found


def _rank(columns: FloatArray) -> int:
    """Number of columns that are no other one's double, as those of what is always active are."""
    return len({column.tobytes() for column in columns.T})


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
