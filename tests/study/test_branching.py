"""Which choices bring parameters with them."""

from __future__ import annotations

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import Trial, TrialState

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.study.branching import Branching, name_branch, read_branching, say_where
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials


def models(trial: Trial) -> float:
    """Kernels within one model; one model fails before it asks, another is pruned."""
    model = trial.suggest_categorical("model", ["svm", "mlp", "hgb"])
    if model == "svm":
        if trial.suggest_categorical("kernel", ["rbf", "linear"]) == "rbf":
            trial.suggest_float("gamma", 0, 1)
        return 0.1
    if model == "hgb":
        if trial.number % 4 == 0:
            raise ValueError
        depth = trial.suggest_int("depth", 1, 9)
        trial.report(depth, 0)
        raise optuna.TrialPruned
    layers = trial.suggest_int("layers", 1, 3)
    return sum(trial.suggest_float(f"width{k}", 0, 1) for k in range(layers))


def branching_of(objective=models, n: int = 90) -> Branching:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=n, catch=ValueError)
    return read_trials(read_snapshot(study)).branching


def test_a_parameter_is_active_where_a_choice_or_a_number_tells() -> None:
    found = branching_of()
    assert found.where == {
        "kernel": {"model": Choices((0,))},
        "gamma": {"kernel": Choices((0,))},
        "depth": {"model": Choices((2,))},
        "layers": {"model": Choices((1,))},
        "width0": {"model": Choices((1,))},
        "width1": {"layers": Intervals(((2.0, 3.0),))},
        "width2": {"layers": Intervals(((3.0, 3.0),))},
    }


def test_pruned_and_failed_trials_count_for_their_choice() -> None:
    found = branching_of()
    assert set(found.counts) == {"model", "kernel"}
    svm, mlp, hgb = found.counts["model"]
    assert svm.n_complete > 0 < mlp.n_complete
    assert hgb.n_complete == 0 < min(hgb.n_pruned, hgb.n_failed)
    assert "depth" in found.space


def test_nothing_is_conditional_where_all_trials_have_all_parameters() -> None:
    assert branching_of(lambda t: t.suggest_float("x", 0, 1), 9).where == {}


def test_what_comes_and_goes_without_a_rule_hangs_on_nothing() -> None:
    def objective(trial: Trial) -> float:
        trial.suggest_categorical("a", "xy")
        if trial.number % 3 == 0:
            trial.suggest_float("b", 0, 1)
        return trial.suggest_float("c", 0, 1)

    assert branching_of(objective, 60).where == {}


def test_few_trials_of_many_values_tell_nothing() -> None:
    space = {"a": IntDistribution(0, 99), "b": FloatDistribution(0, 1)}
    trials = [
        optuna.trial.create_trial(
            params={"a": k} | ({"b": 0.5} if k > 4 else {}),
            distributions={"a": space["a"]} | ({"b": space["b"]} if k > 4 else {}),
            value=0.0,
            state=TrialState.COMPLETE,
        )
        for k in range(9)
    ]
    assert read_branching(trials, space).where == {}


@pytest.mark.parametrize(
    ("part", "said", "named"),
    [
        pytest.param(Choices((1,)), "p == 'b'", "b", id="one choice"),
        pytest.param(Choices((0, 2)), "p in ('a', None)", "a or None", id="two choices"),
        pytest.param(Intervals(((3, 4),)), "p >= 3", "p >= 3", id="large"),
        pytest.param(Intervals(((1, 3),)), "p <= 3", "p <= 3", id="small"),
        pytest.param(Intervals(((4, 4),)), "p == 4", "p == 4", id="one number"),
    ],
)
def test_a_condition_is_said_as_python_and_in_few_words(part, said: str, named: str) -> None:
    number = isinstance(part, Intervals)
    space = {"p": IntDistribution(1, 4) if number else CategoricalDistribution(("a", "b", None))}
    assert say_where({"p": part}, space) == said
    assert name_branch({"p": part}, space) == named
