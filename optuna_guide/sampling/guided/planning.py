"""What a trial is confined to, and why: decided once per trial and recorded on it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import optuna

from optuna_guide.analysis.evidence import has_turned
from optuna_guide.domain import region as regions
from optuna_guide.sampling.guided.bases import draws_jointly
from optuna_guide.sampling.guided.choice import choose
from optuna_guide.sampling.guided.confine import Confined, confine, misses
from optuna_guide.sampling.guided.history import History
from optuna_guide.sampling.narrowing import Observations, load_strategy
from optuna_guide.store import StoreError
from optuna_guide.store.attributes import read_softly
from optuna_guide.store.once import warn_once
from optuna_guide.store.proposals import Proposal, newest_proposal, save_proposal
from optuna_guide.store.regions import newest_region
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    import numpy.typing as npt
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import Region
    from optuna_guide.sampling.guided.bases import Base
    from optuna_guide.sampling.narrowing import Strategy

Kind: TypeAlias = Literal[
    "startup", "guided", "repaired", "explored", "modelled", "open", "paused"
]

_MAX_PLANS = 10_000  # of trials that nobody finishes
_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies
_GROWTH = 15  # a proposal follows each 1/15 more trials, in a long study


@dataclass(frozen=True, eq=False)
class Plan:
    """What one trial is confined to.

    Attributes:
        kind: Why: too few trials yet (startup); guided by the proposal; guided, with values that
            the base sampler drew outside and that were drawn anew (repaired); left alone to refute
            the proposal (explored); proposed by the base sampler's own model, once the belief in
            the proposal has faded (modelled); the proposal narrows nothing (open); a person paused
            the guidance.
        region: What the trial keeps to.
        outer: The person's part of it, which holds whatever happens.
        version: Version of the proposal, or None where it plays no part.
        person: Version of the person's region, or None where there is none.
        rng: For redrawn values.
        base: The sampler that draws the trial.
        why: Why that one, where there was a choice.
        n_alone: Values that were drawn one by one so far.
        recorded: Whether it was written on the trial.
        began: When the trial did: a number alone may be that of a trial of a deleted study.
    """

    kind: Kind
    region: Region
    outer: Region
    version: int | None
    person: int | None
    rng: np.random.Generator
    base: Base
    why: str | None = None
    n_alone: int = 0
    recorded: bool = False
    began: datetime | None = None

    @property
    def is_guided(self) -> bool:
        """Whether the proposal plays a part in what is drawn."""
        return self.kind in ("guided", "repaired")

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

    def is_due(self, n_trials: int, last: Proposal | None) -> bool:
        """Whether enough trials are complete for a (new) proposal."""
        pause = max(self.every_n_trials, n_trials // _GROWTH)
        return last is None or n_trials - last.n_trials >= pause


class Planner:
    """Plans the trials of one study; safe to call from several threads.

    Args:
        study: The study.
        schedule: When and how regions are proposed.
        bases: The samplers of `choice.bases_of`.
    """

    def __init__(self, study: Study, schedule: Schedule, bases: Mapping[str, Base]) -> None:
        self.history = History(study.directions)
        self._schedule = schedule
        self._bases = bases
        self._said: str | None = None
        self._plans: OrderedDict[int, Plan] = OrderedDict()
        self._failed: Proposal | None = None
        self._lock = threading.Lock()

    def plan(
        self, study: Study, trial: FrozenTrial, trials: Sequence[FrozenTrial], entropy: int
    ) -> Plan:
        """The plan of a trial, the same at every call until it is forgotten."""
        with self._lock:
            if self.known(trial) is None:
                self.history.update(trials)
                rng = np.random.default_rng([entropy, trial.number])
                base, why = self._choose(trial.number)
                decided = self._decide(study, rng, base)
                self._plans[trial.number] = replace(decided, why=why, began=trial.datetime_start)
                if len(self._plans) > _MAX_PLANS:
                    self._plans.popitem(last=False)
            return self._plans[trial.number]

    def known(self, trial: FrozenTrial) -> Plan | None:
        """The plan of a trial, if it was made; none of another trial that had its number."""
        plan = self._plans.get(trial.number)
        return plan if plan is not None and plan.began == trial.datetime_start else None

    def carry_out(self, number: int, plan: Plan) -> bool:
        """Put a plan in place as it was carried out; whether it has to be recorded."""
        with self._lock:
            known = self._plans.get(number)
            self._plans[number] = replace(plan, recorded=True)
            return known is None or not known.recorded or known.kind != plan.kind

    def visible(self, box: Mapping[str, Confined], n_shown: int) -> npt.NDArray[np.bool_]:
        """Flags of the trials that a base sampler is shown; see `History.visible`."""
        with self._lock:
            return self.history.visible(box, n_shown)

    def was_seen(self, params: Mapping[str, Any]) -> bool:
        """Whether a complete trial has exactly these values; see `History.was_seen`."""
        with self._lock:
            return self.history.was_seen(params)

    def forget(self, number: int) -> None:
        """The trial is finished."""
        with self._lock:
            self._plans.pop(number, None)

    def _choose(self, number: int) -> tuple[Base, str | None]:
        """The sampler of a trial, and why, where there is a choice."""
        choice = choose(self._bases, len(self.history), number)
        base = self._bases[choice.name]
        if choice.reason is not None and self._said != choice.name:
            self._said = choice.name
            _logger.info(f"GuidedSampler guides {base.name}: {choice.reason}.")
        return base, choice.reason

    def _decide(self, study: Study, rng: np.random.Generator, base: Base) -> Plan:
        attributes = read_softly(study)
        person = newest_region(attributes)
        outer: Region = {}
        if person is not None and person.paused:
            return Plan("paused", {}, {}, None, person.version, rng, base)
        if person is not None and not person.cleared:
            outer = person.region
        n_person = person.version if outer and person is not None else None
        if base.style.fades_at == 0:
            return Plan("open", outer, outer, None, n_person, rng, base)
        if len(self.history) < self._schedule.n_startup_trials:
            return Plan("startup", outer, outer, None, n_person, rng, base)
        proposal = self._current(study, attributes, rng)
        if proposal is None or not proposal.region:
            version = proposal.version if proposal else None
            return Plan("open", outer, outer, version, n_person, rng, base)
        lot = rng.random()
        if lot < max(self._schedule.explore, self._share_faded(base.style.fades_at)):
            kind: Kind = "explored" if lot < self._schedule.explore else "modelled"
            return Plan(kind, outer, outer, proposal.version, n_person, rng, base)
        region = regions.overlay(proposal.region, outer)
        return Plan("guided", region, outer, proposal.version, n_person, rng, base)

    def _share_faded(self, fades_at: int | None) -> float:
        """Share of the trials that the model of the base sampler proposes alone by now."""
        if fades_at is None:
            return 0.0
        start = self._schedule.n_startup_trials
        return (len(self.history) - start) / max(fades_at - start, 1)

    def _current(
        self, study: Study, attributes: Mapping[str, Any], rng: np.random.Generator
    ) -> Proposal | None:
        last = newest_proposal(attributes)
        if self._failed is not None and (last is None or last.n_trials < self._failed.n_trials):
            last = self._failed
        if not self._schedule.is_due(len(self.history), last):
            return last
        proposal = self._propose(study, last, rng)
        try:
            return save_proposal(study, attributes, proposal)
        except StoreError as error:
            self._failed = proposal
            warn_once(
                ("proposal", study.study_name),
                f"{error} The region is kept in this process alone.",
            )
            return proposal

    def _propose(self, study: Study, last: Proposal | None, rng: np.random.Generator) -> Proposal:
        n, name = len(self.history), self._schedule.strategy_name
        try:
            region, reason = self._find_region(study, rng)
        except Exception as error:
            warn_once(
                ("strategy", name, type(error)),
                f"Strategy {name!r} failed: {error!r}. The last region stays.",
            )
            region, reason = (last.region if last else {}), f"It failed: {error!r}."
        return Proposal(region, name, n, reason)

    def _find_region(self, study: Study, rng: np.random.Generator) -> tuple[Region, str]:
        """The region that the strategy proposes, and why it is not just that."""
        table = self.history.read_table(study, rng)
        space = {name: d for name, d in table.space.items() if not d.single()}
        columns = [table.names.index(name) for name in space]
        goal = read_target(table)
        loss, table = goal.loss, table.take(goal.rows)
        if not space or not len(loss) or np.ptp(loss) == 0:
            return {}, "All trials are equally good."
        unit, seed = table.unit()[:, columns], int(rng.integers(2**31))
        propose = load_strategy(self._schedule.narrowing)
        region = propose(Observations(space, unit, loss, len(self.history), seed))
        region = regions.without_whole_ranges(region, space)
        if regions.is_half_visited(region, space, table.params[:, columns]):
            return {}, "Half of the configurations inside were tried."
        if has_turned(self.history.complete, self.history.losses()):
            region = regions.widen(region, space)
            return region, "Wider: explored trials were as good as guided ones."
        return region, ""
