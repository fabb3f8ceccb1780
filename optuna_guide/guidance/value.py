"""`Guidance`, the value that every surface shows, and `NotReady`, where there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from optuna_guide.domain import codec
from optuna_guide.domain.ranges import Region
from optuna_guide.guidance.context import Context
from optuna_guide.guidance.pairs import PairGuidance
from optuna_guide.guidance.params import Branch, LeftOut, ParamGuidance
from optuna_guide.guidance.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from rich.console import RenderableType

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class BestTrial:
    """One of the best trials.

    Attributes:
        number: Trial number.
        value: Of the target, as measured.
        params: Internal values of the active parameters.
        objectives: What it reached by each of the study's own objectives.
        context: Value of the context within which it is one of the best; empty without one.
    """

    number: int
    value: float
    params: Mapping[str, float]
    objectives: Mapping[str, float] = field(default_factory=dict)
    context: str = ""


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
        best: The best trials, best first; that of each context where values are given within one.
        n_front: Trials on the Pareto front; None where the target is not the Pareto rank.
        n_best: Trials as good as the last of ``best``, or better: where values tie, more than
            those that are shown, and which are is arbitrary; 0 = not counted, within a context.
        left_out: Parameters that trials had and the models do not see.
        branches: Each choice that brings parameters with it; the best of a parameter first.
        context: What nobody would choose; None where there is nothing of the kind.
        cut: How many trials the models see as better than they are, and where; empty where none.
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
    n_best: int = 0
    kept_top: float | None = None
    left_out: tuple[LeftOut, ...] = ()
    branches: tuple[Branch, ...] = ()
    context: Context | None = None
    cut: str = ""
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

    def of_explained(self, share: float) -> float:
        """A share of the variance as a share of what is explained, as importances are."""
        return share / max(1 - self.unexplained, share, 1e-9)

    @property
    def title(self) -> str:
        """The target, and within what it is given: ``accuracy (ranks within dataset)``."""
        words = "" if self.context is None else str(self.context)
        return f"{self.target} ({words})" if words else self.target

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

        Every parameter that trials had is among them; a comment says where one is asked for, at
        what it may be frozen, or why the models do not see it.
        """
        from optuna_guide.words import code

        every: tuple[ParamGuidance | LeftOut, ...] = (*self.params, *self.left_out)
        space = {p.name: p.distribution for p in every}
        reasons = {p.name: p.reason for p in self.left_out}
        for p in self.params:
            if p.advice.kind == "freeze" and p.advice.range is not None:
                reasons[p.name] = f"may be frozen at {p.describe(p.advice.range)}"
        return code.as_code(self.region, space, self.where, reasons)

    def to_frame(self) -> pd.DataFrame:
        """One row per parameter, most important first."""
        from optuna_guide.words import frame

        return frame.frame(self)

    def headline(self) -> str:
        """Version, trust and what drives the target, in one line."""
        from optuna_guide.words import verdict

        return verdict.headline(self)

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
        to_do: What to do first where more trials would not help; empty where nobody knows.
    """

    reason: str
    n_trials: int = 0
    n_missing: int | None = None
    to_do: str = ""

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"No guidance yet: {self.reason}"
