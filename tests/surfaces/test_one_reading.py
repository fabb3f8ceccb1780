"""Trials that end at every read of the storage change nothing in what is made of one reading."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, TrialState

import optuna_guide
from optuna_guide import export_guidance, fit_guidance, write_report
from optuna_guide.guidance import Guidance
from optuna_guide.models import pipeline
from optuna_guide.study.table import TrialsTable

FIGURES = sorted(name for name in optuna_guide.__all__ if name.startswith("plot_"))


class Moving(InMemoryStorage):
    """A trial ends right after every read of the trials, once ``moves`` is set."""

    moves = False
    n_read = 0

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        trials = super().get_all_trials(study_id, deepcopy, states)
        if self.moves:
            self.n_read = len(trials)
            self.create_new_trial(study_id, trials[len(trials) % 7])
        return trials


def tuned(storage: InMemoryStorage) -> optuna.Study:
    study = optuna.create_study(
        study_name="moving", storage=storage, sampler=optuna.samplers.RandomSampler(seed=0)
    )

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        trial.report(x, 0)
        return x + trial.suggest_categorical("c", [0.1, 0.2])

    study.optimize(objective, n_trials=30)
    return study


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> optuna.Study:
    """A study that moves, and a fit that takes no time."""
    storage = Moving()
    study = tuned(storage)
    known = fit_guidance(study, seed=0)
    assert isinstance(known, Guidance)

    def fit_table(table: TrialsTable, **options: Any) -> Guidance:
        return replace(known, n_finished=table.states["COMPLETE"], n_trials=len(table))

    monkeypatch.setattr(pipeline, "fit_table", fit_table)
    storage.moves = True
    return study


def still(study: optuna.Study) -> optuna.Study:
    """A copy of what was read last, in which nothing moves."""
    storage = study._storage
    assert isinstance(storage, Moving)
    n, storage.moves = storage.n_read, False
    assert n > 30
    copied = optuna.create_study(study_name="moving")
    copied.add_trials(study.get_trials()[:n])
    return copied


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_that_of_the_moment_of_reading(name: str, moving: optuna.Study) -> None:
    plot: Callable[[optuna.Study], Any] = getattr(optuna_guide, name)
    figure = plot(moving)
    assert figure == plot(still(moving))


@pytest.mark.parametrize("form", ["csv", "json", "markdown"])
def test_an_export_is_that_of_the_moment_of_reading(form: Any, moving: optuna.Study) -> None:
    found = export_guidance(moving, form)
    assert found == export_guidance(still(moving), form)


def test_a_report_is_that_of_the_moment_of_reading(moving: optuna.Study, tmp_path: Path) -> None:
    found = write_report(moving, tmp_path / "moving.html").read_bytes()
    assert found == write_report(still(moving), tmp_path / "still.html").read_bytes()
