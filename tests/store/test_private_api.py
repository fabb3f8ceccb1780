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


EXCEPTIONS = {
    "_typeshed",
    "_SubParsersAction",  # what argparse's `add_subparsers` returns has no other name
    # How Optuna's samplers wrap others and draw by groups: nothing public says it.
    "_base_sampler",
    "_fixed_params",
    "_multivariate",
    "_sample_relative",
    "_search_space_group",
}


def _foreign_names(path: Path) -> set[str]:
    """Private names that a file uses and does not define itself."""
    own, used = set(), set()
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            own.add(node.attr)
        elif isinstance(node, ast.Attribute):
            used.add(node.attr)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr"):
            used |= {arg.value for arg in node.args[1:2] if isinstance(arg, ast.Constant)}
        elif isinstance(node, ast.ImportFrom):
            used |= {*(node.module or "").split("."), *(alias.name for alias in node.names)}
    return {name for name in used - own if name.startswith("_") and not name.startswith("__")}


def test_private_names_of_optuna_are_used_by_the_store_alone() -> None:
    found = {
        path.relative_to(PACKAGE).as_posix(): _foreign_names(path) - EXCEPTIONS
        for path in FILES
        if path.parent.name != "store"
    }
    assert {source: names for source, names in found.items() if names} == {}


def test_what_a_study_shows_is_replaced_by_the_store_alone() -> None:
    replaced = {
        path.parent.name
        for path in FILES
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name == "_get_trials"
    }
    assert replaced == {"store"}
