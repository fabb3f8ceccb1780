"""The report below a pull request: one comment, which the next run replaces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import optuna
import pytest

NAME = "an [odd] name"
SCRIPT = Path(__file__).parent.parent / ".github" / "actions" / "report" / "report.sh"
GH = """#!/bin/sh
printf '%s\\n' "$@" >> asked
case "$*" in *--jq*) printf '%s' "$OLD" ;; esac
"""


GUIDE = """#!/bin/sh
echo '# Optuna study'
"""


def run_script(folder: Path, old: str, **programs: str) -> str:
    """What GitHub was asked by the script of the action, with stand-ins for programs."""
    for name, text in {"gh": GH, **programs}.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    path = os.pathsep.join([str(folder), str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {"OLD": old, "PATH": path, "STUDY_NAME": NAME, "GITHUB_STEP_SUMMARY": "summary"}
    given |= {"OPTUNA_STORAGE": f"sqlite:///{folder}/study.db"}
    given |= {"GITHUB_REPOSITORY": "me/it", "PULL_REQUEST": "7"}
    subprocess.run(["bash", str(SCRIPT)], cwd=folder, env={**os.environ, **given}, check=True)
    return (folder / "asked").read_text()


@pytest.mark.slow
def test_a_pull_request_has_a_comment_with_what_the_study_says(tmp_path):
    optuna.create_study(storage=f"sqlite:///{tmp_path}/study.db", study_name=NAME)
    asked = run_script(tmp_path, "")
    assert "POST\nrepos/me/it/issues/7/comments" in asked
    assert "<!-- optuna-guide: report -->\n\n# Optuna study an" in asked
    assert "No guidance yet" in (tmp_path / "summary").read_text()
    assert (tmp_path / "optuna-guide-report.html").stat().st_size > 1000


def test_the_next_run_replaces_the_comment(tmp_path):
    asked = run_script(tmp_path, "42", **{"optuna-guide": GUIDE})
    assert "PATCH\nrepos/me/it/issues/comments/42" in asked
    assert "POST" not in asked
