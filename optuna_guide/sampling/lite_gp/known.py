"""What a study knows, as rows that models are fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray


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
