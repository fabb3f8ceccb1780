"""Whether two parameters do more together than each alone is asked of the trials."""

from __future__ import annotations

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from optuna_guide.models.pair_tests import look_at_pairs

SPACE: dict[str, BaseDistribution] = {
    "x": FloatDistribution(0.0, 1.0),
    "a": CategoricalDistribution((True, False)),
    "b": CategoricalDistribution((True, False)),
}


def test_products_are_told_from_sums_where_a_corner_was_hardly_tried() -> None:
    rng = np.random.default_rng(0)
    params = np.column_stack([rng.random(300), rng.random((300, 2)) < 0.1]).astype(float)
    noise = 0.1 * rng.normal(size=300)
    x, a, b = params.T
    numbers, pairs, order = rng.permutation(300), [(0, 1), (1, 2)], [0, 1, 2]
    sums = look_at_pairs(SPACE, params, [x + a + b + noise], numbers, pairs, order)
    assert min(sums.values()) > 0.01
    both = look_at_pairs(SPACE, params, [x * a + b + noise], numbers, pairs, order)
    assert both[0, 1] < 1e-6
    assert both[1, 2] > 0.01
    scales = [np.minimum(x + a, 1.0), x + a + noise]
    clipped = look_at_pairs(SPACE, params, scales, numbers, pairs, order)
    assert clipped[0, 1] > 0.01


def test_a_curve_that_a_cubic_misses_is_no_interaction_with_what_moved_along() -> None:
    """A sampler went to small x, and y went with it; the target falls with the logarithm of x."""
    rng = np.random.default_rng(0)
    x, y, z = rng.random((3, 150))
    params = np.column_stack([x**4, 0.8 * x + 0.2 * y, z])
    space = dict.fromkeys("xyz", FloatDistribution(0.0, 1.0))
    curve = np.abs(np.log10(params[:, 0] + 1e-3) + 1.5)
    given = (space, params, [curve + 0.05 * rng.normal(size=150)], np.arange(150), [(0, 1)])
    curves = np.column_stack([curve, np.zeros((150, 2))])
    assert look_at_pairs(*given, [0, 1, 2])[0, 1] < 1e-6
    assert look_at_pairs(*given, [0, 1, 2], curves)[0, 1] > 0.05


def test_a_pair_is_one_of_many_and_what_was_found_before_explains_what_is_left() -> None:
    """The second pair holds the product of the first, with some noise."""
    rng = np.random.default_rng(0)
    x, z = rng.random((2, 300))
    space = dict.fromkeys("xyzw", FloatDistribution(0.0, 1.0))
    y = np.clip(z + 0.1 * rng.normal(size=300), 0.0, 1.0)
    params, loss = np.column_stack([x, y, z, rng.random(300)]), x * z + 0.02 * rng.normal(size=300)
    given = (space, params, [loss], rng.permutation(300))
    both = look_at_pairs(*given, [(0, 2), (0, 1)], [0, 2, 1, 3])
    assert both[0, 2] < 1e-6
    assert both[0, 1] > 0.05
    assert look_at_pairs(*given, [(0, 1)], [0, 2, 1, 3])[0, 1] < 1e-6


def test_too_few_trials_tell_nothing() -> None:
    params = np.random.default_rng(0).random((7, 3)).round()
    target = params[:, 1] * params[:, 2]
    found = look_at_pairs(SPACE, params, [target], np.arange(7), [(1, 2)], [1, 2, 0])
    assert found == {(1, 2): 1.0}
