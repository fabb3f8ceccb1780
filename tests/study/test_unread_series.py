from __future__ import annotations

from typing import Any

import optuna
import pytest

from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

STORED = {
    "by_step": ({0: 0.5, 1: 0.4}, True),
    "rows": ([{"loss": 0.5, "lr": 0.1}, {"loss": 0.4, "lr": 0.2}], True),
    "list": ([0.5, 0.4], False),
    "matrix": ([[3, 1], [0, 4]], False),
    "classes": ({"cat": 0.5, "dog": 0.4}, False),
    "one": ({"0": 0.5}, False),
    "different rows": ([{"a": 1}, {"b": 2}], False),
    "words": ({"0": "a", "1": "b"}, False),
}


@pytest.mark.parametrize(("stored", "is_told"), STORED.values(), ids=STORED)
def test_values_by_step_that_no_view_reads_are_told(stored: Any, is_told: bool) -> None:
    study = optuna.create_study()

    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("history", stored)
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=2)
    told = (
        "history holds values by step that no view reads: store a list of numbers, one for each "
        "reported step."
    )
    assert read_trials(read_snapshot(study)).notes == ((told,) if is_told else ())
