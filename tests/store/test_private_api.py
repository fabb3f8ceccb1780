"""Keys of what is kept, and what Optuna keeps private, are known to the store alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import optuna_guide

PACKAGE = Path(optuna_guide.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def _nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def test_keys_are_written_in_one_file() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in FILES
        for node in _nodes(path)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("guide:", "dashboard:plot_data:"))
    }
    assert found == {"store/keys.py"}
