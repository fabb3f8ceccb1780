"""What the answers to the page hold; the types of its scripts are written from these."""

from __future__ import annotations

from typing import Any, Literal, TypedDict


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

    Where it is constrained, infeasible trials rank behind all others. Values beyond the reach are
    drawn at the edge.
    """

    name: str
    kind: Literal["objective", "pareto_rank", "duration", "attribute"]
    direction: Literal["minimize", "maximize"]
    constrained: bool
    values: Coded
    rank: Coded
    reach: tuple[float, float] | None
    cells: CellsAnswer


class CodesAnswer(TypedDict):
    """A column of texts."""

    labels: tuple[str, ...]
    codes: Coded


class LabelAnswer(CodesAnswer):
    """A user attribute that is a text or a flag."""

    name: str


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
    },
)
TrialsAnswer.__doc__ = "The trials from a row on; what hangs on all trials is sent of all of them."


class RegionEntryAnswer(TypedDict):
    """A region that was set, by a person or by the model."""

    source: str
    author: str | None
    comment: str
    paused: bool
    cleared: bool
    restores: int | None
    at: str
    version: int
    region: dict[str, RangeAnswer]


class RegionAnswer(TypedDict):
    """The region now, what is suggested, and what held before."""

    current: RegionEntryAnswer | None
    paused: bool
    proposed: RegionEntryAnswer | None
    suggested: dict[str, RangeAnswer]
    history: list[RegionEntryAnswer]
    can_undo: bool
    is_guided: bool
    code: str


class MapAnswer(TypedDict):
    """Numbers and places of trials, and the share of the distances that the axes show."""

    numbers: Coded
    x: Coded
    y: Coded
    share: float


class FindingAnswer(TypedDict):
    """A tested sentence about some trials."""

    kind: str
    sentence: str
    effect: float
    n: int
    p_value: float
    q_value: float
    where: dict[str, RangeAnswer]


ANSWERS: tuple[Any, ...] = (TrialsAnswer, RegionAnswer, MapAnswer, FindingAnswer)
