"""What the answers about what is applied, kept or copied hold."""

from __future__ import annotations

from typing import Literal, TypedDict

from optuna_guide.surfaces.workbench.answers.models import NotReadyAnswer
from optuna_guide.surfaces.workbench.answers.trials import RangeAnswer, StudyAnswer


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

    kind: Literal["confined", "guided", "modelled", "free", "paused"]
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
    """What a region would keep, the median that its trials reached, and what is predicted.

    The predictions are None where the region holds only choices that were never tried.
    """

    state: Literal["ready"]
    n: int
    n_inside: int
    top_share: float
    top_inside: float | None
    median: float | None
    expected: float | None
    spread: float | None
    everywhere: float | None
    code: str


class UnseenAnswer(NotReadyAnswer):
    """The same without models."""

    code: str


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
