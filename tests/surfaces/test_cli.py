"""The command line as a person uses it: output, exit codes, and what errors say."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys

import optuna
import pytest
from optuna.storages.journal import JournalFileBackend

from optuna_guide import GuidedSampler, apply_region, ensure_fresh
from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import read_attributes
from optuna_guide.store.regions import load_region
from optuna_guide.store.versions import load_guidance
from optuna_guide.surfaces import cli


def tune(study: optuna.Study, n_trials: int = 60) -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        x = trial.suggest_float("x", 0.0, 1.0)
        trial.set_user_attr("cost", 2.0 * x)
        return (x - 0.3) ** 2 + 0.1 * trial.suggest_int("n", 1, 4)

    study.optimize(objective, n_trials=n_trials)
    return study


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('cli')}/study.db"
    sampler = optuna.samplers.RandomSampler(seed=0)
    tune(optuna.create_study(storage=url, study_name="only", sampler=sampler))
    return url


def test_show_says_what_matters_and_writes_nothing(url, capsys):
    study = optuna.load_study(study_name="only", storage=url)
    before = dict(read_attributes(study))
    for command in ("show", "history", "code"):
        assert cli.main([command, url]) == 0
    printed = capsys.readouterr().out
    assert "only" in printed
    assert "60 trials" in printed
    assert "of the variance that is explained" in printed
    assert "drive" in printed
    assert "Go on? " in printed
    assert "Next trial: wherever " in printed
    assert f"Copy the ranges as code: optuna-guide code {url}" in printed
    assert read_attributes(study) == before


def test_show_tells_what_is_stored_and_what_came_after(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/later.db"
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = tune(optuna.create_study(storage=url, study_name="s", sampler=sampler))
    assert cli.main(["fit", url]) == 0
    assert load_guidance(study).n_trials == 60
    tune(study, 2)
    capsys.readouterr()
    assert cli.main(["show", url, "-v"]) == 0
    printed = capsys.readouterr().out
    assert "60 trials · version 1" in printed
    assert "Sampling skew" in printed
    assert f"2 trials ended since. Learn from them: optuna-guide fit {url}" in printed


def test_show_writes_json_that_reads_back_and_csv_with_a_row_per_parameter(url, capsys):
    assert cli.main(["show", url, "-f", "json"]) == 0
    guidance = Guidance.from_json(capsys.readouterr().out)
    assert {p.name for p in guidance.params} == {"x", "n"}
    assert cli.main(["show", url, "-f", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["parameter"] for row in rows] == [p.name for p in guidance.params]


def test_show_explains_another_target(url, capsys):
    assert cli.main(["show", url, "--target", "cost", "-f", "json"]) == 0
    guidance = Guidance.from_json(capsys.readouterr().out)
    assert guidance.target == "cost"
    assert guidance["x"].importance > 0.95


def test_an_unknown_target_is_answered_with_those_that_exist(url, capsys):
    assert cli.main(["show", url, "--target", "coost"]) == cli.FAILED
    assert "There is no target 'coost'" in (error := capsys.readouterr().err)
    assert "cost" in error.split("Targets that it has:")[1]


def test_fit_stores_a_new_version(url, capsys):
    study = optuna.load_study(study_name="only", storage=url)
    before = load_guidance(study)
    assert cli.main(["fit", url, "--seed", "1"]) == 0
    assert load_guidance(study).version == (0 if before is None else before.version) + 1
    assert "explained" in capsys.readouterr().out


def test_publish_puts_panels_into_the_study_once(url, capsys):
    assert cli.main(["publish", url]) == 0
    assert "The panels are published." in capsys.readouterr().out
    assert cli.main(["publish", url]) == 0
    assert "up to date" in capsys.readouterr().out


def test_a_missing_study_lists_those_that_exist(url, capsys):
    assert cli.main(["show", url, "--study-name", "none"]) == cli.FAILED
    assert "There is no study 'none'. Studies that exist: 'only'." in capsys.readouterr().err


def test_several_studies_want_a_name(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/two.db"
    for name in ("a", "b"):
        optuna.create_study(storage=url, study_name=name)
    assert cli.main(["show", url]) == cli.FAILED
    assert "name one with --study-name. Studies that exist: 'a', 'b'." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param("sqlite:///{dir}/none.db", "There is no file", id="missing database"),
        pytest.param("{dir}/none.log", "path of a journal or SQLite file", id="missing file"),
        pytest.param("mongodb://x/y", "cannot be opened", id="unknown scheme"),
        pytest.param(
            "postgresql+psycopg2://nobody@127.0.0.1:1/x", "cannot be opened", id="no server"
        ),
        pytest.param("oracle://x/y", "driver", id="missing driver"),
    ],
)
def test_a_wrong_storage_says_what_is_wrong(source, message, tmp_path, capsys):
    assert cli.main(["show", source.format(dir=tmp_path)]) == cli.FAILED
    assert message in capsys.readouterr().err


def test_a_missing_database_is_not_created(tmp_path):
    cli.main(["show", f"sqlite:///{tmp_path}/none.db"])
    assert list(tmp_path.iterdir()) == []


def test_an_older_database_is_answered_with_the_upgrade_command(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/old.db"
    optuna.create_study(storage=url)
    with sqlite3.connect(tmp_path / "old.db") as database:
        database.execute("UPDATE alembic_version SET version_num = 'v2.6.0.a'")
    assert cli.main(["show", url]) == cli.FAILED
    assert f"optuna storage upgrade --storage {url}" in capsys.readouterr().err


def test_a_journal_and_a_plain_sqlite_path_are_read(tmp_path, url, capsys):
    journal = tmp_path / "journal.log"
    storage = optuna.storages.JournalStorage(JournalFileBackend(str(journal)))
    tune(optuna.create_study(storage=storage, study_name="j"), 30)
    assert cli.main(["show", str(journal)]) == 0
    assert cli.main(["show", url.removeprefix("sqlite:///")]) == 0
    assert "30 trials" in capsys.readouterr().out


def test_too_few_trials_give_the_reason_and_their_own_exit_code(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/few.db"
    tune(optuna.create_study(storage=url), 4)
    assert cli.main(["show", url]) == cli.NOT_READY
    assert "4 usable trials" in capsys.readouterr().err
    assert cli.main(["show", url, "-f", "json"]) == cli.NOT_READY
    assert json.loads(capsys.readouterr().out)["n_missing"] == 6


@pytest.mark.parametrize(
    "command", [(), ("demo",), ("show",), ("fit",), ("publish",), ("apply",), ("history",)]
)
def test_help_is_there_for_every_command(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([*command, "--help"])
    assert stopped.value.code == 0
    assert "usage: optuna-guide" in capsys.readouterr().out


def test_the_help_of_the_program_has_examples(capsys):
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert "optuna-guide show sqlite:///mnist.db" in capsys.readouterr().out


def test_a_mistyped_command_is_answered_with_the_nearest(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["shwo", "x.db"])
    assert stopped.value.code == 2
    assert "Did you mean show?" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["show", "code", "history"])
def test_a_terminal_that_lacks_a_sign_gets_another(command, tmp_path):
    url = f"sqlite:///{tmp_path}/ascii.db"
    study = optuna.create_study(storage=url, sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("größe", -1, 1) ** 2, n_trials=12)
    apply_region(study, {"größe": (0.0, 0.5)})
    script = f"from optuna_guide.cli import main; raise SystemExit(main([{command!r}, {url!r}]))"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment)
    assert done.returncode in (cli.OK, cli.NOT_READY), done.stderr
    assert done.stdout.isascii()
    assert b"gr\\xf6\\xdfe" in done.stdout


@pytest.mark.parametrize(
    ("command", "names", "said"),
    [
        ("context", ["none"], "Context: none (set by a person)."),
        ("direction", ["cost", "minimize"], "cost: lower is better."),
        ("apply", ["x=0.1:0.5", "n=2"], "x 0.1 … 0.5, n 2"),
        ("believe", ["x=0.3"], "x near 0.3"),
        ("enqueue", ["x=0.25", "n=3"], "x 0.25, n 3"),
        ("grow", ["x=0:2"], "would be copied"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_names_may_stand_behind_options(command, names, said, tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/behind.db"
    tune(optuna.create_study(storage=url, study_name="only"), 12)
    dry = ["--dry-run"] if command in ("enqueue", "grow") else []
    assert cli.main([command, url, "--study-name", "only", *dry, *names]) == cli.OK
    assert said in capsys.readouterr().out


def test_wrong_usage_exits_with_two(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["demo", "--n-trials", "0"])
    assert stopped.value.code == 2
    assert "must be at least 1, not 0" in capsys.readouterr().err


def test_the_installed_command_runs():
    script = "import sys; from optuna_guide.cli import main; sys.exit(main(['--version']))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.startswith("optuna-guide 0.")


def test_the_demo_tunes_prints_and_leaves_panels(tmp_path, capsys):
    path = tmp_path / "demo.db"
    assert (
        cli.main(["demo", "--no-serve", "--n-trials", "14", "--storage", f"sqlite:///{path}"]) == 0
    )
    assert "digits" in capsys.readouterr().out
    assert (
        cli.main(["demo", "--no-serve", "--n-trials", "15", "--storage", f"sqlite:///{path}"]) == 0
    )
    assert "14 of them are there already." in capsys.readouterr().out


@pytest.fixture
def two(tmp_path) -> str:
    url = f"sqlite:///{tmp_path}/two.db"
    study = optuna.create_study(storage=url, study_name="two")
    study.optimize(
        lambda t: t.suggest_float("x", 0.0, 1.0) + len(t.suggest_categorical("c", ["a", "bb"])),
        n_trials=3,
    )
    return url


def test_a_region_is_applied_listed_and_cleared(two, capsys):
    assert cli.main(["apply", two, "x=0.2:0.4", "c=a", "--comment", "look here"]) == 0
    said = capsys.readouterr().out
    assert "Applied: x 0.2 … 0.4, c a" in said
    assert "Next trial: wherever the sampler draws it, as no GuidedSampler has run." in said
    study = optuna.load_study(study_name="two", storage=two, sampler=GuidedSampler(seed=0))
    study.optimize(
        lambda t: t.suggest_float("x", 0.0, 1.0) + len(t.suggest_categorical("c", ["a", "bb"])),
        n_trials=4,
    )
    assert all(0.2 <= t.params["x"] <= 0.4 and t.params["c"] == "a" for t in study.trials[3:])
    assert cli.main(["apply", two, "x=0.2:0.3"]) == 0
    assert "Next trial: confined to x 0.2 … 0.3 (by hand" in capsys.readouterr().out
    assert cli.main(["pause", two]) == 0
    assert cli.main(["resume", two]) == 0
    assert cli.main(["clear", two]) == 0
    capsys.readouterr()
    assert cli.main(["history", two]) == 0
    listed = capsys.readouterr().out
    assert "look here" in listed
    assert "just now" in listed
    assert "paused" in listed
    assert "resumed" in listed
    assert "cleared" in listed


def test_the_promising_ranges_are_applied_by_their_name(url, capsys):
    assert cli.main(["apply", url, "promising"]) == 0
    study = optuna.load_study(study_name="only", storage=url)
    guidance = load_guidance(study) or ensure_fresh(study)
    assert load_region(study).region == guidance.region
    assert "x 0 … 0." in capsys.readouterr().out
    assert cli.main(["clear", url]) == 0


def test_where_no_range_is_promising_one_is_asked_for(two, capsys):
    assert cli.main(["apply", two, "promising"]) == cli.FAILED
    assert "Name ranges, such as lr=1e-4:1e-2." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("assignment", "message"),
    [
        pytest.param("y=1:2", "There is no parameter 'y'; the study has seen: c, x.", id="name"),
        pytest.param("x=0.4:0.2", "x", id="reversed"),
        pytest.param("x=nan:0.2", "x", id="nan"),
        pytest.param("x=2:3", "x", id="outside"),
        pytest.param("c=ccc", "'ccc' is no choice of 'c'; it has a, bb.", id="choice"),
        pytest.param("x", "write name=low:high", id="no range"),
    ],
)
def test_a_wrong_region_says_what_is_wrong_and_changes_nothing(two, assignment, message, capsys):
    assert cli.main(["apply", two, assignment]) == cli.FAILED
    assert message in capsys.readouterr().err
    assert cli.main(["history", two]) == 0
    assert "Nothing was applied" in capsys.readouterr().out


def test_code_prints_lines_to_paste(url, capsys):
    assert cli.main(["code", url]) == 0
    assert "trial.suggest_float('x'" in capsys.readouterr().out


def test_the_storage_may_be_named_by_the_environment(url, monkeypatch, capsys):
    monkeypatch.setenv("OPTUNA_STORAGE", url)
    assert cli.main(["show"]) == cli.OK
    assert cli.main(["show", "-"]) == cli.OK
    assert cli.main(["apply", "x=0.1:0.2"]) == cli.OK
    assert cli.main(["apply", url, "--study-name", "s"]) == cli.FAILED
    assert "is no range: after the storage write name=low:high" in capsys.readouterr().err
    assert cli.main(["clear"]) == cli.OK
    monkeypatch.delenv("OPTUNA_STORAGE")
    capsys.readouterr()
    assert cli.main(["show"]) == cli.FAILED
    assert "set OPTUNA_STORAGE" in capsys.readouterr().err


def test_recommend_says_which_configuration_holds_and_enqueues_repeats(url, capsys):
    assert cli.main(["recommend", url]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Use trial ")
    assert "It is truly better than the next best" in said
    assert cli.main(["recommend", url, "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["target"] == "value"
    assert cli.main(["recommend", url, "--enqueue"]) == 0
    queued = optuna.load_study(study_name="only", storage=url).get_trials(
        states=[optuna.trial.TrialState.WAITING]
    )
    assert f"{len(queued)} repeat" in capsys.readouterr().out


def test_recommend_says_what_is_missing(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/study.db"
    tune(optuna.create_study(storage=url, study_name="few"), 3)
    assert cli.main(["recommend", url]) == 3
    assert "3 complete trials are feasible, 10 are needed" in capsys.readouterr().err


def test_forecast_says_what_more_trials_would_gain(url, capsys):
    assert cli.main(["forecast", url, "--trials", "20", "--least", "0.05"]) == 0
    assert "chance to gain more than 0.05 in value by 20 more trials" in capsys.readouterr().out
    assert cli.main(["forecast", url, "--least", "0.5"]) == 0
    assert "No trial can gain more than 0.5 in value" in capsys.readouterr().out
    assert cli.main(["forecast", url, "-f", "json"]) == 0
    assert 0 <= json.loads(capsys.readouterr().out)["chance"] <= 1
    assert cli.main(["forecast", url, "--trials", "0"]) == 1
    assert "n_trials must be at least 1" in capsys.readouterr().err


def test_show_says_what_to_use_and_whether_to_go_on(url, capsys):
    assert cli.main(["show", url]) == 0
    assert "optuna-guide recommend" in capsys.readouterr().out
    assert cli.main(["show", url, "-v"]) == 0
    said = capsys.readouterr().out
    assert "Use trial " in said
    assert "by 50 more trials" in said.replace("\n", " ")
    assert cli.main(["show", url, "-v", "--target", "cost"]) == 0
    assert "Use trial " not in capsys.readouterr().out
