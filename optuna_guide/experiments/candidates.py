"""Trials that could be run: what each changes, what is expected of it, whether it was tried."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from optuna_guide.domain.wording import difference, join_words, one_line
from optuna_guide.experiments.basis import to_row
from optuna_guide.experiments.changes import Change, find_changes, say_changes
from optuna_guide.experiments.steps import may_tie
from optuna_guide.experiments.values import key_of, to_told
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.direction import Direction
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.values import Params

ExperimentKind: TypeAlias = Literal["ablation", "path", "variation", "crafted", "repeat"]

SURELY = 0.95  # from which "worse" is said


@dataclass(frozen=True)
class ExpectedOutcome:
    """What is expected of a configuration before it runs, in units of the target.

    Attributes:
        value: Expected value.
        low: Lower end of the interval that holds a trial of it with 95 %.
        high: Upper end.
        delta: Expected value less that of the parent; None where there is no parent.
        delta_low: Lower end of the interval that holds, with 95 %, what a trial of it has more
            than a trial of the parent.
        delta_high: Upper end.
        p_worse: Probability that it is worse than the parent, both without noise; None where
            nobody can say, as both may reach the same value, see `may_tie`.
    """

    value: float
    low: float
    high: float
    delta: float | None = None
    delta_low: float | None = None
    delta_high: float | None = None
    p_worse: float | None = None

    def __str__(self) -> str:
        if self.delta is None:
            return f"{self.value:.4g} [{self.low:.4g} … {self.high:.4g}]"
        return difference(self.delta, self.delta_low, self.delta_high)


@dataclass(frozen=True)
class Candidate:
    """A trial that could be run.

    Attributes:
        kind: How it was made.
        params: Its values as told to Optuna, active parameters only.
        internal: The same as internal values.
        changes: What differs from the parent, those that only follow last.
        forecast: What is expected; None where that cannot be told.
        untold: Why it cannot be told; empty where it is.
        tried: Trials that ran with this configuration, run, or wait for it.
        is_queued: Whether none of them has ended.
        size: Expected size attribute, as a share of the parent's, by attribute.
        warnings: What to know before it is run.
        parent: Number of the trial that it was made from; None where it was made from none.
    """

    kind: ExperimentKind
    params: Mapping[str, Any]
    internal: Mapping[str, float]
    changes: tuple[Change, ...] = ()
    forecast: ExpectedOutcome | None = None
    untold: str = ""
    tried: tuple[int, ...] = ()
    is_queued: bool = False
    size: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    parent: int | None = None

    @property
    def change(self) -> str:
        """What differs from the parent, or all values where there is none, in words."""
        if self.parent is None:
            return ", ".join(
                one_line(f"{name} {value:.4g}" if type(value) is float else f"{name} {value}")
                for name, value in self.params.items()
            )
        return say_changes(self.changes) or ("again" if self.kind == "repeat" else "as it is")

    @property
    def verdict(self) -> str:
        """Whether it is new, was tried, is queued, or is hardly worth its time."""
        if self.tried and self.kind != "repeat":
            done = "queued" if self.is_queued else "tried"
            return f"already {done} as trial {self.tried[0]}"
        return self.merit

    @property
    def merit(self) -> str:
        """What is said of it where it was not tried: whether it is hardly worth its time."""
        p_worse = None if self.forecast is None else self.forecast.p_worse
        if p_worse is not None and p_worse >= SURELY:
            return f"on average worse than the parent with {min(math.floor(100 * p_worse), 99)} %"
        return "new" if self.kind != "repeat" else "repeats the parent"

    def __str__(self) -> str:
        expected = "cannot be told" if self.forecast is None else str(self.forecast)
        return f"{self.change}: expected {expected}, {self.verdict}"


@dataclass(frozen=True)
class SkippedParam:
    """A parameter of which no candidate was made, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Experiment:
    """Candidates that were made from one trial. Nothing is written: pass it to `enqueue`.

    Attributes:
        kind: How they were made.
        parent: Number of the trial.
        value: Its target.
        target: What the children are judged by.
        direction: Which way that is better.
        candidates: The children, in the order in which they are to run.
        left_out: Parameters without a candidate.
        notes: What a reader should know.
    """

    kind: ExperimentKind
    parent: int
    value: float
    target: str
    direction: Direction
    candidates: tuple[Candidate, ...]
    left_out: tuple[SkippedParam, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.candidates)

    def __str__(self) -> str:
        head = f"from trial {self.parent}, {self.target} {self.value:.4g}"
        told = (*self.say_left_out(), *self.notes)
        return "\n".join([head, *(f"  {one}" for one in self.candidates), *told])

    def say_left_out(self) -> tuple[str, ...]:
        """Parameters without a candidate, a sentence for each reason."""
        by_reason: dict[str, list[str]] = {}
        for one in self.left_out:
            by_reason.setdefault(one.reason, []).append(one_line(one.name))
        return tuple(f"{', '.join(names)} {reason}." for reason, names in by_reason.items())

    def take(self, *places: int) -> Experiment:
        """Only some of the candidates, by their places from 0."""
        from dataclasses import replace

        return replace(self, candidates=tuple(self.candidates[k] for k in places))


def make_candidates(
    basis: Basis,
    kind: ExperimentKind,
    parent: int | None,
    configurations: Sequence[tuple[Params, Sequence[str] | None]],
) -> list[Candidate]:
    """Candidates with their changes, what is expected, and where they were tried.

    Args:
        basis: The study.
        kind: How they were made.
        parent: Number of the trial that they are compared with.
        configurations: Internal values, and the parameters that were to change.
    """
    own = {} if parent is None else basis.params_of(basis.snapshot.by_number[parent])
    forecasts = forecast(basis, [params for params, _ in configurations], own or None)
    sizes = expect_sizes(basis, [params for params, _ in configurations], own)
    known = [basis.known.get(key_of(params), ()) for params, _ in configurations]
    trials = basis.snapshot.by_number
    return [
        Candidate(
            kind=kind,
            params=to_told(params, basis.space),
            internal=params,
            changes=() if parent is None else find_changes(own, params, basis.space, asked),
            forecast=expected,
            untold="" if expected is not None else why_untold(basis, params, own or None),
            tried=tried,
            is_queued=bool(tried) and not any(trials[n].state.is_finished() for n in tried),
            size=size,
            warnings=basis.failures.warnings(params),
            parent=parent,
        )
        for (params, asked), expected, size, tried in zip(
            configurations, forecasts, sizes, known, strict=True
        )
    ]


def forecast(
    basis: Basis,
    configurations: Sequence[Mapping[str, float]],
    parent: Mapping[str, float] | None = None,
) -> list[ExpectedOutcome | None]:
    """What is expected of configurations; None where the trials do not tell.

    They tell nothing of a parameter that never varied, where it is to change.
    """
    emulator = basis.emulator(parent)
    if isinstance(emulator, NotReady) or not configurations:
        return [None] * len(configurations)
    space = emulator.space.distributions
    rows = np.array([to_row(params, space) for params in configurations])
    values = emulator.expect(rows).tolist()
    if parent is None:
        return [ExpectedOutcome(value, low, high) for value, low, high in values]
    own = to_row(parent, space)
    gains = emulator.compare(rows, own)
    above = emulator.probability_above(rows, own)
    ties = may_tie(basis.sample, rows, own, gains.value)
    found = [
        ExpectedOutcome(
            value=values[k][0],
            low=values[k][1],
            high=values[k][2],
            delta=float(gains.value[k]),
            delta_low=float(gains.low[k]),
            delta_high=float(gains.high[k]),
            p_worse=None if ties[k] else float(1.0 - above[k] if basis.maximised else above[k]),
        )
        for k in range(len(rows))
    ]
    return [
        None if _changed_unknown(parent, params, space) else one
        for params, one in zip(configurations, found, strict=True)
    ]


def why_untold(
    basis: Basis, params: Mapping[str, float], parent: Mapping[str, float] | None = None
) -> str:
    """Why nothing is expected of a configuration, without a full stop."""
    emulator = basis.emulator(parent)
    if isinstance(emulator, NotReady):
        return emulator.reason.rstrip(".")
    unknown = _changed_unknown(parent or params, params, emulator.space.distributions)
    return f"{join_words(list(map(one_line, unknown)))} never varied in trials that are complete"


def expect_sizes(
    basis: Basis, configurations: Sequence[Mapping[str, float]], parent: Mapping[str, float]
) -> list[dict[str, float]]:
    """Expected size of each configuration as a share of the parent's, by size attribute."""
    found: list[dict[str, float]] = [{} for _ in configurations]
    for name in basis.sizes if parent and configurations else ():
        emulator = basis.emulator_of(name, parent)
        if isinstance(emulator, NotReady):
            continue
        space = emulator.space.distributions
        rows = np.array([to_row(params, space) for params in configurations])
        own = float(emulator.expect(to_row(parent, space)[None])[0, 0])
        for sizes, value in zip(found, emulator.expect(rows)[:, 0].tolist(), strict=True):
            sizes[name] = value / own
    return found


def _changed_unknown(
    parent: Mapping[str, float],
    params: Mapping[str, float],
    space: Mapping[str, BaseDistribution],
) -> list[str]:
    """The parameters that differ and that the model does not know."""
    names = {*parent, *params} - set(space)
    return sorted(name for name in names if parent.get(name) != params.get(name))
