from __future__ import annotations

import numpy as np
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.options import attribute_options, param_options


@pytest.mark.parametrize(
    ("distribution", "column", "labels"),
    [
        pytest.param(
            FloatDistribution(1e-4, 1.0, log=True),
            [2e-4, 5e-3, 0.5],
            ("0.0001 … 0.001", "0.001 … 0.01", "0.1 … 1"),
            id="bins are even in the logarithm, and those without trials are left out",
        ),
        pytest.param(
            FloatDistribution(1e-5, 1.0, log=True),
            [2e-5, 0.5],
            ("1e-05 … 0.00018", "0.056 … 1"),
            id="two digits are enough",
        ),
        pytest.param(
            FloatDistribution(0.901, 0.999),
            [0.91, 0.98],
            ("0.9 … 0.925", "0.975 … 1"),
            id="as many digits as a tenth of a bin needs",
        ),
        pytest.param(IntDistribution(1, 3), [1, 2, 3], ("1", "2", "3"), id="few levels"),
        pytest.param(
            IntDistribution(1, 10), [1, 4, 7, 10], ("1 … 3", "4 … 5", "6 … 7", "8 … 10"), id="int"
        ),
        pytest.param(CategoricalDistribution(("a", None)), [1, 0], ("a", "None"), id="choices"),
        pytest.param(FloatDistribution(2.0, 2.0), [2.0], ("2",), id="single value"),
    ],
)
def test_options_are_named_by_the_values_that_they_hold(
    distribution: BaseDistribution, column: list[float], labels: tuple[str, ...]
) -> None:
    cut = param_options("x", distribution, np.array(column, dtype=np.float64), 4)
    assert cut.labels == labels


def test_of_many_choices_the_most_tried_are_kept_and_the_others_joined() -> None:
    column = np.array([0, 1, 2, 3, 4, 5, 5, 5, 2, 2, 0, 0], dtype=np.float64)
    cut = param_options("x", CategoricalDistribution(tuple("abcdef")), column, 4)
    assert cut.labels == ("a", "c", "f", "3 others")
    assert np.bincount(cut.codes).tolist() == [3, 3, 3, 3]


def test_inactive_trials_have_an_option_of_their_own() -> None:
    column = np.array([np.nan, 0.1, 0.9, np.nan])
    cut = param_options("x", FloatDistribution(0, 1), column, 2)
    assert cut.labels == ("0 … 0.5", "0.5 … 1", "inactive")
    assert cut.codes.tolist() == [2, 0, 1, 2]
    assert cut.member.sum(axis=0).tolist() == [1, 1, 2]


def test_an_attribute_of_few_values_keeps_them() -> None:
    cut = attribute_options("a", np.array([3.0, np.nan, 1.0, 3.0]), 4)
    assert cut.labels == ("1", "3")
    assert cut.codes.tolist() == [1, -1, 0, 1]


def test_an_attribute_of_many_values_is_cut_into_parts_with_as_many_trials() -> None:
    cut = attribute_options("a", np.arange(40.0), 4)
    assert np.bincount(cut.codes).tolist() == [10, 10, 10, 10]
    assert cut.labels[0] == "0 … 9"


def test_a_value_that_most_trials_share_is_an_option_alone() -> None:
    cut = attribute_options("a", np.array([0.0] * 40 + [1, 2, 3, 4, 5]), 4)
    assert cut.labels == ("0", "1 … 5")
