"""The report below a pull request: one comment, which the next run replaces."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import optuna
import pytest

SCRIPT = Path(__file__).parent.parent / ".github" / "actions" / "report" / "report.sh"
GH = """#!/bin/sh
printf '%s\\n' "$@" >> asked
case "$*" in *--jq*) printf '%s' "$OLD" ;; esac
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "written"),
    [("", "POST\nrepos/me/it/issues/7/comments"), ("42", "PATCH\nrepos/me/it/issues/comments/42")],
    ids=["first", "again"],
)
def test_a_pull_request_has_one_comment_with_what_the_study_says(tmp_path, old, written):
    url = f"sqlite:///{tmp_path}/study.db"
    optuna.create_study(storage=url, study_name="an [odd] name")
    gh = tmp_path / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {"OPTUNA_STORAGE": url, "STUDY_NAME": "an [odd] name", "OLD": old, "PATH": path}
    given |= {"GITHUB_STEP_SUMMARY": "summary", "GITHUB_REPOSITORY": "me/it", "PULL_REQUEST": "7"}
    subprocess.run(["bash", str(SCRIPT)], cwd=tmp_path, env={**os.environ, **given}, check=True)
    asked = (tmp_path / "asked").read_text()
    assert written in asked
    assert "<!-- optuna-guide: report -->\n\n# Optuna study an" in asked
    assert "No guidance yet" in (tmp_path / "summary").read_text()
    assert (tmp_path / "optuna-guide-report.html").stat().st_size > 1000
