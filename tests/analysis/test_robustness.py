from __future__ import annotations

from typing import get_args

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.trial import create_trial

from optuna_guide.analysis import robustness
from optuna_guide.analysis.robustness import (
    By,
    ModelName,
    RobustnessCurve,
    RobustnessPoint,
    find_knee,
    robustness_curve,
)
from optuna_guide.guidance import NotReady
from optuna_guide.store.keys import DECISION

UNIT = FloatDistribution(0.0, 1.0)


@pytest.fixture(autouse=True)
def _few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(robustness, "N_RESAMPLES", 3)


def told(
    n: int, noise: float = 0.05, samplers: tuple[str, ...] = (), signal: float = 1.0
) -> optuna.Study:
    rng = np.random.default_rng(0)
    study = optuna.create_study(direction="maximize")
    for i in range(n):
        x, y, z = rng.random(3)
        decision = {DECISION: {"base": samplers[i % len(samplers)]}} if samplers else {}
        study.add_trial(
            create_trial(
                value=float(signal * (2 * x - (y - 0.5) ** 2) + noise * rng.normal()),
                params={"x": x, "y": y, "z": z},
                distributions={"x": UNIT, "y": UNIT, "z": UNIT},
                system_attrs=decision,
            )
        )
    return study


def curve(
    study: optuna.Study, *, by: By = "random", model: ModelName = "forest"
) -> RobustnessCurve:
    found = robustness_curve(study, by=by, model=model)
    assert isinstance(found, RobustnessCurve)
    return found


def points(*errors: float, std: float = 0.0) -> list[RobustnessPoint]:
    shares = (5, 10, 20, 30, 50, 100)
    return [
        RobustnessPoint(n, error, 0.5, 0.5, std, 0.1, 0.1)
        for n, error in zip(shares, errors, strict=True)
    ]


@pytest.mark.parametrize("model", get_args(ModelName))
@pytest.mark.parametrize("by", get_args(By))
def test_skill_grows_with_the_trials(by: By, model: ModelName) -> None:
    found = curve(told(150), by=by, model=model)
    first, last = found.points[0], found.points[-1]
    assert (found.by, found.model, found.n_trials, last.n) == (by, model, 150, 120)
    assert len(found.points) >= 5
    assert last.mse < first.mse
    assert last.spearman > max(first.spearman, 0.8)
    assert 0 < last.mrr <= 1
    assert min(p.mse_std for p in found.points) > 0


def test_the_same_trials_give_the_same_curve() -> None:
    study = told(60)
    assert curve(study) == curve(study)


def test_the_knee_is_where_a_published_table_has_it() -> None:
    assert find_knee(points(18.4, 14.4, 9.6, 6.8, 5.8, 4.6)) == 30


@pytest.mark.parametrize(
    "errors",
    [
        pytest.param(points(1.0, 1.1, 0.9, 1.0, 0.95, 0.9, std=0.2), id="noise"),
        pytest.param(points(1.0, 0.95, 0.84, 0.74, 0.53, 0.0), id="a straight fall"),
        pytest.param(points(1, 2, 3, 4, 5, 6), id="no fall"),
    ],
)
def test_an_error_that_does_not_bend_has_no_knee(errors: list[RobustnessPoint]) -> None:
    assert find_knee(errors) is None


def test_the_sentence_names_the_errors_at_the_knee() -> None:
    bent = points(18.4, 14.4, 9.6, 6.8, 5.8, 4.6)
    found = RobustnessCurve("loss", "ebm", "random", 125, 5, tuple(bent), find_knee(bent))
    assert found.sentence == (
        "The error falls most steeply up to 30 of 100 trials (30 %): from 18.4 to 6.8, and to "
        "4.6 with all."
    )


def test_noise_alone_has_no_knee() -> None:
    found = curve(told(120, noise=1.0, signal=0.0))
    assert found.knee is None
    assert "without a knee" in found.sentence
    assert abs(found.points[-1].spearman) < 0.4


def test_each_of_several_samplers_has_a_curve_of_its_own() -> None:
    found = curve(told(150, samplers=("TPESampler", "RandomSampler")), by="trial order")
    assert set(found.samplers) == {"TPESampler", "RandomSampler"}
    for own in found.samplers.values():
        assert own[-1].n < found.points[-1].n
    assert not curve(told(150, samplers=("TPESampler",))).samplers


@pytest.mark.parametrize("model", get_args(ModelName))
def test_huge_values_have_a_finite_curve(model: ModelName) -> None:
    for point in curve(told(60, signal=1e307), model=model).points:
        assert np.isfinite([point.mse, point.mse_std, point.spearman]).all()


def test_few_trials_say_how_many_are_missing() -> None:
    found = robustness_curve(told(20))
    assert isinstance(found, NotReady)
    assert found.reason == "20 distinct trials, at least 25 are needed to hold some out."
    assert isinstance(robustness_curve(optuna.create_study()), NotReady)


@pytest.mark.parametrize("option", ["by", "model"])
def test_an_unknown_option_names_the_known_ones(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} must be one of .*, not 'x'"):
        robustness_curve(told(30), **{option: "x"})  # type: ignore[arg-type]
