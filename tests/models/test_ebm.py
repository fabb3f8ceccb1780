from __future__ import annotations

import logging
import subprocess
import sys
import threading

import numpy as np
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.direction import Direction
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Shape
from optuna_guide.models.ebm import Ebm, fit_ebm

XY: dict[str, BaseDistribution] = {"x": FloatDistribution(0, 1), "y": FloatDistribution(0, 1)}
LOG = {"lr": FloatDistribution(1e-12, 1.0, log=True)}
KIND = {"kind": CategoricalDistribution(["a", "b", "c", "d"])}


def _uniform(n: int, p: int = 2, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((n, p))


def _fit(space: dict[str, BaseDistribution], params: np.ndarray, values: np.ndarray) -> Ebm:
    values = clip_outliers(values, "minimize")
    return fit_ebm(space, params, values, direction="minimize", seed=0)


def _score_at(shape: Shape, value: float) -> float:
    return shape.score[int(np.searchsorted(shape.edges, value, side="right")) - 1]


def test_shape_functions_are_the_additive_parts() -> None:
    x = _uniform(500)
    ebm = _fit(XY, x, 4 * x[:, 0] + np.sin(6 * x[:, 1]) + 100)
    for value in (0.1, 0.4, 0.8):
        assert _score_at(ebm.shapes["x"], value) == pytest.approx(4 * value - 2, abs=0.15)
    assert ebm.intercept == pytest.approx(np.mean(4 * x[:, 0] + np.sin(6 * x[:, 1]) + 100))
    assert ebm.importances[0] == pytest.approx(1.0, rel=0.1)


def test_predictions_are_in_target_units_on_rows_that_were_not_seen() -> None:
    x, new = _uniform(600), _uniform(200, seed=1)
    ebm = _fit(XY, x, 1e6 + 50 * x[:, 0] * x[:, 1])
    error = ebm.predict(new) - (1e6 + 50 * new[:, 0] * new[:, 1])
    assert np.sqrt(np.mean(error**2)) < 1.5  # the values deviate by 11


def test_bins_tile_the_range_and_count_every_trial() -> None:
    x = _uniform(300)
    for name, shape in _fit(XY, x, x[:, 0]).shapes.items():
        assert shape.edges[0] == 0.0, name
        assert shape.edges[-1] == 1.0, name
        assert np.all(np.diff(shape.edges) > 0), name
        assert len(shape.score) == len(shape.error) == len(shape.counts) == len(shape.edges) - 1
        assert sum(shape.counts) == 300
        assert shape.inactive is None


def test_log_ranges_over_twelve_decades_keep_their_own_units() -> None:
    lr = 10.0 ** -(12 * _uniform(300, 1))
    shape = _fit(LOG, lr, np.log10(lr[:, 0])).shapes["lr"]
    assert (shape.edges[0], shape.edges[-1]) == (1e-12, 1.0)
    assert _score_at(shape, 1e-9) == pytest.approx(-3.0, abs=0.5)
    assert _score_at(shape, 1e-3) == pytest.approx(3.0, abs=0.5)


def test_integers_and_steps_get_edges_between_their_levels() -> None:
    rng = np.random.default_rng(0)
    space = {"n": IntDistribution(1, 5), "s": FloatDistribution(0, 1, step=0.25)}
    params = np.column_stack([rng.integers(1, 6, 200), rng.integers(0, 5, 200) / 4])
    shapes = _fit(space, params, params.sum(axis=1)).shapes
    assert shapes["n"].edges == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
    assert shapes["s"].edges == pytest.approx([-0.125, 0.125, 0.375, 0.625, 0.875, 1.125])
    assert shapes["n"].counts == tuple(np.bincount(params[:, 0].astype(int))[1:])


def test_every_declared_choice_has_its_bin() -> None:
    kind = np.random.default_rng(0).choice([0.0, 1.0, 3.0], 200)  # "c" was never tried
    shape = _fit(KIND, kind[:, None], 2 * (kind == 3)).shapes["kind"]
    assert shape.edges == (-0.5, 0.5, 1.5, 2.5, 3.5)
    assert shape.counts[2] == 0
    assert shape.score[2] == 0.0
    assert shape.score[3] - shape.score[0] == pytest.approx(2.0, abs=0.1)


def test_choices_of_any_kind_are_told_apart() -> None:
    space = {"any": CategoricalDistribution([None, True, 1, 1.0, "1"])}
    index = np.arange(240) % 5
    shape = _fit(space, index[:, None].astype(float), index.astype(float)).shapes["any"]
    assert shape.score == pytest.approx(np.arange(5) - 2, abs=0.1)


def test_a_conditional_parameter_has_a_score_where_it_is_inactive() -> None:
    x = _uniform(600, 2)
    x[::2, 1] = np.nan
    ebm = _fit(XY, x, np.where(np.isnan(x[:, 1]), 5.0, 2 * x[:, 1]))
    shape = ebm.shapes["y"]
    assert shape.inactive == pytest.approx(2.0, abs=0.2)
    assert _score_at(shape, 0.5) == pytest.approx(-2.0, abs=0.3)
    assert sum(shape.counts) == 300
    assert ebm.predict(np.array([[0.5, np.nan]])) == pytest.approx([5.0], abs=0.2)


@pytest.mark.parametrize("n_active", [0, 1])
def test_a_parameter_that_is_hardly_ever_active_is_flat(n_active: int) -> None:
    x = _uniform(60)
    x[n_active:, 1] = np.nan
    ebm = _fit(XY, x, x[:, 0])
    shape = ebm.shapes["y"]
    assert shape.counts == (n_active,)
    assert shape.inactive == pytest.approx(0.0, abs=0.05)
    assert ebm.importances[0] > 10 * ebm.importances[1]


def test_columns_that_never_vary_are_flat_and_unimportant() -> None:
    space = {
        **XY,
        "fixed": FloatDistribution(3, 3),
        "only": CategoricalDistribution(["a"]),
        **KIND,
    }
    params = np.column_stack([_uniform(50), np.full(50, 3.0), np.zeros(50), np.full(50, 2.0)])
    ebm = _fit(space, params, params[:, 0])
    assert ebm.importances[2:].tolist() == [0.0, 0.0, 0.0]
    assert ebm.shapes["fixed"].score == (0.0,)
    assert ebm.shapes["only"].counts == (50,)
    assert ebm.shapes["kind"].counts == (0, 0, 50, 0)


def test_a_study_in_which_nothing_varies_is_its_mean() -> None:
    ebm = _fit({"fixed": FloatDistribution(3, 3)}, np.full((30, 1), 3.0), np.arange(30.0))
    assert ebm.intercept == 14.5
    assert ebm.pairs == ()
    assert ebm.predict(np.full((2, 1), 3.0)).tolist() == [14.5, 14.5]


def test_a_constant_target_is_explained_by_its_intercept() -> None:
    ebm = _fit(XY, _uniform(40), np.full(40, 7.0))
    assert ebm.intercept == 7.0
    assert ebm.importances.tolist() == [0.0, 0.0]
    assert all(shape.avoid is None for shape in ebm.shapes.values())


def test_a_pair_surface_adds_both_mains_to_the_interaction() -> None:
    x = _uniform(800)
    ebm = _fit(XY, x, 20 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5) + 3 * x[:, 0])
    (pair,) = ebm.pairs
    surface = pair.surface
    total, interaction = np.array(surface.total), np.array(surface.interaction)
    assert pair.names == ("x", "y")
    assert pair.importance == pytest.approx(1.25, rel=0.2)  # E|20 (x - .5)(y - .5)|
    assert total.shape == interaction.shape == (16, 16)
    truth = 20 * np.outer(np.array(surface.x) - 0.5, np.array(surface.y) - 0.5)
    assert np.sqrt(np.mean((interaction - truth) ** 2)) < 0.6
    mains = ebm.intercept + np.array([_score_at(ebm.shapes["x"], v) for v in surface.x])[:, None]
    mains = mains + np.array([_score_at(ebm.shapes["y"], v) for v in surface.y])
    assert total == pytest.approx(mains + interaction)


def test_surfaces_show_only_combinations_of_values_that_were_tried() -> None:
    rng = np.random.default_rng(0)
    space = {"many": CategoricalDistribution(list(range(200))), "width": IntDistribution(1, 999)}
    many = np.where(rng.random(400) < 0.5, rng.integers(0, 16, 400), rng.integers(16, 200, 400))
    width = rng.choice([32, 64, 512], 400)
    ebm = _fit(
        space, np.column_stack([many, width]).astype(float), (many < 5) * (width > 99) * 1.0
    )
    surface = ebm.pairs[0].surface
    assert surface.y == (32.0, 64.0, 512.0)
    assert len(surface.x) == 16
    assert set(range(10)) & set(surface.x)


def test_sixty_parameters_keep_ten_pairs() -> None:
    space = {f"x{j}": FloatDistribution(0, 1) for j in range(60)}
    x = _uniform(120, 60)
    ebm = _fit(space, x, 5 * x[:, 7])
    assert len(ebm.pairs) == 10
    assert int(np.argmax(ebm.importances)) == 7


def test_the_same_seed_gives_the_same_model() -> None:
    x = _uniform(60)
    values = x[:, 0] + 0.1 * _uniform(60, 1, seed=3)[:, 0]
    first, second = _fit(XY, x, values), _fit(XY, x, values)
    assert first.shapes == second.shapes
    assert first.pairs == second.pairs


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_bad_choice_and_a_bad_end_are_to_be_avoided(direction: Direction) -> None:
    rng = np.random.default_rng(0)
    space = {**KIND, **LOG, "noise": FloatDistribution(0, 1), "n": IntDistribution(1, 8)}
    kind, n = rng.integers(0, 4, 400), rng.integers(1, 9, 400)
    lr = 10.0 ** -(12 * rng.random(400))
    loss = 3.0 * (kind == 1) + 4.0 * (lr > 1e-2) + 3.0 * (n <= 2) + 0.3 * rng.normal(size=400)
    params = np.column_stack([kind, lr, rng.random(400), n])
    values = loss if direction == "minimize" else -loss
    shapes = fit_ebm(space, params, values, direction=direction, seed=0).shapes
    assert shapes["kind"].avoid == Choices((1,))
    assert isinstance(shapes["lr"].avoid, Intervals)
    ((low, high),) = shapes["lr"].avoid.intervals
    assert low == pytest.approx(1e-2, rel=0.5)
    assert high == 1.0
    assert shapes["n"].avoid == Intervals(((1.0, 2.0),))
    assert shapes["noise"].avoid is None


def test_too_few_trials_are_no_reason_to_avoid_anything() -> None:
    kind = np.array([0.0] * 50 + [1.0] * 4)[:, None]
    values = np.where(kind[:, 0] == 1, 10.0, 0.0) + 0.1 * np.arange(54)
    assert _fit(KIND, kind, values).shapes["kind"].avoid is None


def test_one_outlier_does_not_hide_the_effects() -> None:
    x = _uniform(100)
    values = 3 * x[:, 0]
    values[7] = 1e9
    ebm = _fit(XY, x, values)
    assert ebm.importances[0] == pytest.approx(0.75, rel=0.15)
    assert ebm.importances[1] < 0.2


def test_values_near_the_largest_float_stay_finite() -> None:
    x = _uniform(40)
    values = x[:, 0] * 1e300
    values[3] = -1.7e308
    ebm = _fit(XY, x, values)
    assert np.isfinite(ebm.predict(x)).all()
    assert np.isfinite(ebm.intercept)


def test_fewer_than_twenty_trials_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 20 trials, found 19"):
        _fit(XY, _uniform(19), np.arange(19.0))


def test_a_table_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(30, 2\).*found \(30, 3\)"):
        _fit(XY, _uniform(30, 3), np.arange(30.0))


def test_a_fit_beside_a_running_study_leaves_warnings_and_logging_alone() -> None:
    x = _uniform(40)
    x[::3, 1] = np.nan
    caught: list[Exception] = []

    def work() -> None:
        try:
            _fit(XY, x, x[:, 0])
        except Exception as error:
            caught.append(error)

    before = list(logging.getLogger().handlers)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert caught == []
    assert logging.getLogger().handlers == before


def test_importing_the_module_does_not_import_interpret() -> None:
    code = (
        "import sys, optuna_guide.models.ebm; print([m for m in sys.modules if 'interpret' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
