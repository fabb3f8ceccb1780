"""What the answers of the models hold: how far the fit is, what they expect, and where."""

from __future__ import annotations

from typing import Literal, TypedDict

from optuna_guide.domain.direction import Direction
from optuna_guide.experiments.candidates import ExpectedOutcome
from optuna_guide.guidance import Guidance
from optuna_guide.surfaces.workbench.answers.trials import Coded


class NotReadyAnswer(TypedDict):
    """There are no models yet."""

    state: Literal["not_ready"]
    reason: str


class _GuidanceState(TypedDict):
    state: Literal["ready", "not_ready", "fitting", "failed"]
    tag: str
    n_known: int
    n_finished: int
    fitting: bool
    seconds: float | None
    expected: float
    reason: str | None


class TermAnswer(TypedDict):
    """The forest beside a main term of the EBM: its curve, shifted to the mean of the trials."""

    forest: list[float]
    note: str


class GuidanceAnswer(_GuidanceState, total=False):
    """How far the fit is, and the guidance where the page does not have it: `same`.

    Terms are those of parameters that have one.
    """

    n_missing: int | None
    same: Literal[True]
    guidance: Guidance | None
    terms: dict[str, TermAnswer]


class _BinCurves(TypedDict):
    mean: list[float | None]
    spread: list[float | None]
    density: list[float]


class BinsAnswer(_BinCurves, total=False):
    """Means of the target along a parameter: between the edges, or one for each choice."""

    edges: list[float]
    choices: list[int]


class EstimatesAnswer(TypedDict):
    """Expected target under ranges, and along each axis under those of all others."""

    state: Literal["ready"]
    target: str
    direction: Direction
    expected: float | None
    spread: float | None
    n_inside: float
    params: dict[str, BinsAnswer]


class SubsetAnswer(TypedDict):
    """Share of the variance that some parameters explain together, and each alone added up."""

    state: Literal["ready"]
    params: list[str]
    share: float
    alone: float


class NeighbourAnswer(TypedDict):
    """A trial that is near to a configuration."""

    number: int
    distance: float
    value: float | None


class PredictionAnswer(TypedDict):
    """What is expected of a configuration; None where the trials do not tell.

    Conditions tell where a parameter is asked for, of those that are inactive now too; the models
    do not know the unmodelled ones.
    """

    state: Literal["ready"]
    target: str
    direction: Direction
    forecast: ExpectedOutcome | None
    untold: str
    nearest: list[NeighbourAnswer]
    extrapolates: bool
    reasons: list[str]
    conditions: dict[str, str]
    inactive: list[str]
    unmodelled: list[str]


class MapAnswer(TypedDict):
    """Numbers and places of trials, and the share of the distances that the axes show."""

    numbers: Coded
    x: Coded
    y: Coded
    share: float


class PlacedAnswer(TypedDict):
    """A map of trials; None where there is none."""

    map: MapAnswer | None
