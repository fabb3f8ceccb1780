"""LiteGPSampler: Optuna's sampler interface around :func:`suggest.suggest_row`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.samplers import BaseSampler, RandomSampler
from optuna.trial import TrialState

from optuna_guide.sampling.going_on import draw_uniformly, going_on
from optuna_guide.sampling.lite_gp.beliefs import drop_refuted
from optuna_guide.sampling.lite_gp.earlier import parse_earlier
from optuna_guide.sampling.lite_gp.memory import Memories
from optuna_guide.sampling.lite_gp.observe import fixed_region, observe
from optuna_guide.sampling.lite_gp.plan import announce
from optuna_guide.sampling.lite_gp.region import confined
from optuna_guide.sampling.lite_gp.related import related
from optuna_guide.sampling.lite_gp.request import Request
from optuna_guide.sampling.lite_gp.rows import nearest, to_internal
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.suggest import find_row
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas
from optuna_guide.sampling.relation import parse_relation
from optuna_guide.sampling.steering.beliefs import StatedPrior
from optuna_guide.store.attributes import read_softly
from optuna_guide.store.cached_trials import read_anew, read_cached
from optuna_guide.store.keys import BELIEFS
from optuna_guide.store.once import warn_once
from optuna_guide.store.steering import known_steering

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.distributions import BaseDistribution
    from optuna.study import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.lite_gp.earlier import EarlierStudies
    from optuna_guide.sampling.lite_gp.history import TrialArrays
    from optuna_guide.sampling.lite_gp.prior import Prior
    from optuna_guide.sampling.lite_gp.region import UnitRegion
    from optuna_guide.sampling.relation import ConstrainParams


class LiteGPSampler(BaseSampler):
    """Gaussian process sampler on numpy and scipy alone, which models conditional search spaces.

    It models the *union* of all parameters seen, with one constant for inactive ones, and learns
    from the trials when a parameter is active, so that a branch of a conditional space is searched
    as well as the whole of a plain one. A Matern 5/2 kernel with a length scale for each
    parameter, its scale and the noise are fitted after each trial by their posterior mode; the
    next trial maximises log expected improvement and is never a configuration that was evaluated
    while there is another. Once nothing was gained for 20 trials, ever more of them refine and
    repeat the leaders instead, each as often as it may be the best (Thompson 1933).

    - *Trials that run* in parallel are believed to end at their predicted mean.
    - *Pruned trials* count as if they had ended at their last report, moved by what the complete
      ones gained after that step; those that failed, as if at the worse quartile.
    - *Constraints* (:meth:`optuna.trial.Trial.set_constraint`) are modelled each by a process of
      its own; the improvement is weighted by the probability that all are met.
    - *Several objectives* are scalarised by an augmented Chebyshev function with random weights
      that change at each trial (ParEGO, Knowles 2006): its cost does not grow with the number of
      objectives, and unlike a linear one it reaches concave parts of the front.
    - Above 200 complete trials the best 100 and the newest 100 are modelled.

    Example:
        >>> study = optuna.create_study(sampler=LiteGPSampler(seed=0))
        >>> study.optimize(lambda trial: trial.suggest_float("x", -5, 5) ** 2, n_trials=20)

    Args:
        seed: Seed of all random numbers; None picks one.
        independent_sampler: Sampler of the first trial, of parameters that were never seen before,
            and of those whose proposed value the current range excludes. None: a random sampler
            with the same seed.
        n_startup_trials: Trials before the model is used, complete ones and pruned ones that are
            comparable: the first one is drawn by ``independent_sampler``, the others from a Latin
            hypercube.
        deterministic_objective: Whether evaluating a configuration twice gives the same value. If
            so, the noise is not fitted but held just above 0.
        warn_independent_sampling: Whether to log a warning where a known parameter is sampled
            independently, because the objective asks for a range that excludes the proposal.
        earlier_studies: Studies to begin from, or ``"storage"`` for all others of the new study's
            storage; an `EarlierStudy` renames parameters. They choose the first trials and have a
            part in the model until 15 trials are known, each by how well it ranks the study's own
            trials; `read_lessons` tells how much each counted.
        prior: Parameter to where its best value is believed to be: `near` one, a range
            ``(low, high)``, or a set of choices. The search leans to it, the less the more trials
            complete, until they refute it; `read_beliefs` says what counts, `apply_belief` adds.
        constrain_params: Whether a configuration is allowed, by its values, such as
            ``lambda p: p["warmup"] <= p["steps"]``: every proposal obeys. The `KeyError` of an
            inactive parameter allows it; what nothing fulfils, or fails, is said and ignored.
        cost_aware: Whether to seek the most expected improvement per second (Snoek et al. 2012),
            by how long complete trials took. With several objectives, and where durations hardly
            differ or cannot be predicted from the parameters, the search is the plain one.

    Raises:
        ValueError: If ``n_startup_trials`` is negative.
        TypeError: If what is given as earlier studies, prior or constrain_params is none.
    """

    def __init__(
        self,
        *,
        seed: int | None = None,
        independent_sampler: BaseSampler | None = None,
        n_startup_trials: int = 5,
        deterministic_objective: bool = False,
        warn_independent_sampling: bool = True,
        earlier_studies: EarlierStudies = (),
        prior: Mapping[str, Any] | None = None,
        constrain_params: ConstrainParams | None = None,
        cost_aware: bool = False,
    ) -> None:
        if n_startup_trials < 0:
            raise ValueError(f"n_startup_trials must not be negative: found {n_startup_trials}.")
        self._seed = seed
        self._rng: np.random.Generator | None = None
        self._independent_sampler = independent_sampler or RandomSampler(seed=seed)
        self._has_own = independent_sampler is None
        self._n_startup = n_startup_trials
        self._deterministic = deterministic_objective
        self._warn_independent_sampling = warn_independent_sampling
        self._earlier_studies = parse_earlier(earlier_studies)
        self._prior = StatedPrior(prior)
        self._relation = parse_relation(constrain_params)
        self._cost_aware = cost_aware
        self._start_without_memory()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_lock", "_memories")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start_without_memory()

    def reseed_rng(self) -> None:
        """Draw a new seed, so that copies in parallel workers differ."""
        self._seed, self._rng = None, None
        self._independent_sampler.reseed_rng()

    def infer_relative_search_space(
        self, study: Study, trial: FrozenTrial
    ) -> dict[str, BaseDistribution]:
        """The union of all parameters of whole trials, each as wide as it ever was."""
        with going_on(self), self._lock:
            history = self._read(study, read_cached(study))
            return {name: d for name, d in history.distributions.items() if not d.single()}
        return {}

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """Values of all parameters that are active by the rules learnt; others are left out."""
        with going_on(self):
            return self.suggest(study, trial, search_space)
        with self._lock:
            self._memories.forget(study)  # whatever was wrong with it is read anew
        return {}

    def suggest(
        self,
        study: Study,
        trial: FrozenTrial,
        search_space: Mapping[str, BaseDistribution],
        *,
        prior: Prior | None = None,
        region: UnitRegion | None = None,
    ) -> dict[str, Any]:
        """What :meth:`sample_relative` returns, under guidance.

        Args:
            study: Where the trials are read.
            trial: The trial to propose values for.
            search_space: Parameters to propose, none of them ``single()``.
            prior: Belief about where the optimum is, which fades as trials come in.
            region: Bounds never left: parameter name -> unit interval ``(low, high)`` or allowed
                choice indices, as in `optuna_guide.sampling.lite_gp.region.confined`.

        Returns:
            Values in the objective's own terms; parameters held to be inactive are left out.

        Raises:
            ValueError: If the region names an unknown parameter or leaves one without a value.
        """
        with self._lock, single_threaded_blas():  # the next one knows of it as a running trial
            # Not cached: trials that another thread began since this one did must be seen.
            trials = read_anew(study)
            history = self._read(study, trials, is_newest=True)
            memory = self._memories.of(study)
            unfinished = [trials[i] for i in history.unfinished]
            running = [t for t in unfinished if t.state == TrialState.RUNNING]
            running = [t for t in running if t.number != trial.number]
            n_begun = len(history.numbers) + len(running)  # before this trial
            transfer = memory.learn(self._earlier_studies, study, int(history.is_whole.sum()))
            undeclared = {} if transfer is None else transfer.undeclared(search_space, n_begun)
            asked = {**undeclared, **search_space}
            if not asked:
                return {}
            fixed = fixed_region(trial, asked)
            space = confined(make_space(asked), {**(region or {}), **fixed})
            known, rules = observe(space, history, running, study.directions)
            kept = known_steering(study, trial)
            if kept is None:
                kept = read_softly(study, BELIEFS)
            if self._relation is not None:
                relation = self._relation.given(history.distributions)
                space = related(space, relation, rules, known.rows)
            request = Request(
                known=known,
                space=space,
                rules=rules,
                n_begun=n_begun,
                deterministic=self._deterministic,
                prior=prior,
                held=self._prior.state(study, kept, asked, len(known.rows)),
                transfer=transfer,
                durations=history.durations[history.is_complete] if self._cost_aware else None,
            )
            found = find_row(request, self._generator(), memory, self._n_startup)
            drop_refuted(study, found.refuted, len(known.rows))
            internal = to_internal(space, found.row)
            announce(study, trial, internal, transfer.lesson if transfer is not None else None)
            values = {
                name: asked[name].to_external_repr(value)
                for name, value in internal.items()
                if name not in fixed
            }
            if undeclared:
                memory.planned[trial.number] = values
        return {name: value for name, value in values.items() if name in search_space}

    def sample_independent(
        self,
        study: Study,
        trial: FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:
        """A value from the independent sampler."""
        with going_on(self, param_name):

            def draw() -> Any:
                return self._draw_alone(study, trial, param_name, param_distribution)

            if self._relation is None:
                return draw()
            with self._lock:
                known = self._memories.of(study).history.distributions
            relation, rng = self._relation.given(known), self._generator
            return relation.draw(trial.params, param_name, param_distribution, draw, rng)
        return draw_uniformly(study, trial, param_name, param_distribution)

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """Pass the trial on to the independent sampler."""
        with going_on(self):
            self._begin(trial.number)
            self._independent_sampler.before_trial(study, trial)

    def after_trial(
        self,
        study: Study,
        trial: FrozenTrial,
        state: TrialState,
        values: Sequence[float] | None,
    ) -> None:
        """Pass the trial on to the independent sampler."""
        with going_on(self):
            with self._lock:
                self._memories.of(study).planned.pop(trial.number, None)
            self._independent_sampler.after_trial(study, trial, state, values)

    def _start_without_memory(self) -> None:
        self._lock = threading.Lock()
        self._memories = Memories()

    def _read(
        self, study: Study, trials: Sequence[FrozenTrial], *, is_newest: bool = False
    ) -> TrialArrays:
        memory = self._memories.of(study, trials)
        return memory.read(trials, len(study.directions), is_newest=is_newest)

    def _draw_alone(
        self, study: Study, trial: FrozenTrial, name: str, distribution: BaseDistribution
    ) -> Any:
        """What was planned or is believed of one parameter, else by the independent sampler."""
        with self._lock:
            memory = self._memories.of(study)
            known = memory.history.distributions.get(name)
            value = memory.planned.get(trial.number, {}).get(name)
            if known is None and value is None:
                value = self._prior.first_value(trial, name, distribution, self._generator)
        if value is not None and (close := nearest(distribution, value)) is not None:
            return close
        sampler = self._independent_sampler
        if self._warn_independent_sampling and known not in (None, distribution):
            warn_once(
                ("moves", name),
                f"The parameter {name!r} of trial {trial.number} is sampled by "
                f"{type(sampler).__name__}: the range {distribution} is not the {known} of "
                "earlier trials and excludes the proposal. A range that does not change is "
                "searched better; warn_independent_sampling=False silences this.",
            )
        return sampler.sample_independent(study, trial, name, distribution)

    def _begin(self, number: int) -> None:
        """Draw otherwise than workers with the same seed, which began at another trial."""
        if number == 0:
            self._generator()
        elif self._rng is None and self._seed is not None:
            self._rng = np.random.default_rng([self._seed, number])
            if self._has_own:
                self._independent_sampler = RandomSampler(seed=int(self._rng.integers(2**32)))

    def _generator(self) -> np.random.Generator:
        # Made at first use: copies of an unseeded sampler sent to workers then differ.
        if self._rng is None:
            self._rng = np.random.default_rng(self._seed)
        return self._rng
