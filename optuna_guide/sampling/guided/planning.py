"""What a trial is confined to, and why: decided once per trial."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna

from optuna_guide.domain import region as regions
from optuna_guide.sampling.guided.believing import Believing, share_of_followers
from optuna_guide.sampling.guided.choice import choose
from optuna_guide.sampling.guided.history import History
from optuna_guide.sampling.guided.plan import Plan
from optuna_guide.sampling.narrowing import Observations, load_strategy
from optuna_guide.store.attributes import StoreError
from optuna_guide.store.keys import DECISION
from optuna_guide.store.once import warn_once
from optuna_guide.store.proposals import Proposal, newest_proposal, save_proposal
from optuna_guide.store.regions import newest_region
from optuna_guide.store.steering import read_steering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import Region
    from optuna_guide.sampling.guided.bases import Base
    from optuna_guide.sampling.guided.confine import Confined
    from optuna_guide.sampling.guided.plan import DrawKind, Schedule
    from optuna_guide.sampling.steering.beliefs import StatedPrior

_MAX_PLANS = 10_000  # of trials that nobody finishes
_PROPOSING = 10.0  # seconds in which a region that is due is left to another worker
_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies


class Planner:
    """Plans the trials of one study; safe to call from several threads.

    Args:
        study: The study.
        schedule: When and how regions are proposed.
        bases: The samplers of `choice.bases_of`.
        prior: What is believed from the start.
    """

    def __init__(
        self, study: Study, schedule: Schedule, bases: Mapping[str, Base], prior: StatedPrior
    ) -> None:
        self.history = History(study.directions)
        self.believing = Believing(prior)
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
        read_at = time.monotonic()
        with self._lock:
            if self.known(trial) is None:
                self.history.update(trials)
                earlier = self.history.running_before(trial.number, trials)
                rng = np.random.default_rng([entropy, trial.number])
                base, why = self._choose(trial.number)
                attributes = read_steering(study, trial)
                decided = self._decide(study, attributes, rng, base, trial, earlier)
                own = np.random.default_rng([entropy, trial.number, 1])
                decided = self._lean(study, attributes, decided, trial.number, own)
                began = trial.datetime_start
                decided = replace(decided, why=why, began=began, read_at=read_at)
                self._plans[trial.number] = decided
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

    def _lean(
        self,
        study: Study,
        attributes: Mapping[str, Any],
        plan: Plan,
        number: int,
        rng: np.random.Generator,
    ) -> Plan:
        """The same plan, or one to draw the trial by what is believed."""
        if plan.base.style.mode == "soft" or plan.kind == "paused":
            return plan
        held = self.believing.hold(study, attributes, self.history.complete)
        share = share_of_followers(held, len(self.history))
        if not self.history.complete and self.believing.prior.wanted:
            share = 1.0
        if rng.random() >= share:
            return plan
        plan = replace(plan, kind="believed", region=plan.outer, version=None)
        return replace(plan, held=held, is_first=number == 0)

    def _decide(
        self,
        study: Study,
        attributes: Mapping[str, Any],
        rng: np.random.Generator,
        base: Base,
        trial: FrozenTrial,
        earlier: Sequence[FrozenTrial],
    ) -> Plan:
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
        faded = self._share_faded(base.style.fades_at)
        if faded >= 1.0:
            return Plan("modelled", outer, outer, None, n_person, rng, base)
        proposal = self._current(study, attributes, rng, trial, earlier)
        if proposal is None or not proposal.region:
            version = proposal.version if proposal else None
            return Plan("open", outer, outer, version, n_person, rng, base)
        lot = rng.random()
        if lot < max(self._schedule.explore, faded):
            kind: DrawKind = "explored" if lot < self._schedule.explore else "modelled"
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
        self,
        study: Study,
        attributes: Mapping[str, Any],
        rng: np.random.Generator,
        trial: FrozenTrial,
        earlier: Sequence[FrozenTrial],
    ) -> Proposal | None:
        last = newest_proposal(attributes)
        if self._failed is not None and (last is None or last.n_trials < self._failed.n_trials):
            last = self._failed
        n_due = self._schedule.due_at(len(self.history), last)
        if len(self.history) < n_due or self._is_left_to(trial, earlier, n_due):
            return last
        proposal = self._propose(study, attributes, last, rng)
        try:
            return save_proposal(study, attributes, proposal)
        except StoreError as error:
            self._failed = proposal
            warn_once(
                ("proposal", study.study_name),
                f"{error} The region is kept in this process alone.",
            )
            return proposal

    def _is_left_to(self, trial: FrozenTrial, earlier: Sequence[FrozenTrial], n_due: int) -> bool:
        """Whether an earlier trial began with a proposal due, and makes it just now.

        It has no decision yet. One of another sampler, or of a worker that died, never gets one:
        nobody waits for it for long. Databases may keep times to the second.
        """
        due_since, began = self.history.complete[n_due - 1].datetime_complete, trial.datetime_start
        if due_since is None or began is None:
            return False
        if abs((began - due_since).total_seconds()) > _PROPOSING:
            return False
        begun = [t for t in earlier if t.datetime_start and t.datetime_start >= due_since]
        return any(DECISION not in t.system_attrs for t in begun)

    def _propose(
        self,
        study: Study,
        attributes: Mapping[str, Any],
        last: Proposal | None,
        rng: np.random.Generator,
    ) -> Proposal:
        n, name = len(self.history), self._schedule.strategy_name
        try:
            region, reason = self._find_region(study, attributes, rng)
        except Exception as error:
            warn_once(
                ("strategy", name, type(error)),
                f"Strategy {name!r} failed: {error!r}. The last region stays.",
            )
            region, reason = (last.region if last else {}), f"It failed: {error!r}."
        return Proposal(region, name, n, reason)

    def _find_region(
        self, study: Study, attributes: Mapping[str, Any], rng: np.random.Generator
    ) -> tuple[Region, str]:
        """The region that the strategy proposes, and why it is not just that."""
        from optuna_guide.analysis.evidence import has_turned
        from optuna_guide.study.targets import read_target

        table = self.history.read_table(study, attributes, rng)
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
