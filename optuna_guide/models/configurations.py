"""Trials that repeat a configuration, counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, IntArray


def distinct(params: FloatArray) -> tuple[IntArray, IntArray]:
    """The first row of each configuration, ascending, and which of them each row is.

    Args:
        params: ``(n, n_params)`` internal values; NaN = inactive.
    """
    coded = np.where(np.isnan(params), np.inf, params)
    _, first, which = np.unique(coded, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[which.reshape(-1)]


def means(values: npt.NDArray[Any], which: IntArray) -> FloatArray:
    """``(n_groups,)`` means of the values of each group."""
    return np.asarray(np.bincount(which, values) / np.bincount(which))
