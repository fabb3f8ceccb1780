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
from scipy import stats
from wsgi_client import open_workbench

from optuna_guide.analysis.significance import contrast_q, selection_q
from optuna_guide.analysis.trade_off import TradeOff, unbeaten
from optuna_guide.domain import cells
from optuna_guide.domain import space as spaces
from optuna_guide.figures.panels.combination_matrix import lift
from optuna_guide.models.boosting import clip_outliers
from optuna_guide.study.curves import read_curves, smooth
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


def test_pairs_of_options_have_the_same_lift(page: Page, table: TrialsTable) -> None:
    names = [name for name in SPACE if name != "single"]
    found = run(
        page,
        """const [{ paramOptions }, pairs] = [await load('options'), await load('combinations')];
        const shown = given.map((name) => workbench.data.param(name))
          .map((p) => paramOptions(p, p.values, 4));
        const flags = new Uint8Array(workbench.data.n);
        for (const row of workbench.order.slice(0, 30)) flags[row] = 1;
        const [both, chosen] = [pairs.countPairs(shown, null), pairs.countPairs(shown, flags)];
        const ratio = pairs.lift(both, chosen, 0.2);
        const q = pairs.significance(both, chosen, 30, workbench.data.n);
        return [both, chosen, ratio, q].map((list) => Array.from(list, (v) => v ?? null));""",
        names,
    )
    both, chosen, ratio, q = (np.array(part, dtype=float) for part in found)
    cuts = [cut(name, table, 4) for name in names]
    member = np.hstack([c.member for c in cuts]).astype(float)
    top = np.argsort(table.losses[:, 0], kind="stable")[:30]
    owner = np.repeat(np.arange(len(cuts)), [len(c) for c in cuts])
    exclude = (owner[:, None] == owner) & ~np.eye(len(owner), dtype=bool)
    expected_both, expected_chosen = member.T @ member, member[top].T @ member[top]
    expected_both[exclude] = expected_chosen[exclude] = np.nan
    np.testing.assert_array_equal(both, expected_both.ravel())
    np.testing.assert_array_equal(chosen, expected_chosen.ravel())
    np.testing.assert_allclose(ratio, lift(expected_both, expected_chosen, 0.2).ravel())
    expected_q = selection_q(expected_both, expected_chosen, 30, N, 5)
    np.testing.assert_allclose(q, expected_q.ravel(), rtol=1e-9, atol=1e-12)


def test_means_of_the_trellis_have_the_same_intervals(page: Page, table: TrialsTable) -> None:
    found = run(
        page,
        """const [{ paramOptions }, { cellMeans }] = [await load('options'), await load('means')];
        const cuts = ['layers', 'momentum', 'solver'].map((name) => workbench.data.param(name))
          .map((p) => paramOptions(p, p.values, 4));
        const { n, mean, half } = cellMeans(...cuts, workbench.targetColumn.values, null);
        return [n, mean, half].map((list) => [...list]);""",
    )
    n, mean, half = (np.array(part, dtype=float) for part in found)
    columns, rows, colours = (cut(name, table, 4) for name in ("layers", "momentum", "solver"))
    at = 0
    for c in range(len(columns)):
        for r in range(len(rows)):
            for k in range(len(colours)):
                inside = (columns.codes == c) & (rows.codes == r) & (colours.codes == k)
                values = -table.losses[inside, 0]
                assert n[at] == len(values)
                if len(values) >= 3:
                    error = stats.sem(values) * stats.t.ppf(0.975, len(values) - 1)
                    assert (mean[at], half[at]) == pytest.approx((values.mean(), error), rel=1e-7)
                else:
                    assert np.isnan(mean[at])
                at += 1


def test_contrasts_of_the_trellis_have_the_same_p_values(page: Page, table: TrialsTable) -> None:
    names = ["solver", "rate", "units"]
    found = run(
        page,
        """const { paramOptions } = await load('options');
        const { contrasts } = await load('contrasts');
        const cut = (name) => {
          const param = workbench.data.param(name);
          return paramOptions(param, param.values, 4);
        };
        const [columns, ...rows] = given.map(cut);
        const q = contrasts(columns, rows, cut('layers'), workbench.targetColumn.values);
        return q.map((list) => [...list]);""",
        names,
    )
    columns, *rows, colours = (cut(name, table, 4) for name in [*names, "layers"])
    shapes = [(len(columns), len(row), len(colours)) for row in rows]
    starts = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])
    placed = [
        np.ravel_multi_index((columns.codes, row.codes, colours.codes), shape) + start
        for row, shape, start in zip(rows, shapes, starts, strict=False)
    ]
    ranks = stats.rankdata(-table.losses[:, 0]) - (N + 1) / 2
    expected = contrast_q(np.array(placed), ranks, int(starts[-1]), 3)
    assert np.nanmin(expected) < 0.05
    np.testing.assert_allclose(np.concatenate(found), expected, rtol=1e-6)


def test_quantiles_of_student_are_right(page: Page) -> None:
    freedom = [1, 2, 3, 4, 7, 10, 29, 30, 31, 60, 1000]
    found = run(
        page, "const { t975 } = await load('statistics'); return given.map(t975);", freedom
    )
    assert found == pytest.approx(stats.t.ppf(0.975, freedom).tolist(), rel=1e-7)


def test_the_same_trials_are_unbeaten(page: Page) -> None:
    x, y = RANDOM.integers(0, 40, (2, 300)).astype(float)
    feasible = RANDOM.random(300) < 0.8
    found = run(
        page,
        "const { unbeaten } = await load('pareto'); return unbeaten(...given);",
        [x.tolist(), y.tolist(), feasible.tolist()],
    )
    numbers = np.arange(300)
    pair = TradeOff("x", "y", x, y, x, y, 1.0, feasible, numbers)
    assert sorted(found) == np.flatnonzero(unbeaten(pair)).tolist()
    assert x[found].tolist() == sorted(x[found])


@pytest.mark.parametrize("maximise", [False, True])
def test_outliers_are_drawn_at_the_same_edge(page: Page, maximise: bool) -> None:
    for values in (
        RANDOM.standard_cauchy(200),
        np.array([1.0] * 30 + [2.0, 3.0, 500.0, -500.0]),
        np.array([4.0]),
    ):
        low, high = run(
            page,
            "const { drawnReach } = await load('statistics'); return drawnReach(...given);",
            [values.tolist(), maximise],
        )
        clipped = clip_outliers(values, "maximize" if maximise else "minimize")
        assert (low, high) == pytest.approx((clipped.min(), clipped.max()))


def test_curves_are_smoothed_and_judged_alike(page: Page) -> None:
    curves = [RANDOM.normal(size=n).cumsum() + 0.2 * np.arange(n) for n in (3, 4, 11, 40, 2, 25)]
    found = run(
        page,
        """const { lateGains, smooth } = await load('series');
        const clean = (list) => list.map((v) => (Number.isNaN(v) ? null : v));
        return {
          gains: [true, false, null].map((maximise) => clean(lateGains(given, maximise))),
          smooth: given.map((curve) => [...smooth(curve, 4)]),
        };""",
        [c.tolist() for c in curves],
    )
    known = read_curves([dict(enumerate(c.tolist())) for c in curves])
    for maximise, gains in zip((True, False, None), found["gains"], strict=True):
        expected = known.late_gains(maximise)
        np.testing.assert_allclose(np.array(gains, dtype=float), expected, rtol=1e-9)
    for curve, averaged in zip(curves, found["smooth"], strict=True):
        assert averaged == pytest.approx(smooth(curve, 4).tolist())


def test_the_record_holds_until_it_is_beaten(page: Page) -> None:
    records = run(
        page,
        """const { findRecords } = await load('timeline');
        return findRecords([0, 0, 0, 1, 1, 2, 3], [5, 4, 6, 7, 3, 9, 1], true);""",
    )
    assert records == {"places": [0, 1, 2, 3], "holders": [1, 4, 4, 6]}


def test_samplers_stand_beside_each_other_each_in_its_order(page: Page) -> None:
    found = run(
        page,
        """const { besideEachOther } = await load('timeline');
        const { places, groups } = besideEachOther(given, 2);
        return [[...places], groups];""",
        [0, 1, 1, 0, 1],
    )
    assert found[0] == [5, 0, 1, 6, 2]
    assert found[1] == [{"code": 1, "first": 0, "last": 2}, {"code": 0, "first": 5, "last": 6}]


def test_groups_are_normalised_each_by_itself(page: Page) -> None:
    values, codes = [3.0, 1.0, 2.0, 30.0, 10.0, 20.0, 20.0], [0, 0, 0, 1, 1, 1, 1]
    found = run(
        page,
        """const { normalise } = await load('histogram');
        const groups = { name: 'g', labels: ['a', 'b'], codes: Int16Array.from(given[1]) };
        const values = Float64Array.from(given[0]);
        return ['min-max', 'rank', 'z'].map((how) => [...normalise(values, groups, how)]);""",
        [values, codes],
    )
    assert found[0] == pytest.approx([1, 0, 0.5, 1, 0, 0.5, 0.5])
    assert found[1] == pytest.approx([1, 0, 0.5, 1, 0, 1 / 3, 1 / 3])
    assert found[2][:3] == pytest.approx([1.5**0.5, -(1.5**0.5), 0])


def test_bins_hold_their_values(page: Page) -> None:
    values = RANDOM.normal(size=400)
    found = run(
        page,
        """const h = await load('histogram');
        const edges = h.binEdges(given, 32);
        return [[...edges], [...h.binCodes(given, edges)]];""",
        values.tolist(),
    )
    edges, codes = np.array(found[0]), np.array(found[1])
    expected = np.histogram(values, bins=edges)[0]
    assert np.bincount(codes, minlength=32).tolist() == expected.tolist()


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


def test_axes_have_more_than_one_tick(page: Page) -> None:
    counts = page.evaluate(
        """async () => {
          const { tickValues } = await import('/guide/static/chart/scales.js');
          const ends = [[0.15, 0.95], [-0.9, 4.6], [0.3, 9.9], [13, 88], [0.0011, 0.0043]];
          return ends.flatMap(([low, high]) =>
            [4, 6].map((most) => tickValues(low, high, false, most, false).length));
        }"""
    )
    assert min(counts) >= 2
    assert max(counts) <= 6
