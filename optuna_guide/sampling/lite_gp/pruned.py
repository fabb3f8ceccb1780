"""What pruned trials would have ended at, by what the complete ones went through."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray

MAX_PRUNED = 100  # the newest, that are modelled
_MAX_COMPLETE = 200  # the newest, that pruned trials are compared with
_MIN_COMPLETE = 3  # for the spread of their gains


def expected_ends(
    reports: Sequence[Mapping[int, float]],
    values: FloatArray,
    is_complete: BoolArray,
    pruned: IntArray,
    signs: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """The last report of each pruned trial, moved by what complete ones gained after that step.

    Args:
        reports: Intermediate values by step of each trial, in the objective's own direction.
        values: Larger is better, shape ``(n, n_objectives)``.
        is_complete: Which trials are complete, shape ``(n,)``.
        pruned: The pruned trials to tell of, which reported something, shape ``(n_pruned,)``.
        signs: -1 where less is better, shape ``(n_objectives,)``.

    Returns:
        The ends, larger is better, at most the best complete value, and the variance of what
        complete trials gained, each ``(n_pruned,)``. NaN where no complete trial reported at that
        step or the report is not finite, and in studies of several objectives, which know no
        pruning.
    """
    ends, variances = np.full(len(pruned), np.nan), np.full(len(pruned), np.nan)
    if len(signs) > 1 or not is_complete.any():
        return ends, variances
    complete = np.flatnonzero(is_complete)[-_MAX_COMPLETE:].tolist()
    steps = [max(reports[i]) for i in pruned]
    last = signs[0] * np.array([reports[i][step] for i, step in zip(pruned, steps, strict=True)])
    for step in set(steps):
        known = [
            values[i, 0] - signs[0] * reports[i][step] for i in complete if step in reports[i]
        ]
        gains = [gain for gain in known if math.isfinite(gain)]
        if not gains:
            continue
        gain = np.median(gains)
        spread = np.std(gains) if len(gains) >= _MIN_COMPLETE else abs(gain) / 2
        here = (np.array(steps) == step) & np.isfinite(last)
        ends[here], variances[here] = last[here] + gain, spread**2
    return np.minimum(ends, np.max(values[is_complete, 0])), variances
