"""Importing the package, or what a study runs with, loads nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {"plotly", "interpret", "optuna_dashboard", "pandas", "sklearn"}


def loaded_by(statement: str) -> set[str]:
    """Modules that a fresh interpreter loads for a statement, those of optuna left out."""
    code = (
        "import json, sys, optuna; before = set(sys.modules)\n"
        f"{statement}\n"
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error::ImportWarning", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(found.stdout))


def test_importing_the_package_loads_nothing_but_itself() -> None:
    assert loaded_by("import optuna_guide") == {"optuna_guide"}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("from optuna_guide import GuideCallback, load_guidance", id="callback"),
        pytest.param("from optuna_guide import Guidance, NotReady", id="guidance"),
        pytest.param(
            "from optuna_guide.sampling.guided.sampler import GuidedSampler", id="sampler"
        ),
    ],
)
def test_what_a_study_runs_with_loads_nothing_heavy(statement: str) -> None:
    assert {module.split(".")[0] for module in loaded_by(statement)} & HEAVY == set()


def test_fitting_loads_nothing_that_draws() -> None:
    loaded = loaded_by("from optuna_guide import fit_guidance, EBMImportanceEvaluator")
    assert loaded & {"plotly", "interpret", "optuna_dashboard"} == set()


def test_drawing_loads_plotly_but_none_of_the_models() -> None:
    loaded = loaded_by(
        "from optuna_guide import plot_importance; from optuna_guide.figures import panels; "
        "panels.load('importance')"
    )
    assert "plotly" in loaded
    assert {module.split(".")[0] for module in loaded} & (HEAVY - {"plotly"}) == set()


def test_the_workbench_answers_before_the_dashboard_and_the_models_are_loaded() -> None:
    loaded = loaded_by("from optuna_guide import wsgi; wsgi(optuna.storages.InMemoryStorage())")
    assert {module.split(".")[0] for module in loaded} & HEAVY == set()
