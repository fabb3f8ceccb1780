"""What a server keeps: models and tables of the newest state, one for each study and target."""

from __future__ import annotations

import optuna
import pytest

from optuna_guide.guidance import Guidance
from optuna_guide.models.fitting import Models
from optuna_guide.surfaces.workbench.caches import Cache
from optuna_guide.surfaces.workbench.material import Material

DEFAULT = (None, None)


def test_what_was_made_of_an_older_state_is_replaced() -> None:
    kept: Cache[str] = Cache(8)
    assert [kept.get("study", lambda n=n: f"of {n}", state=n) for n in (10, 20, 20)] == [
        "of 10",
        "of 20",
        "of 20",
    ]
    kept.put("study", "given", state=30)
    assert kept.get("study", lambda: "made", state=30) == "given"
    assert len(kept._found) == 1


def test_a_server_reads_what_pages_ask_for_from_the_models_of_its_own_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 20)
    material = Material(study._storage, keep=False)
    for n_trials in (20, 30):
        reading = material.studies.read(study._study_id, fresh=0.0)
        guidance = material._fit(reading, reading, DEFAULT)
        assert isinstance(guidance, Guidance)
        with monkeypatch.context() as patch:
            patch.setattr(
                "optuna_guide.models.pipeline.fit_again",
                lambda *_: pytest.fail("fitted again"),
            )
            models = material.models(reading, guidance)
        assert isinstance(models, Models)
        assert len(models.sample.table) == n_trials
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 10)
    assert len(material._models._found) == 1


def test_reports_of_running_trials_leave_what_ended_trials_tell() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), 5)
    storage = study._storage
    material = Material(storage, keep=False)

    def made() -> tuple[object, object, object]:
        reading = material.studies.read(study._study_id, fresh=0.0)
        return material.exploration(reading), material.table(reading), material.columns(reading)

    trial = study.ask()
    started = made()
    trial.report(0.5, step=1)
    trial.set_user_attr("note", "on its way")
    reported = made()
    assert reported[:2] == started[:2]
    assert reported[2] is not started[2]
    for change in (
        lambda: trial.suggest_float("y", 0, 1),
        lambda: storage.set_trial_system_attr(trial._trial_id, "completed_rung_0", 0.5),
        lambda: study.tell(trial, 0.5),
    ):
        before = made()
        change()
        assert not {*map(id, made()[:2])} & {*map(id, before[:2])}
