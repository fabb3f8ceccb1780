"""The exact fANOVA against analytic Sobol indices, and as an Optuna evaluator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import BaseImportanceEvaluator
from optuna.testing import pytest_importance

from optuna_guide.models.fanova import Marginals, fit_fanova, interaction, joint_share
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.importance.fanova import FanovaImportanceEvaluator

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna_guide.models.forest import Forest


def grow(function: Callable[[np.ndarray], np.ndarray], n_params: int, n: int = 1500) -> Forest:
    rng = np.random.default_rng(0)
    unit = rng.random((n, n_params))
    values = function(unit)
    space = {f"x{j}": FloatDistribution(0.0, 1.0) for j in range(n_params)}
    return fit_forest(space, unit, ranks(values), rng=rng).revalued(values)


def ishigami(unit: np.ndarray) -> np.ndarray:
    x = 2 * np.pi * unit - np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


@pytest.mark.parametrize(
    ("function", "mains", "pairs", "tolerance"),
    [
        pytest.param(ishigami, [0.314, 0.442, 0.0], {(0, 2): 0.244}, 0.12, id="ishigami"),
        pytest.param(
            lambda u: u[:, 0] * u[:, 1], [3 / 7, 3 / 7], {(0, 1): 1 / 7}, 0.03, id="product"
        ),
        pytest.param(lambda u: 2 * u[:, 0] + u[:, 1], [0.8, 0.2, 0.0], {}, 0.03, id="additive"),
        pytest.param(
            lambda u: ((u[:, 0] > 0.5) ^ (u[:, 1] > 0.5)) * 1.0,
            [0, 0, 0],
            {(0, 1): 1},
            0.06,
            id="xor",
        ),
    ],
)
def test_shares_are_the_analytic_sobol_indices(function, mains, pairs, tolerance):
    found = fit_fanova(Marginals(grow(function, len(mains))))
    np.testing.assert_allclose(found.mains, mains, atol=tolerance)
    for pair, share in found.pairs.items():
        assert share == pytest.approx(pairs.get(pair, 0.0), abs=tolerance)
    assert found.shapley().sum() == pytest.approx(1.0)


def test_shares_of_one_tree_equal_those_of_its_function_on_a_fine_grid():
    rng = np.random.default_rng(1)
    unit = rng.random((60, 2))
    space = {"a": FloatDistribution(0.0, 1.0), "b": FloatDistribution(0.0, 1.0)}
    forest = fit_forest(space, unit, unit[:, 0] ** 2 + unit[:, 1], n_trees=1, min_leaf=1, rng=rng)
    line = (np.arange(800) + 0.5) / 800
    grid = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    surface = forest.predict(grid)[0].reshape(800, 800)
    np.testing.assert_allclose(
        Marginals(forest).curve(0, line)[0], surface.mean(axis=1), atol=5e-3
    )


def test_interaction_of_an_additive_surface_is_nothing():
    weights = np.array([0.2, 0.3, 0.5])
    surface = np.add.outer([1.0, 2.0, 4.0], [5.0, 0.0, 1.0])
    np.testing.assert_allclose(interaction(surface, weights, weights), 0, atol=1e-12)


def test_a_set_explains_its_mains_and_interactions_and_everything_explains_all():
    forest = grow(lambda u: u[:, 0] * u[:, 1] + 0.3 * u[:, 2], 3)
    found = fit_fanova(Marginals(forest))
    expected = found.mains[0] + found.mains[1] + found.pairs[0, 1]
    assert joint_share(forest, [0, 1], found.variance) == pytest.approx(expected, abs=0.02)
    assert joint_share(forest, [0, 1, 2], found.variance) == pytest.approx(1.0, abs=0.02)
    assert joint_share(forest, [], found.variance) == 0.0


def test_a_logarithmic_parameter_is_measured_on_its_logarithm():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda t: (
            np.log10(t.suggest_float("lr", 1e-5, 1.0, log=True)) + 5 * t.suggest_float("x", 0, 1)
        ),
        n_trials=300,
    )
    found = FanovaImportanceEvaluator(seed=0).evaluate(study)
    assert found["lr"] == pytest.approx(0.5, abs=0.06)


def test_a_conditional_parameter_gets_the_share_of_its_branch():
    """E[f|c] and the branch's own effect, imputed uniformly: .40 and .40 of the variance."""
    rng = np.random.default_rng(0)
    space = {"c": CategoricalDistribution(["a", "b"]), "x": FloatDistribution(0.0, 1.0)}
    n = 2000
    branch = rng.integers(2, size=n)
    x = rng.random(n)
    loss = np.where(branch == 1, 2 * x, 0.0)
    unit = np.column_stack([(branch + 0.5) / 2, np.where(branch == 1, x, np.nan)])
    found = fit_fanova(Marginals(fit_forest(space, unit, ranks(loss), rng=rng).revalued(loss)))
    # Var = 5/12; Var_c = 1/4, Var_x = 1/12, Var_cx = 1/12
    np.testing.assert_allclose(found.mains, [0.6, 0.2], atol=0.04)
    assert found.pairs[0, 1] == pytest.approx(0.2, abs=0.04)


def test_choices_without_an_order_are_found_in_any_order():
    rng = np.random.default_rng(0)
    space = {"c": CategoricalDistribution(list("abcdefgh")), "n": IntDistribution(1, 4)}
    codes = rng.integers(8, size=600)
    unit = np.column_stack([(codes + 0.5) / 8, (rng.integers(4, size=600) + 0.5) / 4])
    loss = np.isin(codes, [1, 4, 6]) * 1.0
    forest = fit_forest(space, unit, loss, rng=rng)
    middles = (np.arange(8) + 0.5) / 8
    np.testing.assert_allclose(
        Marginals(forest).curve(0, middles).mean(axis=0), [0, 1, 0, 0, 1, 0, 1, 0], atol=0.02
    )
    assert fit_fanova(Marginals(forest)).mains[0] > 0.95


def test_a_constant_target_explains_nothing():
    found = fit_fanova(Marginals(grow(lambda u: np.ones(len(u)), 3, n=50)))
    assert found.mains.tolist() == [0.0, 0.0, 0.0]
    assert found.shapley().tolist() == [0.0, 0.0, 0.0]


class TestFanovaImportanceEvaluator(
    pytest_importance.BasicImportanceEvaluatorTestCase,
    pytest_importance.ConditionalImportanceEvaluatorTestCase,
):
    @pytest.fixture
    def evaluator(self) -> Callable[..., BaseImportanceEvaluator]:
        return FanovaImportanceEvaluator


def test_several_objectives_need_a_target():
    study = optuna.create_study(directions=["minimize", "maximize"])
    with pytest.raises(ValueError, match="has 2 objectives: say which one"):
        FanovaImportanceEvaluator().evaluate(study)


def test_a_chosen_set_of_parameters_is_assessed_together():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda t: (
            t.suggest_float("a", 0, 1) * t.suggest_float("b", 0, 1)
            + 0.2 * t.suggest_float("c", 0, 1)
        ),
        n_trials=300,
    )
    evaluator = FanovaImportanceEvaluator(seed=0)
    together = evaluator.evaluate_jointly(study, ["a", "b"])
    assert 0.85 < together < 1.0
    assert evaluator.evaluate_jointly(study, ["a"]) < together
    assert evaluator.evaluate_jointly(study, ["a", "b", "c"]) == pytest.approx(1.0, abs=0.02)
    assert evaluator.evaluate_jointly(study, []) == 0.0
    with pytest.raises(ValueError, match=r"has \['d'\]"):
        evaluator.evaluate_jointly(study, ["a", "d"])
