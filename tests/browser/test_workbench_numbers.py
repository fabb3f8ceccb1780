"""The numbers that the workbench computes in the browser are those of the Python views."""

from __future__ import annotations

from collections.abc import Iterator
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
from optuna.trial import create_trial
from wsgi_client import open_workbench

from optuna_guide.domain import cells
from optuna_guide.domain import space as spaces
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials

if TYPE_CHECKING:
    from optuna import Study
    from playwright.sync_api import Browser, Page

SPACE: dict[str, BaseDistribution] = {
    "rate": FloatDistribution(1e-5, 1e-1, log=True),
    "share": FloatDistribution(-1.0, 2.5),
    "grid": FloatDistribution(0.0, 2.0, step=0.25),
    "layers": IntDistribution(1, 3),
    "units": IntDistribution(4, 512, log=True),
    "batch": IntDistribution(10, 100, step=10),
    "solver": CategoricalDistribution(("adam", "sgd", None)),
    "tokens": CategoricalDistribution(tuple(f"bpe {k}" for k in range(12))),
    "single": FloatDistribution(2.0, 2.0),
    "momentum": FloatDistribution(0.0, 1.0),  # inactive in every third trial
}
N = 150
RANDOM = np.random.default_rng(0)
LIBRARY = "const load = (name) => import(`/guide/static/compute/${name}.js`);"


def make_study() -> Study:
    study = optuna.create_study(direction="maximize")
    for k in range(N):
        units = RANDOM.random(len(SPACE))
        params = {
            name: d.to_external_repr(float(spaces.from_unit(d, u)))
            for (name, d), u in zip(SPACE.items(), units, strict=True)
            if name != "momentum" or k % 3
        }
        study.add_trial(
            create_trial(
                params=params,
                distributions={name: SPACE[name] for name in params},
                value=float(units[0] + 0.3 * units[1] - (1e3 if k == 7 else 0)),
            )
        )
    return study


@pytest.fixture(scope="module")
def study() -> Study:
    return make_study()


@pytest.fixture(scope="module")
def table(study: Study) -> TrialsTable:
    return read_trials(read_snapshot(study))


@pytest.fixture(scope="module")
def page(browser: Browser, study: Study) -> Iterator[Page]:
    """A page on which the modules of the workbench can be imported, without a server."""
    client = open_workbench(study)

    def answer(route: Any) -> None:
        found = client.ask("GET", route.request.url.removeprefix("http://127.0.0.1"))
        headers = {k: v for k, v in found.headers.items() if k != "content-encoding"}
        route.fulfill(status=found.status, headers=headers, body=found.body)

    page = browser.new_page()
    page.route("**/*", answer)
    page.goto(f"http://127.0.0.1/guide/studies/{study._study_id}")
    for _ in range(200):
        if page.evaluate("Boolean(window.workbench)"):
            break
        page.wait_for_timeout(50)
    yield page
    page.close()


def run(page: Page, code: str, given: Any = None) -> Any:
    return page.evaluate(f"async (given) => {{ {LIBRARY} {code} }}", given)


def cut(name: str, table: TrialsTable, at_most: int) -> cells.Cells:
    column = table.params[:, table.names.index(name)]
    return cells.cut(name, table.space[name], column, at_most, at_most).with_inactive()


def test_every_parameter_is_cut_into_the_same_options(page: Page, table: TrialsTable) -> None:
    for at_most in (4, 6):
        found = run(
            page,
            """const { paramOptions } = await load('options');
            return workbench.data.params.map((p) => {
              const { name, labels, codes, brushes } = paramOptions(p, p.values, given);
              return { name, n: labels.length, codes: [...codes], nBrushes: brushes.length };
            });""",
            at_most,
        )
        for one in found:
            expected = cut(one["name"], table, at_most)
            assert (one["name"], one["codes"]) == (one["name"], expected.codes.tolist())
            assert one["n"] == one["nBrushes"] == len(expected)


def test_an_option_selects_its_own_trials(page: Page) -> None:
    wrong = run(
        page,
        """const { paramOptions } = await load('options');
        const { applyBrush } = await import('/guide/static/state/selection.js');
        return workbench.data.params.flatMap((p) => {
          const { codes, brushes } = paramOptions(p, p.values, 4);
          return brushes.flatMap((brush, k) => {
            const mask = new Uint8Array(p.values.length).fill(1);
            applyBrush(mask, p.values, brush);
            return mask.some((flag, row) => Boolean(flag) !== (codes[row] === k)) ? [p.name] : [];
          });
        });""",
    )
    assert wrong == []


def test_attributes_are_cut_into_the_same_options(page: Page) -> None:
    values = [None if k % 7 == 0 else round(float(v), 3) for k, v in enumerate(RANDOM.random(50))]
    for at_most in (4, 60):
        codes = run(
            page,
            """const { attributeOptions } = await load('options');
            const values = given[0].map((v) => v ?? NaN);
            return [...attributeOptions('a', values, given[1]).codes];""",
            [values, at_most],
        )
        known = np.array([np.nan if v is None else v for v in values])
        assert codes == cells.cut_attribute("a", known, at_most).codes.tolist()


def test_long_names_keep_their_ends(page: Page) -> None:
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
