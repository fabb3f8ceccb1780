"""The report in a browser: from a file, light, dark, narrow, and on paper."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import optuna
import pytest
from fonts import in_both_fonts
from ugly import UGLY

from optuna_guide import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAPER = 718  # pixels between the margins of A4


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    study = optuna.create_study(study_name="<b>study</b>")
    study.add_trials(UGLY["mixed choices"]().trials)
    return write_report(study, Path(folder) / "report.html").as_uri()


@pytest.fixture
def show(open_page: Callable[..., Page], url: str) -> Callable[..., Page]:
    def open_report(**options: object) -> Page:
        page = open_page("about:blank", **options)
        page.unroute_all()  # a file is local, too
        page.goto(url)
        page.locator("html[data-drawn]").wait_for(state="attached")
        return page

    return open_report


def wait(page: Page, condition: str) -> None:
    """Wait until it holds; the page's policy lets no test evaluate strings within it."""
    deadline = time.monotonic() + 60
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(50)


@in_both_fonts
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1000, True), (420, False)])
def test_every_figure_is_drawn_and_nothing_is_wider_than_the_page(
    show: Callable[..., Page], width: int, dark: bool
) -> None:
    page = show(width=width, dark=dark)
    assert page.locator(".plot").count() == page.locator(".plot .main-svg:first-child").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("heading", name="<b>study</b>").is_visible()


def test_figures_on_a_phone_are_as_wide_as_they_need_and_scroll(
    show: Callable[..., Page],
) -> None:
    page = show(width=390)
    plot = page.locator("#effects .main-svg").first
    assert plot.evaluate("svg => svg.clientWidth") >= 500
    around = page.locator(".scroll", has=page.locator("#effects"))
    assert around.evaluate("box => box.scrollWidth > box.clientWidth")


def test_the_contents_lead_to_their_chapters(show: Callable[..., Page]) -> None:
    page = show()
    page.get_by_role("link", name="How the search went").click()
    wait(page, "document.querySelector('#search').getBoundingClientRect().top < 400")


def test_figures_fit_on_paper_and_are_not_cut(show: Callable[..., Page]) -> None:
    page = show(dark=True)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    wait(
        page,
        f"[...document.querySelectorAll('.plot .main-svg')].every(s => s.clientWidth <= {PAPER})",
    )
    assert page.evaluate("getComputedStyle(document.querySelector('figure')).breakInside") == (
        "avoid"
    )
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    wait(page, "document.querySelector('#parallel_coordinates .main-svg').clientWidth > 900")
