"""Whatever happens at every read of a storage changes nothing in what is made of one reading."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Container
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, TrialState

import optuna_guide
from optuna_guide import ensure_fresh, export_guidance, fit_guidance, publish, write_report
from optuna_guide.figures import panels
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models import pipeline
from optuna_guide.study.table import TrialsTable
from optuna_guide.surfaces.publishing import PUBLISHED
from optuna_guide.surfaces.workbench.guidances import DEFAULT
from optuna_guide.surfaces.workbench.material import Material
from optuna_guide.surfaces.workbench.reads import READS

COMPARING = ("plot_importance_across", "plot_transfer_matrix")  # read two studies or more
FIGURES = sorted(
    name for name in optuna_guide.__all__ if name.startswith("plot_") and name not in COMPARING
)


class Moving(InMemoryStorage):
    """Something happens right after every read of trials or attributes, once it is said what.

    Attributes:
        change: What happens: a trial "ends", "begins" or "is deleted".
        n_deleted: So many of the first trials are gone.
        read: What was read last.
    """

    change = ""
    n_deleted = 0
    read: tuple[FrozenTrial, ...] = ()

    def get_all_trials(
        self, study_id: int, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        trials = super().get_all_trials(study_id, deepcopy, states)[self.n_deleted :]
        if self.change:
            self.read = tuple(trials)
            self._move(study_id, trials)
        return trials

    def get_study_system_attrs(self, study_id: int) -> dict[str, Any]:
        attributes = dict(super().get_study_system_attrs(study_id))
        if self.change:
            self._move(study_id, super().get_all_trials(study_id, False))
        return attributes

    def _move(self, study_id: int, trials: list[FrozenTrial]) -> None:
        if self.change == "is deleted":
            self.n_deleted += 1
        elif self.change == "begins":
            self.create_new_trial(study_id)
        else:
            ended = copy.copy(trials[len(trials) % 7])
            ended.datetime_complete = datetime.now()
            self.create_new_trial(study_id, ended)


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


@pytest.fixture(params=["ends", "begins", "is deleted"])
def moving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> optuna.Study:
    """A study that moves, and a fit that takes no time."""
    storage = Moving()
    study = tuned(storage)
    known = fit_guidance(study, seed=0)
    assert isinstance(known, Guidance)

    def fit_table(table: TrialsTable, **options: Any) -> Guidance:
        return replace(known, n_finished=table.states["COMPLETE"], n_trials=len(table))

    monkeypatch.setattr(pipeline, "fit_table", fit_table)
    storage.change = request.param
    return study


def still(study: optuna.Study) -> optuna.Study:
    """What was read last, in a storage in which nothing happens."""
    moved = study._storage
    assert isinstance(moved, Moving)
    trials, moved.change = moved.read, ""
    assert trials
    storage = Moving()
    copied = optuna.create_study(study_name="moving", storage=storage)
    storage.n_deleted = trials[0].number
    for trial in InMemoryStorage.get_all_trials(moved, study._study_id)[: trials[-1].number + 1]:
        storage.create_new_trial(copied._study_id, trial)
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


@pytest.mark.parametrize("moving", ["ends", "begins"], indirect=True)
def test_trials_that_end_after_the_fit_change_no_published_panel(moving: optuna.Study) -> None:
    guidance = ensure_fresh(moving)
    assert publish(moving, guidance) >= len(PUBLISHED)
    assert publish(moving, guidance) == 0


QUERIES: dict[str, dict[str, str]] = {
    "curves": {"trials": "5,9"},
    "details": {"trials": "5,9"},
    "subset": {"params": '["x"]'},
    "predict": {"params": '{"x": 0.5}'},
    "estimates": {"brush": '{"x": [[0.2, 0.9]]}'},
    "region/preview": {"region": '{"x": [[0.2, 0.9]]}'},
    "experiments/children": {"trial": "5"},
    "experiments/ablations": {"trial": "5"},
    "experiments/variations": {"trial": "5", "n": "3", "max_changes": "1"},
    "experiments/path": {"trial": "5"},
    "experiments/form": {"trial": "5"},
    "experiments/check": {"params": '{"x": 0.5}'},
}


@pytest.fixture(scope="module")
def material() -> Material:
    """What a page of a study with a guidance is answered from."""
    study = tuned(Moving())
    made = Material(study._storage, keep=False)
    deadline = time.monotonic() + 60
    while not made.guidance(made.studies.read(study._study_id), DEFAULT):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return made


@pytest.mark.parametrize("name", [*READS, *(f"figure/{panel}" for panel in panels.NAMES)])
def test_no_answer_of_the_page_reads_more_than_the_reading(
    name: str, material: Material, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading = material.studies.read(0, fresh=0.0)
    for method in (
        "get_all_trials",
        "get_study_system_attrs",
        "get_study_user_attrs",
        "get_trial",
    ):
        monkeypatch.setattr(material.studies.storage, method, lambda *_, **__: pytest.fail("read"))
    path, _, panel = name.partition("/")
    if name == "figure/<panel>":
        return
    if path == "figure":
        assert READS["figure/<panel>"](material, reading, {}, panel=panel)
    else:
        assert READS[name](material, reading, QUERIES.get(name, {}))


def test_an_older_reading_is_answered_from_what_it_knows() -> None:
    study = tuned(Moving())
    material = Material(study._storage, keep=False)
    older = material.studies.read(study._study_id)
    study.ask()
    newer = material.studies.read(study._study_id, fresh=0.0)
    for reading, n_running in ((older, 0), (newer, 1), (older, 0)):
        assert material.table(reading).states.get("RUNNING", 0) == n_running
        assert material.exploration(reading).trials.states.get("RUNNING", 0) == n_running
        assert len(material.columns(reading)) == 30 + n_running


def test_no_guidance_of_later_trials_stands_beside_an_older_reading() -> None:
    study = tuned(Moving())
    material = Material(study._storage, keep=False)
    older = material.studies.read(study._study_id)
    study.add_trial(study.trials[0])
    newer = material.studies.read(study._study_id, fresh=0.0)
    deadline = time.monotonic() + 60
    while not material.guidance(newer, DEFAULT):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert isinstance(material.guidance(older, DEFAULT), NotReady)
    told = material.guidances.answer(older, DEFAULT)
    assert (told["guidance"], told["fitting"]) == (None, True)
