from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from optuna_guide.across.next_study import next_study
from optuna_guide.domain import region as regions
from optuna_guide.domain.assignments import parse_assignments
from optuna_guide.domain.parsing import parse_region
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.sampling.guided.confine import confine
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.steering.control import apply_region, clear_region, region_history
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import METRIC_NAMES
from optuna_guide.store.regions import load_region
from optuna_guide.words.code import as_code

SPACE = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "x": FloatDistribution(-2.0, 2.0),
    "drop": FloatDistribution(0.0, 0.5, step=0.1),
    "units": IntDistribution(8, 64, step=8),
    "solver": CategoricalDistribution(("adam", "sgd", None, 1, 1.5, True)),
}


@pytest.mark.parametrize(
    ("name", "part", "expected"),
    [
        pytest.param("lr", (1e-4, 1e-2), Intervals(((1e-4, 1e-2),)), id="interval"),
        pytest.param("lr", [1e-4, 1e-2], Intervals(((1e-4, 1e-2),)), id="interval as a list"),
        pytest.param("lr", (None, 1e-2), Intervals(((1e-5, 1e-2),)), id="open below"),
        pytest.param("lr", (1e-2, None), Intervals(((1e-2, 1.0),)), id="open above"),
        pytest.param("x", (-9, 9), Intervals(((-2.0, 2.0),)), id="clipped to the declared range"),
        pytest.param("x", 0.5, Intervals(((0.5, 0.5),)), id="frozen"),
        pytest.param(
            "x", [(1, 2), (-1, 0)], Intervals(((-1.0, 0.0), (1.0, 2.0))), id="union, sorted"
        ),
        pytest.param("x", [(0, 1), (0.5, 2)], Intervals(((0.0, 2.0),)), id="union, merged"),
        pytest.param("units", (9, 33), Intervals(((16.0, 32.0),)), id="inside the step"),
        pytest.param("drop", (0.1, 0.3), Intervals(((0.1, 0.3),)), id="float step"),
        pytest.param("solver", {"sgd", None}, Choices((1, 2)), id="choices"),
        pytest.param("solver", "adam", Choices((0,)), id="one choice"),
        pytest.param("solver", None, Choices((2,)), id="None is a choice"),
        pytest.param("solver", [True], Choices((5,)), id="True is not 1"),
        pytest.param("x", Intervals(((0.0, 1.0),)), Intervals(((0.0, 1.0),)), id="intervals"),
        pytest.param("solver", Choices((1, 2)), Choices((1, 2)), id="choices as such"),
    ],
)
def test_a_persons_range_is_read(name: str, part: Any, expected: Any) -> None:
    found = parse_region({name: part}, SPACE)[name]
    if isinstance(expected, Intervals):
        np.testing.assert_allclose(found.intervals, expected.intervals, rtol=1e-12)
    else:
        assert found == expected


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        pytest.param({}, "maps parameters to ranges", id="empty region"),
        pytest.param({"lrr": (0, 1)}, "no parameter 'lrr'.* lr", id="unknown parameter"),
        pytest.param({"x": (math.nan, 1)}, "contains NaN", id="NaN"),
        pytest.param({"x": (1, -1)}, "reversed", id="reversed"),
        pytest.param({"x": (3, 4)}, "outside the declared range", id="outside"),
        pytest.param({"x": []}, "empty", id="no interval"),
        pytest.param({"x": "low"}, "two numbers", id="text"),
        pytest.param({"x": (1, 2, 3)}, "two numbers", id="three numbers"),
        pytest.param({"x": {"low": 1}}, "two numbers", id="dict"),
        pytest.param({"units": (9, 15)}, "holds no value: its step is 8", id="between steps"),
        pytest.param({"solver": {"rmsprop"}}, "'rmsprop' is no choice", id="unknown choice"),
        pytest.param({"solver": []}, "No choice", id="no choice left"),
    ],
)
def test_a_wrong_range_is_named(wanted: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_region(wanted, SPACE)


def test_infinite_bounds_mean_the_declared_ones() -> None:
    region = parse_region({"x": (-math.inf, 1.0)}, SPACE)
    assert region["x"] == Intervals(((-2.0, 1.0),))


@given(
    low=st.floats(0, 1),
    width=st.floats(0, 1),
    name=st.sampled_from(["lr", "x", "drop", "units"]),
    seed=st.integers(0, 2**32 - 1),
)
def test_what_is_drawn_or_scaled_lies_inside(
    low: float, width: float, name: str, seed: int
) -> None:
    distribution: Any = SPACE[name]
    part = regions.interval(distribution, low, min(1.0, low + width))
    rng = np.random.default_rng(seed)
    confined = confine(distribution, part, rng)
    if confined is None:
        assert regions.without_whole_ranges({name: part}, SPACE) == {}
        return
    value = confined.draw(rng)
    assert confined.holds(value)
    assert distribution._contains(distribution.to_internal_repr(value))
    scaled = confined.scale(distribution.high, rng)
    assert confined.holds(scaled)
    assert type(scaled) is type(value) is (int if name == "units" else float)


def test_a_trial_gets_one_interval_of_a_union() -> None:
    rng = np.random.default_rng(0)
    part = Intervals(((-2.0, -1.5), (1.0, 1.5)))
    lows = [confine(SPACE["x"], part, rng).narrowed.low for _ in range(200)]  # type: ignore[union-attr]
    assert set(lows) == {-2.0, 1.0}
    assert 60 < lows.count(-2.0) < 140


def test_where_two_regions_disagree_the_outer_one_holds() -> None:
    inner = {
        "x": Intervals(((0.0, 1.0),)),
        "solver": Choices((0, 1)),
        "lr": Intervals(((1e-3, 1e-2),)),
    }
    outer = {"x": Intervals(((0.5, 2.0),)), "solver": Choices((3,))}
    both = regions.overlay(inner, outer)
    assert both["x"] == Intervals(((0.5, 1.0),))
    assert both["solver"] == Choices((3,))
    assert both["lr"] == inner["lr"]


def test_widening_keeps_the_middle_and_frees_the_choices() -> None:
    wider = regions.widen({"x": Intervals(((0.0, 1.0),)), "solver": Choices((0,))}, SPACE)
    ((low, high),) = wider["x"].intervals
    assert low < 0.0 < 1.0 < high
    assert "solver" not in wider


def test_a_finite_region_is_half_visited() -> None:
    space = {"units": SPACE["units"], "drop": SPACE["drop"]}
    region = {"units": Intervals(((8.0, 16.0),)), "drop": Intervals(((0.0, 0.1),))}
    one, two = np.array([[8.0, 0.0], [8.0, 0.0], [64.0, 0.5]]), np.array([[8.0, 0.0], [16.0, 0.1]])
    assert not regions.is_half_visited(region, space, one)
    assert regions.is_half_visited(region, space, two)


def _study(n_trials: int = 12, **options: Any) -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), **options)
    study.optimize(
        lambda t: (t.suggest_float("x", -2, 2) - 1) ** 2 + t.suggest_int("n", 1, 64, log=True),
        n_trials=n_trials,
    )
    return study


def test_a_region_is_validated_against_what_the_study_has_seen() -> None:
    study = _study()
    with pytest.raises(ValueError, match=r"no parameter 'lr'; the study has seen: n, x"):
        apply_region(study, {"lr": (0, 1)})
    with pytest.raises(ValueError, match="run a trial first"):
        apply_region(optuna.create_study(), {"lr": (0, 1)})
    assert load_region(study) is None


def test_the_history_tells_who_decided_what() -> None:
    study = optuna.create_study(
        sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=0), n_startup_trials=5, seed=0)
    )
    study.optimize(lambda t: t.suggest_float("x", -2, 2) ** 2, n_trials=12)
    apply_region(study, {"x": (0, 1)}, author="kim", comment="looks better")
    clear_region(study)
    history = region_history(study)
    assert [e.source for e in history] == ["model"] * 2 + ["person"] * 2
    people = [e for e in history if e.source == "person"]
    assert [(e.author, e.cleared) for e in people] == [("kim", False), (None, True)]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        pytest.param(["lr=1e-4:1e-2"], {"lr": [(1e-4, 1e-2)]}, id="range"),
        pytest.param(["lr=:1e-2"], {"lr": [(None, 1e-2)]}, id="open"),
        pytest.param(["x=-1:0,1:2"], {"x": [(-1.0, 0.0), (1.0, 2.0)]}, id="union"),
        pytest.param(["units=16"], {"units": [(16.0, 16.0)]}, id="frozen"),
        pytest.param(["solver=adam,None,1.5"], {"solver": ["adam", None, 1.5]}, id="choices"),
    ],
)
def test_ranges_can_be_typed(texts: list[str], expected: Any) -> None:
    assert parse_assignments(texts, SPACE) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("lr", "name=low:high", id="no range"),
        pytest.param("rate=1:2", "no parameter 'rate'", id="unknown"),
        pytest.param("lr=a:b", "'a:b' is no range", id="no numbers"),
        pytest.param("lr=1:2:3", "'1:2:3' is no range", id="three ends"),
        pytest.param("solver=rmsprop", "'rmsprop' is no choice", id="no choice"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_assignments([text], SPACE)


def test_the_code_declares_the_narrowed_space() -> None:
    region = {
        "lr": Intervals(((0.000123456, 0.0123456),)),
        "units": Intervals(((16.0, 32.0),)),
        "solver": Choices((0, 2)),
        "x": Intervals(((-1.0, 0.0), (1.0, 1.5))),
    }
    space = {**SPACE, "a:b": IntDistribution(1, 9)}
    at_level = as_code({"lr": Intervals(((10 ** (-3.0 + 1e-15),) * 2,))}, space)
    assert "suggest_float('lr', 0.001, 0.001, " in at_level
    code = as_code(region, space)
    params: dict[str, Any] = {}
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    exec(code, {"trial": trial, "params": params})
    assert trial.distributions["lr"] == FloatDistribution(1.234e-4, 0.01235, log=True)
    assert trial.distributions["units"] == IntDistribution(16, 32, step=8)
    assert trial.distributions["solver"] == CategoricalDistribution(("adam", None))
    assert trial.distributions["x"] == FloatDistribution(-1.0, 1.5)
    assert trial.distributions["drop"] == SPACE["drop"]
    assert params["a:b"] == trial.params["a:b"]
    assert "without 'sgd', 1, 1.5, True" in code
    assert "only -1 to 0 or 1 to 1.5" in code


def test_the_next_study_starts_with_the_trials_inside() -> None:
    study = _study(30, direction="maximize", study_name="first")
    following = next_study(study, {"x": (0, 2)})
    inside = [t.params for t in study.trials if t.params["x"] >= 0]
    assert [t.params for t in following.trials] == inside
    assert following.study_name == "first-next"
    assert following.direction == study.direction
    following.optimize(
        lambda t: t.suggest_float("x", -2, 2) + t.suggest_int("n", 1, 64, log=True), n_trials=10
    )
    assert all(t.params["x"] >= 0 for t in following.trials)


@pytest.mark.parametrize("storage", ["memory", "sqlite"])
def test_the_next_study_keeps_metric_names_and_the_times_of_trials(
    storage: str, tmp_path: Path
) -> None:
    study = _study(12)
    write_attribute(study, METRIC_NAMES, ["accuracy"])
    url = f"sqlite:///{tmp_path}/s.db" if storage == "sqlite" else None
    following = next_study(study, {"x": (0, 2)}, storage=url)
    assert following.metric_names == ["accuracy"]
    times = [(t.datetime_start, t.datetime_complete) for t in study.trials if t.params["x"] >= 0]
    assert [(t.datetime_start, t.datetime_complete) for t in following.trials] == times


def test_the_next_study_can_declare_the_narrowed_ranges() -> None:
    following = next_study(_study(30), {"x": (0, 2), "n": (2, 20)}, redeclared=True)
    assert len(following.trials) > 3
    for trial in following.trials:
        assert trial.distributions["x"] == FloatDistribution(0.0, 2.0)
        assert trial.distributions["n"] == IntDistribution(2, 20, log=True)


def test_a_next_study_needs_a_region() -> None:
    with pytest.raises(ValueError, match="No region of study"):
        next_study(_study())
