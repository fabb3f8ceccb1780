"""One word for one thing: what the glossary replaces is said nowhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import optuna_guide
from optuna_guide.words.glossary import REPLACED

ROOT = Path(optuna_guide.__file__).parent
FLOORS = ("words", "figures", "surfaces", "analysis", "experiments", "keeping")
PAGE = ROOT / "surfaces" / "workbench" / "static"
COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$|(?<=[;,{(]) //.*?$", re.DOTALL | re.MULTILINE)
LITERAL = re.compile(r"'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`", re.DOTALL)
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def said_in_python(text: str) -> Iterator[str]:
    """Every literal that is no docstring."""
    tree = ast.parse(text)
    silent = {
        id(node.value)
        for parent in ast.walk(tree)
        if isinstance(parent, DOCUMENTED)
        for node in parent.body
        if isinstance(node, ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


def said_in_javascript(text: str) -> Iterator[str]:
    for found in LITERAL.finditer(COMMENT.sub("", text)):
        yield found.group(1) or found.group(2) or ""


def replaced(said: Iterator[str]) -> list[str]:
    """What of it is read by people, as it has several words or a capital, and is replaced."""
    return [
        f"{words!r}: say {plain!r}"
        for words in said
        if " " in words.strip() or words[:1].isupper()
        for pattern, plain in REPLACED.items()
        if re.search(pattern, words, re.IGNORECASE)
    ]


@pytest.mark.parametrize("floor", FLOORS)
def test_no_surface_says_what_the_glossary_replaces(floor: str) -> None:
    for path in sorted((ROOT / floor).rglob("*.py")):
        if path.name != "glossary.py":
            assert not replaced(said_in_python(path.read_text("utf-8"))), path


def test_the_page_says_nothing_that_the_glossary_replaces() -> None:
    for path in sorted(PAGE.rglob("*.js")):
        assert not replaced(said_in_javascript(path.read_text("utf-8"))), path


def test_a_replaced_word_is_found() -> None:
    python = '"""Main + main."""\nx = "top decile"  # rank corr\n'
    assert replaced(said_in_python(python)) == ["'top decile': say 'tenth'"]
    page = "/** main + main */ // decile\nf({ kind: 'mode' }, 'Mode', `pair alone of ${x}`);"
    assert len(replaced(said_in_javascript(page))) == 2


@pytest.mark.parametrize(
    "path", sorted(PAGE.glob("views/*/index.js")), ids=lambda p: p.parent.name
)
def test_a_caption_is_one_line(path: Path) -> None:
    """Its first sentence is shown, the rest opens behind a question mark."""
    found = re.search(r"export const how =\s*'((?:[^'\\]|\\.)*)'", path.read_text("utf-8"))
    assert found, "how to read a view is one literal"
    first, *_ = re.split(r"(?<=[.?!])(?: |$)", found.group(1))
    assert len(first) <= 72
