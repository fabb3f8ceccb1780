"""Trials that are copied to a follow-up study while its page is open already."""

from __future__ import annotations

import threading
import time
from typing import Any

import optuna
import pytest
from wsgi_client import Client, open_workbench

from optuna_guide.surfaces.workbench import copies
from optuna_guide.surfaces.workbench.copies import Copies

BODY = {"name": "next", "region": {"x": {"intervals": [[0.0, 1.0]]}}}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Client:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=12)
    monkeypatch.setattr(copies, "PATIENCE", 0.0)
    return open_workbench(study)


def after(client: Client, study_id: int) -> Client:
    """The same server, asked about another study."""
    return Client(client.app, client.token, study_id)


def until_ended(client: Client) -> Any:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        found = client.get("copying").json["copying"]
        if found is None or found["error"]:
            return found
        time.sleep(0.02)
    raise TimeoutError


def test_the_page_gets_an_answer_at_once_and_shows_how_far_it_is(client, monkeypatch, later):
    add, copied, go = optuna.Study.add_trial, [], threading.Event()

    def add_slowly(study: optuna.Study, trial: Any) -> None:
        add(study, trial)
        copied.append(trial)
        if len(copied) == 5:
            go.wait(10)

    monkeypatch.setattr(optuna.Study, "add_trial", add_slowly)
    answer = client.post("next_study", BODY).json
    assert (answer["n"], answer["error"]) == (12, None)
    assert answer["n_copied"] < 12
    following = after(client, answer["id"])
    page = f"/guide/studies/{answer['id']}"
    assert "copying.js" in client.ask("GET", page).text
    assert following.get("copying").json["copying"]["n"] == 12
    go.set()
    assert until_ended(following) is None
    assert "copying.js" not in client.ask("GET", page).text
    later()
    assert following.get("trials").json["n"] == 12


def test_what_cannot_be_copied_stays_said(client, monkeypatch):
    add, copied = optuna.Study.add_trial, []

    def fail_later(study: optuna.Study, trial: Any) -> None:
        if len(copied) == 3:
            raise ConnectionError("connection refused")
        copied.append(trial)
        add(study, trial)

    monkeypatch.setattr(optuna.Study, "add_trial", fail_later)
    answer = client.post("next_study", BODY).json
    error = until_ended(after(client, answer["id"]))["error"]
    assert error == "3 of 12 trials were copied, then: connection refused"
    assert "copying.js" in client.ask("GET", f"/guide/studies/{answer['id']}").text


def test_no_study_is_copied_to_unless_it_was_begun(client):
    assert client.get("copying").json == {"copying": None}


def test_only_so_many_are_remembered(monkeypatch):
    known = Copies()
    study = optuna.create_study()
    for k in range(3 * copies.MAX_KNOWN):
        monkeypatch.setattr(study, "_study_id", k)
        known.start(study, [])
    assert len(known._known) <= copies.MAX_KNOWN
