"""Verdicts: what trials have to show before something is advised."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Advice
from optuna_guide.models.advice import HARDLY, advise, as_tried, is_better, without, worse_part
from optuna_guide.models.beyond import Beyond
from optuna_guide.models.gathering import where_the_best_lie

UNIT = FloatDistribution(0.0, 1.0)


def verdict(
    column: Any, loss: Any, distribution: BaseDistribution = UNIT, **options: Any
) -> Advice:
    space, params = {"p": distribution}, np.asarray(column, float)[:, None]
    losses = np.asarray(loss, float)
    best = params[losses == losses.min(), 0]
    known: dict[str, Any] = {"region": {}, "most": 0.5, "worse": None, "best": best, **options}
    beyond = look_beyond(space, params, losses)
    return advise("p", space, params, losses, beyond=beyond, **known)


def look_beyond(space: Any, params: Any, losses: Any, growth: float = 0.0) -> Beyond:
    numbers = np.random.default_rng(9).permutation(len(losses))
    return Beyond(space, params, losses, numbers, dict.fromkeys(space, 0.5), {}, growth=growth)


def test_an_unimportant_parameter_is_frozen_where_the_best_trial_has_it() -> None:
    rng = np.random.default_rng(0)
    column, loss = rng.random(200), rng.random(200)
    found = verdict(column, loss, most=HARDLY / 2)
    assert found.kind == "freeze"
    assert isinstance(found.range, Intervals)
    assert found.range.intervals[0][0] == column[np.argmin(loss)]
    assert found.text.startswith("explains little: freeze it at 0.")
    within = verdict(column, loss, most=HARDLY / 2, within=("dataset",))
    assert within.text.endswith(", as the best trial of one dataset has it")


def test_what_may_differ_a_little_is_not_frozen() -> None:
    rng = np.random.default_rng(0)
    column = rng.integers(0, 2, 200).astype(float)
    loss = rng.random(200) + 0.15 * column
    found = verdict(column, loss, CategoricalDistribution("ab"), most=0.02)
    assert found.kind == "none"
    assert "has other values than the rest" in found.text


def test_what_tells_the_very_best_apart_is_not_frozen() -> None:
    """An option that half of all trials have, and nearly all of the top twentieth."""
    rng = np.random.default_rng(0)
    column = rng.integers(0, 2, 500).astype(float)
    loss = rng.random(500) + 1.0
    loss[np.flatnonzero(column == 1)[:25]] -= 1.0
    found = verdict(column, loss, CategoricalDistribution("ab"), most=0.01)
    assert found.kind == "none"
    assert found.text == "explains little, but the top 5 % has other values than the rest"


def test_a_parameter_that_few_trials_had_is_not_frozen() -> None:
    column = [0.5] * 9 + [np.nan] * 60
    found = verdict(column, np.arange(69.0), most=0.001)
    assert (found.kind, found.text) == ("none", "9 configurations have it: too few to tell")


@pytest.mark.parametrize("bound", ["low", "high"])
def test_the_best_at_a_bound_towards_which_trials_improve_call_for_widening(bound: Any) -> None:
    column = np.random.default_rng(0).random(100)
    loss = column if bound == "low" else 1.0 - column
    found = verdict(column, loss)
    assert (found.kind, found.bound) == ("widen", bound)
    assert ("below" if bound == "low" else "above") in found.text


def test_a_pile_that_is_the_samplers_own_is_no_reason_to_widen() -> None:
    rng = np.random.default_rng(0)
    column = np.where(rng.random(100) < 0.7, 0.0, rng.random(100))
    assert verdict(column, rng.random(100)).kind != "widen"


@pytest.mark.parametrize(("p_any", "kind"), [(0.08, "none"), (1e-6, "widen")])
def test_a_pile_that_is_better_has_to_be_borne_out_by_the_parameter(
    monkeypatch: pytest.MonkeyPatch, p_any: float, kind: str
) -> None:
    monkeypatch.setattr(Beyond, "p_better", lambda *_: 0.008)
    monkeypatch.setattr(Beyond, "p_any", lambda *_, **__: p_any)
    column = np.random.default_rng(0).random(100)
    assert verdict(column, column).kind == kind


def test_an_optimum_beside_the_bound_is_no_reason_to_widen() -> None:
    column = np.random.default_rng(0).random(200)
    assert verdict(column, np.abs(column - 0.06)).kind != "widen"


@pytest.mark.parametrize(("low", "kind"), [(0, "none"), (1, "none"), (2, "widen"), (-3, "widen")])
def test_a_count_is_not_widened_below_where_counting_begins(low: int, kind: str) -> None:
    column = np.random.default_rng(0).integers(low, low + 9, 120).astype(float)
    assert verdict(column, column, IntDistribution(low, low + 8)).kind == kind


def test_choices_are_never_widened() -> None:
    column = np.array([0.0] * 30 + [1.0] * 30)
    assert verdict(column, column, CategoricalDistribution("ab")).kind == "none"


def test_good_values_in_the_lowest_decades_call_for_a_log_scale() -> None:
    rng = np.random.default_rng(0)
    column = 10.0 ** rng.uniform(-5, 0, 300)
    loss = np.abs(np.log10(column) + 3)
    found = verdict(column, loss, FloatDistribution(1e-5, 1.0))
    assert found.kind == "log"
    assert "log scale" in found.text
    assert verdict(column, loss, FloatDistribution(1e-5, 1.0, log=True)).kind != "log"
    assert verdict(column * 90, loss, FloatDistribution(0.0, 90.0)).kind == "log"
    steps = np.rint(column * 20)
    assert verdict(steps, loss, IntDistribution(0, 20)).kind != "log"


def test_where_a_sampler_piled_up_its_trials_is_no_reason_for_a_log_scale() -> None:
    rng = np.random.default_rng(0)
    column = np.where(np.arange(100) < 10, rng.random(100), 0.01 * rng.random(100))
    assert all(verdict(column, rng.random(100)).kind != "log" for _ in range(10))


def test_a_positive_number_on_a_linear_axis_is_not_widened_below_but_searched_by_decades() -> None:
    column = np.random.default_rng(0).random(100)
    found = verdict(column, column, FloatDistribution(1e-5, 1.0))
    assert found.kind == "log"
    assert (
        found.text == "the best trials lie near 1e-05, in the lowest of decades: use a log scale"
    )


def test_what_is_told_as_mattering_is_not_said_to_show_nothing() -> None:
    rng = np.random.default_rng(0)
    column, loss = rng.random(60), rng.random(60)
    assert verdict(column, loss).text == "no advice"
    found = verdict(column, loss, importance=0.29)
    assert found.text == "no range to keep to is certain yet"


def test_a_supported_range_is_one_to_keep_to() -> None:
    region = {"p": Intervals(((0.2, 0.5),))}
    found = verdict(np.random.default_rng(0).random(50), np.zeros(50), region=region)
    assert found == Advice("narrow", "keep to the promising range", region["p"])


def test_what_a_worse_part_leaves_is_a_range() -> None:
    region = {"p": Intervals(((0.2, 1.0),))}
    worse = Intervals(((0.0, 0.2),))
    found = verdict(np.random.default_rng(0).random(50), np.zeros(50), region=region, worse=worse)
    assert (found.kind, found.range) == ("narrow", region["p"])
    assert found.text == "the rest is clearly worse: keep to the promising range"


def test_what_is_worse_is_named() -> None:
    found = verdict(
        [0, 1] * 20, np.zeros(40), CategoricalDistribution(["sgd", "adam"]), worse=Choices((0,))
    )
    assert (found.kind, found.range) == ("avoid", Choices((0,)))
    assert found.text == "clearly worse than the rest: leave out sgd"


def worse(column: Any, other: Any, loss: Any, growth: float = 0.0) -> Any:
    space: dict[str, BaseDistribution] = {"c": CategoricalDistribution("ab"), "y": UNIT}
    params = np.column_stack([column, other])
    region = {"y": Intervals(((0.0, 0.5),))}
    losses = np.asarray(loss)
    beyond = look_beyond(space, params, losses, growth)
    return worse_part("c", space, params, losses, region, Choices((0,)), beyond)


def test_only_what_is_worse_where_the_others_are_promising_is_left_out() -> None:
    """Choice a is bad at large y alone; at small y, which is promising, it is as good as b."""
    rng = np.random.default_rng(0)
    column, other = rng.integers(0, 2, 400).astype(float), rng.random(400)
    noise = 0.1 * rng.random(400)
    here = np.where((column == 0) & (other > 0.5), 2.0, 1.0) + noise
    assert worse(column, other, here) is None
    everywhere = np.where(column == 0, 2.0, 1.0) + noise
    assert worse(column, other, everywhere) == Choices((0,))


def test_a_part_that_a_sampler_looked_at_again_and_again_has_to_be_better_by_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Beyond, "p_any", lambda *_, **__: 0.002)
    column = np.random.default_rng(0).random((100, 1))
    inside = column[:, 0] < 0.5
    for p_better, at_once, in_ten_looks in ((0.01, True, False), (0.001, True, True)):
        monkeypatch.setattr(Beyond, "p_better", lambda *_, found=p_better: found)
        told = [
            is_better(look_beyond({"p": UNIT}, column, column[:, 0], growth), "p", inside)
            for growth in (0.0, np.log(10))
        ]
        assert told == [at_once, in_ten_looks]


@pytest.mark.parametrize(("shift", "growth"), [(0.9, 0.0), (3.0, np.log(400 / 10))])
def test_what_a_sampler_left_has_to_be_worse_than_it_may_have_looked_by_chance(
    shift: float, growth: float
) -> None:
    """Ten trials of 400 have choice a: of trials that a sampler chose they have to be worse."""
    rng = np.random.default_rng(3)
    column, other, noise = np.ones(400), 0.5 * rng.random(400), rng.normal(size=400)
    column[:10] = 0
    assert worse(column, other, noise + shift * (column == 0), growth) == Choices((0,))
    assert worse(column, other, noise + 0.9 * (column == 0), np.log(400 / 10)) is None
    column[:40] = 0  # a tenth of the trials may have been left, too
    assert worse(column, other, noise + 0.15 * (column == 0), 0.0) == Choices((0,))
    assert worse(column, other, noise + 0.15 * (column == 0), np.log(400 / 10)) is None
    assert worse(column, other, noise + 0.6 * (column == 0), np.log(400 / 10)) == Choices((0,))


def test_a_value_of_the_best_trials_is_never_left_out() -> None:
    best = np.array([0.0, np.nan])
    assert without(Choices((0, 1)), best) == Choices((1,))
    assert without(Choices((0,)), best) is None
    assert without(Intervals(((0.0, 0.1), (0.8, 1.0))), best) == Intervals(((0.8, 1.0),))


def test_what_is_worse_reaches_no_nearer_to_the_rest_than_it_was_tried() -> None:
    values = np.array([0.02, 0.1, 0.35, 0.4, 0.9, np.nan])
    assert as_tried(Intervals(((0.0, 0.2),)), values) == Intervals(((0.0, 0.1),))
    middle = Intervals(((0.05, 0.2), (0.3, 0.6)))
    assert as_tried(middle, values) == Intervals(((0.1, 0.1), (0.35, 0.4)))
    assert as_tried(Intervals(((0.7, 1.0),)), values) == Intervals(((0.9, 1.0),))
    assert as_tried(Choices((1,)), values) == Choices((1,))


def test_where_the_best_trials_lie_is_a_hint_where_nothing_more_can_be_said() -> None:
    """A sampler settled late, and the better trials with it: no test tells one from the other."""
    rng = np.random.default_rng(0)
    column = np.r_[rng.random(60), rng.uniform(0.4, 0.5, 20)]
    loss = np.r_[rng.random(60), rng.uniform(-1, -0.1, 20)]
    top = loss <= np.sort(loss)[7]
    assert (
        where_the_best_lie(UNIT, column, loss)
        == "8 of the best 8 configurations lie in 0.42 … 0.4995"
    )
    assert where_the_best_lie(UNIT, rng.random(80), loss) == ""
    few = np.where(top, 1.0, rng.integers(0, 3, 80))
    kinds = CategoricalDistribution(["a", "b", "c"])
    told = where_the_best_lie(kinds, few, loss)
    assert told == "8 of the best 8 configurations have b"
    few[loss.argmin()] = 0.0  # seven of the best eight, and not the very best
    assert where_the_best_lie(kinds, few, loss) == ""


def test_of_several_best_trials_it_is_frozen_where_the_first_has_it() -> None:
    rng = np.random.default_rng(0)
    column, loss = rng.random(200), rng.random(200)
    loss[[50, 60, 70]], column[[50, 60, 70]] = -1.0, (0.9, 0.1, 0.5)
    found = verdict(column, loss, most=HARDLY / 2)
    assert found.range == Intervals(((0.9, 0.9),))
    assert found.text.endswith("freeze it at 0.9, as one of the best has it")
    loss[60] = -1.1
    assert verdict(column, loss, most=HARDLY / 2).text.endswith("0.1, as the best trial has it")
    lucky = np.array([0.7])  # with its repeats it is worse on average than others
    assert verdict(column, loss, most=HARDLY / 2, best=lucky).range == Intervals(((0.7, 0.7),))
    without = verdict(column, loss, most=HARDLY / 2, best=np.array([np.nan]))
    assert without.text.endswith("0.1, as the best configuration that has one has it")
