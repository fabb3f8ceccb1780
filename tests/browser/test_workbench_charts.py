"""The charts of the workbench as a person uses them: brush, point, draw around, drill down."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState, create_trial
from waiting import expect
from wsgi_client import open_workbench

from optuna_guide import GuidedSampler

if TYPE_CHECKING:
    from optuna import Study
    from playwright.sync_api import Page, Route

SPACE: dict[str, BaseDistribution] = {
    "rate": FloatDistribution(1e-5, 1e-1, log=True),
    "solver": CategoricalDistribution(("adam", "sgd")),
    "layers": IntDistribution(1, 4),
}
UGLY = ("<script>alert(1)</script>", "<b>bold</b>", "__proto__", "a:b", "")
N = 120
CLEAR = 230  # opacity that is no veil


def make_study(n: int = N) -> Study:
    """The top trials have adam with a rate near 3e-3; every sixth trial is pruned."""
    study = optuna.create_study(direction="maximize")
    study.set_metric_names(["accuracy"])
    rng = np.random.default_rng(0)
    for k in range(n):
        rate, layers = 10 ** rng.uniform(-5, -1), int(rng.integers(1, 5))
        solver = ("adam", "sgd")[int(rng.integers(2))]
        value = 0.9 - 0.1 * (math.log10(rate) + 2.5) ** 2 - 0.2 * (solver == "sgd")
        value += 0.005 * float(rng.normal())
        is_pruned = k % 6 == 5
        n_steps = 3 if is_pruned else 9
        study.add_trial(
            create_trial(
                params={"rate": rate, "solver": solver, "layers": layers},
                distributions=SPACE,
                state=TrialState.PRUNED if is_pruned else TrialState.COMPLETE,
                value=None if is_pruned else value,
                intermediate_values={
                    step: value - 0.3 * math.exp(-step / 4) for step in range(n_steps)
                },
                user_attrs={"size": 10.0 ** (layers + float(rng.random())), "parent": k - 1},
            )
        )
    return study


@pytest.fixture
def visit(serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open a tab of the workbench of a study and wait for its guidance and for the views."""

    def open_tab(study: Study, tab: str, *views: str, guided: bool = True, **look: Any) -> Page:
        url = serve(open_workbench(study).app)
        page = open_page(f"{url}/guide/studies/{study._study_id}#tab={tab}", **look)
        wait_until(page, f"Boolean(window.workbench{'?.guidance' if guided else ''})")
        for view in views:
            page.locator(f"#view-{view}").scroll_into_view_if_needed()
            page.locator(f"#view-{view} .frame").first.wait_for()
        flush(page)
        return page

    return open_tab


def wait_until(page: Page, expression: str) -> None:
    """Wait until JavaScript is true; the page's policy forbids Playwright's own way, eval."""
    deadline = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def flush(page: Page) -> None:
    page.evaluate("workbench.flush()")


def frame(page: Page, view: str, n: int = 0) -> dict[str, float]:
    """Where a drawing is, in the middle of the window."""
    found = page.locator(f"#view-{view} .frame").nth(n)
    found.evaluate("node => node.scrollIntoView({ block: 'center' })")
    box = found.bounding_box()
    assert box is not None
    return dict(box)


def drag(page: Page, *points: tuple[float, float]) -> None:
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=6)
    page.mouse.up()
    flush(page)


def ink(page: Page, view: str, layer: int, n: int = 0, *, above: int = 0) -> int:
    """How many pixels of a layer are more opaque than this, of 255."""
    code = """node => {
      const canvas = node.querySelectorAll('canvas')[%d];
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let painted = 0;
      for (let at = 3; at < data.length; at += 4) painted += Number(data[at] > %d);
      return painted;
    }"""
    return int(page.locator(f"#view-{view} .frame").nth(n).evaluate(code % (layer, above)))


def n_selected(page: Page) -> int:
    return int(page.evaluate("workbench.nSelected"))


def values(study: Study) -> np.ndarray[Any, Any]:
    return np.array([t.value for t in study.trials if t.value is not None])


def test_a_range_of_the_histogram_selects_its_trials(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study, "Guide", "performance")
    box = frame(page, "performance")
    middle, y = box["x"] + box["width"] / 2, box["y"] + 120
    all_bars = ink(page, "performance", 1)
    drag(page, (middle, y), (box["x"] + box["width"] - 15, y))
    low = page.evaluate("workbench.brushes.get('t:accuracy').intervals[0][0]")
    assert n_selected(page) == int((values(study) >= low).sum()) > 10
    assert 0 < ink(page, "performance", 1) < all_bars
    page.mouse.click(middle, y)
    flush(page)
    assert n_selected(page) == N


def test_the_histogram_can_be_stacked_by_any_parameter(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Guide", "performance")
    view = page.locator("#view-performance")
    view.get_by_label("Stack by").select_option("p:solver")
    expect(view.locator(".legend")).to_have_text("adamsgd")
    box = frame(page, "performance")
    page.mouse.move(box["x"] + box["width"] - 40, box["y"] + 150)
    tip = page.locator(".tooltip")
    tip.get_by_text("adam").wait_for()
    expect(tip).to_contain_text("trials are selected")


def test_a_line_around_points_of_the_trade_off_selects_them(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Guide", "trade_off")
    view = page.locator("#view-trade_off")
    view.get_by_label("Cost", exact=True).select_option("size")
    box = frame(page, "trade_off")
    left, top = box["x"] + 55, box["y"] + 24
    right, bottom = box["x"] + box["width"] / 2, box["y"] + box["height"] - 40
    drag(page, (left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    picked = page.evaluate("workbench.selection.picked.numbers")
    sizes = [make_study().trials[k].user_attrs["size"] for k in picked]
    others = [t.user_attrs["size"] for t in make_study().trials if t.value is not None]
    assert 5 < len(picked) < len(others)
    assert max(sizes) < np.quantile(others, 0.8)
    page.get_by_role("button", name="Undo").first.click()
    flush(page)
    assert n_selected(page) == N


def test_a_limit_of_the_cost_names_the_best_trial_within(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study, "Guide", "trade_off")
    view = page.locator("#view-trade_off")
    view.get_by_label("Cost", exact=True).select_option("size")
    view.get_by_label("Limit of the cost").fill("300")
    view.get_by_label("Limit of the cost").press("Tab")
    within = [t for t in study.trials if t.value is not None and t.user_attrs["size"] <= 300]
    best = max(within, key=lambda t: t.value or 0)
    said = str(view.locator(".legend").text_content())
    assert said.startswith(f"{len(within)} trials keep to it")
    assert said.endswith(f"(trial {best.number})")


def test_a_cell_of_the_matrix_opens_its_pair_in_the_trellis(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study, "Combinations", "combinations", "trellis")
    card = page.locator("#view-combinations")
    card.get_by_text("Selected more often").wait_for()
    pair = card.locator(".pair button").first
    words = str(pair.get_attribute("title"))
    assert "solver adam" in words
    assert "rate 1e-3 … 0.01" in words or "rate 0.001 … 0.01" in words
    pair.click()
    flush(page)
    chosen = [
        t
        for t in study.trials
        if t.params["solver"] == "adam" and 1e-3 <= t.params["rate"] <= 1e-2
    ]
    assert n_selected(page) == len(chosen)
    trellis = page.locator("#view-trellis")
    shown = {trellis.get_by_label(name).input_value() for name in ("Columns", "Colours")}
    assert shown == {"rate", "solver"}


def test_the_keys_walk_through_the_matrix(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Combinations", "combinations")
    page.locator("#view-combinations .frame").focus()
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    tip = page.locator(".tooltip")
    tip.get_by_text("trials are selected").wait_for()
    page.keyboard.press("Enter")
    flush(page)
    assert page.evaluate("workbench.brushes.size") == 2


def test_a_phase_of_the_study_is_selected_by_dragging_sideways(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study(), "Exploration", "exploration")
    box = frame(page, "exploration")
    left, right = box["x"] + 112, box["x"] + box["width"] - 10
    y = box["y"] + 130
    drag(page, (left + 0.25 * (right - left), y), (left + 0.5 * (right - left), y))
    first, last = page.evaluate("workbench.brushes.get('number').intervals[0]")
    assert (first, last) == (pytest.approx(0.25 * N, abs=2), pytest.approx(0.5 * N, abs=2))
    assert n_selected(page) == last - first + 1


def test_a_trial_is_marked_in_every_view_and_shows_what_it_reported(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study(), "Exploration", "exploration", "curves")
    bare = ink(page, "exploration", 2)
    asked: list[Route] = []
    page.route("**/curves?*", lambda route: asked.append(route))  # until the ring was looked at
    page.evaluate("workbench.setHover(40); workbench.flush()")
    assert bare < ink(page, "exploration", 2)
    ring = ink(page, "exploration", 2, above=CLEAR)
    deadline = time.monotonic() + 20
    while ink(page, "exploration", 2, above=CLEAR) <= ring + 50:
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)
        for route in asked:
            route.continue_()
        asked.clear()
    page.evaluate("workbench.setHover(-1); workbench.flush()")
    assert ink(page, "exploration", 2) == bare


def test_a_population_is_read_by_generations_and_a_trial_with_its_kin(
    visit: Callable[..., Page],
) -> None:
    study = optuna.create_study()
    space = {"x": FloatDistribution(0, 1), "act": CategoricalDistribution(("relu", "tanh"))}
    for k in range(40):
        attributes = {"generation": k // 10, **({"parent": k - 10} if k >= 10 else {})}
        params = {"x": (k * 0.37) % 1, "act": ("relu", "tanh")[k % 2]}
        study.add_trial(
            create_trial(
                params=params, distributions=space, value=params["x"] + k % 2,
                user_attrs=attributes, intermediate_values={1: 3.0, 2: 2.0},
            )
        )  # fmt: skip
    page = visit(study, "Exploration", "exploration")
    order = page.locator("#view-exploration").get_by_label("Order", exact=True)
    assert order.locator("option").all_text_contents() == ["trial", "generation"]
    order.select_option("generation")
    alone = ink(page, "exploration", 2)
    page.evaluate("workbench.setHover(15); workbench.flush()")
    assert ink(page, "exploration", 2) > alone + 50_000  # the others are faded
    page.get_by_text("parent to child").wait_for()


def test_how_many_trials_it_takes_is_measured_when_asked(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Models")
    page.get_by_role("button", name="How many trials does it take?").click()
    chart = page.locator("#view-trust .plot")
    chart.get_by_text("rank correlation").first.wait_for(timeout=60_000)


def test_learning_curves_follow_the_selection(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Exploration", "curves")
    said = page.locator("#view-curves .legend")
    said.get_by_text("60 of 120 curves are drawn").wait_for()
    page.get_by_role("button", name="5 %", exact=True).click()
    wait_until(page, "workbench.nSelected === 5")
    text = "document.querySelector('#view-curves .legend').textContent"
    wait_until(page, f"{text}.startsWith('100 % of ') && !{text}.includes('are drawn')")


def test_learning_curves_zoom_in_both_directions_and_out(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Exploration", "curves")
    page.locator("#view-curves .legend").get_by_text("are drawn").wait_for()
    box = frame(page, "curves")
    x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"]
    whole = ink(page, "curves", 1)
    drag(page, (x, y), (x + 150, y + 50))
    assert ink(page, "curves", 1) != whole
    found = page.evaluate(
        """async () => {
          const { layOut, placeOf } = await import('/guide/static/views/curves/panel.js');
          const line = { row: 0, steps: [0, 1, 2], values: Float64Array.of(0, 5, 10), gain: 0 };
          const box = { left: 0, top: 0, right: 100, bottom: 100 };
          const zoom = { steps: [1, 2], name: 'loss', values: [5, 10] };
          const panel = layOut('loss', [line], box, zoom);
          return [placeOf(panel, 0, 0), placeOf(panel, 1, 5), placeOf(panel, 2, 10)];
        }"""
    )
    assert found == [[-100, 200], [0, 100], [100, 0]]  # what is not seen lies beyond the box
    page.mouse.click(x, box["y"] + box["height"] - 36)
    flush(page)
    assert ink(page, "curves", 1) == whole


def test_trials_stand_on_a_map_of_their_configurations(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Models", "overview")
    view = page.locator("#view-overview")
    view.get_by_role("button", name="Map of configurations").click()
    view.get_by_text("100 trials; the two axes show").wait_for()


def test_the_three_sums_of_a_pair_are_told(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Models", "shapes")
    view = page.locator("#view-shapes")
    view.locator(".shape-pairs .frame").wait_for()
    box = frame(page, "shapes", 1)
    page.mouse.move(box["x"] + 120, box["y"] + 100)
    page.mouse.move(box["x"] + 124, box["y"] + 104)
    tip = page.locator(".tooltip")
    numbers = []
    for name in ("both parameters", "only together", "all together"):
        cell = tip.locator("tr", has_text=name).locator("td").last
        numbers.append(float(str(cell.text_content())))
    assert numbers[0] + numbers[1] == pytest.approx(numbers[2], abs=2e-3)
    view.get_by_role("button", name="Only together").click()
    expect(view.locator(".legend")).to_contain_text("+")


def test_whether_guidance_helped_is_told_in_the_same_words(visit: Callable[..., Page]) -> None:
    from optuna_guide.analysis.evidence import measure_evidence

    study = optuna.create_study(
        direction="minimize",
        sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=0), n_startup_trials=20, seed=0),
    )
    study.optimize(
        lambda t: (t.suggest_float("x", -5, 5) - 1) ** 2 + t.suggest_float("y", 0, 1), n_trials=60
    )
    page = visit(study, "Exploration", "guidance_help")
    expected = measure_evidence(study)
    assert expected.guided.n > 20
    said = page.locator("#view-guidance_help .said")
    expect(said).to_have_text(expected.summary)


def test_trials_that_were_not_narrowed_say_so(visit: Callable[..., Page]) -> None:
    study = optuna.create_study()
    distributions: dict[str, BaseDistribution] = {"x": FloatDistribution(0, 1)}
    for k in range(30):
        study.add_trial(
            create_trial(
                params={"x": k / 30},
                distributions=distributions,
                value=k,
                system_attrs={"guide:decision": {"kind": "open", "version": None}},
            )
        )
    page = visit(study, "Exploration", "exploration")
    assert "not narrowed" in page.evaluate("workbench.data.decision.labels")
    assert "open" not in page.evaluate("workbench.data.decision.labels")


def test_names_in_charts_are_text(visit: Callable[..., Page]) -> None:
    study = optuna.create_study(study_name="<i>study</i>")
    study.set_metric_names(["<u>target</u>"])
    space: dict[str, BaseDistribution] = {
        name: CategoricalDistribution(UGLY) if k % 2 else FloatDistribution(0, 1)
        for k, name in enumerate(UGLY)
    }
    rng = np.random.default_rng(0)
    for _ in range(30):
        params = {
            name: UGLY[int(rng.integers(len(UGLY)))] if k % 2 else float(rng.random())
            for k, name in enumerate(UGLY)
        }
        trial = create_trial(
            params=params,
            distributions=space,
            value=float(rng.random()),
            intermediate_values={0: 1.0, 1: 0.5},
            user_attrs={"<script>size</script>": float(rng.random()), "constructor": "<b>a</b>"},
        )
        study.add_trial(trial)
    page = visit(study, "Guide", "performance", "trade_off")
    for tab in ("Exploration", "Combinations", "Models"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(300)
    expect(page.locator("main b:text-is('bold'), main script, main u")).to_have_count(0)
    card = page.locator("#view-performance")
    page.get_by_role("tab", name="Guide").click()
    offered = card.get_by_label("Stack by").locator("option").all_text_contents()
    assert "<script>alert(1)</script>" in offered
    assert "<script>size</script>" in offered
    for by in offered:
        card.get_by_label("Stack by").select_option(label=by)


def test_a_study_without_trials_says_what_to_do_on_every_tab(visit: Callable[..., Page]) -> None:
    page = visit(make_study(0), "Experiments", guided=False)
    for tab in ("Exploration", "Combinations", "Models", "Experiments", "Findings", "Guide"):
        page.get_by_role("tab", name=tab).click()
        expect(page.locator("#view-verdict .said")).to_contain_text(["No guidance yet", "run "])
        expect(page.locator(".stage .card:visible")).to_have_count(0)
    expect(page.locator("#view-verdict .code")).to_contain_text("study.optimize(objective")
    expect(page.locator("aside .card:visible")).to_have_count(0)


def test_a_phone_shows_the_columns_of_the_trellis_below_each_other(
    visit: Callable[..., Page],
) -> None:
    study = make_study()
    wide = frame(visit(study, "Combinations", "trellis"), "trellis")
    slim = frame(visit(study, "Combinations", "trellis", width=390), "trellis")
    assert slim["width"] <= 390
    assert slim["height"] > 2 * wide["height"]


def test_without_a_second_parameter_nothing_is_offered_for_it(visit: Callable[..., Page]) -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("rate", 0.0, 1.0) ** 2, n_trials=30)
    page = visit(study, "Combinations", "trellis")
    expect(page.get_by_label("Colours", exact=True)).to_be_hidden()
    page.get_by_role("tab", name="Guide").click()
    expect(page.locator("#view-interaction .empty")).to_contain_text("no pair")
    expect(page.locator("#view-interaction select:visible")).to_have_count(0)


@pytest.mark.parametrize("n", [1, 3])
def test_studies_with_hardly_a_trial_say_what_is_missing(
    visit: Callable[..., Page], n: int
) -> None:
    views = ("performance", "trade_off") if n > 1 else ("performance",)
    page = visit(make_study(n), "Guide", *views, guided=False)
    expect(page.locator("#view-verdict .said")).to_contain_text(["No guidance yet", "run "])
    expect(page.locator("#view-importance")).to_be_hidden()
    for tab, view in (
        ("Exploration", "exploration"),
        ("Combinations", "combinations"),
        ("Models", "overview"),
    ):
        page.get_by_role("tab", name=tab).click()
        page.locator(f"#view-{view} .frame").first.wait_for()
        for _ in range(40):  # maps of trials come from the server
            flush(page)
            if ink(page, view, 0) > 0:
                break
            page.wait_for_timeout(100)
        assert ink(page, view, 0) > 0
    expect(page.get_by_text("This view failed")).to_have_count(0)


def test_charts_are_redrawn_in_the_dark(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Exploration", "exploration", dark=True)
    colour = """node => {
      const canvas = node.querySelector('canvas');
      return [...canvas.getContext('2d').getImageData(400, 160, 1, 1).data];
    }"""
    dark = page.locator("#view-exploration .frame").evaluate(colour)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.evaluate(
        "import('/guide/static/chart/colours.js').then((m) => m.forgetTheme()).then(() => {"
        " workbench.retheme(); workbench.flush(); })"
    )
    light = page.locator("#view-exploration .frame").evaluate(colour)
    assert sum(dark[:3]) < sum(light[:3])


def test_another_study_is_drawn_beside_this_one_and_left_out_again(
    visit: Callable[..., Page],
) -> None:
    study = make_study(60)
    other = optuna.create_study(storage=study._storage, study_name=UGLY[0], direction="maximize")
    other.set_metric_names(["accuracy"])
    other.add_trials(study.trials[:30])
    page = visit(study, "Exploration")
    card = page.locator("#view-beside")
    card.scroll_into_view_if_needed()
    expect(card.get_by_text("Add the other study of this storage.")).to_be_visible()
    card.get_by_label("Study").select_option(label=UGLY[0])
    expect(card.locator(".main-svg").first).to_be_visible()
    expect(card.get_by_text("Exploration side by side")).to_be_visible()
    card.get_by_role("button", name="Performance").click()
    expect(card.get_by_text("Performance of several studies")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    card.scroll_into_view_if_needed()
    expect(card.locator(".main-svg").first).to_have_attribute("width", re.compile("^3[0-9]{2}"))
    assert card.evaluate("node => node.scrollWidth <= node.clientWidth")
    card.get_by_role("button", name="Leave out").click()
    expect(card.locator(".plot")).to_be_hidden()


def test_a_brush_on_the_trials_of_several_studies_selects_in_all_of_them_and_in_every_view(
    visit: Callable[..., Page],
) -> None:
    study = make_study(60)
    other = optuna.create_study(storage=study._storage, study_name="other", direction="maximize")
    other.set_metric_names(["accuracy"])
    other.add_trials(study.trials[:30])
    page = visit(study, "Exploration")
    card = page.locator("#view-beside")
    card.scroll_into_view_if_needed()
    card.get_by_label("Study").select_option(label="other")
    card.get_by_role("button", name="Trials").click()
    axes = card.locator(".brushing .hit")
    axes.last.wait_for()
    assert axes.last.get_attribute("aria-label").startswith("Brush accuracy")
    drawn = """(card) => card.querySelector('.plot').data
      .map(({ y }) => y.filter((height) => height !== null && !Number.isNaN(height)).length)"""
    n_axes, before = axes.count(), card.evaluate(drawn)
    axes.last.focus()
    page.keyboard.press("ArrowUp")  # the best third
    expect(card.locator(".brushing .brush")).to_have_count(1)
    flush(page)
    wait_until(page, f"document.querySelector('#view-beside .plot').data.length > {len(before)}")
    strong = card.evaluate(drawn)[-len(before) :]
    assert 0 < n_selected(page) < 60
    assert sum(strong[0:-1:2]) == n_selected(page) * n_axes
    assert 0 < sum(strong[1:-1:2]) < sum(before[1:-1:2])
    page.keyboard.press("Backspace")
    expect(card.locator(".brushing .brush")).to_have_count(0)
    flush(page)
    assert n_selected(page) == 60


def test_long_names_keep_their_ends(visit: Callable[..., Page]) -> None:
    page = visit(make_study(), "Exploration", "curves")
    found = page.evaluate(
        """async () => {
          const { FONT, fitted } = await import('/guide/static/chart/axes.js');
          const context = document.createElement('canvas').getContext('2d');
          context.font = FONT;
          const words = ['hidden_width', 'dropout_probability']
            .map((end) => fitted(context, `encoder.layers.attention.${end}`, 90));
          return words.map((text) => [text, context.measureText(text).width]);
        }"""
    )
    for (words, width), end in zip(found, ("width", "bility"), strict=True):
        assert words.startswith("enco")
        assert words.endswith(end)
        assert width <= 90
