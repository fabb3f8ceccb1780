"""The panels as a person sees them in the stock dashboard."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from fonts import in_both_fonts
from guidances import GUIDANCE, make_guidance

from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.surfaces.publishing import PUBLISHED, publish

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NUMBERED = [
    "1 Findings",
    "2 Importance",
    "3 Promising ranges",
    "4 Effects",
    "5 Trust",
    "6 Parallel coordinates",
    "7 Exploration history",
    "8 Sampler diagnostics",
]
OVERLAID = ("parallel_coordinates",)  # values stand on their lines, and on each other

# Texts of a panel that stick out of its card or lie on each other, as pairs of their words.
COLLISIONS = """
(card) => {
    const frame = card.getBoundingClientRect();
    const texts = [...card.querySelectorAll('text')].filter((t) => t.textContent.trim());
    const boxes = texts.map((t) => [t.textContent, t.getBoundingClientRect()]);
    const inside = (b) =>
        b.left >= frame.left && b.right <= frame.right + 1 && b.bottom <= frame.bottom;
    const found = boxes
        .filter(([, b]) => !inside(b))
        .map(([words]) => [words, 'outside']);
    boxes.forEach(([words, a], i) => boxes.slice(i + 1).forEach(([others, b]) => {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 4) found.push([words, others]);
    }));
    return found;
}
"""

# Texts of a panel with a contrast below 4.5 on its card, and their contrast.
FAINT = """
(card) => {
    const read = (colour) => {
        const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
        return [...(colour.startsWith('rgb') ? [r, g, b].map((c) => c / 255) : [r, g, b]), a];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => a * c + (1 - a) * under[i]);
    const light = (c) => c
        .map((x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
        .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0.05);
    const dark = getComputedStyle(document.body).backgroundColor === 'rgb(18, 18, 18)';
    const paper = dark ? [0.118, 0.118, 0.118] : [1, 1, 1];  // of the cards of the dashboard
    const found = [];
    for (const node of card.querySelectorAll('text tspan, text[data-unformatted]')) {
        const own = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        const onColour = node.closest('.annotation, .textpoint')?.querySelector('rect.bg')
            ?.style.fillOpacity > 0.2;
        if (!own || onColour) continue;
        const style = getComputedStyle(node);
        const [r, g, b, a] = read(style.fill);
        const ink = over([r, g, b, a * Number(style.fillOpacity)], paper);
        const [low, high] = [light(ink), light(paper)].sort((x, y) => x - y);
        if (high / low < 4.5) found.push([node.textContent, high / low, style.fill]);
    }
    return found;
}
"""


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learning_rate", 1e-4, 1.0, log=True)
    layers = trial.suggest_int("n_layers", 1, 3)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    trial.report(1.0, 0)
    if trial.number % 7 == 6:
        raise optuna.TrialPruned
    return (math.log10(rate) + 2) ** 2 + 0.3 * layers + (solver == "sgd")


@pytest.fixture
def show(serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Publish into a fresh study and open its page."""
    from optuna_dashboard import wsgi

    def open_study(guidance: Guidance | NotReady | None, **look: Any) -> Page:
        """None = that of the trials."""
        study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=0))
        study.optimize(objective, n_trials=130 if guidance is None else 2)
        publish(study, fit_guidance(study, seed=0) if guidance is None else guidance)
        page = open_page(f"{serve(wsgi(study._storage))}/dashboard/studies/0", **look)
        for name in PUBLISHED:
            card(page, name).locator(".gtitle").wait_for()
        return page

    return open_study


def card(page: Page, name: str) -> Locator:
    return page.locator(f"[id='user-defined-plot:guide_{name}']")


def test_the_history_page_shows_the_panels_with_their_titles(show: Callable[..., Page]) -> None:
    page = show(make_guidance())
    for name, title in zip(PUBLISHED, NUMBERED, strict=True):
        assert card(page, name).locator(".gtitle").text_content().startswith(title)
    strips = card(page, "promising_ranges")
    assert strips.get_by_text("widen above 0.99").is_visible()
    assert strips.get_by_text("learning_rate").is_visible()


@in_both_fonts
@pytest.mark.parametrize(
    ("key", "width", "dark"),
    [
        pytest.param("open", 1440, False, id="wide"),
        pytest.param("open", 1000, True, id="narrow, dark"),
        pytest.param("closed", 1000, False, id="closed gate"),
    ],
)
def test_no_text_leaves_its_card_or_covers_another(
    show: Callable[..., Page], key: str, width: int, dark: bool
) -> None:
    page = show(GUIDANCE[key](), width=width, dark=dark)
    for name in PUBLISHED:
        assert card(page, name).evaluate(COLLISIONS) == []
        assert card(page, name).evaluate(FAINT) == []


@in_both_fonts
@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1000, True)])
def test_panels_of_trials_are_drawn_inside_their_cards(
    show: Callable[..., Page], width: int, dark: bool
) -> None:
    page = show(None, width=width, dark=dark)
    for name in set(PUBLISHED) - set(OVERLAID):
        assert card(page, name).evaluate(COLLISIONS) == []
    assert card(page, "parallel_coordinates").locator(".lines").count() > 3
    assert card(page, "exploration_history").locator(".point").count() > 100
    assert "The verdict, then" in card(page, "findings").text_content()
    assert "Repeated configurations" in card(page, "diagnostics").text_content()


def test_names_are_shown_as_they_are(show: Callable[..., Page]) -> None:
    page = show(GUIDANCE["ugly names"]())
    names = card(page, "importance")
    for shown in ("<b>x</b>", "a:b", "<script>alert(…", "$x$ %{y}"):
        assert names.get_by_text(shown).first.is_visible()


def test_without_guidance_the_page_says_what_is_missing(show: Callable[..., Page]) -> None:
    page = show(NotReady("3 usable trials, at least 10 are needed: 7 more."))
    for name in PUBLISHED:
        assert "7 more" in card(page, name).text_content()


def test_the_mouse_reads_a_bar(show: Callable[..., Page]) -> None:
    page = show(make_guidance())
    bar = card(page, "importance").locator(".barlayer .point").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    hover = card(page, "importance").locator(".hoverlayer")
    hover.get_by_text("importance 36 % of what is explained").wait_for()
