from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from drawn import draw, gather
from histories import explored, guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide.guidance import Guidance
from optuna_guide.study.curves import read_curves, smooth, thin_out
from optuna_guide.study.exploration import Exploration, explore_table, read_exploration


def reporting(guidance: Guidance, n: int = 40, n_steps: int = 20) -> Exploration:
    """Even trials settle early, odd ones improve to the end; every fourth is pruned half way."""
    table = make_table(guidance, n)
    rows = []
    for i in range(n):
        length = n_steps // 2 if i % 4 == 0 else n_steps
        rows.append({s: float(s if i % 2 else min(s, 5)) for s in range(length)})
    pruned = np.arange(n) % 4 == 0
    return replace(explore_table(replace(table, pruned=pruned)), curves=read_curves(rows))


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_or_said_to_report_nothing(
    build: Callable[[], optuna.Study],
) -> None:
    found = read_exploration(build())
    figure = draw("learning_curves", guidance_for(found.trials), found.trials, exploration=found)
    assert figure.data or "no trial that reported" in words(figure)


def test_curves_are_as_reported_without_a_moving_average(guidance: Guidance) -> None:
    found = reporting(guidance)
    (metric,) = gather(
        "learning_curves", guidance, found.trials, exploration=found, window=1
    ).metrics
    top = metric.lines[-1]
    last = int(np.argsort(found.trials.losses[:, 0])[0])
    n = int(found.curves.lengths[last])
    assert top.numbers[-1] == last
    assert top.values[-n - 1 : -1].tolist() == found.curves.of(last)[1].tolist()


def test_trials_that_still_improve_are_marked_and_counted(guidance: Guidance) -> None:
    found = reporting(guidance)
    numbers = gather("learning_curves", guidance, found.trials, exploration=found)
    (metric,) = numbers.metrics
    assert (len(metric.pruned[0]), len(metric.improving[0])) == (10, 20)
    told = "67 % of 30 complete trials were still improving: over 5 % of their gain came in"
    assert told in numbers.said
    figure = draw("learning_curves", guidance, found.trials, exploration=found)
    marks = {t.marker.symbol: len(t.x) for t in figure.data if t.mode == "markers"}
    assert marks == {"circle-open": 10, "triangle-up": 20}


def test_several_metrics_have_a_drawing_each(guidance: Guidance) -> None:
    found = reporting(guidance)
    more = {"loss": read_curves([{s: 1.0 / (s + 1) for s in range(9)}] * len(found))}
    figure = draw(
        "learning_curves", guidance, found.trials, exploration=replace(found, series=more)
    )
    assert {t.xaxis for t in figure.data} == {"x", "x2"}
    assert "<b>loss</b>" in words(figure)


def test_of_many_curves_few_are_drawn_and_it_is_said(guidance: Guidance) -> None:
    found = explored(guidance, 3000)
    found = replace(found, curves=read_curves([{s: 0.1 for s in range(200)}] * 3000))
    figure = draw("learning_curves", guidance, found.trials, exploration=found)
    assert len(figure.to_json()) < 150_000
    assert "60 of 3000 curves are drawn" in words(figure)


def test_a_window_is_positive(guidance: Guidance) -> None:
    with pytest.raises(ValueError, match="window must be at least 1, not 0"):
        draw("learning_curves", guidance, make_table(guidance), window=0)


def test_the_moving_average_is_of_the_last_values() -> None:
    assert smooth(np.array([1.0, 3.0, 5.0, 7.0]), 3).tolist() == [1, 2, 3, 5]
    assert smooth(np.array([1.0, 3.0]), 1).tolist() == [1, 3]


def test_thinning_keeps_both_ends() -> None:
    assert thin_out(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert thin_out(100, 3).tolist() == [0, 50, 99]


def test_the_gain_of_the_last_quarter_is_a_share_of_the_whole() -> None:
    rising = {s: float(s) for s in range(17)}
    settled = {s: float(min(s, 3)) for s in range(17)}
    falling = {s: -float(s) for s in range(17)}
    curves = read_curves([rising, settled, falling, {0: 1.0}])
    gains = curves.late_gains(maximise=True)
    assert gains[:2].tolist() == pytest.approx([4 / 15, 0])
    assert np.isnan(gains[2:]).all()
    assert curves.late_gains(maximise=False)[2] == pytest.approx(4 / 15)
