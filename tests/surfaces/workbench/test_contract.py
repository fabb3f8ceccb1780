"""What the page shares with Python is written from Python, and it is what is sent."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from answer_types import check_answer
from jsonschema import Draft202012Validator
from ugly import UGLY
from wsgi_client import decode, open_workbench

from optuna_guide.surfaces.export.json_schema import json_schema
from optuna_guide.surfaces.workbench.answers import Reads, Writes
from optuna_guide.surfaces.workbench.answers.regions import RegionAnswer
from optuna_guide.surfaces.workbench.contract import FOLDER, write_rules, write_types
from optuna_guide.surfaces.workbench.experiments import EXPERIMENTS
from optuna_guide.surfaces.workbench.queueing import QUEUEING
from optuna_guide.surfaces.workbench.reads import READS
from optuna_guide.surfaces.workbench.writes import WRITES

SHOWN = (
    "no trials", "nine trials", "all infinite", "infinite and huge values", "mixed choices",
    "rarely active", "two objectives, constrained", "odd attributes",
)  # fmt: skip
AGAIN = "Write it anew: python -m optuna_guide.surfaces.workbench.contract"


def test_the_constants_of_the_page_are_those_of_python() -> None:
    assert (FOLDER / "rules.js").read_text(encoding="utf-8") == write_rules(), AGAIN


def test_the_types_of_the_page_are_those_of_the_answers() -> None:
    assert (FOLDER / "wire.d.ts").read_text(encoding="utf-8") == write_types(), AGAIN


@pytest.mark.parametrize("name", SHOWN)
def test_answers_hold_what_their_types_say(name: str) -> None:
    client = open_workbench(UGLY[name]())
    client.wait_for_guidance()
    rows = client.get("trials").json
    shown = ",".join(map(str, decode(rows["number"])[:3]))
    asked = {"curves": {"trials": shown}, "details": {"trials": shown}, "predict": {"params": {}}}
    asked["params"] = {"tag": rows["tag"], "later": "0" if rows["params"] else ""}
    names = [param["name"] for param in rows["params"]][:2]
    for path in get_type_hints(Reads):
        if (path == "subset" and not names) or path in EXPERIMENTS:
            continue  # a set of no parameters is refused; experiments have a test of their own
        answer = client.get(path, **asked.get(path, {"params": names}))
        check_answer(Reads, path, answer.json)


@pytest.mark.parametrize("kind", [Reads, Writes])
def test_the_types_make_a_schema(kind: type) -> None:
    Draft202012Validator.check_schema(json_schema(kind))


@pytest.mark.parametrize(("kind", "paths"), [(Reads, READS), (Writes, {*WRITES, *QUEUEING})])
def test_every_path_has_a_type(kind: Any, paths: Any) -> None:
    drawn_by_plotly, created = "figure/<panel>", "next_study"
    assert {*get_type_hints(kind), drawn_by_plotly} - {created} == {*paths, drawn_by_plotly}


def test_a_typed_dictionary_has_a_schema_of_its_keys() -> None:
    schema = json_schema(RegionAnswer)
    assert set(schema["required"]) == set(get_type_hints(RegionAnswer))
    assert schema["$defs"]["RangeAnswer"]["required"] == []
