"""The guidance: one frozen value that holds what was learnt from a study's trials.

It re-draws without the trials and without the models. All numbers about the target are in the
target's own units, all parameter values are *internal* values: the number itself, or the index of
a choice. `ParamGuidance.label` turns one into text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from optuna.distributions import BaseDistribution

from optuna_guide.domain import codec
from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import PromisingRange, Region, describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from rich.console import RenderableType

SCHEMA_VERSION = 2

TrustState: TypeAlias = Literal["values", "ranks", "closed"]
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
    """What to do with a parameter; ``range`` is kept (narrow, freeze) or left out (avoid)."""

    kind: AdviceKind
    text: str
    range: PromisingRange | None = None
    bound: Literal["low", "high"] | None = None


@dataclass(frozen=True)
class Effect:
    """Marginal of the forest along one parameter: the target averaged over everything else.

    Attributes:
        x: Middles of the cells.
        edges: One more than the cells; half-integers around the index for choices.
        mean: Marginal of the averaged forest.
        spread: Standard deviation over the trees. It is no confidence interval.
        counts: Trials per cell.
    """

    x: tuple[float, ...]
    edges: tuple[float, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Shape:
    """Shape function of an EBM main term: what a value adds to the mean target.

    Attributes:
        edges: Bin edges, one more than the bins; half-integers around the index for choices.
        score: What each bin adds to the intercept.
        error: Standard deviation of the score over the outer bags.
        counts: Trials per bin.
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
class Surface:
    """Target over two parameters; rows follow the first one.

    Attributes:
        x: Middles of the cells along the first parameter.
        y: Middles of the cells along the second parameter.
        total: Main + main + interaction, in the target's units.
        interaction: The interaction alone.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    total: tuple[tuple[float, ...], ...]
    interaction: tuple[tuple[float, ...], ...]

    def transposed(self) -> Surface:
        """The same surface with the parameters swapped."""
        total, alone = (tuple(zip(*rows, strict=True)) for rows in (self.total, self.interaction))
        return Surface(self.y, self.x, total, alone)


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


@dataclass(frozen=True)
class PairGuidance:
    """Interaction of two parameters.

    Attributes:
        names: The two parameters, the more important first.
        share: Variance share of the interaction alone, scaled by the out-of-bag R2.
        spread: Standard deviation of that share over the trees.
        importance_ebm: Mean absolute score of the EBM's pair term; None where the EBM has no such
            term.
        surface: Marginal of the forest; None beyond the strongest pairs.
        ebm_surface: The EBM's main + main + pair; None where it has no such term.
    """

    names: tuple[str, str]
    share: float
    spread: float
    importance_ebm: float | None = None
    surface: Surface | None = None
    ebm_surface: Surface | None = None


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


@dataclass(frozen=True)
class BestTrial:
    """One of the best trials.

    Attributes:
        number: Trial number.
        value: Of the target.
        params: Internal values of the active parameters.
        objectives: What it reached by each of the study's own objectives.
    """

    number: int
    value: float
    params: Mapping[str, float]
    objectives: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Guidance:
    """What the complete trials of a study teach about its parameters.

    Attributes:
        study_name: The study.
        target: Name of what is explained.
        direction: Which way the target is better.
        n_trials: Trials that the guidance rests on.
        last_trial: Largest trial number among them.
        n_finished: Finished trials of the study when it was fitted, whatever their state.
        fitted_at: ISO time in UTC.
        seconds: How long the fit took.
        seed: What was random in the fit follows from it.
        trust: How far to trust it.
        params: Most important first.
        pairs: Strongest interaction first.
        unexplained: Share of the variance that the forest does not explain, or explains by more
            than two parameters.
        intercept: Mean of the target as the EBM sees it; None without an EBM.
        kept_top: Share of the top tenth that lies inside all promising ranges; None where there is
            no range.
        best: The best trials, best first.
        n_front: Trials on the Pareto front; None where the target is not the Pareto rank.
        left_out: Parameters that trials had and the models do not see.
        branches: Each choice that brings parameters with it; the best of a parameter first.
        notes: What a reader should know.
        version: Counts the refits of a study; 0 = not stored.
    """

    study_name: str
    target: str
    direction: Literal["minimize", "maximize"]
    n_trials: int
    last_trial: int
    n_finished: int
    fitted_at: str
    seconds: float
    seed: int
    trust: Trust
    params: tuple[ParamGuidance, ...]
    pairs: tuple[PairGuidance, ...]
    unexplained: float
    intercept: float | None
    best: tuple[BestTrial, ...]
    n_front: int | None = None
    kept_top: float | None = None
    left_out: tuple[LeftOut, ...] = ()
    branches: tuple[Branch, ...] = ()
    notes: tuple[str, ...] = ()
    version: int = 0
    schema: int = field(default=SCHEMA_VERSION)

    def __getitem__(self, name: str) -> ParamGuidance:
        """Guidance of one parameter.

        Raises:
            KeyError: If there is no such parameter.
        """
        for param in self.params:
            if param.name == name:
                return param
        known = ", ".join(p.name for p in self.params)
        raise KeyError(f"There is no parameter {name!r}; there are {known}.")

    @property
    def region(self) -> Region:
        """Promising range of every parameter that has one."""
        return {p.name: p.promising for p in self.params if p.promising is not None}

    @property
    def where(self) -> dict[str, Region]:
        """Every parameter that trials had to where it is active; empty where nothing tells."""
        every: tuple[ParamGuidance | LeftOut, ...] = (*self.params, *self.left_out)
        return {p.name: p.where for p in every}

    def to_json(self) -> str:
        """JSON text; `from_json` gives back an equal value."""
        return codec.dumps(self)

    @classmethod
    def from_json(cls, text: str) -> Guidance:
        """Read what `to_json` wrote.

        Raises:
            ValueError: If the text is no guidance of this schema version.
        """
        return codec.loads(cls, text, schema=SCHEMA_VERSION)

    def as_code(self) -> str:
        """The ``suggest_*`` lines with the promising ranges, to paste into an objective.

        Every parameter that trials had is among them; a comment says where one is asked for, or
        why the models do not see it.
        """
        from optuna_guide.words import code

        every: tuple[ParamGuidance | LeftOut, ...] = (*self.params, *self.left_out)
        space = {p.name: p.distribution for p in every}
        reasons = {p.name: p.reason for p in self.left_out}
        return code.as_code(self.region, space, self.where, reasons)

    def to_frame(self) -> pd.DataFrame:
        """One row per parameter, most important first."""
        from optuna_guide.words import frame

        return frame.frame(self)

    def __str__(self) -> str:
        from optuna_guide.words import terminal

        return terminal.plain(self)

    def __rich__(self) -> RenderableType:
        from optuna_guide.words import terminal

        return terminal.renderable(self)

    def _repr_html_(self) -> str:
        from optuna_guide.words import html

        return html.html(self)


@dataclass(frozen=True)
class NotReady:
    """There is no guidance yet, and why; falsy.

    Attributes:
        reason: One sentence that says what is missing.
        n_trials: Usable trials that there are.
        n_missing: Trials that are missing; None where more trials would not help.
    """

    reason: str
    n_trials: int = 0
    n_missing: int | None = None

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"No guidance yet: {self.reason}"
