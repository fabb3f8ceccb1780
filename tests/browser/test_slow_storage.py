"""What a person sees while a storage takes its time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from waiting import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=30)
    return study


@pytest.fixture
def address(study: optuna.Study, serve: Callable[[Any], str]) -> str:
    from optuna_guide.surfaces.workbench import wsgi

    return serve(wsgi(study._storage))


def test_a_page_says_that_trials_are_read_until_they_are(
    study: optuna.Study,
    address: str,
    open_page: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from optuna_guide.surfaces.workbench.studies import Studies

    read, go = Studies._read, threading.Event()

    def read_late(*arguments: Any) -> Any:
        go.wait(30)
        return read(*arguments)

    monkeypatch.setattr(Studies, "_read", read_late)
    page = open_page(f"{address}/guide/studies/{study._study_id}")
    waiting = page.get_by_role("status").get_by_text("Reading 30 trials")
    expect(waiting).to_be_visible()
    go.set()
    expect(page.locator(".count")).to_have_text("all 30 trials")
    expect(waiting).to_have_count(0)


def test_a_follow_up_study_says_how_far_it_is_until_all_trials_are_there(
    study: optuna.Study,
    address: str,
    open_page: Callable[..., Page],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add, copied, go = optuna.Study.add_trial, [], threading.Event()

    def add_slowly(following: optuna.Study, trial: Any) -> None:
        if len(copied) == 12:
            go.wait(30)
        add(following, trial)
        copied.append(trial)

    monkeypatch.setattr(optuna.Study, "add_trial", add_slowly)
    page = open_page(f"{address}/guide/studies/{study._study_id}")
    expect(page.locator(".count")).to_have_text("all 30 trials")
    created = page.evaluate(
        "window.workbench.api.post('next_study', {region: {x: {intervals: [[0, 1]]}}})"
    )
    page = open_page(f"{address}/guide/studies/{created['id']}")
    note = page.locator(".copying")
    expect(note).to_have_text("Copying the trials inside the region: 12 of 30")
    go.set()
    expect(note).to_have_count(0)
    expect(page.locator(".count")).to_have_text("all 30 trials")
