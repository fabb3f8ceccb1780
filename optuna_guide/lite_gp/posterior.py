"""The fitted Gaussian process: mean and deviation anywhere, and their gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.lite_gp.kernel import (
    Kernel,
    matern,
    squared_differences,
    weighted_distances,
)

if TYPE_CHECKING:
    from optuna_guide.lite_gp.space import BoolArray, FloatArray, IntArray

_MIN_VARIANCE = 1e-12
_JITTERS = (0.0, 1e-8, 1e-6, 1e-4, 1e-2)


@dataclass(frozen=True, eq=False)
class Posterior:
    """A Gaussian process that has seen ``n`` observations; rows are coded rows.

    Attributes:
        kernel: Hyperparameters.
        is_categorical: Columns that hold choices, shape ``(n_params,)``.
        rows: Where it was observed, shape ``(n, n_params)``.
        y: What was observed, shape ``(n,)``.
        noise: Variance of each observation around the function, shape ``(n,)``.
        alpha: ``K^-1 y``, shape ``(n,)``.
        inverse_factor: ``L^-1`` of the Cholesky factor of ``K``, shape ``(n, n)``.
    """

    kernel: Kernel
    is_categorical: BoolArray
    rows: FloatArray
    y: FloatArray
    noise: FloatArray
    alpha: FloatArray
    inverse_factor: FloatArray

    def predict(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and standard deviation of the noiseless function, each of shape ``(n_rows,)``."""
        cross = self._covariance(rows)
        explained = cross @ self.inverse_factor.T
        variance = self.kernel.scale - (explained * explained).sum(axis=1)
        return cross @ self.alpha, np.sqrt(np.maximum(variance, _MIN_VARIANCE))

    def predict_with_gradient(
        self, row: FloatArray, columns: IntArray
    ) -> tuple[float, float, FloatArray, FloatArray]:
        """Mean and deviation at one row, and their gradients by the given numeric columns."""
        kernel, offsets = self.kernel, row[columns] - self.rows[:, columns]
        distances = squared_differences(row, self.rows, self.is_categorical) @ kernel.weights
        correlation, slope = matern(distances)
        cross = kernel.scale * correlation
        cross_gradient = (2.0 * kernel.scale * slope)[:, None] * offsets * kernel.weights[columns]
        explained = self.inverse_factor @ cross
        variance = kernel.scale - explained @ explained
        mean_gradient = cross_gradient.T @ self.alpha
        if variance <= _MIN_VARIANCE:
            return float(cross @ self.alpha), _MIN_VARIANCE**0.5, mean_gradient, 0 * mean_gradient
        deviation = float(np.sqrt(variance))
        deviation_gradient = -(cross_gradient.T @ (self.inverse_factor.T @ explained)) / deviation
        return float(cross @ self.alpha), deviation, mean_gradient, deviation_gradient

    def with_observations(self, rows: FloatArray, y: FloatArray, noise: float) -> Posterior:
        """The posterior that has also seen ``y`` at ``rows``, with a noise variance of their own.

        Raises:
            numpy.linalg.LinAlgError: If the covariance cannot be factorised.
        """
        if not len(rows):
            return self
        return condition(
            self.kernel,
            self.is_categorical,
            np.concatenate([self.rows, rows]),
            np.concatenate([self.y, y]),
            np.concatenate([self.noise, np.full(len(rows), noise)]),
        )

    def _covariance(self, rows: FloatArray) -> FloatArray:
        distances = weighted_distances(rows, self.rows, self.kernel.weights, self.is_categorical)
        return self.kernel.scale * matern(distances)[0]


def condition(
    kernel: Kernel,
    is_categorical: BoolArray,
    rows: FloatArray,
    y: FloatArray,
    noise: FloatArray,
) -> Posterior:
    """The process with this kernel, given observations ``y`` at coded ``rows``.

    Raises:
        numpy.linalg.LinAlgError: If the covariance cannot be factorised, even with jitter.
    """
    from scipy.linalg import lapack

    distances = weighted_distances(rows, rows, kernel.weights, is_categorical)
    covariance = kernel.scale * matern(distances)[0]
    for jitter in _JITTERS:
        np.fill_diagonal(covariance, kernel.scale * (1.0 + jitter) + noise)
        factor, failed = lapack.dpotrf(covariance, lower=1, clean=1)
        if not failed:
            break
    else:
        raise np.linalg.LinAlgError(f"The covariance of {len(rows)} trials is not positive.")
    alpha = lapack.dpotrs(factor, y, lower=1)[0]
    inverse_factor = lapack.dtrtri(factor, lower=1)[0]
    if not (np.isfinite(alpha).all() and np.isfinite(inverse_factor).all()):
        raise np.linalg.LinAlgError(f"The covariance of {len(rows)} trials is not finite.")
    return Posterior(kernel, is_categorical, rows, y, noise, alpha, inverse_factor)
