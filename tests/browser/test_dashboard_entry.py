"""The entry "Guide" in the dashboard's own drawer, as a person sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from waiting import expect

from optuna_guide.surfaces.workbench import wsgi

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

ENTRY = "#optuna-guide-entry"
LOOKS = """
(item) => ['a', '.MuiListItemIcon-root', '.MuiListItemText-root'].map((part) => {
    const { color, opacity, paddingLeft, minWidth } = getComputedStyle(item.querySelector(part));
    return [color, opacity, paddingLeft, minWidth];
})
"""


@pytest.fixture
def dashboard(serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a page of the dashboard; its storage holds two studies."""
    first = optuna.create_study(study_name="first")
    second = optuna.create_study(study_name="second", storage=first._storage)
    for study in (first, second):
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    address = serve(wsgi(first._storage))

    def open_dashboard(path: str, **look: Any) -> Page:
        return open_page(f"{address}{path}", **look)

    return open_dashboard


def entry(page: Page) -> Locator:
    return page.locator(ENTRY)


def test_the_entry_looks_like_its_neighbours_in_light_and_dark(dashboard):
    page = dashboard("/dashboard/studies/0")
    entry(page).wait_for()
    assert entry(page).get_attribute("title") == "Guide"
    page.get_by_title("Dark Mode").locator("a, [role=button]").first.click()  # and back
    page.wait_for_timeout(300)
    for _ in range(2):
        assert entry(page).evaluate(LOOKS) == page.locator('li[title="Note"]').evaluate(LOOKS)
        page.get_by_title("Dark Mode").locator("a, [role=button]").first.click()
        page.wait_for_timeout(300)


def test_the_entry_survives_navigation_and_the_drawer(dashboard):
    page = dashboard("/dashboard/studies/0")
    entry(page).wait_for()
    for title in ("Analytics", "Note", "Trials (List)", "History"):
        page.locator(f'li[title="{title}"] a').click()
        entry(page).wait_for()
        expect(page.locator(ENTRY)).to_have_count(1)
        assert "Mui-selected" not in (entry(page).locator("a").get_attribute("class") or "")
    page.locator(".MuiToolbar-root button").first.click()  # the drawer opens: words appear
    entry(page).get_by_text("Guide").wait_for()
    page.wait_for_timeout(400)
    assert entry(page).evaluate(LOOKS) == page.locator('li[title="Note"]').evaluate(LOOKS)


def test_the_entry_leads_to_the_guide_of_the_study_and_back(dashboard):
    page = dashboard("/dashboard/studies/1")
    entry(page).locator("a").click()
    page.wait_for_url("**/guide/studies/1**")
    page.go_back()
    page.wait_for_url("**/dashboard/studies/1**")
    entry(page).wait_for()


def test_the_entry_follows_the_study_that_is_shown(dashboard):
    page = dashboard("/dashboard/studies/0")
    assert entry(page).locator("a").get_attribute("href") == "/guide/studies/0"
    page.locator('header a[href="/dashboard"], header a[href="/dashboard/"]').first.click()
    page.locator('a[href*="/dashboard/studies/1"]').first.click()
    entry(page).wait_for()
    assert entry(page).locator("a").get_attribute("href") == "/guide/studies/1"


def test_there_is_no_entry_where_no_study_is_shown(dashboard):
    page = dashboard("/dashboard")
    page.locator('a[href*="/dashboard/studies/"]').first.wait_for()
    assert entry(page).count() == 0


def test_the_list_of_studies_leads_to_each(dashboard):
    page = dashboard("/guide", dark=True)
    page.get_by_role("link", name="second").click()
    page.wait_for_url("**/guide/studies/1**")
