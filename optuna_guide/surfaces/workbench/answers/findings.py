"""What the answers hold in which something is said: verdict, findings, checks, evidence."""

from __future__ import annotations

from typing import Literal, TypedDict

from optuna_guide.store.history import VersionSummary
from optuna_guide.surfaces.workbench.answers.trials import RangeAnswer


class PartAnswer(TypedDict):
    """A part of the verdict: a question, its answer in a few words, and what stands behind it."""

    topic: Literal["trust", "matters", "try", "search"]
    question: str
    said: str
    more: str


class VerdictAnswer(TypedDict):
    """What a person wants to know first; the warning is empty where nothing is flagged.

    Where it is not checked, what is flagged is as stored with the guidance, not of all trials.
    """

    parts: list[PartAnswer]
    warning: str
    is_checked: bool


class FindingAnswer(TypedDict):
    """A tested sentence about some trials; of where trials fail, only the corrected p is known."""

    kind: str
    sentence: str
    effect: float
    n: int
    p_value: float | None
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
