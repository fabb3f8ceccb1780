"""A parameter that changes within a trial is said to: what is learnt is of its suggested value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import optuna
import pytest

from optuna_guide.study.exploration import explore
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials


def notes(attribute: str, series: Callable[[float], object]) -> tuple[str, ...]:
    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("lr", 1e-3, 1e-1, log=True)
        trial.suggest_int("layer0_units", 8, 64)
        trial.set_user_attr(attribute, series(rate))
        return rate

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=12)
    return read_trials(read_snapshot(study)).notes


@pytest.mark.parametrize("attribute", ["lr", "lr_history", "schedule/lr", "LR by epoch"])
def test_a_schedule_is_pointed_out(attribute: str) -> None:
    assert notes(attribute, lambda rate: [rate / 10, rate, rate / 2, rate / 4]) == (
        f"lr changed within 12 of 12 trials (user attribute {attribute}): what is said of it is "
        "said of the value that was suggested; its values by step are among the learning curves.",
    )


@pytest.mark.parametrize(
    ("attribute", "series"),
    [
        ("lr", lambda rate: [rate, rate, rate]),
        ("lr", lambda rate: rate),
        ("lr", lambda rate: ["a", "b"]),
        ("lr", lambda rate: []),
        ("loss", lambda rate: [rate, 0.5]),
        ("slry", lambda rate: [rate, 0.5]),
        ("lr/gradient", lambda rate: [7.0, 8.0]),
    ],
    ids=["constant", "number", "texts", "empty", "other", "part of a word", "other values"],
)
def test_nothing_is_said_of_what_stays(attribute: str, series: Callable[[float], object]) -> None:
    assert notes(attribute, series) == ()


def test_a_schedule_gains_nothing_at_its_end() -> None:
    def objective(trial: optuna.Trial) -> float:
        rate = trial.suggest_float("lr", 1e-3, 1e-1, log=True)
        trial.set_user_attr("lr/used", [rate * 0.5**k for k in range(8)])
        trial.set_user_attr("accuracy/step", [rate + 0.1 * k for k in range(8)])
        return rate

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=5)
    found = explore(read_snapshot(study))
    assert np.isnan(found.late_gains("lr/used")).all()
    assert np.isfinite(found.late_gains("accuracy/step")).all()
