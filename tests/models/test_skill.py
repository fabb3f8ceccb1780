from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from scipy.stats import spearmanr

from optuna_guide.domain.space import unit_columns
from optuna_guide.models import skill
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.skill import GATE

ABC: dict[str, BaseDistribution] = {name: FloatDistribution(0, 1) for name in "abc"}


def _uniform(n: int, p: int = 3, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, p))


def _out_of_bag_bound(unit: np.ndarray, loss: np.ndarray, seed: int) -> float:
    space = {f"x{j}": FloatDistribution(0, 1) for j in range(unit.shape[1])}
    column = ranks(loss)
    forest = fit_forest(space, unit, column, n_trees=12, rng=np.random.default_rng(seed))
    predicted = forest.out_of_bag()
    seen = np.isfinite(predicted)
    return skill.lower_bound(skill.spearman(predicted[seen], loss[seen]), int(seen.sum()))


@given(arrays(np.float64, st.integers(3, 40), elements=st.integers(0, 9).map(float)))
def test_spearman_is_that_of_scipy(a: np.ndarray) -> None:
    b = np.random.default_rng(0).random(len(a))
    expected = spearmanr(a, b).statistic if np.ptp(a) > 0 else 0.0
    assert skill.spearman(a, b) == pytest.approx(expected)


@pytest.mark.parametrize("n", [0, 1])
def test_spearman_of_too_few_is_nothing(n: int) -> None:
    assert skill.spearman(np.ones(n), np.ones(n)) == 0.0


def test_mrr_is_the_reciprocal_of_the_best_trials_predicted_rank() -> None:
    loss = np.array([3.0, 1.0, 2.0, 5.0])
    assert skill.mrr(loss, loss) == 1.0
    assert skill.mrr(np.array([1.0, 3.0, 2.0, 4.0]), loss) == pytest.approx(1 / 3)
    assert skill.mrr(np.zeros(4), loss) == pytest.approx(1 / 2.5)  # no order: the middle


def test_of_equally_good_trials_the_one_predicted_best_counts() -> None:
    assert skill.mrr(np.array([2.0, 0.0, 1.0]), np.array([1.0, 1.0, 7.0])) == 1.0


def test_r2_is_pooled_and_bounded_by_one() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0])
    assert skill.r2(values, values) == 1.0
    assert skill.r2(np.full(4, 2.5), values) == pytest.approx(0.0)
    assert skill.r2(values[::-1], values) == pytest.approx(-3.0)
    assert skill.r2(np.zeros(3), np.full(3, 5.0)) == 0.0


def test_r2_of_huge_values_is_finite() -> None:
    values = 1e150 * np.array([1.0, 2.0, 3.0])
    assert skill.r2(values, values) == 1.0


def test_a_weight_counts_as_so_many_equal_trials() -> None:
    rng = np.random.default_rng(0)
    x, weights = _uniform(40), rng.integers(1, 5, 40)
    loss, guess = rng.normal(size=40), rng.normal(size=40)
    many = np.repeat(np.arange(40), weights)
    for measure in (skill.spearman, skill.r2, skill.mse, skill.mrr):
        weighted = measure(guess, loss, weights.astype(float))
        assert weighted == pytest.approx(measure(guess[many], loss[many]))
    assert skill.median(loss, weights.astype(float)) == np.median(loss[many])
    assert skill.median(loss, np.ones(40)) == np.median(loss)
    heavy = np.where(x[:, 0] > 0.5, 20.0, 1.0)  # where it falls, unlike elsewhere
    bent = np.abs(x[:, 0] - 0.5)
    assert (
        skill.linear_r2(ABC, x, bent, heavy, seed=0) > 0.3 > skill.linear_r2(ABC, x, bent, seed=0)
    )


def test_the_lower_bound_grows_with_the_number_of_trials() -> None:
    bounds = [skill.lower_bound(0.6, n) for n in (4, 20, 100, 10_000)]
    assert bounds == sorted(bounds)
    assert bounds[-1] == pytest.approx(0.6, abs=0.02)
    assert skill.lower_bound(0.6, 30) == pytest.approx(
        math.tanh(math.atanh(0.6) - 1.645 * math.sqrt(1.06 / 27))
    )


@pytest.mark.parametrize("rho", [-1.0, 0.0, 1.0])
@pytest.mark.parametrize("n", [0, 3, 4])
def test_the_lower_bound_of_extremes_is_a_number(rho: float, n: int) -> None:
    assert -1.0 <= skill.lower_bound(rho, n) <= rho + 1e-9


@given(st.floats(-1, 1), st.integers(0, 500))
def test_with_the_missing_trials_the_gate_opens_and_with_one_less_it_does_not(
    rho: float, n: int
) -> None:
    missing = skill.n_missing(rho, n)
    if missing is None:
        assert skill.lower_bound(rho, n + skill.MAX_MISSING) <= GATE + 1e-9
    else:
        assert missing == 0 or skill.lower_bound(rho, n + missing - 1) <= GATE + 1e-9
        assert skill.lower_bound(rho, n + missing) > GATE - 1e-9


def test_the_gate_stays_closed_on_noise() -> None:
    n_open = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(20, 201)) if seed % 4 == 0 else int(rng.integers(20, 41))
        n_open += _out_of_bag_bound(rng.random((n, 4)), rng.normal(size=n), seed) > GATE
    assert n_open < 10


def test_the_gate_opens_on_a_clear_effect() -> None:
    x = _uniform(60)
    assert _out_of_bag_bound(x, x[:, 0] + 0.2 * x[:, 1], 0) > GATE


def test_repeated_configurations_do_not_open_the_gate() -> None:
    n_open = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        unit, loss = np.repeat(rng.random((20, 4)), 8, axis=0), np.repeat(rng.normal(size=20), 8)
        rows = skill.distinct_rows(unit)
        assert len(rows) == 20
        n_open += _out_of_bag_bound(unit[rows], loss[rows], seed) > GATE
    assert n_open <= 1


def test_distinct_rows_are_the_newest_ones_in_order() -> None:
    nan = np.nan
    unit = np.array([[0.1, nan], [0.2, 0.5], [0.1, nan], [0.1, 0.0], [0.2, 0.5], [0.3, nan]])
    assert skill.distinct_rows(unit).tolist() == [2, 3, 4, 5]
    assert skill.distinct_rows(np.empty((0, 2))).tolist() == []


def test_the_linear_baseline_explains_what_is_linear() -> None:
    x = _uniform(200)
    assert skill.linear_r2(ABC, x, 3 * x[:, 0] - x[:, 1], seed=0) > 0.95
    assert skill.linear_r2(ABC, x, np.abs(x[:, 0] - 0.5), seed=0) < 0.1


def test_the_linear_baseline_knows_choices_logarithms_and_inactive_parameters() -> None:
    rng = np.random.default_rng(0)
    space = {
        "lr": FloatDistribution(1e-6, 1, log=True),
        "kind": CategoricalDistribution(list("abc")),
        "momentum": FloatDistribution(0, 1),
    }
    lr, kind, momentum = 10.0 ** -(6 * rng.random(300)), rng.integers(0, 3, 300), rng.random(300)
    active = kind == 1
    values = np.log10(lr) + np.array([0.0, 5.0, 2.0])[kind] + np.where(active, 3 * momentum, 0)
    params = np.column_stack([lr, kind, np.where(active, momentum, np.nan)])
    assert skill.linear_r2(space, params, values, seed=0) > 0.97


@pytest.mark.parametrize("n", [20, 60, 200])
def test_no_model_finds_skill_in_noise(n: int) -> None:
    linear, ebm = [], []
    for seed in range(3):
        x, values = _uniform(n, seed=seed), np.random.default_rng(seed + 100).normal(size=n)
        linear.append(skill.linear_r2(ABC, x, values, seed=seed))
        ebm.append(skill.ebm_r2(ABC, x, values, seed=seed))
    assert np.mean(linear) <= 0.05
    assert np.mean(ebm) <= 0.05


def test_the_ebm_explains_what_the_linear_baseline_cannot() -> None:
    x = _uniform(150)
    values = np.abs(x[:, 0] - 0.5) + 0.05 * np.random.default_rng(1).normal(size=150)
    assert skill.ebm_r2(ABC, x, values, seed=0) > 0.6
    assert skill.ebm_r2(ABC, x, values, seed=0) > skill.linear_r2(ABC, x, values, seed=0) + 0.5


def test_more_columns_than_trials_are_no_problem() -> None:
    space = {"kind": CategoricalDistribution(list(range(200))), **ABC}
    rng = np.random.default_rng(0)
    params = np.column_stack([rng.integers(0, 200, 30), rng.random((30, 3))])
    assert skill.linear_r2(space, params, params[:, 1], seed=0) < 1.0


@pytest.mark.parametrize("n", [20, 100, 1000])
def test_uniform_sampling_is_not_skewed(n: int) -> None:
    space = {**ABC, "log": IntDistribution(1, 8, log=True), "kind": CategoricalDistribution("xy")}
    rng = np.random.default_rng(0)
    unit = np.column_stack([rng.random((n, 4)), (rng.integers(0, 2, n) + 0.5) / 2])
    assert skill.sampling_skew(unit, space) < 0.1


def test_skew_grows_with_concentration() -> None:
    x = _uniform(200)
    skews = [skill.sampling_skew(0.5 + (x - 0.5) * width, ABC) for width in (1, 0.5, 0.1)]
    assert skews == sorted(skews)
    assert 0.3 < skews[1] < 0.6
    assert 0.7 < skews[-1] <= 1.0


@pytest.mark.parametrize("n", [36, 25])
def test_a_grid_is_not_skewed_wherever_its_values_lie(n: int) -> None:
    space = {
        "int": IntDistribution(1, 8),
        "decades": FloatDistribution(1e-4, 1.0),
        "log": IntDistribution(16, 256, log=True),
    }
    grid = itertools.product([1, 2, 4, 8], [1e-4, 1e-3, 1e-2], [16, 64, 256])
    tried = np.random.default_rng(0).permutation(np.array(list(grid), dtype=float))[:n]
    assert skill.sampling_skew(unit_columns(space, tried), space) < 0.2


def test_a_few_values_that_are_not_tried_alike_are_skewed() -> None:
    space = {"int": IntDistribution(1, 8)}
    tried = np.repeat([1.0, 2.0, 4.0, 8.0], [2, 2, 2, 94])[:, None]
    assert skill.sampling_skew(unit_columns(space, tried), space) > 0.5


def test_a_parameter_that_never_varied_does_not_count_for_the_skew() -> None:
    x = _uniform(100)
    x[:, 1] = 0.5
    assert skill.sampling_skew(x, ABC) < 0.2


def test_parameters_without_a_choice_do_not_count_for_the_skew() -> None:
    space = {"fixed": FloatDistribution(1, 1), "never": FloatDistribution(0, 1)}
    unit = np.column_stack([np.full(50, 0.5), np.full(50, np.nan)])
    assert skill.sampling_skew(unit, space) == 0.0


@pytest.mark.parametrize("n", [13, 20, 100, 2000])
def test_curve_sizes_leave_a_fifth_for_the_test(n: int) -> None:
    sizes = skill.curve_sizes(n)
    assert sizes[0] == 10
    assert sizes[-1] == n - math.ceil(n / 5)
    assert list(sizes) == sorted(set(sizes))
    assert len(sizes) <= 6


def test_there_is_no_curve_of_a_handful_of_trials() -> None:
    assert skill.curve_sizes(12) == ()


def test_skill_rises_along_the_learning_curve_on_trials_that_were_held_out() -> None:
    x = _uniform(300)
    values = -(np.sin(5 * x[:, 0]) + x[:, 1])
    loss = -values

    def nearest(train: np.ndarray, test: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert not set(train) & set(test)
        distance = ((x[test, None, :2] - x[None, train, :2]) ** 2).sum(axis=2)
        predicted = values[train[distance.argmin(axis=1)]]
        return -predicted, predicted

    points = skill.learning_curve(
        nearest, loss, values, np.ones(300), skill.curve_sizes(300), 4, np.random.default_rng(0)
    )
    assert [p.n for p in points] == list(skill.curve_sizes(300))
    assert points[-1].spearman > points[0].spearman + 0.1
    assert points[-1].r2 > 0.9
    assert points[-1].mse < points[0].mse
    assert all(0 < p.mrr <= 1 for p in points)
    assert points[0].spearman_std > points[-1].spearman_std
