"""Results of other tools as a study."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide import study_from_frame
from optuna_guide.across.importing.files import read_file
from optuna_guide.across.importing.reading import MAX_ROWS, read_frame
from optuna_guide.store.choices import read_context
from optuna_guide.store.keys import OBSERVED_BOUNDS
from optuna_guide.study.declared import Declared
from optuna_guide.surfaces.cli import main

N = 12
FILES = Path(__file__).parent / "files"  # made by the tools themselves


def _rows(**columns):
    lr = np.geomspace(1e-4, 1e-1, N)
    return pd.DataFrame({"lr": lr, "accuracy": np.linspace(0.5, 0.9, N), **columns})


def _space(study):
    return Declared().seen(study.trials).space


def _of_optuna():
    study = optuna.create_study(direction="maximize")

    def objective(trial):
        trial.set_user_attr("n_weights", trial.number)
        if trial.number == 3:
            raise optuna.TrialPruned
        trial.suggest_categorical("solver", ["adam", "sgd"])
        return trial.suggest_float("lr", 1e-4, 1e-1, log=True)

    study.optimize(objective, n_trials=N)
    return study.trials_dataframe()


def _of_mlflow():
    rows = _rows()
    return pd.DataFrame(
        {
            "run_id": [f"r{k}" for k in range(N)],
            "experiment_id": "0",
            "status": ["FINISHED"] * (N - 2) + ["FAILED", "RUNNING"],
            "artifact_uri": "s3://bucket",
            "start_time": pd.date_range("2026-01-01", periods=N, tz="UTC"),
            "end_time": pd.date_range("2026-01-02", periods=N, tz="UTC"),
            "params.lr": rows["lr"].map(str),
            "params.solver": ["adam", "sgd"] * (N // 2),
            "metrics.accuracy": rows["accuracy"],
            "tags.mlflow.user": "me",
        }
    )


def _of_wandb():
    rows = _rows()
    return pd.DataFrame(
        {
            "Name": [f"run-{k}" for k in range(N)],
            "State": ["finished"] * (N - 2) + ["crashed", "running"],
            "Created": [f"2026-01-01T00:00:{k:02}.000Z" for k in range(N)],
            "Runtime": 30,
            "Sweep": "s1",
            "lr": rows["lr"],
            "solver": ["adam", "sgd"] * (N // 2),
            "accuracy": rows["accuracy"],
        }
    )


def _of_the_api_of_wandb():
    rows = _rows()
    solvers = ["adam", "sgd"] * (N // 2)
    return pd.DataFrame(
        {
            "summary": [{"accuracy": a, "_step": 3} for a in rows["accuracy"]],
            "config": [
                str({"lr": x, "opt": {"solver": s}})
                for x, s in zip(rows["lr"], solvers, strict=True)
            ],
            "name": [f"run-{k}" for k in range(N)],
        }
    )


def _of_ray_tune():
    rows = _rows()
    return pd.DataFrame(
        {
            "accuracy": rows["accuracy"],
            "training_iteration": 5,
            "time_total_s": np.arange(N) + 1.5,
            "trial_id": [f"t{k}" for k in range(N)],
            "timestamp": 1767225600 + np.arange(N),
            "done": True,
            "pid": 1,
            "config/lr": rows["lr"],
            "config/opt/solver": ["adam", "sgd"] * (N // 2),
            "logdir": "/somewhere",
        }
    )


def _of_hiplot():
    rows = _rows(solver=["adam", "sgd"] * (N // 2))
    return rows.assign(uid=[str(k) for k in range(N)], from_uid=None)


def _of_ax():
    rows = _rows(solver=["adam", "sgd"] * (N // 2))
    status = ["COMPLETED"] * (N - 2) + ["ABANDONED", "RUNNING"]
    arms = [f"{k}_0" for k in range(N)]
    return rows.assign(
        trial_index=range(N), arm_name=arms, trial_status=status, generation_node="MBM"
    )


def _of_tensorboard():
    rows = _rows(solver=["adam", "sgd"] * (N // 2))
    return rows.rename(columns={"accuracy": "hparam/accuracy"})


@pytest.mark.parametrize(
    ("make", "layout", "params"),
    [
        pytest.param(_of_optuna, "trials_dataframe of Optuna", {"lr", "solver"}, id="optuna"),
        pytest.param(_of_mlflow, "search_runs of MLflow", {"lr", "solver"}, id="mlflow"),
        pytest.param(_of_wandb, "runs of Weights & Biases", {"lr", "solver"}, id="wandb page"),
        pytest.param(
            _of_the_api_of_wandb, "runs of Weights & Biases", {"lr", "opt.solver"}, id="wandb api"
        ),
        pytest.param(_of_ray_tune, "results of Ray Tune", {"lr", "opt/solver"}, id="ray tune"),
        pytest.param(_of_ax, "summary of Ax", {"lr", "solver"}, id="ax"),
        pytest.param(_of_hiplot, "experiment of HiPlot", {"lr", "solver"}, id="hiplot"),
        pytest.param(
            _of_tensorboard, "HParams table of TensorBoard", {"lr", "solver"}, id="tensorboard"
        ),
    ],
)
def test_tables_of_other_tools_are_recognised(make, layout, params, tmp_path):
    frame = make()
    assert read_frame(frame, direction="maximize").layout == layout
    frame.to_csv(tmp_path / "table.csv", index=False)
    for table in (frame, read_file(tmp_path / "table.csv")):
        study = study_from_frame(table, direction="maximize")
        assert set(_space(study)) == params
        assert isinstance(_space(study)["lr"], FloatDistribution)
        complete = [t for t in study.trials if t.state == TrialState.COMPLETE]
        assert N - 2 <= len(complete) <= N


@pytest.mark.parametrize(
    ("file", "layout", "objective", "options", "n_trials"),
    [
        ("hiplot.csv", "experiment of HiPlot", "accuracy", [], 12),
        ("nevergrad.json", "parameters log of Nevergrad", "loss", [], 6),
        ("hyperopt.jsonl", "trials of Hyperopt", "loss", [], 12),
        ("mlflow.csv", "search_runs of MLflow", "accuracy", ["--target", "accuracy"], 12),
        ("tensorboard.csv", "HParams table of TensorBoard", "accuracy", [], 12),
    ],
)
def test_files_that_the_tools_wrote_are_imported(
    file, layout, objective, options, n_trials, tmp_path, capsys
):
    path, storage = str(FILES / file), f"sqlite:///{tmp_path}/s.db"
    assert main(["import", path, storage, *options, "--dry-run"]) == 0
    assert layout in capsys.readouterr().out
    assert main(["import", path, storage, *options]) == 0
    study = optuna.load_study(study_name=None, storage=storage)
    assert set(_space(study)) == {"lr", "layers", "solver"}
    assert study.metric_names == [objective]
    complete = [t for t in study.trials if t.state == TrialState.COMPLETE]
    assert len(study.trials) == n_trials
    assert len(complete) == n_trials - file.startswith("mlflow")  # a run of which raised
    assert 0 < complete[0].value < 1


def test_states_and_times_of_a_tracker_are_kept():
    study = study_from_frame(_of_mlflow())
    assert [t.state.name for t in study.trials[-2:]] == ["COMPLETE", "FAIL"]
    assert len(study.trials) == N - 1  # one still runs
    assert (study.trials[0].datetime_complete - study.trials[0].datetime_start).days == 1


def test_importing_again_adds_what_is_new(tmp_path):
    storage, frame = f"sqlite:///{tmp_path}/s.db", _of_mlflow()
    first = study_from_frame(frame, study_name="s", storage=storage)
    study_from_frame(frame, study_name="s", storage=storage)
    assert len(first.trials) == N - 1
    frame.loc[N - 1, "status"] = "FINISHED"
    frame.loc[N - 1, "params.lr"] = "0.9"  # beyond the bounds that were seen
    study_from_frame(frame, study_name="s", storage=storage)
    assert len(first.trials) == N
    assert _space(first)["lr"].high == 0.9


def test_rows_that_are_equal_are_trials_of_their_own_and_stay_so(tmp_path):
    storage, rows = f"sqlite:///{tmp_path}/s.db", _rows()
    twice = pd.concat([rows, rows.iloc[:2]])
    for _ in range(2):
        study = study_from_frame(twice, study_name="s", storage=storage)
        assert len(study.trials) == N + 2


@pytest.mark.parametrize(
    ("values", "distribution"),
    [
        pytest.param(np.arange(N) * 1.5, FloatDistribution(0, 16.5), id="numbers"),
        pytest.param(np.arange(N), IntDistribution(0, 11), id="whole numbers"),
        pytest.param(
            [float(k) for k in range(N - 1)] + [np.nan], IntDistribution(0, 10), id="missing"
        ),
        pytest.param([f"{k}.5" for k in range(N)], FloatDistribution(0.5, 11.5), id="as text"),
        pytest.param(
            np.geomspace(1, 1000, N), FloatDistribution(1, 1000, log=True), id="logarithmic"
        ),
        pytest.param([16, 32, 64] * 4, CategoricalDistribution((16, 32, 64)), id="few numbers"),
        pytest.param(
            ["True", "false"] * 6, CategoricalDistribution((False, True)), id="booleans as text"
        ),
        pytest.param(
            ["auto", 3, "auto", 5] * 3, CategoricalDistribution((3, 5, "auto")), id="mixed"
        ),
    ],
)
def test_values_say_what_kind_of_parameter_they_are(values, distribution):
    study = study_from_frame(_rows(p=values))
    assert _space(study)["p"] == distribution


def test_rows_that_were_made_from_others_are_linked_to_their_trials(tmp_path):
    """As population based training writes them: ids, parents and generations are no parameters."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "id": range(100, 124),
            "parent": [None] * 12 + list(range(100, 112)),
            "generation": [0] * 12 + [1] * 12,
            "lr": rng.random(24),
            "accuracy": rng.random(24),
        }
    )
    storage = f"sqlite:///{tmp_path}/a.db"
    study = study_from_frame(frame[:18], study_name="a", storage=storage)
    study = study_from_frame(frame, study_name="a", storage=storage)
    assert set(_space(study)) == {"lr"}
    parents = [trial.user_attrs.get("parent") for trial in study.trials]
    assert parents == [None] * 12 + list(range(12))
    assert [trial.user_attrs["generation"] for trial in study.trials] == [0] * 12 + [1] * 12


def test_none_among_texts_is_a_choice_and_missing_among_numbers():
    frame = _rows(norm=["none", "batch", "layer"] * 4, depth=["none", 2, 3, 4] * 3)
    space = _space(study_from_frame(frame, target="accuracy", numbers=["depth"]))
    assert space["norm"].choices == ("batch", "layer", "none")
    assert (space["depth"].low, space["depth"].high) == (2, 4)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        pytest.param([3] * N, "one value throughout, 3", id="constant"),
        pytest.param([np.nan] * N, "no value", id="all missing"),
        pytest.param([f"run {k}" for k in range(N)], "12 different texts in 12 rows", id="names"),
        pytest.param(
            pd.date_range("2026-01-01", periods=N), "12 different texts in 12 rows", id="dates"
        ),
        pytest.param(
            [f"postgresql://me:hunter2@host/{k % 2}" for k in range(N)],
            "it may hold a secret",
            id="password in a text",
        ),
    ],
)
def test_what_is_no_parameter_is_left_out_and_why(values, why):
    reading = read_frame(_rows(p=values))
    found = next(c for c in reading.columns if c.column == "p")
    assert (found.role, found.why) == ("ignored", why)
    assert "p" not in _space(study_from_frame(_rows(p=values)))


def test_secrets_are_left_out_by_their_name():
    study = study_from_frame(_rows(api_key=["a", "b"] * 6, password=range(N)))
    assert set(_space(study)) == {"lr"}
    assert not study.trials[0].user_attrs


def test_bounds_that_were_only_seen_are_marked_and_given_ones_are_not():
    frame = _rows(depth=np.arange(N))
    study = study_from_frame(frame, ranges={"lr": (1e-5, 1.0)}, log=["lr"])
    assert _space(study)["lr"] == FloatDistribution(1e-5, 1.0, log=True)
    assert study._storage.get_study_system_attrs(study._study_id)[OBSERVED_BOUNDS] == ["depth"]


def test_other_results_are_attributes_and_the_objective_has_its_name():
    study = study_from_frame(_rows(train_time=np.arange(N) * 2.5, batch_size=range(N)))
    assert study.metric_names == ["accuracy"]
    assert study.trials[1].user_attrs == {"train_time": 2.5}
    assert study.trials[1].params["batch_size"] == 1


def test_rows_without_the_target_are_failed_trials_and_said():
    frame = _rows()
    frame.loc[: N // 2 - 1, "accuracy"] = np.nan
    assert "6 of 12 rows have no 'accuracy'" in read_frame(frame).notes[0]
    states = [t.state for t in study_from_frame(frame).trials]
    assert states.count(TrialState.FAIL) == N // 2


def test_what_was_asked_for_is_done():
    frame = _rows(size=[1, 2, 4] * 4, seed=range(N))
    study = study_from_frame(
        frame, params=["lr", "size"], numbers=["size"], target="accuracy", direction="minimize"
    )
    assert _space(study)["size"] == IntDistribution(1, 4)
    assert study.trials[3].user_attrs == {"seed": 3}
    assert study.direction.name == "MINIMIZE"
    assert set(_space(study_from_frame(frame, ignore=["seed", "size"]))) == {"lr"}


def test_a_context_is_kept_with_the_trials_and_the_study():
    study = study_from_frame(_rows(dataset=["mnist", "fashion"] * 6), context=["dataset"])
    assert set(_space(study)) == {"lr"}
    assert study.trials[1].user_attrs["dataset"] == "fashion"
    attributes = study._storage.get_study_system_attrs(study._study_id)
    assert read_context(attributes).names == ("dataset",)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"target": "nope"}, "no column 'nope'. Columns: 'lr', 'accuracy'"),
        ({"params": ["nope"]}, "no column 'nope'"),
        ({"target": "name"}, "no column 'name'"),
        ({"ranges": {"lr": (0.5, 0.6)}}, "Column 'lr': bounds 0.5 to 0.6: 0.0001 lies outside"),
        ({"ignore": ["lr"]}, "No column is read as a parameter"),
        ({"ignore": ["accuracy"]}, "Which column is the objective"),
    ],
)
def test_what_cannot_be_read_so_says_what_to_do(options, message):
    with pytest.raises(ValueError, match=message):
        read_frame(_rows(), **options)


def test_two_results_leave_the_choice_to_a_person():
    with pytest.raises(ValueError, match="--target one of: 'accuracy', 'f1'"):
        read_frame(_rows(f1=np.arange(N) / 2))
    with pytest.raises(ValueError, match="Is more or less of 'value' better"):
        read_frame(_rows().rename(columns={"accuracy": "value"}))


def test_a_table_of_a_million_rows_is_refused_before_it_is_read():
    frame = pd.DataFrame({"lr": np.zeros(1_000_000), "accuracy": 0.0})
    with pytest.raises(ValueError, match=f"1,000,000 rows, {MAX_ROWS:,} are imported at most"):
        study_from_frame(frame)


def test_a_study_of_another_direction_or_kind_does_not_grow(tmp_path):
    storage = f"sqlite:///{tmp_path}/s.db"
    study_from_frame(_rows(p=["a", "b"] * 6), study_name="s", storage=storage)
    again = {"study_name": "s", "storage": storage}
    with pytest.raises(ValueError, match="has directions maximize, the table minimize"):
        study_from_frame(_rows(p=["a", "b"] * 6), direction="minimize", **again)
    with pytest.raises(ValueError, match=r"'p' has a new choice, 'c'.*grow STORAGE"):
        study_from_frame(_rows(p=["a", "c"] * 6), **again)
    with pytest.raises(ValueError, match="'p' is a choice in the study"):
        study_from_frame(_rows(p=range(N)), **again)


@pytest.mark.parametrize("ending", ["csv", "jsonl", "json", "tsv"])
def test_files_are_read_by_their_ending(ending, tmp_path):
    file = tmp_path / f"table.{ending}"
    if ending == "jsonl":
        _rows().to_json(file, orient="records", lines=True)
    elif ending == "json":
        points = [{"uid": "1", "from_uid": None, "values": {"lr": 0.1, "accuracy": 0.5}}]
        file.write_text(json.dumps({"datapoints": points}))
    else:
        _rows().to_csv(file, index=False, sep="\t" if ending == "tsv" else ",")
    assert {"lr", "accuracy"} <= set(read_file(file).columns)


def test_parquet_is_read_or_says_what_it_needs(tmp_path):
    file = tmp_path / "table.parquet"
    try:
        _rows().to_parquet(file)
    except ImportError:
        file.write_bytes(b"PAR1")
        with pytest.raises(ValueError, match="pip install pyarrow"):
            read_file(file)
    else:
        assert list(read_file(file).columns) == ["lr", "accuracy"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"0.1,0.5\n0.2,0.6\n", "holds values, not names", id="no header"),
        pytest.param("größe,y\n1,2\n".encode("latin-1"), "is not utf-8: byte 0xf6", id="encoding"),
        pytest.param(b"a,b\n1,2\n1,2,3\n", "cannot be read as a table", id="ragged"),
    ],
)
def test_a_file_that_is_no_table_says_what_to_do(content, message, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read_file(file)


def test_the_command_previews_writes_and_grows(tmp_path, capsys):
    file, storage = tmp_path / "mnist.txt", f"sqlite:///{tmp_path}/new.db"
    _rows().to_csv(file, sep=" ", index=False, header=False)
    columns = ["--columns", "lr,accuracy"]
    assert main(["import", str(file), storage, *columns, "--dry-run"]) == 0
    preview = capsys.readouterr().out
    assert "more accuracy is better" in preview
    assert "0.0001 to 0.1" in preview
    assert not (tmp_path / "new.db").exists()
    for said in ("12 trials added to study 'mnist'.", "0 trials added to study 'mnist', 12 were"):
        assert main(["import", str(file), storage, *columns]) == 0
        assert said in capsys.readouterr().out


def test_the_command_takes_ranges_and_refuses_what_are_none(tmp_path, capsys):
    file, storage = tmp_path / "a.csv", f"sqlite:///{tmp_path}/a.db"
    _rows(layers=[2, 4] * 6).to_csv(file, index=False)
    ranges = ["--range", "lr=1e-5:1", "--range", "layers=2,4,6"]
    assert main(["import", str(file), storage, *ranges]) == 0
    space = _space(optuna.load_study(study_name="a", storage=storage))
    assert space["layers"] == CategoricalDistribution((2, 4, 6))
    assert space["lr"].high == 1
    assert main(["import", str(file), storage, "--range", "lr"]) == 1
    assert "'lr' is no range" in capsys.readouterr().err
