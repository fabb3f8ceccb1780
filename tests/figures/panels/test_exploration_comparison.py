from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import optuna
import pytest
from drawn import draw
from guidances import ugly_guidance
from histories import explored, guidance_for, words
from optuna.distributions import CategoricalDistribution, FloatDistribution
from ugly import UGLY

from optuna_guide import GuideCallback, plot_exploration_comparison, plot_exploration_history
from optuna_guide.figures.panels.exploration_comparison.gathering import MAX_COLUMNS, MAX_TRIALS
from optuna_guide.guidance import Guidance
from optuna_guide.study.exploration import read_exploration


def columns(figure: Any) -> int:
    return len({trace.xaxis for trace in figure.data})


def row(figure: Any, k: int) -> list[Any]:
    """Traces of one row, 0 = the record, from left to right."""
    return [trace for trace in figure.data if trace.yaxis == ("y" if k == 0 else f"y{k + 1}")]


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_or_said_to_be_empty(build: Callable[[], optuna.Study]) -> None:
    found = read_exploration(build())
    other = read_exploration(UGLY["changing kind"]())
    guidance = guidance_for(found.trials)
    for studies in (None, {"<b>": found, "": other}):
        figure = draw(
            "exploration_comparison", guidance, found.trials, exploration=found, studies=studies
        )
        assert figure.data or "no trial" in words(figure)


def test_every_sampler_has_a_column_in_the_order_of_its_first_trial(guidance: Guidance) -> None:
    found = explored(guidance)
    names = np.array(["RandomSampler", "", "TPESampler"])[np.arange(len(found)) // 20]
    figure = draw(
        "exploration_comparison",
        guidance,
        found.trials,
        exploration=replace(found, samplers=names, kinds=np.full(len(found), "")),
    )
    assert columns(figure) == 3
    said = words(figure)
    assert said.index("Random") < said.index("unknown") < said.index("TPE")
    assert [len(trace.x) for trace in row(figure, 1)] == [20, 20, 20]
    assert all(max(trace.x) == 20 for trace in row(figure, 1))


def test_the_record_is_that_of_the_column_alone(guidance: Guidance) -> None:
    found = explored(guidance)
    names = np.where(np.arange(60) < 30, "a", "b")
    trials = replace(found.trials, pruned=np.zeros(60, dtype=bool))
    figure = draw(
        "exploration_comparison",
        guidance,
        trials,
        exploration=replace(found, trials=trials, samplers=names),
    )
    for trace, rows in zip(row(figure, 0), (slice(0, 30), slice(30, 60)), strict=True):
        assert trace.y[-1] == pytest.approx(-trials.losses[rows, 0].min(), rel=1e-4)
        assert list(trace.y) == sorted(trace.y)


def test_of_many_searches_those_with_most_trials_are_drawn(guidance: Guidance) -> None:
    found = explored(guidance)
    names = np.array([f"s{k % 9}" for k in range(60)])
    figure = draw(
        "exploration_comparison",
        guidance,
        found.trials,
        exploration=replace(found, samplers=names),
    )
    assert columns(figure) == MAX_COLUMNS
    assert "4 more with fewer trials" in words(figure)


def test_of_many_trials_some_are_drawn(guidance: Guidance) -> None:
    found = explored(guidance, 2000)
    figure = draw("exploration_comparison", guidance, found.trials, exploration=found)
    assert len(row(figure, 1)[0].x) == MAX_TRIALS


def told(name: str, low: float, choices: str) -> optuna.Study:
    study = optuna.create_study(study_name=name)
    rng = np.random.default_rng(0)
    x, c = FloatDistribution(low, low + 1), CategoricalDistribution(tuple(choices))
    for k in range(30):
        params = {"x": low + float(rng.random()), "c": choices[k % len(choices)]}
        study.add_trial(
            optuna.trial.create_trial(
                value=params["x"], params=params, distributions={"x": x, "c": c}
            )
        )
    return study


def test_several_studies_share_the_axes_that_hold_them_all() -> None:
    one, other = told("same", 0.0, "ab"), told("same", 2.0, "bc")
    figure = plot_exploration_history([one, other], params=["x", "c"])
    said = words(figure)
    assert "same (1)" in said
    assert "same (2)" in said
    left, right = row(figure, 1)
    assert max(left.y) < 1 / 3 + 0.01
    assert min(right.y) > 2 / 3 - 0.01
    left, right = row(figure, 2)
    assert {t.split("<br>")[0] for t in left.hovertext} == {"a", "b"}
    assert {t.split("<br>")[0] for t in right.hovertext} == {"b", "c"}
    heights = {trace.hovertext[0][0]: trace.y[0] for trace in (left, right)}
    assert len(set(left.y) | set(right.y)) == 3, heights


def test_a_parameter_of_two_kinds_is_left_out() -> None:
    one, other = told("a", 0.0, "ab"), UGLY["one parameter"]()
    other.add_trial(
        optuna.trial.create_trial(
            value=0.0, params={"c": 0.5}, distributions={"c": FloatDistribution(0, 1)}
        )
    )
    figure = plot_exploration_comparison([one, other])
    assert "y3" not in {trace.yaxis for trace in figure.data}


def test_by_sampler_is_side_by_side() -> None:
    study = optuna.create_study()
    for sampler in (
        optuna.samplers.RandomSampler(seed=0),
        optuna.samplers.QMCSampler(seed=0, warn_independent_sampling=False),
    ):
        study.sampler = sampler
        with GuideCallback(publish=False) as guide:
            study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=12, callbacks=[guide])
    figure = plot_exploration_history(study, by="sampler")
    assert columns(figure) == 2
    assert "QMC" in words(figure)


def test_no_study_is_refused() -> None:
    with pytest.raises(ValueError, match="There is no study to draw"):
        plot_exploration_history([])


def test_names_of_studies_are_text() -> None:
    guidance = ugly_guidance()
    found = explored(guidance)
    figure = draw(
        "exploration_comparison", guidance, found.trials, studies={"<script>$x$": found, "": found}
    )
    assert "<script>" not in figure.to_json()
    assert "&lt;script&gt;&#36;x&#36;" in words(figure)
