"""What the tools answer: small frozen values, which the protocol describes to the agent.

Parameters have the values that Optuna is told; a choice that JSON cannot say is its text. None =
not known. ``left_out`` says what had no room.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class StudyNames:
    """Studies of the storage; pass one as `study` where there are several."""

    names: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class Param:
    """A parameter: its share of what is explained, what it can be, and what to do with it."""

    name: str
    importance: float
    declared: str
    promising: str
    advice: str
    only_where: str


@dataclass(frozen=True)
class GuidanceOverview:
    """What matters, most important parameter first, and how far to trust it.

    `trust` is values (ranks and values are predicted), ranks (the order only) or closed (it is too
    early: no suggestion).
    """

    study: str
    target: str
    direction: str
    n_trials: int
    trust: str
    trust_reason: str
    verdict: list[str]
    params: list[Param]
    notes: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class Knowledge:
    """What the trials tell, tested, and what they cannot tell, or put in doubt."""

    known: list[str]
    not_known: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class BasinAnswer:
    """Good configurations that lie together; the best of them, and the others' trials."""

    trial: int
    expected: float | None
    observed: float | None
    params: dict[str, Any]
    trials: list[int]


@dataclass(frozen=True)
class Basins:
    """Groups of good configurations with worse ground between them, the best one first."""

    target: str
    direction: str
    basins: list[BasinAnswer]
    left_out: str = ""


@dataclass(frozen=True)
class DeadEnds:
    """Where not to go: trials fail there, are surely worse, or were in vain."""

    dead_ends: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class ConfigurationAnswer:
    """A configuration that could be run.

    `verdict`: run, tried (already), dominated (another trial is surely better by every objective),
    fails (as trials like it do), outside (of the applied region) or impossible. `delta` is what is
    expected of it less the same of the best trial. `novelty`: 0 = as the nearest trial, 1 = all
    differs.
    """

    verdict: str
    params: dict[str, Any]
    predicted: float | None
    low: float | None
    high: float | None
    delta: float | None
    novelty: float | None
    nearest: int | None
    why: list[str]


@dataclass(frozen=True)
class Configurations:
    """Configurations that are worth a trial, the first one most."""

    target: str
    direction: str
    points: list[ConfigurationAnswer]
    note: str
    left_out: str = ""


@dataclass(frozen=True)
class AblatedChild:
    """A trial that would be made from another one, and the change of the target to expect."""

    change: str
    expected: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True)
class Ablations:
    """Each choice of a trial set to its default; those that are expected to lose most first."""

    trial: int
    target: str
    value: float | None
    direction: str
    children: list[AblatedChild]
    notes: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class RecommendationAnswer:
    """The configuration that holds by all trials together, where the best may have been lucky.

    It was not tried where there is no trial.
    """

    trial: int | None
    params: dict[str, Any]
    expected: float | None
    low: float | None
    high: float | None
    repeats_to_settle: int
    said: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class ForecastAnswer:
    """What more trials would gain: `chance` of more than `least`, `expected` on average."""

    n_trials: int
    least: float | None
    chance: float | None
    expected: float | None
    seconds: float | None
    said: str
    left_out: str = ""


@dataclass(frozen=True)
class AskedTrial:
    """A trial that runs now: evaluate `params`, then call `tell` with its number."""

    trial: int
    params: dict[str, Any]
    was_enqueued: bool
    left_out: str = ""


@dataclass(frozen=True)
class Written:
    """What was written, by whom, and what was not, and why."""

    author: str
    done: list[str]
    not_done: list[str]
    trials: list[int]
    left_out: str = ""
