"""What `import optuna_guide` offers."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import optuna_guide

USES = """
import importlib, pkgutil, sys
import optuna, optuna_guide
for module in pkgutil.walk_packages(optuna_guide.__path__, "optuna_guide."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
study = optuna.create_study(sampler=optuna_guide.GuidedSampler())
objective = lambda trial: trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1) ** 2
with optuna_guide.GuideCallback() as guide:
    study.optimize(objective, n_trials=12, callbacks=[guide])
optuna_guide.publish(study, guide.guidance)
optuna_guide.apply_region(study, {"x": (0.0, 0.5)})
optuna_guide.write_report(study, sys.argv[1])
optuna_guide.export_guidance(study, "json")
optuna_guide.plot_importance(study)
optuna_guide.wsgi(study._storage)
kinds = {name: type(getattr(optuna_guide, name)).__name__ for name in optuna_guide.__all__}
print([name for name, kind in kinds.items() if kind == "module"])
"""


@pytest.mark.parametrize("name", optuna_guide.__all__)
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(optuna_guide, name).__doc__
    assert not isinstance(getattr(optuna_guide, name), ModuleType)


def test_type_checkers_are_told_the_same_names() -> None:
    tree = ast.parse(Path(optuna_guide.__file__).read_text(encoding="utf-8"))
    told = {
        (node.module, alias.name, alias.asname)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if node.module.startswith("optuna_guide.")
    }
    homes = optuna_guide._HOMES.items()
    assert told == {(f"optuna_guide.{home}", name, name) for name, home in homes}
    assert set(optuna_guide.__all__) <= set(dir(optuna_guide))


def test_a_name_that_stands_alone_is_no_list_of_letters() -> None:
    table = pd.DataFrame({"lr": np.linspace(0.1, 1, 20), "wd": 3, "fold": ["a", "b"] * 10})
    study = optuna_guide.study_from_frame(
        table.assign(loss=table["lr"] ** 2), params="lr", ignore="wd", context="fold"
    )
    assert study.best_trial.params.keys() == {"lr"}
    assert study.best_trial.user_attrs["fold"] == "a"
    optuna_guide.apply_belief(study, {"lr": optuna_guide.near(0.2)})
    assert optuna_guide.clear_beliefs(study, "lr").ended
    assert optuna_guide.create_ablations(study, 2, "lr").candidates
    drawn = optuna_guide.plot_exploration_history(study, params="lr")
    assert "lr" in str(drawn)


@pytest.mark.slow
def test_no_public_name_turns_into_a_module_by_any_use(tmp_path: object) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", USES, f"{tmp_path}/report.html"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr
