"""Maximum a posteriori fit of the kernel's hyperparameters, with analytic gradients.

Priors are those of Optuna's GPSampler: weak ones that keep length scales, scale and noise within
reason while there are only a few trials.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.kernel import Kernel, matern, squared_differences

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray

MIN_NOISE = 1e-6
_LOG_BOUNDS = {"weight": (-8.0, 8.0), "scale": (-6.0, 6.0), "noise": (-14.0, 2.0)}
_MAX_ITERATIONS = 100


def fit_kernel(
    rows: FloatArray,
    y: FloatArray,
    is_categorical: BoolArray,
    *,
    extra_noise: FloatArray | float = 0.0,
    deterministic: bool = False,
    start: FloatArray | None = None,
) -> tuple[Kernel, FloatArray]:
    """The kernel that the observations and the priors make most probable.

    Args:
        rows: Coded rows, shape ``(n, n_params)``.
        y: Standardised values, shape ``(n,)``.
        is_categorical: Columns that hold choices, shape ``(n_params,)``.
        extra_noise: Known variance of the values beside the noise, shape ``(n,)``, or of all.
        deterministic: Hold the noise at ``MIN_NOISE`` instead of fitting it.
        start: Where to begin: the second return value of an earlier fit.

    Returns:
        The kernel, and its logarithmic hyperparameters to start the next fit from.
    """
    from scipy.optimize import minimize

    n_params = rows.shape[1]
    if start is None or len(start) != n_params + 2:
        start = np.concatenate([np.zeros(n_params + 1), [math.log(1e-2)]])
    upper = np.triu_indices(len(rows), 1)
    differences = squared_differences(rows[upper[0]], rows[upper[1]], is_categorical)
    noise_bounds = (start[-1], start[-1]) if deterministic else _LOG_BOUNDS["noise"]
    result = minimize(
        negative_log_posterior,
        start,
        args=(differences, upper, y, extra_noise, deterministic),
        jac=True,
        method="L-BFGS-B",
        bounds=[_LOG_BOUNDS["weight"]] * n_params + [_LOG_BOUNDS["scale"], noise_bounds],
        options={"maxiter": _MAX_ITERATIONS, "gtol": 1e-2},
    )
    return to_kernel(result.x, deterministic=deterministic), result.x


def to_kernel(theta: FloatArray, *, deterministic: bool) -> Kernel:
    """The kernel of logarithmic hyperparameters ``(weights..., scale, noise)``."""
    noise = MIN_NOISE if deterministic else math.exp(theta[-1]) + MIN_NOISE
    return Kernel(np.exp(theta[:-2]), math.exp(theta[-2]), noise)


def negative_log_posterior(
    theta: FloatArray,
    differences: FloatArray,
    upper: tuple[IntArray, IntArray],
    y: FloatArray,
    extra_noise: FloatArray | float,
    deterministic: bool,
) -> tuple[float, FloatArray]:
    """Negative log posterior of the hyperparameters up to a constant, and its gradient.

    Args:
        theta: Logarithms of ``(weights..., scale, noise)``, shape ``(n_params + 2,)``.
        differences: Squared differences of the pairs of rows, shape ``(n_pairs, n_params)``.
        upper: The pairs, ``np.triu_indices(n, 1)``.
        y: Standardised values, shape ``(n,)``.
        extra_noise: As of `fit_kernel`.
        deterministic: Whether the noise is fixed; its derivative is 0 then.
    """
    kernel = to_kernel(theta, deterministic=deterministic)
    found = log_likelihood(kernel, differences, upper, y, extra_noise)
    if found is None:  # too ill-conditioned: a wall for the line search
        return 1e10, np.zeros_like(theta)
    likelihood, gradient = found
    gradient[-1] *= 0.0 if deterministic else kernel.noise - MIN_NOISE
    log_prior, prior_gradient = _log_prior(kernel, deterministic)
    return -(likelihood + log_prior), -(gradient + prior_gradient)


def log_likelihood(
    kernel: Kernel,
    differences: FloatArray,
    upper: tuple[IntArray, IntArray],
    y: FloatArray,
    extra_noise: FloatArray | float,
) -> tuple[float, FloatArray] | None:
    """Log likelihood of a kernel up to a constant; None where its covariance is singular.

    Its gradient is by the logarithms of the weights and of the scale, and by the noise. Arguments
    are those of `negative_log_posterior`.
    """
    from scipy.linalg import lapack

    n = len(y)
    correlation, slope = matern(differences @ kernel.weights)
    covariance = np.zeros((n, n))
    covariance[upper] = kernel.scale * correlation
    np.fill_diagonal(covariance, kernel.scale + kernel.noise + extra_noise)
    factor, failed = lapack.dpotrf(covariance, lower=0, clean=1)
    if failed:
        return None
    alpha = lapack.dpotrs(factor, y, lower=0)[0]
    inverse = lapack.dpotri(factor, lower=0)[0]
    value = float(-np.log(np.diag(factor)).sum() - 0.5 * (y @ alpha))

    # d log likelihood / d K = (alpha alpha' - K^-1) / 2: Rasmussen and Williams (2006), eq. 5.9.
    # Every pair stands for two entries of the symmetric matrix, hence no 1/2 off the diagonal.
    pairs = alpha[upper[0]] * alpha[upper[1]] - inverse[upper]
    trace = 0.5 * (alpha @ alpha - np.trace(inverse))
    gradient = np.empty(len(kernel.weights) + 2)
    gradient[:-2] = ((pairs * slope) @ differences) * kernel.scale * kernel.weights
    gradient[-2] = kernel.scale * (pairs @ correlation + trace)
    gradient[-1] = trace
    return value, gradient


def _log_prior(kernel: Kernel, deterministic: bool) -> tuple[float, FloatArray]:
    """Log prior and its gradient by the logarithmic hyperparameters.

    Inverse squared length scales: ``-0.1 / w - 0.1 w``; scale: gamma(2, 1); noise: gamma(1.1, 30).
    """
    weights, scale, noise = kernel.weights, kernel.scale, kernel.noise
    gradient = np.empty(len(weights) + 2)
    gradient[:-2] = 0.1 / weights - 0.1 * weights
    gradient[-2] = 1.0 - scale
    gradient[-1] = 0.0 if deterministic else (0.1 / noise - 30.0) * (noise - MIN_NOISE)
    value = -0.1 * (1.0 / weights + weights).sum() + math.log(scale) - scale
    if not deterministic:
        value += 0.1 * math.log(noise) - 30.0 * noise
    return float(value), gradient
