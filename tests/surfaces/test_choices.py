"""What a person says about a study, from the command line and from the page."""

from __future__ import annotations

import json
from pathlib import Path

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import create_trial
from wsgi_client import open_workbench

from optuna_guide.cli import main

SETS = ("PubMed", "Cora", "CiteSeer")


def on_sets(**options: object) -> optuna.Study:
    study = optuna.create_study(study_name="sets", **options)  # type: ignore[arg-type]
    space = {"dataset": CategoricalDistribution(SETS), "x": FloatDistribution(0, 1)}
    for i in range(60):
        k, x = i % 3, (i * 0.618) % 1
        study.add_trial(
            create_trial(
                params={"dataset": SETS[k], "x": x},
                distributions=space,
                value=10.0 * k + 3.0**k * x,
                user_attrs={"acc": 1 - x},
            )
        )
    return study


def test_the_command_line_sets_a_context_and_a_direction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'sets.db'}"
    study = on_sets(storage=url)
    for names, said in (
        ([], "dataset (found by name and values)"),
        (["none"], "none (set by a person)"),
        (["dataset", "--how", "min-max"], "dataset (set by a person)"),
    ):
        assert main(["context", url, *names]) == 0
        assert said in capsys.readouterr().out
    assert main(["show", url, "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["context"]["how"] == "min-max"
    assert main(["show", url, "-f", "json", "--context", "none"]) == 0
    assert json.loads(capsys.readouterr().out)["context"] is None
    assert main(["context", url, "found"]) == 0
    assert main(["context", url, "nothing"]) == 1
    assert "'nothing'; there are dataset, x, acc" in capsys.readouterr().err
    assert main(["direction", url, "acc", "minimize"]) == 0
    capsys.readouterr()
    assert main(["show", url, "-f", "json", "--target", "acc"]) == 0
    assert json.loads(capsys.readouterr().out)["direction"] == "minimize"
    assert len(study.trials) == 60


def test_the_page_says_what_the_context_is_and_takes_another() -> None:
    client = open_workbench(on_sets())
    found = client.get("trials").json
    assert found["contexts"] == {"names": ["dataset"], "chosen": False, "how": None}
    assert [p["name"] for p in found["params"]] == ["x"]
    assert [x["name"] for x in found["labels"] if x["is_context"]] == ["dataset"]
    assert found["targets"][0]["title"] == "value (ranks within dataset)"
    assert client.post("context", {"names": [], "how": None}).status == 200
    found = client.get("trials").json
    assert [p["name"] for p in found["params"]] == ["dataset", "x"]
    assert found["targets"][0]["title"] == "value"
    assert client.post("context", {"names": "dataset"}).status == 400
    assert client.post("context", {"names": ["nothing"]}).status == 400
    assert client.post("direction", {"attribute": "acc", "direction": "maximize"}).status == 200
    target = next(t for t in client.get("trials").json["targets"] if t["name"] == "acc")
    assert target["direction"] == "maximize"
