"""A name means one thing: a class or a type is called as no other one of the package is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import optuna_guide

PACKAGE = Path(optuna_guide.__file__).parent
# What each panel gathers and draws is its own, by the contract of the folder.
IN_EACH_FILE = {"Numbers"}


def defined(path: Path) -> Iterator[tuple[str, str]]:
    """Names of the classes and types of a file, and what they are."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef):
            yield node.name, str(path.relative_to(PACKAGE))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and is_of_type(target.id):
                yield target.id, ast.unparse(node.value).strip("'")


def is_of_type(name: str) -> bool:
    bare = name.lstrip("_")
    return bare[:1].isupper() and len(bare) > 1 and not bare.isupper() and "_" not in bare


def test_no_two_things_have_one_name() -> None:
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for name, meaning in defined(path):
            meanings[name.lstrip("_")].add(meaning)
    twice = {n: m for n, m in meanings.items() if len(m) > 1 and n not in IN_EACH_FILE}
    assert not twice
