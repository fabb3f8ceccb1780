from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from optuna_guide.study.curves import (
    Curves,
    best_reported,
    places_of_pruned,
    read_curves,
    waypoints,
)

RNG = np.random.default_rng


def curves(value: Callable[[int, int], float], n_steps: int, n: int = 40) -> Curves:
    return read_curves([{s: value(i, s) for s in range(n_steps)} for i in range(n)])


def folds(seed: int, n_steps: int) -> Curves:
    """Scores of a trial over folds, some of which are harder for all trials."""
    rng = RNG(seed)
    hard = rng.normal(size=n_steps)
    return curves(lambda i, s: 0.02 * hard[s] + 0.05 * i + 0.02 * rng.normal(), n_steps)


def learning(seed: int, n_steps: int) -> Curves:
    rng = RNG(seed)
    return curves(lambda i, s: (1 + 0.01 * i) * 0.6**s + 0.01 * rng.normal(), n_steps)


def test_a_pruned_trial_has_a_place_among_those_that_came_as_far() -> None:
    found = read_curves(
        [
            {1: 0.1, 10**17: 0.9},
            {1: 0.4, 3: 0.5, 10**17: 0.8},
            {1: 0.2, 3: 0.3},
            {1: 0.3},
            {1: 0.0},
        ]
    )
    pruned = np.array([False, False, True, True, True])
    assert found.at(3).tolist()[:3] == [0.1, 0.5, 0.3]
    places = places_of_pruned(found, pruned, -1.0)
    # step 3: 0.5, 0.3 and 0.1 came as far, two were pruned before; step 1: all five were there
    assert places[2:] == pytest.approx([1.5 / 5, 1.5 / 5, 4.5 / 5])
    assert np.isnan(places[:2]).all()


def test_the_folds_of_a_cross_validation_are_no_curve() -> None:
    found = [folds(seed, n_steps).are_folds for seed in range(30) for n_steps in (3, 5, 10)]
    assert np.mean(found) > 0.85


@pytest.mark.parametrize("n_steps", [3, 5, 10])
def test_few_steps_with_a_trend_are_curves(n_steps: int) -> None:
    assert not any(learning(seed, n_steps).are_folds for seed in range(10))


def test_many_steps_are_curves_even_where_they_only_wander() -> None:
    rng = RNG(0)
    assert not curves(lambda _, __: float(rng.normal()), 30).are_folds
    assert not read_curves([{}, {0: 1.0}, {0: 1.0, 1: 2.0}]).are_folds


def test_folds_are_never_still_improving() -> None:
    found = folds(0, 5)
    assert found.are_folds
    assert np.isnan(found.late_gains(maximise=True)).all()
    assert np.isfinite(learning(0, 5).late_gains(maximise=False)).any()


def test_waypoints_keep_ends_and_where_others_stop() -> None:
    long = {step: 1.0 / step for step in range(1, 28)}
    curves = read_curves([long, {1: 1.0, 2: 0.5, 3: 0.2}, {}, {1: 2.0}])
    points = waypoints(curves)
    assert points.of(0)[0].tolist() == [1, 3, 7, 14, 21, 27]
    assert points.of(1)[0].tolist() == [1, 2, 3]
    assert points.lengths.tolist() == [6, 3, 0, 1]


def test_the_best_reported_at_each_step_is_that_of_all_curves() -> None:
    curves = read_curves([{0: 3.0, 2: 1.0}, {0: 2.0, 5: 9.0}])
    steps, best = best_reported(curves, maximise=False)
    assert (steps.tolist(), best.tolist()) == ([0, 2, 5], [2.0, 1.0, 9.0])
    assert best_reported(curves, maximise=True)[1].tolist() == [3.0, 1.0, 9.0]
