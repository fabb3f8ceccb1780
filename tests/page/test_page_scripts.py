"""The pure functions of the page, tested in node; see the files beside this one."""

from __future__ import annotations

from pathlib import Path

import pytest
from node import HERE, ROOT, run_node

TESTS = sorted(path.name for path in HERE.glob("*.test.mjs") if path.stem != "twins.test")


@pytest.mark.parametrize("name", TESTS)
def test_scripts_of_the_page(name: str, tmp_path: Path) -> None:
    run_node(tmp_path, name, NODE_MODULES=str(ROOT / "tests/browser/node_modules"))
