from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import GUIDANCE, close_gate, make_guidance
from tables import make_table

from optuna_guide.domain import space
from optuna_guide.domain.ranges import Choices
from optuna_guide.figures.panels.parallel_coordinates.drawing import NAME, SCORE, SECOND_NAME
from optuna_guide.figures.panels.parallel_coordinates.gathering import CLASSES, MAX_LINES
from optuna_guide.guidance import Guidance
from optuna_guide.study.table import TrialsTable


@pytest.fixture
def table(guidance: Guidance) -> TrialsTable:
    return make_table(guidance)


def lines(figure: Any) -> dict[str, np.ndarray]:
    """Heights ``(n_lines, n_axes)`` by class, in the order in which they are drawn."""
    n_axes = 1 + max(max(t.x) for t in figure.data if t.name == "1 %") - 1
    return {
        t.name: np.array(t.y, dtype=float).reshape(-1, int(n_axes) + 1)[:, :-1]
        for t in figure.data
        if t.name in CLASSES
    }


def names(figure: Any) -> list[str]:
    """Names of the axes from left to right."""
    heights = (NAME, SECOND_NAME)
    found = [note for note in figure.layout.annotations if note.y in heights]
    return [note.text for note in sorted(found, key=lambda note: note.x)]


def test_axes_go_from_the_least_to_the_most_important_and_end_with_the_target(
    guidance: Guidance, table: TrialsTable
) -> None:
    shown = names(draw("parallel_coordinates", guidance, table))
    assert shown[-2:] == ["learning_rate", "<b>accuracy</b>"]
    assert shown[0] == "solver"


def test_the_importance_stands_above_each_axis(guidance: Guidance, table: TrialsTable) -> None:
    notes = draw("parallel_coordinates", guidance, table).layout.annotations
    scores = {note.x: note.text for note in notes if note.y == SCORE}
    assert scores[7] == f"{100 * guidance.params[0].importance:.0f} %"
    assert len(scores) == len(guidance.params)


def test_every_trial_is_a_line_in_the_class_of_its_place(
    guidance: Guidance, table: TrialsTable
) -> None:
    drawn = lines(draw("parallel_coordinates", guidance, table))
    assert list(drawn) == ["others", "50 %", "25 %", "10 %", "1 %"]
    assert [len(heights) for heights in drawn.values()] == [30, 15, 9, 5, 1]


def test_the_top_is_drawn_last_and_up(guidance: Guidance, table: TrialsTable) -> None:
    drawn = lines(draw("parallel_coordinates", guidance, table))
    assert drawn["1 %"][0, -1] == 1.0
    assert min(drawn["10 %"][:, -1]) > max(drawn["50 %"][:, -1]) > min(drawn["others"][:, -1])
    minimised = replace(guidance, direction="minimize")
    low = lines(
        draw(
            "parallel_coordinates",
            minimised,
            replace(table, losses=-table.losses, maximised=(False,)),
        )
    )
    assert low["1 %"][0, -1] == 1.0


def test_a_line_passes_through_the_values_of_its_trial(
    guidance: Guidance, table: TrialsTable
) -> None:
    best = int(np.argmin(table.losses[:, 0]))
    height = lines(draw("parallel_coordinates", guidance, table))["1 %"][0, -2]
    expected = space.to_unit(guidance.params[0].distribution, table.params[best, 0])
    assert height == pytest.approx(float(expected), abs=1e-3)


def test_choices_stay_in_their_cells_without_hiding_each_other(
    guidance: Guidance, table: TrialsTable
) -> None:
    drawn = np.vstack(list(lines(draw("parallel_coordinates", guidance, table)).values()))
    solver = drawn[:, 0]
    adam = solver[solver < 0.5]
    assert adam.min() >= 0.1
    assert adam.max() <= 0.4
    assert len(set(adam.tolist())) > len(adam) / 2


def test_inactive_trials_pass_a_station_below_the_axis(
    guidance: Guidance, table: TrialsTable
) -> None:
    figure = draw("parallel_coordinates", guidance, table)
    momentum = np.vstack(list(lines(figure).values()))[:, 4]
    assert (momentum < -0.1).sum() == 20
    assert [note.x for note in figure.layout.annotations if note.text == "inactive"] == [4]


def test_every_promising_range_is_a_band_several_for_apart_choices(table: TrialsTable) -> None:
    guidance = make_guidance()
    apart = replace(guidance["activation"], promising=Choices((0, 2)))
    params = (*guidance.params[:2], apart, *guidance.params[3:])
    bands = draw("parallel_coordinates", replace(guidance, params=params), table).data[0]
    corners = np.array(bands.x, dtype=float).reshape(-1, 6)
    middles = corners[:, [0, 2]].mean(axis=1)
    assert sorted(middles.tolist()) == pytest.approx([3, 4, 5, 5, 6, 7])
    assert not draw("parallel_coordinates", close_gate(guidance), table).data[0].x


def test_labels_are_the_values_themselves(guidance: Guidance, table: TrialsTable) -> None:
    notes = draw("parallel_coordinates", guidance, table).layout.annotations
    said = {(note.x, note.text) for note in notes}
    assert {(7, "0.0001"), (7, "0.01"), (7, "1"), (5, "relu"), (2, "3")} <= said


def test_named_parameters_are_shown_alone(guidance: Guidance, table: TrialsTable) -> None:
    figure = draw("parallel_coordinates", guidance, table, params=["alpha", "momentum"])
    assert names(figure) == ["alpha", "momentum", "<b>accuracy</b>"]
    with pytest.raises(KeyError, match="no parameter 'x'"):
        draw("parallel_coordinates", guidance, table, params=["x"])


def test_of_many_trials_the_top_and_an_even_part_are_drawn_and_said(guidance: Guidance) -> None:
    table = make_table(guidance, 5000)
    figure = draw("parallel_coordinates", guidance, table)
    drawn = lines(figure)
    assert sum(map(len, drawn.values())) == MAX_LINES
    assert len(drawn["1 %"]) == 50
    notes = " ".join(note.text for note in figure.layout.annotations)
    assert "1000 of 5000 trials are drawn" in notes


def test_trials_beyond_the_limit_are_counted(guidance: Guidance, table: TrialsTable) -> None:
    losses = table.losses.copy()
    losses[3] = 1e9
    notes = draw(
        "parallel_coordinates", guidance, replace(table, losses=losses)
    ).layout.annotations
    assert any("1 worse trial is drawn at the limit" in note.text for note in notes)


def test_other_objectives_have_an_axis_beside_the_target(
    guidance: Guidance, table: TrialsTable
) -> None:
    losses = np.hstack([table.losses, np.arange(60.0)[:, None]])
    both = replace(table, losses=losses, objectives=("accuracy", "cost"), maximised=(True, False))
    figure = draw("parallel_coordinates", guidance, both)
    assert names(figure)[-2:] == ["<b>accuracy</b>", "<b>cost</b>"]


def test_a_top_trial_says_its_values_to_the_mouse(guidance: Guidance, table: TrialsTable) -> None:
    points = draw("parallel_coordinates", guidance, table).data[-1]
    best = int(np.argmin(table.losses[:, 0]))
    value = guidance.params[0].label(table.params[best, 0])
    assert f"trial {best}: accuracy" in points.hovertext[0]
    assert f"learning_rate: {value}" in points.hovertext[7]


def test_of_sixty_parameters_the_twelve_most_important_are_drawn() -> None:
    guidance = GUIDANCE["60 parameters"]()
    figure = draw("parallel_coordinates", guidance, make_table(guidance))
    assert len(names(figure)) == 13
    notes = " ".join(note.text for note in figure.layout.annotations)
    assert "48 less important parameters are not shown" in notes


def test_infeasible_trials_are_behind_and_counted(guidance: Guidance, table: TrialsTable) -> None:
    violations = np.where(table.losses[:, 0] < np.median(table.losses), 1.0, 0.0)
    limited = replace(table, violations=violations, constrained=True)
    figure = draw("parallel_coordinates", guidance, limited)
    notes = " ".join(note.text for note in figure.layout.annotations)
    assert "30 infeasible trials are behind the others" in notes
    assert lines(figure)["1 %"][0, -1] < 0.6
    assert min(lines(figure)["others"][:, -1]) > 0.4
