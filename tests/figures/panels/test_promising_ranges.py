from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from drawn import draw
from guidances import GUIDANCE, close_gate, make_guidance
from optuna.distributions import CategoricalDistribution, FloatDistribution

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Advice, Guidance

FRAMES, DENSITIES, BOXES, HOVER, TOP, TICKS, ARROWS = range(7)


def boxes(guidance: Guidance) -> dict[int, list[tuple[float, float]]]:
    """Unit intervals that are marked, by row."""
    trace = draw("promising_ranges", guidance).data[BOXES]
    x = np.array([np.nan if v is None else v for v in trace.x]).reshape(-1, 6)[:, :5]
    y = np.array([np.nan if v is None else v for v in trace.y]).reshape(-1, 6)[:, :5]
    found: dict[int, list[tuple[float, float]]] = {}
    for xs, ys in zip(x, y, strict=True):
        found.setdefault(round(ys.mean() - 0.05), []).append((xs.min(), xs.max()))
    return found


def with_param(guidance: Guidance, name: str, **changes: Any) -> Guidance:
    params = tuple(replace(p, **changes) if p.name == name else p for p in guidance.params)
    return replace(guidance, params=params)


def one(distribution: FloatDistribution | CategoricalDistribution, **changes: Any) -> Guidance:
    return with_param(make_guidance({"x": distribution}), "x", **changes)


def test_a_log_range_is_drawn_logarithmically() -> None:
    guidance = one(FloatDistribution(1e-4, 1.0, log=True), promising=Intervals(((1e-3, 1e-1),)))
    assert boxes(guidance) == {0: [pytest.approx((0.25, 0.75))]}


def test_neighbouring_choices_share_a_box_and_others_do_not() -> None:
    letters = CategoricalDistribution(("a", "b", "c", "d"))
    assert boxes(one(letters, promising=Choices((0, 2, 3)))) == {
        0: [pytest.approx((0.0, 0.25)), pytest.approx((0.5, 1.0))]
    }


def test_several_intervals_have_a_box_each() -> None:
    guidance = one(FloatDistribution(0.0, 1.0), promising=Intervals(((0.0, 0.2), (0.6, 0.8))))
    assert len(boxes(guidance)[0]) == 2


def test_no_range_is_drawn_while_the_gate_is_closed(guidance: Guidance) -> None:
    assert boxes(guidance)
    assert not boxes(close_gate(guidance))


def test_top_trials_are_marked_only_where_the_parameter_was_active(guidance: Guidance) -> None:
    trace = draw("promising_ranges", guidance).data[TOP]
    by_row = np.bincount(np.round(np.array(trace.y) - 0.1).astype(int))
    rows = [p.name for p in guidance.params]
    assert by_row[rows.index("learning_rate")] == 10
    assert by_row[rows.index("momentum")] == 5


def test_an_arrow_points_beyond_the_bound_that_should_move(guidance: Guidance) -> None:
    guidance = with_param(guidance, "learning_rate", advice=Advice("widen", "", bound="low"))
    trace = draw("promising_ranges", guidance).data[ARROWS]
    assert (trace.x[0], trace.marker.symbol[0]) == (0.0, "triangle-left")
    assert "widen below 0.0001" in written(guidance)


def test_the_advice_stands_beside_the_strip(guidance: Guidance) -> None:
    letters = CategoricalDistribution(("adam", "sgd"))
    avoid = Advice("avoid", "leave out what is clearly worse", Choices((1,)))
    assert "avoid sgd" in written(one(letters, advice=avoid))
    freeze = Advice("freeze", "hardly matters", Choices((0,)))
    assert "freeze at adam" in written(one(letters, advice=freeze))
    assert "top: 58 % in, 6 % out" in written(guidance)


def test_the_parameters_own_values_are_written_below_its_strip(guidance: Guidance) -> None:
    trace = draw("promising_ranges", guidance).data[TICKS]
    assert {"0.0001", "1", "relu", "tanh", "logistic", "0.99"} <= set(trace.text)


def test_it_says_how_many_parameters_have_no_strip() -> None:
    assert "53 less important parameters are not shown" in written(GUIDANCE["60 parameters"]())


def written(guidance: Guidance) -> str:
    return " ".join(note.text for note in draw("promising_ranges", guidance).layout.annotations)
