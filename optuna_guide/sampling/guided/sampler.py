"""`GuidedSampler`: any sampler, confined to where the good trials are."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.samplers import BaseSampler

from optuna_guide.sampling.going_on import draw_uniformly, going_on
from optuna_guide.sampling.guided.bases import refuse
from optuna_guide.sampling.guided.choice import bases_of
from optuna_guide.sampling.guided.guided_study import GuidedStudy
from optuna_guide.sampling.guided.obeying import obey
from optuna_guide.sampling.guided.plan import Plan, Schedule
from optuna_guide.sampling.guided.wrapped import name_of
from optuna_guide.sampling.narrowing import load_strategy
from optuna_guide.sampling.relation import parse_relation
from optuna_guide.sampling.steering.beliefs import StatedPrior
from optuna_guide.store.attributes import StoreError, set_trial_attr
from optuna_guide.store.cached_trials import read_cached
from optuna_guide.store.keys import DECISION
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial, TrialState

    from optuna_guide.sampling.lite_gp.earlier import EarlierStudies
    from optuna_guide.sampling.narrowing import Strategy
    from optuna_guide.sampling.relation import ConstrainParams


_MAX_STUDIES = 16  # names of studies that one sampler object remembers
_MAX_NAMESAKES = 4  # studies of one name: in several storages, or deleted and made anew


class GuidedSampler(BaseSampler):
    """Confine any Optuna sampler to the region where the good trials of the study lie.

    Once enough trials are complete, a strategy proposes a region from them, and proposes anew as
    more complete. Guided trials are drawn by the base sampler inside it; a share of trials
    explores the whole declared range, so that the region can be refuted. A region that a person
    set with `apply_region` holds in every trial. What was decided is recorded on the trial, in the
    system attribute ``guide:decision``. Enqueued parameters are never touched.

    Each kind of base is guided in its own way, see `optuna_guide.sampling.guided.bases`:
    `LiteGPSampler` by a belief that fades as trials come in and is gone after 60, so that its
    model searches alone, `optuna.samplers.GPSampler` by a person's region only, grid and brute
    force not at all.

    Whatever fails on the way - the strategy, the storage of the region, a base sampler that cannot
    cope with narrowed ranges - is warned of once, and the trial goes on with the base sampler, or
    with values drawn independently where that fails itself.

    Args:
        base_sampler: Any sampler. Where nothing is said, `LiteGPSampler` or Optuna's `TPESampler`,
            whichever came first in benchmarks for a study of this length: see
            `optuna_guide.sampling.guided.choice`. Which one and why is logged, and recorded on
            each trial.
        narrowing: Name of a strategy in `optuna_guide.sampling.narrowing`, or a function from
            `optuna_guide.narrowing.Observations` to a region.
        n_startup_trials: Complete trials before anything is narrowed.
        every_n_trials: Complete trials between two proposals; above 15 times as many trials, a
            proposal follows each 7 % more.
        explore: Share of trials that ignores the proposal, 0 to 1.
        seed: Seed of the decisions and of redrawn values. The base sampler has a seed of its own;
            the default bases get this one.
        earlier_studies: As for `LiteGPSampler`, which begins the study whatever the base: the
            first five trials are its own. Without a base, they have a part in its model as well.
        prior: As for `LiteGPSampler`. With another base, some trials are drawn by what is
            believed, ever fewer, until trials refute it.
        constrain_params: As for `LiteGPSampler`. What another base draws against it is moved to a
            configuration close by that is allowed.
        cost_aware: As for `LiteGPSampler`, where no base is given.

    Raises:
        ValueError: If an argument is out of its range, there is no such strategy, the base is a
            `LiteGPSampler` and is to be given what it takes itself, or another one and
            ``cost_aware``.
        TypeError: If the base is no sampler, or what is given as earlier studies or prior is none.
    """

    def __init__(
        self,
        base_sampler: BaseSampler | None = None,
        *,
        narrowing: str | Strategy = "best_leaves",
        n_startup_trials: int = 20,
        every_n_trials: int = 5,
        explore: float = 0.1,
        seed: int | None = None,
        earlier_studies: EarlierStudies = (),
        prior: Mapping[str, Any] | None = None,
        constrain_params: ConstrainParams | None = None,
        cost_aware: bool = False,
    ) -> None:
        if base_sampler is not None and not isinstance(base_sampler, BaseSampler):
            raise TypeError(f"base_sampler must be an Optuna sampler, not {base_sampler!r}.")
        if n_startup_trials < 1 or every_n_trials < 1:
            raise ValueError(
                "n_startup_trials and every_n_trials must be at least 1, "
                f"not {n_startup_trials} and {every_n_trials}."
            )
        if not 0 <= explore <= 1:
            raise ValueError(f"explore is a share between 0 and 1, not {explore!r}.")
        load_strategy(narrowing)
        self._base_sampler = base_sampler
        self._bases = bases_of(
            base_sampler, seed, earlier_studies, prior, constrain_params, cost_aware=cost_aware
        )
        self._prior = StatedPrior(prior)
        self._relation = parse_relation(constrain_params)
        self._spares = {name: _copy(base) for name, base in self._bases.items()}
        self._schedule = Schedule(narrowing, n_startup_trials, every_n_trials, explore)
        self._entropy = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0])
        self._studies: dict[str, list[GuidedStudy]] = {}
        self._lock = threading.Lock()

    def __str__(self) -> str:
        return f"GuidedSampler({' or '.join(map(name_of, self._bases.values()))})"

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_lock", "_studies")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock(), _studies={})

    @property
    def base_sampler(self) -> BaseSampler | None:
        """The sampler that is guided; None where that is chosen for each study."""
        return self._base_sampler

    def reseed_rng(self) -> None:
        """Draw a new seed here and in the base sampler; Optuna calls it for parallel trials."""
        self._entropy = int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
        bases = [*self._bases.values(), *self._spares.values()]
        bases += [b for several in self._studies.values() for s in several for b in s.samplers]
        for base in {id(b): b for b in bases}.values():
            base.reseed_rng()

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """See `optuna.samplers.BaseSampler.before_trial`."""
        with going_on(self):
            _, plan = self._plan(study, trial)
            plan.base.sampler.before_trial(study, trial)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """See `optuna.samplers.BaseSampler.after_trial`."""
        with going_on(self):
            guided, plan = self._plan(study, trial)
            guided.planner.forget(trial.number)
            if plan.is_fallback:
                self._write(study, trial, {**plan.record(), "alone": plan.n_alone})
            plan.base.sampler.after_trial(study, trial, state, values)

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """What the base sampler would draw jointly."""
        with going_on(self):
            _, plan = self._plan(study, trial)
            return plan.base.sampler.infer_relative_search_space(study, trial)
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values that the base sampler draws jointly, inside the trial's region.

        Raises:
            ValueError: If the base sampler takes no study of several objectives.
        """
        self._refuse(study)
        with going_on(self):
            guided, plan = self._plan(study, trial)
            params, plan = guided.draw_jointly(plan, study, trial, search_space)
            if plan.is_guided and guided.is_repeated(params, search_space):
                params, plan = guided.draw_jointly(plan.opened(), study, trial, search_space)
            self._record(guided, study, trial, plan)
            if self._relation is not None:
                relation = guided.known_constants(self._relation)
                params = obey(relation, params, search_space, plan, trial)
            return params
        return {}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """One value that the base sampler draws on its own, inside the trial's region.

        Raises:
            ValueError: If the base sampler takes no study of several objectives.
        """
        self._refuse(study)
        with going_on(self, param_name):

            def draw() -> Any:
                return self._draw_alone(study, trial, param_name, param_distribution)

            if self._relation is None:
                return draw()
            guided, plan = self._plan(study, trial)
            outer = plan.opened().confine({param_name: param_distribution}).get(param_name)
            inside = param_distribution if outer is None else outer.narrowed
            relation = guided.known_constants(self._relation)
            return relation.draw(trial.params, param_name, inside, draw, lambda: plan.rng)
        return draw_uniformly(study, trial, param_name, param_distribution)

    def _refuse(self, study: Study) -> None:
        for base in self._bases.values():
            refuse(base, study)

    def _draw_alone(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        guided, plan = self._plan(study, trial)

        def draw(shown: Study, space: dict[str, BaseDistribution]) -> dict[str, Any]:
            distribution = space[param_name]
            value = plan.base.sampler.sample_independent(shown, trial, param_name, distribution)
            return {param_name: value}

        params, plan = guided.draw(plan, study, {param_name: param_distribution}, draw)
        self._record(guided, study, trial, replace(plan, n_alone=plan.n_alone + 1))
        return params[param_name]

    def _plan(self, study: Study, trial: FrozenTrial) -> tuple[GuidedStudy, Plan]:
        for guided in tuple(self._studies.get(study.study_name, ())):
            plan = guided.planner.known(trial)
            if plan is not None:
                return guided, plan
        trials = _read_trials(study)
        guided = self._guided(study, trials)
        return guided, guided.planner.plan(study, trial, trials, self._entropy)

    def _guided(self, study: Study, trials: Sequence[FrozenTrial]) -> GuidedStudy:
        """What is remembered of a study; studies of one name are told apart by their trials."""
        with self._lock:
            several = self._studies.pop(study.study_name, [])
            self._studies[study.study_name] = several
            if len(self._studies) > _MAX_STUDIES:
                del self._studies[next(iter(self._studies))]
            for guided in several:
                if not trials or guided.planner.history.follows(trials):
                    return guided
            first = not any(self._studies.values())
            spares = {name: _copy(base) for name, base in self._spares.items()}
            guided = GuidedStudy(
                study, self._bases if first else spares, self._schedule, self._prior
            )
            several.insert(0, guided)
            del several[_MAX_NAMESAKES:]
            return guided

    def _record(self, guided: GuidedStudy, study: Study, trial: FrozenTrial, plan: Plan) -> None:
        """Write the decision on the trial, unless it is there already."""
        if guided.planner.carry_out(trial.number, plan):
            self._write(study, trial, plan.record())

    def _write(self, study: Study, trial: FrozenTrial, record: dict[str, Any]) -> None:
        try:
            set_trial_attr(study, trial, DECISION, record)
        except StoreError as error:
            cause = ("record", study.study_name)
            warn_once(cause, f"{error} The trial goes on without a record.")


def _read_trials(study: Study) -> list[FrozenTrial]:
    """All trials, or none where the storage cannot be read."""
    try:
        return read_cached(study)
    except Exception:  # the base sampler says so, if it cannot do without them
        return []


def _copy(base: BaseSampler) -> BaseSampler:
    try:
        return copy.deepcopy(base)
    except Exception:
        return base
