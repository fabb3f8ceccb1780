"""No configuration is said to be worse than its parent where the metric cannot tell them apart."""

from __future__ import annotations

import math

import optuna
import pytest
from optuna.samplers import RandomSampler, TPESampler

from optuna_guide import create_ablations, create_variations


def _smooth(params):
    rate = 0.075 * (math.log10(params["rate"]) + 2.5) ** 2
    return 0.95 - rate - 0.1 * (params["drop"] - 0.2) ** 2 - 0.02 * (params["act"] == "b")


def _measured(kind, params):
    value = _smooth(params)
    if kind == "twentieths":
        return math.floor(value * 20) / 20
    if kind == "hundredths":
        return math.floor(value * 100) / 100
    if kind == "plateau":
        return min(value, 0.9)
    return value


@pytest.mark.parametrize("sampler", [RandomSampler, TPESampler])
@pytest.mark.parametrize("kind", ["twentieths", "hundredths", "plateau", "smooth"])
def test_what_reaches_the_value_of_its_parent_is_not_said_to_be_worse(kind, sampler):
    worse = []
    for seed in range(3):
        study = optuna.create_study(direction="maximize", sampler=sampler(seed=seed))

        def objective(trial):
            params = {
                "rate": trial.suggest_float("rate", 1e-5, 1, log=True),
                "drop": trial.suggest_float("drop", 0, 0.7),
                "act": trial.suggest_categorical("act", ["a", "b"]),
            }
            return _measured(kind, params)

        study.optimize(objective, n_trials=50)
        parent = study.best_trial.number
        made = [create_ablations(study, parent), create_variations(study, [parent], n=8)]
        for candidate in (c for m in made for c in m.candidates if "worse" in c.verdict):
            worse.append(_measured(kind, candidate.params) < study.best_value)
    assert all(worse)
    assert worse or kind != "smooth"
