"""The one rule for values that are so bad that they would flatten everything else.

`sampling/lite_gp/targets` has one of its own, which is part of its acquisition function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray

LARGEST = 1e150  # beyond, squares overflow


def limit(values: FloatArray) -> FloatArray:
    """Values between ±1e150, so that their squares stay finite."""
    return np.clip(np.asarray(values, dtype=np.float64), -LARGEST, LARGEST)


def clip_outliers(
    values: FloatArray, direction: Literal["minimize", "maximize"], n_iqr: float = 3.0
) -> FloatArray:
    """Values with the bad side clipped ``n_iqr`` interquartile ranges beyond the quartile.

    Where more than half of the values are equal, the quartiles are those of the distinct values.
    Both sides are limited to ±1e150.

    Raises:
        ValueError: If a value is not finite.
    """
    if not np.isfinite(values).all():
        raise ValueError("values hold NaN or infinity: leave these trials out.")
    limited = limit(values)
    if len(limited) == 0:
        return limited
    low, high = np.quantile(limited, [0.25, 0.75])
    if high <= low:
        low, high = np.quantile(np.unique(limited), [0.25, 0.75])
    if direction == "minimize":
        return np.minimum(limited, high + n_iqr * (high - low))
    return np.maximum(limited, low - n_iqr * (high - low))
