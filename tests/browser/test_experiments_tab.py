"""A person ablates the best trial of a live study, crafts, cancels and stops, in Chromium."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from waiting import expect

from optuna_guide import GuideCallback, wsgi

if TYPE_CHECKING:
    from playwright.sync_api import Page

N_KNOWN = 40


def objective(trial: optuna.Trial) -> float:
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if solver == "sgd" else 0.9
    rate = trial.suggest_float("rate", 1e-3, 1e-1, log=True)
    units = trial.suggest_int("units", 4, 64)
    trial.set_user_attr("n_params", 10 * units)
    for step in range(3):
        trial.report(1 / (step + 1), step)
    return 50 * (rate - 0.02) ** 2 + 0.2 * (0.9 - momentum) + 0.01 * abs(units - 30)


class Worker:
    """Runs the study in a thread; each trial waits until it may end."""

    def __init__(self, study: optuna.Study) -> None:
        self._may_end = threading.Semaphore(0)
        self._study = study
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def let(self, n: int) -> None:
        for _ in range(n):
            self._may_end.release()

    def has_ended(self) -> bool:
        self._thread.join(20)
        return not self._thread.is_alive()

    def _run(self) -> None:
        def held(trial: optuna.Trial) -> float:
            value = objective(trial)
            self._may_end.acquire(timeout=60)
            return value

        rarely = GuideCallback(every_n_trials=1000, publish=False)
        self._study.optimize(held, n_trials=60, callbacks=[rarely])


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=N_KNOWN)
    return study


@pytest.fixture
def visit(
    serve: Callable[[Any], str], open_page: Callable[..., Page], study: optuna.Study
) -> Iterator[Callable[..., Page]]:
    def open_tab(*, read_only: bool = False, **look: Any) -> Page:
        address = serve(wsgi(study._storage, read_only=read_only))
        page = open_page(f"{address}/guide/studies/0#tab=Experiments", **look)
        expect(page.locator(".bench-candidates tbody tr").first).to_be_visible()
        expect(page.locator("header .trust")).to_contain_text("trust:")  # nothing is fitted now
        return page

    return open_tab


def test_nothing_of_the_tab_scrolls_sideways_on_a_phone(visit: Callable[..., Page]) -> None:
    page = visit(width=390)
    for part in (".bench-parent .toggles", ".bench-candidates .scrolls"):
        place = page.locator(part)
        assert place.evaluate("node => node.scrollWidth <= node.clientWidth"), part
    first = page.locator(".bench-candidates tbody tr").first
    heads = first.locator("[data-head]").evaluate_all("all => all.map((n) => n.dataset.head)")
    assert heads == ["expected Δ value", "n_params"]


def test_a_person_ablates_crafts_cancels_and_stops(visit, study):
    page = visit()
    best = study.best_trial.number
    expect(page.locator(".bench-parent h2")).to_contain_text(f"From trial {best}")
    assert len(study.trials) == N_KNOWN  # nothing is written before somebody confirms
    n = page.locator(".bench-candidates tbody tr").count()
    for box in page.locator(".bench-candidates tbody input").all():
        box.check()
    page.get_by_role("button", name=f"Enqueue {n}").click()
    expect(page.locator(".queue li.waiting")).to_have_count(n)

    page.get_by_role("button", name="Edit and run …").click()
    page.locator(".craft").get_by_label("solver", exact=True).select_option(label="sgd")
    momentum = page.locator(".craft").get_by_label("momentum as a number")
    expect(momentum).to_be_visible()  # it follows its parent
    momentum.fill("0.5")
    momentum.press("Tab")
    expect(page.locator(".craft .prediction")).to_contain_text("+ momentum 0.5")
    page.locator(".craft").get_by_role("button", name="Enqueue").click()
    expect(page.locator(".queue li.waiting")).to_have_count(n + 1)
    expect(page.locator(".craft .prediction")).to_contain_text("Already queued as trial")
    crafted = study.trials[-1]
    assert crafted.system_attrs["fixed_params"]["momentum"] == 0.5
    assert crafted.user_attrs["parent"] == best

    page.get_by_label(f"Cancel trial {N_KNOWN}").click()
    expect(page.locator(".said")).to_contain_text(f"Trial {N_KNOWN}: cancelled.")
    assert study.trials[N_KNOWN].state == optuna.trial.TrialState.FAIL
    page.locator(".craft").get_by_role("button", name="Close").click()
    verdicts = page.locator(".bench-candidates tbody small.block")
    queued = [words for words in verdicts.all_inner_texts() if "queued as trial" in words]
    assert len(queued) == n - 1  # the one that was cancelled may be enqueued again

    worker = Worker(study)
    worker.let(n)  # all but the crafted one are over, and that runs then a free one
    expect(page.locator(".bench-children tr.complete")).to_have_count(n)
    expect(page.locator(".queue li.running")).to_have_count(1)
    page.get_by_role("button", name="Stop the study").click()
    page.wait_for_timeout(2500)  # the queue is looked at meanwhile, and the question stays
    page.get_by_role("button", name="Stop after this trial?").click()
    expect(page.locator(".said")).to_contain_text(re.compile("Every worker ends|Asked to stop"))
    worker.let(1)
    assert worker.has_ended()
    child = page.locator(f".bench-children tr[data-trial='{crafted.number}']")
    page.locator(".bench-children").get_by_role("button", name="Compare").click()
    expect(page.locator("dialog h2")).to_contain_text("trials side by side")
    page.get_by_role("button", name="Close", exact=True).last.click()
    page.evaluate(f"workbench.open(workbench.rowOf({crafted.number}))")
    asked = page.locator("aside.trial section section", has_text="Asked for")
    expect(asked).to_contain_text(f"crafted from #{best}: solver adam → sgd, + momentum 0.5")
    expect(page.locator("aside.trial")).not_to_contain_text("guide:")
    page.get_by_label("Close the trial").click()
    value = study.trials[crafted.number].value - study.best_trial.value
    assert f"{value:.3g}"[:4] in child.inner_text()


def test_a_question_names_what_it_cancels_while_more_is_enqueued(visit, study):
    for rate in (0.011, 0.012, 0.013):
        study.enqueue_trial({"rate": rate})
    page = visit()
    page.get_by_role("button", name="Clear 3").click()
    study.enqueue_trial({"rate": 0.014})
    sure = page.locator("button.sure")
    expect(sure).to_have_text("Cancel all 4?")
    study.enqueue_trial({"rate": 0.015})
    expect(sure).to_have_text("Cancel all 5?")
    sure.click()
    expect(page.locator(".queue li")).to_have_count(0)
    assert all(t.state != optuna.trial.TrialState.WAITING for t in study.trials)


@pytest.mark.parametrize("value", ["3.607e-05", "0.0012345678901234567"])
def test_a_number_is_seen_whole_in_its_field(serve, open_page, value):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("rate", 1e-9, 1.0, log=True), n_trials=12)
    page = open_page(f"{serve(wsgi(study._storage))}/guide/studies/0#tab=Experiments")
    page.get_by_role("button", name="Edit and run …").click()
    field = page.locator(".craft").get_by_label("rate as a number")
    field.fill(value)
    field.press("Tab")
    assert float(field.get_attribute("title")) == float(value)
    assert field.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert field.evaluate("box => box.getBoundingClientRect().width") >= 7 * len(value)


@pytest.mark.parametrize("width", [1440, 1920, 2560])
def test_the_table_of_children_has_the_room_that_it_takes(visit, study, width):
    study.enqueue_trial({"rate": 0.02}, user_attrs={"parent": study.best_trial.number})
    study.optimize(objective, n_trials=1)
    page = visit(width=width)
    table = page.locator(".bench-children .scrolls")
    expect(table).to_be_visible()
    assert table.evaluate("node => node.scrollWidth <= node.clientWidth")


def test_the_drawer_leads_to_variations_and_a_limit_is_held(visit, study):
    page = visit()
    worst = max(study.trials, key=lambda t: t.value).number
    page.evaluate(f"workbench.keep(workbench.rowOf({worst}))")
    drawer = page.get_by_role("group", name=f"Experiments with trial {worst}")
    drawer.get_by_role("button", name="Vary").click()
    expect(page.locator(".bench-candidates h2")).to_contain_text(f"8 variations of trial {worst}")
    page.get_by_label("Limits on attributes").fill("n_params <= 200")
    page.get_by_label("How many variations").fill("3")
    page.get_by_role("button", name="Vary", exact=True).first.click()
    expect(page.locator(".bench-candidates h2")).to_contain_text(f"3 variations of trial {worst}")
    for change in page.locator(".bench-candidates tbody td:nth-child(4)").all():
        assert change.inner_text().endswith("%")  # its size beside the parent's
    page.get_by_role("button", name="Path").click()
    steps = page.locator(".bench-candidates tbody tr")
    expect(steps.first).to_contain_text("the defaults")
    expect(steps.last).to_contain_text(f"already tried as trial {worst}")
    page.get_by_label("Number of the parent").fill("999")
    page.get_by_label("Number of the parent").press("Tab")
    expect(page.locator(".said.wrong")).to_have_text("There is no trial 999.")
    assert len(study.trials) == N_KNOWN


def test_a_read_only_page_shows_what_to_expect_and_changes_nothing(visit, study):
    study.enqueue_trial({"rate": 0.01})
    page = visit(read_only=True, width=390)
    expect(page.get_by_role("button", name="Enqueue")).to_be_disabled()
    expect(page.get_by_text("read-only: nothing can be enqueued")).to_be_visible()
    expect(page.locator(".queue li.waiting")).to_have_count(1)
    assert page.get_by_role("button", name="Stop the study").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
