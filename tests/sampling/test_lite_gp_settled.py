"""What a trial is spent on once there is little left to gain."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState

from optuna_guide.sampling.lite_gp import LiteGPSampler
from optuna_guide.sampling.lite_gp import suggest as suggest_module
from optuna_guide.sampling.lite_gp.known import KnownRows
from optuna_guide.sampling.lite_gp.region import confined
from optuna_guide.sampling.lite_gp.rows import are_inside
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.lite_gp.targets import clip_bad_tail


def _known(rows, values):
    rows, values = np.array(rows, dtype=float), np.array(values, dtype=float)[:, None]
    none = np.empty((0, rows.shape[1]))
    return KnownRows(
        rows=rows,
        values=values,
        constraints=np.empty((len(rows), 0)),
        pending=none,
        pruned=none,
        ends=np.empty(0),
        end_variances=np.empty(0),
        failed=none,
        seen=rows,
    )


def _search(noise, n_trials, *, seed=0, **options):
    rng = np.random.default_rng(seed)
    study = optuna.create_study(sampler=LiteGPSampler(seed=seed, **options))

    def objective(trial):
        x, y = trial.suggest_float("x", -1, 1), trial.suggest_float("y", -1, 1)
        return (x - 0.2) ** 2 + (y + 0.3) ** 2 + noise * rng.normal()

    study.optimize(objective, n_trials=n_trials)
    return study


def _places(study):
    return np.array([[t.params["x"], t.params["y"]] for t in study.trials])


def test_a_noisy_search_that_has_converged_stays_with_its_leaders():
    last = _places(_search(0.1, 90))[-30:]
    assert np.mean(np.abs(last).max(axis=1) > 0.99) <= 0.1
    assert np.median(np.hypot(last[:, 0] - 0.2, last[:, 1] + 0.3)) < 0.3


def test_a_rough_objective_whose_repeats_agree_is_not_taken_for_a_smooth_one():
    study = optuna.create_study(sampler=LiteGPSampler(seed=0))

    def objective(trial):  # as an accuracy of a few hundred cases: every place has luck of its own
        x = np.array([trial.suggest_float(f"x{j}", -1, 1) for j in range(4)])
        luck = 0.05 * np.sin(1e3 * x).prod()
        return round(100 * (np.sum((x - 0.2) ** 2 * [1, 0.1, 0.1, 0.01]) + luck)) / 100

    study.optimize(objective, n_trials=90)
    last = np.array([list(t.params.values()) for t in study.trials[-30:]])
    assert np.median(np.abs(last[:, 0] - 0.2)) < 0.2
    assert np.mean(np.abs(last[:, 0]) > 0.99) <= 0.1


def test_nothing_changes_before_the_search_has_converged(monkeypatch):
    settled = _places(_search(0.1, 30))
    found = []
    real = suggest_module.is_settled

    def see(*arguments):
        found.append(real(*arguments))
        return False

    monkeypatch.setattr(suggest_module, "is_settled", see)
    never = _places(_search(0.1, 30))
    first = 5 + (found.index(True) if True in found else len(found))
    assert first >= 20
    assert np.array_equal(settled[:first], never[:first])


def test_an_objective_without_noise_is_repeated_twice_at_most():
    places = _places(_search(0.0, 70))
    assert len(np.unique(places, axis=0)) >= 68


def test_a_repeat_is_never_asked_of_an_objective_that_is_said_to_be_deterministic():
    places = _places(_search(0.0, 50, deterministic_objective=True))
    assert len(np.unique(places, axis=0)) == 50


def test_a_region_that_holds_no_trial_is_never_left():
    study = _search(0.1, 60)
    for _ in range(4):
        trial = study.ask()
        frozen = trial._cached_frozen_trial
        space = study.sampler.infer_relative_search_space(study, frozen)
        region = {"x": (0.97, 1.0), "y": (0.0, 0.5)}
        params = study.sampler.suggest(study, frozen, space, region=region)
        study.tell(trial, state=TrialState.FAIL)
        assert params["x"] >= 0.94
        assert params["y"] <= 0.0


@pytest.mark.parametrize(
    ("rows", "values", "is_noisy"),
    [
        pytest.param([[0.1], [0.2]], [1, 1], None, id="no repeat"),
        pytest.param([[0.1], [0.1]], [1, 1], None, id="one repeat that agrees"),
        pytest.param([[0.1], [0.1], [0.1]], [1, 1, 1], False, id="two that agree"),
        pytest.param([[0.1], [0.1], [0.2], [0.2]], [1, 1, 2, 2], False, id="of two places"),
        pytest.param([[0.1], [0.1]], [1, 2], True, id="one that differs"),
        pytest.param([[np.nan], [np.nan]], [1, 2], True, id="inactive parameters"),
    ],
)
def test_repeats_tell_whether_there_is_noise(rows, values, is_noisy):
    assert _known(rows, values).is_noisy is is_noisy


@pytest.mark.parametrize(
    ("noise", "direction"),
    [
        pytest.param(0.03, "maximize", id="noise"),
        pytest.param(0.0, "minimize", id="no noise"),
    ],
)
def test_a_converged_search_does_not_wander_to_the_bounds(noise, direction):
    sign = 1 if direction == "minimize" else -1
    at_bound, losses = [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        study = optuna.create_study(direction=direction, sampler=LiteGPSampler(seed=seed))
        for _ in range(80):
            trial = study.ask()
            x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(4)]
            loss = sum(w * (v - 0.4) ** 2 for w, v in zip((2, 1, 1, 0.3), x, strict=True))
            study.tell(trial, sign * (loss + noise * rng.normal()))
        x = np.array([list(trial.params.values()) for trial in study.trials[-30:]])
        at_bound.append(((x == 0) | (x == 1)).any(axis=1))
        losses.append((np.array([2, 1, 1, 0.3]) * (x - 0.4) ** 2).sum(axis=1))
    assert np.mean(at_bound) <= 0.14
    assert np.mean(losses) <= 0.14  # a random trial loses 0.4


def test_what_a_converged_search_repeats_leaves_the_other_values_apart():
    searched = np.linspace(-3.0, -0.1, 20)
    values = np.concatenate([searched, np.linspace(-0.01, 0.0, 80)])
    assert len(np.unique(clip_bad_tail(values)[: len(searched)])) >= 5


def test_a_search_on_its_way_tells_the_good_apart_and_not_the_bad():
    searched = np.linspace(-3.0, -0.1, 20)
    values = np.concatenate([searched, np.linspace(-0.01, 0.0, 20)])
    clipped = clip_bad_tail(np.concatenate([searched[:4], values[20:]]))
    assert len(np.unique(clipped[:4])) == 1


def test_rows_inside_the_bounds_are_told_from_others():
    space = make_space({"x": FloatDistribution(0, 1), "c": CategoricalDistribution("abc")})
    space = confined(space, {"x": (0.2, 0.4), "c": {1, 2}})
    rows = np.array([[0.3, 1], [0.5, 1], [0.3, 0], [np.nan, 2], [0.2, np.nan]])
    assert are_inside(space, rows).tolist() == [True, False, False, True, True]
