"""What the benchmarks of samplers measure."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import numpy as np
import optuna
import pytest
from optuna.trial import TrialState

BENCH = Path(__file__).parents[1] / "benchmarks" / "bench"


@pytest.fixture
def bench(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    yield importlib.import_module
    for name in ("loop", "report"):
        sys.modules.pop(name, None)


def test_noise_is_told_to_the_study_and_is_no_part_of_the_true_values(bench):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    true, told = bench("loop").run_trials(
        study, lambda trial: (trial.suggest_float("x", 0, 1),), 200, noise=0.5
    )
    assert true[:, 0].tolist() == [trial.params["x"] for trial in study.trials]
    assert told[:, 0].tolist() == [trial.value for trial in study.trials]
    assert np.std(told - true) == pytest.approx(0.5, abs=0.1)


def test_a_batch_is_asked_for_before_any_of_it_is_told(bench):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    states = []

    def evaluate(trial):
        of_all = [t.state for t in study.trials]
        states.append((of_all.count(TrialState.COMPLETE), of_all.count(TrialState.RUNNING)))
        return (trial.suggest_float("x", 0, 1),)

    bench("loop").run_trials(study, evaluate, 10, batch=4)
    assert states == [(0, 4)] * 4 + [(4, 4)] * 4 + [(8, 2)] * 2


def test_regret_is_that_of_the_trial_that_looks_best(bench):
    run = {
        "values": [[1.0], [3.0], [2.0]],
        "told": [[1.0], [0.0], [5.0]],
        "reference": {"median": 0.0},
    }
    assert bench("report").regrets(run, 4.0, [1, 2, 3]).tolist() == [0.75, 0.75, 0.5]
