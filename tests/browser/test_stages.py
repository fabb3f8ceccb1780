"""A page of many parameters is drawn from those that matter most; the others follow at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import create_trial
from waiting import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from optuna_guide.surfaces.workbench.material import Material

N_TRIALS, N_PARAMS, N_FIRST = 40, 12, 8
SPACE: dict[str, BaseDistribution] = {f"x{j}": FloatDistribution(0, 1) for j in range(N_PARAMS)}
LAST = f"x{N_PARAMS - 1}"


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study()
    for row in np.random.default_rng(0).random((N_TRIALS, N_PARAMS)).tolist():
        params = dict(zip(SPACE, row, strict=True))
        study.add_trial(create_trial(params=params, distributions=SPACE, value=params["x0"]))
    return study


@pytest.fixture
def go() -> threading.Event:
    """Set it, and what comes later is answered."""
    return threading.Event()


@pytest.fixture
def served(
    study: optuna.Study, go: threading.Event, serve: Callable[[Any], str]
) -> tuple[str, Material]:
    """Address of the study's page, and what its answers are made of."""
    from optuna_guide.surfaces.workbench import build
    from optuna_guide.surfaces.workbench.security import Guard

    app, material = build(study._storage, Guard())

    def wait(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"].endswith("/params"):
            go.wait(30)
        return app(environ, start)

    return f"{serve(wait)}/guide/studies/{study._study_id}", material


def n_params(page: Page) -> int:
    return int(page.evaluate("workbench.data.params.length"))


def test_a_view_that_was_not_open_waits_for_its_columns(
    served: tuple[str, Material], go: threading.Event, open_page: Callable[..., Page]
) -> None:
    page = open_page(served[0])
    page.locator(".parallel [data-axis^='p:']").first.wait_for()
    assert n_params(page) == N_FIRST
    page.get_by_role("tab", name="Models").click()
    card = page.locator("#view-what_if")
    expect(card).to_have_class("card unseen half")
    go.set()
    expect(card.get_by_text(LAST, exact=True).first).to_be_visible()
    assert page.evaluate("workbench.data.params.map(({ name }) => name)") == list(SPACE)


def test_a_view_whose_answer_takes_long_says_so(
    served: tuple[str, Material], go: threading.Event, open_page: Callable[..., Page]
) -> None:
    go.set()
    page = open_page("about:blank")
    page.route(re.compile("/api/.*findings"), lambda route: None)  # no answer comes
    page.goto(served[0])
    page.locator("#view-top_findings").scroll_into_view_if_needed()
    said = page.locator("#view-top_findings .waiting")
    expect(said).to_contain_text(re.compile(r"Testing what stands out … \d+ s"))
    expect(said).to_be_visible()


def test_a_list_over_the_page_closes_when_something_else_is_touched(
    served: tuple[str, Material], go: threading.Event, open_page: Callable[..., Page]
) -> None:
    go.set()
    page = open_page(served[0])
    axes = page.locator("#view-parallel_coordinates details.filters")
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(600, 20)):
        axes.locator("summary").click()
        expect(axes.locator(".popover")).to_be_visible()
        close()
        expect(axes.locator(".popover")).to_be_hidden()


def test_a_link_to_a_selection_brings_every_column_at_once(
    served: tuple[str, Material], open_page: Callable[..., Page]
) -> None:
    chosen = f'{{"p:{LAST}":{{"intervals":[[0,0.5]]}}}}'
    page = open_page(f"{served[0]}#tab=Guide&selection={chosen}")
    page.locator(".count").wait_for()
    assert n_params(page) == N_PARAMS


def test_a_trial_that_ends_in_between_is_never_half_shown(
    study: optuna.Study,
    served: tuple[str, Material],
    go: threading.Event,
    open_page: Callable[..., Page],
) -> None:
    trial = study.ask()
    trial.suggest_float("x0", 0, 1)
    address, material = served
    page = open_page(address)
    page.locator(".parallel [data-axis^='p:']").first.wait_for()
    assert n_params(page) == N_FIRST
    page.evaluate("""() => {
        window.seen = [];
        const look = () => {
            const { state, params } = workbench.data;
            const held = params.filter(({ values }) => !Number.isNaN(values.at(-1))).length;
            seen.push(`${state.at(-1)} with ${held}`);
        };
        look();
        workbench.subscribe(look);
    }""")
    for name in list(SPACE)[1:]:
        trial.suggest_float(name, 0, 1)
    study.tell(trial, 0.5)
    material.studies.forget(study._study_id)
    go.set()
    expect(page.locator(".parallel [data-axis='t:value']")).to_be_visible()
    page.evaluate("workbench.whole")
    page.evaluate("workbench.flush()")
    assert page.evaluate("[...new Set(seen)]") == ["0 with 1", f"2 with {N_PARAMS}"]
