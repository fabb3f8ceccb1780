"""The README is true: its Python runs, its commands run, its numbers' commands exist."""

from __future__ import annotations

import math
import re
from pathlib import Path

import optuna
import pytest
from documents import ROOT, commands, run_command, run_python

README = (ROOT / "README.md").read_text(encoding="utf-8")


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learning_rate", 1e-5, 1e-1, log=True)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    return -((math.log10(rate) + 3.0) ** 2) - 0.1 * (solver == "sgd")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every Python block of the README was run, top to bottom."""
    folder = tmp_path_factory.mktemp("readme")
    run_python(README.replace("n_trials=200", "n_trials=40"), folder, objective=objective)
    return folder


def test_every_python_block_runs_in_order(finished):
    assert (finished / "mnist.db").is_file()


@pytest.mark.parametrize("command", commands(README))
def test_every_command_runs(command, finished, monkeypatch):
    assert run_command(command, finished, monkeypatch) == 0


def test_both_set_up_commands_are_there():
    lines = README.splitlines()
    assert "pip install uv && uv run optuna-guide demo" in lines
    assert "pip install uv && uv run pytest" in lines


def test_every_linked_file_exists():
    links = re.findall(r"\]\((?!http)([^)#]+)", README) + re.findall(
        r'src="(?!http)([^"]+)', README
    )
    for link in links:
        assert (ROOT / link).exists(), link


def test_continuous_integration_runs_tests_that_exist():
    paths = re.findall(r"\btests/[\w/.]+", (ROOT / ".ci" / "run").read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []
