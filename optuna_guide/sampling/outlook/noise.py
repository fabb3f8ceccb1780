"""Whether trials show that the objective is noisy, where hardly any of them repeats another.

A smooth process takes the tip of a sharp optimum for noise, so its own noise proves nothing. Under
the roughest of the usual processes, whose differences grow with the root of the distance (the
exponential kernel), close neighbours may differ a lot without any noise. Trials show noise where
even that process is clearly likelier with it: by a likelihood ratio test of its nugget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from optuna_guide.sampling.lite_gp.kernel import code_inactive, squared_differences

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray
    from optuna_guide.sampling.outlook.process import Process
    from optuna_guide.sampling.outlook.tried import Tried

CLEAR = 1.353  # gain in log likelihood: half of a chi-squared that 5 % exceed on one side
_MOST = 200  # configurations, the best
_CUT = 3.0  # median deviations below the median, where the bad tail is cut
_SHRINKS = 2.0 ** np.arange(-6, 3)  # of the distances of the process
_NUGGETS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)  # variance of the noise by that of the function
_JITTER = 1e-6


def shows_noise(tried: Tried) -> bool:
    """Whether repeats of a configuration differ, or neighbours as only noise makes them differ."""
    is_noisy = tried.process.known.is_noisy
    return _is_clear(tried) if is_noisy is None else is_noisy


def _is_clear(tried: Tried) -> bool:
    best = np.argsort(-tried.observed, kind="stable")[:_MOST]
    values, distances = tried.observed[best], _distances(tried.process, tried.rows[best])
    middle = np.median(values)
    values = np.maximum(values, middle - _CUT * np.median(np.abs(values - middle)))
    if np.ptp(values) == 0.0:
        return False
    values = (values - values.min()) / np.ptp(values)
    without, with_noise = -np.inf, -np.inf
    for shrink in _SHRINKS:
        alike = np.exp(-shrink * distances)
        without = max(without, _likelihood(alike, values, 0.0))
        with_noise = max(with_noise, *(_likelihood(alike, values, n) for n in _NUGGETS))
    return bool(with_noise - without > CLEAR)


def _distances(process: Process, rows: FloatArray) -> FloatArray:
    coded = code_inactive(process.space, rows)
    one, other = np.broadcast_arrays(coded[:, None], coded[None])
    squared = squared_differences(one, other, process.space.is_categorical)
    distances: FloatArray = np.sqrt(squared @ process.model.kernel.weights)
    return distances


def _likelihood(alike: FloatArray, values: FloatArray, nugget: float) -> float:
    """Log likelihood at the likeliest mean and scale, up to a constant; -inf where singular."""
    n, ones = len(values), np.ones(len(values))
    try:
        factor = cho_factor(alike + (nugget + _JITTER) * np.eye(n), lower=True)
    except LinAlgError:
        return -np.inf
    weighted = cho_solve(factor, ones)
    rest = values - (weighted @ values) / weighted.sum()
    scale = float(rest @ cho_solve(factor, rest)) / n
    half_determinant = float(np.log(np.diag(factor[0])).sum())
    return -0.5 * n * float(np.log(scale)) - half_determinant
