"""What is expected of a trial, and how wide its interval is, against trials that were left out."""

from __future__ import annotations

import numpy as np
import optuna
from optuna.samplers import RandomSampler

from optuna_guide.experiments.basis import read_basis
from optuna_guide.experiments.candidates import forecast

NOISE = 0.3


def run(n_trials: int, seed: int) -> optuna.Study:
    rng = np.random.default_rng(seed)

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0.0, 1.0)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        rate = np.log10(trial.suggest_float("rate", 1e-4, 1.0, log=True))
        return 4 * (x - 0.3) ** 2 + 0.3 * abs(rate + 2) + (kind == "b") + NOISE * rng.normal()

    study = optuna.create_study(sampler=RandomSampler(seed=seed))
    study.optimize(objective, n_trials=n_trials)
    return study


def test_the_intervals_of_a_noisy_function_hold_the_trials_to_come():
    held, gains_held, wide = [], [], []
    for seed in range(3):
        basis = read_basis(run(60, seed))
        parent = basis.best
        coming = read_basis(run(60, seed + 100)).snapshot.trials
        own = basis.params_of(basis.snapshot.by_number[parent])
        told = forecast(basis, [basis.params_of(trial) for trial in coming], own)
        for one, trial in zip(told, coming, strict=True):
            gain = trial.value - basis.values[parent]
            held.append(one.low <= trial.value <= one.high)
            gains_held.append(one.delta_low <= gain <= one.delta_high)
            wide.append(one.high - one.low)
    assert np.mean(held) >= 0.85  # 95 % are meant
    assert np.mean(gains_held) >= 0.8  # the best was lucky
    assert np.mean(wide) < 8 * NOISE
