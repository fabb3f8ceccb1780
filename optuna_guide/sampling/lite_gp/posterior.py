"""The fitted Gaussian process: mean and deviation anywhere, and their gradients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optuna_guide.sampling.lite_gp.kernel import Kernel, matern, weighted_distances

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray

_MIN_VARIANCE = 1e-12
_JITTERS = (0.0, 1e-8, 1e-6, 1e-4, 1e-2)


class Model(Protocol):
    """What predicts as a `Posterior` does."""

    def predict(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and standard deviation at coded rows."""

    def predict_with_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """The same, and their gradients by the given numeric columns."""


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
        cross = self.kernel.scale * self._correlation(rows)[0]
        explained = cross @ self.inverse_factor.T
        variance = self.kernel.scale - (explained * explained).sum(axis=1)
        return cross @ self.alpha, np.sqrt(np.maximum(variance, _MIN_VARIANCE))

    def predict_jointly(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean ``(n_rows,)`` and covariance ``(n_rows, n_rows)`` of the noiseless function."""
        cross = self.kernel.scale * self._correlation(rows)[0]
        return cross @ self.alpha, self.covariance(rows, rows)

    def covariance(self, rows: FloatArray, others: FloatArray) -> FloatArray:
        """Of the noiseless function at rows and at others, shape ``(n_rows, n_others)``."""
        left = self.kernel.scale * self._correlation(rows)[0] @ self.inverse_factor.T
        right = left
        if others is not rows:
            right = self.kernel.scale * self._correlation(others)[0] @ self.inverse_factor.T
        distances = weighted_distances(rows, others, self.kernel.weights, self.is_categorical)
        shared: FloatArray = self.kernel.scale * matern(distances)[0] - left @ right.T
        return shared

    def predict_with_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Mean and deviation of each row, and their gradients by the given numeric columns.

        Means and deviations have the shape ``(n_rows,)``, gradients ``(n_rows, n_columns)``.
        """
        correlation, slope = self._correlation(rows)
        cross = self.kernel.scale * correlation
        explained = cross @ self.inverse_factor.T
        variance = self.kernel.scale - (explained * explained).sum(axis=1)
        deviation = np.sqrt(np.maximum(variance, _MIN_VARIANCE))

        def by_columns(by_cross: FloatArray) -> FloatArray:
            """Chain rule: ``d cross_i / d x_j = 2 scale slope_i weight_j (x_j - x_ij)``."""
            by_distance = by_cross * (self.kernel.scale * slope)
            offsets = by_distance.sum(axis=1)[:, None] * rows[:, columns]
            offsets -= by_distance @ self.rows[:, columns]
            return 2.0 * self.kernel.weights[columns] * offsets

        by_variance = explained @ self.inverse_factor
        deviation_gradient = by_columns(-by_variance / deviation[:, None])
        deviation_gradient[variance <= _MIN_VARIANCE] = 0.0
        return cross @ self.alpha, deviation, by_columns(self.alpha[None]), deviation_gradient

    def leave_one_out(self) -> tuple[FloatArray, FloatArray]:
        """Mean and deviation of each observation by the others, noise included, ``(n,)`` each.

        Rasmussen and Williams (2006), equation 5.12.
        """
        precision = (self.inverse_factor**2).sum(axis=0)
        return self.y - self.alpha / precision, 1.0 / np.sqrt(precision)

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

    def _correlation(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        distances = weighted_distances(rows, self.rows, self.kernel.weights, self.is_categorical)
        return matern(distances)


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
