from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw, gather
from guidances import make_guidance
from tables import make_table

from optuna_guide.figures.panels import performance_overview as panel
from optuna_guide.guidance import Guidance
from optuna_guide.study.table import TrialsTable


@pytest.fixture
def table(guidance: Guidance) -> TrialsTable:
    return make_table(guidance)


def front(found: panel.Numbers) -> list[tuple[float, float]]:
    assert found.cost is not None
    pair, rows = found.cost.pair, found.cost.front
    return list(zip(pair.x[rows].tolist(), pair.y[rows].tolist(), strict=True))


def told(table: TrialsTable, values: list[float], costs: list[float]) -> TrialsTable:
    few = table.take(np.arange(len(values)))
    return replace(
        few, losses=-np.array(values)[:, None], attributes={"size": np.array(costs, dtype=float)}
    )


def test_every_trial_is_in_one_stack(guidance: Guidance, table: TrialsTable) -> None:
    found = gather("performance_overview", guidance, table, by="activation").histogram
    assert found.labels == ("relu", "tanh", "logistic")
    expected = np.bincount(table.params[:, 2].astype(int))
    assert found.counts.sum(axis=1).tolist() == expected.tolist()
    bars = draw("performance_overview", guidance, table, by="activation").data[:3]
    assert [list(bar.y) for bar in bars] == found.counts.tolist()
    assert bars[0].hovertext[0].startswith("relu<br>")


def test_a_numeric_attribute_is_stacked_by_parts(guidance: Guidance, table: TrialsTable) -> None:
    found = gather("performance_overview", guidance, table, by="<b>size</b>").histogram
    assert found.counts.sum(axis=1).tolist() == [15, 15, 15, 15]


@pytest.mark.parametrize(
    ("how", "low", "high"), [("min-max", 0, 1), ("rank", 0, 1), ("z", -3, 3)], ids=str
)
def test_groups_are_made_comparable_each_by_itself(
    guidance: Guidance, table: TrialsTable, how: Any, low: float, high: float
) -> None:
    losses = table.losses + 100 * table.params[:, [2]]
    figure = draw(
        "performance_overview",
        guidance,
        replace(table, losses=losses),
        by="activation",
        normalise=how,
    )
    for stack in figure.data[:3]:
        seen = np.array(stack.x)[np.array(stack.y) > 0]
        assert low <= seen.min() < (low + high) / 2 < seen.max() <= high
    assert figure.layout.xaxis.title.text == f"accuracy, {how} in each group"


def test_the_line_joins_the_trials_that_no_other_beats(
    guidance: Guidance, table: TrialsTable
) -> None:
    few = told(table, [0.5, 0.7, 0.6, 0.9, 0.9], [1, 2, 3, 4, 5])
    assert front(gather("performance_overview", guidance, few, against="size")) == [
        (1, 0.5),
        (2, 0.7),
        (4, 0.9),
    ]


def test_infeasible_trials_are_not_on_the_line(guidance: Guidance, table: TrialsTable) -> None:
    few = told(table, [0.5, 0.7, 0.9], [1, 2, 3])
    few = replace(few, violations=np.array([0, 1.0, 0]), constrained=True)
    assert front(gather("performance_overview", guidance, few, against="size")) == [
        (1, 0.5),
        (3, 0.9),
    ]


def test_a_limit_is_a_line_and_names_the_top_trial_that_keeps_to_it(
    guidance: Guidance, table: TrialsTable
) -> None:
    few = told(table, [0.5, 0.7, 0.9], [1, 2, 3])
    figure = draw("performance_overview", guidance, few, against="size", limit=2)
    assert list(figure.data[-1].x) == [2, 2]
    notes = " ".join(note.text for note in figure.layout.annotations)
    assert "within the limit: 0.7 (trial 1)" in notes
    notes = str(
        draw("performance_overview", guidance, few, against="size", limit=0.5).layout.annotations
    )
    assert "no trial keeps to the limit" in notes


def test_two_objectives_trade_off_against_each_other(table: TrialsTable) -> None:
    losses = np.array([[0.1, -3.0], [0.2, -5.0], [0.3, -4.0]])
    both = replace(
        table.take(np.arange(3)),
        losses=losses,
        objectives=("error", "speed"),
        maximised=(False, True),
    )
    guidance = replace(make_guidance(), target="pareto_rank", direction="minimize")
    assert front(gather("performance_overview", guidance, both)) == [(5, 0.2), (3, 0.1)]
    limited = draw("performance_overview", guidance, both, limit=4)
    assert "within the limit: 0.2 (trial 1)" in str(limited.layout.annotations)


def test_without_a_cost_the_histogram_has_the_whole_width(
    guidance: Guidance, table: TrialsTable
) -> None:
    alone = replace(table, durations=np.full(60, np.nan), attributes={})
    figure = draw("performance_overview", guidance, alone)
    assert figure.layout.xaxis.domain == (0, 1)
    assert {t.type for t in figure.data} == {"bar"}


def test_a_cost_over_decades_has_a_logarithmic_axis(
    guidance: Guidance, table: TrialsTable
) -> None:
    figure = draw(
        "performance_overview", guidance, told(table, [0.5, 0.7], [1, 1e4]), against="size"
    )
    assert figure.layout.xaxis2.type == "log"


def test_of_many_trials_those_on_the_line_are_kept(guidance: Guidance) -> None:
    table = make_table(guidance, 5000)
    figure = draw("performance_overview", guidance, table)
    dots = [t for t in figure.data if t.type == "scatter" and t.mode == "markers"]
    assert sum(len(t.x) for t in dots[:2]) <= panel.MAX_TRIALS + len(dots[2].x)
    assert "600 of 5000 trials" in str(figure.layout.annotations)


def test_unknown_options_name_the_known_ones(guidance: Guidance, table: TrialsTable) -> None:
    with pytest.raises(ValueError, match="'none', 'min-max', 'rank', 'z', not 'log'"):
        draw("performance_overview", guidance, table, normalise="log")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="context or numeric attribute 'x'; there are"):
        draw("performance_overview", guidance, table, by="x")
    with pytest.raises(ValueError, match="no target 'x' in study"):
        draw("performance_overview", guidance, table, against="x")


def test_what_lies_beyond_the_axes_is_counted_and_told_as_it_was_measured(
    guidance: Guidance, table: TrialsTable
) -> None:
    few = told(table, [0.9, 0.8, 0.85, 0.7, 0.82, -500.0], [1, 2, 3, 4, 5, 6])
    found = gather("performance_overview", guidance, few, against="size")
    assert found.histogram.counts.sum() == 6
    assert found.histogram.edges[0] > 0
    assert found.cost.pair.y.min() == -500
    figure = draw("performance_overview", guidance, few, against="size")
    said = " ".join(note.text for note in figure.layout.annotations).replace("<br>", " ")
    assert "Left: 1 trial lies beyond the axis" in said
    assert "the furthest at -500" in said
