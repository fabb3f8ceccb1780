"""What a server and a worker keep: objects are counted, as bytes are different on each machine."""

from __future__ import annotations

import gc
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.storages import BaseStorage, InMemoryStorage
from optuna.trial import FrozenTrial, create_trial

from optuna_guide.experiments.basis import Basis
from optuna_guide.models.fitting import Models, fit_models
from optuna_guide.models.forest import Forest
from optuna_guide.sampling.guided.guided_study import GuidedStudy
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler
from optuna_guide.sampling.lite_gp.history import TrialArrays
from optuna_guide.store.storages import id_of, storage_of
from optuna_guide.store.versions import guidance_head
from optuna_guide.study.columns import Columns
from optuna_guide.study.exploration import Exploration
from optuna_guide.study.reading import Reading
from optuna_guide.study.table import TrialsTable
from optuna_guide.surfaces.workbench import studies
from optuna_guide.surfaces.workbench.guidances import DEFAULT
from optuna_guide.surfaces.workbench.material import MAX_STUDIES, Material
from optuna_guide.surfaces.workbench.studies import Studies

N_TRIALS = 12
SPACE = {"x": FloatDistribution(0.0, 1.0), "y": FloatDistribution(0.0, 1.0)}


@pytest.fixture(autouse=True)
def _small_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fits that nobody keeps but the server, of two trees each."""
    monkeypatch.setattr("optuna_guide.models.pipeline.fit_models", fit_models)
    monkeypatch.setattr("optuna_guide.models.forest.count_trees", lambda _: 2)
    monkeypatch.setattr("optuna_guide.models.fitting.MIN_EBM_TRIALS", 1000)


@pytest.fixture
def storage(tmp_path: Path) -> BaseStorage:
    return optuna.storages.get_storage(storage_url(tmp_path))


def count(*kinds: type) -> list[int]:
    """How many objects of each kind are alive beside those that were when the test began."""
    gc.collect()
    alive = [type(found) for found in gc.get_objects()]
    return [alive.count(kind) for kind in kinds]


def make_study(storage: BaseStorage, name: str | None = None, n: int = N_TRIALS) -> optuna.Study:
    study = optuna.create_study(storage=storage, study_name=name)
    add_trials(study, n)
    return study


def add_trials(study: optuna.Study, n: int) -> None:
    for k in range(n):
        params = {"x": (7 * k % 11) / 11, "y": (3 * k % 13) / 13}
        study.add_trial(create_trial(value=params["x"], params=params, distributions=SPACE))


def look(material: Material, study_id: int) -> None:
    """All that a page may ask of a study."""
    reading = material.studies.read(study_id, fresh=0.0)
    material.columns(reading)
    material.table(reading)
    material.exploration(reading)
    basis = material.basis(reading, {})
    assert len(basis.table) == len(reading.trials)
    material.models(reading, material.guidance(reading, DEFAULT))


def wait_for_fits(material: Material) -> None:
    for thread in threading.enumerate():
        if thread.name == "guide-fit":
            thread.join(60)


def test_refits_of_a_study_take_the_place_of_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optuna_guide.surfaces.workbench.guidances.next_due", lambda n, *_: n + 1)
    kinds = (Models, Forest, TrialsTable, Exploration, Columns, Reading, Basis)
    before = count(*kinds)
    study = make_study(InMemoryStorage())
    material = Material(storage_of(study), keep=True)
    for _ in range(16):
        look(material, id_of(study))
        wait_for_fits(material)
        look(material, id_of(study))
        add_trials(study, 1)
    assert guidance_head(study).version == 16
    found = {kind.__name__: n - m for kind, n, m in zip(kinds, count(*kinds), before, strict=True)}
    assert found == {
        "Models": 1,
        "Forest": 2,  # of the ranks, and of the values, in the same boxes
        "TrialsTable": 4,
        "Exploration": 1,
        "Columns": 1,
        "Reading": 1,
        "Basis": 1,
    }


def test_a_forest_holds_its_arrays_once() -> None:
    study = make_study(InMemoryStorage())
    material = Material(storage_of(study), keep=False)
    reading = material.studies.read(id_of(study))
    material._fit(reading, reading, DEFAULT)
    models = next(iter(material._models._found.values()))[1]
    assert isinstance(models, Models)
    for forest in (models.forest, models.boxes.forest):
        assert forest.low is models.ranked.low
        for tree, ranked in zip(forest.trees, models.ranked.trees, strict=True):
            assert tree.low.base is models.ranked.low
            assert tree.leaf_of_row is ranked.leaf_of_row
            assert tree.nodes is ranked.nodes


def test_a_server_lets_go_of_studies_that_nobody_looks_at(
    storage: BaseStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "MAX_KNOWN", 9)
    kinds = (FrozenTrial, Reading, Columns, TrialsTable)
    before, material = count(*kinds), Material(storage, keep=False)
    for _ in range(12):
        reading = material.studies.read(id_of(make_study(storage, n=2)))
        material.columns(reading)
        material.table(reading)
    del reading
    trials, *others = [n - m for n, m in zip(count(*kinds), before, strict=True)]
    assert (trials, others) == (2 * 9, [9, MAX_STUDIES, MAX_STUDIES])


@pytest.mark.parametrize("other", [2, 65])
def test_studies_are_let_go_whatever_their_ids(
    storage: BaseStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: int
) -> None:
    monkeypatch.setattr(studies, "MAX_KNOWN", 1)
    for _ in range(2):
        make_study(storage, n=0)
    with sqlite3.connect(tmp_path / "studies.db") as database:
        for table in ("studies", "study_directions"):
            database.execute(f"UPDATE {table} SET study_id = {other} WHERE study_id = 2")
    found = Studies(optuna.storages.get_storage(storage_url(tmp_path)))
    found.read(1)
    found.read(other)
    assert list(found.storage._studies) == [other]


def test_a_fit_that_ends_late_brings_no_trials_back(
    storage: BaseStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "MAX_KNOWN", 2)
    go_on, material = threading.Event(), Material(storage, keep=True)
    fit = material.guidances._fit_snapshot

    def fit_late(*asked: Any) -> Any:
        assert go_on.wait(60)
        return fit(*asked)

    monkeypatch.setattr(material.guidances, "_fit_snapshot", fit_late)
    visited = [id_of(make_study(storage)) for _ in range(4)]
    for study_id in visited:
        reading = material.studies.read(study_id)
        material.guidance(reading, DEFAULT)
    go_on.set()
    wait_for_fits(material)
    assert set(storage._studies) == set(visited[-2:])


@pytest.mark.parametrize("make", [GuidedSampler, LiteGPSampler])
def test_a_sampler_forgets_studies_that_are_gone(
    make: Callable[..., optuna.samplers.BaseSampler],
) -> None:
    kinds = (GuidedStudy, TrialArrays)
    before, sampler, storage = count(*kinds), make(seed=0), InMemoryStorage()
    for _ in range(70):
        study = optuna.create_study(storage=storage, sampler=sampler)
        study.tell(study.ask(SPACE), 0.0)
        optuna.delete_study(study_name=study.study_name, storage=storage)
    guided, histories = [n - m for n, m in zip(count(*kinds), before, strict=True)]
    assert max(guided, histories) <= 17


def storage_url(folder: Path) -> str:
    return f"sqlite:///{folder}/studies.db"
