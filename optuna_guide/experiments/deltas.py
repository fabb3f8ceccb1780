"""Differences between trials, and the noise of repeated ones that they are measured against."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from optuna_guide.domain.wording import difference, signed

LEVEL = 0.95

DeltaVerdict: TypeAlias = Literal["better", "worse", "within noise", "unknown"]


@dataclass(frozen=True)
class Noise:
    """How much trials of the same configuration differ.

    Attributes:
        deviation: Standard deviation, pooled over the configurations; NaN where none was repeated.
        df: Its degrees of freedom.
        n_trials: Trials that it rests on.
        where: ``"family"`` where the parent or its children were repeated, ``"study"`` where only
            others were; empty where none was.
    """

    deviation: float
    df: int
    n_trials: int
    where: Literal["family", "study", ""]

    def __str__(self) -> str:
        if not self.df:
            return "No configuration was run twice: repeat the parent to see what is noise."
        if self.deviation == 0:
            return f"{self.n_trials} repeated trials do not differ: noise is not to be seen."
        of = "the parent and its children" if self.where == "family" else "the rest of the study"
        return (
            f"Repeated trials differ by {self.deviation:.2g} (standard deviation, "
            f"{self.n_trials} trials of {of}): intervals hold a difference with 95 %."
        )


@dataclass(frozen=True)
class Delta:
    """What a child has more than its parent, in units of the target.

    Attributes:
        value: Mean of the child's configuration less that of the parent's.
        low: Lower end of its 95 % interval by the noise of repeated trials; None without any.
        high: Upper end.
        in_noise: The difference in standard deviations of the noise.
        verdict: Whether the child is better; "unknown" without repeated trials.
    """

    value: float
    low: float | None
    high: float | None
    in_noise: float | None
    verdict: DeltaVerdict

    def __str__(self) -> str:
        said = "not compared with noise" if self.verdict == "unknown" else self.verdict
        return f"{difference(self.value, self.low, self.high)}, {said}"


@dataclass(frozen=True)
class PrunedDelta:
    """How a pruned child stood beside its parent when it was ended.

    Attributes:
        step: The last step that it reported.
        value: What it reported there.
        parent_value: What its parent had reported at that step.
        lost: Whether the child was behind.
    """

    step: int
    value: float
    parent_value: float
    lost: bool

    @property
    def delta(self) -> float:
        """What the child had more than its parent, in units of the objective."""
        return self.value - self.parent_value

    def __str__(self) -> str:
        return f"{signed(self.delta)} at step {self.step}"


def compare_pruned(
    own: Mapping[int, float], parent: Mapping[int, float], maximised: bool
) -> PrunedDelta | None:
    """The last step of a pruned child beside the same step of its parent.

    Args:
        own: Step to what the child reported, by ascending step.
        parent: The same of its parent.
        maximised: Whether higher is better.

    Returns:
        None where the parent reported nothing at that step.
    """
    step = max(own, default=None)
    if step is None or step not in parent:
        return None
    value, before = own[step], parent[step]
    return PrunedDelta(step, value, before, value < before if maximised else value > before)


def find_delta(
    own: Sequence[float], before: Sequence[float], noise: Noise, maximised: bool
) -> Delta:
    """What a configuration has more than another, by the values of their trials."""
    value = mean_of(own) - mean_of(before)
    if not noise.df:
        return Delta(value, None, None, None, "unknown")
    reach = reach_of(noise, len(own), len(before))
    gain = value if maximised else -value
    verdict: DeltaVerdict = (
        "better" if gain > reach else "worse" if gain < -reach else "within noise"
    )
    in_noise = value / noise.deviation if noise.deviation > 0 else None
    return Delta(value, value - reach, value + reach, in_noise, verdict)


def mean_of(values: Sequence[float]) -> float:
    """Their mean; of equal ones exactly their value, so that no rounding is taken for noise."""
    first = values[0]
    return first + sum(value - first for value in values) / len(values)


def reach_of(noise: Noise, n_own: int, n_before: int) -> float:
    """Half the interval of the difference of two means."""
    from scipy.stats import t

    error = noise.deviation * math.sqrt(1 / n_own + 1 / n_before)
    return float(t.ppf((1 + LEVEL) / 2, noise.df)) * error
