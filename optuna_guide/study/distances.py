"""How much two trials differ in what they predict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

_MAX_CELLS = 4_000_000  # of a comparison that are held at a time


def hamming(labels: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> FloatArray:
    """``(n, m)`` share of ``(n, k)`` and ``(m, k)`` predicted classes that differ."""
    return _in_parts(labels, others, lambda a, b: (a != b).mean(axis=2))


def rmse(values: FloatArray, others: FloatArray) -> FloatArray:
    """``(n, m)`` root of the mean squared difference of ``(n, k)`` and ``(m, k)`` numbers."""
    return _in_parts(values, others, lambda a, b: np.sqrt(((a - b) ** 2).mean(axis=2)))


def _in_parts(
    one: npt.NDArray[Any], other: npt.NDArray[Any], compare: Callable[..., FloatArray]
) -> FloatArray:
    """``compare`` of ``(n, 1, k)`` and ``(m, k)``, a bounded number of rows at a time."""
    size = max(_MAX_CELLS // max(other.size, 1), 1)
    parts = [compare(one[i : i + size, None], other) for i in range(0, len(one), size)]
    return np.concatenate(parts) if parts else np.empty((0, len(other)))
