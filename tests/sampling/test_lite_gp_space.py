"""Rows, grids, regions and activity rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from optuna_guide.domain import space as shared
from optuna_guide.sampling.lite_gp.region import confined
from optuna_guide.sampling.lite_gp.rows import (
    all_rows,
    confine,
    from_unit_cube,
    to_internal,
    to_rows,
    to_unit_cube,
)
from optuna_guide.sampling.lite_gp.rules import deactivate, learn_rules
from optuna_guide.sampling.lite_gp.space import make_space

DISTRIBUTIONS = {
    "float": FloatDistribution(-3.0, 5.0),
    "log": FloatDistribution(1e-6, 1e2, log=True),
    "stepped": FloatDistribution(-10.2, 10.2, step=0.1),
    "int": IntDistribution(2, 9),
    "int_step": IntDistribution(0, 12, step=3),
    "int_log": IntDistribution(1, 1000, log=True),
    "choice": CategoricalDistribution(["a", None, 3, True]),
}
SPACE = make_space(DISTRIBUTIONS)


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=7, max_size=7))
def test_a_row_survives_the_trip_to_internal_values_and_back(point):
    row = from_unit_cube(SPACE, np.array([point]))[0]
    internal = to_internal(SPACE, row)
    for name, distribution in DISTRIBUTIONS.items():
        assert distribution._contains(internal[name])
    back = to_rows(SPACE, np.array([[internal[name] for name in DISTRIBUTIONS]]))[0]
    np.testing.assert_allclose(back, row, atol=1e-12)
    assert (back[SPACE.is_grid] == row[SPACE.is_grid]).all()


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=7, max_size=7))
def test_unit_values_mean_what_they_mean_elsewhere_in_the_package(point):
    row = from_unit_cube(SPACE, np.array([point]))
    internal, unit = to_internal(SPACE, row[0]), to_unit_cube(SPACE, row)[0]
    for j, (name, distribution) in enumerate(DISTRIBUTIONS.items()):
        assert unit[j] == pytest.approx(float(shared.to_unit(distribution, internal[name])))


def test_every_level_of_a_grid_is_drawn_equally_often():
    space = make_space({"n": IntDistribution(1, 4), "c": CategoricalDistribution("abc")})
    rows = from_unit_cube(space, np.random.default_rng(0).random((24_000, 2)))
    _, counts = np.unique(rows[:, 0], return_counts=True)
    np.testing.assert_allclose(counts, 6000, rtol=0.05)
    _, counts = np.unique(rows[:, 1], return_counts=True)
    np.testing.assert_allclose(counts, 8000, rtol=0.05)


def test_inactive_parameters_stay_inactive():
    internal = np.full((2, 7), np.nan)
    rows = to_rows(SPACE, internal)
    assert np.isnan(rows).all()
    assert to_internal(SPACE, rows[0]) == {}


def test_rows_are_drawn_and_kept_inside_the_region():
    space = confined(
        SPACE,
        {"float": (0.2, 0.4), "int": (0.3, 0.7), "int_log": (0.5, 0.9), "choice": {1, 3}},
    )
    for rows in (
        from_unit_cube(space, np.random.default_rng(0).random((500, 7))),
        confine(space, from_unit_cube(SPACE, np.random.default_rng(1).random((500, 7)))),
    ):
        unit = to_unit_cube(space, rows)
        for j, (low, high) in {0: (0.2, 0.4), 3: (0.3, 0.7), 5: (0.5, 0.9)}.items():
            assert unit[:, j].min() >= low
            assert unit[:, j].max() <= high
    drawn = from_unit_cube(space, np.random.default_rng(0).random((500, 7)))
    assert set(drawn[:, 6]) == {1.0, 3.0}
    levels = {to_internal(space, row)["int"] for row in drawn}
    assert levels == {4.0, 5.0, 6.0, 7.0}


def test_a_region_between_two_levels_holds_the_nearest_one():
    space = confined(make_space({"n": IntDistribution(0, 3)}), {"n": (0.13, 0.2)})
    rows = from_unit_cube(space, np.random.default_rng(0).random((50, 1)))
    assert {to_internal(space, row)["n"] for row in rows} == {0.0}


@pytest.mark.parametrize(
    ("region", "message"),
    [
        pytest.param({"nope": (0, 1)}, r"names \['nope'\].*remove them", id="unknown"),
        pytest.param(
            {"float": (0.4, 0.2)}, r"'float' must be a unit interval.*\(0.4, 0.2\)", id="reversed"
        ),
        pytest.param(
            {"choice": {7}}, r"'choice' allows none of its choices.*0 to 3.*\[7\]", id="no choice"
        ),
    ],
)
def test_a_region_that_makes_no_sense_is_refused(region, message):
    with pytest.raises(ValueError, match=message):
        confined(SPACE, region)


def test_all_configurations_are_listed_once_inside_the_region():
    distributions = {
        "n": IntDistribution(0, 12, step=3),
        "k": IntDistribution(1, 4, log=True),
        "c": CategoricalDistribution("abc"),
    }
    rows = all_rows(make_space(distributions), 100)
    assert rows is not None
    assert len(np.unique(rows, axis=0)) == len(rows) == 5 * 4 * 3
    inside = all_rows(confined(make_space(distributions), {"n": (0.0, 0.5), "c": {0, 2}}), 100)
    assert inside is not None
    assert len(inside) == 3 * 4 * 2
    assert set(inside[:, 2]) == {0.0, 2.0}
    assert all_rows(make_space(distributions), 59) is None
    assert all_rows(make_space({"x": FloatDistribution(0, 1)}), 100) is None


def _rules_and_space(distributions, configurations):
    space = make_space(distributions)
    internal = np.array([[c.get(name, np.nan) for name in distributions] for c in configurations])
    rows = to_rows(space, internal)
    return learn_rules(space, rows), space, rows


def test_a_rule_with_a_categorical_parent_is_learnt():
    distributions = {
        "lr": FloatDistribution(0, 1),
        "optimizer": CategoricalDistribution(["sgd", "adam", "lion"]),
        "momentum": FloatDistribution(0, 1),
    }
    rules, _, rows = _rules_and_space(
        distributions,
        [
            {"lr": 0.9, "optimizer": 0, "momentum": 0.3},
            {"lr": 0.1, "optimizer": 1},
            {"lr": 0.8, "optimizer": 0, "momentum": 0.2},
        ],
    )
    assert [(r.child, [c.parent for c in r.conditions]) for r in rules] == [(2, [1])]
    full = np.array([[0.5, 0.0, 0.5], [0.5, 1.0, 0.5], [0.5, 2.0, 0.5]])
    # A choice that was never seen is given the benefit of the doubt.
    np.testing.assert_array_equal(np.isnan(deactivate(rules, full)[:, 2]), [False, True, False])
    np.testing.assert_array_equal(deactivate(rules, rows), rows)


def test_rules_with_a_numeric_parent_are_learnt():
    distributions = {"n_layers": IntDistribution(1, 4)} | {
        f"width_{i}": IntDistribution(8, 64) for i in range(4)
    }
    rules, space, _ = _rules_and_space(
        distributions,
        [{"n_layers": n} | {f"width_{i}": 8 + 10 * i for i in range(n)} for n in (2, 4, 1, 3)],
    )
    assert len(rules) == 3
    full = np.full((4, 5), 0.5)
    full[:, 0] = to_rows(space, np.array([[n, 8, 8, 8, 8] for n in (1, 2, 3, 4)], dtype=float))[
        :, 0
    ]
    active = ~np.isnan(deactivate(rules, full)[:, 1:])
    np.testing.assert_array_equal(active, np.tri(4, dtype=bool))


def test_a_rule_may_need_two_parents_and_reach_over_a_conditional_one():
    distributions = {
        "a": CategoricalDistribution("xy"),
        "b": CategoricalDistribution("uv"),
        "ab": FloatDistribution(0, 1),
        "below": CategoricalDistribution("pq"),
        "deep": FloatDistribution(0, 1),
    }
    configurations = []
    for a in (0, 1):
        for b in (0, 1):
            for below in (0, 1):
                c = {"a": a, "b": b}
                if a == 0 and b == 1:
                    c["ab"] = 0.5
                if a == 1:
                    c["below"] = below
                    if below == 1:
                        c["deep"] = 0.5
                configurations.append(c)
    rules, _, rows = _rules_and_space(distributions, configurations)
    full = np.where(np.isnan(rows), [[0, 0, 0.3, 1, 0.3]], rows)
    np.testing.assert_array_equal(np.isnan(deactivate(rules, full)), np.isnan(rows))
    by_child = {r.child: {c.parent for c in r.conditions} for r in rules}
    assert by_child[2] == {0, 1}
    assert by_child[3] == {0}


def test_a_parameter_that_nothing_explains_has_no_rule():
    distributions = {"a": CategoricalDistribution("xy"), "b": FloatDistribution(0, 1)}
    rules, _, _ = _rules_and_space(
        distributions, [{"a": 0}, {"a": 0, "b": 0.5}, {"a": 1, "b": 0.1}]
    )
    assert rules == ()
