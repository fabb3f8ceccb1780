"""Distributions on the unit interval: properties that hold for every kind of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from strategies import categorical, distributions, numeric

from optuna_guide.domain import space

units = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)


def levels(distribution: BaseDistribution, at_most: int = 40) -> np.ndarray:
    """Legal internal values, the lowest ones where there are many."""
    if isinstance(distribution, CategoricalDistribution):
        return np.arange(len(distribution.choices), dtype=float)
    n = space.n_levels(distribution)
    if n is None:
        return space.from_unit(distribution, np.linspace(0, 1, at_most))
    step = getattr(distribution, "step", None) or 1
    return distribution.low + step * np.arange(min(n, at_most), dtype=float)


@given(distributions)
def test_a_legal_value_comes_back_from_the_unit_interval(distribution: BaseDistribution) -> None:
    values = levels(distribution)
    back = space.from_unit(distribution, space.to_unit(distribution, values))
    width = np.ptp(values) if getattr(distribution, "log", False) is False else np.abs(values)
    np.testing.assert_allclose(back, values, rtol=1e-9, atol=1e-9 * np.max(width))


@given(distributions, units)
def test_every_unit_value_is_a_legal_value(distribution: BaseDistribution, u: np.ndarray) -> None:
    for value in space.from_unit(distribution, u):
        assert distribution._contains(float(value))


@example(FloatDistribution(9.68, 9.88, step=0.1), np.array([1.0]))
@given(distributions, units)
def test_snapping_twice_is_snapping_once(distribution: BaseDistribution, u: np.ndarray) -> None:
    once = space.snap(distribution, space.place(distribution, u))
    np.testing.assert_array_equal(space.snap(distribution, once), once)


@given(distributions, units)
def test_the_unit_interval_keeps_the_order(distribution: BaseDistribution, u: np.ndarray) -> None:
    values = space.from_unit(distribution, np.sort(u))
    unit = space.to_unit(distribution, values)
    assert np.all(np.diff(values) >= 0)
    assert np.all(np.diff(unit) >= 0)
    assert unit.min() >= 0
    assert unit.max() <= 1


@given(distributions)
def test_an_inactive_value_stays_inactive(distribution: BaseDistribution) -> None:
    for function in (space.to_unit, space.from_unit, space.snap, space.place):
        assert np.isnan(function(distribution, [math.nan])).all()


@given(numeric, st.floats(0, 1), st.floats(0, 1))
def test_a_narrowed_distribution_holds_the_interval_on_the_same_grid(
    distribution: FloatDistribution | IntDistribution, a: float, b: float
) -> None:
    low, high = space.place(distribution, sorted([a, b]))
    low, high = max(low, distribution.low), min(high, distribution.high)
    assume(low <= high)
    narrowed = space.narrow(distribution, low, high)
    assert type(narrowed) is type(distribution)
    assert (narrowed.step, narrowed.log) == (distribution.step, distribution.log)
    assert distribution.low <= narrowed.low <= narrowed.high <= distribution.high
    assert distribution._contains(narrowed.low)
    assert distribution._contains(narrowed.high)
    margin = 1e-9 * max(abs(low), abs(high))
    assert narrowed.low <= low + margin
    assert narrowed.high >= high - margin
    assert space.narrow(narrowed, narrowed.low, narrowed.high) == narrowed


@given(numeric)
def test_narrowing_to_what_lies_outside_changes_nothing(
    distribution: FloatDistribution | IntDistribution,
) -> None:
    beyond = distribution.high + 1e6 + abs(distribution.high)
    assert space.narrow(distribution, beyond, beyond + 1) == distribution
    assert space.narrow(distribution, math.nan, 1.0) == distribution
    assert space.narrow(distribution, distribution.high + 1, distribution.low) == distribution


def test_a_step_is_narrowed_in_decimals() -> None:
    narrowed = space.narrow(FloatDistribution(0.0, 1.0, step=0.1), 0.28, 0.65)
    assert (narrowed.low, narrowed.high) == (0.2, 0.7)


@given(st.lists(numeric, min_size=1, max_size=4))
def test_the_widest_numeric_distribution_holds_all_others(
    seen: list[FloatDistribution | IntDistribution],
) -> None:
    widest = space.widest(seen)
    for distribution in seen:
        values = [distribution.low, distribution.high]
        assert all(widest._contains(float(value)) for value in values)


@pytest.mark.parametrize(
    ("older", "newer", "expected"),
    [
        pytest.param(
            FloatDistribution(0, 1),
            FloatDistribution(-1, 0.5),
            FloatDistribution(-1, 1),
            id="float",
        ),
        pytest.param(
            IntDistribution(0, 10, step=5),
            IntDistribution(2, 8, step=2),
            IntDistribution(0, 10),
            id="int",
        ),
        pytest.param(
            FloatDistribution(0, 1, step=0.25),
            FloatDistribution(0.5, 2, step=0.25),
            FloatDistribution(0, 2, step=0.25),
            id="same grid",
        ),
        pytest.param(
            FloatDistribution(0, 1, step=0.25),
            FloatDistribution(0.1, 1.1, step=0.5),
            FloatDistribution(0, 1.1),
            id="other grid",
        ),
        pytest.param(
            IntDistribution(1, 8, log=True),
            IntDistribution(2, 64, log=True),
            IntDistribution(1, 64, log=True),
            id="log",
        ),
    ],
)
def test_the_widest_distribution_keeps_a_common_grid(
    older: BaseDistribution, newer: BaseDistribution, expected: BaseDistribution
) -> None:
    assert space.widest([older, newer]) == expected


@given(st.lists(categorical, min_size=1, max_size=3))
def test_the_widest_categorical_distribution_has_every_choice_once(
    seen: list[CategoricalDistribution],
) -> None:
    widest = space.widest(seen)
    assert isinstance(widest, CategoricalDistribution)
    keys = [(type(c), repr(c)) for c in widest.choices]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {(type(c), repr(c)) for d in seen for c in d.choices}


def test_numbers_and_choices_have_no_common_range() -> None:
    mixed = [FloatDistribution(0, 1), CategoricalDistribution(["a"])]
    for seen in (mixed, mixed[::-1]):
        with pytest.raises(ValueError, match="no common range"):
            space.widest(seen)
    with pytest.raises(ValueError, match="pass at least one"):
        space.widest([])


def test_choices_that_compare_equal_keep_their_own_index() -> None:
    choices = (None, True, 1, 1.0, "1", (1,), math.nan)
    distribution = space.with_choices(choices)
    assert [space.choice_index(distribution, c) for c in choices] == list(range(7))
    with pytest.raises(ValueError, match="not in"):
        space.choice_index(distribution, "2")


def test_an_unknown_distribution_is_refused() -> None:
    with pytest.raises(TypeError, match="use suggest_float, suggest_int or suggest_categorical"):
        space.n_levels("float")  # type: ignore[arg-type]
