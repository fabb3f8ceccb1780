"""The plan of one trial, and the schedule that plans follow: frozen values."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from optuna_guide.sampling.guided.bases import draws_jointly
from optuna_guide.sampling.guided.confine import Confined, confine, misses
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import numpy as np
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.sampling.guided.bases import Base
    from optuna_guide.sampling.narrowing import Strategy
    from optuna_guide.store.beliefs import Held
    from optuna_guide.store.proposals import Proposal

DrawKind: TypeAlias = Literal[
    "startup", "guided", "repaired", "explored", "modelled", "believed", "open", "paused"
]

_RECENT = 2.0  # seconds in which what other workers begin may be missed
_GROWTH = 15  # a proposal follows each 1/15 more trials, in a long study


@dataclass(frozen=True, eq=False)
class Plan:
    """What one trial is confined to.

    Attributes:
        kind: Why: too few trials yet (startup); guided by the proposal; guided, with values that
            the base sampler drew outside and that were drawn anew (repaired); left alone to refute
            the proposal (explored); proposed by the base sampler's own model, once the belief in
            the proposal has faded (modelled); drawn by what a person believes (believed); the
            proposal narrows nothing (open); a person paused the guidance.
        region: What the trial keeps to.
        outer: The person's part of it, which holds whatever happens.
        version: Version of the proposal, or None where it plays no part.
        person: Version of the person's region, or None where there is none.
        rng: For redrawn values.
        base: The sampler that draws the trial.
        why: Why that one, where there was a choice.
        held: What is believed, where the trial is drawn by it.
        is_first: Whether it is the first trial of the study.
        n_alone: Values that were drawn one by one so far.
        recorded: Whether it was written on the trial.
        began: When the trial did: a number alone may be that of a trial of a deleted study.
        read_at: When the trials were read for it, by a monotonic clock.
    """

    kind: DrawKind
    region: Region
    outer: Region
    version: int | None
    person: int | None
    rng: np.random.Generator
    base: Base
    why: str | None = None
    held: tuple[Held, ...] = ()
    is_first: bool = False
    n_alone: int = 0
    recorded: bool = False
    began: datetime | None = None
    read_at: float = 0.0

    @property
    def is_guided(self) -> bool:
        """Whether the proposal plays a part in what is drawn."""
        return self.kind in ("guided", "repaired")

    @property
    def is_recent(self) -> bool:
        """Whether a base sampler may draw from the trials that it was made from."""
        return time.monotonic() - self.read_at < _RECENT

    def guess(self) -> float | None:
        """How far into what is believed to draw the next value; None: its middle."""
        return None if self.is_first else self.rng.random()

    def confine(self, space: Mapping[str, BaseDistribution]) -> dict[str, Confined]:
        """The parameters of a space that the region narrows."""
        found = {}
        for name in space.keys() & self.region.keys():
            confined = confine(space[name], self.region[name], self.rng)
            if confined is not None:
                found[name] = confined
            elif misses(space[name], self.region[name]):
                warn_once(
                    ("misses", name),
                    f"The region of {name!r} misses {space[name]}, the range that the objective "
                    "suggests now: the whole range is searched.",
                )
        return {name: found[name] for name in space if name in found}

    def opened(self) -> Plan:
        """The same trial without the proposal."""
        return replace(self, kind="open", region=self.outer)

    def repaired(self) -> Plan:
        """The same trial, with values that had to be drawn anew."""
        return replace(self, kind="repaired") if self.kind == "guided" else self

    def record(self) -> dict[str, Any]:
        """What is written on the trial."""
        record = {
            "kind": self.kind,
            "version": self.version,
            "person": self.person,
            "base": self.base.name,
        }
        return record if self.why is None else {**record, "why": self.why}

    @property
    def is_fallback(self) -> bool:
        """Whether a sampler that draws jointly drew values one by one, after its startup."""
        return self.n_alone > 0 and self.kind != "startup" and draws_jointly(self.base.sampler)


@dataclass(frozen=True)
class Schedule:
    """When and by what regions are proposed; see `GuidedSampler`."""

    narrowing: str | Strategy
    n_startup_trials: int
    every_n_trials: int
    explore: float

    @property
    def strategy_name(self) -> str:
        """Name of the strategy, or of the function."""
        if isinstance(self.narrowing, str):
            return self.narrowing
        return getattr(self.narrowing, "__name__", type(self.narrowing).__name__)

    def due_at(self, n_trials: int, last: Proposal | None) -> int:
        """Complete trials at which the next proposal is due, where there are ``n_trials`` now."""
        if last is None:
            return self.n_startup_trials
        return last.n_trials + max(self.every_n_trials, n_trials // _GROWTH)
