"""The pages of the documentation are true: their Python and their commands run."""

from __future__ import annotations

import importlib
import re

import optuna
import pytest
from documents import ROOT, commands, run_command, run_python

import optuna_guide

DOCS = ROOT / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
WITH_CODE = [page for page in PAGES if "```python" in page.read_text(encoding="utf-8")]


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_CODE, ids=lambda page: page.stem)
def test_every_block_and_command_runs_in_order(page, tmp_path, monkeypatch, capsys):
    text = page.read_text(encoding="utf-8")
    if "create_study(" not in text:  # it is about a study that the reader has
        study = optuna.create_study(storage=f"sqlite:///{tmp_path}/study.db")
        study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=30)
    run_python(text, tmp_path)
    for command in commands(text):
        assert run_command(command, tmp_path, monkeypatch) == 0, command


def test_the_reference_names_everything_public():
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^   (\w+)$", text, re.MULTILINE)) == set(optuna_guide.__all__)


def test_troubleshooting_quotes_what_is_said():
    """But for two symptoms, about which nothing is said."""
    code = "".join(path.read_text() for path in (ROOT / "optuna_guide").rglob("*.py"))
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    quoted = [
        part.strip() for said in re.findall(r"\*\*(.+?)\*\*", page) for part in said.split("…")
    ]
    symptoms = {
        "A region was applied and the sampler ignores it",
        "The panels do not appear in optuna-dashboard",
    }
    assert {part for part in quoted if part not in code} == symptoms


def test_the_gallery_shows_every_figure(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    calls = importlib.import_module("gallery_pages").CALLS
    plots = {name.removeprefix("plot_") for name in optuna_guide.__all__ if "plot_" in name}
    assert set(calls) == plots


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_linked_page_exists(page):
    links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text(encoding="utf-8"))
    made = ("auto_gallery", "auto_tutorials")  # during the build
    missing = [
        link
        for link in links
        if not link.removeprefix("../").startswith(made) and not (page.parent / link).exists()
    ]
    assert missing == []
