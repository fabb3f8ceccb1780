"""No serious fault that axe-core finds, on the page, the list of studies and the report."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna
import pytest
from wsgi_client import open_workbench

from optuna_guide import write_report

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
TABS = ("Guide", "Exploration", "Combinations", "Models", "Experiments", "Findings")
FAULTS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.any[0]?.message ?? ''}`),
    );
}"""


def make_study() -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        n_layers = trial.suggest_int("n_layers", 1, 3)
        units = [trial.suggest_int(f"layer{k}_units", 8, 256, log=True) for k in range(n_layers)]
        rate = trial.suggest_float("learning_rate", 1e-4, 1e-1, log=True)
        trial.set_user_attr("size", sum(units))
        return rate * n_layers + (trial.suggest_categorical("solver", ["sgd", "adam"]) == "sgd")

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=60)
    return study


def faults(page: Page) -> list[str]:
    if not AXE.exists():
        reason = f"axe-core is not installed: npm install in {AXE.parents[2]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [f"{scheme}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


def test_no_part_of_the_page_has_a_serious_fault(
    serve: Callable[[Any], str], open_page: Callable[..., Page]
) -> None:
    study = make_study()
    url = serve(open_workbench(study).app)
    page = open_page(f"{url}/guide/studies/{study._study_id}")
    page.locator("#view-importance svg").first.wait_for(timeout=60_000)
    tabs = page.get_by_role("tab")
    assert tabs.count() == len(TABS)
    for k in range(tabs.count()):
        tabs.nth(k).click()
        page.wait_for_timeout(1500)
        assert faults(page) == [], tabs.nth(k).inner_text()
    page.goto(f"{url}/guide")
    page.get_by_role("table").or_(page.get_by_role("link")).first.wait_for()
    assert faults(page) == []


def test_the_report_has_no_serious_fault(open_page: Callable[..., Page], tmp_path: Path) -> None:
    path = write_report(make_study(), tmp_path / "report.html")
    page = open_page("about:blank")
    page.unroute_all()  # a file is local, too
    page.goto(path.as_uri())
    page.locator("html[data-drawn]").wait_for(state="attached")
    assert faults(page) == []
