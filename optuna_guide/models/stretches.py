"""Stretches of a study within which its parameters were drawn alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

MIN_TRIALS = 20
MIN_ROWS = 5  # of an option that is spoken of
_MAX_STRETCHES = 5
LEFT = 0.05  # of the trials: fewer have an option that a sampler left
_DRIFT = 0.05
_MIN_BLIND = 10  # trials that a sampler draws blindly, unless more are known to be


def find_stretches(unit: FloatArray) -> FloatArray:
    """Consecutive trials whose parameters were drawn alike: flags ``(n_stretches, n)``.

    A block of trials goes on with the stretch before it unless some parameter has moved
    (Kolmogorov and Smirnov, corrected by Bonferroni).

    Args:
        unit: ``(n, n_params)`` oldest first; NaN = inactive.
    """
    from scipy.stats import ks_2samp

    n = len(unit)
    edges = np.linspace(0, n, min(_MAX_STRETCHES, n // MIN_TRIALS) + 1).round().astype(int)
    starts = [0]
    for start, end in zip(edges[1:-1].tolist(), edges[2:].tolist(), strict=True):
        for column in unit.T:
            before, now = column[starts[-1] : start], column[start:end]
            before, now = before[~np.isnan(before)], now[~np.isnan(now)]
            if min(len(before), len(now)) < MIN_ROWS:
                continue
            if ks_2samp(before, now, method="asymp").pvalue < _DRIFT / unit.shape[1]:
                starts.append(start)
                break
    which = np.searchsorted(starts, np.arange(n), side="right") - 1
    return np.asarray(which == np.arange(len(starts))[:, None], dtype=np.float64)


def growth_since_blind(
    stretches: FloatArray, numbers: npt.NDArray[np.int64], blind: Collection[int]
) -> float:
    """Logarithm of how many times as many trials there are as were drawn before any was known.

    Args:
        stretches: Of `find_stretches`; one alone was drawn alike: then it is 0.
        numbers: ``(n,)`` of the trials.
        blind: Numbers of those that were drawn without regard to others, as far as is known.
    """
    if len(stretches) < 2:
        return 0.0
    n_blind = int(np.isin(numbers, sorted(blind)).sum())
    return float(np.log(max(len(numbers) / max(n_blind, _MIN_BLIND), 1.0)))
