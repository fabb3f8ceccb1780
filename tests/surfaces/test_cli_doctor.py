"""``optuna-guide doctor`` and ``completion``."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import optuna
import pytest

from optuna_guide.surfaces import cli
from optuna_guide.surfaces.cli import doctor


def test_a_sound_storage_is_said_to_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.create_study(storage=url, study_name="mnist")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    assert cli.main(["doctor", url]) == cli.OK
    said = capsys.readouterr().out
    assert f"✓ optuna {optuna.__version__}" in said
    assert "✓ The storage holds 1 study" in said
    assert "– mnist: 2 trials, read in" in said
    assert "add GuideCallback()" in said


def test_what_is_wrong_is_told_without_the_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "postgresql://me:secret@127.0.0.1:9/x"]) == cli.FAILED
    said = capsys.readouterr().out
    assert "✗ " in said
    assert "secret" not in said


def test_an_extra_that_is_not_there_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    found = [s.text for s in doctor.look_at_packages() if s.state == "none"]
    assert 'mcp, for agents, is not installed: pip install "optuna-guide[mcp]"' in found


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_and_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", "bash"]) == cli.OK
    script = capsys.readouterr().out
    asked = """
    COMP_WORDS=(optuna-guide abl); COMP_CWORD=1; _optuna_guide; echo "${COMPREPLY[@]}"
    COMP_WORDS=(optuna-guide ablate --dr); COMP_CWORD=2; _optuna_guide; echo "${COMPREPLY[@]}"
    """
    found = subprocess.run(["bash", "-c", script + asked], capture_output=True, text=True)
    assert found.stdout.split() == ["ablate", "--dry-run"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_know_all_commands(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["completion", shell]) == cli.OK
    script = capsys.readouterr().out
    assert "demo show" in script
    assert "completion" in script
    assert "no-serve" in script
