"""Every example runs to its end: in this process, or as a program where it starts others."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_and_prints_guidance(example, tmp_path, monkeypatch, capsys):
    arguments = [str(example), f"sqlite:///{tmp_path}/study.db"]
    if "multiprocessing" in example.read_text(encoding="utf-8"):
        printed, complaints = _run(arguments, tmp_path)
    else:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", arguments)
        runpy.run_path(str(example), run_name="__main__")
        printed, complaints = capsys.readouterr()
    assert "of the variance that is explained" in printed
    assert "Traceback" not in complaints


def _run(arguments: list[str], folder: Path) -> tuple[str, str]:
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr
