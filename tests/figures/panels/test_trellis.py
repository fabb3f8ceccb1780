from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw, gather
from guidances import make_guidance
from optuna.distributions import BaseDistribution, CategoricalDistribution
from tables import make_table

from optuna_guide.figures.drawing.multiples import Group
from optuna_guide.guidance import Guidance
from optuna_guide.study.context import Contexts
from optuna_guide.study.table import TrialsTable

LETTERS: dict[str, BaseDistribution] = {
    "a": CategoricalDistribution(("x", "y")),
    "b": CategoricalDistribution(("p", "q")),
    "c": CategoricalDistribution(("s", "t")),
}


@pytest.fixture
def letters() -> tuple[Guidance, TrialsTable]:
    """Ten trials of each combination; only x with q with t differs."""
    guidance = make_guidance(LETTERS)
    params = np.array(
        [(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)] * 10, dtype=float
    )
    special = (params == (0, 1, 1)).all(axis=1)
    values = np.where(special, 5.0, 1.0) + 0.01 * np.repeat(np.arange(10), 8)
    table = make_table(guidance, 80)
    return guidance, replace(table, params=params, losses=-values[:, None])


def test_columns_rows_and_colours_split_the_trials(letters: Any) -> None:
    found = gather("trellis", *letters, primary="a", secondary="b")
    assert found.columns == ("x", "y")
    assert found.rows == (Group("c", ("s", "t")),)
    assert found.colours == ("p", "q")
    expected = np.full((2, 2, 2), 1.045)
    expected[0, 1, 1] = 5.045
    assert found.means.mean == pytest.approx(expected)
    assert (found.means.n == 10).all()
    assert np.argwhere(found.means.q <= 0.05).tolist() == [[0, 1, 1]]


def test_a_context_splits_trials_as_a_parameter_does(letters: Any) -> None:
    guidance, table = letters
    texts = np.array(["cora", "pubmed"], dtype=object)[np.arange(80) % 3 // 2]
    table = replace(table, contexts=Contexts({"dataset": texts}))
    found = gather("trellis", guidance, table, primary="dataset", secondary="a")
    assert found.columns == ("cora", "pubmed")
    assert [row.name for row in found.rows] == ["b", "c"]
    assert np.nansum(found.means.n[1, :2]) == (texts == "pubmed").sum()
    matrix = gather("combination_matrix", guidance, table)
    assert matrix.groups[-1] == Group("dataset", ("cora", "pubmed"))
    stacked = gather("performance_overview", guidance, table, by="dataset")
    assert stacked.histogram.labels == ("cora", "pubmed")


def test_each_of_a_few_choices_has_a_row(letters: Any) -> None:
    guidance = make_guidance({**LETTERS, "bpe": CategoricalDistribution((1, 2, 4, 8, 16, 32))})
    table = make_table(guidance, 80)
    found = gather("trellis", guidance, table, primary="a", secondary="b")
    assert Group("bpe", ("1", "2", "4", "8", "16", "32")) in found.rows


def test_the_interval_is_that_of_student(letters: Any) -> None:
    means = gather("trellis", *letters).means
    deviation = np.std(0.01 * np.arange(10), ddof=1)
    assert means.half[0, 0, 0] == pytest.approx(2.262 * deviation / np.sqrt(10), rel=1e-3)


def test_means_are_dots_of_their_colour_with_bars(letters: Any) -> None:
    means = gather("trellis", *letters).means
    figure = draw("trellis", *letters)
    dots = [t for t in figure.data if t.mode == "markers" and t.xaxis == "x"]
    for k, trace in enumerate(dots):
        assert list(trace.x) == pytest.approx(means.mean[0, :, k], rel=1e-3)
        assert list(trace.error_x.array) == pytest.approx(means.half[0, :, k], rel=1e-3)
    assert list(figure.layout.yaxis.ticktext) == ["s", "t"]
    assert "10 trials" in dots[0].hovertext[0]


def test_the_most_important_and_its_partner_are_the_default(letters: Any) -> None:
    guidance, table = letters
    swapped = tuple(replace(p, names=("a", "c")) for p in guidance.pairs[:1])
    found = gather("trellis", replace(guidance, pairs=swapped), table)
    assert (found.primary, found.secondary) == ("a", "c")
    found = gather("trellis", guidance, table, secondary="a")
    assert (found.primary, found.secondary) == ("b", "a")
    legend = " ".join(n.text for n in draw("trellis", *letters, secondary="a").layout.annotations)
    assert "columns: <b>b</b>; colours: a" in legend


def test_means_of_too_few_trials_are_not_drawn(letters: Any) -> None:
    guidance, table = letters
    params = table.params.copy()
    special = np.flatnonzero((params == (0, 1, 1)).all(axis=1))
    params[special[2:]] = (0, 0, 0)
    found = gather("trellis", guidance, replace(table, params=params), primary="a", secondary="b")
    assert np.isnan(found.means.mean[0, :, 1]).tolist() == [False, True]


def test_one_parameter_has_columns_of_all_trials(letters: Any) -> None:
    guidance = make_guidance({"a": LETTERS["a"]})
    found = gather("trellis", guidance, make_table(guidance))
    assert found.columns == ("x", "y")
    assert [row.labels for row in found.rows] == [("all trials",)]


def test_inactive_trials_have_a_column(guidance: Guidance) -> None:
    found = gather("trellis", guidance, make_table(guidance), primary="momentum")
    assert found.columns[-1] == "inactive"


def test_parameters_that_do_not_fit_are_refused(letters: Any) -> None:
    with pytest.raises(ValueError, match="two parameters, both are 'a'"):
        draw("trellis", *letters, primary="a", secondary="a")
    with pytest.raises(KeyError, match="no parameter 'x'"):
        draw("trellis", *letters, primary="x")


def test_means_are_of_what_was_measured_and_those_beyond_the_axis_are_named(letters: Any) -> None:
    guidance, table = letters
    worst = (table.params == (0, 0, 0)).all(axis=1)
    varied = table.losses - table.params @ np.array([[0.1], [0.2], [0.4]])
    losses = np.where(worst[:, None], 900.0, varied)
    several = replace(table, losses=losses)
    found = gather("trellis", guidance, several, primary="a", secondary="b")
    assert found.means.mean[0, 0, 0] == pytest.approx(-900)
    assert found.reach[0] > -100
    figure = draw("trellis", guidance, several, primary="a", secondary="b")
    said = " ".join(note.text for note in figure.layout.annotations).replace("<br>", " ")
    assert "1 mean lies beyond the axis" in said
    assert "the furthest at -900" in said
