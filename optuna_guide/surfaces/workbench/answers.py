"""What the answers to the page hold; the types of its scripts are written from these."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from optuna_guide.domain.direction import Direction
from optuna_guide.experiments.candidates import Forecast
from optuna_guide.guidance import Guidance
from optuna_guide.store.history import VersionSummary
from optuna_guide.surfaces.workbench.experiment_answers import (
    CheckedAnswer,
    ExperimentAnswer,
    FamilyAnswer,
    FormAnswer,
    PathAnswer,
    QueueAnswer,
    QueuedNowAnswer,
)


class Coded(TypedDict):
    """A column: the kind of its numbers, and their little-endian bytes as base64."""

    t: Literal["f64", "f32", "i32", "u8"]
    b: str


class RangeAnswer(TypedDict, total=False):
    """A part of a parameter's range: closed intervals, or indices of choices."""

    intervals: list[tuple[float, float]]
    choices: list[int]


class CellsAnswer(TypedDict):
    """A column of the complete trials cut into cells; a code of 255 is none of them."""

    labels: tuple[str, ...]
    codes: Coded
    ranges: list[RangeAnswer]


class _Declared(TypedDict):
    name: str
    kind: Literal["float", "int", "categorical"]
    log: bool
    values: Coded
    cells: CellsAnswer


class ParamAnswer(_Declared, total=False):
    """A parameter: a number has ends, others have choices; NaN = inactive."""

    low: float
    high: float
    step: float | None
    choices: list[str]


class TargetAnswer(TypedDict):
    """A target: NaN = the trial has none; rank 0 = best, -1 = none.

    Its title says within what context its values are given.
    Where it is constrained, infeasible trials rank behind all others. Values beyond the reach are
    drawn at the edge. A size is an attribute that is called like a cost, and positive.
    """

    name: str
    title: str
    kind: Literal["objective", "pareto_rank", "duration", "attribute"]
    direction: Direction
    constrained: bool
    is_size: bool
    values: Coded
    rank: Coded
    reach: tuple[float, float] | None
    cells: CellsAnswer


class CodesAnswer(TypedDict):
    """A column of texts."""

    labels: tuple[str, ...]
    codes: Coded


class LabelAnswer(CodesAnswer):
    """A context, or a user attribute that is a text or a flag."""

    name: str
    is_context: bool


class ContextsAnswer(TypedDict):
    """What nobody would choose, whether a person said so, and how values are to be given."""

    names: tuple[str, ...]
    chosen: bool
    how: Literal["centred", "min-max", "ranks"] | None


class StudyAnswer(TypedDict):
    """The study that an answer is about."""

    id: int
    name: str


TrialsAnswer = TypedDict(
    "TrialsAnswer",
    {
        "study": StudyAnswer,
        "tag": str,
        "n": int,
        "from": int,
        "settled": int,
        "params": list[ParamAnswer],
        "targets": list[TargetAnswer],
        "default_target": str,
        "states": tuple[str, ...],
        "number": Coded,
        "state": Coded,
        "generation": Coded,
        "parent": Coded,
        "rung": Coded,
        "version": Coded,
        "last_step": Coded,
        "last_value": Coded,
        "feasible": Coded,
        "batch": Coded,
        "bracket": Coded,
        "decision": CodesAnswer,
        "sampler": CodesAnswer,
        "labels": list[LabelAnswer],
        "contexts": ContextsAnswer,
    },
)
TrialsAnswer.__doc__ = "The trials from a row on; what hangs on all trials is sent of all of them."


class SameAnswer(TypedDict):
    """The page has these rows."""

    same: Literal[True]
    tag: str
    n: int


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


class GuidanceAnswer(_GuidanceState, total=False):
    """How far the fit is, and the guidance where the page does not have it: `same`."""

    n_missing: int | None
    same: Literal[True]
    guidance: Guidance | None


class CurveAnswer(TypedDict):
    """What was reported step by step, and the share of its gain in the last quarter."""

    steps: list[int]
    values: list[float]
    gain: float | None


class ReportedAnswer(CurveAnswer):
    """Intermediate values of a trial, and the lists among its attributes."""

    number: int
    series: dict[str, CurveAnswer]


class CurvesAnswer(TypedDict):
    """Curves of some trials, in the order in which they were asked for."""

    curves: list[ReportedAnswer]


class TracksAnswer(TypedDict):
    """Some points of the curves of all trials; track ``i`` is that of trial ``number[i]``.

    Its points lie from ``starts[i]`` to ``starts[i + 1]``; ``best`` is the best value that was
    reported at each of ``steps_known``.
    """

    number: Coded
    starts: Coded
    steps: Coded
    steps_known: Coded
    best: Coded


class ArtifactAnswer(TypedDict):
    """A file of a trial, where the dashboard serves it."""

    name: str
    type: str
    url: str


class DetailAnswer(TypedDict):
    """Everything about a trial."""

    number: int
    state: str
    values: list[float | None] | None
    params: dict[str, str]
    constraints: dict[str, float | None]
    started: str | None
    ended: str | None
    attributes: dict[str, Any]
    artifacts: list[ArtifactAnswer]


class DetailsAnswer(TypedDict):
    """Some trials in detail, in the order in which they were asked for."""

    trials: list[DetailAnswer]


class _Bins(TypedDict):
    mean: list[float | None]
    spread: list[float | None]
    density: list[float]


class BinsAnswer(_Bins, total=False):
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
    """What is expected of a configuration; None where the trials do not tell."""

    state: Literal["ready"]
    target: str
    direction: Direction
    forecast: Forecast | None
    nearest: list[NeighbourAnswer]
    extrapolates: bool
    reasons: list[str]


class RegionEntryAnswer(TypedDict):
    """A region that was set, by a person or by the model.

    ``trials`` are the first and the last one that kept to a person's.
    """

    source: str
    author: str | None
    comment: str
    paused: bool
    cleared: bool
    restores: int | None
    at: str
    version: int
    region: dict[str, RangeAnswer]
    trials: tuple[int, int] | None


class NextAnswer(TypedDict):
    """What the next trial keeps to: who set it and when, since which trial, how to guide it."""

    kind: Literal["confined", "guided", "free", "paused"]
    is_guided: bool
    said: str
    who: str
    at: str
    since: int | None
    advice: str
    running: str


class RegionAnswer(TypedDict):
    """The region now, what is suggested, and what held before."""

    current: RegionEntryAnswer | None
    paused: bool
    proposed: RegionEntryAnswer | None
    suggested: dict[str, RangeAnswer]
    history: list[RegionEntryAnswer]
    can_undo: bool
    next: NextAnswer
    code: str


class PreviewAnswer(TypedDict):
    """What a region would keep, and the predicted target in it and everywhere."""

    state: Literal["ready"]
    n: int
    n_inside: int
    share: float
    top_share: float
    top_inside: float | None
    expected: float | None
    spread: float | None
    everywhere: float | None
    code: str


class UnseenAnswer(NotReadyAnswer):
    """The same without models."""

    code: str


class MapAnswer(TypedDict):
    """Numbers and places of trials, and the share of the distances that the axes show."""

    numbers: Coded
    x: Coded
    y: Coded
    share: float


class PlacedAnswer(TypedDict):
    """A map of trials; None where there is none."""

    map: MapAnswer | None


class PartAnswer(TypedDict):
    """A part of the verdict: a question, its answer in a few words, and what stands behind it."""

    topic: Literal["trust", "matters", "try", "search"]
    question: str
    said: str
    more: str


class VerdictAnswer(TypedDict):
    """What a person wants to know first; the warning is empty where nothing is flagged."""

    parts: list[PartAnswer]
    warning: str


class FindingAnswer(TypedDict):
    """A tested sentence about some trials."""

    kind: str
    sentence: str
    effect: float
    n: int
    p_value: float
    q_value: float
    where: dict[str, RangeAnswer]


class QuestionAnswer(TypedDict):
    """A question, and its answer in one sentence."""

    question: str
    sentence: str


class _Said(TypedDict):
    findings: list[FindingAnswer]
    answers: list[QuestionAnswer]


class FindingsAnswer(_Said, total=False):
    """What can be said about the trials."""

    target: str


class CheckAnswer(TypedDict):
    """A check of the search."""

    name: str
    number: float | None
    threshold: float
    reason: str
    sentence: str
    state: Literal["flagged", "well", "unknown"]
    counted: str


class ChecksAnswer(TypedDict):
    """All checks, flagged ones first."""

    checks: list[CheckAnswer]


class CorridorAnswer(TypedDict):
    """What was narrowed to, or suggested, from a trial on."""

    start: int
    version: int
    kind: Literal["narrowed", "suggested"]
    region: dict[str, RangeAnswer]


class HistoryAnswer(TypedDict):
    """Past versions of the guidance, corridors, and how to read what the sampler does."""

    versions: list[VersionSummary]
    corridors: list[CorridorAnswer]
    sampler: str


class BatchAnswer(TypedDict):
    """Target of some trials."""

    numbers: list[int]
    n: int
    best: float | None
    median: float | None
    mean: float | None
    std: float | None


class VersionEvidenceAnswer(TypedDict):
    """Trials that one proposal guided, against those before the first one."""

    version: int
    after: BatchAnswer
    p_value: float | None


class NarrowingAnswer(TypedDict):
    """Whether guidance helped."""

    target: str
    before: BatchAnswer
    guided: BatchAnswer
    explored: BatchAnswer
    p_before: float | None
    p_explored: float | None
    beats_explored: float | None
    interval: tuple[float, float] | None
    improvements_guided: float | None
    improvements_explored: float | None
    versions: list[VersionEvidenceAnswer]
    summary: str


class EvidenceAnswer(TypedDict):
    """Whether guidance helped with a target."""

    evidence: NarrowingAnswer


class KeptAnswer(TypedDict):
    """Numbers of the trials in the drawer."""

    kept: list[int]


class ChangedAnswer(RegionAnswer, KeptAnswer):
    """Region and drawer after a change."""


class CopiedAnswer(TypedDict):
    """How many trials of a follow-up study are copied."""

    n: int
    n_copied: int
    error: str | None


class CopyingAnswer(TypedDict):
    """The same; None where they all are."""

    copying: CopiedAnswer | None


class NextStudyAnswer(StudyAnswer, CopiedAnswer):
    """A follow-up study that was created."""


Reads = TypedDict(
    "Reads",
    {
        "trials": TrialsAnswer | SameAnswer,
        "guidance": GuidanceAnswer,
        "curves": CurvesAnswer,
        "tracks": TracksAnswer,
        "details": DetailsAnswer,
        "estimates": EstimatesAnswer | NotReadyAnswer,
        "subset": SubsetAnswer | NotReadyAnswer,
        "predict": PredictionAnswer | NotReadyAnswer,
        "verdict": VerdictAnswer,
        "findings": FindingsAnswer,
        "diagnostics": ChecksAnswer,
        "history": HistoryAnswer,
        "evidence": EvidenceAnswer,
        "configuration_map": PlacedAnswer,
        "prediction_map": PlacedAnswer,
        "region": RegionAnswer,
        "region/preview": PreviewAnswer | UnseenAnswer,
        "kept": KeptAnswer,
        "copying": CopyingAnswer,
        "experiments/queue": QueueAnswer,
        "experiments/children": FamilyAnswer,
        "experiments/ablations": ExperimentAnswer,
        "experiments/variations": ExperimentAnswer,
        "experiments/path": PathAnswer | NotReadyAnswer,
        "experiments/form": FormAnswer,
        "experiments/check": CheckedAnswer,
    },
)
Reads.__doc__ = "What is answered on each path that is read."

Writes = TypedDict(
    "Writes",
    {
        "region": ChangedAnswer,
        "region/clear": ChangedAnswer,
        "region/pause": ChangedAnswer,
        "region/resume": ChangedAnswer,
        "region/undo": ChangedAnswer,
        "kept": ChangedAnswer,
        "context": ChangedAnswer,
        "direction": ChangedAnswer,
        "next_study": NextStudyAnswer,
        "experiments/enqueue": QueuedNowAnswer,
        "experiments/repeat": QueuedNowAnswer,
        "experiments/cancel": QueuedNowAnswer,
        "experiments/clear": QueuedNowAnswer,
        "experiments/reorder": QueuedNowAnswer,
        "experiments/stop": QueuedNowAnswer,
        "experiments/fail": QueuedNowAnswer,
    },
)
Writes.__doc__ = "What is answered on each path that changes something."
