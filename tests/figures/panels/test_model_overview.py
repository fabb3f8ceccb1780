from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import optuna
import pytest
from drawn import draw, gather
from guidances import make_guidance
from histories import explored, guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide import log_predictions, plot_model_overview
from optuna_guide.figures.panels.model_overview.gathering import MAX_TRIALS
from optuna_guide.figures.panels.model_overview.projections import PROJECTIONS
from optuna_guide.guidance import Guidance
from optuna_guide.study.exploration import read_exploration
from optuna_guide.study.predictions import Predictions
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

ARROWS, POINTS, FRONT = range(3)


def predicted(n: int) -> Predictions:
    return Predictions("classes", np.arange(n), np.random.default_rng(0).integers(0, 3, (n, 20)))


def labels(figure: Any) -> list[str]:
    return [button.label for menu in figure.layout.updatemenus for button in menu.buttons]


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_in_every_projection(build: Callable[[], optuna.Study]) -> None:
    study = build()
    found, table = read_exploration(study), read_trials(read_snapshot(study))
    guidance = guidance_for(table)
    for projection in PROJECTIONS:
        figure = draw(
            "model_overview",
            guidance,
            table,
            projection=projection,
            exploration=found,
            predictions=predicted(len(table)) if len(table) > 1 else None,
        )
        assert figure.data or "trial" in words(figure) or "cost" in words(figure)


def test_the_target_is_drawn_against_the_cost_with_the_line_of_unbeaten_trials(
    guidance: Guidance,
) -> None:
    table = make_table(guidance)
    figure = draw("model_overview", guidance, table)
    assert figure.layout.xaxis.title.text == "duration (s), lower is better"
    points = figure.data[POINTS]
    assert points.x == pytest.approx(table.durations, rel=1e-3)
    assert points.y == pytest.approx(-table.losses[:, 0], rel=1e-3)
    x, y = (np.array(side) for side in (figure.data[FRONT].x, figure.data[FRONT].y))
    assert (np.diff(x) > 0).all()
    assert (np.diff(y) > 0).all()
    beaten = (np.array(points.x)[:, None] < x) & (np.array(points.y)[:, None] > y)
    assert not beaten.any()


def test_buttons_switch_to_what_the_trials_allow(guidance: Guidance) -> None:
    table = make_table(guidance)
    assert labels(draw("model_overview", guidance, table)) == [
        "target by cost",
        "map of configurations",
    ]
    figure = draw("model_overview", guidance, table, predictions=predicted(60))
    assert labels(figure)[-1] == "map of predictions"
    args = figure.layout.updatemenus[0].buttons[1].args
    drawn = draw("model_overview", guidance, table, projection="configuration")
    assert list(args[0]["x"][POINTS]) == list(drawn.data[POINTS].x)
    assert list(args[0]["y"][POINTS]) == list(drawn.data[POINTS].y)


def test_a_projection_that_the_trials_lack_is_said(guidance: Guidance) -> None:
    figure = draw("model_overview", guidance, make_table(guidance), projection="prediction")
    assert "log_predictions" in words(figure)
    alone = replace(make_table(guidance), durations=np.full(60, np.nan), attributes={})
    figure = draw("model_overview", guidance, alone, projection="attribute")
    assert "could be a cost" in words(figure)


def test_only_trials_that_logged_predictions_are_on_their_map(guidance: Guidance) -> None:
    some = Predictions("numbers", np.array([3, 7, 20]), np.eye(3))
    figure = draw(
        "model_overview", guidance, make_table(guidance), projection="prediction", predictions=some
    )
    known = [i for i, x in enumerate(figure.data[POINTS].x) if x is not None]
    assert known == [3, 7, 20]


def test_alike_configurations_are_near_each_other(guidance: Guidance) -> None:
    table = make_table(guidance, 40)
    params = table.params.copy()
    params[20:] = params[20]
    figure = draw(
        "model_overview", guidance, replace(table, params=params), projection="configuration"
    )
    assert len(set(figure.data[POINTS].x[20:])) == 1
    assert len(set(figure.data[POINTS].x[:20])) == 20


def test_arrows_lead_from_parents_to_children(guidance: Guidance) -> None:
    found = explored(guidance)
    figure = draw(
        "model_overview", guidance, found.trials, exploration=found, projection="configuration"
    )
    n = sum(parent >= 0 for parent in found.parents.tolist())
    assert len(figure.data[ARROWS].x) == 3 * n
    assert figure.data[ARROWS].x[:2] == (figure.data[POINTS].x[0], figure.data[POINTS].x[10])
    assert "arrows: parent to child" in words(figure)


def test_size_and_colour_are_attributes_that_one_chooses(guidance: Guidance) -> None:
    table = make_table(guidance)
    figure = draw("model_overview", guidance, table, size="<b>size</b>", colour="duration")
    size, colour = figure.data[POINTS].marker.size, figure.data[POINTS].marker.color
    assert np.argmin(size) == np.argmin(table.attributes["<b>size</b>"])
    assert colour == pytest.approx(table.durations, rel=1e-3)


def test_of_many_trials_the_top_ones_are_drawn(guidance: Guidance) -> None:
    table = make_table(guidance, 5_000)
    figure = draw("model_overview", guidance, table)
    assert len(figure.data[POINTS].x) == MAX_TRIALS
    assert f"{MAX_TRIALS} of 5000 trials are drawn" in words(figure)


def test_an_unknown_projection_is_refused(guidance: Guidance) -> None:
    with pytest.raises(ValueError, match=r"projection must be one of 'attribute', .*not 'pca'"):
        draw("model_overview", guidance, make_table(guidance), projection="pca")  # type: ignore[arg-type]


def test_a_study_shows_what_its_trials_logged() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        if trial.number % 2:
            log_predictions(trial, [x, 2 * x])
        return x + 0.1 * trial.suggest_float("y", 0, 1)

    study.optimize(objective, n_trials=30)
    figure = plot_model_overview(study, projection="prediction")
    assert sum(x is not None for x in figure.data[POINTS].x) == 15
    assert labels(figure) == ["target by cost", "map of configurations", "map of predictions"]


def test_a_single_trial_is_a_point_in_the_middle() -> None:
    guidance = make_guidance()
    figure = draw("model_overview", guidance, make_table(guidance, 1), projection="configuration")
    assert (list(figure.data[POINTS].x), list(figure.data[POINTS].y)) == ([0.0], [0.0])


def test_trials_without_a_colour_are_counted(guidance: Guidance) -> None:
    table = make_table(guidance, 60)
    numbers = gather("model_overview", guidance, table)
    first, last = numbers.reach
    n = int(np.sum((numbers.tint - first) * (last - first) < 0))
    assert n > 1
    assert f"{n} points are worse than {first:.4g}, where colours begin" in numbers.said
