"""Experiments from the command line: what is printed, and what is written."""

from __future__ import annotations

import csv
import io
import json
import shutil

import optuna
import pytest
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

from optuna_guide.surfaces import cli


def objective(trial: optuna.Trial) -> float:
    x = trial.suggest_float("x", 0.0, 1.0)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    trial.set_user_attr("n_weights", 100 + round(900 * x))
    return (x - 0.3) ** 2 + 0.1 * (solver == "sgd") + 0.05 * trial.suggest_int("n", 1, 4)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory) -> str:
    """The path of a journal that nothing is written to."""
    path = f"{tmp_path_factory.mktemp('cli')}/journal.log"
    storage = JournalStorage(JournalFileBackend(path))
    sampler = optuna.samplers.RandomSampler(seed=0)
    optuna.create_study(storage=storage, study_name="only", sampler=sampler).optimize(
        objective, 30
    )
    return path


@pytest.fixture
def url(untouched, tmp_path) -> str:
    """A copy that may be written to."""
    return shutil.copy(untouched, tmp_path)


def load(url: str) -> optuna.Study:
    return optuna.load_study(study_name="only", storage=JournalStorage(JournalFileBackend(url)))


def waiting(url: str) -> list[optuna.trial.FrozenTrial]:
    return load(url).get_trials(states=(TrialState.WAITING,))


def test_a_dry_run_prints_a_table_and_writes_nothing(untouched, capsys):
    url = untouched
    best = load(url).best_trial.number
    for command in (
        ["ablate", url, "--dry-run"],
        ["ablate", url, "--path", "--dry-run"],
        ["vary", url, "-n", "3", "--dry-run"],
        ["enqueue", url, "x=0.25", "n=1", "solver=adam", "--from", str(best), "--dry-run"],
    ):
        assert cli.main(command) == 0
        printed = capsys.readouterr().out
        assert "expected" in printed
        assert "Nothing was written" in printed
    assert waiting(url) == []


def test_children_are_enqueued_listed_cancelled_and_compared(url, capsys):
    study = load(url)
    best = study.best_trial.number
    assert cli.main(["ablate", url, "--default", "x=0.9", "solver=sgd", "--author", "Ana"]) == 0
    assert "Default, given: x 0.9, solver sgd." in capsys.readouterr().out
    first, *others = waiting(url)
    assert first.user_attrs["parent"] == best
    assert cli.main(["queue", url]) == 0
    assert "waits" in capsys.readouterr().out
    assert cli.main(["queue", url, "--cancel", str(others[-1].number)]) == 0
    assert f"trial {others[-1].number}: cancelled" in capsys.readouterr().out
    study.optimize(objective, n_trials=len(others))
    assert cli.main(["children", url, "--trial", str(best), "-f", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["state"] for row in rows] == ["complete"] * len(others) + ["cancelled"]
    assert cli.main(["children", url, "--trial", str(best), "-f", "json"]) == 0
    family = json.loads(capsys.readouterr().out)
    assert family["parent"] == best
    assert family["children"][0]["origin"]["author"] == "Ana"
    assert cli.main(["children", url, "--trial", str(best)]) == 0
    assert "repeat the parent" in capsys.readouterr().out
    assert cli.main(["stop", url]) == 0
    assert "GuideCallback" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["enqueue", "x=2"], "'x' cannot be 2.0: it takes numbers from 0 to 1."),
        (["enqueue", "x=abc"], "'abc' is no number, which 'x' needs."),
        (["enqueue", "solver=rmsprop"], "'rmsprop' is no choice of 'solver'"),
        (["enqueue", "y=1"], "There is no parameter 'y'"),
        (["enqueue"], "Give a value to at least one parameter"),
        (["ablate", "--trial", "99"], "has no trial 99: the last one is 29"),
        (["vary", "-n", "0"], "from 1 to 200, not 0"),
        (["vary", "-n", "10000"], "from 1 to 200, not 10000"),
        (["vary", "--inside"], "No region is applied"),
        (["vary", "--limit", "weights < x"], "is no limit"),
        (["vary", "--limit", "weights < 9"], "objective or parameter 'weights' to limit"),
        (["queue", "--cancel", "77"], "has no trial 77"),
        (["queue", "--fail", "3"], "Trial 3 does not run: it is complete."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(untouched, arguments, said, capsys):
    command, *rest = arguments
    assert cli.main([command, untouched, *rest]) == cli.FAILED
    assert said in capsys.readouterr().err
    assert waiting(untouched) == []


def test_only_what_is_wanted_is_done_to_parameters(untouched, capsys):
    asked = ["vary", untouched, "-n", "3", "--actions", "switch", "--dry-run"]
    assert cli.main(asked) == cli.OK
    said = capsys.readouterr().out
    assert "solver" in said
    assert "x 0." not in said
    assert cli.main(["vary", untouched, "--actions", "fly"]) == cli.FAILED
    assert "There is no action 'fly': there are perturb," in capsys.readouterr().err


def test_failures_are_counted(untouched, capsys):
    assert cli.main(["failures", untouched]) == 0
    assert capsys.readouterr().out == "0 of 30 trials failed.\n"


def test_values_within_a_context_are_called_so(tmp_path, capsys):
    def run(trial: optuna.Trial) -> float:
        level = {"a": 0.0, "b": 5.0, "c": 9.0}[trial.suggest_categorical("dataset", list("abc"))]
        return level + (trial.suggest_float("x", 0.0, 1.0) - 0.3) ** 2

    url = f"{tmp_path}/journal.log"
    storage = JournalStorage(JournalFileBackend(url))
    sampler = optuna.samplers.RandomSampler(seed=0)
    optuna.create_study(storage=storage, study_name="only", sampler=sampler).optimize(run, 40)
    for command in (
        ["ablate", url, "--dry-run"],
        ["children", url],
        ["autopilot", url, "--dry-run"],
    ):
        assert cli.main(command) == 0
        assert "value (ranks within dataset)" in capsys.readouterr().out, command
