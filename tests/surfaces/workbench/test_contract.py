"""What the page shares with Python is written from Python, and it is what is sent."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from ugly import UGLY
from wsgi_client import open_workbench

from optuna_guide.surfaces.export.json_schema import json_schema
from optuna_guide.surfaces.workbench.answers import (
    FindingAnswer,
    MapAnswer,
    RegionAnswer,
    TrialsAnswer,
)
from optuna_guide.surfaces.workbench.contract import FOLDER, write_rules, write_types

AGAIN = "Write it anew: python -m optuna_guide.surfaces.workbench.contract"


def test_the_constants_of_the_page_are_those_of_python() -> None:
    assert (FOLDER / "rules.js").read_text(encoding="utf-8") == write_rules(), AGAIN


def test_the_types_of_the_page_are_those_of_the_answers() -> None:
    assert (FOLDER / "wire.d.ts").read_text(encoding="utf-8") == write_types(), AGAIN


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_answers_hold_what_their_types_say(build: Any) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    client = open_workbench(build())
    maps = client.get("configuration_map").json["map"]
    findings = client.get("findings").json["findings"]
    for kind, found in [
        (TrialsAnswer, client.get("trials").json),
        (RegionAnswer, client.get("region").json),
        (MapAnswer, maps),
        *((FindingAnswer, one) for one in findings),
    ]:
        jsonschema.validate(found, json_schema(kind))


def test_a_typed_dictionary_has_a_schema_of_its_keys() -> None:
    schema = json_schema(RegionAnswer)
    assert set(schema["required"]) == set(get_type_hints(RegionAnswer))
    assert schema["$defs"]["RangeAnswer"]["required"] == []
