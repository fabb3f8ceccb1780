"""What a server reads before somebody asks."""

from __future__ import annotations

import logging
from typing import Any

import optuna
import pytest

from optuna_guide import fit_guidance
from optuna_guide.store.versions import save_guidance
from optuna_guide.surfaces.workbench import warm_up
from optuna_guide.surfaces.workbench.material import Material
from optuna_guide.surfaces.workbench.warm_up import MAX_STUDIES
from optuna_guide.surfaces.workbench.wire import Refusal


def tuned(n_trials: int = 12, **options: Any) -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **options)
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials)
    return study


@pytest.fixture
def studies() -> list[optuna.Study]:
    """Six studies of one storage, the oldest first."""
    first = tuned()
    return [first, *(tuned(storage=first._storage) for _ in range(5))]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Ids of the studies that are read."""
    found: list[int] = []
    monkeypatch.setattr(warm_up, "_read", lambda material, study_id: found.append(study_id))
    return found


def test_the_newest_studies_are_at_hand_afterwards(studies, monkeypatch):
    material = Material(studies[0]._storage, keep=True)
    warm_up.warm_up(material)
    storage = material.studies.storage
    monkeypatch.setattr(storage, "get_all_trials", lambda *_, **__: pytest.fail("read again"))
    for study in studies[-MAX_STUDIES:]:
        reading = material.studies.read(study._study_id, fresh=60.0)
        assert len(material.columns(reading)) == 12


def test_nothing_is_written_and_no_guidance_is_fitted(studies):
    before = studies[-1]._storage.get_study_system_attrs(studies[-1]._study_id)
    material = Material(studies[0]._storage, keep=True)
    warm_up.warm_up(material)
    assert material.guidances._entries == {}
    assert studies[-1]._storage.get_study_system_attrs(studies[-1]._study_id) == before


def test_the_forest_behind_a_stored_guidance_is_at_hand(monkeypatch):
    study = tuned(30)
    save_guidance(study, fit_guidance(study, seed=0))
    material = Material(study._storage, keep=True)
    warm_up.warm_up(material)
    monkeypatch.setattr(
        "optuna_guide.models.pipeline.fit_again",
        lambda *_: pytest.fail("fitted again"),
    )
    reading = material.studies.read(study._study_id)
    material.models(reading, material.guidance(reading, (None, None)))


def test_the_newest_come_first_and_only_a_few(studies, read):
    warm_up.warm_up(Material(studies[0]._storage, keep=True))
    assert read == [5, 4, 3, 2]


def test_large_studies_are_left_to_who_opens_them(studies, read, monkeypatch):
    monkeypatch.setattr(warm_up, "MAX_TRIALS", 30)
    warm_up.warm_up(Material(studies[0]._storage, keep=True))
    assert read == [5, 4]


def test_no_further_study_is_begun_after_a_while(studies, read, monkeypatch):
    monkeypatch.setattr(warm_up, "MAX_SECONDS", -1.0)
    warm_up.warm_up(Material(studies[0]._storage, keep=True))
    assert read == []


def test_a_study_that_was_deleted_meanwhile_is_passed_over(studies, monkeypatch):
    material, read = Material(studies[0]._storage, keep=True), []

    def fail_first(material: Material, study_id: int) -> None:
        read.append(study_id)
        if len(read) == 1:
            raise Refusal(404, "gone")

    monkeypatch.setattr(warm_up, "_read", fail_first)
    warm_up.warm_up(material)
    assert read == [5, 4, 3, 2]


def test_a_storage_that_is_down_is_left_to_the_pages(studies, monkeypatch):
    material = Material(studies[0]._storage, keep=True)

    def down(*_: Any) -> Any:
        raise ConnectionError("connection refused")

    monkeypatch.setattr(material.studies.storage, "get_all_studies", down)
    warm_up.warm_up(material)


def test_what_nobody_expected_is_logged(studies, monkeypatch, caplog):
    def fail(*_: Any) -> Any:
        raise RuntimeError("out of steam")

    monkeypatch.setattr(warm_up, "_read", fail)
    optuna.logging.enable_propagation()
    try:
        with caplog.at_level(logging.WARNING):
            warm_up.warm_up(Material(studies[0]._storage, keep=True))
    finally:
        optuna.logging.disable_propagation()
    assert "Warming up failed: RuntimeError('out of steam')" in caplog.text
