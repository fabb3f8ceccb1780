"""One study trial by trial: with noise on what it is told, with several trials at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import optuna


def run_trials(
    study: optuna.Study,
    evaluate: Callable[[optuna.Trial], tuple[float, ...]],
    n_trials: int,
    *,
    noise: float = 0.0,
    batch: int = 1,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """True and told values, each of shape ``(n_trials, n_objectives)``.

    Args:
        study: Grows by ``n_trials``.
        evaluate: True values of a trial, one for each objective.
        n_trials: Trials to run.
        noise: Standard deviation of normal noise on the values that the study is told.
        batch: Trials asked for before the first of them is told.
        seed: Seed of the noise.
    """
    true: list[tuple[float, ...]] = []
    told: list[np.ndarray] = []
    rng = np.random.default_rng(seed)
    while len(true) < n_trials:
        asked = [study.ask() for _ in range(min(batch, n_trials - len(true)))]
        true += [evaluate(trial) for trial in asked]
        for trial, values in zip(asked, true[-len(asked) :], strict=True):
            told.append(values + noise * rng.normal(size=len(values)))
            study.tell(trial, told[-1].tolist())
    return np.array(true), np.array(told)
