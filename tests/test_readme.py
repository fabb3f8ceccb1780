"""The README is true: its Python runs, its commands run, its numbers' commands exist."""

from __future__ import annotations

import math
import re
import shlex
from pathlib import Path

import optuna
import pytest

from optuna_guide.surfaces import cli
from optuna_guide.surfaces.workbench import serving

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def objective(trial: optuna.Trial) -> float:
    rate = trial.suggest_float("learning_rate", 1e-5, 1e-1, log=True)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    return -((math.log10(rate) + 3.0) ** 2) - 0.1 * (solver == "sgd")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every Python block of the README was run, top to bottom."""
    folder = tmp_path_factory.mktemp("readme")
    rows = [f"{10**-k},{k},{0.9 - k / 10}" for k in range(1, 7)]
    (folder / "runs.csv").write_text("\n".join(["lr,layers,val_acc", *rows]))
    code = "\n".join(blocks("python")).replace("n_trials=200", "n_trials=40")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        exec(compile(code, "README.md", "exec"), {"objective": objective})
    return folder


def test_every_python_block_runs_in_order(finished):
    assert (finished / "mnist.db").is_file()


COMMANDS = [
    line
    for block in blocks("bash")
    for line in block.splitlines()
    if line.startswith("optuna-guide")
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command, finished, monkeypatch):
    monkeypatch.chdir(finished)
    monkeypatch.setattr(serving, "serve", lambda *_: None)  # it would go on for ever
    assert cli.main(shlex.split(command)[1:]) == 0


def test_both_set_up_commands_are_there():
    lines = README.splitlines()
    assert "pip install uv && uv run optuna-guide demo" in lines
    assert "pip install uv && uv run pytest" in lines


def test_every_linked_file_exists():
    links = re.findall(r"\]\((?!http)([^)#]+)", README) + re.findall(
        r'src="(?!http)([^"]+)', README
    )
    for link in links:
        assert (Path(__file__).parent.parent / link).exists(), link


def test_continuous_integration_runs_tests_that_exist():
    root = Path(__file__).parent.parent
    paths = re.findall(r"\btests/[\w/.]+", (root / ".ci" / "run").read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not (root / path).exists()] == []
