from __future__ import annotations

from dataclasses import replace

import numpy as np
import optuna
import pytest
from optuna.samplers import RandomSampler

from optuna_guide import fit_guidance
from optuna_guide.domain.wording import ordinal
from optuna_guide.figures import panels
from optuna_guide.figures.drawing.look import Look
from optuna_guide.figures.panels.predictions import Numbers
from optuna_guide.figures.plots.models import plot_predictions
from optuna_guide.figures.sources import find_sources


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1) ** 2 + t.suggest_float("y", 0, 1), 60)
    return study


def test_each_trial_stands_at_what_was_observed_and_predicted(study: optuna.Study) -> None:
    found = panels.gather("predictions", find_sources(study))
    assert isinstance(found, Numbers)
    values = np.array([t.value for t in study.trials])
    np.testing.assert_allclose(found.observed, values[found.trials])
    line, dots = plot_predictions(study).data
    assert line.x == pytest.approx(line.y, rel=1e-3)
    assert list(dots.x) == pytest.approx(found.observed, rel=1e-3)
    assert list(dots.y) == pytest.approx(found.predicted, rel=1e-3)


def test_what_is_drawn_at_the_limit_is_told_as_it_was_measured() -> None:
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1) + 50 * (t.number == 40), 41)
    (told,) = [text for text in plot_predictions(study).data[1].hovertext if "drawn at" in text]
    assert told.startswith(f"trial 40: observed {study.trials[40].value:.4g}, drawn at ")


def test_the_typical_error_is_the_median_of_what_is_drawn(study: optuna.Study) -> None:
    found = panels.gather("predictions", find_sources(study))
    trust = fit_guidance(study).trust
    assert trust.state == "values"
    error = np.median(np.abs(found.predicted - found.observed))
    assert trust.typical_error == pytest.approx(error, rel=1e-3)
    assert f"Predicted values are typically off by {error:.2g} in value." in found.said


def test_the_place_of_the_best_trial_is_the_one_that_trust_knows(study: optuna.Study) -> None:
    found = panels.gather("predictions", find_sources(study))
    place = ordinal(1 / fit_guidance(study).trust.mrr)
    assert f"The forest, without the top trial, predicted it {place} of 60 by rank." in found.said


@pytest.mark.parametrize(
    ("place", "said"),
    [(1, "1st"), (2.5, "2.5th"), (3.02, "3rd"), (11, "11th"), (112, "112th"), (1022, "1022nd")],
)
def test_a_place_is_told_as_people_tell_it(place: float, said: str) -> None:
    assert ordinal(place) == said


def test_all_that_is_said_below_the_points_is_read(study: optuna.Study) -> None:
    sources = find_sources(study)
    found = panels.gather("predictions", sources)
    long = replace(found, said=" ".join([found.said] * 2))
    figure = panels.show("predictions", long, Look())
    assert not [note.text for note in figure.layout.annotations if "…" in note.text]
