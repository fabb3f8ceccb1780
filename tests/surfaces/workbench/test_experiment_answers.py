"""Experiments as a page asks for them: what is answered, what is written, what is refused."""

from __future__ import annotations

from typing import Any

import optuna
import pytest
from answer_types import check_answer
from ugly import UGLY
from wsgi_client import Client, open_workbench

from optuna_guide.experiments.ablate import create_ablations
from optuna_guide.surfaces.workbench.answers import Reads, Writes
from optuna_guide.surfaces.workbench.experiments import EXPERIMENTS


def objective(trial: optuna.Trial) -> float:
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if solver == "sgd" else 0.9
    rate = trial.suggest_float("rate", 1e-3, 1e-1, log=True)
    trial.set_user_attr("n_weights", trial.suggest_int("units", 4, 64))
    trial.report(rate, 1)
    return 50 * (rate - 0.02) ** 2 + 0.2 * (0.9 - momentum)


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=30)
    return study


@pytest.fixture
def client(study: optuna.Study) -> Client:
    return open_workbench(study)


def test_children_are_enqueued_run_and_compared(client, study):
    best = study.best_trial.number
    made = client.get("experiments/ablations", trial=best).json
    assert [c["change"] for c in made["candidates"]] == [
        c.change for c in create_ablations(study, best).candidates
    ]
    assert len(study.trials) == 30  # nothing is written before somebody confirms
    wanted = [c["params"] for c in made["candidates"]]
    body = {"kind": "ablation", "parent": best, "trials": wanted, "author": "Ana"}
    done = client.post("experiments/enqueue", body).json
    check_answer(Writes, "experiments/enqueue", done)
    assert [s["number"] for s in done["steps"]] == [t["number"] for t in done["waiting"]]
    assert {(t["parent"], t["origin"]["kind"]) for t in done["waiting"]} == {(best, "ablation")}
    study.optimize(objective, n_trials=len(wanted))
    family = open_workbench(study).get("experiments/children", trial=best).json
    check_answer(Reads, "experiments/children", family)
    assert {c["state"] for c in family["children"]} == {"complete"}
    own = study.trials[best].value
    for child in family["children"]:
        assert child["delta"]["value"] == pytest.approx(study.trials[child["number"]].value - own)
    again = client.post("experiments/enqueue", body).json
    assert not any(step["is_done"] for step in again["steps"])
    assert again["waiting"] == []


def test_the_queue_is_steered(client, study):
    rows = [{"solver": 0, "rate": 0.01 * k, "units": 8} for k in range(1, 5)]
    done = client.post("experiments/enqueue", {"parent": 3, "trials": rows}).json
    first, *_, last = [step["number"] for step in done["steps"]]
    moved = client.post("experiments/reorder", {"numbers": [last]}).json
    assert [step["is_done"] for step in moved["steps"]] == [True] * 4
    assert moved["waiting"][0]["text"] == done["waiting"][-1]["text"]
    assert moved["waiting"][1]["text"] == done["waiting"][0]["text"]
    gone = client.post("experiments/cancel", {"numbers": [moved["waiting"][0]["number"]]}).json
    assert (gone["steps"][0]["outcome"], len(gone["waiting"])) == ("cancelled", 3)
    late = client.post("experiments/cancel", {"numbers": [first]}).json
    assert late["steps"][0]["is_done"] is False
    rest = [trial["number"] for trial in gone["waiting"]]
    assert client.post("experiments/cancel", {"numbers": rest}).json["waiting"] == []
    running = study.ask()
    stopping = client.post("experiments/stop", {}).json
    assert stopping["is_stopping"] is True
    assert any("GuideCallback" in hint for hint in stopping["hints"])
    refused = client.post("experiments/fail", {"trial": running.number})
    assert (refused.status, "may be alive" in refused.json["error"]) == (400, True)
    failed = client.post("experiments/fail", {"trial": running.number, "sure": True}).json
    assert failed["steps"][0]["outcome"] == "failed"


def test_the_form_follows_its_conditions(client):
    fields = {f["name"]: f for f in client.get("experiments/form", start="default").json["fields"]}
    assert fields["solver"]["active"]
    assert (fields["momentum"]["active"], "sgd" in fields["momentum"]["where"]) == (False, True)
    values = {name: field["value"] for name, field in fields.items() if name != "momentum"}
    checked = client.get("experiments/check", params={**values, "solver": 1}).json
    assert "momentum" in checked["active"]
    wrong = client.get("experiments/check", params={**values, "units": 900}).json
    assert (wrong["candidate"], [p["name"] for p in wrong["problems"]]) == (None, ["units"])
    assert "from 4 to 64" in wrong["problems"][0]["text"]


def test_what_was_tried_is_said_and_judged_by_the_target_that_is_asked_for(client, study):
    params = client.get("experiments/form", trial=3).json["fields"]
    own = {field["name"]: field["value"] for field in params if field["active"]}
    checked = client.get("experiments/check", params=own, trial=3).json["candidate"]
    assert (checked["tried"], checked["verdict"]) == ([3], "already tried as trial 3")
    made = client.get("experiments/ablations", trial=3, target="n_weights").json
    assert (made["target"], made["value"]) == ("n_weights", study.trials[3].params["units"])
    assert client.get("experiments/ablations", trial=3, target="nope").status == 400


def test_only_what_is_wanted_is_done_to_parameters(client, study):
    best = study.best_trial.number
    asked = {"trial": best, "n": 8, "max_changes": 1, "actions": ["perturb"]}
    made = client.get("experiments/variations", **asked).json["candidates"]
    assert {change["name"] for one in made for change in one["changes"]} <= {
        "momentum",
        "rate",
        "units",
    }
    switched = client.get("experiments/variations", **{**asked, "actions": ["switch", "replace"]})
    assert [one["changes"][0]["name"] for one in switched.json["candidates"]] == ["solver"]


WRONG_QUERIES: dict[str, tuple[str, dict[str, Any], str]] = {
    "no trial": ("ablations", {}, "number of a trial"),
    "an unknown trial": ("ablations", {"trial": 77}, "no trial 77"),
    "no parameters": ("ablations", {"trial": 3, "params": []}, "choose a parameter"),
    "an unknown parameter": ("ablations", {"trial": 3, "params": ["no"]}, "no parameter 'no'"),
    "no variations": ("variations", {"trial": 3, "n": 0, "max_changes": 1}, "from 1 to 200"),
    "many variations": ("variations", {"trial": 3, "n": 10_000, "max_changes": 1}, "1 to 200"),
    "no changes": ("variations", {"trial": 3, "n": 5, "max_changes": 0}, "from 1, not 0"),
    "a limit that is none": (
        "variations", {"trial": 3, "n": 5, "max_changes": 1, "limits": ["few"]}, "is no limit"
    ),
    "an unknown action": (
        "variations", {"trial": 3, "n": 5, "max_changes": 1, "actions": ["fly"]}, "of perturb, "
    ),
    "no action": (
        "variations", {"trial": 3, "n": 5, "max_changes": 1, "actions": []}, "of perturb, "
    ),
    "no region to stay in": (
        "variations", {"trial": 3, "n": 5, "max_changes": 1, "inside": True}, "No region"
    ),
    "an unknown target": ("children", {"trial": 3, "target": "no"}, "no target 'no'"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "query", "words"), WRONG_QUERIES.values(), ids=WRONG_QUERIES)
def test_what_cannot_be_asked_is_said_in_words(client, path, query, words):
    answer = client.get(f"experiments/{path}", **query)
    assert (answer.status, words in answer.json["error"]) == (400, True), answer.text


@pytest.mark.parametrize("name", ["no trials", "nine trials", "rarely active", "odd attributes"])
def test_answers_about_any_study_hold_what_their_types_say(name):
    study = UGLY[name]()
    client = open_workbench(study)
    complete = [t for t in study.trials if t.state == optuna.trial.TrialState.COMPLETE]
    number = complete[-1].number if complete else 0
    asked: dict[str, Any] = {"experiments/variations": {"n": 2, "max_changes": 1}}
    asked["experiments/form"] = {"start": "default"}
    asked["experiments/check"] = {"params": {}}
    for path in EXPERIMENTS:
        answer = client.get(path, **{"trial": str(number), **asked.get(path, {})})
        if answer.status == 200:
            check_answer(Reads, path, answer.json)
        else:
            assert (answer.status, bool(answer.json["error"])) == (400, True), answer.text
