"""The floors of the house: data flows one way, and so do imports; and a name means one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import optuna_guide

PACKAGE = Path(optuna_guide.__file__).parent

# A floor may import those before it, and itself.
LAYERS = (
    "domain",
    "guidance",
    "store",
    "study",
    "models",
    "analysis",
    "sampling",
    "experiments",
    "across",
    "keeping",
    "words",
    "figures",
    "surfaces",
    "cli",
    "__main__",
)
# A value that is asked for its text, table or code has to know who writes it.
EXCEPTIONS = {("guidance", "words")}
# What each panel gathers and draws is its own, by the contract of the folder.
IN_EACH_FILE = {"Numbers"}


def sources() -> list[str]:
    return sorted(str(p.relative_to(PACKAGE)) for p in PACKAGE.rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Modules and names of the package that a file imports, now or when a function runs."""
    for node in _executed(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        inside = [name for name in names if name.startswith("optuna_guide.")]
        yield from (name.removeprefix("optuna_guide.") for name in inside)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """All statements but those for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _executed(child)


def folder_of(source: str) -> str:
    """Folder of a file, or of what an import names, such as ``models.importance``."""
    parts = source.removesuffix(".py").replace("/", ".").split(".")
    while parts and not PACKAGE.joinpath(*parts).is_dir():
        parts.pop()
    return ".".join(parts) or source.partition(".")[0]


@pytest.mark.parametrize("source", [s for s in sources() if s != "__init__.py"])
def test_a_floor_imports_only_those_above_it(source: str) -> None:
    own = source.removesuffix(".py").split("/")[0]
    for module in imports(PACKAGE / source):
        used = module.split(".")[0]
        if (own, used) not in EXCEPTIONS:
            assert LAYERS.index(used) <= LAYERS.index(own), f"{source} must not import {module}"


def test_every_file_stands_on_a_floor() -> None:
    assert {s.removesuffix(".py").split("/")[0] for s in sources()} == {"__init__", *LAYERS}


@pytest.mark.parametrize("document", ["README.md", "docs/contributing.md"])
def test_the_picture_of_the_house_has_every_floor_in_order(document: str) -> None:
    text = (PACKAGE.parent / document).read_text(encoding="utf-8")
    picture = next(b for b in re.findall(r"```text\n(.*?)```", text, re.DOTALL) if "store" in b)
    first = [re.match(r"[\W_]*((?:\w+, )*\w+)", line) for line in picture.splitlines()]
    floors = [name for match in first if match for name in match[1].split(", ")]
    assert [name for name in floors if name in LAYERS] == list(LAYERS[:-2])


def test_no_folders_import_each_other_in_a_circle() -> None:
    uses: dict[str, set[str]] = {}
    for source in sources():
        own = folder_of(source)
        used = {folder_of(module) for module in imports(PACKAGE / source)}
        uses.setdefault(own, set()).update(used - {own})
    uses["guidance"] -= {"words"}
    assert _circle(uses) == []


def _circle(uses: dict[str, set[str]]) -> list[str]:
    """The folders of a circle; empty where there is none."""
    done: set[str] = set()

    def follow(folder: str, path: list[str]) -> list[str]:
        if folder in path:
            return [*path[path.index(folder) :], folder]
        if folder in done:
            return []
        done.add(folder)
        steps = (follow(used, [*path, folder]) for used in sorted(uses.get(folder, ())))
        return next(filter(None, steps), [])

    return next(filter(None, (follow(folder, []) for folder in sorted(uses))), [])


def test_a_circle_is_told() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert all(_circle({x: {y}}) == [] for x, y in pairwise("abc"))


def test_the_package_itself_imports_nothing_of_its_own() -> None:
    assert list(imports(PACKAGE / "__init__.py")) == []


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
