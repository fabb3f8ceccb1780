from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from guidances import make_guidance
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.figures.drawing import axes
from optuna_guide.guidance import ParamGuidance


def param(distribution: BaseDistribution, **changes: Any) -> ParamGuidance:
    return replace(make_guidance({"x": distribution}).params[0], **changes)


def labels(distribution: BaseDistribution, width: int = 40) -> list[str]:
    return [label for _, label in axes.ticks(param(distribution), width)]


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        pytest.param(FloatDistribution(0.0, 1.0), [0, 0.5, 1], id="linear"),
        pytest.param(FloatDistribution(1e-6, 1.0, log=True), [1e-6, 1e-3, 1], id="log"),
        pytest.param(IntDistribution(1, 4), [1, 2, 3, 4], id="few levels"),
        pytest.param(IntDistribution(0, 1000), [0, 500, 1000], id="many levels"),
        pytest.param(IntDistribution(3, 3), [3], id="one level"),
        pytest.param(FloatDistribution(2.0, 2.0), [2], id="one value"),
        pytest.param(
            CategoricalDistribution(("a", None, True)), ["a", "None", "True"], id="choices"
        ),
        pytest.param(CategoricalDistribution(range(200)), ["200 choices"], id="many choices"),
    ],
)
def test_ticks_are_round_numbers_or_all_levels(
    distribution: BaseDistribution, expected: list[object]
) -> None:
    found = labels(distribution)
    numeric = not isinstance(distribution, CategoricalDistribution)
    assert ([float(label) for label in found] if numeric else found) == expected


def test_the_middle_tick_gives_way_where_there_is_no_room() -> None:
    ends = labels(FloatDistribution(1e-6, 1.0, log=True), width=14)
    assert [float(label) for label in ends] == [1e-6, 1]


def test_long_choices_are_cut_to_their_cell() -> None:
    distribution = CategoricalDistribution(("a very long choice", "b"))
    assert labels(distribution, width=20) == ["a very…", "b"]


def test_ticks_sit_on_their_cells() -> None:
    ticks = axes.ticks(param(CategoricalDistribution(("a", "b"))), 40)
    assert [position for position, _ in ticks] == [0.25, 0.75]


def test_a_range_of_integers_covers_whole_cells() -> None:
    levels = param(IntDistribution(1, 4))
    assert axes.bands(levels, Intervals(((2.0, 3.0),))) == [pytest.approx((0.25, 0.75))]


def test_a_single_value_is_still_seen() -> None:
    ((low, high),) = axes.bands(param(FloatDistribution(0.0, 1.0)), Intervals(((0.5, 0.5),)))
    assert high - low == pytest.approx(axes.MIN_BAND)


def test_choices_apart_have_bands_of_their_own() -> None:
    letters = param(CategoricalDistribution(("a", "b", "c")))
    assert axes.bands(letters, Choices((0, 2))) == [
        pytest.approx((0, 1 / 3)),
        pytest.approx((2 / 3, 1)),
    ]


@pytest.mark.parametrize(
    "distribution",
    [
        FloatDistribution(0.0, 1.0),
        FloatDistribution(1e-12, 1.0, log=True),
        IntDistribution(1, 10**6, log=True),
        CategoricalDistribution(range(200)),
        FloatDistribution(2.0, 2.0),
    ],
    ids=repr,
)
def test_the_density_holds_every_trial_in_few_cells(distribution: BaseDistribution) -> None:
    shown = param(distribution)
    edges, heights = axes.density(shown, max_cells=10)
    assert len(heights) <= 10
    assert (edges[0], edges[-1]) == pytest.approx((0, 1))
    assert heights.max() == 1
    counts = heights * np.diff(edges)
    assert counts.sum() > 0
    assert np.all(np.diff(edges) > 0)


def test_a_parameter_that_was_never_tried_has_a_flat_density() -> None:
    effect = replace(param(FloatDistribution(0.0, 1.0)).effect, counts=(0,) * 32)
    _, heights = axes.density(param(FloatDistribution(0.0, 1.0), effect=effect))
    assert not heights.any()
