"""What was learnt about single parameters: importance, effect, promising range, advice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from optuna.distributions import BaseDistribution

from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import PromisingRange, Region, describe

AdviceKind: TypeAlias = Literal["narrow", "widen", "log", "freeze", "avoid", "none"]


@dataclass(frozen=True)
class Evidence:
    """What the trials in which the parameter was active say about its promising range.

    Attributes:
        n_inside: Trials inside the range.
        n_active: Trials in which the parameter was active.
        top_inside: Share of the trials inside that belong to the top decile of those in which it
            was active.
        top_outside: The same outside; None where no trial lies outside.
        coverage: Share of the top decile that lies inside.
        agreement: Overlap of the range with the EBM's better half of the axis, 0 to 1; None
            without an EBM.
    """

    n_inside: int
    n_active: int
    top_inside: float
    top_outside: float | None
    coverage: float
    agreement: float | None = None


@dataclass(frozen=True)
class Advice:
    """What to do with a parameter.

    Attributes:
        kind: What to do.
        text: The same in words.
        range: What is kept (narrow, freeze) or left out (avoid).
        bound: Which one to widen.
        unless: Where the range is worse than the rest, such as ``optimizer = sgd``; empty where
            nothing is known.
    """

    kind: AdviceKind
    text: str
    range: PromisingRange | None = None
    bound: Literal["low", "high"] | None = None
    unless: str = ""


@dataclass(frozen=True)
class Effect:
    """Marginal of the forest along one parameter: the target averaged over everything else.

    Attributes:
        x: Middles of the cells.
        edges: One more than the cells; half-integers around the index for choices.
        mean: Marginal of the averaged forest.
        spread: Standard deviation over the trees. It is no confidence interval.
        counts: Trials per cell.
        promising: The same as ``mean`` where the *other* parameters are in their promising ranges;
            None where no other one has a range.
    """

    x: tuple[float, ...]
    edges: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    counts: tuple[int, ...]
    promising: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Shape:
    """Shape function of an EBM main term: what a value adds to the mean target.

    Attributes:
        edges: Bin edges, one more than the bins; half-integers around the index for choices.
        score: What each bin adds to the intercept.
        error: Standard deviation of the score over the outer bags.
        counts: Trials per bin, of those that the EBM was fitted to.
        inactive: Score of trials in which the parameter is inactive; None where it never is.
        avoid: Part of the range whose score is clearly worse than the mean, and whose trials are
            so where the other parameters are promising; None where there is none.
    """

    edges: tuple[float, ...]
    score: tuple[float, ...]
    error: tuple[float, ...]
    counts: tuple[int, ...]
    inactive: float | None = None
    avoid: PromisingRange | None = None


@dataclass(frozen=True)
class ParamGuidance:
    """What was learnt about one parameter.

    Attributes:
        name: The parameter.
        distribution: Declared distribution, the widest where it changed.
        importance: Its part of the explained variance; all parameters sum to 1. An interaction
            counts half for each partner
            (Shapley effect up to pairs; Owen 2014).
        share: Variance share of the main effect alone, scaled by the out-of-bag R2 (fANOVA; Hutter
            et al. 2014).
        spread: Standard deviation of that share over the trees. It is no confidence interval.
        importance_top: Importance for reaching the top, normalised: the fANOVA of the better half
            of the losses.
        importance_ped: PED-ANOVA of the top decile, normalised (Watanabe et al. 2023).
        importance_ebm: Mean absolute score of the EBM's terms, normalised; None without an EBM.
        active_share: Share of the trials in which it was active.
        promising: Where the best trials lie; None while the gate is closed or where nothing is
            narrower than the range.
        evidence: What supports ``promising``.
        advice: What to do.
        effect: Marginal of the forest.
        shape: Shape function of the EBM; None without one.
        where: The part of another parameter in which this one is active; empty where it always
            is, or nothing tells.
    """

    name: str
    distribution: BaseDistribution
    importance: float
    share: float
    spread: float
    importance_top: float
    importance_ped: float
    importance_ebm: float | None
    active_share: float
    promising: PromisingRange | None
    evidence: Evidence | None
    advice: Advice
    effect: Effect
    shape: Shape | None = None
    where: Region = field(default_factory=dict)

    def value(self, internal: float) -> Any:
        """The value as Optuna hands it to an objective."""
        return self.distribution.to_external_repr(internal)

    def label(self, internal: float) -> str:
        """The value as text: as many digits as the range needs, or the choice."""
        return label(self.distribution, internal)

    def describe(self, promising: PromisingRange) -> str:
        """A range as text, such as ``0.001 … 0.1`` or ``relu, tanh``."""
        return describe(self.distribution, promising)


@dataclass(frozen=True)
class LeftOut:
    """A parameter that trials had and the models do not see.

    Attributes:
        name: The parameter.
        distribution: Declared distribution, the widest where it changed.
        reason: Why, such as ``never varied``.
        where: The part of another parameter in which this one is active; empty where it always
            is, or nothing tells.
    """

    name: str
    distribution: BaseDistribution
    reason: str
    where: Region = field(default_factory=dict)


@dataclass(frozen=True)
class Branch:
    """What became of the trials with one choice that brings parameters with it.

    Attributes:
        param: The categorical parameter.
        choice: The choice as text.
        params: Parameters that are active with it, and not with every other one.
        n_complete: Complete trials.
        n_pruned: Pruned trials.
        n_failed: Failed trials.
        best: Best value of the target; None where no trial has one.
        n_front: Its trials on the Pareto front; None where the target is not the Pareto rank.
    """

    param: str
    choice: str
    params: tuple[str, ...]
    n_complete: int
    n_pruned: int
    n_failed: int
    best: float | None
    n_front: int | None = None
