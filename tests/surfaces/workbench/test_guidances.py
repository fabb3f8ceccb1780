"""Guidance on demand: fitted once, in the background, again when trials came after."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace

import numpy as np
import optuna
import pytest
from guidances import make_guidance
from ugly import UGLY
from wsgi_client import open_workbench

from optuna_guide import fit_guidance, load_guidance
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.store.versions import save_guidance
from optuna_guide.surfaces.workbench import guidances
from optuna_guide.surfaces.workbench.guidances import Guidances
from optuna_guide.surfaces.workbench.studies import Studies
from optuna_guide.words.terms import term_note


def tuned(n_trials: int = 30) -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        trial.set_user_attr("cost", trial.number % 7)
        return trial.suggest_float("x", 0, 1) + 0.1 * trial.suggest_float("y", 0, 1)

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=n_trials)
    return study


def test_a_study_without_guidance_gets_one_and_it_is_kept_with_the_study():
    study = tuned()
    client = open_workbench(study)
    first = client.get("guidance").json
    assert (first["state"], first["fitting"], first["guidance"]) == ("fitting", True, None)
    assert first["expected"] > 0
    found = client.wait_for_guidance()
    assert found["state"] == "ready"
    assert found["n_known"] == found["n_finished"] == 30
    assert found["guidance"]["params"][0]["name"] == "x"
    assert load_guidance(study).version == 1


def test_a_read_only_server_fits_but_writes_nothing():
    study = tuned()
    before = study._storage.get_study_system_attrs(study._study_id)
    client = open_workbench(study, read_only=True)
    assert client.wait_for_guidance()["state"] == "ready"
    assert study._storage.get_study_system_attrs(study._study_id) == before


def test_a_stored_guidance_is_shown_at_once(monkeypatch):
    study = tuned()
    found = fit_guidance(study, seed=0)
    assert isinstance(found, Guidance)
    save_guidance(study, found)
    monkeypatch.setattr(Guidances, "_fit_now", lambda *_: pytest.fail("fitted"))
    shown = open_workbench(study).get("guidance").json
    assert (shown["state"], shown["fitting"]) == ("ready", False)
    assert shown["guidance"]["version"] == 1


def test_another_target_is_fitted_but_not_kept():
    study = tuned()
    client = open_workbench(study)
    assert client.wait_for_guidance(target="cost")["guidance"]["target"] == "cost"
    assert client.wait_for_guidance(target="cost")["guidance"]["direction"] == "minimize"
    found = client.wait_for_guidance(target="cost", direction="maximize")["guidance"]
    assert found["direction"] == "maximize"
    assert load_guidance(study) is None


def test_the_name_of_the_objective_is_the_default_target():
    study = tuned()
    client = open_workbench(study)
    tag = client.wait_for_guidance()["tag"]
    assert client.get("guidance", target="value").json["tag"] == tag


def test_a_guidance_that_is_known_is_not_sent_again():
    client = open_workbench(tuned())
    found = client.wait_for_guidance()
    again = client.get("guidance", known=found["tag"]).json
    assert again["same"] is True
    assert "guidance" not in again


def test_the_forest_is_sent_beside_each_term_as_the_figure_draws_it():
    found = open_workbench(tuned()).wait_for_guidance()
    guidance = Guidance.from_json(json.dumps(found["guidance"]))
    modelled = [param for param in guidance.params if param.shape is not None]
    assert modelled
    assert list(found["terms"]) == [param.name for param in modelled]
    for param in modelled:
        term = found["terms"][param.name]
        assert term["note"] == term_note(param)
        middle = np.average(term["forest"], weights=param.effect.counts)
        assert middle == pytest.approx(0, abs=1e-9)
        assert np.diff(term["forest"]) == pytest.approx(np.diff(param.effect.mean))


def test_what_is_missing_is_said_and_a_fit_follows_when_it_came(later):
    study = UGLY["nine trials"]()
    client = open_workbench(study)
    found = client.wait_for_guidance()
    assert (found["state"], found["n_missing"]) == ("not_ready", 1)
    assert "1 more" in found["reason"]
    study.add_trials(tuned(12).trials)
    later()
    assert client.wait_for_guidance()["state"] == "ready"


def test_many_pages_share_one_fit(monkeypatch):
    study, n_fits, go = tuned(), [], threading.Event()

    def fit(self, reading, asked):
        n_fits.append(asked)
        go.wait(10)
        return replace(make_guidance(), n_finished=30)

    monkeypatch.setattr(Guidances, "_fit_now", fit)
    client = open_workbench(study)
    states = [client.get("guidance").json["state"] for _ in range(10)]
    assert states == ["fitting"] * 10
    go.set()
    assert client.wait_for_guidance()["state"] == "ready"
    assert len(n_fits) == 1


def test_a_fit_that_fails_says_why_and_is_tried_again_when_trials_came(monkeypatch, later):
    study, n_fits = tuned(), []

    def fit(self, reading, asked):
        n_fits.append(reading.n_finished)
        raise RuntimeError("out of luck")

    monkeypatch.setattr(Guidances, "_fit_now", fit)
    client = open_workbench(study)
    found = client.wait_for_guidance()
    assert (found["state"], found["reason"]) == ("failed", "The fit failed: out of luck")
    client.wait_for_guidance()
    assert n_fits == [30]
    study.add_trials(tuned(10).trials)
    later()
    client.wait_for_guidance()
    assert n_fits == [30, 40]


def test_a_running_study_is_fitted_on_a_growing_schedule(monkeypatch):
    fits = []

    def fit(identity, snapshot, asked):
        fits.append(snapshot.n_finished)
        return NotReady("not yet", snapshot.n_finished)

    monkeypatch.setattr(guidances, "QUIET", 3600.0)
    study, found = tuned(20), Guidances(fit, keep=False)
    studies = Studies(study._storage)
    more = tuned(20).trials
    for k in range(20):
        reading = studies.read(study._study_id, fresh=0.0)
        while found.answer(reading, (None, None))["fitting"]:
            time.sleep(0.01)
        study.add_trial(more[k])
    assert fits == [20, 25, 32]


def test_only_so_many_guidances_are_kept():
    found = Guidances(lambda identity, snapshot, asked: NotReady("no", 0), keep=False)
    reading = Studies(tuned(10)._storage).read(0)
    for k in range(3 * guidances.MAX_KEPT):
        while found.answer(reading, (f"target {k}", None))["fitting"]:
            time.sleep(0.002)
    assert len(found._entries) <= guidances.MAX_KEPT


def test_only_so_many_fits_wait_and_the_others_are_tried_again():
    go = threading.Event()

    def fit(identity, snapshot, asked):
        go.wait(10)
        return NotReady("no", 0)

    found = Guidances(fit, keep=False)
    reading = Studies(tuned(10)._storage).read(0)
    names = [f"target {k}" for k in range(2 * guidances.MAX_WAITING)]
    waiting = [found.answer(reading, (name, None))["fitting"] for name in names]
    assert guidances.MAX_WAITING <= sum(waiting) <= guidances.MAX_WAITING + 1
    go.set()
    for name in names:
        deadline = time.monotonic() + 10
        while found.current(reading, (name, None)) is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
