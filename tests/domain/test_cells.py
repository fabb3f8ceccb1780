from __future__ import annotations

import numpy as np
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.cells import cut


@pytest.mark.parametrize(
    ("distribution", "labels"),
    [
        pytest.param(
            FloatDistribution(1e-4, 1.0, log=True),
            ["x in 0.0001 … 0.001", "x in 0.001 … 0.01", "x in 0.01 … 0.1", "x in 0.1 … 1"],
            id="log",
        ),
        pytest.param(
            IntDistribution(1, 6), ["x = 1", "x in 2 … 3", "x in 4 … 5", "x = 6"], id="levels"
        ),
        pytest.param(IntDistribution(1, 2), ["x = 1", "x = 2"], id="few levels"),
        pytest.param(CategoricalDistribution(("a", "b")), ["x = a", "x = b"], id="choices"),
        pytest.param(FloatDistribution(2.0, 2.0), ["x = 2"], id="one value"),
    ],
)
def test_parts_are_of_equal_width_in_the_scale_of_the_range(
    distribution: BaseDistribution, labels: list[str]
) -> None:
    parts = cut("x", distribution, np.array([np.nan]))
    assert [parts.label(k) for k in range(len(parts))] == labels
    assert parts.index.tolist() == [-1]


@pytest.mark.parametrize(
    "distribution",
    [
        FloatDistribution(-5.0, 3.0),
        FloatDistribution(1e-6, 1.0, log=True),
        FloatDistribution(0.0, 1.0, step=0.1),
        IntDistribution(3, 300, log=True),
        IntDistribution(0, 30, step=3),
    ],
    ids=repr,
)
def test_every_value_lies_in_the_part_that_names_it(distribution: BaseDistribution) -> None:
    from optuna_guide.domain import space

    values = space.from_unit(distribution, np.linspace(0, 1, 200))
    parts = cut("x", distribution, values)
    assert set(parts.index.tolist()) == set(range(len(parts)))
    for value, part in zip(values, parts.index, strict=True):
        assert parts.ranges[part].contains([value * (1 - 1e-12)])[0]


def test_of_very_many_choices_the_rare_ones_share_a_part() -> None:
    column = np.repeat(np.arange(40.0), np.arange(40) + 1)
    parts = cut("x", CategoricalDistribution(range(40)), column)
    assert len(parts) == 17
    assert parts.label(0) == "x = 24"
    counts = np.bincount(parts.index)
    assert counts[-1] == sum(range(1, 25))
