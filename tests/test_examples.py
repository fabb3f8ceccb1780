"""Every example runs to its end as a program of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*.py"))


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs_and_prints_guidance(example, tmp_path):
    done = subprocess.run(
        [sys.executable, str(example), f"sqlite:///{tmp_path}/study.db"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "of the variance that is explained" in done.stdout
    assert "Traceback" not in done.stderr
