"""The views as a person sees them in a page of their own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import drawn
import plotly
import pytest
from fonts import in_both_fonts
from guidances import make_guidance, ugly_guidance
from tables import make_table, with_models
from test_dashboard import COLLISIONS

from optuna_guide.guidance import Guidance

if TYPE_CHECKING:
    from playwright.sync_api import Page

VIEWS = (
    "parallel_coordinates",
    "importance_matrix",
    "interactions",
    "shapes",
    "combination_matrix",
    "trellis",
    "performance_overview",
)
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
HEAD = """<!doctype html><meta charset="utf-8"><script src="plotly.js"></script>
<style>body {margin: 0; background: %s} body > div {width: 700px; height: 470px}</style>"""
DRAW = """<div id="%(name)s"></div><script>{
const figure = %(figure)s;
Plotly.newPlot("%(name)s", figure.data, figure.layout, {displayModeBar: false});
}</script>"""


@pytest.fixture
def show(serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Draw every view of a guidance with 300 trials on one page."""

    def open_views(guidance: Guidance, *, dark: bool = False) -> Page:
        html = HEAD % ("#121212" if dark else "#fff")
        for name in VIEWS:
            html += DRAW % {"name": name, "figure": draw(name, guidance)}
        pages = {"/": ("text/html", html.encode()), "/plotly.js": ("text/javascript", None)}

        def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterator[bytes]:
            kind, body = pages.get(environ["PATH_INFO"], ("text/plain", b""))
            start("200 OK", [("Content-Type", f"{kind}; charset=utf-8")])
            yield PLOTLY.read_bytes() if body is None else body

        page = open_page(serve(app), dark=dark)
        for name in VIEWS:
            page.locator(f"#{name} .gtitle").wait_for()
        return page

    return open_views


def draw(name: str, guidance: Guidance) -> str:
    figure = drawn.draw(name, guidance, make_table(guidance, 300))
    return json.dumps(figure.to_plotly_json()).replace("</", "<\\/")


@in_both_fonts
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_no_text_of_a_view_leaves_it_or_covers_another(
    show: Callable[..., Page], dark: bool
) -> None:
    page = show(with_models(make_guidance()), dark=dark)
    for name in VIEWS:
        assert (name, page.locator(f"#{name}").evaluate(COLLISIONS)) == (name, [])


def test_names_in_views_are_shown_as_they_are(show: Callable[..., Page]) -> None:
    page = show(with_models(ugly_guidance()))
    for name in VIEWS:
        view = page.locator(f"#{name}")
        assert view.get_by_text("<b>x</b>").first.is_visible()
        assert "<u>%{" in view.locator(".infolayer").text_content()


def test_the_mouse_reads_a_top_trial_of_the_parallel_coordinates(
    show: Callable[..., Page],
) -> None:
    page = show(with_models(make_guidance()))
    view = page.locator("#parallel_coordinates")
    point = view.locator(".scatterlayer .trace").last.locator(".point").first
    view.scroll_into_view_if_needed()
    box = point.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    view.locator(".hoverlayer").get_by_text("accuracy").first.wait_for()
