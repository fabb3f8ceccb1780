from __future__ import annotations

import functools
import logging
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import optuna
import pytest
from optuna import samplers
from optuna.trial import TrialState

from optuna_guide.domain import region as regions
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.sampling.guided import choice
from optuna_guide.sampling.guided.plan import Schedule
from optuna_guide.sampling.guided.planning import Planner
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler
from optuna_guide.sampling.narrowing import Observations
from optuna_guide.sampling.steering.beliefs import StatedPrior
from optuna_guide.sampling.steering.control import apply_region, clear_region, pause, resume
from optuna_guide.store.attributes import read_softly
from optuna_guide.store.keys import PROPOSALS
from optuna_guide.store.proposals import newest_proposal, read_proposals
from optuna_guide.study.next_trial import read_next
from optuna_guide.study.snapshot import read_snapshot

DECISION = "guide:decision"

BASES: dict[str, Callable[[], samplers.BaseSampler | None]] = {
    "default": lambda: None,
    "tpe_univariate": lambda: samplers.TPESampler(multivariate=False, seed=0),
    "tpe_group": lambda: samplers.TPESampler(multivariate=True, group=True, seed=0),
    "random": lambda: samplers.RandomSampler(seed=0),
    "qmc": lambda: samplers.QMCSampler(seed=0, warn_independent_sampling=False),
    "cmaes": lambda: samplers.CmaEsSampler(seed=0, warn_independent_sampling=False),
    "cmaes_separable": lambda: samplers.CmaEsSampler(
        seed=0, use_separable_cma=True, warn_independent_sampling=False
    ),
    "nsga2": lambda: samplers.NSGAIISampler(seed=0, population_size=8),
    "nsga3": lambda: samplers.NSGAIIISampler(seed=0, population_size=8),
    "lite_gp": lambda: LiteGPSampler(seed=0, warn_independent_sampling=False),
    "partial_fixed": lambda: samplers.PartialFixedSampler(
        {"units": 8}, samplers.TPESampler(seed=0)
    ),
}
every_base = pytest.mark.parametrize(
    "base", [pytest.param(make, id=name) for name, make in BASES.items()]
)


def mixed(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", -4.0, 4.0)
    rate = trial.suggest_float("rate", 1e-5, 1.0, log=True)
    units = trial.suggest_int("units", 4, 64, step=4)
    depth = trial.suggest_int("depth", 1, 100, log=True)
    solver = trial.suggest_categorical("solver", ["adam", "sgd", None, 3])
    if solver == "sgd":
        x += trial.suggest_float("momentum", 0.0, 0.9, step=0.1) - 0.9
    penalty = {"adam": 0.0, "sgd": 1.0, None: 3.0, 3: 2.0}[solver]
    return (
        (x - 1) ** 2
        + (np.log10(rate) + 2) ** 2
        + abs(units - 24) / 20
        + abs(np.log(depth / 9))
        + penalty
    )


def guided_study(sampler: GuidedSampler, n_trials: int = 40, **options: Any) -> optuna.Study:
    study = optuna.create_study(sampler=sampler, **options)
    study.optimize(mixed, n_trials=n_trials)
    return study


def kinds(study: optuna.Study) -> list[str]:
    return [t.system_attrs[DECISION]["kind"] for t in study.get_trials(deepcopy=False)]


def internal(trial: optuna.trial.FrozenTrial) -> dict[str, float]:
    return {n: d.to_internal_repr(trial.params[n]) for n, d in trial.distributions.items()}


@every_base
def test_guided_trials_stay_inside_the_proposal_and_only_explored_ones_leave_it(
    base: Callable[[], Any],
) -> None:
    sampler = GuidedSampler(base(), n_startup_trials=12, every_n_trials=3, explore=0.2, seed=1)
    study = guided_study(sampler, 45)
    proposals = {p.version: p.region for p in read_proposals(read_softly(study))}
    n_guided, outside = 0, set()
    for trial in study.trials:
        decision = trial.system_attrs[DECISION]
        if decision["version"] is None:
            assert decision["kind"] in ("startup", "open")
            continue
        params = {n: v for n, v in internal(trial).items() if n != "units"}
        soft = decision["base"] == "LiteGPSampler"
        if soft or regions.holds(proposals[decision["version"]], params):
            n_guided += decision["kind"] in ("guided", "repaired")
        else:
            outside.add(decision["kind"])
    assert n_guided >= 20
    assert outside <= {"explored", "open"}


@every_base
def test_a_persons_region_holds_in_every_trial_from_the_first_on(base: Callable[[], Any]) -> None:
    study = optuna.create_study(
        sampler=GuidedSampler(base(), n_startup_trials=10, explore=0.3, seed=1)
    )
    space = _asked_distributions()
    apply_region(
        study,
        {"x": [(-3.0, -2.0), (2.0, 2.5)], "solver": {"sgd", 3}, "depth": (5, 20), "rate": 0.01},
        space=space,
    )
    study.optimize(mixed, n_trials=30)
    for trial in study.trials:
        assert -3.0 <= trial.params["x"] <= -2.0 or 2.0 <= trial.params["x"] <= 2.5
        assert trial.params["solver"] in ("sgd", 3)
        assert 5 <= trial.params["depth"] <= 20
        assert trial.params["rate"] == pytest.approx(0.01)


def _asked_distributions() -> dict[str, Any]:
    study = optuna.create_study(sampler=samplers.RandomSampler(seed=0))
    study.optimize(mixed, n_trials=8)
    return {n: d for t in study.trials for n, d in t.distributions.items()}


def test_a_partially_fixed_value_outranks_every_region() -> None:
    base = samplers.PartialFixedSampler({"units": 8}, samplers.TPESampler(seed=0))
    study = optuna.create_study(sampler=GuidedSampler(base, n_startup_trials=5, seed=0))
    apply_region(study, {"units": (40, 64)}, space=_asked_distributions())
    study.optimize(mixed, n_trials=12)
    assert {t.params["units"] for t in study.trials} == {8}


@pytest.mark.parametrize(
    "base",
    [
        pytest.param(lambda: samplers.GridSampler({"x": [0, 1, 2, 3]}, seed=0), id="grid"),
        pytest.param(lambda: samplers.BruteForceSampler(seed=0), id="brute_force"),
    ],
)
def test_samplers_that_enumerate_are_passed_through_and_it_is_said_once(
    base: Callable[[], Any], log: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(sampler=GuidedSampler(base(), n_startup_trials=1, seed=0))
    x = optuna.distributions.IntDistribution(0, 3)
    apply_region(study, {"x": (2, 3)}, space={"x": x})
    study.optimize(lambda t: t.suggest_int("x", 0, 3), n_trials=4)
    assert sorted(t.params["x"] for t in study.trials) == [0, 1, 2, 3]
    assert log.text.count("cannot be narrowed") == 1


@pytest.mark.parametrize("make", [samplers.NSGAIISampler, samplers.NSGAIIISampler])
def test_genetic_samplers_return_where_no_parent_lies_inside(make: Any) -> None:
    def stop(*_: Any) -> None:
        raise TimeoutError("no draw in 20 s")

    base = make(population_size=5, mutation_prob=0.0, seed=0)
    study = optuna.create_study(sampler=GuidedSampler(base, n_startup_trials=500, seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=8)
    apply_region(study, {"x": (0.99999, 1.0)})
    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    try:
        study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=30)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
    assert all(t.params["x"] >= 0.99999 for t in study.trials[8:])


def test_every_trial_says_why_it_was_drawn_where_it_was() -> None:
    study = guided_study(GuidedSampler(seed=3, explore=0.2), 60)
    assert kinds(study)[:20] == ["startup"] * 20
    assert {"guided", "explored"} <= set(kinds(study)[20:])
    last = study.trials[-1].system_attrs[DECISION]
    assert last["base"] == "LiteGPSampler"
    assert "comes first" in last["why"]
    assert last["version"] == newest_proposal(read_softly(study)).version


def test_an_exploring_share_of_one_leaves_the_base_sampler_alone() -> None:
    guided = guided_study(GuidedSampler(samplers.TPESampler(seed=5), explore=1.0, seed=0), 30)
    plain = optuna.create_study(sampler=samplers.TPESampler(seed=5))
    plain.optimize(mixed, n_trials=30)
    assert [t.params for t in guided.trials] == [t.params for t in plain.trials]


def test_the_same_seed_gives_the_same_trials() -> None:
    first, second = (guided_study(GuidedSampler(seed=4), 35) for _ in range(2))
    assert [t.params for t in first.trials] == [t.params for t in second.trials]


def test_enqueued_trials_are_never_touched() -> None:
    study = guided_study(GuidedSampler(n_startup_trials=10, seed=0), 20)
    wanted = {"x": -3.9, "rate": 0.9, "units": 64, "depth": 100, "solver": None}
    study.enqueue_trial(wanted)
    study.optimize(mixed, n_trials=1)
    assert study.trials[-1].params == wanted


def test_a_persons_region_can_be_paused_resumed_and_cleared() -> None:
    study = guided_study(GuidedSampler(samplers.RandomSampler(seed=0), seed=0), 5)
    apply_region(study, {"x": (3.0, 4.0)})
    study.optimize(mixed, n_trials=10)
    pause(study)
    study.optimize(mixed, n_trials=10)
    resume(study)
    study.optimize(mixed, n_trials=10)
    clear_region(study)
    study.optimize(mixed, n_trials=10)
    inside = [t.params["x"] >= 3.0 for t in study.trials]
    assert all(inside[5:15])
    assert not all(inside[15:25])
    assert all(inside[25:35])
    assert not all(inside[35:])
    assert kinds(study)[15:25] == ["paused"] * 10


SPACE = {"x": optuna.distributions.FloatDistribution(0.0, 1.0)}


def version_in_another_worker(study: optuna.Study) -> int:
    """Of the newest proposal, once a worker has begun a trial and planned it."""
    trial = study._storage.get_trial(study.ask()._trial_id)
    GuidedSampler(samplers.TPESampler()).before_trial(study, trial)
    study._storage.set_trial_system_attr(trial._trial_id, DECISION, {"kind": "open"})
    proposal = newest_proposal(read_softly(study))
    return proposal.version if proposal else 0


def test_a_proposal_is_left_to_the_first_worker_that_begins_when_it_is_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = optuna.create_study(sampler=samplers.RandomSampler(seed=0))
    study.ask()  # began before a proposal was due: it is not waited for

    def complete(n_trials: int) -> None:
        for _ in range(n_trials):
            trial = study.ask(SPACE)
            study.tell(trial, trial.params["x"])

    complete(20)
    assert version_in_another_worker(study) == 1
    complete(5)
    other = study.ask()  # whoever runs it may be making the next proposal
    assert version_in_another_worker(study) == 1
    complete(16)  # of as many workers at once
    assert version_in_another_worker(study) == 1
    study._storage.set_trial_system_attr(other._trial_id, DECISION, {"kind": "open"})
    assert version_in_another_worker(study) == 2
    complete(5)
    study.ask()  # of a worker that dies
    assert version_in_another_worker(study) == 2
    monkeypatch.setattr("optuna_guide.sampling.guided.planning._PROPOSING", 0.0)
    assert version_in_another_worker(study) == 3


def test_a_proposal_is_left_to_another_worker_where_times_are_whole_seconds() -> None:
    study = optuna.create_study(sampler=samplers.RandomSampler(seed=0))
    at = datetime.now().replace(microsecond=0)
    for x in np.linspace(0.0, 1.0, 20):
        trial = optuna.trial.create_trial(value=x, params={"x": x}, distributions=SPACE)
        trial.datetime_start = trial.datetime_complete = at
        study.add_trial(trial)
    begun = optuna.trial.create_trial(state=TrialState.RUNNING)
    begun.datetime_start = at
    study.add_trial(begun)
    assert version_in_another_worker(study) == 0


def test_a_proposal_narrows_inside_a_persons_region() -> None:
    base = samplers.TPESampler(seed=0)
    study = guided_study(GuidedSampler(base, n_startup_trials=10, explore=0.0, seed=0), 30)
    apply_region(study, {"x": (0.5, 4.0)})
    study.optimize(mixed, n_trials=5)
    for trial in study.trials[-5:]:
        assert trial.system_attrs[DECISION]["person"] == 1
        assert trial.params["x"] >= 0.5
        assert abs(np.log10(trial.params["rate"]) + 2) < 2.5


def test_workers_share_the_proposals_of_each_other(tmp_path: Any) -> None:
    storage = f"sqlite:///{tmp_path / 'study.db'}"
    first = GuidedSampler(n_startup_trials=10, every_n_trials=5, explore=0.0, seed=0)
    study = guided_study(first, 12, storage=storage, study_name="shared")
    assert newest_proposal(read_softly(study)).n_trials == 10
    other = optuna.load_study(
        study_name="shared",
        storage=storage,
        sampler=GuidedSampler(n_startup_trials=10, every_n_trials=5, explore=0.0, seed=1),
    )
    other.optimize(mixed, n_trials=1)
    assert other.trials[-1].system_attrs[DECISION]["version"] == 1


def test_one_sampler_guides_two_studies() -> None:
    sampler = GuidedSampler(n_startup_trials=8, explore=0.0, seed=0)
    studies = [
        optuna.create_study(sampler=sampler, study_name="same"),
        optuna.create_study(sampler=sampler, study_name="same", direction="maximize"),
    ]
    for _ in range(25):
        for study in studies:
            study.optimize(mixed, n_trials=1)
    low, high = (np.median([t.value for t in s.trials[-8:]]) for s in studies)
    assert low + 5 < high


def test_threads_share_a_sampler() -> None:
    study = optuna.create_study(sampler=GuidedSampler(n_startup_trials=8, every_n_trials=2))
    study.optimize(mixed, n_trials=40, n_jobs=4)
    assert all(t.state == TrialState.COMPLETE for t in study.trials)
    assert "guided" in kinds(study)


def test_a_pickled_sampler_goes_on() -> None:
    study = guided_study(GuidedSampler(n_startup_trials=8, explore=0.0, seed=0), 15)
    study.sampler = pickle.loads(pickle.dumps(study.sampler))
    study.optimize(mixed, n_trials=5)
    assert kinds(study)[-5:].count("startup") == 0


def test_reseeding_changes_what_is_drawn() -> None:
    samplers_ = [GuidedSampler(samplers.RandomSampler(seed=0), seed=0) for _ in range(2)]
    samplers_[1].reseed_rng()
    first, second = (guided_study(s, 5) for s in samplers_)
    assert first.trials[0].params != second.trials[0].params


@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_the_restricted_study_of_hyperband_is_guided() -> None:
    def objective(trial: optuna.Trial) -> float:
        value = mixed(trial)
        for step in range(9):
            trial.report(value, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return value

    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=9)
    study = optuna.create_study(
        sampler=GuidedSampler(n_startup_trials=5, explore=0.0, seed=0), pruner=pruner
    )
    study.optimize(objective, n_trials=50)
    assert "guided" in kinds(study)
    assert TrialState.FAIL not in {t.state for t in study.trials}


@pytest.mark.parametrize("base", ["default", "nsga2", "nsga3", "random", "qmc"])
def test_several_objectives_are_guided_by_the_pareto_rank(base: str) -> None:
    def objective(trial: optuna.Trial) -> tuple[float, float]:
        x, y = trial.suggest_float("x", -5, 5), trial.suggest_float("y", -5, 5)
        trial.set_constraint("y", y - 4.5)
        return x**2 + y**2, (x - 1) ** 2 + y**2

    sampler = GuidedSampler(BASES[base](), explore=0.0, seed=0)
    study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler)
    study.optimize(objective, n_trials=60)
    region = newest_proposal(read_softly(study)).region
    low, high = region["y"].intervals[0]
    assert low < 0.3
    assert high > -0.3
    assert high - low < 5


def test_moving_ranges_are_followed() -> None:
    study = optuna.create_study(sampler=GuidedSampler(n_startup_trials=5, explore=0.0, seed=0))
    study.optimize(lambda t: abs(t.suggest_int("x", 0, 10) - 7), n_trials=15)
    study.optimize(lambda t: abs(t.suggest_int("x", 6, 30) - 7), n_trials=10)
    study.optimize(lambda t: abs(t.suggest_int("x", 40, 50) - 7), n_trials=5)
    assert all(6 <= t.params["x"] <= 30 for t in study.trials[15:25])
    assert all(40 <= t.params["x"] <= 50 for t in study.trials[25:])


def test_a_finite_space_is_searched_on_instead_of_repeated() -> None:
    sampler = GuidedSampler(samplers.TPESampler(seed=0), n_startup_trials=10, seed=0)
    study = optuna.create_study(sampler=sampler)

    def objective(trial: optuna.Trial) -> float:
        return abs(trial.suggest_int("a", 0, 9) - 4) + abs(trial.suggest_int("b", 0, 9) - 6)

    study.optimize(objective, n_trials=80)
    assert len({tuple(t.params.values()) for t in study.trials}) > 45


def test_pruned_and_failed_trials_do_not_count_as_complete() -> None:
    def objective(trial: optuna.Trial) -> float:
        value = mixed(trial)
        if trial.number % 3 == 0:
            raise optuna.TrialPruned
        return float("nan") if trial.number % 3 == 1 else value

    study = optuna.create_study(sampler=GuidedSampler(n_startup_trials=8, explore=0.0, seed=0))
    study.optimize(objective, n_trials=30)
    assert kinds(study)[:22] == ["startup"] * 22
    assert "startup" not in kinds(study)[-5:]


def test_a_callable_can_propose() -> None:
    def lower_half(observations: Observations) -> dict[str, Any]:
        assert observations.unit.shape == (len(observations.loss), len(observations.space))
        return {"x": Intervals(((-4.0, 0.0),)), "solver": Choices((1,))}

    base = samplers.TPESampler(seed=0)
    study = guided_study(
        GuidedSampler(base, narrowing=lower_half, n_startup_trials=5, explore=0.0, seed=0), 15
    )
    assert all(t.params["x"] <= 0 and t.params["solver"] == "sgd" for t in study.trials[6:])
    assert newest_proposal(read_softly(study)).strategy == "lower_half"


def raise_an_error(_: Observations) -> dict[str, Any]:
    raise ZeroDivisionError("no luck")


@pytest.mark.parametrize(
    ("strategy", "message"),
    [
        pytest.param(raise_an_error, "no luck", id="raises"),
        pytest.param(lambda _: {"y": Intervals(((0.0, 1.0),))}, "KeyError", id="unknown name"),
        pytest.param(lambda _: {"x": (0.0, 1.0)}, "AttributeError", id="no range"),
        pytest.param(lambda _: None, "AttributeError", id="nothing"),
    ],
)
def test_a_strategy_that_fails_leaves_the_study_running(
    strategy: Any, message: str, log: pytest.LogCaptureFixture
) -> None:
    study = guided_study(GuidedSampler(narrowing=strategy, n_startup_trials=5, seed=0), 12)
    assert all(t.state == TrialState.COMPLETE for t in study.trials)
    assert log.text.count(message) == 1


class _RefusesNarrowed(samplers.RandomSampler):
    def sample_independent(self, study: Any, trial: Any, name: str, distribution: Any) -> Any:
        if name == "x" and (distribution.low, distribution.high) != (-4.0, 4.0):
            raise RuntimeError("unknown range")
        return super().sample_independent(study, trial, name, distribution)


def test_a_base_sampler_that_raises_on_narrowed_ranges_is_asked_for_declared_ones(
    log: pytest.LogCaptureFixture,
) -> None:
    study = optuna.create_study(sampler=GuidedSampler(_RefusesNarrowed(seed=0), seed=0))
    apply_region(study, {"x": (1.0, 2.0)}, space=_asked_distributions())
    study.optimize(mixed, n_trials=10)
    assert all(1.0 <= t.params["x"] <= 2.0 for t in study.trials)
    assert log.text.count("unknown range") == 1


def test_an_error_of_the_base_sampler_itself_is_said_and_the_trial_goes_on(
    log: pytest.LogCaptureFixture,
) -> None:
    class Broken(samplers.RandomSampler):
        def sample_independent(self, *_: Any) -> Any:
            raise RuntimeError("broken anyway")

    study = optuna.create_study(sampler=GuidedSampler(Broken(seed=0)))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=3)
    assert len({t.params["x"] for t in study.trials}) == 3
    assert log.text.count("broken anyway") == 1


def test_a_region_that_misses_the_current_range_is_warned_of_and_ignored(
    log: pytest.LogCaptureFixture,
) -> None:
    study = optuna.create_study(sampler=GuidedSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 10), n_trials=1)
    apply_region(study, {"x": (0, 1)})
    study.optimize(lambda t: t.suggest_float("x", 20, 30), n_trials=5)
    assert all(20 <= t.params["x"] <= 30 for t in study.trials[1:])
    assert log.text.count("misses") == 1


def test_a_region_of_another_schema_version_is_passed_over() -> None:
    study = guided_study(GuidedSampler(samplers.RandomSampler(seed=0), seed=0), 2)
    apply_region(study, {"x": (3.0, 4.0)})
    for key, value in read_softly(study).items():
        if key.startswith("guide:region:"):
            study._storage.set_study_system_attr(
                study._study_id, key, value.replace('"schema":1', '"schema":99')
            )
    study.optimize(mixed, n_trials=10)
    assert any(t.params["x"] < 3.0 for t in study.trials[2:])


def test_a_storage_that_is_down_for_a_moment_does_not_stop_the_study(
    monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("optuna_guide.store.attributes._PAUSES", ())
    study = guided_study(GuidedSampler(n_startup_trials=5, explore=0.0, seed=0), 8)

    def down(*_: Any) -> None:
        raise OSError("storage is away")

    with monkeypatch.context() as broken:
        broken.setattr(study._storage, "set_study_system_attr", down)
        broken.setattr(study._storage, "get_study_system_attrs", down)
        study.optimize(mixed, n_trials=8)
    study.optimize(mixed, n_trials=8)
    assert all(t.state == TrialState.COMPLETE for t in study.trials)
    assert log.text.count("storage is away") <= 3
    assert kinds(study)[-1] == "guided"


def test_values_near_the_limits_of_floats_are_survived() -> None:
    huge = [1e300, -1e300, 1e308, -1e308, 0.0]
    study = optuna.create_study(sampler=GuidedSampler(n_startup_trials=5, seed=0))
    study.optimize(lambda t: huge[t.number % 5] * t.suggest_float("x", 0, 1), n_trials=20)
    assert all(t.state == TrialState.COMPLETE for t in study.trials)


def test_a_constant_objective_narrows_nothing() -> None:
    study = optuna.create_study(sampler=GuidedSampler(n_startup_trials=5, seed=0))
    study.optimize(lambda t: 0.0 * t.suggest_float("x", 0, 1), n_trials=15)
    assert set(kinds(study)) == {"startup", "open"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        pytest.param({"base_sampler": "tpe"}, TypeError, "'tpe'", id="base"),
        pytest.param({"n_startup_trials": 0}, ValueError, "at least 1, not 0", id="startup"),
        pytest.param({"every_n_trials": 0}, ValueError, "not 20 and 0", id="every"),
        pytest.param({"explore": 1.5}, ValueError, "between 0 and 1, not 1.5", id="explore"),
        pytest.param({"narrowing": "best"}, ValueError, "best_leaves", id="strategy"),
        pytest.param({"narrowing": 3}, TypeError, "not 3", id="no strategy"),
    ],
)
def test_wrong_arguments_are_named(options: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        GuidedSampler(**options)


def test_a_study_that_was_deleted_while_it_runs_raises_nothing_of_ours() -> None:
    study = guided_study(GuidedSampler(samplers.RandomSampler(seed=0), seed=0), 3)
    trial = study._storage.get_trial(study.ask()._trial_id)
    study._storage.delete_study(study._study_id)
    x = optuna.distributions.FloatDistribution(0.0, 1.0)
    assert 0.0 <= study.sampler.sample_independent(study, trial, "x", x) <= 1.0


def test_a_view_of_the_study_hides_trials_outside_but_shows_the_nearest() -> None:
    seen: list[int] = []

    class Watching(_ThirdParty):
        def sample_relative(self, study: Any, trial: Any, space: Any) -> dict[str, Any]:
            seen.append(len(study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))))
            return super().sample_relative(study, trial, space)

    study = optuna.create_study(sampler=samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=60)
    study.sampler = GuidedSampler(Watching(seed=0), n_startup_trials=1000)
    apply_region(study, {"x": (0.0, 0.1)})
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=25)
    assert seen[0] == 20
    assert seen[-1] > 25


class _ThirdParty(samplers.RandomSampler):
    def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
        return dict(study.trials[0].distributions)

    def sample_relative(self, study: Any, trial: Any, space: Any) -> dict[str, Any]:
        return {n: self.sample_independent(study, trial, n, d) for n, d in space.items()}


def test_the_share_of_guided_trials_of_a_gaussian_process_fades() -> None:
    schedule = Schedule("best_leaves", 20, 5, 0.1)
    planner = Planner(optuna.create_study(), schedule, {}, StatedPrior(None))
    shares = []
    for n in (20, 40, 60, 200):
        planner.history.complete = [None] * n  # type: ignore[list-item]
        shares.append(planner._share_faded(60))
    assert shares == [0.0, 0.5, 1.0, 4.5]


def test_what_the_model_proposes_alone_is_not_called_explored() -> None:
    study = guided_study(GuidedSampler(seed=3), 80)
    assert {"guided", "modelled", "explored"} <= set(kinds(study)[:60])
    assert set(kinds(study)[60:]) == {"modelled"}
    assert max(p.n_trials for p in read_proposals(read_softly(study, PROPOSALS))) < 60
    assert read_next(read_snapshot(study)).kind == "modelled"


def test_gp_is_confined_by_a_person_only() -> None:
    pytest.importorskip("torch", reason="GPSampler needs torch")
    make = functools.partial(samplers.GPSampler, seed=0, deterministic_objective=True)
    guided = guided_study(GuidedSampler(make(), n_startup_trials=5, explore=0.0, seed=0), 15)
    plain = optuna.create_study(sampler=make())
    plain.optimize(mixed, n_trials=15)
    assert [t.params for t in guided.trials] == [t.params for t in plain.trials]
    apply_region(guided, {"x": (0.5, 4.0)})
    guided.optimize(mixed, n_trials=3)
    assert all(0.5 <= t.params["x"] <= 4.0 for t in guided.trials[-3:])


def test_a_long_study_changes_its_base_where_nobody_named_one(
    monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(choice, "N_LONG", 12)
    log.set_level(logging.INFO, logger="optuna")
    study = guided_study(GuidedSampler(n_startup_trials=5, seed=0), 16)
    bases = [t.system_attrs[DECISION]["base"] for t in study.get_trials(deepcopy=False)]
    assert bases == ["LiteGPSampler"] * 12 + ["TPESampler"] * 4
    said = [r.message for r in log.records if "GuidedSampler guides" in r.message]
    assert [text.split(":")[0].split()[-1] for text in said] == ["LiteGPSampler", "TPESampler"]


def test_a_base_that_somebody_named_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice, "N_LONG", 5)
    sampler = GuidedSampler(samplers.RandomSampler(seed=0), seed=0)
    study = guided_study(sampler, 8)
    assert {t.system_attrs[DECISION]["base"] for t in study.trials} == {"RandomSampler"}
    assert "why" not in study.trials[-1].system_attrs[DECISION]
    assert str(sampler) == "GuidedSampler(RandomSampler)"
    assert str(GuidedSampler()) == "GuidedSampler(LiteGPSampler or TPESampler)"


def test_importing_the_sampler_loads_no_heavy_package() -> None:
    code = (
        "import sys, optuna_guide.sampling.guided.sampler\n"
        "import optuna_guide.sampling.steering.control\n"
        "import optuna_guide.analysis.evidence\n"
        "heavy = {'sklearn', 'plotly', 'pandas', 'interpret', 'optuna_dashboard', 'torch'}\n"
        "found = sorted(heavy & set(sys.modules))\n"
        "sys.exit(f'loaded: {found}' if found else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_trial_reads_the_region_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sampler = GuidedSampler(
        samplers.RandomSampler(seed=0), n_startup_trials=5, every_n_trials=100, seed=0
    )
    study = guided_study(sampler, 10)
    read, queries = study._storage.get_study_system_attrs, []

    def count(study_id: int) -> Any:
        queries.append(study_id)
        return read(study_id)

    monkeypatch.setattr(study._storage, "get_study_system_attrs", count)
    study.optimize(mixed, n_trials=10)
    assert len(queries) == 10
