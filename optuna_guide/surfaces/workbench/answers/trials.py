"""What the answers about trials hold: their columns, what they reported, one in detail."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from optuna_guide.domain.direction import Direction
from optuna_guide.experiments.provenance import Origin
from optuna_guide.words.layers import Stack


class Coded(TypedDict):
    """A column: the kind of its numbers, and their little-endian bytes, place by place, in base64.

    First come the lowest bytes of all numbers, then the next ones, and so on.
    """

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


class _ParamColumn(TypedDict):
    name: str
    kind: Literal["float", "int", "categorical"]
    log: bool
    values: Coded
    cells: CellsAnswer


class ParamAnswer(_ParamColumn, total=False):
    """A parameter: a number has ends, others have choices, each with a letter; NaN = inactive."""

    low: float
    high: float
    step: float | None
    choices: list[str]
    letters: list[str]


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
        "later": list[int],
        "blocks": list[str | Stack],
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
TrialsAnswer.__doc__ = """The trials from a row on; of what hangs on all trials, all of them.

``later`` are places of parameters among all of them, ascending: they are asked for on their own.
"""


class ParamsAnswer(TypedDict):
    """Parameters that came later, in their order; none where the trials have another tag now."""

    tag: str
    params: list[ParamAnswer]


class SameAnswer(TypedDict):
    """The page has these rows."""

    same: Literal[True]
    tag: str
    n: int


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
    origin: Origin | None
    artifacts: list[ArtifactAnswer]


class DetailsAnswer(TypedDict):
    """Some trials in detail, in the order in which they were asked for."""

    trials: list[DetailAnswer]
