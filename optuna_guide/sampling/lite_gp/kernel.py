"""Matern 5/2 kernel with a length scale for each parameter, over coded rows.

*Coded* rows have no NaN: an inactive parameter takes one constant, so that it is at no distance
from another inactive one. Numeric parameters are compared by squared difference, categorical ones
by whether they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, Space

INACTIVE_NUMBER = 0.5
INACTIVE_CHOICE = -1.0


@dataclass(frozen=True, eq=False)
class Kernel:
    """Hyperparameters of the covariance ``scale * matern(sum_j weights_j * d_j)``.

    Attributes:
        weights: Inverse squared length scales, shape ``(n_params,)``.
        scale: Prior variance of the function.
        noise: Variance of the observations around the function.
    """

    weights: FloatArray
    scale: float
    noise: float


def code_inactive(space: Space, rows: FloatArray) -> FloatArray:
    """Coded rows: NaN replaced by the constant of its column's kind."""
    return np.where(
        np.isnan(rows), np.where(space.is_categorical, INACTIVE_CHOICE, INACTIVE_NUMBER), rows
    )


def squared_differences(a: FloatArray, b: FloatArray, is_categorical: BoolArray) -> FloatArray:
    """Squared distance of paired coded rows in each parameter, shape of ``a - b``."""
    squared = (a - b) ** 2
    squared[..., is_categorical] = squared[..., is_categorical] > 0
    return squared


def matern(squared_distance: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Correlation ``(1 + r + r^2 / 3) exp(-r)``, ``r^2 = 5 q``, and its derivative by ``q``."""
    r = np.sqrt(5.0 * squared_distance)
    decay = np.exp(-r)
    slope = (1.0 + r) * decay
    correlation = slope + (5.0 / 3.0) * squared_distance * decay
    slope *= -5.0 / 6.0
    return correlation, slope


def weighted_distances(
    a: FloatArray, b: FloatArray, weights: FloatArray, is_categorical: BoolArray
) -> FloatArray:
    """Weighted squared distances of all pairs of coded rows, shape ``(len(a), len(b))``."""
    root = np.sqrt(weights[~is_categorical])
    u, v = a[:, ~is_categorical] * root, b[:, ~is_categorical] * root
    distances = (u * u).sum(axis=1)[:, None] + (v * v).sum(axis=1) - 2.0 * (u @ v.T)
    for j in np.flatnonzero(is_categorical):
        distances += weights[j] * (a[:, j, None] != b[:, j])
    return np.maximum(distances, 0.0)
