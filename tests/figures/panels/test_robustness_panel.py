from __future__ import annotations

import numpy as np
import optuna
import pytest
from optuna.samplers import RandomSampler

from optuna_guide.figures.plots.models import plot_robustness


def objective(trial: optuna.Trial) -> float:
    x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
    return x**2 + 0.1 * y


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(objective, n_trials=80)
    return study


def test_each_score_has_both_orders_of_the_trials(study: optuna.Study) -> None:
    drawn = plot_robustness(study)
    lines = [t for t in drawn.data if t.mode == "lines+markers"]
    assert [t.line.dash for t in lines] == ["dash", "solid"] * 3
    assert all(t.x[-1] == 64 for t in lines)
    assert {t.xaxis for t in lines} == {"x", "x2", "x3"}


def test_the_knee_is_a_line_below_the_error(study: optuna.Study) -> None:
    drawn = plot_robustness(study)
    (knee,) = drawn.layout.shapes
    assert 10 <= knee.x0 < 64
    (foot,) = (a.text for a in drawn.layout.annotations if "of 64 trials" in a.text)
    assert f"up to {int(knee.x0)} of 64 trials" in foot


def test_the_band_holds_its_curve(study: optuna.Study) -> None:
    drawn = plot_robustness(study)
    band = next(t for t in drawn.data if t.fill == "toself")
    curve = next(t for t in drawn.data if t.line.dash == "solid")
    n = len(curve.x)
    below, above = np.array(band.y[:n]), np.array(band.y[n:])[::-1]
    assert (below <= curve.y).all()
    assert (above >= curve.y).all()
