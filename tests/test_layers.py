"""Imports point one way only: from what people use back to the trials."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import optuna_guide

PACKAGE = Path(optuna_guide.__file__).parent

# A module may import those of the lines above its own, and its neighbours on the same line. A
# folder stands for all its files that are not named themselves.
LAYERS = (
    "space labels storage_url rank_tests",
    "codec drawing.options",
    "trials targets exploration.curves guidance parts",
    "models.forest models.boosting projection.distances",
    "importance models.ranges models.ebm models.skill",
    "models",
    "fit region guided_sampler.confine region.region_text",
    "store text drawing.selection",
    "guided_sampler.proposals guided_sampler.evidence",
    "findings.ranked drawing.trade_off findings.answers drawing.chips",
    "exploration diagnostics findings projection",
    "drawing",
    "drawing.trails",
    "panels",
    "publish plots",
    "export.json_schema export.summary report.story",
    "refit watch region.control region.next_study",
    "export report",
    "narrowing lite_gp guided_sampler.history guided_sampler.study_view guided_sampler.bases",
    "guided_sampler.choice",
    "guided_sampler",
    "callback",
    "demo",
    "workbench",
    "cli",
)
ORDER = {name: k for k, line in enumerate(LAYERS) for name in line.split()}


def sources() -> list[str]:
    return sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py"))


def layer(module: str) -> str:
    """Name in `LAYERS` of ``optuna_guide.<module>[.<file>]``, or the module where it has none."""
    parts = module.removesuffix(".__init__").split(".")
    prefixes = [".".join(parts[:k]) for k in range(len(parts), 0, -1)]
    return next((p for p in prefixes if p in ORDER), module)


def imports(path: Path) -> Iterator[str]:
    """Modules of the package that a file imports when it is imported itself."""
    for node in _executed(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        inside = [name for name in names if name.startswith("optuna_guide.")]
        yield from (name.removeprefix("optuna_guide.") for name in inside)


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """Statements that run at import: no bodies of functions, nothing for type checkers only."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _executed(child)


@pytest.mark.parametrize("source", [s for s in sources() if s != "__init__.py"])
def test_imports_only_point_to_the_layers_above(source: str) -> None:
    own = layer(source.removesuffix(".py").replace("/", "."))
    for module in imports(PACKAGE / source):
        used = layer(module)
        if used in ORDER and own in ORDER:
            assert ORDER[used] <= ORDER[own], f"{source} must not import {module}"


def test_every_module_has_a_place_in_the_layers() -> None:
    found = {layer(s.removesuffix(".py").replace("/", ".")) for s in sources()} - {"__init__"}
    assert sorted(found - set(ORDER)) == []


def test_the_package_itself_imports_nothing_of_its_own() -> None:
    assert list(imports(PACKAGE / "__init__.py")) == []


@pytest.mark.parametrize("name", optuna_guide.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(optuna_guide, name).__doc__


def test_public_names_are_the_ones_that_are_exported() -> None:
    module = importlib.import_module("optuna_guide")
    assert sorted(optuna_guide.__all__) == list(optuna_guide.__all__)
    assert set(optuna_guide.__all__) <= set(dir(module))
