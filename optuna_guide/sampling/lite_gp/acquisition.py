"""Log expected improvement, weighted by the probability of feasibility and by beliefs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.rows import obey, to_unit_cube

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.sampling.lite_gp.posterior import Model, Posterior
    from optuna_guide.sampling.lite_gp.prior import Prior
    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray, Space

_LOG_SQRT_2PI = 0.5 * math.log(2.0 * math.pi)
_LOG_SQRT_HALF_PI = 0.5 * math.log(0.5 * math.pi)
_FINITE_DIFFERENCE = 1e-5


class Criterion(Protocol):
    """What is maximised over rows, as an `Acquisition` is."""

    @property
    def space(self) -> Space:
        """The columns of the rows."""

    def __call__(self, rows: FloatArray) -> FloatArray:
        """What each row is worth, shape ``(n_rows,)``."""

    def value_and_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The same, and its gradient by the given numeric columns."""


@dataclass(frozen=True, eq=False)
class Acquisition:
    """What is maximised to choose the next trial; rows have NaN for inactive parameters.

    The sum of the log expected improvement over ``best`` (Ament et al. 2023, "Unexpected
    Improvements to Expected Improvement"), of each constraint's log probability of feasibility
    (Gardner et al. 2014, "Bayesian Optimization with Inequality Constraints"), and of the weighted
    log densities of the beliefs (Hvarfner et al. 2022, "piBO").

    Attributes:
        space: The columns of the rows.
        objective: Model of the standardised objective; None while no trial is feasible, when only
            feasibility counts.
        best: Standardised value to improve on.
        constraints: Model of each constraint, and the largest value that is feasible.
        priors: Beliefs about where the optimum is.
        n_trials: Number of complete trials, by which they fade.
    """

    space: Space
    objective: Model | None
    best: float
    constraints: tuple[tuple[Posterior, float], ...]
    priors: Sequence[Prior]
    n_trials: int

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Log acquisition of each row, shape ``(n_rows,)``; minus infinity for forbidden ones."""
        from scipy.special import log_ndtr

        coded = code_inactive(self.space, rows)
        total = self._log_prior(rows)
        if self.objective is not None:
            mean, deviation = self.objective.predict(coded)
            total += log_expected_improvement(mean, deviation, self.best)
        for model, threshold in self.constraints:
            mean, deviation = model.predict(coded)
            total += log_ndtr((threshold - mean) / deviation)
        if self.space.relation is not None:
            total[~obey(self.space, rows)] = -np.inf
        return total

    def value_and_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Log acquisition of each row, and its gradient by the given numeric columns.

        Shapes are ``(n_rows,)`` and ``(n_rows, n_columns)``; the gradient by a parameter that is
        inactive in a row is 0.
        """
        from scipy.special import log_ndtr

        coded = code_inactive(self.space, rows)
        total, gradient = self._log_prior_gradient(rows, columns)
        if self.objective is not None:
            mean, deviation, by_mean, by_deviation = self.objective.predict_with_gradient(
                coded, columns
            )
            z = (mean - self.best) / deviation
            log_h = log_improvement(z)
            total += log_h + np.log(deviation)
            slope = (np.exp(log_ndtr(z) - log_h) / deviation)[:, None]
            gradient += slope * (by_mean - z[:, None] * by_deviation)
            gradient += by_deviation / deviation[:, None]
        for model, threshold in self.constraints:
            mean, deviation, by_mean, by_deviation = model.predict_with_gradient(coded, columns)
            z = (threshold - mean) / deviation
            log_probability = log_ndtr(z)
            total += log_probability
            hazard = np.exp(-0.5 * z * z - _LOG_SQRT_2PI - log_probability) / deviation
            gradient -= hazard[:, None] * (by_mean + z[:, None] * by_deviation)
        return total, np.where(np.isnan(rows[:, columns]), 0.0, gradient)

    def _log_prior(self, rows: FloatArray) -> FloatArray:
        total = np.zeros(len(rows))
        if self.priors:
            unit = to_unit_cube(self.space, rows)
            for prior in self.priors:
                density = np.asarray(prior.log_density(unit), float)
                total += prior.weight(self.n_trials) * density
        return total

    def _log_prior_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Values and one-sided differences, towards the middle to stay on the unit interval."""
        n, k = len(rows), len(columns)
        if not self.priors:
            return np.zeros(n), np.zeros((n, k))
        steps = np.where(rows < 0.5, _FINITE_DIFFERENCE, -_FINITE_DIFFERENCE)[:, columns]
        moved = np.repeat(rows[None], k + 1, axis=0)  # the rows, and a step along each column
        moved[np.arange(k) + 1, :, columns] += steps.T
        values = self._log_prior(moved.reshape(-1, rows.shape[1])).reshape(k + 1, n)
        return values[0], (values[1:] - values[0]).T / steps


def log_expected_improvement(mean: FloatArray, deviation: FloatArray, best: float) -> FloatArray:
    """``log E[max(f - best, 0)]`` of normal ``f``, finite however unlikely an improvement is."""
    return log_improvement((mean - best) / deviation) + np.log(deviation)


def log_improvement(z: FloatArray) -> FloatArray:
    """``log(phi(z) + z Phi(z))``: equations 9 and 10 of Ament et al. (2023).

    The two terms cancel below 0, so that the scaled complementary error function is taken there,
    and the leading term of its expansion, ``phi(z) / z^2``, where that cancels too.
    """
    from scipy.special import erfcx, ndtr

    near = np.maximum(z, -1.0)
    direct = np.log(np.exp(-0.5 * near * near - _LOG_SQRT_2PI) + near * ndtr(near))
    far = np.minimum(z, -1.0)
    log_ratio = np.log(erfcx(-far / math.sqrt(2.0)) * -far) + _LOG_SQRT_HALF_PI
    cancelling = np.log(-np.expm1(np.minimum(log_ratio, -1e-15)))
    tail = np.where(far < -1e5, -2.0 * np.log(-far), cancelling)
    return np.where(z > -1.0, direct, tail - 0.5 * far * far - _LOG_SQRT_2PI)
