"""The surrogate forest as leaf boxes."""

from __future__ import annotations

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
from scipy.stats import rankdata

from optuna_guide.domain.space import from_unit, to_unit, unit_columns, with_choices
from optuna_guide.models.forest import (
    Forest,
    best_leaves,
    fit_forest,
    leaf_bounds,
    leaf_choices,
    ranks,
    representative_rows,
)

SPACE: dict[str, BaseDistribution] = {
    "x": FloatDistribution(1e-4, 1.0, log=True),
    "n": IntDistribution(1, 5),
    "c": CategoricalDistribution(["a", "b", "c", "d"]),
}


def rows(n: int = 200, seed: int = 0) -> np.ndarray:
    unit = np.random.default_rng(seed).random((n, 3))
    params = np.column_stack([from_unit(d, unit[:, j]) for j, d in enumerate(SPACE.values())])
    return unit_columns(SPACE, params)


def grow(unit: np.ndarray, loss: np.ndarray, **options: int) -> Forest:
    return fit_forest(SPACE, unit, loss, rng=np.random.default_rng(1), **options)


@given(st.lists(st.floats(-1e300, 1e300) | st.integers(0, 3).map(float), min_size=1, max_size=30))
def test_ranks_are_average_ranks_between_zero_and_one(values: list[float]) -> None:
    expected = (rankdata(values) - 1) / max(len(values) - 1, 1)
    np.testing.assert_allclose(ranks(values), expected, atol=1e-12)


def test_the_boxes_of_a_tree_fill_the_unit_cube_once() -> None:
    unit = rows()
    for tree in grow(unit, unit[:, 0]).trees:
        assert (tree.high - tree.low).prod(axis=1).sum() == pytest.approx(1.0)
        placed = tree.place(rows(50, seed=2))
        inside = (placed[:, None] > tree.low) & (placed[:, None] <= tree.high)
        np.testing.assert_array_equal(inside.all(axis=2).sum(axis=1), 1)


def test_a_row_is_predicted_by_the_box_that_it_lies_in() -> None:
    unit = rows()
    forest = grow(unit, unit[:, 0] + (unit[:, 2] > 0.5))
    fresh = rows(50, seed=2)
    for tree, predicted in zip(forest.trees, forest.predict(fresh), strict=True):
        placed = tree.place(fresh)[:, None]
        box = ((placed > tree.low) & (placed <= tree.high)).all(axis=2).argmax(axis=1)
        np.testing.assert_array_equal(predicted, tree.values[box])


def test_the_forest_learns_and_out_of_bag_rows_show_it() -> None:
    unit = rows()
    loss = np.abs(unit[:, 0] - 0.3) + (unit[:, 2] > 0.5)
    predicted = grow(unit, loss).out_of_bag()
    assert np.isfinite(predicted).all()
    assert np.corrcoef(predicted, loss)[0, 1] > 0.95


def test_out_of_bag_rows_of_a_single_tree_are_those_that_it_did_not_draw() -> None:
    unit = rows(40)
    forest = grow(unit, unit[:, 0], n_trees=1)
    drawn = forest.trees[0].weights > 0
    np.testing.assert_array_equal(np.isnan(forest.out_of_bag()), drawn)


def test_the_same_boxes_hold_any_other_column() -> None:
    unit = rows()
    forest = grow(unit, ranks(unit[:, 0]))
    tens = forest.revalued(10 * ranks(unit[:, 0]))
    np.testing.assert_allclose(tens.predict(unit), 10 * forest.predict(unit))
    for tree in tens.trees:
        counts = np.bincount(tree.leaf_of_row, tree.weights)
        mean = 10 * (tree.weights @ ranks(unit[:, 0])) / tree.weights.sum()
        assert counts @ tree.values / counts.sum() == pytest.approx(mean)


def test_leaves_hold_three_distinct_trials_or_fewer_where_there_are_few() -> None:
    for n, expected in ((200, 3), (20, 2), (12, 1)):
        unit = rows(n)
        smallest = min(
            np.bincount(tree.leaf_of_row[tree.weights > 0]).min()
            for tree in grow(unit, unit[:, 0]).trees
        )
        assert smallest == expected


def test_the_same_seed_grows_the_same_forest() -> None:
    unit = rows(60)
    one, other = (grow(unit, unit[:, 0] + unit[:, 1]) for _ in range(2))
    np.testing.assert_array_equal(one.predict(unit), other.predict(unit))


def test_choices_that_are_numbers_keep_their_order_and_others_do_not() -> None:
    space = {
        "sizes": with_choices((64, 16, np.int64(128), 10**400, 0.5)),
        "names": CategoricalDistribution(tuple("abcdefgh")),
        "flags": CategoricalDistribution((True, False, 2)),
    }
    unit = unit_columns(space, np.random.default_rng(0).integers(0, 3, (30, 3)).astype(float))
    trees = fit_forest(space, unit, unit[:, 0], rng=np.random.default_rng(0)).trees
    assert {tuple(tree.positions[0]) for tree in trees} == {(2, 1, 3, 4, 0)}
    assert len({tuple(tree.positions[1]) for tree in trees}) > 10
    assert len({tuple(tree.positions[2]) for tree in trees}) == 6


def test_inactive_values_are_drawn_anew_over_the_whole_range() -> None:
    unit = rows(100)
    unit[:, 0] = np.nan
    unit[:, 2] = np.nan
    forest = grow(unit, unit[:, 1])
    assert np.isfinite(forest.predict(rows(10))).all()
    splits = [frozenset(tree.low[:, 0]) - {0.0} for tree in forest.trees]
    apart = [split for split in splits if split]
    assert len(apart) > 10
    assert sum(map(len, apart)) == len(frozenset.union(*apart))


def test_the_best_leaf_is_the_lowest_one() -> None:
    unit = rows()
    forest = grow(unit, np.abs(unit[:, 0] - 0.3))
    leaves = best_leaves(forest)
    for tree, leaf in zip(forest.trees, leaves, strict=True):
        assert tree.values[leaf] == tree.values.min()
    low, high = np.median(leaf_bounds(forest, leaves, 0), axis=0)
    assert low < 0.3 < high


def test_a_best_leaf_among_some_trials_holds_mostly_them() -> None:
    unit = rows()
    loss = unit[:, 0] + 2.0 * (unit[:, 2] > 0.5)  # the better half has the first two choices
    forest = grow(unit, loss)
    among = unit[:, 2] > 0.5
    for tree, leaf in zip(forest.trees, best_leaves(forest, among=among), strict=True):
        in_leaf = tree.leaf_of_row == leaf
        assert tree.weights[in_leaf & among].sum() > tree.weights[in_leaf].sum() / 2
    nowhere = best_leaves(forest, among=np.zeros(len(unit), dtype=bool))
    assert set(nowhere.tolist()) == {-1}
    assert leaf_bounds(forest, nowhere, 0).shape == (0, 2)
    assert leaf_choices(forest, nowhere, 2).shape == (0, 4)


def test_the_choices_of_the_best_leaf_are_the_good_ones_in_any_order() -> None:
    unit = rows()
    good = np.isin(from_unit(SPACE["c"], unit[:, 2]), [0, 3])
    flags = leaf_choices(forest := grow(unit, 1.0 - good), best_leaves(forest), 2)
    np.testing.assert_array_equal(flags.mean(axis=0) > 0.5, [True, False, False, True])


def test_few_trials_are_all_used_and_of_many_the_best_and_some_others() -> None:
    loss = np.random.default_rng(0).permutation(5000).astype(float)
    rng = np.random.default_rng(0)
    rows, weights = representative_rows(loss[:2000], rng)
    assert rows.tolist() == list(range(2000))
    assert set(weights) == {1.0}
    chosen, weights = representative_rows(loss, rng)
    assert len(np.unique(chosen)) == 2000
    assert np.all(np.diff(chosen) > 0)
    assert set(np.argsort(loss)[:500]) <= set(chosen)
    assert set(weights[loss[chosen] < 500]) == {1.0}
    assert weights.sum() == pytest.approx(5000)
    assert np.average(loss[chosen], weights=weights) == pytest.approx(loss.mean(), rel=0.05)


def test_weights_are_how_often_a_trial_is_drawn() -> None:
    unit, weights = rows(), np.where(np.arange(200) < 100, 1.0, 9.0)
    alike = grow(unit, unit[:, 0], weights=np.full(200, 3.0))
    assert alike.predict(unit).tolist() == grow(unit, unit[:, 0]).predict(unit).tolist()
    drawn = np.mean([t.weights for t in grow(unit, unit[:, 0], weights=weights).trees], axis=0)
    assert drawn[100:].sum() == pytest.approx(9 * drawn[:100].sum(), rel=0.1)


def test_a_single_level_is_never_split() -> None:
    space = {**SPACE, "one": IntDistribution(3, 3)}
    unit = np.column_stack([rows(), to_unit(space["one"], np.full(200, 3.0))])
    for tree in fit_forest(space, unit, unit[:, 0], rng=np.random.default_rng(0)).trees:
        assert (tree.high[:, 3] - tree.low[:, 3] == 1).all()


def test_a_level_between_those_that_a_node_holds_is_on_one_side_of_its_split() -> None:
    """The middle between the levels 3 and 5 is level 4, at 0.7 on the unit interval."""
    space = {"n": IntDistribution(1, 5)}
    levels = np.array([1.0, 2, 3, 5] * 20)
    unit = unit_columns(space, levels[:, None])
    forest = fit_forest(space, unit, (levels == 5) * 1.0, rng=np.random.default_rng(0))
    for tree in forest.trees:
        edges = np.unique(np.concatenate([tree.low[:, 0], tree.high[:, 0]]))
        np.testing.assert_allclose(edges * 5, np.round(edges * 5), atol=1e-9)
        np.testing.assert_array_equal(
            tree.predict(np.array([[0.7]])), tree.predict(np.array([[0.7 - 1e-6]]))
        )


def test_values_off_the_grid_and_inactive_ones_fall_into_whole_cells() -> None:
    space = {"n": IntDistribution(1, 5), "x": FloatDistribution(0, 1)}
    unit = np.random.default_rng(0).random((80, 2))  # continuous, as enqueued values may be
    unit[::2, 0] = np.nan
    forest = fit_forest(space, unit, unit[:, 1], min_leaf=1, rng=np.random.default_rng(0))
    for tree in forest.trees:
        assert np.isfinite(tree.values).all()
        assert ((tree.high - tree.low) > 0).all()
