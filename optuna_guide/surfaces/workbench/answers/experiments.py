"""What the answers about experiments hold."""

from __future__ import annotations

from typing import Literal, TypedDict

from optuna_guide.domain.direction import Direction
from optuna_guide.experiments.candidates import ExpectedOutcome, ExperimentKind
from optuna_guide.experiments.changes import Change
from optuna_guide.experiments.deltas import Delta
from optuna_guide.experiments.provenance import Origin
from optuna_guide.experiments.report import Done


class CandidateAnswer(TypedDict):
    """A trial that could be run; sizes are shares of the parent's.

    Merit is what is said of it where it was not tried.
    """

    kind: ExperimentKind
    params: dict[str, float]
    change: str
    changes: list[Change]
    forecast: ExpectedOutcome | None
    untold: str
    tried: list[int]
    size: dict[str, float]
    verdict: str
    is_new: bool
    merit: str
    warnings: list[str]


class ExperimentAnswer(TypedDict):
    """Candidates that were made from a trial, and why of some parameters there is none."""

    kind: ExperimentKind
    parent: int
    value: float
    target: str
    direction: Direction
    candidates: list[CandidateAnswer]
    left_out: list[str]
    notes: list[str]


class StartAnswer(TypedDict):
    """Where a path begins."""

    candidate: CandidateAnswer
    value: float | None
    measured: float | None


class StepAnswer(StartAnswer):
    """A step of a path."""

    names: list[str]
    gain: float | None


class PathAnswer(TypedDict):
    """The way from the defaults to a trial; interactions are gains that do not add up."""

    state: Literal["ready"]
    start: StartAnswer
    steps: list[StepAnswer]
    interactions: list[str]
    notes: list[str]


class FieldAnswer(TypedDict):
    """A field of the form: internal value, whether it is asked for, and when."""

    name: str
    value: float | None
    active: bool
    where: str


class FormAnswer(TypedDict):
    """The fields of a configuration, in the order of the study."""

    fields: list[FieldAnswer]


class ProblemAnswer(TypedDict):
    """Why a value cannot be run; no name = the whole configuration."""

    name: str
    text: str


class CheckedAnswer(TypedDict):
    """What would become of a configuration, and which parameters it asks for."""

    active: list[str]
    problems: list[ProblemAnswer]
    candidate: CandidateAnswer | None


class SparkAnswer(TypedDict):
    """Reported values by step."""

    steps: list[int]
    values: list[float | None]


class QueuedAnswer(TypedDict):
    """A trial that waits or runs."""

    number: int
    state: Literal["waiting", "running"]
    parent: int | None
    text: str
    origin: Origin | None
    curve: SparkAnswer
    progress: float | None
    seconds: float | None
    is_silent: bool


class QueueAnswer(TypedDict):
    """What waits, in the order in which it will run, and what runs."""

    waiting: list[QueuedAnswer]
    running: list[QueuedAnswer]
    seconds_each: float | None
    is_watched: bool
    is_stopping: bool
    hints: list[str]


class QueuedNowAnswer(QueueAnswer):
    """What was done, trial by trial, and the queue after it."""

    steps: list[Done]


class PrunedAnswer(TypedDict):
    """How a pruned child stood beside its parent at its last step."""

    step: int
    value: float
    parent_value: float
    delta: float
    lost: bool


class ChildAnswer(TypedDict):
    """A trial that was made from another one."""

    number: int
    parent: int
    state: str
    params: dict[str, float]
    change: str
    changes: list[Change]
    origin: Origin | None
    value: float | None
    delta: Delta | None
    as_expected: bool | None
    n_same: int
    attributes: dict[str, float]
    curve: SparkAnswer
    seconds: float | None
    pruned: PrunedAnswer | None


class FamilyAnswer(TypedDict):
    """A trial and all that was made from it; sizes are those attributes that are costs.

    Cancelled are the trials of the study that never ran.
    """

    parent: int
    value: float | None
    n_same: int
    attributes: dict[str, float]
    sizes: list[str]
    target: str
    direction: Direction
    children: list[ChildAnswer]
    descendants: list[ChildAnswer]
    cancelled: list[int]
    notes: list[str]
