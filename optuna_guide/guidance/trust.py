"""How far a guidance can be trusted: the skill of its models, and the gate that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

TrustState: TypeAlias = Literal["values", "ranks", "closed"]


@dataclass(frozen=True)
class SkillPoint:
    """Skill of the forest on ``n`` of the trials, means over resamples.

    Attributes:
        n: Number of trials.
        spearman: Rank correlation of predictions with the target, on trials that the forest did
            not see.
        spearman_std: Its standard deviation over the resamples.
        r2: Coefficient of determination, pooled.
        mse: Mean squared error in squared target units, outliers clipped.
        mrr: Mean reciprocal rank of the best trial among the predicted ones.
    """

    n: int
    spearman: float
    spearman_std: float
    r2: float
    mse: float
    mrr: float


@dataclass(frozen=True)
class Trust:
    """How far the guidance can be trusted.

    Attributes:
        is_open: Whether suggestions are shown and applied.
        state: What is predicted. ``"values"``: ranks and values; ``"ranks"``: the order alone;
            ``"closed"``: neither.
        reason: One sentence that says why, or what is missing.
        spearman: Out-of-bag rank correlation of the forest.
        spearman_lower: Its one-sided 95 % lower bound; the gate opens above ``threshold``.
        threshold: What the lower bound has to exceed.
        r2: Pooled out-of-bag R2 of the forest, outliers clipped.
        r2_linear: Pooled cross-validated R2 of a linear model, the baseline.
        r2_ebm: Pooled cross-validated R2 of the EBM; None without one.
        mse: Pooled out-of-bag mean squared error, in squared target units.
        typical_error: Median of the absolute out-of-bag errors, in target units.
        mrr: Reciprocal rank of the truly best trial in the out-of-bag order.
        n_trials: Distinct configurations that the skill was measured on.
        n_missing: Trials that are probably missing until the gate opens; 0 where it is open, None
            where nobody can tell.
        skew: How concentrated the sampling is, 0 (uniform) to 1: mean Jensen-Shannon distance of
            the parameters from uniform.
        curve: Skill against the number of trials.
    """

    is_open: bool
    state: TrustState
    reason: str
    spearman: float
    spearman_lower: float
    threshold: float
    r2: float
    r2_linear: float
    r2_ebm: float | None
    mse: float
    typical_error: float
    mrr: float
    n_trials: int
    n_missing: int | None
    skew: float
    curve: tuple[SkillPoint, ...] = ()
