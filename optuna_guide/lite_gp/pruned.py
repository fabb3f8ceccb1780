"""What pruned trials would have ended at, by what the complete ones went through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna_guide.lite_gp.space import BoolArray, FloatArray

_MAX_COMPLETE = 200  # the newest, that pruned trials are compared with
_MIN_COMPLETE = 3  # for the spread of their gains


def expected_ends(
    reports: Sequence[Mapping[int, float]],
    values: FloatArray,
    is_complete: BoolArray,
    signs: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """The last report of each pruned trial, moved by what complete ones gained after that step.

    Args:
        reports: Intermediate values by step of each trial, in the objective's own direction.
        values: Larger is better, shape ``(n, n_objectives)``.
        is_complete: Which trials are complete, shape ``(n,)``.
        signs: -1 where less is better, shape ``(n_objectives,)``.

    Returns:
        The ends, larger is better, at most the best complete value, and the variance of what
        complete trials gained, each ``(n,)``. NaN for complete trials, where no complete trial
        reported at that step, and in studies of several objectives, which know no pruning.
    """
    ends = np.full(len(values), np.nan)
    variances = ends.copy()
    if len(signs) > 1 or not is_complete.any():
        return ends, variances
    complete = np.flatnonzero(is_complete)[-_MAX_COMPLETE:].tolist()
    last = {i: max(reports[i]) for i in np.flatnonzero(~is_complete).tolist() if reports[i]}
    for step in set(last.values()):
        known = [i for i in complete if step in reports[i]]
        if not known:
            continue
        gains = [values[i, 0] - signs[0] * reports[i][step] for i in known]
        gain = np.median(gains)
        spread = np.std(gains) if len(gains) >= _MIN_COMPLETE else np.abs(gain) / 2
        for i in (i for i, at in last.items() if at == step):
            ends[i] = signs[0] * reports[i][step] + gain
            variances[i] = spread**2
    return np.minimum(ends, np.max(values[is_complete, 0])), variances
