from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn import draw
from guidances import make_guidance
from tables import with_models

from optuna_guide.analysis.term_agreement import agreement
from optuna_guide.guidance import Guidance


@pytest.fixture
def modelled() -> Guidance:
    return with_models(make_guidance())


def test_a_step_stands_over_every_bin(modelled: Guidance) -> None:
    shape = modelled["learning_rate"].shape
    assert shape is not None
    line = draw("shapes", modelled).data[2]
    assert list(line.y) == pytest.approx(np.repeat(shape.score, 2), rel=1e-3)
    assert (line.x[0], line.x[-1]) == (0, 1)


def test_the_error_lies_around_the_score(modelled: Guidance) -> None:
    shape = modelled["learning_rate"].shape
    assert shape is not None
    band = np.array(draw("shapes", modelled).data[1].y)
    assert band.max() == pytest.approx(max(shape.score) + 0.01, rel=1e-3)
    assert band.min() == pytest.approx(min(shape.score) - 0.01, rel=1e-3)


def test_what_to_avoid_is_shaded(modelled: Guidance) -> None:
    shaded = draw("shapes", modelled).layout.shapes
    assert len(shaded) == 6
    activation = shaded[2]
    assert (activation.xref, activation.x0, activation.x1) == ("x3", 0.6667, 1)
    flat = tuple(
        replace(p, shape=replace(p.shape, avoid=None)) for p in modelled.params if p.shape
    )
    assert draw("shapes", replace(modelled, params=flat)).layout.shapes == ()


def test_every_curve_and_zero_lie_on_one_scale(modelled: Guidance) -> None:
    figure = draw("shapes", modelled)
    ranges = {axis.range for axis in figure.select_yaxes()}
    assert len(ranges) == 1
    low, high = ranges.pop()
    assert low < 0 < high


def test_agreement_is_the_correlation_of_forest_and_ebm(modelled: Guidance) -> None:
    param = modelled["learning_rate"]
    assert param.shape is not None
    assert agreement(param) == pytest.approx(1)
    opposite = replace(param.shape, score=tuple(-s for s in param.shape.score))
    assert agreement(replace(param, shape=opposite)) == pytest.approx(-1)
    assert "forest agrees: 1.00" in draw("shapes", modelled).layout.annotations[1].text
    params = (replace(param, shape=opposite), *modelled.params[1:])
    figure = draw("shapes", replace(modelled, params=params))
    assert "forest differs: -1.00" in figure.layout.annotations[1].text


def test_curves_that_hardly_move_do_not_agree_or_disagree(modelled: Guidance) -> None:
    param = modelled["learning_rate"]
    assert param.shape is not None
    flat = replace(param.shape, score=(0.0,) * len(param.shape.score))
    assert agreement(replace(param, shape=flat)) is None
    assert agreement(replace(param, importance=0.01, importance_ebm=None)) is None


def test_the_score_of_inactive_trials_is_said(modelled: Guidance) -> None:
    notes = [note.text for note in draw("shapes", modelled).layout.annotations]
    assert [note for note in notes if "inactive: -0.01" in note] == [notes[4]]
    assert "momentum" in notes[4]


def test_without_an_ebm_the_figure_says_what_it_takes(guidance: Guidance) -> None:
    assert "at least 20 trials" in draw("shapes", guidance).layout.annotations[1].text
