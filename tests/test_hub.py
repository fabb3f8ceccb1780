"""The packages for OptunaHub: of the registry's form, loadable, and their examples run."""

from __future__ import annotations

import runpy
import types
from pathlib import Path

import optuna
import pytest

optunahub = pytest.importorskip("optunahub", reason="optunahub is not installed")

HUB = Path(__file__).parent.parent / "hub" / "package"
PACKAGES = sorted(path.parent.relative_to(HUB).as_posix() for path in HUB.glob("*/*/__init__.py"))
FIELDS = ("author", "title", "description", "tags", "optuna_versions", "license")


def load(package: str) -> types.ModuleType:
    module: types.ModuleType = optunahub.load_local_module(package, registry_root=str(HUB))
    return module


def test_there_are_packages() -> None:
    assert {package.split("/")[0] for package in PACKAGES} == {
        "callbacks",
        "samplers",
        "visualization",
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_has_the_form_of_the_registry(package: str) -> None:
    folder, name = HUB / package, package.split("/")[1]
    text = (folder / "README.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    assert [line.partition(":")[0] for line in head.splitlines()] == list(FIELDS)
    assert (folder / "example.py").read_text(encoding="utf-8").rstrip() in body
    assert (folder / "images" / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
    assert f"images/{name}.png" in body
    assert "MIT" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert (folder / "tests" / f"test_{name}.py").is_file()
    assert (folder / "requirements.txt").read_text(encoding="utf-8").split() == ["optuna-guide"]


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_loaded_and_its_example_runs(
    package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    module = load(package)
    assert all(callable(getattr(module, name)) for name in module.__all__)
    monkeypatch.setattr(optunahub, "load_module", load)
    monkeypatch.chdir(tmp_path)
    found = runpy.run_path(str(HUB / package / "example.py"))
    for n in (1, 12):
        sampler = optuna.samplers.RandomSampler(seed=n)
        optuna.create_study(sampler=sampler).optimize(found["objective"], n_trials=n)


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES)
def test_an_example_runs_to_its_end(
    package: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(optunahub, "load_module", load)
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(HUB / package / "example.py"), run_name="__main__")
