"""Every strategy is held to the same contract; a new one needs no line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.sampling.narrowing import Observations, load_strategy, strategy_names
from optuna_guide.sampling.narrowing.best_leaves import grow_paths, pad

SPACE: dict[str, BaseDistribution] = {
    "x": FloatDistribution(-4.0, 4.0),
    "rate": FloatDistribution(1e-5, 1.0, log=True),
    "units": IntDistribution(4, 64, step=4),
    "solver": CategoricalDistribution(("a", "b", "c")),
    "momentum": FloatDistribution(0.0, 1.0),
}

every_strategy = pytest.mark.parametrize("name", strategy_names())


def observe(
    n_trials: int = 80,
    *,
    space: Mapping[str, BaseDistribution] = SPACE,
    seed: int = 0,
    noise: float = 0.0,
) -> Observations:
    """Best near x = 1, rate = 0.01, units = 24, solver = b; momentum is active with b alone."""
    rng = np.random.default_rng(seed)
    draws = rng.random((n_trials, len(space)))
    internal = {
        n: spaces.from_unit(d, u) for (n, d), u in zip(space.items(), draws.T, strict=True)
    }
    loss = noise * rng.normal(size=n_trials)
    if "x" in space:
        loss += (internal["x"] - 1.0) ** 2
    if "rate" in space:
        loss += (np.log10(internal["rate"]) + 2.0) ** 2
    if "units" in space:
        loss += ((internal["units"] - 24.0) / 20.0) ** 2
    if "solver" in space:
        loss += np.array([2.0, 0.0, 1.0])[internal["solver"].astype(int)]
        if "momentum" in space:
            internal["momentum"][internal["solver"] != 1] = np.nan
    unit = np.column_stack([spaces.to_unit(d, internal[n]) for n, d in space.items()])
    return Observations(space, unit, loss, n_trials, seed)


def width(part: Any, distribution: BaseDistribution) -> float:
    low, high = spaces.to_unit(distribution, np.array(part.intervals[0]))
    return float(high - low)


@every_strategy
@pytest.mark.parametrize("n_trials", [2, 20, 300])
def test_a_region_lies_in_the_declared_space(name: str, n_trials: int) -> None:
    for part_name, part in load_strategy(name)(observe(n_trials, noise=0.3)).items():
        distribution: Any = SPACE[part_name]
        if isinstance(part, Choices):
            assert 0 < len(part.indices) < len(distribution.choices)
            continue
        assert isinstance(part, Intervals)
        for low, high in part.intervals:
            assert distribution.low <= low <= high <= distribution.high
            assert spaces.snap(distribution, np.array([low, high])) == pytest.approx([low, high])


@every_strategy
def test_the_best_trial_stays_inside(name: str) -> None:
    seen = observe(60)
    best = seen.unit[np.argmin(seen.loss)]
    region = load_strategy(name)(seen)
    for (part_name, distribution), unit in zip(SPACE.items(), best, strict=True):
        if part_name in region and not np.isnan(unit):
            assert region[part_name].contains(spaces.from_unit(distribution, unit))


@every_strategy
def test_something_is_narrowed_where_the_optimum_is_plain(name: str) -> None:
    region = load_strategy(name)(observe(120))
    assert region
    for part_name, optimum in (("x", 1.0), ("rate", 0.01), ("units", 24.0)):
        if part_name in region:
            assert width(region[part_name], SPACE[part_name]) < 0.9
            low, high = region[part_name].intervals[0]  # type: ignore[union-attr]
            a, b, best = spaces.to_unit(SPACE[part_name], np.array([low, high, optimum]))
            assert a - 0.05 < best < b + 0.05


@every_strategy
def test_the_same_seed_gives_the_same_region(name: str) -> None:
    assert load_strategy(name)(observe(50)) == load_strategy(name)(observe(50))


@every_strategy
@pytest.mark.parametrize(
    "space",
    [
        pytest.param({"x": SPACE["x"]}, id="one number"),
        pytest.param({"solver": SPACE["solver"]}, id="one choice"),
        pytest.param({f"c{i}": CategoricalDistribution((0, 1)) for i in range(40)}, id="40 flags"),
        pytest.param({"big": CategoricalDistribution(tuple(range(200)))}, id="200 choices"),
        pytest.param({"flag": IntDistribution(0, 1)}, id="two levels"),
    ],
)
@pytest.mark.parametrize("noise", [0.0, 1e300])
def test_odd_spaces_and_values_are_survived(
    name: str, space: dict[str, BaseDistribution], noise: float
) -> None:
    region = load_strategy(name)(observe(30, space=space, noise=noise))
    assert set(region) <= set(space)


@pytest.mark.parametrize("name", ["Best_Leaves", "trees", ""])
def test_an_unknown_strategy_lists_those_that_exist(name: str) -> None:
    with pytest.raises(ValueError, match="best_leaves, important_only, shrink_around_best"):
        load_strategy(name)


def test_best_leaves_find_the_optimum_and_drop_bad_choices() -> None:
    region = load_strategy("best_leaves")(observe(150))
    assert region["solver"] == Choices((1,))
    for name in ("x", "rate"):
        assert width(region[name], SPACE[name]) < 0.7


def test_a_choice_is_not_dropped_before_it_was_tried_three_times() -> None:
    seen = observe(60)
    solver = list(SPACE).index("solver")
    rare = seen.unit[:, solver] == spaces.to_unit(SPACE["solver"], 0.0)
    keep = ~rare
    keep[np.flatnonzero(rare)[:2]] = True
    few = Observations(SPACE, seen.unit[keep], seen.loss[keep], int(keep.sum()), 0)
    assert 0 in load_strategy("best_leaves")(few)["solver"].indices  # type: ignore[union-attr]


def test_a_parameter_that_is_inactive_in_the_best_trial_is_left_alone() -> None:
    seen = observe(80)
    unit = seen.unit.copy()
    unit[np.argmin(seen.loss), list(SPACE).index("momentum")] = np.nan
    assert "momentum" not in load_strategy("best_leaves")(
        Observations(SPACE, unit, seen.loss, 80, 0)
    )


def test_important_only_names_no_irrelevant_parameter() -> None:
    rng = np.random.default_rng(0)
    space = {f"x{i}": FloatDistribution(0.0, 1.0) for i in range(6)}
    unit = rng.random((150, 6))
    seen = Observations(space, unit, (unit[:, 2] - 0.3) ** 2, 150, 0)
    assert set(load_strategy("important_only")(seen)) == {"x2"}


def test_shrink_around_best_halves_the_ranges_step_by_step() -> None:
    propose = load_strategy("shrink_around_best")
    widths = [width(propose(observe(n))["x"], SPACE["x"]) for n in (20, 40, 60, 400)]
    assert widths == pytest.approx([0.5, 0.25, 0.125, 0.1])


def test_a_path_ends_in_the_leaf_of_the_best_row() -> None:
    rng = np.random.default_rng(1)
    columns = rng.random((40, 3))
    loss = rng.permutation(40) / 40.0
    low, high = grow_paths(columns, loss, n_trees=25, rng=np.random.default_rng(2))
    draws = np.random.default_rng(2).integers(40, size=(25, 40))
    for bag, lower, upper in zip(draws, low, high, strict=True):
        best = bag[np.argmin(loss[bag])]
        inside = ((columns >= lower) & (columns <= upper)).all(axis=1)
        assert set(bag[inside[bag]]) == {best}


def test_paths_do_not_depend_on_how_many_are_grown_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(3)
    columns, loss = rng.random((60, 4)), rng.random(60)
    monkeypatch.setattr("optuna_guide.sampling.narrowing.best_leaves._TIE_BREAK", 0.0)
    at_once = grow_paths(columns, loss, n_trees=16, rng=np.random.default_rng(0))
    monkeypatch.setattr("optuna_guide.sampling.narrowing.best_leaves._CELLS_AT_ONCE", 1)
    one_by_one = grow_paths(columns, loss, n_trees=16, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(at_once, one_by_one)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (1.0, 1.0), (0.4, 0.5), (0.0, 1.0)])
def test_a_padded_range_is_inside_and_never_too_narrow(low: float, high: float) -> None:
    padded_low, padded_high = pad(low, high)
    assert 0.0 <= padded_low <= low <= high <= padded_high <= 1.0
    assert padded_high - padded_low >= 0.1 - 1e-12
