"""Whether an answer of the page is of the type that is written down for its path."""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

from optuna_guide.surfaces.export.json_schema import json_schema


def check_answer(kind: type, path: str, answer: Any) -> None:
    """Fail where an answer is not of its type; that the schemas are schemas is a test's own."""
    schema = json_schema(kind)
    own = {**schema["properties"][path], "$defs": schema["$defs"]}
    Draft202012Validator(own).validate(answer)
