"""Promising ranges, their evidence, and the advice."""

from __future__ import annotations

from typing import Any

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

from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange
from optuna_guide.domain.space import from_unit, unit_columns, with_choices
from optuna_guide.guidance import Evidence, Shape
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.kept_top import keep_top, share_kept, with_best_beside, with_best_values
from optuna_guide.models.ranges import (
    is_supported,
    left_over,
    promising_ranges,
    tidy,
    top_rows,
    weigh_range,
)

UNIT = FloatDistribution(0.0, 1.0)


def ranges_of(
    space: dict[str, BaseDistribution], loss: Any, *, n: int = 300
) -> dict[str, PromisingRange]:
    """Ranges from uniform trials with the loss ``loss(params)``."""
    unit = np.random.default_rng(0).random((n, len(space)))
    params = np.column_stack([from_unit(d, unit[:, j]) for j, d in enumerate(space.values())])
    unit = unit_columns(space, params)
    forest = fit_forest(space, unit, ranks(loss(params)), rng=np.random.default_rng(0))
    return promising_ranges(forest, unit, params)


def test_the_top_is_a_tenth_at_least_one_trial_and_takes_ties() -> None:
    assert top_rows(np.arange(30.0)).sum() == 3
    assert top_rows(np.arange(5.0)).sum() == 1
    assert top_rows(np.zeros(30)).all()


def test_values_that_rounding_alone_tells_apart_tie_for_the_top() -> None:
    loss = np.r_[-0.9806707033069401, np.full(20, -0.98067070330694), np.zeros(79)]
    assert top_rows(loss, 0.01).sum() == 21
    assert top_rows(np.r_[loss, np.full(2, -np.inf)], 0.01).sum() == 2


@pytest.mark.parametrize(
    ("distribution", "optimum"),
    [
        pytest.param(UNIT, 0.3, id="float"),
        pytest.param(FloatDistribution(1e-6, 1e2, log=True), 1e-3, id="log"),
        pytest.param(FloatDistribution(1000.0, 1000.5), 1000.2, id="far from zero"),
        pytest.param(FloatDistribution(-1.0, 1.0, step=0.1), 0.3, id="step"),
        pytest.param(IntDistribution(1, 40), 12, id="int"),
        pytest.param(IntDistribution(1, 1024, log=True), 64, id="log int"),
        pytest.param(IntDistribution(0, 10**9), 3 * 10**8, id="large int"),
    ],
)
def test_a_clear_optimum_lies_in_a_narrow_legal_range(
    distribution: FloatDistribution | IntDistribution, optimum: float
) -> None:
    space = {"x": distribution, "y": UNIT}
    scale = np.log if distribution.log else np.asarray
    found = ranges_of(space, lambda p: np.abs(scale(p[:, 0]) - scale(optimum)))
    promising = found["x"]
    assert isinstance(promising, Intervals)
    ((low, high),) = promising.intervals
    assert promising.contains([optimum]).all()
    assert scale(high) - scale(low) < 0.3 * (scale(distribution.high) - scale(distribution.low))
    assert distribution._contains(low)
    assert distribution._contains(high)
    assert "y" not in found


def test_the_ends_of_a_range_have_few_digits() -> None:
    ((low, high),) = ranges_of({"x": UNIT}, lambda p: np.abs(p[:, 0] - 0.4))["x"].intervals
    assert low == round(low, 4)
    assert high == round(high, 4)
    assert low < high


@pytest.mark.parametrize(
    ("distribution", "ends", "told"),
    [
        (UNIT, (0.003762, 0.2301), (0.0, 0.231)),
        (UNIT, (0.2, 0.9951), (0.2, 1.0)),
        (UNIT, (0.29, 0.3), (0.29, 0.3)),
        (FloatDistribution(1e-5, 1.0, log=True), (0.0002028, 0.0052345), (0.000202, 0.00524)),
        (IntDistribution(0, 1000), (3, 997), (3, 997)),
    ],
)
def test_a_range_is_told_in_few_digits_and_from_its_bounds(
    distribution: BaseDistribution, ends: tuple[float, float], told: tuple[float, float]
) -> None:
    found = tidy(distribution, Intervals((ends,)))
    assert found == Intervals((told,))
    assert tidy(distribution, found) == found


def test_good_choices_are_kept_and_those_hardly_tried_are_not_left_out() -> None:
    space = {"c": CategoricalDistribution(tuple("abcde")), "y": UNIT}

    def loss(params: np.ndarray) -> np.ndarray:
        params[params[:, 0] == 4, 0] = 3
        params[:2, 0] = 4  # tried twice, in bad trials
        return np.where(np.isin(params[:, 0], [1, 2]), 0.0, 1.0) + 0.1 * params[:, 1]

    found = ranges_of(space, loss)["c"]
    assert isinstance(found, Choices)
    assert found.indices == (1, 2, 4)


def test_a_conditional_parameter_gets_the_range_of_its_branch() -> None:
    rng = np.random.default_rng(0)
    space: dict[str, BaseDistribution] = {"c": CategoricalDistribution("ab"), "x": UNIT}
    branch, x = rng.integers(0, 2, 300), rng.random(300)
    loss = np.where(branch == 1, 1.0 + np.abs(x - 0.7), 0.5 * rng.random(300))  # the worse branch
    params = np.column_stack([branch, np.where(branch == 1, x, np.nan)])
    unit = unit_columns(space, params)
    forest = fit_forest(space, unit, ranks(loss), rng=rng)
    found = promising_ranges(forest, unit, params)
    assert found["c"] == Choices((0,))
    ((low, high),) = found["x"].intervals
    assert low <= 0.7 <= high
    assert high - low < 0.5


def test_evidence_counts_the_trials_in_which_the_parameter_is_active() -> None:
    column = np.array([0.1, 0.2, 0.8, 0.9, np.nan, np.nan])
    top = np.array([True, False, True, False, True, False])
    found = weigh_range(Intervals(((0.0, 0.5),)), UNIT, column, top, None, maximise=False)
    assert found == Evidence(2, 4, 0.5, 0.5, 0.5, None)
    everywhere = weigh_range(Intervals(((0.0, 1.0),)), UNIT, column, top, None, maximise=False)
    assert (everywhere.top_outside, everywhere.coverage) == (None, 1.0)


@pytest.mark.parametrize(("maximise", "expected"), [(False, 0.5), (True, 0.5)])
def test_agreement_is_the_part_of_the_range_that_the_ebm_finds_better(
    maximise: bool, expected: float
) -> None:
    score = (1.0, -1.0) if maximise else (-1.0, 1.0)
    shape = Shape((0.0, 0.5, 1.0), score, (0.0, 0.0), (1, 1))
    for interval, agreement in ((0.25, 0.75), expected), ((0.0, 0.4), 1.0), ((0.6, 0.9), 0.0):
        found = weigh_range(
            Intervals((interval,)),
            UNIT,
            np.array([0.5]),
            np.array([True]),
            shape,
            maximise=maximise,
        )
        assert found.agreement == pytest.approx(agreement, abs=0.05)


def test_a_range_is_supported_by_a_clear_lift_over_enough_trials() -> None:
    assert is_supported(Evidence(20, 40, 0.4, 0.1, 0.8))
    assert not is_supported(Evidence(20, 20, 0.1, None, 1.0))  # nothing was tried outside
    assert not is_supported(Evidence(2, 40, 1.0, 0.1, 0.5))
    assert not is_supported(Evidence(20, 40, 0.11, 0.1, 0.5))


@pytest.mark.parametrize(
    ("distribution", "internal", "text"),
    [
        pytest.param(UNIT, 1 / 3, "0.3333", id="float"),
        pytest.param(FloatDistribution(2000, 2001), 2000.1234567, "2000.123", id="narrow"),
        pytest.param(FloatDistribution(1e-9, 1, log=True), 1.23456e-7, "1.235e-07", id="log"),
        pytest.param(IntDistribution(0, 10**6), 123456.0, "123456", id="int"),
        pytest.param(IntDistribution(0, 10**12), 1.5e11, "1.5e+11", id="huge int"),
        pytest.param(FloatDistribution(2.5, 2.5), 2.5, "2.5", id="single"),
        pytest.param(with_choices(("1", 1, 1.0, "")), 0, "'1'", id="reads as another"),
        pytest.param(with_choices(("1", 1, 1.0, "")), 2, "1.0", id="reads as no other"),
        pytest.param(with_choices(("1", 1, 1.0, "")), 3, "''", id="blank"),
        pytest.param(with_choices((None, (1, 2))), 1, "(1, 2)", id="tuple"),
    ],
)
def test_a_value_is_labelled_with_the_digits_that_matter(
    distribution: BaseDistribution, internal: float, text: str
) -> None:
    assert label(distribution, internal) == text


@given(st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e9)), min_size=1, max_size=3))
def test_intervals_hold_their_ends_and_nothing_inactive(ends: list[tuple[float, float]]) -> None:
    intervals = Intervals(tuple((low, low + width) for low, width in ends))
    flat = [end for interval in intervals.intervals for end in interval]
    assert intervals.contains(flat).all()
    assert not intervals.contains([np.nan, 3e9]).any()
    assert not Choices((0, 2)).contains([np.nan, 1, 3]).any()


def test_a_range_takes_in_the_best_that_lie_just_beside_it() -> None:
    part = Intervals(((0.5, 0.96),))
    beside = with_best_beside(part, UNIT, np.array([0.6, 1.0, 0.1, np.nan]))
    assert beside == Intervals(((0.5, 1.0),))
    assert with_best_beside(part, UNIT, np.array([0.1])) == part
    assert with_best_beside(Choices((0,)), CategoricalDistribution("ab"), np.ones(3)) == Choices(
        (0,)
    )


def test_a_region_is_widened_until_it_keeps_half_of_the_top_tenth() -> None:
    rng = np.random.default_rng(0)
    space: dict[str, BaseDistribution] = {"x": UNIT, "y": UNIT}
    params = rng.random((200, 2))
    top = params[:, 0] < 0.1
    region = {"x": Intervals(((0.0, 0.1),)), "y": Intervals(((0.4, 0.6),))}
    before = share_kept(region, space, params, top)
    assert before is not None
    assert before < 0.5
    kept = keep_top(region, space, params, top)
    after = share_kept(kept, space, params, top)
    assert after is not None
    assert after >= 0.5
    assert kept["x"] == region["x"]
    assert set(region["y"].intervals[0]) != set(kept["y"].intervals[0])  # type: ignore[union-attr]


def test_a_region_that_keeps_enough_stays_as_it_is() -> None:
    params = np.linspace(0, 1, 50)[:, None]
    region = {"x": Intervals(((0.0, 0.2),))}
    assert keep_top(region, {"x": UNIT}, params, params[:, 0] < 0.1) == region
    assert share_kept({}, {"x": UNIT}, params, params[:, 0] < 0.1) is None


def test_choices_of_top_trials_come_back_and_whole_ranges_go() -> None:
    space: dict[str, BaseDistribution] = {"c": CategoricalDistribution("ab")}
    column = np.array([0.0, 1.0] * 20)
    top = column == 1
    assert keep_top({"c": Choices((0,))}, space, column[:, None], top) == {}


def test_a_range_of_few_tried_values_ends_at_tried_ones() -> None:
    rng = np.random.default_rng(1)
    tried = np.array([0.0, 0.4, 0.7, 1.0])
    x = tried[rng.integers(0, 4, 200)]
    unit = np.column_stack([x, rng.random(200)])
    loss = np.abs(x - 0.7) + 0.01 * rng.random(200)
    space: dict[str, BaseDistribution] = {"x": UNIT, "y": UNIT}
    forest = fit_forest(space, unit, ranks(loss), rng=rng)
    ((low, high),) = promising_ranges(forest, unit, unit)["x"].intervals  # type: ignore[union-attr]
    assert (low, high) == (0.7, 0.7)


def test_a_range_of_few_values_holds_those_of_the_observed_top_trials() -> None:
    column = np.array([256.0, 512.0, 1024.0, 256.0, np.nan, 512.0])
    loss = np.array([0.1, 0.5, 0.2, 0.3, 0.0, 0.4])
    part = Intervals(((256.0, 512.0),))
    assert with_best_values(part, column, loss) == Intervals(((256.0, 1024.0),))
    assert with_best_values(part, np.arange(9.0), np.arange(9.0)) == part  # many values


def test_forest_and_ebm_agree_on_a_range_that_is_narrower_than_a_cell() -> None:
    shape = Shape((0.0, 0.5, 1.0), (1.0, -1.0), (0.1, 0.1), (10, 10))
    column = np.r_[np.full(5, 0.3001), np.full(5, 0.8)]
    part = Intervals(((0.3001, 0.3001),))
    top = column < 0.5
    assert weigh_range(part, UNIT, column, top, shape, maximise=True).agreement == 1.0
    assert weigh_range(part, UNIT, column, top, shape, maximise=False).agreement == 0.0


@pytest.mark.parametrize(
    ("distribution", "worse", "left"),
    [
        (UNIT, Intervals(((0.0, 0.4),)), Intervals(((0.4, 1.0),))),
        (UNIT, Intervals(((0.0, 0.1), (0.3, 1.0))), Intervals(((0.1, 0.3),))),
        (UNIT, Intervals(((0.3, 0.6),)), None),
        (UNIT, Intervals(((0.9, 1.0),)), None),
        (IntDistribution(1, 8), Intervals(((1, 4),)), Intervals(((5, 8),))),
        (
            FloatDistribution(1e-4, 1.0, log=True),
            Intervals(((1e-4, 0.01),)),
            Intervals(((0.01, 1.0),)),
        ),
        (CategoricalDistribution("abc"), Choices((1,)), Choices((0, 2))),
        (CategoricalDistribution("abcdefgh"), Choices((1,)), None),
    ],
)
def test_what_is_worse_leaves_a_range_where_that_is_one_piece(
    distribution: BaseDistribution, worse: PromisingRange, left: PromisingRange | None
) -> None:
    assert left_over(distribution, worse) == left


def test_of_few_tried_values_the_one_that_most_of_the_lost_trials_have_comes_back() -> None:
    """Of the top twelve six have 0.1, four 0.03, and two the nearer 0.3."""
    values = np.repeat([0.01, 0.03, 0.1, 0.3], 30)
    top = np.zeros(120, dtype=bool)
    top[[*range(30, 34), *range(60, 66), 90, 91]] = True
    space: dict[str, BaseDistribution] = {
        "lr": FloatDistribution(0.01, 0.3, log=True),
        "depth": IntDistribution(2, 12),
    }
    depth = np.where(np.arange(120) == 60, 8.0, 6.0)
    region = {"lr": Intervals(((0.1, 0.1),)), "depth": Intervals(((6.0, 6.0),))}
    kept = keep_top(region, space, np.column_stack([values, depth]), top)
    assert kept == {**region, "lr": Intervals(((0.03, 0.1),))}


def test_an_end_that_differs_by_rounding_is_not_moved() -> None:
    lr = FloatDistribution(0.01, 0.3, log=True)
    assert tidy(lr, Intervals(((0.03, 0.1 + 2e-17),))) == Intervals(((0.03, 0.1),))
    assert tidy(lr, Intervals(((0.03, 0.1 * (1 + 3e-16)),))) == Intervals(((0.03, 0.1),))
