from __future__ import annotations

import numpy as np
import pytest

from optuna_guide.analysis.histogram import count, normalise_groups
from optuna_guide.domain.cells import Cells

VALUES = np.array([1.0, 3.0, 5.0, 10.0, 10.0, 40.0])
GROUPS = Cells("solver", ("adam", "sgd"), np.array([0, 0, 0, 1, 1, 1]))


def test_values_are_counted_by_group_over_common_bins() -> None:
    found = count(VALUES, GROUPS, "none", "maximize")
    assert (found.edges[0], found.edges[-1]) == (1.0, 40.0)
    assert found.counts.sum(axis=1).tolist() == [3, 3]
    assert found.counts[:, 0].tolist() == [1, 0]
    assert found.counts[:, -1].tolist() == [0, 1]
    assert (found.name, found.labels) == ("solver", ("adam", "sgd"))


def test_a_single_value_has_a_bin() -> None:
    found = count(np.full(6, 2.0), GROUPS, "none", "minimize")
    assert found.counts.sum() == 6
    assert (found.edges[0], found.edges[-1]) == (1.5, 2.5)


def test_what_lies_far_on_the_bad_side_is_counted_in_the_outermost_bin() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 1e6])
    found = count(values, GROUPS, "none", "minimize")
    assert found.edges[-1] < 20
    assert found.counts.sum() == 6
    assert found.values.tolist() == values.tolist()
    assert (found.shown != values).tolist() == [False] * 5 + [True]


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("none", VALUES.tolist()),
        ("min-max", [0, 0.5, 1, 0, 0, 1]),
        ("rank", [0, 0.5, 1, 0, 0, 1]),
        ("z", [-1.2247, 0, 1.2247, -0.7071, -0.7071, 1.4142]),
    ],
)
def test_each_group_is_normalised_by_itself(how, expected) -> None:
    assert normalise_groups(VALUES, GROUPS, how) == pytest.approx(expected, abs=1e-4)


def test_a_group_without_differences_is_normalised_to_zero() -> None:
    for how in ("min-max", "rank", "z"):
        assert normalise_groups(np.full(6, 7.0), GROUPS, how).tolist() == [0.0] * 6


def test_an_unknown_normalisation_names_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="must be one of 'none', 'min-max', 'rank', 'z', not 'log'"
    ):
        normalise_groups(VALUES, GROUPS, "log")
