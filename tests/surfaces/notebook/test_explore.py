"""`explore` without a browser: what the views ask, and what Python sees of the selection."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest

anywidget = pytest.importorskip("anywidget", reason="the extra notebook is not installed")

from optuna_guide import apply_region, explore  # noqa: E402
from optuna_guide.surfaces.notebook import bundle  # noqa: E402
from optuna_guide.surfaces.notebook.answering import LocalServer  # noqa: E402
from optuna_guide.surfaces.workbench.reads import READS  # noqa: E402


def objective(trial: optuna.Trial) -> float:
    kind = trial.suggest_categorical("kind", ["a", "b"])
    return trial.suggest_float("x", -3, 3) ** 2 + trial.suggest_int("n", 1, 9) + (kind == "b")


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=12)
    return study


def test_the_views_are_one_module_that_imports_nothing(tmp_path: Path) -> None:
    script = tmp_path / "widget.mjs"
    script.write_text(bundle.script(), encoding="utf-8")
    assert "import {" not in script.read_text(encoding="utf-8")
    assert ":root" not in bundle.look()
    if node := shutil.which("node"):
        subprocess.run([node, "--check", script], check=True)


def test_questions_are_answered_as_a_server_would(study: optuna.Study) -> None:
    server = LocalServer(study, read_only=False)
    for path in ("trials", "region", "kept", "verdict"):
        assert path in READS
        assert server.answer({"path": path, "query": {}})["status"] == 200
    missing = server.answer({"path": "nothing", "query": {}})
    assert (missing["status"], "nothing to ask" in missing["answer"]) == (404, True)
    wrong = server.answer({"path": "subset", "query": {"params": "[1]"}})
    assert wrong["status"] == 400
    kept = server.answer({"path": "kept", "body": {"numbers": [3]}})
    assert json.loads(kept["answer"])["kept"] == [3]


def test_new_trials_are_told_as_the_answer_to_the_next_question(
    study: optuna.Study, later: Callable[[], None]
) -> None:
    server = LocalServer(study, read_only=False)
    assert server.news() is None
    first = json.loads(server.answer({"path": "trials", "query": {"after": "0"}})["answer"])
    assert server.news() is None
    study.optimize(objective, n_trials=3)
    later()
    news = server.news()
    assert news is not None
    assert news["query"] == {"after": str(first["settled"]), "known": first["tag"]}
    assert json.loads(news["answer"])["n"] == 15
    assert server.news() is None


def test_a_read_only_explorer_changes_nothing(study: optuna.Study) -> None:
    server = LocalServer(study, read_only=True)
    assert server.answer({"path": "kept", "body": {"numbers": [3]}})["status"] == 403


def test_the_selection_is_a_value_of_python(study: optuna.Study) -> None:
    widget: Any = explore(study)
    widget.selection = {"x": (0.0, 2.0), "kind": {"a"}, "n": 3}
    assert widget.selection == {"x": [(0.0, 2.0)], "kind": ["a"], "n": [(3, 3)]}
    widget._selected = {"b": [["p:x", {"intervals": [[-1, 1], [2, 3]]}], ["t:value", {}]]}
    assert widget.selection == {"x": [(-1.0, 1.0), (2.0, 3.0)]}
    widget.selection = None
    assert widget.selection == {}
    widget.trials = [1, 4]
    assert widget._selected == {"k": ["2 trials", [1, 4]]}
    with pytest.raises(ValueError, match="There is no parameter 'y'"):
        widget.selection = {"y": 1}
    widget.close()


def test_the_region_is_that_of_the_study(study: optuna.Study) -> None:
    widget: Any = explore(study)
    apply_region(study, {"n": (2, 5)})
    assert widget.region == {"n": [(2, 5)]}
    widget.region = {"x": (0.0, None)}
    assert widget.region == {"x": [(0.0, 3.0)]}
    widget.region = None
    assert widget.region == {}
    widget.close()


def test_an_unknown_view_is_refused(study: optuna.Study) -> None:
    with pytest.raises(ValueError, match=r"views are some of .*, not 'map'"):
        explore(study, views=("effect", "map"))
