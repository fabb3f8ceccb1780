from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import optuna
import pytest
from optuna.importance import get_param_importances
from optuna.testing.pytest_importance import (
    BasicImportanceEvaluatorTestCase,
    ConditionalImportanceEvaluatorTestCase,
)

from optuna_guide.models.importance.ebm import EBMImportanceEvaluator

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna.importance import BaseImportanceEvaluator


class TestOptunasSuites(BasicImportanceEvaluatorTestCase, ConditionalImportanceEvaluatorTestCase):
    @pytest.fixture
    def evaluator(self) -> Callable[..., BaseImportanceEvaluator]:
        return partial(EBMImportanceEvaluator, seed=0)


def _study(objective: Callable[[optuna.Trial], object], n_trials: int = 80) -> optuna.Study:
    n_objectives = len(np.atleast_1d(objective(optuna.trial.FixedTrial({"a": 1.0, "b": 1.0}))))
    study = optuna.create_study(
        directions=["minimize"] * n_objectives, sampler=optuna.samplers.RandomSampler(seed=0)
    )
    study.optimize(objective, n_trials=n_trials)
    return study


def _sum(trial: optuna.Trial) -> float:
    return 3 * trial.suggest_float("a", 0, 1) + trial.suggest_float("b", 0, 1)


def _product(trial: optuna.Trial) -> float:
    return 20 * (trial.suggest_float("a", 0, 1) - 0.5) * (trial.suggest_float("b", 0, 1) - 0.5)


def _two(trial: optuna.Trial) -> tuple[float, float]:
    a, b = trial.suggest_float("a", 0, 1), trial.suggest_float("b", 0, 1)
    return 3 * a + b, a + 3 * b


def test_importance_is_the_mean_absolute_score_in_target_units() -> None:
    importances = EBMImportanceEvaluator(seed=0).evaluate(_study(_sum, 200))
    assert list(importances) == ["a", "b"]
    assert importances["a"] == pytest.approx(0.75, rel=0.1)  # E|3a - 3/2|
    assert importances["b"] == pytest.approx(0.25, rel=0.2)


def test_the_same_seed_gives_the_same_importances() -> None:
    study = _study(_sum)
    first, second, other = (EBMImportanceEvaluator(seed=s).evaluate(study) for s in (1, 1, 2))
    assert first == second
    assert first != other


def test_an_evaluator_without_a_seed_works() -> None:
    importances = get_param_importances(_study(_sum), evaluator=EBMImportanceEvaluator())
    assert sum(importances.values()) == pytest.approx(1.0)
    assert importances["a"] > importances["b"]


def test_an_interaction_counts_for_both_of_its_partners() -> None:
    importances = EBMImportanceEvaluator(seed=0).evaluate(_study(_product, 300))
    assert importances["a"] == pytest.approx(importances["b"], rel=0.25)
    assert min(importances.values()) > 0.4  # the mains alone are near 0, E|f_ab| = 1.25


def test_several_objectives_need_a_target() -> None:
    with pytest.raises(ValueError, match="2 objectives"):
        EBMImportanceEvaluator(seed=0).evaluate(_study(_two))


def test_the_target_says_which_objective_is_assessed() -> None:
    study = _study(_two)
    first, second = (
        EBMImportanceEvaluator(seed=0).evaluate(study, target=lambda t, k=k: t.values[k])
        for k in (0, 1)
    )
    assert next(iter(first)) == "a"
    assert next(iter(second)) == "b"
