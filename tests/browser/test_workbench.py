"""The workbench as a person uses it: find, brush, read, keep, compare, steer."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pytest
from fonts import in_both_fonts
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import TrialState, create_trial
from waiting import expect

from optuna_guide import GuidedSampler
from optuna_guide.surfaces.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from optuna import Study
    from playwright.sync_api import Browser, Locator, Page

SPACE: dict[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(1e-5, 1e-1, log=True),
    "dropout": FloatDistribution(0.0, 0.5),
    "n_layers": IntDistribution(1, 6),
    "optimizer": CategoricalDistribution(("adam", "sgd", "lion")),
}
UGLY = ("<script>alert(1)</script>", "<b>bold</b>", "a:b", "__proto__", "\ud800 lone", "")


def measure(params: dict[str, Any]) -> float:
    """Accuracy: the learning rate matters most, dropout hardly."""
    rate = (np.log10(params["learning_rate"]) + 2.5) ** 2
    return float(0.95 - 0.1 * rate - 0.01 * params["n_layers"] - 0.02 * params["dropout"])


def draw(distribution: BaseDistribution, unit: float) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[int(unit * len(distribution.choices))]
    if isinstance(distribution, IntDistribution):
        return distribution.low + int(unit * (distribution.high - distribution.low + 1))
    assert isinstance(distribution, FloatDistribution)
    if distribution.log:
        return float(distribution.low * (distribution.high / distribution.low) ** unit)
    return distribution.low + unit * (distribution.high - distribution.low)


def make_study(n_trials: int = 120, name: str = "mlp", storage: Any = None) -> Study:
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        direction="maximize",
        sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=1), seed=1),
    )
    study.set_metric_names(["accuracy"])
    rng = np.random.default_rng(0)
    for _ in range(n_trials):
        params = {name: draw(d, rng.random()) for name, d in SPACE.items()}
        value = measure(params)
        study.add_trial(
            create_trial(
                params=params,
                distributions=SPACE,
                value=value,
                intermediate_values={step: value * (1 - 0.5**step) for step in range(1, 6)},
                user_attrs={"confusion": [[9, 1], [2, 8]], "n_params": 100 * params["n_layers"]},
            )
        )
    return study


@pytest.fixture
def visit(serve: Callable[[Any], str], open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open the workbench of a study and wait for its guidance."""

    def open_study(
        study: Study, *, hash: str = "", read_only: bool = False, wait: bool = True, **look: Any
    ) -> Page:
        from optuna_guide.surfaces.workbench import wsgi

        url = serve(wsgi(study._storage, read_only=read_only))
        page = open_page(f"{url}/guide/studies/{study._study_id}{hash}", **look)
        page.locator(".count").wait_for()
        if wait:
            axis(page, "p", next(iter(SPACE))).wait_for()
            wait_until(page, "Boolean(window.workbench?.guidance && window.workbench.estimates)")
        return page

    return open_study


def wait_until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until JavaScript is true; the page's policy forbids Playwright's own way, eval."""
    deadline = time.monotonic() + 60
    while not page.evaluate(expression, arg):
        assert time.monotonic() < deadline, expression
        page.wait_for_timeout(50)


def axis(page: Page, kind: str, name: str) -> Locator:
    """The name of an axis of the parallel coordinates."""
    return page.locator(f".parallel [data-axis='{kind}:{name}']")


def hit(page: Page, kind: str, name: str) -> dict[str, float]:
    """Where an axis can be brushed."""
    keys = page.locator(".parallel [data-axis]")
    order = keys.evaluate_all("nodes => nodes.map((node) => node.dataset.axis)")
    place = page.locator(f".parallel [data-column='{order.index(f'{kind}:{name}')}']")
    place.evaluate("node => node.scrollIntoView({ block: 'nearest' })")
    box = place.bounding_box()
    assert box is not None
    return {**box, "x": box["x"] + box["width"] / 2}


def brush(page: Page, kind: str, name: str, low: float, high: float) -> None:
    """Drag over a part of an axis, in shares of its height from below."""
    box = hit(page, kind, name)
    top, height = box["y"] + 6, box["height"] - 12
    page.mouse.move(box["x"], top + (1 - low) * height)
    page.mouse.down()
    page.mouse.move(box["x"], top + (1 - high) * height, steps=8)
    page.mouse.up()
    page.evaluate("workbench.flush()")


def n_selected(page: Page) -> int:
    return int(page.evaluate("workbench.nSelected"))


def shapes(page: Page) -> list[str]:
    """The bars with the expected target on the axes, from left to right."""
    found: list[str] = page.locator(".parallel .estimates path").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('d'))"
    )
    return found


def test_the_most_important_parameter_stands_next_to_the_target(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study())
    order = page.locator(".parallel [data-axis]").evaluate_all(
        "nodes => nodes.map((node) => node.dataset.axis)"
    )
    assert order[-2:] == ["p:learning_rate", "t:accuracy"]
    share = axis(page, "p", "learning_rate").locator(".tick").text_content()
    assert int(share.split()[0]) > 50
    expect(page.locator("header .trust")).to_contain_text("trust: a good guide")


def test_a_brush_selects_and_changes_what_is_expected_on_the_other_axes(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study())
    before = shapes(page)
    brush(page, "p", "learning_rate", 0.0, 0.4)
    rates = page.evaluate("[...workbench.data.param('learning_rate').values]")
    ((low, high),) = page.evaluate("workbench.brushes.get('p:learning_rate').intervals")
    assert n_selected(page) == sum(low <= rate <= high for rate in rates)
    assert 0.2 * len(rates) < n_selected(page) < 0.6 * len(rates)
    page.locator(".count").get_by_text(f"{n_selected(page)} of 120").wait_for()
    wait_until(
        page,
        "before => [...document.querySelectorAll('.parallel .estimates path')]"
        ".some((node, i) => node.getAttribute('d') !== before[i])",
        before,
    )
    expected = page.evaluate("workbench.estimates.expected")
    assert expected < np.mean([measure(t.params) for t in make_study().trials])


def test_several_ranges_on_an_axis_are_moved_dropped_and_undone(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study())
    brush(page, "p", "dropout", 0.1, 0.3)
    one = n_selected(page)
    brush(page, "p", "dropout", 0.6, 0.8)
    assert n_selected(page) > one
    expect(page.locator(".parallel rect.brush")).to_have_count(2)
    brush(page, "p", "dropout", 0.7, 0.9)  # the upper range, moved
    moved = page.evaluate("workbench.brushes.get('p:dropout').intervals")
    np.testing.assert_allclose(moved, [[0.05, 0.15], [0.4, 0.5]], atol=0.02)
    box = hit(page, "p", "dropout")
    page.mouse.click(box["x"], box["y"] + 6 + 0.8 * (box["height"] - 12))
    expect(page.locator(".parallel rect.brush")).to_have_count(1)
    for _ in range(4):
        page.keyboard.press("Control+z")
    page.locator(".count").get_by_text("all 120 trials").wait_for()


def test_choices_are_brushed_as_a_whole(visit: Callable[..., Page]) -> None:
    page = visit(make_study())
    # which folds the axes of what explains little
    page.get_by_role("checkbox", name="guidance").uncheck()
    brush(page, "p", "optimizer", 0.05, 0.2)
    assert page.evaluate("workbench.brushes.get('p:optimizer').choices") == [0]
    adam = [t for t in make_study().trials if t.params["optimizer"] == "adam"]
    assert n_selected(page) == len(adam)
    page.get_by_label("Remove optimizer: adam").click()
    page.locator(".count").get_by_text("all 120 trials").wait_for()


def test_axes_are_moved_and_hidden_by_mouse_and_keys(visit: Callable[..., Page]) -> None:
    page = visit(make_study())

    def order() -> list[str]:
        return page.locator(".parallel [data-axis]").evaluate_all(
            "nodes => nodes.map((node) => node.dataset.axis)"
        )

    before = order()
    name = axis(page, "p", "learning_rate")
    box = name.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + 8
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 2000, y, steps=6)
    page.mouse.up()
    assert order() == ["p:learning_rate", *[key for key in before if key != "p:learning_rate"]]
    page.keyboard.press("Tab")
    axis(page, "p", "learning_rate").focus()
    page.keyboard.press("ArrowRight")
    assert order()[1] == "p:learning_rate"
    page.keyboard.press("ArrowUp")
    assert 0 < page.evaluate("workbench.nSelected") < page.evaluate("workbench.data.n")
    page.keyboard.press("Backspace")
    assert page.evaluate("workbench.brushes.size") == 0
    page.keyboard.press("Delete")
    assert "p:learning_rate" not in order()
    page.get_by_text("Order by importance").click()
    page.locator("#view-parallel_coordinates .tools summary").click()
    page.get_by_role("checkbox", name="learning_rate").first.check()
    assert order() == before


def test_a_new_order_waits_while_somebody_selects(visit: Callable[..., Page]) -> None:
    page = visit(make_study())

    def places() -> list[str | None]:
        return page.locator(".parallel [data-axis], .region-name").evaluate_all(
            "nodes => nodes.map((node) => node.dataset.axis ?? node.textContent)"
        )

    before = places()
    page.get_by_role("button", name="25 %", exact=True).click()
    page.evaluate(
        "workbench.setGuidance({ ...workbench.guidance, params: "
        "workbench.guidance.params.toReversed() }, workbench.guidanceStatus); workbench.flush()"
    )
    assert places() == before
    page.get_by_role("button", name="New order").click()
    page.evaluate("workbench.flush()")
    assert places() != before
    expect(page.get_by_role("button", name="New order")).to_be_hidden()


def test_a_clicked_name_shows_its_effect_and_interactions(visit: Callable[..., Page]) -> None:
    page = visit(make_study())
    shown = "name => document.querySelector('#view-effect select').value === name"
    axis(page, "p", "n_layers").click()
    wait_until(page, shown, "n_layers")
    page.locator(".parallel .arc").first.wait_for(state="attached")
    page.locator("#view-importance .row").first.click()
    wait_until(page, shown, "learning_rate")
    axis(page, "p", "dropout").click()
    pair = "JSON.parse(document.querySelector('#view-interaction select').value).sort().join()"
    wait_until(page, f"{pair} === 'dropout,learning_rate'")


def test_two_trials_are_kept_and_compared(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study)
    page.get_by_role("button", name="Keep the best 3").click()
    best = sorted(study.trials, key=lambda t: -t.value)[:3]
    page.locator(".kept-trial").nth(2).wait_for()
    page.get_by_label(f"Drop trial {best[2].number}").click()
    with page.expect_response("**/details?*"):
        page.get_by_role("button", name="Compare 2").click()
    dialog = page.get_by_role("dialog")
    rates = dialog.get_by_role("row", name="learning_rate").get_by_role("cell")
    assert [float(text) for text in rates.all_text_contents()] == pytest.approx(
        [trial.params["learning_rate"] for trial in best[:2]], rel=1e-3
    )
    dialog.get_by_text("Intermediate values").wait_for()
    expect(dialog.locator("table.matrix")).to_have_count(2)
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".kept-trial").nth(1).wait_for()
    expect(page.locator(".kept-trial")).to_have_count(2)


def test_an_applied_region_is_obeyed_by_the_next_trial(visit: Callable[..., Page]) -> None:
    def objective(trial: optuna.Trial) -> float:
        for name, distribution in SPACE.items():
            trial._suggest(name, distribution)
        return measure(trial.params)

    study = make_study()
    study.optimize(objective, n_trials=1)  # by a sampler that keeps to regions, which this shows
    page = visit(study)
    brush(page, "p", "learning_rate", 0.5, 0.7)
    page.get_by_role("button", name="From the brushes").click()
    page.locator(".region-state").get_by_text("Your draft").wait_for()
    page.locator(".preview").get_by_text("of their top tenth").wait_for()
    ((low, high),) = page.evaluate("workbench.brushes.get('p:learning_rate').intervals")
    with page.expect_response("**/region"):
        page.get_by_role("button", name="Apply to the").click()
    page.locator(".region-state").get_by_text("no trial kept to it yet").wait_for()
    page.locator(".next").get_by_text("confined to learning_rate").wait_for()
    study.optimize(objective, n_trials=5)
    for trial in study.trials[-5:]:
        assert low <= trial.params["learning_rate"] <= high
    page.locator(".count").get_by_text("of 126 trials").wait_for()
    page.locator(".next").get_by_text("since trial 121").wait_for()
    page.get_by_role("button", name="Undo", exact=True).nth(1).click()
    page.locator(".region-state").get_by_text("Not applied").wait_for()


def test_apply_is_loud_only_where_it_does_something(visit: Callable[..., Page]) -> None:
    page = visit(make_study())
    page.locator(".region-state").get_by_text("would search where the good trials lie").wait_for()
    expect(page.get_by_role("button", name="Apply to the")).to_have_count(0)
    expect(page.locator("#view-region button.main")).to_have_text("Copy as code")
    page.locator("#view-verdict").get_by_role("button", name="Copy as code").wait_for()


def test_a_link_restores_tab_target_and_selection(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study)
    page.get_by_role("button", name="Top 1 %").click()
    page.get_by_role("button", name="25 %", exact=True).click()
    brush(page, "p", "n_layers", 0.0, 0.6)
    page.get_by_label("Target", exact=True).select_option(label="n_params ↓")
    page.get_by_role("tab", name="Findings").click()
    selected = n_selected(page)
    wait_until(page, "location.hash.includes('tab=Findings')")
    hash = page.evaluate("location.hash")
    other = visit(study, hash=hash, wait=False)
    wait_until(other, "Boolean(window.workbench?.nSelected > 0)")
    assert n_selected(other) == selected < 120
    assert other.evaluate("workbench.targetColumn.name") == "n_params"
    assert other.get_by_role("tab", name="Findings").get_attribute("aria-selected") == "true"


def test_names_with_markup_are_shown_as_text(visit: Callable[..., Page]) -> None:
    study = optuna.create_study(study_name="<img src=x onerror=alert(1)>")
    space = {name: FloatDistribution(0, 1) for name in UGLY}
    choices = CategoricalDistribution(("<i>c</i>", "", None))
    rng = np.random.default_rng(0)
    for _ in range(40):
        params: dict[str, Any] = {name: float(rng.random()) for name in UGLY}
        params["choice"] = choices.choices[int(rng.integers(3))]
        study.add_trial(
            create_trial(
                params=params,
                distributions={**space, "choice": choices},
                value=params["a:b"],
                user_attrs={"<u>attribute</u>": "<s>x</s>"},
            )
        )
    page = visit(study, wait=False)
    wait_until(page, "Boolean(window.workbench?.guidance)")
    assert page.locator("header .study").text_content() == "<img src=x onerror=alert(1)>"
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(300)
    for kind in ("img", "b b", "i > i", "u", "s", "main script"):
        expect(page.locator(kind)).to_have_count(0)
    page.get_by_role("tab", name="Guide").click()
    # which folds the axes of what explains little
    page.get_by_role("checkbox", name="guidance").uncheck()
    page.wait_for_timeout(300)
    for name in UGLY:
        assert page.evaluate(
            "name => [...document.querySelectorAll('.parallel [data-axis]')]"
            ".some((node) => node.dataset.axis === `p:${name.replace('\\ud800', '\\ufffd')}`"
            " || node.dataset.axis === `p:${name}`)",
            name,
        )


def test_a_study_that_is_deleted_while_open_keeps_its_last_state(
    browser: Browser, serve: Callable[[Any], str]
) -> None:
    from optuna_guide.surfaces.workbench import wsgi

    storage = optuna.storages.InMemoryStorage()
    study = make_study(30, "doomed", storage)
    page = browser.new_context().new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{serve(wsgi(storage))}/guide/studies/{study._study_id}")
    page.locator(".parallel [data-axis]").first.wait_for()
    optuna.delete_study(study_name="doomed", storage=storage)
    page.locator(".live").get_by_text("study deleted").wait_for(timeout=20_000)
    expect(page.locator(".count")).to_have_text("all 30 trials")
    # five, or fewer where a guidance that was being fitted folded what explains little
    page.locator(".parallel [data-axis]").nth(3).wait_for()
    page.reload()
    page.get_by_text("There is no such study").wait_for()
    assert not failures
    page.context.close()


def test_read_only_pages_offer_no_change(visit: Callable[..., Page]) -> None:
    study = make_study()
    page = visit(study, read_only=True)
    page.locator(".region-state").get_by_text("read-only").wait_for()
    expect(page.get_by_role("button", name="Apply to the")).to_have_count(0)
    page.get_by_role("button", name="Keep the best 3").click()
    page.locator(".kept-trial").nth(2).wait_for()
    assert study._storage.get_study_system_attrs(study._study_id).get("guide:kept") is None
    assert "guide:kept" not in json.dumps(study.user_attrs)


def test_new_trials_arrive_without_losing_the_selection(visit: Callable[..., Page]) -> None:
    study = make_study(60)
    page = visit(study)
    brush(page, "p", "dropout", 0.2, 0.6)
    before = n_selected(page)
    for trial in make_study(90, "more").trials[60:]:
        study.add_trial(trial)
    page.locator(".count").get_by_text("of 90 trials").wait_for()
    assert n_selected(page) > before
    expect(page.locator(".parallel rect.brush")).to_have_count(1)


def test_without_guidance_the_page_says_what_is_missing(visit: Callable[..., Page]) -> None:
    page = visit(make_study(5), wait=False)
    page.locator("header .trust").get_by_text("no guidance yet").wait_for()
    expect(page.locator("#view-verdict")).to_contain_text("run 5 more trials")
    expect(page.locator("#view-importance")).to_be_hidden()
    page.get_by_role("button", name="Top 1 %").click()
    assert n_selected(page) == 1


def test_the_page_begins_with_the_verdict_of_the_terminal(
    visit: Callable[..., Page], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    storage = f"sqlite:///{tmp_path / 'tune.db'}"
    page = visit(make_study(storage=storage))
    said = page.locator("#view-verdict .said")
    expect(said).to_have_count(4)
    shown = [words.replace("\u00a0", " ") for words in said.all_text_contents()]
    trust, matters, attempt, search = shown
    assert main(["show", storage]) == 0
    printed = " ".join(capsys.readouterr().out.replace("•", "").split())
    assert f" {trust}: {matters}. Try {attempt}; " in printed
    assert f" {search}; " in printed
    for warning in page.locator("#view-verdict .warning").all_text_contents():
        assert warning.removeprefix("▲ ") in printed
    page.get_by_role("checkbox", name="guidance").uncheck()
    expect(page.locator("#view-verdict .strip")).to_have_text(
        "Guidance is switched off in the bar above."
    )
    page.get_by_role("checkbox", name="guidance").check()
    expect(said).to_have_text(shown)


def test_an_empty_study_is_no_error(visit: Callable[..., Page]) -> None:
    study = optuna.create_study()
    study.add_trial(create_trial(state=TrialState.FAIL))
    page = visit(study, wait=False)
    page.locator(".count").get_by_text("all 1 trials").wait_for()


def test_guidance_is_switched_off_and_on(visit: Callable[..., Page]) -> None:
    page = visit(make_study())
    page.locator(".parallel .promising").first.wait_for(state="attached")
    page.get_by_role("checkbox", name="guidance").uncheck()
    page.get_by_text("Guidance is switched off").first.wait_for()
    expect(page.locator(".parallel .promising, .parallel .estimates path")).to_have_count(0)
    expect(page.locator(".region-state")).to_contain_text("guidance is not shown")
    expect(page.locator(".region-range, #view-top_findings:visible")).to_have_count(0)
    page.get_by_role("checkbox", name="guidance").check()
    expect(page.locator("#view-top_findings")).to_be_visible()
    page.locator(".parallel .promising").first.wait_for()


def test_what_if_predicts_any_configuration(visit: Callable[..., Page]) -> None:
    page = visit(make_study())
    page.get_by_role("tab", name="Models").click()
    answer = page.locator("#view-what_if .prediction")
    answer.get_by_text("expected").wait_for()
    good = float(answer.locator("b").first.text_content())
    box = page.get_by_label("learning_rate as a number")
    box.fill("1e-5")
    with page.expect_response("**/predict?*"):
        box.press("Enter")
    wait_until(
        page,
        "good => Number(document.querySelector('#view-what_if .prediction b').textContent) < good",
        good - 0.1,
    )


@in_both_fonts
@pytest.mark.parametrize(("width", "dark"), [(1000, False), (1440, True), (390, False)])
def test_the_page_fits_the_window(visit: Callable[..., Page], width: int, dark: bool) -> None:
    page = visit(make_study(), width=width, dark=dark)
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(200)
        page.evaluate("scrollTo(0, document.body.scrollHeight)")  # what is seen is drawn
        page.wait_for_timeout(300)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, tab.text_content()


def test_kept_trials_are_exported_as_they_are(visit: Callable[..., Page]) -> None:
    study = make_study(20)
    trial = create_trial(
        params=study.trials[0].params,
        distributions=SPACE,
        value=0.5,
        user_attrs={"note": '=1+1,"quoted"'},
    )
    study.add_trial(trial)
    page = visit(study, wait=False)
    text = page.evaluate(
        "import('/guide/static/views/kept/csv.js').then((m) => m.csv(workbench, [0, 20]))"
    )
    first, last = csv.DictReader(io.StringIO(text))
    assert float(first["learning_rate"]) == study.trials[0].params["learning_rate"]
    assert (last["optimizer"], float(last["accuracy"])) == (trial.params["optimizer"], 0.5)
    assert last["note"] == '\'=1+1,"quoted"'  # a spreadsheet must not compute it


def test_the_colours_are_spread_by_the_keys_and_kept_in_the_link(
    visit: Callable[..., Page],
) -> None:
    page = visit(make_study())
    median = "workbench.goodness[workbench.order[60]]"
    assert page.evaluate(median) == pytest.approx(0.5, abs=0.01)
    page.get_by_role("slider", name="Colours begin").press("End")
    assert page.evaluate("workbench.colouring.ends") == [0.99, 1]
    assert page.evaluate(median) == 0
    page.get_by_role("button", name="Value", exact=True).click()
    wait_until(page, "location.hash.includes('value')")
    link = page.evaluate("location.hash")
    page.locator(".colour-scale").get_by_role("button", name="Reset").click()
    assert page.evaluate(median) == pytest.approx(0.5, abs=0.01)
    wait_until(page, "!location.hash.includes('value')")
    page.evaluate("link => { location.hash = link; }", link)
    wait_until(page, "workbench.colouring.by === 'value'")
    assert page.evaluate("workbench.colouring.ends") == [0.99, 1]
