from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from drawn import draw
from guidances import make_guidance, ugly_guidance
from histories import explored, guidance_for, words
from optuna.trial import TrialState
from tables import make_table
from ugly import UGLY

from optuna_guide.figures.drawing import colours
from optuna_guide.figures.panels.exploration_history.timeline import MAX_TRIALS, ORDERS
from optuna_guide.guidance import Guidance
from optuna_guide.study.exploration import read_exploration
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

MAX_CHARACTERS = 300_000


@pytest.mark.parametrize("by", ORDERS)
def test_every_order_draws_the_same_trials(guidance: Guidance, by: str) -> None:
    found = explored(guidance)
    figure = draw("exploration_history", guidance, found.trials, exploration=found, by=by)
    first = [t for t in figure.data if t.yaxis == "y2" and t.customdata is not None]
    assert sum(len(t.x) for t in first) == len(found)
    assert figure.layout.xaxis.title.text == by
    assert len(figure.to_json()) < MAX_CHARACTERS


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_or_said_to_be_empty(build: Callable[[], optuna.Study]) -> None:
    study = build()
    found = read_exploration(study)
    guidance = guidance_for(found.trials)
    for by in ORDERS:
        figure = draw(
            "exploration_history",
            guidance,
            read_trials(read_snapshot(study)),
            exploration=found,
            by=by,
        )
        assert figure.data or "o trial" in words(figure)


def test_an_unknown_order_is_refused(guidance: Guidance) -> None:
    with pytest.raises(ValueError, match=r"by must be one of trial, batch, .*, not 'day'"):
        draw("exploration_history", guidance, make_table(guidance), by="day")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("generation", "no population-based sampler"),
        ("rung", "no pruner by successive halving"),
        ("step", "no intermediate value was reported"),
    ],
)
def test_an_order_that_the_study_does_not_have_is_said(
    guidance: Guidance, by: str, why: str
) -> None:
    figure = draw("exploration_history", guidance, make_table(guidance), by=by)  # type: ignore[arg-type]
    assert not figure.data
    assert why in words(figure)


def test_kinds_have_symbols_and_pruned_trials_are_hollow(guidance: Guidance) -> None:
    found = explored(guidance)
    figure = draw("exploration_history", guidance, found.trials, exploration=found)
    symbols = {t.marker.symbol for t in figure.data if t.yaxis == "y2" and t.customdata}
    assert symbols == {
        f"{shape}{fill}"
        for shape in ("square", "circle", "diamond", "star")
        for fill in ("", "-open")
    }
    said = words(figure)
    for sign in ("■ startup", "● guided", "◆ explored", "★ enqueued", "○ pruned"):
        assert sign in said
    assert "NSGAIISampler: population" in said


def test_a_point_is_at_its_value_and_has_the_colour_of_its_target(guidance: Guidance) -> None:
    table = make_table(guidance)
    figure = draw("exploration_history", guidance, table, params=["momentum"])
    (points,) = [t for t in figure.data if t.yaxis == "y2"]
    active = ~np.isnan(table.params[:, table.names.index("momentum")])
    assert list(points.x) == table.numbers[active].tolist()
    unit = table.unit()[active, table.names.index("momentum")]
    assert list(points.y) == pytest.approx(unit, abs=1e-3)
    assert list(points.marker.color) == pytest.approx(-table.losses[active, 0], rel=1e-3)
    assert points.customdata[0].startswith("1: ")


def test_the_record_rises_to_the_top_value_in_the_colours_of_the_points(
    guidance: Guidance,
) -> None:
    table = make_table(guidance)
    figure = draw("exploration_history", guidance, table)
    (bars,) = [t for t in figure.data if t.type == "bar"]
    heights = np.array(bars.y) + bars.base
    assert np.all(np.diff(heights) >= 0)
    assert heights[-1] == pytest.approx(-table.losses.min(), rel=1e-3)
    assert bars.marker.coloraxis == "coloraxis"


def test_pruned_trials_do_not_flatten_the_record() -> None:
    study = optuna.create_study(direction="maximize")
    distributions = {"x": optuna.distributions.FloatDistribution(0, 1)}
    for k in range(40):
        is_pruned = k % 2 == 1
        trial = optuna.create_trial(
            state=TrialState.PRUNED if is_pruned else TrialState.COMPLETE,
            params={"x": k / 40},
            distributions=distributions,
            value=None if is_pruned else 0.85 + k / 800,
            intermediate_values={1: 0.1} if is_pruned else {},
        )
        study.add_trial(trial)
    found = read_exploration(study)
    figure = draw(
        "exploration_history", guidance_for(found.trials), found.trials, exploration=found
    )
    (bars,) = [t for t in figure.data if t.type == "bar"]
    low, high = figure.layout.yaxis.tickvals
    assert low == pytest.approx(0.855, abs=0.005)
    assert high == pytest.approx(0.8975, abs=1e-4)
    assert bars.base == pytest.approx(low, abs=1e-3)


def test_the_narrowed_corridor_is_drawn_from_version_to_version(guidance: Guidance) -> None:
    found = explored(guidance)
    figure = draw(
        "exploration_history", guidance, found.trials, exploration=found, params=["momentum"]
    )
    (corridor,) = [t for t in figure.data if t.type == "scatter" and t.fill]
    assert sorted({v for v in corridor.x if v is not None}) == [19.5, 39.5, 59.5]
    assert max(v for v in corridor.y if v is not None) == pytest.approx(0.5 / 0.99, abs=0.01)


def test_descent_and_evaluations_are_lines_behind_the_points(guidance: Guidance) -> None:
    found = explored(guidance)
    figure = draw("exploration_history", guidance, found.trials, exploration=found, by="step")
    second = [t for t in figure.data if t.yaxis == "y2"]
    assert {t.line.dash for t in second if t.mode == "lines+markers"} == {"dot"}
    assert {t.line.shape for t in second if t.mode == "lines"} == {"spline"}
    dots = next(t for t in second if t.mode == "lines+markers")
    assert {v for v in dots.x if v is not None} == {0, 3, 9}


def test_generations_are_bands(guidance: Guidance) -> None:
    found = explored(guidance)
    figure = draw("exploration_history", guidance, found.trials, exploration=found)
    assert [(s.x0, s.x1) for s in figure.layout.shapes] == [
        (-0.5, 9.5), (19.5, 29.5), (39.5, 49.5),
    ]  # fmt: skip


def test_of_many_trials_the_top_ones_are_kept_and_it_is_said(guidance: Guidance) -> None:
    table = make_table(guidance, 5000)
    figure = draw("exploration_history", guidance, table)
    points = [t for t in figure.data if t.yaxis == "y2" and t.customdata]
    drawn = {int(about.split(":")[0]) for t in points for about in t.customdata}
    assert len(drawn) <= MAX_TRIALS
    column = table.params[:, table.names.index(guidance.params[0].name)]
    top = [n for n in np.argsort(table.losses[:, 0])[:100].tolist() if not np.isnan(column[n])]
    assert set(top) <= drawn
    assert f"{MAX_TRIALS} of 5000 trials are drawn" in words(figure)


def test_names_of_samplers_and_kinds_are_text() -> None:
    guidance = ugly_guidance()
    found = replace(explored(guidance), samplers=np.full(60, "<b>x</b>"), corridors=())
    figure = draw("exploration_history", guidance, found.trials, exploration=found)
    assert "<script" not in json.dumps(figure.to_plotly_json(), default=str)


def test_colours_reach_as_far_as_asked(guidance: Guidance) -> None:
    figure = draw("exploration_history", guidance, make_table(guidance), colour_range=(0.5, 0.9))
    assert (figure.layout.coloraxis.cmin, figure.layout.coloraxis.cmax) == (0.5, 0.9)


def test_a_minimised_target_turns_the_colours_round() -> None:
    guidance = replace(make_guidance(), direction="minimize")
    figure = draw("exploration_history", guidance, make_table(guidance))
    scale = figure.layout.coloraxis.colorscale
    assert scale[0][1] == colours.SCALE[-1][1]
