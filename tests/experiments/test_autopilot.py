"""The autopilot: what it asks for, why it ends, and that it keeps to its bounds."""

from __future__ import annotations

from functools import partial

import optuna
import pytest
from optuna.trial import create_trial

from optuna_guide import autopilot


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0.1, 1.0)
    trial.suggest_float("nothing", 0.0, 1.0)
    return 1.0 + (x - 0.7) ** 2 + 0.2 * (trial.suggest_categorical("kind", ["a", "b"]) == "a")


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    study.optimize(objective, n_trials=30)
    return study


def test_it_varies_what_carries_the_best_trial_and_improves_it(study):
    before = study.best_value
    said = []
    flight = autopilot(
        study,
        rounds=2,
        n_trials=16,
        run=lambda n: study.optimize(objective, n_trials=n),
        report=said.append,
    )
    assert list(flight.steps) == said
    assert study.best_value < before
    assert flight.last == study.best_trial.number
    assert len(study.trials) == 30 + len(flight.numbers) <= 46
    carried = next(step for step in said if step.startswith("What carries it"))
    assert "nothing" not in carried
    asked = [t for t in study.trials if t.number in flight.numbers]
    assert {t.user_attrs["guide:experiment"]["author"] for t in asked} == {"autopilot"}


def test_it_ends_where_nothing_is_better_than_noise(study):
    like = study.trials[0]
    params = {"x": 0.7, "nothing": 0.5, "kind": "b"}
    study.add_trial(create_trial(value=1.0, params=params, distributions=like.distributions))
    flight = autopilot(
        study, rounds=5, n_trials=60, run=lambda n: study.optimize(objective, n_trials=n)
    )
    assert flight.last == flight.first == 30
    assert flight.steps[-1] == "The autopilot ends: no child is better beyond noise."


def test_it_ends_where_nobody_works(study):
    flight = autopilot(study, n_trials=4, timeout=0.0)
    assert "did not end within 0 s" in flight.steps[-1]
    assert len(flight.numbers) <= 4


def ending_early(trial: optuna.Trial) -> float:
    """One kind is pruned, and every third trial fails, once 20 were left alone."""
    value = objective(trial)
    trial.report(value, 0)
    if trial.number > 20 and trial.params["kind"] == "a":
        raise optuna.TrialPruned
    if trial.number > 20 and trial.number % 3 == 0:
        raise ValueError(f"trial {trial.number} fails")
    return value


def run_early(study: optuna.Study, n_trials: int) -> None:
    study.optimize(ending_early, n_trials=n_trials, catch=ValueError)


@pytest.mark.parametrize("n_trials", [1, 9, 14])
def test_a_pruned_ablation_carries_and_failed_trials_count(n_trials):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=3))
    run_early(study, 30)
    params = {"x": 0.7, "nothing": 0.5, "kind": "b"}
    like = study.trials[0].distributions
    study.add_trial(create_trial(value=1, params=params, distributions=like))
    flight = autopilot(study, rounds=3, n_trials=n_trials, run=partial(run_early, study))
    assert len(flight.numbers) == len(study.trials) - 31 <= n_trials
    assert sum(step.startswith("Round") for step in flight.steps) <= 3
    if n_trials > 1:
        assert {"FAIL", "PRUNED"} <= {study.trials[n].state.name for n in flight.numbers}
        assert any(step.startswith("What carries it") and "kind" in step for step in flight.steps)


def test_trials_that_waited_before_run_first_and_count_as_none_of_its_own(study):
    study.enqueue_trial({"x": 0.2})
    study.enqueue_trial({"x": 0.3})
    flight = autopilot(
        study, rounds=1, n_trials=8, run=lambda n: study.optimize(objective, n_trials=n), timeout=5
    )
    assert not any("did not end" in step for step in flight.steps)
    assert len(flight.numbers) <= 8
    assert len(study.trials) == 32 + len(flight.numbers)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"rounds": 0}, "rounds is a number from 1, not 0"),
        ({"n_trials": 0}, "from 1 to 200, not 0"),
        ({"n_trials": 10_000}, "from 1 to 200, not 10000"),
        ({"target": "lost"}, "There is no target 'lost'"),
    ],
    ids=str,
)
def test_bounds_are_checked(study, options, said):
    with pytest.raises(ValueError, match=said):
        autopilot(study, **options)


def test_a_study_without_trials_is_refused():
    with pytest.raises(ValueError, match="has no complete trial to begin with"):
        autopilot(optuna.create_study())
