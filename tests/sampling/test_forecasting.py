"""What more trials would gain: more while little is known, hardly anything at the end."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import FloatDistribution
from optuna.samplers import GridSampler, RandomSampler
from optuna.trial import TrialState, create_trial

from optuna_guide import Forecast, forecast, recommend
from optuna_guide.analysis.record import read_record
from optuna_guide.guidance import NotReady
from optuna_guide.sampling.lite_gp import LiteGPSampler
from optuna_guide.sampling.outlook.forecasting import features, seconds_per_trial
from optuna_guide.sampling.outlook.reading import look_ahead
from optuna_guide.study.exhausted import exhausted
from optuna_guide.study.next_trial import read_next
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.words.outlook import duration, say_forecast
from optuna_guide.words.steering import say_next
from optuna_guide.words.verdict import gather


def _objective(trial):
    x, y = trial.suggest_float("x", -1, 1), trial.suggest_float("y", -1, 1)
    return (x - 0.2) ** 2 + y**2 - 1  # below 0, too: a loss with no end that anybody knows


def _study(n_trials, sampler=None):
    study = optuna.create_study(sampler=sampler or RandomSampler(seed=0))
    study.optimize(_objective, n_trials=n_trials)
    return study


def test_a_search_that_has_found_the_optimum_has_little_to_gain():
    early = forecast(_study(12), least=0.01)
    late = forecast(_study(50, LiteGPSampler(seed=0)), least=0.01)
    assert late.chance < 0.1 < early.chance
    assert late.expected < 0.3 * early.expected


def test_more_trials_gain_more_and_a_larger_gain_is_less_likely():
    study = _study(20)
    few, many = forecast(study, 10, least=0.01), forecast(study, 100, least=0.01)
    assert few.chance < many.chance
    assert few.expected < many.expected
    assert forecast(study, 10, least=0.1).chance < few.chance


def test_the_same_trials_give_the_same_forecast_in_the_units_of_the_objective():
    study, scaled = _study(25), optuna.create_study(direction="maximize")
    for trial in study.trials:
        scaled.add_trial(
            create_trial(
                params=trial.params,
                distributions=trial.distributions,
                value=-1000 * trial.value + 7,
            )
        )
    one, same, other = forecast(study), forecast(study), forecast(scaled)
    assert one == same
    assert other.chance == pytest.approx(one.chance, abs=1e-3)
    assert other.least == pytest.approx(1000 * one.least, rel=1e-3)
    assert other.expected == pytest.approx(1000 * one.expected, rel=1e-2)
    assert (one.direction, other.direction) == ("minimize", "maximize")


def test_what_cannot_be_forecast_is_told():
    few = forecast(_study(3))
    assert isinstance(few, NotReady)
    assert "10 are needed" in few.reason
    with pytest.raises(ValueError, match="n_trials must be at least 1, not 0"):
        forecast(_study(12), 0)
    with pytest.raises(ValueError, match="least is a gain above 0, not -1"):
        forecast(_study(12), least=-1)


def test_constant_values_gain_nothing_that_is_worth_telling():
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(lambda t: 0 * t.suggest_float("x", 0, 1), n_trials=20)
    found = forecast(study, least=0.1)
    assert found.chance < 0.1


def test_one_reading_gives_both_answers_and_several_objectives_none():
    study = _study(20)
    found = look_ahead(read_snapshot(study), least=0.01)
    assert found == (recommend(study), forecast(study, least=0.01))
    several = optuna.create_study(directions=["minimize", "maximize"])
    assert isinstance(look_ahead(read_snapshot(several)), NotReady)


def _trial(start, seconds):
    begin = datetime(2026, 1, 1) + timedelta(seconds=start)
    trial = create_trial(params={"x": 0.5}, distributions={"x": FloatDistribution(0, 1)}, value=0)
    trial.datetime_start, trial.datetime_complete = begin, begin + timedelta(seconds=seconds)
    return trial


def test_the_pace_is_that_of_all_workers_without_pauses():
    one_worker = [_trial(10 * i, 10) for i in range(12)]
    assert seconds_per_trial(one_worker) == 10
    two_workers = [_trial(5 * i, 10) for i in range(12)]
    assert seconds_per_trial(two_workers) == 5
    paused = one_worker + [_trial(86_400 + 10 * i, 10) for i in range(12)]
    assert seconds_per_trial(paused) == 10
    assert seconds_per_trial([_trial(i, 0) for i in range(12)]) is None
    assert seconds_per_trial([]) is None


@given(
    st.lists(st.floats(0, 10), min_size=1, max_size=20),
    st.floats(1e-150, 1e150),
    st.floats(1e-150, 1e150),
    st.floats(1e-2, 100),
)
def test_the_features_are_finite(possible, least, spread, share):
    assert np.isfinite(features(np.array(possible), least, spread, share)).all()


def test_it_is_said_in_one_sentence():
    found = Forecast("s", "value", "minimize", 80, 50, 0.002, 0.031, 0.0004, 3 * 3600.0)
    assert say_forecast(found) == str(found)
    assert str(found) == ("3 % chance to gain more than 0.002 in value by 50 more trials, 3 h.")


@pytest.mark.parametrize(("scale", "most"), [(0.9, 0.2), (90.0, 20.0)])
def test_a_share_gains_no_more_than_what_is_left(scale, most):
    study = optuna.create_study(direction="maximize", sampler=RandomSampler(seed=0))
    study.optimize(lambda t: scale * (1 - (t.suggest_float("x", 0, 1) - 0.3) ** 2), n_trials=30)
    found = forecast(study)
    assert isinstance(found, Forecast)
    assert 0 <= found.expected <= most


def test_no_chance_is_told_of_what_a_metric_cannot_be():
    rng = np.random.default_rng(0)
    study = optuna.create_study(direction="maximize", sampler=RandomSampler(seed=0))
    study.optimize(lambda t: rng.choice([0.1, 0.98]) + 0.01 * t.suggest_float("x", 0, 1), 40)
    found = forecast(study)
    assert isinstance(found, Forecast)
    assert found.room is not None
    assert found.least > found.room
    assert found.chance == 0
    assert str(found).startswith(f"No trial can gain more than {found.least:.2g} in value: 0.")
    assert forecast(study, least=found.room / 2).chance > 0


def test_where_all_was_tried_nothing_is_left_to_gain():
    values = {"x": [0.1, 0.2, 0.5], "y": [0.0, 0.4, 0.6, 0.8]}
    grid = optuna.create_study(sampler=GridSampler(values, seed=0))
    grid.optimize(_objective, n_trials=11)
    assert isinstance(forecast(grid), Forecast)
    assert not exhausted(read_snapshot(grid))
    grid.optimize(_objective, n_trials=1)
    found = forecast(grid)
    assert isinstance(found, NotReady)
    assert found.reason == "Nothing is left to gain: all 12 points of the grid were tried."
    snapshot = read_snapshot(grid)
    said = say_next(read_next(snapshot), {}, datetime.now().astimezone())
    assert "nothing new, as all 12 points of the grid were tried" in said
    record = read_record(snapshot, read_trials(snapshot), NotReady("."))
    assert gather(NotReady("."), record).lines[-1].startswith("Go on? No: all 12 points")
    grid.sampler = RandomSampler(seed=0)
    grid.optimize(_objective, n_trials=1)
    assert not exhausted(read_snapshot(grid))


def test_a_space_of_few_configurations_is_tried_once_all_are():
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    for depth, kind in itertools.product(range(1, 4), "ab"):
        assert not exhausted(read_snapshot(study))
        study.enqueue_trial({"depth": depth, "kind": kind})
        study.optimize(
            lambda t: t.suggest_int("depth", 1, 3) + len(t.suggest_categorical("kind", "ab")), 1
        )
    assert exhausted(read_snapshot(study)) == "all 6 configurations of the space were tried"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "under 1 s"), (45, "45 s"), (119, "119 s"), (720, "12 min"), (10_800, "3 h")],
)
def test_times_are_told_in_a_unit_that_suits_them(seconds, said):
    assert duration(seconds) == said
    assert duration(4 * 86_400) == "4 days"


def test_trials_that_run_do_not_matter():
    study = _study(20)
    before = forecast(study, least=0.01).chance
    study.ask()
    assert forecast(study, least=0.01).chance == pytest.approx(before)
    assert study.get_trials(states=[TrialState.RUNNING])


def test_no_gain_within_the_noise_of_a_trial_is_asked_for():
    rng = np.random.default_rng(0)
    noisy = optuna.create_study(sampler=RandomSampler(seed=0))
    noisy.optimize(lambda trial: _objective(trial) + rng.normal(0, 0.5), n_trials=40)
    exact = forecast(_study(40)).least
    assert f"{exact:.1g}" == f"{exact:.6g}"
    assert exact < 0.2 < forecast(noisy).least < 0.8
