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
    pairs, order = [(0, 1), (1, 2)], [0, 1, 2]
    sums = look_at_pairs(SPACE, params, [x + a + b + noise], pairs, order)
    assert min(sums.values()) > 0.01
    both = look_at_pairs(SPACE, params, [x * a + b + noise], pairs, order)
    assert both[0, 1] < 1e-6
    assert both[1, 2] > 0.01
    clipped = look_at_pairs(SPACE, params, [np.minimum(x + a, 1.0), x + a + noise], pairs, order)
    assert clipped[0, 1] > 0.01


def test_too_few_trials_tell_nothing() -> None:
    params = np.random.default_rng(0).random((7, 3)).round()
    found = look_at_pairs(SPACE, params, [params[:, 1] * params[:, 2]], [(1, 2)], [1, 2, 0])
    assert found == {(1, 2): 1.0}
