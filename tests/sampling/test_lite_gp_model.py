"""Kernel, fit, posterior and acquisition against independent computations."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from scipy.integrate import trapezoid

from optuna_guide.sampling.lite_gp.acquisition import (
    Acquisition,
    log_expected_improvement,
    log_improvement,
)
from optuna_guide.sampling.lite_gp.fit import (
    MIN_NOISE,
    fit_kernel,
    negative_log_posterior,
    to_kernel,
)
from optuna_guide.sampling.lite_gp.kernel import Kernel, squared_differences, weighted_distances
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.prior import Prior
from optuna_guide.sampling.lite_gp.space import make_space

NUMERIC = np.zeros(3, dtype=bool)
MIXED = np.array([False, False, True])


def _rows(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.column_stack([rng.random((n, 2)), rng.integers(0, 3, size=n)])


def _condition(kernel, is_categorical, rows, y):
    return condition(kernel, is_categorical, rows, y, np.full(len(y), kernel.noise))


def _space():
    return make_space(
        {
            "x": FloatDistribution(0, 1),
            "y": FloatDistribution(0, 1),
            "c": CategoricalDistribution(["a", "b", "d"]),
        }
    )


@pytest.mark.parametrize("deterministic", [False, True])
def test_the_fit_follows_the_gradient_of_finite_differences(deterministic):
    rng = np.random.default_rng(0)
    rows, y, extra = _rows(rng, 12), rng.normal(size=12), rng.random(12)
    upper = np.triu_indices(12, 1)
    differences = squared_differences(rows[upper[0]], rows[upper[1]], MIXED)
    for theta in rng.normal(size=(5, 5)):
        _, gradient = negative_log_posterior(theta, differences, upper, y, extra, deterministic)

        def value(t):
            return negative_log_posterior(t, differences, upper, y, extra, deterministic)[0]

        numeric = [(value(theta + h) - value(theta - h)) / 2e-5 for h in 1e-5 * np.eye(5)]
        np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-4)


def test_the_log_posterior_differs_between_kernels_as_scikit_learns_likelihood_and_the_priors_do():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    rng = np.random.default_rng(1)
    rows, y, extra = rng.random((15, 3)), rng.normal(size=15), rng.random(15)
    upper = np.triu_indices(15, 1)
    differences = squared_differences(rows[upper[0]], rows[upper[1]], NUMERIC)

    def ours_and_theirs(theta):
        kernel = to_kernel(theta, deterministic=False)
        stock = GaussianProcessRegressor(
            ConstantKernel(kernel.scale) * Matern(kernel.weights**-0.5, nu=2.5),
            alpha=kernel.noise + extra,
            optimizer=None,
        ).fit(rows, y)
        prior = (
            -0.1 * (1 / kernel.weights + kernel.weights).sum()
            + np.log(kernel.scale)
            - kernel.scale
            + 0.1 * np.log(kernel.noise)
            - 30 * kernel.noise
        )
        ours = negative_log_posterior(theta, differences, upper, y, extra, False)[0]
        return ours, -(stock.log_marginal_likelihood() + prior)

    first, second = (ours_and_theirs(theta) for theta in rng.normal(size=(2, 5)))
    assert first[0] - second[0] == pytest.approx(first[1] - second[1], rel=1e-8)


def test_the_posterior_equals_scikit_learns():
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    rng = np.random.default_rng(2)
    rows, y, queries = rng.random((20, 3)), rng.normal(size=20), rng.random((50, 3))
    kernel = Kernel(np.array([4.0, 1.0, 0.3]), 1.7, 1e-3)
    stock = GaussianProcessRegressor(
        ConstantKernel(kernel.scale) * Matern(kernel.weights**-0.5, nu=2.5),
        alpha=kernel.noise,
        optimizer=None,
    ).fit(rows, y)

    mean, deviation = _condition(kernel, NUMERIC, rows, y).predict(queries)

    expected_mean, expected_deviation = stock.predict(queries, return_std=True)
    np.testing.assert_allclose(mean, expected_mean, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(deviation, expected_deviation, rtol=1e-6)


def test_choices_are_at_a_distance_whatever_their_indices():
    rows = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 2.0], [0.5, 0.0, 2.0]])
    distances = weighted_distances(rows, rows, np.array([4.0, 1.0, 3.0]), MIXED)
    np.testing.assert_allclose(distances[0], [0.0, 3.0, 3.0, 4.0])
    np.testing.assert_allclose(
        distances, squared_differences(rows[:, None], rows[None], MIXED) @ [4.0, 1.0, 3.0]
    )


def test_the_fit_finds_the_parameter_that_matters_and_the_noise():
    rng = np.random.default_rng(3)
    rows = rng.random((60, 3))
    y = np.sin(6 * rows[:, 0]) + 0.3 * rng.normal(size=60)
    kernel, _ = fit_kernel(rows, (y - y.mean()) / y.std(), NUMERIC)
    assert kernel.weights[0] > 10 * max(kernel.weights[1:])
    assert 0.1 < np.sqrt(kernel.noise) * y.std() < 0.5


def test_a_deterministic_objective_has_no_noise():
    rng = np.random.default_rng(4)
    kernel, _ = fit_kernel(rng.random((10, 3)), rng.normal(size=10), NUMERIC, deterministic=True)
    assert kernel.noise == MIN_NOISE


def test_a_row_observed_at_its_mean_keeps_it_and_loses_its_uncertainty():
    rng = np.random.default_rng(5)
    rows, y, added = rng.random((10, 3)), rng.normal(size=10), rng.random((2, 3))
    posterior = _condition(Kernel(np.ones(3), 1.0, 0.1), NUMERIC, rows, y)
    mean, deviation = posterior.predict(added)
    after_mean, after_deviation = posterior.with_observations(added, mean, 1e-6).predict(added)
    np.testing.assert_allclose(after_mean, mean, atol=1e-6)
    assert (after_deviation < 0.002).all()
    assert (deviation > 0.05).all()


@pytest.mark.parametrize("z", [-40.0, -12.0, -5.0, -1.0001, -0.9999, 0.0, 2.0, 30.0])
def test_log_improvement_agrees_with_a_quadrature_in_log_space(z):
    # E[max(z + e, 0)] = int_0^inf u phi(u - z) du; the largest term is taken out of the sum.
    u = np.linspace(0, max(z, 0) + 45, 900_001)
    log_terms = np.log(np.maximum(u, 1e-300)) - 0.5 * (u - z) ** 2 - 0.5 * np.log(2 * np.pi)
    top = log_terms.max()
    expected = top + np.log(trapezoid(np.exp(log_terms - top), u))
    assert float(log_improvement(np.array(z))) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("z", [-1e3, -1e5 + 1, -1e5 - 1, -1e8, -1e150])
def test_log_improvement_follows_its_expansion_far_in_the_tail(z):
    # h(z) = phi(z) / z^2 (1 - 3 / z^2 + ...), exact rationals for the square.
    half_square = float(Fraction(z) ** 2 / 2) if abs(z) < 1e100 else 0.5 * z * z
    expected = -half_square - 0.5 * np.log(2 * np.pi) - 2 * np.log(-z)
    assert float(log_improvement(np.array(z))) == pytest.approx(expected, rel=1e-9, abs=1e-5)


def test_log_improvement_rises_without_a_step_where_its_branches_meet():
    for seam in (-1.0, -1e5):
        z = seam * (1 + np.linspace(-1e-9, 1e-9, 2001))
        slope = np.diff(log_improvement(np.sort(z)))
        assert slope.min() > -1e-5 * max(1.0, abs(seam))
        assert slope.max() < 1e-3 * max(1.0, abs(seam))


def test_log_expected_improvement_equals_the_mean_of_draws():
    draws = np.random.default_rng(6).normal(0.2, 0.7, size=2_000_000)
    expected = np.log(np.maximum(draws - 0.9, 0).mean())
    found = log_expected_improvement(np.array([0.2]), np.array([0.7]), 0.9)
    np.testing.assert_allclose(found, expected, atol=0.01)


@pytest.mark.parametrize("with_objective", [True, False])
def test_the_acquisition_follows_the_gradient_of_finite_differences(with_objective):
    rng = np.random.default_rng(7)
    space, rows = _space(), _rows(rng, 15)

    def model(seed):
        y = np.random.default_rng(seed).normal(size=15)
        return _condition(Kernel(np.array([8.0, 2.0, 1.0]), 1.2, 1e-3), MIXED, rows, y)

    prior = Prior(lambda unit: -10 * ((unit[:, :2] - 0.3) ** 2).sum(axis=1))
    acquisition = Acquisition(
        space, model(0) if with_objective else None, 1.5, ((model(1), 0.2),), (prior,), 15
    )
    columns, queries = np.array([0, 1]), _rows(rng, 8)
    values, gradients = acquisition.value_and_gradient(queries, columns)
    np.testing.assert_allclose(values, acquisition(queries), rtol=1e-8)
    for j in columns:
        step = np.where(np.arange(3) == j, 1e-6, 0.0)
        numeric = (acquisition(queries + step) - acquisition(queries - step)) / 2e-6
        np.testing.assert_allclose(gradients[:, j], numeric, rtol=1e-3, atol=1e-3)


def test_the_acquisition_does_not_change_with_a_parameter_that_is_inactive():
    rng = np.random.default_rng(7)
    rows = _rows(rng, 15)
    model = _condition(Kernel(np.ones(3), 1.0, 1e-3), MIXED, rows, rng.normal(size=15))
    acquisition = Acquisition(_space(), model, 0.5, (), (), 15)
    queries = np.array([[np.nan, 0.3, 1.0], [0.2, 0.3, 1.0]])
    _, gradients = acquisition.value_and_gradient(queries, np.array([0, 1]))
    assert gradients[0, 0] == 0
    assert (gradients[[0, 1, 1], [1, 0, 1]] != 0).all()


def test_the_prior_fades_with_the_trials():
    space = _space()
    prior = Prior(lambda unit: unit[:, 0], strength=10.0)
    row = np.array([[0.6, 0.5, 1.0]])
    after = [Acquisition(space, None, 0.0, (), (prior,), n)(row)[0] for n in (5, 10, 100)]
    np.testing.assert_allclose(after, [1.2, 0.6, 0.06])


def test_the_prior_sees_the_unit_cube_with_nan_where_inactive():
    received = []
    prior = Prior(lambda unit: received.append(unit) or np.zeros(len(unit)))
    Acquisition(_space(), None, 0.0, (), (prior,), 1)(np.array([[0.25, np.nan, 1.0]]))
    np.testing.assert_allclose(received[0], [[0.25, np.nan, 0.5]])


def test_identical_rows_and_a_wide_kernel_can_be_conditioned():
    rows = np.repeat([[0.5, 0.5, 0.5]], 80, axis=0)
    kernel = Kernel(np.full(3, np.exp(-8)), np.exp(6), MIN_NOISE)
    posterior = _condition(kernel, NUMERIC, rows, np.zeros(80))
    mean, deviation = posterior.predict(np.random.default_rng(0).random((5, 3)))
    assert np.isfinite(mean).all()
    assert (deviation > 0).all()


def test_values_that_are_not_finite_are_refused():
    rows = np.random.default_rng(0).random((4, 3))
    with pytest.raises(np.linalg.LinAlgError, match="4 trials is not finite"):
        _condition(Kernel(np.ones(3), 1.0, 1e-4), NUMERIC, rows, np.array([0, 1, np.inf, 0]))
