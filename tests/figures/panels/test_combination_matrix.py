from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import draw, gather
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


def cell(found: panel.Numbers, row: str, column: str) -> tuple[float, float, float]:
    """Trials of both options, those of them that are selected, and the lift."""
    names = [label for group in found.groups for label in group.labels]
    at = names.index(row), names.index(column)
    return found.both[at], found.chosen[at], found.ratio[at]


def test_a_pair_that_makes_up_the_selection_is_lifted() -> None:
    found = gather("combination_matrix", *letters())
    assert cell(found, "y", "q") == (10, 10, pytest.approx((10 + 1) / (1 + 1)))
    assert cell(found, "x", "p") == (50, 0, pytest.approx(1 / (5 + 1)))


def test_lifts_are_drawn_on_a_scale_of_doublings_and_counts_as_they_are() -> None:
    found = gather("combination_matrix", *letters())
    matrix = draw("combination_matrix", *letters()).data[0]
    assert matrix.z[1][3] == pytest.approx(np.log2(found.ratio[1, 3]), rel=1e-2)
    assert "10 of 10 trials selected, lift 5.50" in matrix.hovertext[1][3]
    assert (matrix.z[0][1], matrix.hovertext[0][1]) == (None, "")
    figure = draw("combination_matrix", *letters(), show="count")
    assert figure.data[0].z[1][3] == 10
    assert "How many" in figure.layout.annotations[0].text


def test_the_selection_can_be_anywhere() -> None:
    bottom = gather("combination_matrix", *letters(), selected="bottom 25%")
    # the worse losses of the maximised target belong to the last x-q and all y-p trials
    assert cell(bottom, "y", "p")[1] == 20
    assert cell(bottom, "x", "q")[1] == 5
    within = gather("combination_matrix", *letters(), selected=(91.0, 200.0))
    assert cell(within, "y", "q")[1] == 10
    assert "an interval, 10 of 100 trials, accuracy from 91 to 100" in within.said


def test_options_of_one_parameter_exclude_each_other_and_the_diagonal_is_one_option() -> None:
    found = gather("combination_matrix", *letters())
    assert np.isnan(cell(found, "x", "y")).all()
    assert cell(found, "y", "y")[:2] == (30, 10)


def test_pairs_of_few_trials_are_blank() -> None:
    guidance, table = letters()
    rare = table.params.copy()
    rare[90:97, 0] = 0
    found = gather("combination_matrix", guidance, replace(table, params=rare))
    assert cell(found, "y", "q")[:2] == (3, 3)
    assert np.isnan(cell(found, "y", "q")[2])


def test_few_trials_stay_near_the_average() -> None:
    both, chosen = np.array([[10.0, 1000.0]]), np.array([[4.0, 400.0]])
    few, many = panel.lift(both, chosen, 0.1)[0]
    assert 1 < few < many == pytest.approx(4, abs=0.1)


def test_inactive_is_an_option(guidance: Guidance) -> None:
    found = gather("combination_matrix", guidance, make_table(guidance))
    assert [group.name for group in found.groups if "inactive" in group.labels] == ["momentum"]


def test_a_selection_without_trials_is_said(guidance: Guidance) -> None:
    found = gather("combination_matrix", guidance, make_table(guidance), selected=(50.0, 60.0))
    assert found.why == "There is no trial that (50.0, 60.0) selects, of 60."


def test_an_unknown_way_to_show_is_refused(guidance: Guidance) -> None:
    with pytest.raises(ValueError, match="'lift' or 'count', not 'odds'"):
        draw("combination_matrix", guidance, make_table(guidance), show="odds")  # type: ignore[arg-type]
