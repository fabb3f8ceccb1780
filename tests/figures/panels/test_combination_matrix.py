from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import make_guidance
from optuna.distributions import BaseDistribution, CategoricalDistribution
from tables import make_table

from optuna_guide.figures.panels import combination_matrix as panel
from optuna_guide.guidance import Guidance
from optuna_guide.study.table import TrialsTable

LETTERS: dict[str, BaseDistribution] = {
    "a": CategoricalDistribution(("x", "y")),
    "b": CategoricalDistribution(("p", "q")),
}


def letters() -> tuple[Guidance, TrialsTable]:
    """100 trials: y with q in ten of them, which are the top ones; x with p in half."""
    guidance = make_guidance(LETTERS)
    pairs = np.array([(0, 0)] * 50 + [(0, 1)] * 20 + [(1, 0)] * 20 + [(1, 1)] * 10, dtype=float)
    losses = np.concatenate([np.arange(90.0), np.arange(10.0) - 100])[:, None]
    table = replace(make_table(guidance, 100), params=pairs, losses=losses)
    return guidance, table


def cell(figure: Any, row: str, column: str) -> tuple[float | None, str]:
    names = list(figure.layout.xaxis.ticktext)
    i, j = names.index(row), names.index(column)
    return figure.data[0].z[i][j], figure.data[0].hovertext[i][j]


def test_a_pair_that_makes_up_the_selection_is_lifted() -> None:
    guidance, table = letters()
    lift, said = cell(draw("combination_matrix", guidance, table), "y", "q")
    assert lift == pytest.approx(np.log2((10 + 1) / (1 + 1)), abs=0.01)
    assert "10 of 10 trials selected, lift 5.50" in said
    lift, _ = cell(draw("combination_matrix", guidance, table), "x", "p")
    assert lift == pytest.approx(np.log2(1 / (5 + 1)), abs=0.01)


def test_counts_show_the_selected_trials() -> None:
    guidance, table = letters()
    figure = draw("combination_matrix", guidance, table, show="count")
    assert cell(figure, "y", "q")[0] == 10
    assert cell(figure, "x", "p")[0] == 0
    assert "How many" in figure.layout.annotations[0].text


def test_the_selection_can_be_anywhere() -> None:
    guidance, table = letters()
    bottom = draw("combination_matrix", guidance, table, selected="bottom 25%", show="count")
    # the worse losses of the maximised target belong to the last x-q and all y-p trials
    assert cell(bottom, "y", "p")[0] == 20
    assert cell(bottom, "x", "q")[0] == 5
    within = draw("combination_matrix", guidance, table, selected=(91.0, 200.0), show="count")
    assert cell(within, "y", "q")[0] == 10
    notes = " ".join(note.text for note in within.layout.annotations)
    assert "an interval, 10 of 100 trials, accuracy from 91 to 100" in notes


def test_options_of_one_parameter_exclude_each_other_and_the_diagonal_is_one_option() -> None:
    guidance, table = letters()
    figure = draw("combination_matrix", guidance, table, show="count")
    assert cell(figure, "x", "y") == (None, "")
    assert cell(figure, "y", "y")[0] == 10


def test_pairs_of_few_trials_are_blank() -> None:
    guidance, table = letters()
    rare = table.params.copy()
    rare[90:97, 0] = 0
    figure = draw("combination_matrix", guidance, replace(table, params=rare))
    assert cell(figure, "y", "q")[0] is None
    assert "3 of 3 trials selected" in cell(figure, "y", "q")[1]


def test_few_trials_stay_near_the_average() -> None:
    both, chosen = np.array([[10.0, 1000.0]]), np.array([[4.0, 400.0]])
    few, many = panel.lift(both, chosen, 0.1)[0]
    assert 1 < few < many == pytest.approx(4, abs=0.1)


def test_inactive_is_an_option(guidance: Guidance) -> None:
    figure = draw("combination_matrix", guidance, make_table(guidance))
    assert "inactive" in figure.layout.xaxis.ticktext


def test_a_selection_without_trials_is_said(guidance: Guidance) -> None:
    figure = draw("combination_matrix", guidance, make_table(guidance), selected=(50.0, 60.0))
    assert "There is no trial that (50.0, 60.0) selects" in figure.layout.annotations[
        1
    ].text.replace("<br>", " ")


def test_an_unknown_way_to_show_is_refused(guidance: Guidance) -> None:
    with pytest.raises(ValueError, match="'lift' or 'count', not 'odds'"):
        draw("combination_matrix", guidance, make_table(guidance), show="odds")  # type: ignore[arg-type]
