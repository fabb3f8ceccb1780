"""The whole path on every storage: from the first trial to the page, and on to other studies."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import optuna
import pandas as pd
import pytest
from optuna.samplers import TPESampler
from optuna.storages import BaseStorage
from optuna.testing.storages import STORAGE_MODES
from optuna.trial import TrialState
from storages import SERVERS, open_mode
from wsgi_client import Client

from optuna_guide import (
    GuideCallback,
    GuidedSampler,
    LiteGPSampler,
    apply_region,
    clear_region,
    create_ablations,
    enqueue,
    export_guidance,
    grow_study,
    load_guidance,
    next_study,
    publish,
    read_exploration,
    read_queue,
    region_history,
    set_context,
    study_from_frame,
    write_report,
    wsgi,
)
from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import read_attributes
from optuna_guide.store.keys import PANELS
from optuna_guide.store.storages import id_of, storage_of
from optuna_guide.study.declared import Declared

N_TRIALS = 24

pytestmark = pytest.mark.slow


def objective(trial: optuna.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0, 1) if solver == "sgd" else 0.0
    trial.set_user_attr("cost", trial.number % 5)
    trial.report(lr, 0)
    if trial.number % 8 == 5:
        raise optuna.TrialPruned
    if trial.number % 8 == 6:
        raise ValueError
    return lr + 0.01 * (solver == "sgd") + 0.01 * momentum


@pytest.fixture(scope="module", params=[*STORAGE_MODES, *SERVERS, "grpc_postgres"])
def storage(request: pytest.FixtureRequest) -> Iterator[BaseStorage]:
    with open_mode(request.param) as opened:
        before = {study.study_name for study in opened.get_all_studies()}
        yield opened
        for study in opened.get_all_studies():
            if study.study_name not in before and study.study_name.startswith("holds-"):
                optuna.delete_study(study_name=study.study_name, storage=opened)


@pytest.fixture(scope="module")
def study(storage: BaseStorage) -> optuna.Study:
    """A study that was tuned under guidance."""
    sampler = GuidedSampler(TPESampler(seed=0), n_startup_trials=10, seed=0)
    created = optuna.create_study(
        storage=storage, study_name=f"holds-{uuid.uuid4().hex}", sampler=sampler
    )
    with GuideCallback() as guide:
        created.optimize(objective, n_trials=N_TRIALS, callbacks=[guide], catch=ValueError)
    assert guide.last_error is None
    assert guide.guidance == load_guidance(created)
    return created


@pytest.fixture(scope="module")
def guidance(study: optuna.Study) -> Guidance:
    found = load_guidance(study)
    assert isinstance(found, Guidance)
    return found


def test_the_callback_knows_every_trial(study: optuna.Study, guidance: Guidance) -> None:
    assert guidance.n_finished == N_TRIALS
    assert {p.name for p in guidance.params} == {"lr", "solver", "momentum"}


def test_every_trial_says_how_it_came_to_be(study: optuna.Study) -> None:
    kinds = set(read_exploration(study).kinds)
    assert "guided" in kinds
    assert "startup" in kinds


def test_a_region_holds_in_the_next_trial_and_is_forgotten_when_it_is_cleared(
    study: optuna.Study,
) -> None:
    apply_region(study, {"lr": (1e-3, 2e-3), "solver": ["adam"]}, author="Ana")
    study.optimize(objective, n_trials=2, catch=ValueError)
    clear_region(study)
    assert all(1e-3 <= t.params["lr"] <= 2e-3 for t in study.trials[-2:])
    assert all(t.params["solver"] == "adam" for t in study.trials[-2:])
    assert [entry.author for entry in region_history(study)][-2:-1] == ["Ana"]


def test_the_gaussian_process_goes_on(study: optuna.Study) -> None:
    other = optuna.load_study(
        study_name=study.study_name, storage=storage_of(study), sampler=LiteGPSampler(seed=0)
    )
    n = len(other.trials)
    other.optimize(objective, n_trials=2, catch=ValueError)
    assert all("lr" in t.params for t in other.trials[n:])


def test_the_dashboard_gets_its_panels_and_the_second_time_nothing_is_written(
    study: optuna.Study, guidance: Guidance
) -> None:
    publish(study, guidance)
    assert publish(study, guidance) == 0
    assert any(key.startswith(PANELS) for key in read_attributes(study))


def test_the_page_and_the_dashboard_show_the_study(study: optuna.Study) -> None:
    client = Client(wsgi(storage_of(study)), study_id=id_of(study))
    assert client.ask("GET", f"/guide/studies/{id_of(study)}").status == 200
    listed = client.ask("GET", "/guide/api/studies").json
    assert study.study_name in [one["name"] for one in listed]
    assert client.get("trials").json["n"] == len(study.trials)
    assert client.wait_for_guidance()["state"] == "ready"
    for name in ("exploration_history", "importance"):
        assert client.get(f"figure/{name}").json["data"]
    assert client.ask("GET", f"/api/studies/{id_of(study)}").status == 200


def test_a_report_and_an_export_are_written(study: optuna.Study, tmp_path: Path) -> None:
    report = write_report(study, tmp_path / "report.html").read_text(encoding="utf-8")
    assert study.study_name in report
    assert json.loads(export_guidance(study, "json"))


def test_experiments_wait_run_and_are_told(study: optuna.Study) -> None:
    best = study.best_trial
    asked = enqueue(study, create_ablations(study, best, ["lr"]), author="Ana")
    queue = read_queue(study)
    assert [q.number for q in queue.waiting] == list(asked.numbers)
    study.optimize(objective, n_trials=len(asked.numbers), catch=ValueError)
    ran = [study.trials[number] for number in asked.numbers]
    assert all(t.state.is_finished() and t.params["lr"] != best.params["lr"] for t in ran)
    assert read_queue(study).waiting == ()


def test_a_study_grows_and_another_one_goes_on(study: optuna.Study) -> None:
    grown = grow_study(study, {"solver": ["adam", "sgd", "lion"]})
    assert grown.study_name.startswith(study.study_name)
    assert len(grown.trials) == len(study.trials)
    assert Declared().seen(grown.trials).space["solver"].choices == ("adam", "sgd", "lion")
    following = next_study(
        study, {"lr": (1e-4, 1e-2)}, study_name=f"{study.study_name}-2", storage=storage_of(study)
    )
    assert all(t.params["lr"] <= 1e-2 for t in following.trials)


def test_a_table_is_imported(storage: BaseStorage, study: optuna.Study) -> None:
    rows = [{**t.params, "loss": t.value} for t in study.trials if t.value is not None]
    name = f"{study.study_name}-imported"
    for _ in range(2):  # once
        imported = study_from_frame(
            pd.DataFrame(rows),
            target="loss",
            direction="minimize",
            study_name=name,
            storage=storage,
            context=["solver"],
        )
    assert len(imported.trials) == len(rows)
    assert all(t.state == TrialState.COMPLETE for t in imported.trials)
    set_context(imported, "solver")
