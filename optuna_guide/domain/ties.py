"""The one rule for values that rounding alone tells apart: they tie."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

ROUNDING = 1e-12  # of a value: nearer ones are equal


def are_as_good(loss: FloatArray | float, last: FloatArray | float) -> npt.NDArray[np.bool_]:
    """Flags of losses that are lower than others, or equal but for rounding; infinite ones, too.

    Args:
        loss: Lower is better.
        last: What is to be reached; of a shape that fits.
    """
    loss, last = np.asarray(loss, dtype=np.float64), np.asarray(last, dtype=np.float64)
    with np.errstate(all="ignore"):  # values may be the largest, or the smallest, floats
        found: npt.NDArray[np.bool_] = (loss <= last) | (loss <= last + ROUNDING * np.abs(last))
    return found


def find_records(loss: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of finite losses that are lower than all before, by more than rounding."""
    before = np.minimum.accumulate(np.concatenate([[np.inf], loss]))[:-1]
    return ~are_as_good(before, loss)
