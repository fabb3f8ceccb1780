"""What the models are fitted to: clipped and standardised values, of which larger is better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray

_AUGMENTATION = 0.05
_N_ON_ITS_WAY = 40
_N_FIRST = 20
_SHARE_OF_FIRST = 0.5
_LIMIT = 1e150  # beyond, squares overflow


def clip_bad_tail(values: FloatArray) -> FloatArray:
    """Values, larger is better, oldest first, with the bad ones raised to ``Q1 - 1.5 IQR``.

    How bad a failure was says nothing about where the best is, and one outlier would flatten
    everything else. Infinite values become the largest or smallest finite one, and none is beyond
    1e150 either way.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.sign(values)
    low, high = np.clip([finite.min(), finite.max()], -_LIMIT, _LIMIT)
    values = np.clip(values, low, high)
    bound, scale = _bad_tail(values)
    return np.maximum(values, bound) if scale > 0 else values


def compress_bad_tail(values: FloatArray, others: FloatArray) -> FloatArray:
    """Values with those below ``Q1 - 1.5 IQR`` of others moved towards it, in the same order.

    Where the others are few and all good, clipping would leave nothing to tell apart the rest.
    """
    bound, scale = _bad_tail(others)
    if scale == 0:
        return np.clip(values, -_LIMIT, _LIMIT)
    beyond = np.maximum(bound - np.clip(values, -_LIMIT, _LIMIT), 0.0)
    return np.maximum(values, bound) - scale * np.log1p(beyond / scale)


def _bad_tail(values: FloatArray) -> tuple[float, float]:
    """``Q1 - 1.5 IQR`` of finite values, oldest first and larger is better, and the IQR.

    From 41 values on it is at least half the IQR of the first ones. A search that has converged
    would else bring it to nothing: all but its leaders would look equally bad, and unknown corners
    promising. A search that is on its way finds more where it is narrow.
    """
    lower, upper = np.quantile(values, [0.25, 0.75])
    scale = upper - lower
    if len(values) > _N_ON_ITS_WAY:
        first = np.quantile(values[:_N_FIRST], [0.25, 0.75])
        scale = max(scale, _SHARE_OF_FIRST * (first[1] - first[0]))
    return float(lower - 1.5 * scale), float(scale)


def standardise(values: FloatArray) -> tuple[FloatArray, float, float]:
    """Values with zero mean and unit variance, the mean and the deviation; constant ones are 0."""
    mean = values.mean()
    centred = values - mean
    deviation = centred.std()
    if deviation == 0:
        return np.zeros_like(centred), float(mean), 1.0
    return centred / deviation, float(mean), float(deviation)


def scalarised(values: FloatArray, weights: FloatArray) -> FloatArray:
    """One number to maximise for each trial, of values that are better when larger.

    Args:
        values: Shape ``(n, n_objectives)``; their bad tails are clipped.
        weights: Of the objectives, a point of the simplex; nothing where there is one objective.
    """
    clipped = np.stack([clip_bad_tail(v) for v in values.T], axis=1)
    return clipped[:, 0] if clipped.shape[1] == 1 else scalarise(clipped, weights)


def scalarise(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Augmented Chebyshev scalarisation, larger is better: equation 2 of Knowles (2006), "ParEGO".

    Args:
        values: Clipped values, larger is better, shape ``(n, n_objectives)``.
        weights: Point of the simplex, shape ``(n_objectives,)``.
    """
    spread = np.ptp(values, axis=0)
    regrets = weights * (values.max(axis=0) - values) / np.where(spread > 0, spread, 1.0)
    return -(regrets.max(axis=1) + _AUGMENTATION * regrets.sum(axis=1))


def standardise_violations(violations: FloatArray) -> tuple[FloatArray, float]:
    """Clipped, standardised constraint values, and the largest feasible one on that scale.

    Both tails are clipped at 1.5 IQR, never past 0: only the sign and the neighbourhood of the
    boundary matter.
    """
    largest = np.abs(violations[np.isfinite(violations)]).max(initial=1.0)
    finite = np.clip(violations, -largest, largest)
    lower, upper = np.quantile(finite, [0.25, 0.75])
    reach = 1.5 * (upper - lower)
    if reach > 0:
        finite = np.clip(finite, min(lower - reach, 0.0), max(upper + reach, 0.0))
    target, mean, deviation = standardise(finite)
    return target, -mean / deviation
