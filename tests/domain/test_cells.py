from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from strategies import distributions

from optuna_guide.domain import space
from optuna_guide.domain.cells import (
    FEW,
    cell_edges,
    chosen_values,
    cut_attribute,
    cut_param,
    find_cells,
)


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
        pytest.param(
            IntDistribution(1000, 64000),
            [1000, 2000, 4000, 8000, 30000, 32000] * 2,
            ("1000", "2000", "4000", "8000", "30000", "32000"),
            id="few tried values",
        ),
        pytest.param(
            FloatDistribution(0.0, 1.0),
            [0.1, 0.10001, 0.9] * 2,
            ("0.1", "0.10001", "0.9"),
            id="tried values that four digits do not tell apart",
        ),
    ],
)
def test_cells_are_named_by_the_values_that_they_hold(
    distribution: BaseDistribution, column: list[float], labels: tuple[str, ...]
) -> None:
    assert cut_param("x", distribution, np.array(column, dtype=np.float64)).labels == labels


def test_a_cell_is_named_with_its_parameter() -> None:
    number = cut_param("x", IntDistribution(1, 6), np.array([1.0, 2, 4, 6]))
    assert [number.named(k) for k in range(4)] == ["x = 1", "x in 2 … 3", "x in 4 … 5", "x = 6"]
    choice = cut_param(
        "c", CategoricalDistribution(("(64, 32)", "a … b", "c")), np.array([0.0, 1, 2])
    )
    assert choice.named(0) == "c = (64, 32)"
    assert choice.named(1) == "c = a … b"
    rare = cut_param("c", CategoricalDistribution("abc"), np.array([0.0, 0, 1, 2]), max_choices=2)
    assert [rare.named(k) for k in range(2)] == ["c = a", "c one of 2 others"]


@given(distributions, st.lists(st.floats(0, 1), min_size=1, max_size=30))
@example(IntDistribution(0, 4 * 10**6 + 1), [0.0])
def test_every_value_lies_in_the_one_cell_that_holds_it(
    distribution: BaseDistribution, units: list[float]
) -> None:
    for column in (space.from_unit(distribution, units), space.from_unit(distribution, units * 2)):
        cells = cut_param("x", distribution, column)
        assert len(cells.labels) == len(cells.ranges)
        assert set(cells.codes.tolist()) == set(range(len(cells)))
        for value, cell in zip(column, cells.codes, strict=True):
            assert cells.ranges[cell].contains([value])[0]


@given(distributions, st.lists(st.floats(0, 1), min_size=1, max_size=FEW))
def test_few_tried_values_have_a_cell_and_a_label_each(
    distribution: BaseDistribution, units: list[float]
) -> None:
    column = np.repeat(space.from_unit(distribution, units), 2)
    cells = cut_param("x", distribution, column)
    assert len(cells) == len(set(cells.labels)) == len(np.unique(column))


def test_as_many_values_as_trials_are_not_few() -> None:
    assert cut_param("x", FloatDistribution(0, 1), np.linspace(0, 1, 6)).labels[0] == "0 … 0.25"
    nine = cut_param("x", FloatDistribution(0, 1), np.repeat(np.linspace(0, 1, 9), 9))
    assert nine.labels[0] == "0 … 0.25"


def test_of_many_choices_the_most_tried_are_kept_and_the_others_joined() -> None:
    column = np.array([0, 1, 2, 3, 4, 5, 5, 5, 2, 2, 0, 0], dtype=np.float64)
    cells = cut_param("x", CategoricalDistribution(tuple("abcdef")), column, max_choices=4)
    assert cells.labels == ("a", "c", "f", "3 others")
    assert np.bincount(cells.codes).tolist() == [3, 3, 3, 3]
    many = cut_param(
        "x", CategoricalDistribution(range(40)), np.repeat(np.arange(40.0), range(40))
    )
    assert len(many) == 17


def test_inactive_trials_may_have_a_cell_of_their_own() -> None:
    column = np.array([np.nan, 0.1, 0.9, np.nan])
    cells = cut_param("x", FloatDistribution(0, 1), column, 2)
    assert cells.codes.tolist() == [-1, 0, 1, -1]
    cells = cells.with_inactive()
    assert cells.labels == ("0 … 0.5", "0.5 … 1", "inactive")
    assert cells.codes.tolist() == [2, 0, 1, 2]
    assert cells.member.sum(axis=0).tolist() == [1, 1, 2]


def test_a_parameter_that_no_trial_has_is_cut_into_nothing() -> None:
    cells = cut_param("x", FloatDistribution(0, 1), np.array([np.nan]))
    assert (len(cells), cells.codes.tolist()) == (0, [-1])
    assert cells.with_inactive().labels == ("inactive",)


def test_an_attribute_of_few_values_keeps_them() -> None:
    cells = cut_attribute("a", np.array([3.0, np.nan, 1.0, 3.0]), 4)
    assert cells.labels == ("1", "3")
    assert cells.codes.tolist() == [1, -1, 0, 1]


def test_an_attribute_of_many_values_is_cut_into_parts_with_as_many_trials() -> None:
    cells = cut_attribute("a", np.arange(40.0), 4)
    assert np.bincount(cells.codes).tolist() == [10, 10, 10, 10]
    assert cells.labels[0] == "0 … 9"


def test_a_value_that_most_trials_share_is_a_cell_alone() -> None:
    cells = cut_attribute("a", np.array([0.0] * 40 + [1, 2, 3, 4, 5]), 4)
    assert cells.labels == ("0", "1 … 5")


@given(distributions, st.integers(2, 64))
def test_cells_cover_the_axis_and_split_no_level(
    distribution: BaseDistribution, max_cells: int
) -> None:
    edges = cell_edges(distribution, max_cells)
    n = space.n_levels(distribution)
    assert edges[0] == 0
    assert edges[-1] == 1
    assert np.all(np.diff(edges) > 0)
    assert len(edges) - 1 <= max_cells
    if n is not None and n <= max_cells:
        assert len(edges) - 1 == n
    if n is not None and n < 10**5:
        step = getattr(distribution, "step", None) or 1.0
        at = space.place(distribution, edges[1:-1])
        first = getattr(distribution, "low", 0)
        np.testing.assert_allclose(((at - first) / step) % 1, 0.5, atol=1e-6)


@pytest.mark.parametrize(
    "distribution",
    [
        pytest.param(IntDistribution(1, 100, log=True), id="log integers"),
        pytest.param(IntDistribution(1, 100), id="integers"),
        pytest.param(CategoricalDistribution(tuple(range(100))), id="choices"),
    ],
)
def test_coarse_cells_of_many_levels_are_all_different_values(
    distribution: BaseDistribution,
) -> None:
    edges = cell_edges(distribution, 16)
    middles = space.from_unit(distribution, (edges[1:] + edges[:-1]) / 2)
    assert len(np.unique(middles)) == len(middles)


@given(distributions, st.integers(1, 64))
def test_a_cell_holds_its_lower_edge(distribution: BaseDistribution, max_cells: int) -> None:
    edges = cell_edges(distribution, max_cells)
    assert find_cells(edges, edges).tolist() == [*range(len(edges) - 1), len(edges) - 2]


@pytest.mark.parametrize(
    ("distribution", "column", "n_values"),
    [
        pytest.param(FloatDistribution(0, 1), [0.1, 0.2, 0.3] * 4, 3, id="a grid"),
        pytest.param(FloatDistribution(0, 1), list(np.arange(12.0) / 12) * 2, 12, id="a fine one"),
        pytest.param(FloatDistribution(0, 1), list(np.arange(40.0) / 40), 0, id="drawn"),
        pytest.param(
            FloatDistribution(0, 1), [*np.arange(10.0) / 10, *[1.0] * 40], 0, id="clamped"
        ),
        pytest.param(IntDistribution(0, 99), list(range(20)) * 2, 0, id="levels that repeat"),
        pytest.param(CategoricalDistribution("ab"), [0.0, 1.0] * 9, 0, id="choices"),
        pytest.param(FloatDistribution(0, 1), [np.nan] * 9, 0, id="inactive"),
    ],
)
def test_values_that_were_chosen_are_told_from_drawn_ones(
    distribution: BaseDistribution, column: list[float], n_values: int
) -> None:
    assert len(chosen_values(distribution, np.array(column))) == n_values
