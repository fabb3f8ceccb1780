"""What nobody would choose, and values within it."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial

from optuna_guide.study.choices import set_context, set_direction
from optuna_guide.study.context import could_be_context
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.study.targets import Target, read_target
from optuna_guide.study.within import MIN_GROUP

SETS = ("PubMed", "Cora", "CiteSeer")


def read(study: optuna.Study) -> tuple[TrialsTable, Target]:
    table = read_trials(read_snapshot(study))
    return table, read_target(table)


def on_sets(n: int = 60, *, name: str = "dataset", scale: float = 3.0) -> optuna.Study:
    """Each data set has values of its own size; within it, more of ``x`` is better."""
    study = optuna.create_study(direction="maximize")
    rng = np.random.default_rng(0)
    space = {name: CategoricalDistribution(SETS), "x": FloatDistribution(0, 1)}
    for i in range(n):
        k, x = i % 3, float(rng.random())
        params = {name: SETS[k], "x": x}
        value = 10.0 * k + scale**k * x
        study.add_trial(create_trial(params=params, distributions=space, value=value))
    return study


@pytest.mark.parametrize(
    "name",
    [
        "dataset", "data_set", "Dataset", "train_dataset", "dataset.name", "data.dataset",
        "datasetName", "fold", "cv_fold", "fold_idx", "seed", "random_seed", "randomState",
        "model/seed", "machine", "host", "hostname", "gpu", "gpu_id", "gpu_type", "task",
        "task_name", "subject", "subject_id", "env_id", "data.name", "language_pair",
    ],
)  # fmt: skip
def test_names_of_contexts(name: str) -> None:
    assert could_be_context(name)


@pytest.mark.parametrize(
    "name",
    [
        "n_folds", "folds", "kfold", "n_seeds", "dataset_size", "data_fraction", "n_gpus",
        "num_workers", "workers", "augmentation", "task_weight", "model", "model_type", "lr",
        "seed_length", "subsample", "language_model", "split_ratio", "", "data", "node_num",
        "generation",
    ],
)  # fmt: skip
def test_names_of_settings(name: str) -> None:
    assert not could_be_context(name)


def attributes(name: str, values: list[object]) -> optuna.Study:
    study = optuna.create_study()
    for i, value in enumerate(values):
        study.add_trial(
            create_trial(
                params={"x": i / len(values)},
                distributions={"x": FloatDistribution(0, 1)},
                user_attrs={} if value is None else {name: value},
                value=float(i),
            )
        )
    return study


@pytest.mark.parametrize(
    ("name", "values", "is_one"),
    [
        pytest.param("dataset", ["a", "b"] * 10, True, id="texts"),
        pytest.param("fold", [0, 1, 2, 3] * 5, True, id="whole numbers"),
        pytest.param("seed", list(range(20)), True, id="a seed for each trial"),
        pytest.param("seed", [0.1 * k for k in range(20)], False, id="fractions"),
        pytest.param("dataset", ["a"] * 20, False, id="one value"),
        pytest.param("dataset", ["a", "b"] * 5 + [None] * 10, False, id="unknown for half"),
        pytest.param("split", [0.1, 0.2] * 10, False, id="a ratio"),
        pytest.param("task", [1, 2, 3, 4] * 5, True, id="numbers alike often"),
        pytest.param("task", [1] * 17 + [2, 3, 4], False, id="a number that was settled on"),
        pytest.param("host", [f"worker-{k % 4}" for k in range(20)], True, id="machines"),
        pytest.param("env", [f"run {k}" for k in range(20)], False, id="another text each time"),
    ],
)
def test_values_of_contexts(name: str, values: list[object], is_one: bool) -> None:
    table, _ = read(attributes(name, values))
    assert (table.contexts.names == (name,)) is is_one


def test_a_parameter_that_is_a_context_is_no_column_of_the_table() -> None:
    table, goal = read(on_sets())
    assert table.names == ("x",)
    assert table.params.shape == (60, 1)
    assert table.contexts.texts["dataset"][:3].tolist() == list(SETS)
    assert goal.title == "value (ranks within dataset)"
    assert len(table.take(np.arange(5)).contexts.texts["dataset"]) == 5


def test_ranks_are_shares_of_lower_trials_with_the_same_context() -> None:
    table, goal = read(on_sets())
    for name in SETS:
        rows = table.contexts.texts["dataset"] == name
        order = np.argsort(np.argsort(table.params[rows, 0]))
        np.testing.assert_allclose(goal.values[rows], (order + 0.5) / 20)
    np.testing.assert_array_equal(goal.loss, -goal.values)
    np.testing.assert_array_equal(goal.measured, -table.losses[:, 0])


def test_values_of_groups_that_spread_alike_keep_their_units() -> None:
    table, goal = read(on_sets(scale=1.0))
    assert goal.title == "value (centred within dataset)"
    for name in SETS:
        rows = table.contexts.texts["dataset"] == name
        middle = np.median(goal.measured[rows])
        np.testing.assert_allclose(goal.values[rows], goal.measured[rows] - middle)


def test_the_lowest_is_0_and_the_highest_1() -> None:
    study = on_sets()
    set_context(study, "dataset", how="min-max")
    table, goal = read(study)
    for name in SETS:
        rows = table.contexts.texts["dataset"] == name
        assert (goal.values[rows].min(), goal.values[rows].max()) == (0, 1)


def test_what_makes_no_difference_leaves_values_as_measured() -> None:
    study = on_sets()
    for k in range(40):
        study.add_trial(
            create_trial(
                params={"dataset": SETS[k % 3], "x": 0.5, "seed": k % 4},
                distributions={
                    "dataset": CategoricalDistribution(SETS),
                    "x": FloatDistribution(0, 1),
                    "seed": IntDistribution(0, 3),
                },
                value=10.0 * (k % 3) + 0.01 * k,
            )
        )
    set_context(study, [])
    assert read(study)[0].names == ("dataset", "x", "seed")
    set_context(study, None)
    table, goal = read(attributes("seed", [int(k % 4) for k in range(40)]))
    assert table.contexts.names == ("seed",)
    assert goal.within is None
    np.testing.assert_array_equal(goal.values, goal.measured)


def test_a_group_of_too_few_trials_is_left_out() -> None:
    study = on_sets()
    space = {"dataset": CategoricalDistribution(SETS), "x": FloatDistribution(0, 1)}
    for _ in range(MIN_GROUP - 1):
        study.add_trial(
            create_trial(
                params={"dataset": "Cora", "x": 0.5},
                distributions=space,
                value=1e9,
                user_attrs={"fold": 1},
            )
        )
    set_context(study, ["dataset", "fold"])
    _, goal = read(study)
    assert goal.within is not None
    assert goal.within.names == ("dataset",)
    assert len(goal.rows) == 64


def test_pruned_trials_are_placed_among_complete_ones() -> None:
    study = on_sets()
    space = {"dataset": CategoricalDistribution(SETS), "x": FloatDistribution(0, 1)}
    study.add_trial(
        create_trial(
            state=optuna.trial.TrialState.PRUNED,
            params={"dataset": "PubMed", "x": 0.0},
            distributions=space,
            intermediate_values={1: 100.0},
        )
    )
    table = read_trials(read_snapshot(study), include_pruned=True)
    goal, alone = read_target(table), read(study)[1]
    assert goal.values[-1] == 1.0
    np.testing.assert_array_equal(goal.values[:-1], alone.values)


def test_a_front_is_one_of_its_context() -> None:
    study = optuna.create_study(directions=["minimize", "minimize"])
    rng = np.random.default_rng(0)
    space = {"dataset": CategoricalDistribution(SETS), "x": FloatDistribution(0, 1)}
    for i in range(60):
        k, x = i % 3, float(rng.random())
        study.add_trial(
            create_trial(
                params={"dataset": SETS[k], "x": x},
                distributions=space,
                values=[x + 10 * k, 0.1 * rng.random() + x + 10 * k],
            )
        )
    table, goal = read(study)
    for name in SETS:
        assert goal.values[table.contexts.texts["dataset"] == name].min() == 0


def test_the_context_of_a_person_is_kept_with_the_study() -> None:
    study = on_sets(name="kind")
    assert read(study)[0].contexts.names == ()
    set_context(study, ["kind"], how="ranks")
    assert read(study)[0].contexts.names == ("kind",)
    set_context(study, [])
    assert read(study)[0].names == ("kind", "x")
    with pytest.raises(ValueError, match="'nothing'; there are kind, x"):
        set_context(study, "nothing")
    with pytest.raises(ValueError, match="how must be one of centred, min-max, ranks, not 'z'"):
        set_context(study, "kind", how="z")  # type: ignore[arg-type]


def test_the_direction_of_a_person_is_kept_with_the_study() -> None:
    study = attributes("margin", [0.1 * k for k in range(20)])
    table, _ = read(study)
    assert read_target(table, "margin").direction == "minimize"
    set_direction(study, "margin", "maximize")
    goal = read_target(read(study)[0], "margin")
    assert (goal.direction, goal.note) == ("maximize", "")
    assert read_target(read(study)[0], "margin", direction="minimize").direction == "minimize"
    set_direction(study, "margin", None)
    assert read_target(read(study)[0], "margin").direction == "minimize"
    with pytest.raises(ValueError, match="'value' is an objective"):
        set_direction(study, "value", "maximize")
    with pytest.raises(ValueError, match="not 'up'"):
        set_direction(study, "margin", "up")  # type: ignore[arg-type]
