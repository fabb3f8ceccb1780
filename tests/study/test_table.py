"""What a study becomes as a table."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState, create_trial
from ugly import UGLY, run, with_values

from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials


def add(study: optuna.Study, value: float, params: dict[str, Any], **distributions: Any) -> None:
    study.add_trial(create_trial(value=value, params=params, distributions=distributions))


def test_maximised_objectives_are_negated() -> None:
    study = optuna.create_study(directions=["maximize", "minimize"])
    study.add_trial(create_trial(values=[2.0, 3.0]))
    table = read_trials(read_snapshot(study))
    assert table.losses.tolist() == [[-2.0, 3.0]]
    assert table.maximised == (True, False)
    assert table.objectives == ("value_0", "value_1")


def test_objectives_are_called_by_their_metric_names() -> None:
    study = with_values([1.0])
    assert read_trials(read_snapshot(study)).objectives == ("value",)
    study.set_metric_names(["validation loss"])
    assert read_trials(read_snapshot(study)).objectives == ("validation loss",)


def test_inactive_parameters_are_nan_and_counted() -> None:
    def objective(trial: optuna.Trial) -> float:
        if trial.suggest_categorical("solver", ["sgd", "adam"]) == "sgd":
            return trial.suggest_float("momentum", 0, 1)
        return 2.0

    study = run(objective, 40)
    table = read_trials(read_snapshot(study))
    sgd = table.params[:, 0] == 0
    np.testing.assert_array_equal(np.isnan(table.params[:, 1]), ~sgd)
    assert dict(zip(table.names, table.active_share, strict=True)) == {
        "solver": 1.0,
        "momentum": pytest.approx(sgd.mean()),
    }
    assert table.values("momentum")[int(np.argmin(sgd))] is None
    assert table.values("solver") == [t.params["solver"] for t in study.trials]


def test_unusable_trials_are_counted_with_the_reason() -> None:
    table = read_trials(read_snapshot(UGLY["everything finished badly"]()))
    assert len(table) == 0
    assert table.dropped == {"failed": 4, "pruned": 3, "value is not finite": 2}
    assert table.states == {"FAIL": 4, "PRUNED": 3, "COMPLETE": 2, "RUNNING": 1}


def test_a_trial_with_one_infinite_objective_is_not_half_used() -> None:
    study = optuna.create_study(directions=["minimize", "minimize"])
    study.add_trial(create_trial(values=[1.0, math.inf]))
    study.add_trial(create_trial(values=[1.0, 2.0]))
    assert read_trials(read_snapshot(study)).numbers.tolist() == [1]


def test_pruned_trials_are_used_through_their_last_step_where_asked_for() -> None:
    study = with_values([0.0, 1.0])
    steps = {0: 9.0, 10: 7.0, 2: 8.0}
    study.add_trial(create_trial(state=TrialState.PRUNED, intermediate_values=steps))
    study.add_trial(create_trial(state=TrialState.PRUNED))
    assert len(read_trials(read_snapshot(study))) == 2
    table = read_trials(read_snapshot(study), include_pruned=True)
    assert table.losses[:, 0].tolist() == [0.0, 1.0, 7.0]
    assert table.pruned.tolist() == [False, False, True]
    assert table.dropped == {"pruned": 1}


def test_running_and_waiting_trials_are_only_counted() -> None:
    study = with_values([0.0, 1.0])
    study.enqueue_trial({"x": 0.5})
    study.ask()
    study.enqueue_trial({"x": 0.1})
    table = read_trials(read_snapshot(study))
    assert len(table) == 2
    assert table.states == {"COMPLETE": 2, "RUNNING": 1, "WAITING": 1}
    assert table.dropped == {}


def test_changed_ranges_are_widened_and_noted() -> None:
    study = optuna.create_study()
    add(
        study, 1.0, {"x": 0.5, "c": "a"}, x=FloatDistribution(0, 1), c=CategoricalDistribution("a")
    )
    add(study, 2.0, {"x": 3.0, "c": "b"}, x=IntDistribution(2, 4), c=CategoricalDistribution("ba"))
    table = read_trials(read_snapshot(study))
    assert table.space["x"] == FloatDistribution(0, 4)
    assert table.values("c") == ["a", "b"]
    assert table.notes == (
        "The range of x changed during the study: the widest is used.",
        "The range of c changed during the study: the widest is used.",
    )


def test_the_newest_of_alternating_ranges_decides_about_the_logarithm() -> None:
    plain, log = FloatDistribution(0.1, 1.0), FloatDistribution(0.2, 2.0, log=True)
    for order, expected in ([log, plain, log], True), ([plain, log, plain], False):
        study = optuna.create_study()
        for distribution in order:
            add(study, 1.0, {"x": 0.5}, x=distribution)
        assert read_trials(read_snapshot(study)).space["x"] == FloatDistribution(
            0.1, 2.0, log=expected
        )


@pytest.mark.parametrize("newest_is_categorical", [True, False])
def test_a_parameter_that_became_another_kind_keeps_the_newest(
    newest_is_categorical: bool,
) -> None:
    number, choice = FloatDistribution(0, 1), CategoricalDistribution(["a", "b"])
    study = optuna.create_study()
    told: list[Any] = [(0.5, number), ("b", choice)]
    for value, distribution in told if newest_is_categorical else told[::-1]:
        add(study, 1.0, {"x": value}, x=distribution)
    table = read_trials(read_snapshot(study))
    assert table.numbers.tolist() == [1]
    assert table.space["x"] == (choice if newest_is_categorical else number)
    assert table.dropped == {"a parameter changed its kind": 1}
    assert "x changed between numbers and choices" in table.notes[0]


def test_values_outside_of_their_range_are_left_out() -> None:
    table = read_trials(read_snapshot(UGLY["enqueued outside"]()))
    assert table.dropped == {"a parameter lies outside of its range": 2}
    assert 2 in table.numbers  # off the grid, but inside
    assert table.params[:, table.names.index("lr")].max() <= 1.0


def test_choices_that_compare_equal_are_told_apart() -> None:
    study = UGLY["mixed choices"]()
    told = [t.params["c"] for t in study.trials]
    values = read_trials(read_snapshot(study)).values("c")
    assert [(type(v), repr(v)) for v in values] == [(type(v), repr(v)) for v in told]


def test_a_choice_told_as_another_type_is_the_choice_that_it_equals() -> None:
    study = optuna.create_study()
    add(study, 1.0, {"c": 2.0}, c=CategoricalDistribution((1, 2)))
    assert read_trials(read_snapshot(study)).values("c") == [2]


def test_violations_are_the_sums_of_what_is_positive() -> None:
    study = optuna.create_study()
    for constraints in ({"a": -1.0, "b": 2.0}, {"a": 0.0}, {}, {"a": 1.0, "b": 2.0}):
        study.add_trial(create_trial(value=0.0, constraints=constraints))
    table = read_trials(read_snapshot(study))
    assert table.constrained
    assert table.violations.tolist() == [2.0, 0.0, math.inf, 3.0]
    assert not read_trials(read_snapshot(with_values([1.0]))).constrained


def test_numeric_attributes_are_columns() -> None:
    table = read_trials(read_snapshot(UGLY["odd attributes"]()))
    assert set(table.attributes) == {"odd", "params"}
    assert table.attributes["params"].tolist() == list(range(30))
    odd = table.attributes["odd"][:10]
    assert odd[:2].tolist() == [1, 2.5]
    assert np.isnan(odd[2:]).all()


def test_durations_are_seconds() -> None:
    study = optuna.create_study()
    start = datetime(2026, 5, 4)
    trial = create_trial(value=1.0)
    trial.datetime_start, trial.datetime_complete = start, start + timedelta(minutes=2)
    study.add_trial(trial)
    assert read_trials(read_snapshot(study)).durations.tolist() == [120.0]


def test_taking_rows_takes_them_of_every_column() -> None:
    table = read_trials(read_snapshot(UGLY["odd attributes"]()))
    taken = table.take(np.array([4, 2]))
    assert taken.numbers.tolist() == [4, 2]
    assert taken.attributes["params"].tolist() == [4, 2]
    assert len(taken) == len(taken.params) == len(taken.losses) == len(taken.durations) == 2
    assert taken.unit().shape == (2, 1)


@pytest.mark.parametrize("name", ["odd names", "steps that do not divide", "rarely active"])
def test_a_stored_study_reads_as_the_one_in_memory(name: str, sqlite_url: str) -> None:
    memory = UGLY[name]()
    stored = optuna.create_study(storage=sqlite_url)
    stored.add_trials(memory.trials)
    one, other = read_trials(read_snapshot(memory)), read_trials(read_snapshot(stored))
    assert one.space == other.space
    np.testing.assert_array_equal(one.params, other.params)
    np.testing.assert_array_equal(one.losses, other.losses)
