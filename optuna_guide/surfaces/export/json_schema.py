"""The JSON schema (2020-12) of what `codec.dumps` writes, read off the dataclasses.

Types come from the hints, descriptions from the ``Attributes:`` of the docstrings, so that the
schema cannot say anything else than the code.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from optuna.distributions import BaseDistribution

Schema = dict[str, Any]

_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    type(None): {"type": "null"},
}
_RANGE: Schema = {
    "log": {"type": "boolean", "description": "Whether it is searched logarithmically."},
    "step": {"type": ["number", "null"], "description": "Distance of its values, if it has one."},
}
_DISTRIBUTION: Schema = {
    "description": "What an objective declared for a parameter.",
    "oneOf": [
        {
            "type": "object",
            "properties": {
                kind: {
                    "description": "Lowest and highest value.",
                    "type": "array",
                    "items": {"type": number},
                    "minItems": 2,
                    "maxItems": 2,
                },
                **_RANGE,
            },
            "required": [kind, "log", "step"],
            "additionalProperties": False,
        }
        for kind, number in (("float", "number"), ("int", "integer"))
    ]
    + [
        {
            "type": "object",
            "properties": {"choices": {"type": "array", "items": {"$ref": "#/$defs/Choice"}}},
            "required": ["choices"],
            "additionalProperties": False,
        }
    ],
}
_CHOICE: Schema = {
    "description": "A choice; what JSON does not know is tagged.",
    "anyOf": [
        {"type": ["null", "boolean", "number", "string"]},
        *(
            {
                "type": "object",
                "properties": {tag: content},
                "required": [tag],
                "additionalProperties": False,
            }
            for tag, content in (
                ("float", {"enum": ["nan", "inf", "-inf"]}),
                ("tuple", {"type": "array", "items": {"$ref": "#/$defs/Choice"}}),
                ("list", {"type": "array", "items": {"$ref": "#/$defs/Choice"}}),
                ("text", {"type": "string"}),
            )
        ),
    ],
}


def json_schema(kind: type) -> Schema:
    """The schema of a frozen dataclass, or of a typed dictionary, and of all that it holds."""
    definitions: dict[str, Schema] = {}
    _refer(kind, definitions)
    top = definitions.pop(kind.__name__)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind.__name__,
        **top,
        "$defs": dict(sorted(definitions.items())),
    }


def _refer(kind: Any, definitions: dict[str, Schema]) -> Schema:
    """The schema of a type; classes are defined once and referred to."""
    if kind is Any:
        return {}
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if kind is BaseDistribution:
        definitions.setdefault("Distribution", _DISTRIBUTION)
        definitions.setdefault("Choice", _CHOICE)
        return {"$ref": "#/$defs/Distribution"}
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or is_typeddict(kind)):
        name = kind.__name__
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _describe_class(kind, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return _refer_generic(kind, definitions)


def _refer_generic(kind: Any, definitions: dict[str, Schema]) -> Schema:
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_refer(part, definitions) for part in parts]}
    if origin is list or (origin is tuple and parts[-1] is Ellipsis):
        return {"type": "array", "items": _refer(parts[0], definitions)}
    if origin is tuple:
        items = [_refer(part, definitions) for part in parts]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}
    if inspect.isclass(origin) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _refer(parts[1], definitions)}
    raise TypeError(f"{kind!r} has no schema: codec.encode does not write it.")


def _describe_class(kind: Any, definitions: dict[str, Schema]) -> Schema:
    hints = get_type_hints(kind, localns={"Mapping": Mapping})
    words = inspect.getdoc(kind) or ""
    about = _attributes(words)
    is_open = is_typeddict(kind)
    names = list(hints) if is_open else [f.name for f in dataclasses.fields(kind)]
    properties = {
        name: {**_refer(hints[name], definitions), **_described(about.get(name, ""))}
        for name in names
    }
    return {
        **_described(words.split("\n\n")[0]),
        "type": "object",
        "properties": properties,
        "required": [n for n in names if not is_open or n in kind.__required_keys__],
        "additionalProperties": False,
    }


def _described(words: str) -> Schema:
    plain = " ".join(words.replace("`", "").split())
    return {"description": plain} if plain else {}


def _attributes(docstring: str) -> dict[str, str]:
    """What the section ``Attributes:`` of a docstring says about each."""
    section = docstring.partition("Attributes:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^    (\w+): (.*(?:\n     .*)*)", section, flags=re.MULTILINE)
    return {name: words for name, words in found}
