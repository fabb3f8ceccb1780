from __future__ import annotations

import warnings

import numpy as np
import optuna
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

from optuna_guide.models.ped_anova import ped_anova
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

UNIT = {"x": FloatDistribution(0, 1), "y": FloatDistribution(0, 1)}


def _everything(trial: optuna.Trial) -> float:
    lr = trial.suggest_float("lr", 1e-6, 1, log=True)
    width = trial.suggest_int("width", 1, 300, log=True)
    depth = trial.suggest_int("depth", 2, 9)
    grid = trial.suggest_float("grid", -1, 1, step=0.25)
    kind = trial.suggest_categorical("kind", ["sgd", "adam", "lion"])
    fixed = trial.suggest_int("fixed", 3, 3)
    loss = abs(np.log10(lr) + 3) + 0.2 * depth + grid**2 + 0.001 * width + fixed
    if kind == "sgd":
        loss += 2 * trial.suggest_float("momentum", 0, 1) - 1
    return float(loss)


@pytest.mark.parametrize("n_trials", [12, 150])
@pytest.mark.parametrize(
    "sampler",
    [
        pytest.param(optuna.samplers.RandomSampler(seed=1), id="random"),
        pytest.param(optuna.samplers.TPESampler(seed=1), id="tpe"),
    ],
)
def test_the_numbers_are_those_of_optunas_evaluator(
    sampler: optuna.samplers.BaseSampler, n_trials: int
) -> None:
    study = optuna.create_study(sampler=sampler)
    study.optimize(_everything, n_trials=n_trials)
    table = read_trials(read_snapshot(study))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = get_param_importances(study, evaluator=PedAnovaImportanceEvaluator())
    ours = ped_anova(table.space, table.params, table.losses[:, 0])
    assert dict(zip(table.names, ours, strict=True)) == pytest.approx(theirs, abs=1e-9)


def test_the_parameter_that_makes_the_top_is_important() -> None:
    x = np.random.default_rng(0).random((400, 2))
    importances = ped_anova(UNIT, x, np.abs(x[:, 1] - 0.3))
    assert importances.sum() == pytest.approx(1.0)
    assert importances[1] > 0.9


def test_only_the_top_counts() -> None:
    x = np.random.default_rng(0).random((1000, 2))
    loss = 10 * (x[:, 0] > 0.5) + x[:, 1]  # x decides over the half, y over the best of it
    half, best = (ped_anova(UNIT, x, loss, top=top) for top in (0.5, 0.02))
    assert half[0] > 0.9
    assert best[1] > 0.7


@pytest.mark.parametrize(
    ("params", "loss"),
    [
        pytest.param(np.empty((0, 2)), np.empty(0), id="no trials"),
        pytest.param(np.full((1, 2), 0.5), np.ones(1), id="one trial"),
        pytest.param(np.random.default_rng(0).random((30, 2)), np.ones(30), id="constant loss"),
        pytest.param(np.full((30, 2), 0.5), np.arange(30.0), id="constant parameters"),
        pytest.param(np.full((30, 2), np.nan), np.arange(30.0), id="never active"),
    ],
)
def test_where_nothing_distinguishes_the_top_all_is_zero(
    params: np.ndarray, loss: np.ndarray
) -> None:
    assert ped_anova(UNIT, params, loss).tolist() == pytest.approx([0.0, 0.0], abs=1e-9)


def test_single_values_and_many_choices_are_taken() -> None:
    rng = np.random.default_rng(0)
    space: dict[str, BaseDistribution] = {
        "fixed": FloatDistribution(2, 2),
        "only": CategoricalDistribution(["a"]),
        "many": CategoricalDistribution(list(range(200))),
        "wide": FloatDistribution(1e-12, 1, log=True),
        "big": IntDistribution(0, 10**12),
    }
    many = rng.integers(0, 200, 300)
    params = np.column_stack(
        [
            np.full(300, 2.0),
            np.zeros(300),
            many,
            10.0 ** -rng.uniform(0, 12, 300),
            rng.integers(0, 10**12, 300),
        ]
    )
    importances = ped_anova(space, params, (many >= 20).astype(float))
    assert importances[:2].tolist() == [0.0, 0.0]
    assert importances[2] > 0.6


@pytest.mark.parametrize("top", [0.0, 1.0, -1.0])
def test_a_share_beyond_its_bounds_is_refused(top: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        ped_anova(UNIT, np.zeros((5, 2)), np.zeros(5), top=top)
