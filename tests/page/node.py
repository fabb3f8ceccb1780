"""Run scripts of the page in node, without a browser."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


def run_node(folder: Path, test: str, **environment: str) -> None:
    """Run a file of ``node --test``; fails with what it prints.

    Args:
        folder: An empty folder, to which the scripts are copied: they are modules only there.
        test: Name of a file beside this one.
        environment: Further variables.
    """
    node = shutil.which("node")
    if node is None:
        reason = "There is no node: install it to test the scripts of the page"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    static = Path("optuna_guide/surfaces/workbench/static")
    shutil.copytree(ROOT / static, folder / static)
    (folder / "tests/page").mkdir(parents=True)
    shutil.copy(HERE / test, folder / "tests/page" / test)
    (folder / "package.json").write_text('{"type": "module"}')
    told = subprocess.run(
        [node, "--test", f"tests/page/{test}"],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
