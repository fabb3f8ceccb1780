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
from optuna_guide.guidance import Effect, Evidence, Shape
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.ranges import (
    advise,
    is_supported,
    measure_evidence,
    promising_ranges,
    top_rows,
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


def effect(mean: list[float]) -> Effect:
    zeros = (0.0,) * len(mean)
    return Effect(x=zeros, edges=(*zeros, 1.0), mean=tuple(mean), spread=zeros, counts=(1,))


def advice(column: Any, top: Any, **options: Any) -> Any:
    arguments: dict[str, Any] = {
        "distribution": UNIT,
        "promising": None,
        "effect": effect([0.0, 0.5, 1.0]),
        "shape": None,
        "importances": (0.5, 0.5),
        "n_params": 2,
        "maximise": False,
        **options,
    }
    return advise(column=np.asarray(column, float), top=np.asarray(top), **arguments)


def test_the_top_is_a_tenth_at_least_one_trial_and_takes_ties() -> None:
    assert top_rows(np.arange(30.0)).sum() == 3
    assert top_rows(np.arange(5.0)).sum() == 1
    assert top_rows(np.zeros(30)).all()


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
    found = measure_evidence(Intervals(((0.0, 0.5),)), UNIT, column, top, None, maximise=False)
    assert found == Evidence(2, 4, 0.5, 0.5, 0.5, None)
    everywhere = measure_evidence(
        Intervals(((0.0, 1.0),)), UNIT, column, top, None, maximise=False
    )
    assert (everywhere.top_outside, everywhere.coverage) == (None, 1.0)


@pytest.mark.parametrize(("maximise", "expected"), [(False, 0.5), (True, 0.5)])
def test_agreement_is_the_part_of_the_range_that_the_ebm_finds_better(
    maximise: bool, expected: float
) -> None:
    score = (1.0, -1.0) if maximise else (-1.0, 1.0)
    shape = Shape((0.0, 0.5, 1.0), score, (0.0, 0.0), (1, 1))
    for interval, agreement in ((0.25, 0.75), expected), ((0.0, 0.4), 1.0), ((0.6, 0.9), 0.0):
        found = measure_evidence(
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
    assert is_supported(Evidence(20, 20, 0.1, None, 1.0))
    assert not is_supported(Evidence(2, 40, 1.0, 0.1, 0.5))
    assert not is_supported(Evidence(20, 40, 0.11, 0.1, 0.5))


def test_an_unimportant_parameter_is_frozen_in_the_middle_of_the_best() -> None:
    column = np.linspace(0, 1, 41)
    found = advice(column, np.abs(column - 0.4) < 0.05, importances=(0.001, 0.001), n_params=5)
    assert found.kind == "freeze"
    assert found.text == "hardly matters: freeze it at 0.4"
    assert found.range == Intervals(((0.4, 0.4),))


def test_a_frozen_value_lies_in_the_promising_range() -> None:
    column = np.linspace(0, 1, 41)
    found = advice(
        column,
        column > 0.2,
        importances=(0.001, 0.001),
        promising=Intervals(((0.2, 0.35),)),
    )
    assert found.range is not None
    assert Intervals(((0.2, 0.35),)).contains([found.range.intervals[0][0]]).all()


def test_a_frozen_choice_is_the_most_frequent_of_the_best() -> None:
    found = advice(
        [0, 0, 0, 1, 1, 2],
        [False, False, True, True, True, False],
        distribution=CategoricalDistribution("abc"),
        importances=(0.0, 0.0),
    )
    assert (found.range, found.text) == (Choices((1,)), "hardly matters: freeze it at b")


def test_a_parameter_that_matters_for_the_top_is_not_frozen() -> None:
    assert advice([0.5] * 9, [True] * 9, importances=(0.001, 0.3)).kind != "freeze"


@pytest.mark.parametrize(
    ("values", "mean", "maximise", "bound"),
    [
        pytest.param([0.01, 0.02, 0.05, 0.5], [0.0, 0.5, 1.0], False, "low", id="low"),
        pytest.param([0.99, 0.95, 0.98, 0.5], [0.0, 0.5, 1.0], True, "high", id="high"),
        pytest.param([0.01, 0.02, 0.05, 0.5], [0.5, 0.0, 1.0], False, None, id="worse at the end"),
        pytest.param([0.01, 0.02, 0.5, 0.6], [0.0, 0.5, 1.0], False, None, id="too few"),
    ],
)
def test_the_best_at_a_bound_where_it_still_improves_call_for_widening(
    values: list[float], mean: list[float], maximise: bool, bound: str | None
) -> None:
    found = advice(values, [True] * 4, effect=effect(mean), maximise=maximise)
    assert found.bound == bound
    if bound is not None:
        side = {"low": "pile up at 0: try values below", "high": "pile up at 1: try values above"}
        assert side[bound] in found.text


def test_choices_are_never_widened() -> None:
    found = advice([0, 0, 0], [True] * 3, distribution=CategoricalDistribution("abcd"))
    assert found.kind == "none"


def test_what_is_clearly_worse_is_named() -> None:
    shape = Shape((-0.5, 0.5, 1.5), (1.0, -1.0), (0.0, 0.0), (5, 5), avoid=Choices((0,)))
    found = advice(
        [0, 1], [True, True], distribution=CategoricalDistribution(["sgd", "adam"]), shape=shape
    )
    assert (found.kind, found.range) == ("avoid", Choices((0,)))
    assert found.text == "clearly worse than the rest: leave out sgd"


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


def test_a_conditional_parameter_that_few_trials_had_is_not_frozen():
    found = advice([0.5] * 9 + [np.nan] * 60, [True] * 69, importances=(0.001, 0.001))
    assert (found.kind, found.text) == ("none", "active in 9 trials")
