"""What the page computes anew for every brush is what Python computes: one table for both."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from name_families import FAMILIES
from node import run_node
from scipy import stats

import optuna_guide
from optuna_guide.analysis.histogram import N_BINS, count, normalise_groups
from optuna_guide.analysis.significance import contrast_q, selection_q
from optuna_guide.analysis.trade_off import TradeOff, unbeaten
from optuna_guide.domain.cells import Cells
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.region import find_inside
from optuna_guide.figures.panels.combination_matrix import lift
from optuna_guide.figures.panels.exploration_history.timeline import (
    Order,
    Timeline,
    find_record,
)
from optuna_guide.study.curves import smooth, thin_out
from optuna_guide.words.names import shorten
from optuna_guide.words.phrases import beyond

N = 150
ROOT = Path(optuna_guide.__file__).parent.parent
STATIC = ROOT / "optuna_guide" / "surfaces" / "workbench" / "static"
Row = dict[str, Any]


def row(
    name: str, module: str, function: str, args: list[Any], expected: Any, tolerance: float = 1e-9
) -> Row:
    """A call of a function of the page, and what Python says that it returns; NaN as null."""
    return {
        "name": name,
        "module": f"{module}.js",
        "function": function,
        "args": _plain(args),
        "expected": _plain(expected),
        "tolerance": tolerance,
    }


def test_the_page_names_files_that_exist() -> None:
    for script in STATIC.rglob("*.js"):
        for path in re.findall(r"[\w/]*/\w+\.py\b", script.read_text(encoding="utf-8")):
            assert any((folder / path).is_file() for folder in (ROOT, ROOT / "optuna_guide")), (
                f"{script.name}: {path}"
            )


def test_functions_of_the_page_give_what_python_gives(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [
        *quantile_rows(rng),
        *pair_rows(rng),
        *trellis_rows(rng),
        *curve_rows(rng),
        *record_rows(rng),
        *histogram_rows(rng),
        *name_rows(),
        *range_rows(rng),
    ]
    table = tmp_path / "twins.json"
    table.write_text(json.dumps(rows))
    run_node(tmp_path / "page", "twins.test.mjs", TWINS=str(table))


def range_rows(rng: np.random.Generator) -> list[Row]:
    """How many ranges trials miss: none where they are inside of the region."""
    region = {"x": Intervals(((0.1, 0.3), (0.5, 0.8))), "k": Choices((0, 2)), "y": Intervals(())}
    params = np.stack([rng.random(N), rng.integers(0, 4, N), np.full(N, np.nan)], axis=1)
    params[rng.random(N) < 0.2, 0] = np.nan
    params[:2, 0] = 0.3 * (1 + 1e-12), 0.3001
    missed = sum(
        (~find_inside({name: region[name]}, list(region), params)).astype(int) for name in region
    )
    plain = [dataclasses.asdict(region[name]) for name in region]
    args = [plain, params.T, N]
    return [row("ranges missed", "compute/ranges", "countMissed", args, missed)]


def quantile_rows(rng: np.random.Generator) -> list[Row]:
    rows = [
        row(f"97.5 % of Student's t, {df}", "compute/statistics", "t975", [df],
            float(stats.t.ppf(0.975, df)), 1e-7)
        for df in (1, 2, 3, 4, 7, 10, 29, 30, 31, 60, 1000)
    ]  # fmt: skip
    shape, x = 0.7, [0.0, 0.3, 1.5, 9.0, 40.0]
    rows += [
        row("gamma", "compute/contrasts", "gammaTail", [shape, v], stats.gamma.sf(v, shape), 1e-7)
        for v in x
    ]
    values = rng.normal(size=400)
    for maximise, direction in ((True, "maximize"), (False, "minimize")):
        clipped = clip_outliers(values**3, direction)
        rows.append(
            row("outliers", "compute/statistics", "clipOutliers", [values**3, maximise], clipped)
        )
        said = [values**3, clipped, "trial"]
        rows.append(row("beyond", "compute/statistics", "beyond", said, beyond(*said)))
        ends = [float(clipped.min()), float(clipped.max())]
        rows.append(
            row("beyond ends", "compute/statistics", "beyondReach",
                [values**3, ends, "trial"], beyond(*said))
        )  # fmt: skip
    edges = np.linspace(values.min(), values.max(), 33)
    codes = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, 31)
    rows.append(row("edges of bins", "compute/histogram", "binEdges", [values, 32], edges))
    rows.append(row("codes of bins", "compute/histogram", "binCodes", [values, edges], codes))
    x, y = rng.integers(0, 40, (2, 300)).astype(float)
    feasible = rng.random(300) < 0.8
    flags = unbeaten(TradeOff("x", "x", "y", x, y, x, y, x, y, 1.0, feasible, np.arange(300)))
    line = np.flatnonzero(flags)
    args = [x, y, feasible.astype(int)]
    rows.append(row("unbeaten", "compute/pareto", "unbeaten", args, line[np.argsort(x[line])]))
    return rows


def pair_rows(rng: np.random.Generator) -> list[Row]:
    sizes = (3, 2, 4)
    codes = [rng.integers(-1, n, N) for n in sizes]
    shown = [
        {"name": f"p{k}", "labels": list("abcd")[:n], "codes": own}
        for k, (n, own) in enumerate(zip(sizes, codes, strict=True))
    ]
    flags = (rng.random(N) < 0.1 + 0.7 * (codes[0] == 1)).astype(int)
    member = np.hstack([own[:, None] == np.arange(n) for n, own in zip(sizes, codes, strict=True)])
    owner = np.repeat(np.arange(3), sizes)
    exclude = (owner[:, None] == owner) & ~np.eye(len(owner), dtype=bool)
    both, chosen = (m.T.astype(float) @ m for m in (member, member[flags == 1]))
    both[exclude] = chosen[exclude] = np.nan
    n_chosen, module = int(flags.sum()), "compute/combinations"
    q = selection_q(both, chosen, n_chosen, N, 5)
    assert np.nanmin(q) < 0.05
    flat = [both.ravel(), chosen.ravel()]
    return [
        row("pairs", module, "countPairs", [shown, None], both.ravel()),
        row("selected pairs", module, "countPairs", [shown, flags], chosen.ravel()),
        row("lift", module, "lift", [*flat, 0.2], lift(both, chosen, 0.2).ravel()),
        row("chance", module, "significance", [*flat, n_chosen, N], q.ravel()),
    ]


def trellis_rows(rng: np.random.Generator) -> list[Row]:
    shape = (3, 4, 2)
    codes = [rng.integers(0, n, N) for n in shape]
    values = rng.normal(size=N).round(1) + 2 * (codes[0] == 1)
    options = [
        {"name": "p", "labels": list("abcd")[:n], "codes": own}
        for n, own in zip(shape, codes, strict=True)
    ]
    columns, rows, colours = options
    cells = np.ravel_multi_index(codes, shape)
    groups = [values[cells == at] for at in range(24)]
    few = [len(own) < 3 for own in groups]
    means = {
        "n": [len(own) for own in groups],
        "mean": [np.nan if f else own.mean() for f, own in zip(few, groups, strict=True)],
        "half": [
            np.nan if f else stats.sem(own) * stats.t.ppf(0.975, len(own) - 1)
            for f, own in zip(few, groups, strict=True)
        ],
    }
    q = contrast_q(cells[None], stats.rankdata(values) - (N + 1) / 2, 24, 3)
    assert np.nanmin(q) < 0.05
    return [
        row("means", "compute/means", "cellMeans", [*options, values, None], means, 1e-7),
        row("contrasts", "compute/contrasts", "contrasts", [columns, [rows], colours, values],
            [q], 1e-6),
    ]  # fmt: skip


def curve_rows(rng: np.random.Generator) -> list[Row]:
    curves = [rng.normal(size=n).cumsum() + 0.2 * np.arange(n) for n in (3, 4, 11, 40, 2, 25)]
    return [
        row("moving mean", "compute/series", "smooth", [curve, 4], smooth(curve, 4))
        for curve in curves
    ] + [
        row(f"{most} of {n} points", "compute/series", "thinOut", [n, most], thin_out(n, most))
        for n in (1, 2, 6, 7, 100, 1001)
        for most in (2, 3, 5, 40)
    ]  # fmt: skip


def record_rows(rng: np.random.Generator) -> list[Row]:
    places, loss = rng.integers(0, 30, N).astype(float), rng.permutation(N).astype(float)
    places[::7] = loss[::11] = np.nan
    trials = SimpleNamespace(pruned=np.zeros(N, dtype=bool), objectives=("a", "b"))
    explored: Any = SimpleNamespace(trials=trials)
    target: Any = SimpleNamespace(loss=loss, values=loss, name="a")
    rows = []
    orders: tuple[Order, Order] = ("batch", "rung")
    for order in orders:
        line = Timeline(explored, target, order, places, np.arange(N), (0.0, 1.0))
        at, best = find_record(line)
        found = {"places": at, "holders": [int(np.flatnonzero(loss == v)[0]) for v in best]}
        args = [places, loss, order == "batch"]
        rows.append(row(f"record by {order}", "compute/timeline", "findRecords", args, found))
    return rows


def histogram_rows(rng: np.random.Generator) -> list[Row]:
    """Values of groups made comparable, and counted; without a group they are nowhere."""
    module, codes, values = "compute/histogram", rng.integers(0, 3, N), rng.normal(size=N).round(1)
    cells = Cells("p", ("a", "b", "c"), codes, tuple(Choices((k,)) for k in range(3)))
    groups = {"name": "p", "labels": ["a", "b", "c"], "codes": codes}
    rows = [
        row(f"{how} in groups", module, "normalise", [values, groups, how],
            normalise_groups(values, cells, how))
        for how in ("none", "min-max", "rank", "z")
    ]  # fmt: skip
    counted = count(values, cells, "none", "minimize")
    bins = np.clip(np.searchsorted(counted.edges, counted.shown, side="right") - 1, 0, N_BINS - 1)
    args = [bins, N_BINS, groups, None]
    numbers = ("n", "mean", "std", "median", "low", "high")
    said = (N, values.mean(), values.std(), np.median(values), values.min(), values.max())
    return [
        *rows,
        row("rows of bins", module, "countBins", args, counted.counts.ravel()),
        row(
            "summary",
            "compute/statistics",
            "summarise",
            [values],
            dict(zip(numbers, said, strict=True)),
        ),
    ]


def name_rows() -> list[Row]:
    return [
        row(f"name of {room} letters", "compute/names", "shorten", [name, list(family), room],
            shorten(name, family, room))
        for family in FAMILIES
        for room in (5, 9, 14, 40)
        for name in family
    ]  # fmt: skip


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(inner) for inner in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value
