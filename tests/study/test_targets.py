"""Which loss is explained."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from optuna.trial import Trial, TrialState, create_trial
from ugly import UGLY, constrained, run

from optuna_guide.study.attribute_directions import attribute_direction
from optuna_guide.study.fronts import pareto_rank, violations_of
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target, target_names


def peel(losses: np.ndarray) -> np.ndarray:
    """Domination ranks by their definition."""
    ranks, left, front = np.zeros(len(losses)), np.arange(len(losses)), 0
    while len(left):
        rows = losses[left]
        no_worse = (rows[:, None] <= rows[None]).all(axis=-1)
        dominated = (no_worse & (rows[:, None] < rows[None]).any(axis=-1)).any(axis=0)
        ranks[left[~dominated]] = front
        left, front = left[dominated], front + 1
    return ranks


@given(
    st.integers(1, 4).flatmap(
        lambda m: arrays(
            np.float64,
            st.tuples(st.integers(1, 30), st.just(m)),
            elements=st.integers(-2, 2).map(float) | st.floats(-1e300, 1e300),
        )
    )
)
def test_pareto_ranks_are_those_of_peeled_fronts(losses: np.ndarray) -> None:
    np.testing.assert_array_equal(pareto_rank(losses, np.zeros(len(losses))), peel(losses))


def test_infeasible_trials_rank_behind_all_feasible_ones_by_their_violation() -> None:
    losses = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [-1.0, -1.0], [-2.0, -2.0]])
    violations = np.array([0.5, 0.0, 0.0, math.inf, 0.5])
    assert pareto_rank(losses, violations).tolist() == [2, 0, 1, 3, 2]
    assert pareto_rank(losses[:1], np.ones(1)).tolist() == [0]
    assert pareto_rank(losses[:0], np.ones(0)).tolist() == []


def test_the_default_is_the_objective_or_the_pareto_rank_of_several() -> None:
    single = read_target(read_trials(read_snapshot(UGLY["maximised"]())))
    assert (single.name, single.kind, single.direction) == ("value", "objective", "maximize")
    np.testing.assert_array_equal(single.loss, -single.values)
    several = read_target(read_trials(read_snapshot(UGLY["two objectives"]())))
    assert (several.kind, several.direction) == ("pareto_rank", "minimize")


def test_an_objective_is_named_or_counted() -> None:
    table = read_trials(read_snapshot(UGLY["two objectives"]()))
    by_name, by_index = read_target(table, "value_1"), read_target(table, 1)
    np.testing.assert_array_equal(by_name.loss, by_index.loss)
    assert by_name.direction == "maximize"


def test_a_single_constrained_objective_puts_infeasible_trials_behind() -> None:
    table = read_trials(read_snapshot(UGLY["constrained"]()))
    goal = read_target(table)
    feasible = table.violations <= 0
    assert goal.loss[feasible].max() < goal.loss[~feasible].min()
    order = np.argsort(table.violations[~feasible])
    assert np.all(np.diff(goal.loss[~feasible][order]) > 0)
    np.testing.assert_array_equal(goal.values, table.losses[:, 0])


def test_infeasible_trials_behind_the_largest_floats_stay_finite() -> None:
    def objective(trial: Trial) -> float:
        x = trial.suggest_float("x", -1, 1)
        trial.set_constraint("c", x)
        return 1.7e308 * x

    study = run(objective)
    assert np.isfinite(read_target(read_trials(read_snapshot(study))).loss).all()


def test_feasibility_is_a_target_where_there_are_constraints() -> None:
    table = read_trials(read_snapshot(UGLY["constrained"]()))
    goal = read_target(table, "feasible")
    assert set(goal.values.tolist()) == {0.0, 1.0}
    assert goal.direction == "maximize"
    assert "feasible" not in target_names(read_trials(read_snapshot(UGLY["maximised"]())))


def test_an_attribute_has_the_direction_that_it_is_given_and_only_its_rows() -> None:
    table = read_trials(read_snapshot(UGLY["odd attributes"]()))
    up, down = read_target(table, "odd", direction="maximize"), read_target(table, "odd")
    np.testing.assert_array_equal(up.loss, -down.loss)
    np.testing.assert_array_equal(up.values, down.values)
    assert up.rows.tolist() == [0, 1, 10, 11, 20, 21]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        pytest.param(lambda loss, noise: -3 * loss + 0.01 * noise, "maximize", id="with better"),
        pytest.param(lambda loss, noise: loss + noise, "minimize", id="with worse"),
        pytest.param(lambda loss, noise: noise, "minimize", id="with neither"),
        pytest.param(lambda loss, noise: 0 * loss, "minimize", id="constant"),
        pytest.param(lambda loss, noise: loss + math.nan, "minimize", id="missing"),
    ],
)
def test_an_attribute_is_better_high_where_it_goes_with_better_trials(attribute, expected) -> None:
    loss, noise = np.random.default_rng(0).normal(size=(2, 40))
    loss[0] = math.nan
    assert attribute_direction("depth/3", attribute(loss, noise), loss) == expected


@pytest.mark.parametrize("name", ["n_params", "fit_seconds", "latency", "val_loss", "size", "MB"])
def test_a_cost_is_better_low_however_well_larger_models_do(name: str) -> None:
    loss = np.random.default_rng(0).normal(size=40)
    assert attribute_direction(name, -loss, loss) == "minimize"
    assert attribute_direction("depth", -loss, loss) == "maximize"
    assert attribute_direction("depth", -loss[:5], loss[:5]) == "minimize"


@pytest.mark.parametrize("name", ["acc/4", "val_accuracy", "f1", "roc_auc", "R2", "test score"])
def test_what_is_called_an_accuracy_or_a_score_is_better_where_it_is_higher(name):
    loss = np.random.default_rng(0).random(40)
    assert attribute_direction(name, np.random.default_rng(1).random(40), loss) == "maximize"
    assert attribute_direction(name, np.ones(3), loss[:3]) == "maximize"
    assert attribute_direction(f"{name} error", -loss, loss) == "minimize"


def test_an_attribute_without_a_given_direction_says_what_its_own_rests_on() -> None:
    table = read_trials(read_snapshot(UGLY["maximised"]()))
    table = replace(table, attributes={"acc/3": -table.losses[:, 0] / 3})
    goal = read_target(table, "acc/3")
    assert (goal.direction, goal.loss.tolist()) == ("maximize", (-goal.values).tolist())
    assert goal.note == "Higher acc/3 is taken as better: it goes with better trials."
    assert read_target(table, "acc/3", direction="maximize").note == ""


def test_the_duration_is_a_target_that_is_better_short() -> None:
    goal = read_target(read_trials(read_snapshot(UGLY["one parameter"]())), "duration")
    assert goal.direction == "minimize"
    assert np.all(goal.loss >= 0)


def test_what_is_always_the_same_is_no_target() -> None:
    study = optuna.create_study()
    start = datetime(2026, 1, 1)
    for i in range(4):
        trial = create_trial(value=float(i), user_attrs={"size": 7, "telling": i})
        trial.user_attrs |= {"seen once": i} if i == 2 else {}
        trial.datetime_start, trial.datetime_complete = start, start + timedelta(seconds=9)
        study.add_trial(trial)
    study.add_trial(create_trial(state=TrialState.FAIL, user_attrs={"size": 8}))
    assert target_names(read_trials(read_snapshot(study))) == ("value", "pareto_rank", "telling")


@pytest.mark.parametrize(
    ("n_objectives", "expected"),
    [
        pytest.param(1, ("value", "pareto_rank", "duration", "feasible"), id="one"),
        pytest.param(
            2, ("pareto_rank", "value_0", "value_1", "duration", "feasible"), id="two objectives"
        ),
    ],
)
def test_the_names_of_the_targets_start_with_the_default(
    n_objectives: int, expected: tuple[str, ...]
) -> None:
    table = read_trials(read_snapshot(constrained(n_objectives, lambda t, x: x)))
    assert target_names(table) == expected
    for name in expected:
        assert read_target(table, name).name == name
    assert read_target(table).name == expected[0]


def test_an_unknown_target_is_refused_with_the_known_ones() -> None:
    table = read_trials(read_snapshot(UGLY["odd attributes"]()))
    with pytest.raises(ValueError, match=r"'accuracy'.*value, pareto_rank, duration, odd, params"):
        read_target(table, "accuracy")


def test_a_trial_that_tells_no_constraints_is_infeasible_where_another_one_does() -> None:
    assert violations_of(np.array([np.nan, np.nan])).tolist() == [0.0, 0.0]
    assert violations_of(np.array([np.nan, 0.0, 2.0])).tolist() == [np.inf, 0.0, 2.0]
