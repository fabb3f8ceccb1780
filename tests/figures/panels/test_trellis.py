from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import make_guidance
from optuna.distributions import BaseDistribution, CategoricalDistribution
from tables import make_table

from optuna_guide.guidance import Guidance
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


def columns(figure: Any) -> list[str]:
    heads = [note.text for note in figure.layout.annotations if note.yanchor == "bottom"]
    return [text[3:-4] for text in heads if text.startswith("<b>")]


def means(figure: Any, column: int) -> list[list[float]]:
    """Means of a column, a list per colour."""
    n = "" if column == 0 else str(column + 1)
    dots = [t for t in figure.data if t.mode == "markers" and t.xaxis == f"x{n}"]
    return [list(t.x) for t in dots]


def test_columns_rows_and_colours_split_the_trials(letters: Any) -> None:
    figure = draw("trellis", *letters, primary="a", secondary="b")
    assert columns(figure) == ["x", "y"]
    assert list(figure.layout.yaxis.ticktext) == ["s", "t"]
    ordinary, special = 1.045, 5.045
    assert means(figure, 0) == pytest.approx(np.array([[ordinary] * 2, [ordinary, special]]))
    assert means(figure, 1) == pytest.approx(np.full((2, 2), ordinary), abs=1e-3)


def test_the_interval_is_that_of_student(letters: Any) -> None:
    dots = next(t for t in draw("trellis", *letters).data if t.mode == "markers")
    deviation = np.std(0.01 * np.arange(10), ddof=1)
    assert dots.error_x.array[0] == pytest.approx(2.262 * deviation / np.sqrt(10), rel=1e-3)
    assert "10 trials" in dots.hovertext[0]


def test_the_most_important_and_its_partner_are_the_default(letters: Any) -> None:
    guidance, table = letters
    swapped = tuple(replace(p, names=("a", "c")) for p in guidance.pairs[:1])
    figure = draw("trellis", replace(guidance, pairs=swapped), table)
    legend = " ".join(note.text for note in figure.layout.annotations)
    assert "columns: <b>a</b>; colours: c" in legend
    figure = draw("trellis", guidance, table, secondary="a")
    legend = " ".join(note.text for note in figure.layout.annotations)
    assert "columns: <b>b</b>; colours: a" in legend


def test_means_of_too_few_trials_are_not_drawn(letters: Any) -> None:
    guidance, table = letters
    params = table.params.copy()
    special = np.flatnonzero((params == (0, 1, 1)).all(axis=1))
    params[special[2:]] = (0, 0, 0)
    figure = draw("trellis", guidance, replace(table, params=params), primary="a", secondary="b")
    assert len(means(figure, 0)[1]) == 1


def test_one_parameter_has_columns_of_all_trials(letters: Any) -> None:
    guidance = make_guidance({"a": LETTERS["a"]})
    figure = draw("trellis", guidance, make_table(guidance))
    assert columns(figure) == ["x", "y"]
    assert list(figure.layout.yaxis.ticktext) == ["all trials"]


def test_inactive_trials_have_a_column(guidance: Guidance) -> None:
    figure = draw("trellis", guidance, make_table(guidance), primary="momentum")
    assert columns(figure)[-1] == "inactive"


def test_parameters_that_do_not_fit_are_refused(letters: Any) -> None:
    with pytest.raises(ValueError, match="two parameters, both are 'a'"):
        draw("trellis", *letters, primary="a", secondary="a")
    with pytest.raises(KeyError, match="no parameter 'x'"):
        draw("trellis", *letters, primary="x")
