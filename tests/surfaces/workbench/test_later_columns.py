"""The first answer about the trials holds the parameters of a first picture; the others follow."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import create_trial
from wsgi_client import Client, open_workbench

N_PARAMS = 6
MATTERS = "x4"


@pytest.fixture
def study() -> optuna.Study:
    space: dict[str, BaseDistribution] = {
        f"x{j}": FloatDistribution(0, 1) for j in range(N_PARAMS)
    }
    found = optuna.create_study()
    for row in np.random.default_rng(0).random((60, N_PARAMS)).tolist():
        params = dict(zip(space, row, strict=True))
        found.add_trial(create_trial(params=params, distributions=space, value=params[MATTERS]))
    return found


@pytest.fixture
def client(study: optuna.Study) -> Client:
    return open_workbench(study)


def names(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [param["name"] for param in answer["params"]]


def test_both_answers_together_are_the_whole_one(client):
    whole, first = client.get("trials").json, client.get("trials", first="2").json
    assert (whole["later"], first["later"]) == ([], [2, 3, 4, 5])
    rest = client.get("params", tag=first["tag"], later="2,3,4,5").json
    assert first["params"] + rest["params"] == whole["params"]
    parts = {"params": whole["params"], "later": []}
    assert {**first, **parts} == whole


def test_the_most_important_parameters_come_first_once_they_are_known(client):
    assert names(client.get("trials", first="1").json) == ["x0"]
    client.wait_for_guidance()
    first = client.get("trials", first="1").json
    assert (names(first), first["later"]) == ([MATTERS], [0, 1, 2, 3, 5])


def test_parameters_of_trials_that_moved_on_are_not_sent(study, client, later):
    first = client.get("trials", first="2").json
    study.optimize(lambda trial: trial.suggest_float("another", 0, 1), n_trials=1)
    later()
    rest = client.get("params", tag=first["tag"], later="2,3,4,5").json
    assert (rest["params"], rest["tag"]) == ([], client.get("trials").json["tag"])


@pytest.mark.parametrize("places", ["6", "-1", "x", "0,1,2,3,4,5,0", "99999999999999"])
def test_places_that_no_parameter_has_are_refused(client, places):
    tag = client.get("trials").json["tag"]
    answer = client.get("params", tag=tag, later=places)
    assert (answer.status, "later must be" in answer.json["error"]) == (400, True)
