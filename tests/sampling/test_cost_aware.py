"""Expected improvement per second, on request, where durations can be predicted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import numpy.typing as npt
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.samplers import BaseSampler, TPESampler
from optuna.trial import TrialState, create_trial

from optuna_guide import GuidedSampler, LiteGPSampler
from optuna_guide.sampling.lite_gp.acquisition import Acquisition
from optuna_guide.sampling.lite_gp.costs import per_second
from optuna_guide.sampling.lite_gp.history import read
from optuna_guide.sampling.lite_gp.memory import Memory
from optuna_guide.sampling.lite_gp.observe import observe
from optuna_guide.sampling.lite_gp.request import Request
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.surrogates import fit_surrogates

SPACE = {"x": FloatDistribution(0, 1), "c": CategoricalDistribution(["a", "b"])}
N = 16
PLACES = (np.arange(N) + 0.5) / N  # as many left as right of the middle
DEAR_RIGHT = 100.0**PLACES
START = datetime(2026, 1, 1)


def _study(
    sampler: BaseSampler | None,
    seconds: Sequence[float] | npt.NDArray[np.float64],
    n_objectives: int = 1,
) -> optuna.Study:
    """Two equal optima, at .2 and .8."""
    study = optuna.create_study(sampler=sampler, directions=["minimize"] * n_objectives)
    for i, (x, duration) in enumerate(zip(PLACES, seconds, strict=True)):
        values = [(abs(x - 0.5) - 0.3) ** 2, float(x)][:n_objectives]
        params = {"x": float(x), "c": "ab"[i % 2]}
        trial = create_trial(params=params, distributions=SPACE, values=values)
        trial.datetime_start = START
        trial.datetime_complete = START + timedelta(seconds=float(duration))
        study.add_trial(trial)
    return study


def _asked(study: optuna.Study) -> dict[str, Any]:
    trial = study.ask()
    for name, distribution in SPACE.items():
        trial._suggest(name, distribution)
    return trial.params


def _rate(durations: Any) -> Any:
    """The acquisition per second of a study with these durations, and its gain."""
    study = _study(None, DEAR_RIGHT)
    space = make_space(SPACE)
    known, rules = observe(space, read(Memory().history, study.trials, 1), [], study.directions)
    models = fit_surrogates(known, space, np.random.default_rng(0), {})
    gain = Acquisition(space, models.objective, models.best, (), (), N)
    return per_second(gain, Request(known, space, rules, N, durations=durations), {})


@pytest.mark.parametrize("kind", [LiteGPSampler, GuidedSampler])
def test_the_cheaper_one_of_two_equal_places_is_tried(kind: Any) -> None:
    aware = [_asked(_study(kind(seed=s, cost_aware=True), DEAR_RIGHT))["x"] for s in range(5)]
    left = [_asked(_study(kind(seed=s, cost_aware=True), DEAR_RIGHT[::-1]))["x"] for s in range(5)]
    assert max(aware) < 0.5 < min(left)


def test_the_acquisition_per_second_follows_the_gradient_of_finite_differences() -> None:
    rate, rows = _rate(DEAR_RIGHT), np.array([[0.3, 0.0], [0.7, 1.0], [np.nan, 1.0]])
    values, gradients = rate.value_and_gradient(rows, np.array([0]))
    np.testing.assert_allclose(values, rate(rows), rtol=1e-8)
    step = np.array([1e-6, 0.0])
    numeric = (rate(rows + step) - rate(rows - step)) / 2e-6
    np.testing.assert_allclose(gradients[:2, 0], numeric[:2], rtol=1e-3)
    assert gradients[2, 0] == 0


def test_a_place_that_takes_ten_times_as_long_has_to_gain_ten_times_as_much() -> None:
    rate, rows = _rate(DEAR_RIGHT), np.array([[0.25, 0.0], [0.75, 0.0]])
    cost = rate.gain(rows) - rate(rows)
    assert cost[1] - cost[0] == pytest.approx(np.log(100) / 2, abs=0.2)


@pytest.mark.parametrize(
    "seconds",
    [
        pytest.param(np.full(N, 60.0), id="equal"),
        pytest.param(60 * 1.02 ** np.sin(np.arange(N)), id="nearly equal"),
        pytest.param(np.zeros(N), id="added by hand"),
        pytest.param(-DEAR_RIGHT, id="negative"),
        pytest.param(np.where(np.arange(N) < 7, DEAR_RIGHT, -1), id="seven are known"),
        pytest.param(10.0 ** np.random.default_rng(0).normal(size=N), id="unrelated"),
    ],
)
def test_it_is_the_plain_search_where_durations_say_nothing(seconds: Any) -> None:
    plain, aware = [
        _asked(_study(LiteGPSampler(seed=0, cost_aware=aware), seconds)) for aware in (False, True)
    ]
    assert aware == plain


def test_it_is_the_plain_search_with_several_objectives() -> None:
    plain, aware = [
        _asked(_study(LiteGPSampler(seed=0, cost_aware=aware), DEAR_RIGHT, n_objectives=2))
        for aware in (False, True)
    ]
    assert aware == plain


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, -1.0, 0.0, 1e300, 1e-300])
def test_odd_durations_are_left_out_or_endured(odd: float) -> None:
    assert _rate(np.full(N, odd)) is None
    durations = np.where(np.arange(N) < 2, odd, DEAR_RIGHT)
    rate, rows = _rate(durations), np.array([[0.25, 0.0], [0.75, 0.0]])
    assert rate is None or np.isfinite(rate(rows)).all()


def test_clocks_that_cannot_be_compared_cost_their_trial_its_duration() -> None:
    study = _study(LiteGPSampler(seed=0, cost_aware=True), DEAR_RIGHT)
    odd = create_trial(params={"x": 0.5, "c": "a"}, distributions=SPACE, value=1.0)
    odd.datetime_start, odd.datetime_complete = START, START.replace(tzinfo=timezone.utc)
    study.add_trial(odd)
    assert np.isnan(read(Memory().history, study.trials, 1).durations[-1])
    assert _asked(study)["x"] < 0.5


def test_failed_and_pruned_trials_tell_no_duration() -> None:
    study = _study(LiteGPSampler(seed=0, cost_aware=True), DEAR_RIGHT)
    expected = _study(LiteGPSampler(seed=0, cost_aware=True), DEAR_RIGHT)
    for each, duration in ((study, 1e-2), (expected, 1e5)):
        for state in (TrialState.FAIL, TrialState.PRUNED):
            trial = create_trial(state=state, params={"x": 0.9, "c": "a"}, distributions=SPACE)
            trial.datetime_start = START
            trial.datetime_complete = START + timedelta(seconds=duration)
            each.add_trial(trial)
    assert _asked(study) == _asked(expected)


def test_a_base_that_knows_no_cost_is_refused() -> None:
    with pytest.raises(ValueError, match="the base is TPESampler: leave out cost_aware"):
        GuidedSampler(TPESampler(), cost_aware=True)
    with pytest.raises(ValueError, match=r"GuidedSampler\(LiteGPSampler\(cost_aware=\.\.\.\)\)"):
        GuidedSampler(LiteGPSampler(), cost_aware=True)
