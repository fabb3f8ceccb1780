from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from strategies import distributions

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.domain.space import from_unit

NAN = float("nan")


@given(st.lists(distributions, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_distances_are_symmetric_shares_and_nothing_for_oneself(
    drawn: list[BaseDistribution], random: Random
) -> None:
    space = {f"p{k}": d for k, d in enumerate(drawn)}
    columns = [
        from_unit(d, [random.choice([random.random(), NAN]) for _ in "1234"]) for d in drawn
    ]
    params = np.column_stack(columns)
    apart = gower(space, params, params)
    assert apart == pytest.approx(apart.T)
    assert np.diag(apart) == pytest.approx(0)
    assert ((apart >= 0) & (apart <= 1 + 1e-9)).all()


@pytest.mark.parametrize(
    ("distribution", "one", "other", "apart"),
    [
        pytest.param(FloatDistribution(0, 10), 2, 7, 0.5, id="float"),
        pytest.param(FloatDistribution(1e-4, 1, log=True), 1e-4, 1e-2, 0.5, id="log"),
        pytest.param(IntDistribution(1, 3), 1, 3, 1.0, id="the ends of few levels"),
        pytest.param(IntDistribution(1, 3), 1, 2, 0.5, id="neighbouring levels"),
        pytest.param(CategoricalDistribution("abc"), 0, 1, 1.0, id="choices"),
        pytest.param(CategoricalDistribution("abc"), 2, 2, 0.0, id="the same choice"),
        pytest.param(FloatDistribution(0, 10), 2, NAN, 1.0, id="active against inactive"),
        pytest.param(FloatDistribution(0, 10), NAN, NAN, 0.0, id="both inactive"),
        pytest.param(FloatDistribution(3, 3), 3, NAN, 0.0, id="a single value"),
    ],
)
def test_one_parameter(
    distribution: BaseDistribution, one: float, other: float, apart: float
) -> None:
    found = gower({"p": distribution}, np.array([[float(one)]]), np.array([[float(other)]]))
    assert found[0, 0] == pytest.approx(apart)


def test_parameters_that_both_lack_do_not_bring_trials_nearer() -> None:
    unit = FloatDistribution(0, 1)
    rows = np.array([[0.0, NAN], [1.0, NAN]])
    assert gower({"a": unit, "b": unit}, rows, rows)[0, 1] == pytest.approx(1.0)
