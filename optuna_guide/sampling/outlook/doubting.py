"""The process that is asked what configurations reach, which doubts how much of it is noise.

The most probable process, from which the sampler searches, has a length scale for each parameter.
Where parameters are many and hardly a trial is repeated, it takes noise for structure, and is as
sure of a lucky trial as of one that was confirmed. Here length scales grow with the root of the
number of parameters, as distances do (Hvarfner, Hellsten and Nardi 2024, "Vanilla Bayesian
Optimization Performs Great in High Dimensions"), and the noise is the mean of levels, weighted by
the evidence of each: how probable it makes the trials whatever the length scales are (Laplace's
approximation, MacKay 1992), so that none is preferred for fitting them closely.
"""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.fit import log_likelihood
from optuna_guide.sampling.lite_gp.kernel import Kernel, matern, squared_differences
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray
    from optuna_guide.sampling.outlook.process import Process

_LEVELS = (0.9, 0.7, 0.5, 0.3, 0.2, 0.1, 0.03, 1e-2, 1e-4, 1e-6)  # of the standardised values
WIDTH = 2.5  # standard deviation of the logarithms of the weights, around 1 / (e n_params)
_BOUNDS = {"weight": (-12.0, 8.0), "scale": (-6.0, 6.0)}
_MAX_ITERATIONS = 60


def doubt(process: Process) -> Process:
    """The same process with such length scales and such a noise."""
    model, told = process.model, slice(process.n_told)
    extra = model.noise - model.kernel.noise
    with single_threaded_blas():
        kernel = average_kernel(model.rows[told], model.y[told], model.is_categorical, extra[told])
        doubting = condition(
            kernel, model.is_categorical, model.rows, model.y, extra + kernel.noise
        )
    return replace(process, model=doubting).with_own_share()


def average_kernel(
    rows: FloatArray,
    y: FloatArray,
    is_categorical: BoolArray,
    extra_noise: FloatArray | float = 0.0,
) -> Kernel:
    """The most probable kernel at the mean noise; arguments are those of `fit_kernel`."""
    fits = FitsByNoise(rows, y, is_categorical, extra_noise)
    theta = np.append(np.full(rows.shape[1], fits.middle), 0.0)
    found, evidence = [], np.full(len(_LEVELS), -np.inf)
    for i, level in enumerate(_LEVELS):
        theta, value = fits.at(level, theta)
        found.append(theta)
        with suppress(np.linalg.LinAlgError):  # too little noise for trials so close
            evidence[i] = value - 0.5 * np.linalg.slogdet(fits.information(level, theta))[1]
    weights = np.exp(evidence - evidence.max())
    noise = float(weights @ _LEVELS / weights.sum())
    nearest = int(np.argmin(np.abs(np.array(_LEVELS) - noise)))
    return _to_kernel(fits.at(noise, found[nearest])[0], noise)


class FitsByNoise:
    """FitsByNoise of the observations that were told, at a given noise.

    Attributes:
        middle: Of the logarithms of the weights, by their prior.
        differences: Squared differences of the pairs of rows, shape ``(n_pairs, n_params)``.
    """

    def __init__(
        self,
        rows: FloatArray,
        y: FloatArray,
        is_categorical: BoolArray,
        extra_noise: FloatArray | float,
    ) -> None:
        self._y, self._extra = y, extra_noise
        self._upper = np.triu_indices(len(rows), 1)
        first, second = self._upper
        self.differences = squared_differences(rows[first], rows[second], is_categorical)
        self.middle = -1.0 - math.log(rows.shape[1])

    def at(self, noise: float, start: FloatArray) -> tuple[FloatArray, float]:
        """Logarithms of the weights and of the scale that are most probable, and how much."""
        from scipy.optimize import minimize

        result = minimize(
            self._negative_log_posterior,
            start,
            args=(noise,),
            jac=True,
            method="L-BFGS-B",
            bounds=[_BOUNDS["weight"]] * (len(start) - 1) + [_BOUNDS["scale"]],
            options={"maxiter": _MAX_ITERATIONS, "gtol": 1e-2},
        )
        return result.x, -float(result.fun)

    def information(self, noise: float, theta: FloatArray) -> FloatArray:
        """Curvature of the log posterior by these logarithms, of trials as the kernel has them.

        Fisher's information of a normal distribution, and the curvature of the priors.
        """
        kernel, n = _to_kernel(theta, noise), len(self._y)
        correlation, slope = matern(self.differences @ kernel.weights)
        inverse_root = _spread(kernel.scale * correlation, self._upper, n)
        np.fill_diagonal(inverse_root, kernel.scale + noise + self._extra)
        inverse_root = np.linalg.inv(np.linalg.cholesky(inverse_root))
        parts = [*(slope[:, None] * self.differences * kernel.weights).T, correlation]
        by_log = np.empty((len(theta), n * n))
        for j, part in enumerate(parts):
            change = _spread(kernel.scale * part, self._upper, n)
            np.fill_diagonal(change, kernel.scale if part is correlation else 0.0)
            by_log[j] = (inverse_root @ change @ inverse_root.T).ravel()
        of_priors = np.append(np.full(len(theta) - 1, WIDTH**-2.0), kernel.scale)
        information: FloatArray = 0.5 * by_log @ by_log.T + np.diag(of_priors)
        return information

    def _negative_log_posterior(self, theta: FloatArray, noise: float) -> tuple[float, FloatArray]:
        """With a log-normal prior of the weights, and gamma(2, 1) of the scale."""
        kernel = _to_kernel(theta, noise)
        found = log_likelihood(kernel, self.differences, self._upper, self._y, self._extra)
        if found is None:
            return 1e10, np.zeros_like(theta)
        likelihood, gradient = found
        off = (theta[:-1] - self.middle) / WIDTH
        prior = -0.5 * float(off @ off) + float(theta[-1]) - kernel.scale
        own = np.append(-off / WIDTH, 1.0 - kernel.scale)
        return -(likelihood + prior), -(gradient[:-1] + own)


def _spread(pairs: FloatArray, upper: tuple[IntArray, IntArray], n: int) -> FloatArray:
    """A symmetric matrix of what is known of each pair; 0 on its diagonal."""
    matrix = np.zeros((n, n))
    matrix[upper] = pairs
    return matrix + matrix.T


def _to_kernel(theta: FloatArray, noise: float) -> Kernel:
    return Kernel(np.exp(theta[:-1]), math.exp(theta[-1]), noise)
