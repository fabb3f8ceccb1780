"""What a study knows, as rows that models are fitted to."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray

MIN_REPEATS = 2  # that agree, before a study is taken to have no noise


@dataclass(frozen=True, eq=False)
class KnownRows:
    """What is known; rows as in ``space``, NaN = inactive parameter, oldest first.

    Attributes:
        rows: Complete trials, shape ``(n, n_params)``.
        values: Their values, larger is better, shape ``(n, n_objectives)``.
        constraints: Their constraint values, violated if > 0, NaN = not set, shape
            ``(n, n_constraints)``.
        pending: Trials that are running, believed at their predicted mean.
        pruned: The newest pruned trials, shape ``(n_pruned, n_params)``.
        ends: What they are expected to have ended at, larger is better, shape ``(n_pruned,)``.
        end_variances: How uncertain that is, shape ``(n_pruned,)``.
        failed: Trials that failed, or were pruned and reported nothing to compare: modelled as if
            they had ended at the lower quartile of the others, which is bad without hiding what
            else is bad.
        seen: Every row that need not be tried again.
    """

    rows: FloatArray
    values: FloatArray
    constraints: FloatArray
    pending: FloatArray
    pruned: FloatArray
    ends: FloatArray
    end_variances: FloatArray
    failed: FloatArray
    seen: FloatArray

    @functools.cached_property
    def is_noisy(self) -> bool | None:
        """Whether repeats of a configuration differ; None before there were two repeats."""
        coded = np.nan_to_num(self.rows, nan=-1.0).round(12)
        _, group, counts = np.unique(coded, axis=0, return_inverse=True, return_counts=True)
        group, values = group.reshape(-1), self.values[:, 0]
        lowest = np.full(len(counts), np.inf)
        np.minimum.at(lowest, group, values)
        if (values > lowest[group]).any():
            return True
        return None if len(values) - len(counts) < MIN_REPEATS else False
