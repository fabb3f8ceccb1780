"""A run that ends where more trials hardly gain anything, and never otherwise."""

from __future__ import annotations

import optuna
import pytest
from optuna.samplers import RandomSampler

from optuna_guide import StopWhenSettled
from optuna_guide.sampling.lite_gp import LiteGPSampler


def _objective(trial):
    return (trial.suggest_float("x", -1, 1) - 0.2) ** 2 + trial.suggest_float("y", -1, 1) ** 2


def test_a_search_that_has_converged_is_stopped():
    stop = StopWhenSettled(least=0.01, n_startup_trials=20)
    study = optuna.create_study(sampler=LiteGPSampler(seed=0))
    study.optimize(_objective, n_trials=100, callbacks=[stop])
    assert 20 <= len(study.trials) < 100
    assert stop.last is not None
    assert stop.last.chance < 0.05
    assert study.best_value < 0.01


def test_a_study_goes_on_while_there_is_a_chance():
    stop = StopWhenSettled(least=1e-4, n_startup_trials=15)
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(_objective, n_trials=25, callbacks=[stop])
    assert len(study.trials) == 25
    assert stop.last is not None


def test_what_cannot_be_forecast_is_said_once_and_the_study_goes_on(optuna_warnings):
    stop = StopWhenSettled(n_startup_trials=10, every_n_trials=1)
    study = optuna.create_study(directions=["minimize", "minimize"])
    study.optimize(lambda t: (_objective(t), 0.0), n_trials=15, callbacks=[stop])
    assert len(study.trials) == 15
    assert len(optuna_warnings) == 1
    assert optuna_warnings[0].startswith("StopWhenSettled failed")


@pytest.mark.parametrize(
    "wrong", [{"chance": 2.0}, {"least": 0.0}, {"n_trials": 0}, {"every_n_trials": 0}]
)
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match="not "):
        StopWhenSettled(**wrong)
