"""The table of trials below every tab, and one trial in a drawer, as a person uses them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial
from waiting import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

MARKUP = "<b onclick=alert(1)>x</b>"
SPACE = {
    "rate": FloatDistribution(1e-4, 1.0, log=True),
    MARKUP: CategoricalDistribution(("<i>a</i>", "日本", "x" * 300)),
}
N = 3000


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    """A long search; every tenth trial was pruned."""
    study = optuna.create_study(study_name="table", direction="maximize")
    rng = np.random.default_rng(0)
    trials = []
    for k in range(N):
        params = {"rate": float(10 ** rng.uniform(-4, 0)), MARKUP: ("<i>a</i>", "日本")[k % 2]}
        is_pruned = k % 10 == 9
        trials.append(
            create_trial(
                params=params,
                distributions=SPACE,
                state=TrialState.PRUNED if is_pruned else TrialState.COMPLETE,
                value=None if is_pruned else -abs(np.log10(params["rate"]) + 2) + k / 1e6,
                intermediate_values={0: 0.0, 1: 0.5 + k / N},
                user_attrs={
                    "n_params": 10 + k,
                    "confusion": [[k, 1], [2, 3]],
                    "why": {"nested": [MARKUP]},
                },
            )
        )
    study.add_trials(trials)
    return study


@pytest.fixture
def page(study: optuna.Study, serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Page:
    """The page of the study with the table open; nothing is fitted."""
    from optuna_guide.surfaces.workbench import wsgi

    page = open_page(f"{serve(wsgi(study._storage))}/guide/studies/{study._study_id}")
    page.locator(".count").wait_for()
    page.keyboard.press("t")
    page.get_by_role("grid", name="Selected trials").wait_for()
    page.locator(".sheet-rows [role=row]").first.wait_for()
    return page


def rows(page: Page) -> list[int]:
    """Numbers of the trials in sight, from the top."""
    cells = page.locator(".sheet-rows [role=row] [aria-colindex='2']").all_text_contents()
    return [int(text.removeprefix("#")) for text in cells]


def grid(page: Page) -> Locator:
    return page.get_by_role("grid", name="Selected trials")


def test_the_table_follows_the_brush_and_holds_only_rows_in_sight(page: Page) -> None:
    assert grid(page).get_attribute("aria-rowcount") == str(N + 1)
    assert page.locator(".sheet-rows [role=row]").count() < 40
    page.evaluate("workbench.brush('p:rate', { intervals: [[0.009, 0.011]] }); workbench.flush()")
    n = page.evaluate("workbench.nSelected")
    assert grid(page).get_attribute("aria-rowcount") == str(n + 1)
    assert rows(page)[0] == page.evaluate(
        "workbench.data.number[workbench.order.find((row) => workbench.mask[row])]"
    )
    page.locator(".sheet-cell", has_text="<i>a</i>").first.wait_for()
    assert page.locator(".sheet i").count() == 0


def test_keys_lead_through_the_table_into_a_trial_and_back(page: Page) -> None:
    first, second = rows(page)[:2]
    page.keyboard.press("Control+End")
    expect(page.locator(f".sheet-rows [aria-rowindex='{N + 1}']")).to_be_visible()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Enter")
    drawer = page.get_by_role("region", name="One trial")
    expect(drawer.get_by_role("heading", name=f"Trial {first}", exact=True)).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(drawer.get_by_role("heading", name=f"Trial {second}", exact=True)).to_be_visible()
    active = page.locator(f"#{grid(page).get_attribute('aria-activedescendant')}")
    assert active.locator("..").get_attribute("aria-rowindex") == "3"
    expect(drawer.locator(".matrix td").first).to_have_text(str(second))
    expect(drawer.locator("figure svg path").first).to_be_visible()
    drawer.locator("details summary", has_text="1 fields").click()
    expect(drawer.locator("pre")).to_contain_text(MARKUP)
    assert f"trial={second}" in page.evaluate("location.hash")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_columns_sort_by_their_rule_and_are_kept(page: Page) -> None:
    head = page.locator("[data-column='t:n_params']")
    head.click()
    assert rows(page)[:2] == [0, 1]
    assert head.get_attribute("aria-sort") == "ascending"
    head.click()
    assert rows(page)[0] == N - 2  # the last one was pruned, and has no rank
    page.locator(".columns summary").click()
    page.locator(".columns label", has_text="n_params").locator("input").uncheck()
    expect(head).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".columns .popover")).to_be_hidden()
    page.reload()
    page.locator(".sheet-rows [role=row]").first.wait_for()
    expect(head).to_have_count(0)
    expect(page.locator("[data-column='p:rate']")).to_be_visible()


def test_a_search_narrows_the_table_and_becomes_a_selection_and_a_file(page: Page) -> None:
    search = page.get_by_role("searchbox", name="Search the table")
    search.fill("speed<1")
    expect(page.locator(".sheet-bar")).to_contain_text("No column is called speed")
    search.fill("日本 state:pruned rate<0.001")
    expect(page.locator(".sheet-bar")).to_contain_text(f"of {N} selected")
    n = int(grid(page).get_attribute("aria-rowcount")) - 1
    page.get_by_role("button", name="Select these").click()
    expect(page.locator(".count")).to_have_text(f"{n} of {N} trials")
    with page.expect_download() as download:
        page.locator(".sheet-bar").get_by_role("button", name="CSV").click()
    found = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8"))))
    assert len(found) == n
    assert {trial["state"] for trial in found} == {"pruned"}
    assert [int(trial["number"]) for trial in found[:3]] == rows(page)[:3]
