"""What a person who passes LiteGPSampler to a study relies on."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial

from optuna_guide.sampling.lite_gp import LiteGPSampler, Prior
from optuna_guide.sampling.lite_gp import suggest as suggest_module
from optuna_guide.sampling.lite_gp import surrogates as surrogates_module
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.lite_gp.optimise import BRIEF, FULL, maximise


def _branin(trial):
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    a = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


def _conditional(trial):
    if trial.suggest_categorical("kind", ["linear", "net"]) == "linear":
        return 2 + (trial.suggest_float("alpha", 1e-4, 1.0, log=True) - 0.01) ** 2
    n_layers = trial.suggest_int("n_layers", 1, 3)
    widths = [trial.suggest_int(f"width_{i}", 1, 64, log=True) for i in range(n_layers)]
    return abs(n_layers - 2) + sum(abs(math.log2(w) - 4) for w in widths)


def _study(objective, n_trials, *, seed=0, directions=("minimize",), **options):
    study = optuna.create_study(
        directions=list(directions), sampler=LiteGPSampler(seed=seed, **options)
    )
    study.optimize(objective, n_trials=n_trials)
    return study


def test_it_finds_the_minimum_of_branin_in_forty_trials():
    assert _study(_branin, 40).best_value < 0.42  # the minimum is 0.398; random search: 1.5


def test_the_same_seed_gives_the_same_trials_and_another_one_others():
    first, same, other = (
        [t.params for t in _study(_conditional, 15, seed=seed).trials] for seed in (1, 1, 2)
    )
    assert first == same
    assert first != other


def test_reseeding_changes_the_trials():
    studies = []
    for reseed in (False, True):
        sampler = LiteGPSampler(seed=0)
        if reseed:
            sampler.reseed_rng()
        study = optuna.create_study(sampler=sampler)
        study.optimize(_branin, n_trials=7)
        studies.append([t.params for t in study.trials])
    assert studies[0] != studies[1]


def test_conditional_parameters_are_proposed_where_they_are_active_and_only_there():
    study = _study(_conditional, 60)
    assert study.best_value == 0
    sampler = study.sampler
    for _ in range(5):
        trial = study.ask()
        space = sampler.infer_relative_search_space(study, trial._cached_frozen_trial)
        proposed = trial.relative_params
        assert set(space) == {"kind", "alpha", "n_layers", "width_0", "width_1", "width_2"}
        if proposed["kind"] == "linear":
            assert set(proposed) == {"kind", "alpha"}
        else:
            widths = {f"width_{i}" for i in range(proposed["n_layers"])}
            assert set(proposed) == {"kind", "n_layers"} | widths
        study.tell(trial, state=TrialState.FAIL)


def test_a_range_that_moves_is_followed_with_one_warning(log):
    study = _study(lambda t: t.suggest_float("x", 0, 1) ** 2, 8)
    study.optimize(lambda t: t.suggest_float("x", 5 + t.number, 6 + t.number) ** 2, n_trials=6)
    assert all(5 <= t.params["x"] - t.number <= 6 for t in study.trials[8:])
    assert log.text.count("'x' of trial 8 is sampled by RandomSampler") == 1
    assert log.text.count("warn_independent_sampling=False") == 1


def test_a_parameter_that_is_new_is_sampled_without_a_warning(log):
    study = _study(lambda t: t.suggest_float("x", 0, 1), 8)
    study.optimize(lambda t: t.suggest_float("y", 0, 1), n_trials=2)
    assert log.text == ""


def test_a_parameter_of_one_value_is_no_part_of_the_model():
    def objective(trial):
        return trial.suggest_float("x", 0, 1) + trial.suggest_int("one", 3, 3)

    study = _study(objective, 8)
    assert set(study.ask().relative_params) == {"x"}


def test_a_fixed_parameter_of_an_enqueued_trial_is_kept_and_the_others_suit_it():
    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return (x - y) ** 2

    study = _study(objective, 25)
    for x in (0.1, 0.9):
        study.enqueue_trial({"x": x})
        study.optimize(objective, n_trials=1)
        assert study.trials[-1].params["x"] == x
        assert study.trials[-1].params["y"] == pytest.approx(x, abs=0.2)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "raise", "prune"])
def test_trials_without_a_useful_value_are_survived_and_left_behind(bad):
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        if x > 0.5:
            if bad == "raise":
                raise RuntimeError
            if bad == "prune":
                raise optuna.TrialPruned
            return bad
        return -x

    study = optuna.create_study(sampler=LiteGPSampler(seed=0))
    study.optimize(objective, n_trials=30, catch=RuntimeError)
    assert study.best_value < -0.45
    assert sum(t.params["x"] > 0.55 for t in study.trials[10:]) < 8


def test_infinitely_good_and_bad_values_are_survived():
    values = iter([math.inf, -math.inf, math.inf, 0.0, 1.0, -math.inf] + [2.0] * 4)
    study = optuna.create_study(sampler=LiteGPSampler(seed=0, n_startup_trials=1))
    study.optimize(lambda t: t.suggest_float("x", 0, 1) * 0 + next(values), n_trials=10)
    assert len(study.trials) == 10


def test_trials_that_run_side_by_side_are_not_duplicates():
    study = _study(_branin, 15)
    asked = [study.ask() for _ in range(6)]
    points = np.array(
        [[t.suggest_float("x", -5, 10) / 15, t.suggest_float("y", 0, 15) / 15] for t in asked]
    )
    distances = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(6)
    assert distances.min() > 0.02


def test_a_proposal_is_known_before_its_values_are_suggested():
    study = _study(_branin, 15)
    first, second = study.ask(), study.ask()
    a, b = first.relative_params, second.relative_params
    assert np.hypot(a["x"] - b["x"], a["y"] - b["y"]) > 0.3


def test_threads_may_share_one_sampler():
    study = optuna.create_study(sampler=LiteGPSampler(seed=0))
    study.optimize(_conditional, n_trials=24, n_jobs=4)
    assert [t.state for t in study.trials] == [TrialState.COMPLETE] * 24


def test_one_sampler_may_serve_two_studies():
    sampler = LiteGPSampler(seed=0)
    studies = [optuna.create_study(sampler=sampler) for _ in range(2)]
    for _ in range(8):
        studies[0].optimize(_branin, n_trials=1)
        studies[1].optimize(_conditional, n_trials=1)
    assert set(studies[0].ask().relative_params) == {"x", "y"}
    assert "kind" in studies[1].ask().relative_params


def test_a_pickled_sampler_goes_on_as_the_original_would():
    study = _study(_branin, 8)
    study.sampler = pickle.loads(pickle.dumps(study.sampler))
    study.optimize(_branin, n_trials=2)
    assert len(study.trials) == 10


@pytest.mark.parametrize("storage", ["sqlite", "journal"])
def test_it_resumes_from_a_storage(storage, tmp_path):
    def open_storage():
        if storage == "sqlite":
            return f"sqlite:///{tmp_path}/study.db"
        backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "journal"))
        return optuna.storages.JournalStorage(backend)

    for _ in range(2):
        study = optuna.create_study(
            storage=open_storage(),
            study_name="s",
            load_if_exists=True,
            sampler=LiteGPSampler(seed=0, n_startup_trials=2),
        )
        study.optimize(_conditional, n_trials=4)
    assert len(study.trials) == 8


def _on_the_disc(trial):
    x, y = trial.suggest_float("x", -1, 1), trial.suggest_float("y", -1, 1)
    trial.set_constraint("disc", x * x + y * y - 0.5)
    return x + y  # the best feasible point is (-0.5, -0.5)


def test_constraints_are_learnt_and_the_boundary_is_reached():
    study = _study(_on_the_disc, 40)
    assert study.best_value == pytest.approx(-1.0, abs=0.03)


def test_a_feasible_trial_is_found_where_none_was():
    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        trial.set_constraint("corner", 0.15 - min(x - 0.8, y - 0.8))
        return x

    study = _study(objective, 30)
    assert any(t.constraints["corner"] <= 0 for t in study.trials)


def test_constraints_that_only_some_trials_set_are_no_obstacle():
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        if trial.number % 3:
            trial.set_constraint("half", x - 0.5)
        if trial.number % 4 == 0:
            trial.set_constraint("never", math.inf if x > 0.9 else -math.inf)
        return -x

    study = _study(objective, 20)
    assert len(study.trials) == 20


def test_two_objectives_are_spread_over_a_concave_front():
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        g = 1 + sum(trial.suggest_float(f"y{i}", 0, 1) for i in range(3))
        return x, g * (1 - (x / g) ** 2)  # ZDT2

    study = _study(objective, 60, directions=("minimize", "minimize"))
    values = np.array([t.values for t in study.best_trials])
    volume = optuna._hypervolume.compute_hypervolume(values, np.array([1.1, 2.0]))
    assert volume > 1.15  # the front itself: 1.43 - 1 + ...; random search: 0.9


def test_no_configuration_is_repeated_until_all_were_tried():
    def objective(trial):
        if trial.suggest_categorical("c", ["none", "some"]) == "some":
            return trial.suggest_int("n", 1, 5) + trial.suggest_float("s", 0, 1, step=0.5)
        return 3.0

    study = _study(objective, 20)
    configurations = [tuple(sorted(t.params.items())) for t in study.trials]
    # The first trials of a branch draw its parameters at random, as they were never seen.
    assert len(set(configurations)) == 16


def test_a_study_goes_on_where_every_configuration_was_tried():
    study = _study(lambda t: t.suggest_int("n", 0, 3) + 0.1 * (t.number % 2), 12)
    assert [t.params["n"] for t in study.trials[:4]] != sorted(t.params["n"] for t in study.trials)
    assert {t.params["n"] for t in study.trials[:5]} == {0, 1, 2, 3}
    assert len(study.trials) == 12


@pytest.mark.parametrize(
    "value", [pytest.param(lambda t: 1.0, id="constant"), pytest.param(lambda t: 1e300, id="huge")]
)
def test_values_that_say_nothing_are_survived(value):
    study = _study(lambda t: value(t) + 0 * t.suggest_float("x", 0, 1), 12)
    assert len({t.params["x"] for t in study.trials}) == 12


def test_duplicates_with_contradictory_values_are_survived():
    study = optuna.create_study(sampler=LiteGPSampler(seed=0))
    distributions = {"x": FloatDistribution(0, 1), "c": CategoricalDistribution("ab")}
    for value in range(40):
        study.add_trial(
            create_trial(
                params={"x": 0.5, "c": "a"}, distributions=distributions, value=float(value % 7)
            )
        )
    study.optimize(
        lambda t: t.suggest_float("x", 0, 1) + (t.suggest_categorical("c", "ab") == "a"),
        n_trials=5,
    )
    assert len(study.trials) == 45


def test_sixty_parameters_are_survived():
    study = _study(lambda t: sum(t.suggest_float(f"x{i}", -1, 1) ** 2 for i in range(60)), 12)
    assert len(study.trials) == 12


def test_a_model_that_fails_is_replaced_by_chance_and_said_once(monkeypatch, log):
    def fail(*args, **kwargs):
        raise np.linalg.LinAlgError("The covariance is singular.")

    monkeypatch.setattr(surrogates_module, "condition", fail)
    study = _study(_branin, 10)
    assert len({t.params["x"] for t in study.trials}) == 10
    assert log.text.count("The covariance is singular.") == 1
    assert log.text.count("independently") == 1


def test_more_trials_than_are_modelled_are_survived(monkeypatch):
    monkeypatch.setattr(surrogates_module, "MAX_TRIALS", 24)
    study = _study(_branin, 50)
    assert study.best_value < 1.0


def _ask_in(study, **guidance):
    trial = study.ask()
    frozen = trial._cached_frozen_trial
    space = study.sampler.infer_relative_search_space(study, frozen)
    params = study.sampler.suggest(study, frozen, space, **guidance)
    study.tell(trial, state=TrialState.FAIL)
    return params


@pytest.mark.parametrize("n_trials", [2, 20])
def test_a_region_is_never_left(n_trials):
    study = _study(_conditional, n_trials, n_startup_trials=4)
    region = {"kind": {1}, "n_layers": (0.6, 1.0)} if n_trials > 2 else {"kind": {1}}
    for _ in range(5):
        params = _ask_in(study, region=region)
        assert params["kind"] == "net"
        if n_trials > 2:
            assert params["n_layers"] == 3


def test_a_continuous_region_is_never_left():
    study = _study(_branin, 15)
    for _ in range(8):
        params = _ask_in(study, region={"x": (0.9, 1.0), "y": (0.0, 0.1)})
        assert params["x"] >= 8.5
        assert params["y"] <= 1.5


def test_a_prior_draws_the_early_trials_and_lets_the_late_ones_go():
    prior = Prior(lambda unit: -40 * ((unit[:, 0] - 0.95) ** 2 + (unit[:, 1] - 0.95) ** 2))
    distances = []
    for n_trials in (6, 60):
        params = _ask_in(_study(_branin, n_trials), prior=prior)
        distances.append(np.hypot(params["x"] - 9.25, params["y"] - 14.25))
    assert distances[0] < 3
    assert distances[1] > 4


def test_a_view_that_hides_trials_is_believed():
    class View(optuna.study.Study):
        def _get_trials(self, deepcopy=True, states=None, use_cache=False):
            trials = super()._get_trials(deepcopy, states, use_cache)
            return [t for t in trials if t.number < 3 or t.params.get("x", 0) < 2]

    sampler = LiteGPSampler(seed=0)
    study = _study(lambda t: -abs(t.suggest_float("x", 0, 4) - 3), 20)
    view = View(study.study_name, study._storage, sampler=sampler)
    frozen = study.ask()._cached_frozen_trial
    space = sampler.infer_relative_search_space(view, frozen)
    assert 0 <= sampler.sample_relative(view, frozen, space)["x"] <= 4
    assert sampler._memories.of(view).history.n_read == 0


def test_an_old_list_of_trials_changes_nothing():
    study = _study(_branin, 6)
    history = read(TrialArrays(), study.trials, 1)
    assert read(history, study.trials[:3], 1) is history
    assert len(read(history, study.trials, 1).numbers) == 6


def test_negative_startup_trials_are_refused():
    with pytest.raises(ValueError, match="n_startup_trials must not be negative: found -1"):
        LiteGPSampler(n_startup_trials=-1)


def test_importing_the_sampler_loads_neither_scipy_nor_torch_nor_sklearn():
    code = (
        "import sys; from optuna_guide import LiteGPSampler; LiteGPSampler(); "
        "print([m for m in ('scipy', 'torch', 'sklearn', 'threadpoolctl') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"


def test_integers_with_a_wide_range_and_a_log_scale_are_proposed_in_range():
    distribution = IntDistribution(1, 10**9, log=True)
    study = _study(lambda t: abs(math.log10(t.suggest_int("n", 1, 10**9, log=True)) - 4), 20)
    assert all(distribution._contains(t.params["n"]) for t in study.trials)
    assert study.best_value < 0.1


def test_many_trials_that_nobody_ends_are_searched_briefly(monkeypatch):
    efforts = []

    def watch(*args):
        efforts.append(args[-1])
        return maximise(*args)

    monkeypatch.setattr(suggest_module, "maximise", watch)
    study = _study(_branin, 8)
    for _ in range(20):
        _branin(study.ask())
    assert efforts[-1] == BRIEF
    assert efforts[-10] == FULL
    rows = {tuple(trial.params.values()) for trial in study.trials}
    assert len(rows) == 28
