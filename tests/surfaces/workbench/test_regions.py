"""The control panel: what is applied is obeyed, can be undone, and is foretold."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from wsgi_client import Client, open_workbench

from optuna_guide import GuidedSampler, apply_region, region_history
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.regions import load_region
from optuna_guide.surfaces.workbench.regions import as_code


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0.0, 1.0)
    n = trial.suggest_int("n", 1, 8)
    solver = trial.suggest_categorical("solver", ["adam", "sgd", "lbfgs"])
    return (x - 0.3) ** 2 + 0.01 * n + 0.1 * (solver == "sgd")


@pytest.fixture
def study() -> optuna.Study:
    created = optuna.create_study(
        sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=0), n_startup_trials=200)
    )
    created.optimize(objective, n_trials=40)
    return created


@pytest.fixture
def client(study: optuna.Study) -> Client:
    opened = open_workbench(study)
    opened.wait_for_guidance()
    return opened


REGION: dict[str, Any] = {
    "x": {"intervals": [[0.1, 0.2], [0.4, 0.5]]},
    "n": {"intervals": [[2, 3]]},
    "solver": {"choices": [0, 2]},
}


def test_the_next_trial_obeys_an_applied_region(study, client, later):
    answer = client.post("region", {"region": REGION, "comment": "looks good"})
    assert answer.status == 200, answer.text
    assert answer.json["current"]["region"] == REGION
    assert answer.json["current"]["comment"] == "looks good"
    then = answer.json["next"]
    assert (then["kind"], then["who"], then["since"]) == ("confined", "by hand", None)
    study.optimize(objective, n_trials=10)
    later()
    found = client.get("region").json
    assert found["current"]["trials"] == [40, 49]
    assert found["next"]["since"] == 40
    for trial in study.trials[40:]:
        assert 0.1 <= trial.params["x"] <= 0.2 or 0.4 <= trial.params["x"] <= 0.5
        assert trial.params["n"] in (2, 3)
        assert trial.params["solver"] in ("adam", "lbfgs")


def test_clear_pause_and_resume_are_seen_at_once(study, client):
    client.post("region", {"region": REGION})
    paused = client.post("region/pause", {}).json
    assert paused["paused"]
    assert paused["current"]["region"] == REGION
    assert not client.post("region/resume", {}).json["paused"]
    cleared = client.post("region/clear", {}).json
    assert cleared["current"] is None
    assert load_region(study).cleared
    assert [e["cleared"] for e in cleared["history"]] == [False, False, False, True]


def test_undo_goes_back_one_change_after_the_other(study, client):
    other = {"x": {"intervals": [[0.6, 0.7]]}}
    client.post("region", {"region": REGION})
    client.post("region", {"region": other})
    client.post("region/pause", {})
    seen = [client.post("region/undo", {}).json for _ in range(3)]
    assert [(s["paused"], s["current"] and s["current"]["region"]) for s in seen] == [
        (False, other),
        (False, REGION),
        (False, None),
    ]
    assert [s["can_undo"] for s in seen] == [True, True, False]
    answer = client.post("region/undo", {})
    assert (answer.status, answer.json["error"]) == (409, "There is no change left to undo.")


def test_a_change_after_an_undo_is_undone_first(client):
    others = [{"x": {"intervals": [[k / 10, 0.9]]}} for k in range(1, 4)]
    client.post("region", {"region": others[0]})
    client.post("region", {"region": others[1]})
    client.post("region/undo", {})
    client.post("region", {"region": others[2]})
    assert client.post("region/undo", {}).json["current"]["region"] == others[0]
    assert client.post("region/undo", {}).json["current"] is None


def test_what_others_set_is_shown_with_its_author(study, client):
    apply_region(study, {"x": (0.2, 0.4)}, author="Ada", comment="from Python")
    client.post("kept", {"numbers": []})  # reads the study anew
    current = client.get("region").json["current"]
    assert (current["author"], current["comment"]) == ("Ada", "from Python")
    assert current["region"] == {"x": {"intervals": [[0.2, 0.4]]}}
    assert len(region_history(study)) == 1


def test_the_code_is_that_of_the_region(client):
    code = client.post("region", {"region": REGION}).json["code"]
    assert "n = trial.suggest_int('n', 2, 3)" in code
    assert "solver = trial.suggest_categorical('solver', ['adam', 'lbfgs'])" in code


def test_the_preview_counts_what_a_region_would_keep(study, client):
    region = {"x": {"intervals": [[0.2, 0.4]]}}
    found = client.get("region/preview", region=region).json
    x = np.array([t.params["x"] for t in study.trials])
    values = np.array([t.value for t in study.trials])
    inside, top = (x >= 0.2) & (x <= 0.4), values <= np.sort(values)[3]
    assert found["n_inside"] == inside.sum()
    assert found["top_share"] == pytest.approx(inside[top].mean())
    assert found["top_inside"] == pytest.approx(top[inside].mean())
    assert found["median"] == pytest.approx(np.median(values[inside]))
    assert found["expected"] < found["everywhere"]
    assert "x = trial.suggest_float('x', 0.2, 0.4)" in found["code"]


def test_a_whole_region_keeps_everything(client):
    found = client.get("region/preview", region={}).json
    assert (found["n_inside"], found["top_share"]) == (found["n"], 1.0)
    assert found["expected"] == pytest.approx(found["everywhere"])


def test_the_drawer_is_kept_with_the_study(study, client):
    assert client.get("kept").json == {"kept": []}
    assert client.post("kept", {"numbers": [5, 3, 5]}).json["kept"] == [5, 3]
    assert open_workbench(study).get("kept").json == {"kept": [5, 3]}


def test_a_follow_up_study_starts_inside_the_region(study, client):
    answer = client.post("next_study", {"name": "closer", "region": REGION})
    assert answer.status == 200, answer.text
    following = optuna.load_study(study_name="closer", storage=study._storage)
    n = len(following.trials)
    told = {"n": n, "n_copied": n, "error": None}
    assert answer.json == {"id": following._study_id, "name": "closer", **told}
    assert 0 < n < 40
    assert {t.params["solver"] for t in following.trials} <= {"adam", "lbfgs"}
    assert load_region(following) is not None


def test_a_follow_up_study_goes_on_with_what_was_applied(study, client):
    client.post("region", {"region": {"solver": {"choices": [1]}}})
    assert client.post("next_study", {"name": "only sgd"}).status == 200
    following = optuna.load_study(study_name="only sgd", storage=study._storage)
    assert {t.params["solver"] for t in following.trials} == {"sgd"}


def test_a_name_that_is_taken_is_refused(study, client):
    answer = client.post("next_study", {"name": study.study_name, "region": REGION})
    assert answer.status == 409
    assert "already" in answer.json["error"]


def test_the_lines_to_paste_say_where_a_parameter_is_asked_for() -> None:
    space = {"model": CategoricalDistribution(("svm", "mlp")), "lr": FloatDistribution(0.0, 1.0)}
    region = {"lr": Intervals(((0.2, 0.4),))}
    where = {"lr": {"model": Choices((1,))}}
    said = "lr = trial.suggest_float('lr', 0.2, 0.4)  # only where model == 'mlp'; was 0.0 to 1.0"
    assert said in as_code(region, space, where)
    assert "only where" not in as_code(region, {"lr": space["lr"]}, where)
