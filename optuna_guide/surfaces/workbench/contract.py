"""What the page shares with the server: constants, and the types of the answers.

    python -m optuna_guide.surfaces.workbench.contract

writes both into the folder of the page's scripts anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from optuna_guide.analysis import evidence, significance
from optuna_guide.domain import wording
from optuna_guide.domain.cells import INACTIVE
from optuna_guide.figures.drawing import axes, histogram
from optuna_guide.figures.panels import (
    combination_matrix,
    did_guidance_help,
    learning_curves,
)
from optuna_guide.figures.panels.exploration_history import timeline, trails
from optuna_guide.figures.panels.trellis import gathering as trellis
from optuna_guide.guidance import Guidance
from optuna_guide.models import ranges
from optuna_guide.study import curves, targets
from optuna_guide.study.trial_values import STATES
from optuna_guide.surfaces.export.json_schema import json_schema
from optuna_guide.surfaces.workbench.answers import Reads, Writes
from optuna_guide.surfaces.workbench.trials_answer import CANCELLED_BY, NO_CELL
from optuna_guide.words import chips, glossary, names, verdict

if TYPE_CHECKING:
    from optuna_guide.surfaces.export.json_schema import Schema

N_T = 30  # degrees of freedom, beyond which a series is exact


def _t975(n: int) -> tuple[float, ...]:
    return tuple(round(float(t), 8) for t in stdtrit(np.arange(1, n + 1), 0.975))


FOLDER = Path(__file__).parent / "static"
HEAD = "/** Written by optuna_guide/surfaces/workbench/contract.py: change it there. */\n"
RULES: Mapping[str, tuple[object, str]] = {
    **{name: (code, "") for code, name in enumerate(STATES)},
    "INACTIVE": (INACTIVE, "the cell of trials that do not have a parameter"),
    "NO_CELL": (NO_CELL, "code of a trial in no cell"),
    "CANCELLED_BY": (CANCELLED_BY, "label of failed trials that never ran"),
    "PARETO_RANK": (targets.PARETO_RANK, "name of the target"),
    "MIN_SUPPORT": (combination_matrix.MIN_SUPPORT, "trials that have both options of a pair"),
    "PRIOR": (combination_matrix.PRIOR, "trials, expected and selected, given to every pair"),
    "MIN_TRIALS": (trellis.MIN_TRIALS, "that a mean is drawn of"),
    "MEANS_N_IQR": (trellis.N_IQR, "beyond the quartile of the means, where their axis ends"),
    "TRUST": (glossary.TRUST, "how far predictions go, by its state"),
    "MINOR": (verdict.MINOR, "of what is explained: parameters below it are folded"),
    "CHANCE": (significance.ALPHA, "false discovery rate"),
    "NEGLIGIBLE": (wording.NEGLIGIBLE, "p-values below it are not told apart"),
    "T_975": (_t975(N_T), "97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom"),
    "LOG_RATIO": (histogram.LOG_RATIO, "of largest to smallest value: the axis is logarithmic"),
    "TOP_SHARE": (ranges.TOP_SHARE, "of the trials: the top"),
    "GUIDED": (evidence.GUIDED, "decisions of trials that lie in the region"),
    "INTERMEDIATE": (curves.INTERMEDIATE, "name of what was told to Optuna step by step"),
    "MAX_CURVES": (learning_curves.MAX_CURVES, "drawn over each other"),
    "MAX_METRICS": (learning_curves.MAX_METRICS, "with curves"),
    "MAX_OPTIONS": (combination_matrix.MAX_OPTIONS, "of a matrix, side by side"),
    "MAX_LIFT": (combination_matrix.MAX_LIFT, "that the colours tell apart"),
    "MAX_LINKS": (trails.MAX_LINKS, "from parents to children"),
    "MAX_SURVIVORS": (timeline.MOST_OPTIONS, "options of a choice whose survivors are told"),
    "MAX_VERSIONS": (did_guidance_help.MAX_VERSIONS, "of the guidance, the newest"),
    "MIN_BAND": (axes.MIN_BAND, "of an axis: a single value must still be seen"),
    "MAX_CELLS": (chips.MAX_CELLS, "of a trial's chip"),
    "MIN_HEIGHT": (chips.MIN_HEIGHT, "of the smallest layer in a chip"),
    "SHORTENING": (
        {
            "plain": names.PLAIN,
            "telling": names.TELLING,
            "alike": names.ALIKE,
            "gap": names.GAP,
            "broken": names.BROKEN,
            "longest": names.LONGEST,
            "most": names.MOST,
        },
        "how a name is shortened: see words/names.py",
    ),
    "STILL_IMPROVING": (learning_curves.STILL_IMPROVING, "of its gain, in the last quarter"),
}


def write_rules() -> str:
    """``rules.js``: constants that the page and Python share."""
    lines = [
        f"export const {name} = {_literal(value)};{f' // {words}' if words else ''}"
        for name, (value, words) in RULES.items()
    ]
    return "\n".join([HEAD, *lines]) + "\n"


def write_types() -> str:
    """``wire.d.ts``: an interface for each thing that an answer holds."""
    definitions: dict[str, Schema] = {}
    for kind in (Guidance, Reads, Writes):
        schema = json_schema(kind)
        definitions.update({**schema["$defs"], kind.__name__: schema})
    parts = [_declare(name, schema) for name, schema in sorted(definitions.items())]
    return "\n".join([HEAD, *parts])


def main() -> None:
    """Write both files."""
    for name, words in (("rules.js", write_rules()), ("wire.d.ts", write_types())):
        (FOLDER / name).write_text(words, encoding="utf-8")


def _literal(value: object) -> str:
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{key}: {_literal(inner)}' for key, inner in value.items())} }}"
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(v) if isinstance(v, str) else str(v) for v in value)}]"
    return f"{value:g}" if isinstance(value, float) else json.dumps(value)


def _declare(name: str, schema: Schema) -> str:
    words = _comment(schema, "")
    if "properties" not in schema:
        return f"{words}export type {name} = {_type(schema)};\n"
    required = schema.get("required", ())
    fields = [
        f"{_comment(inner, '  ')}  {_key(key)}{'' if key in required else '?'}: {_type(inner)};\n"
        for key, inner in schema["properties"].items()
    ]
    return f"{words}export interface {name} {{\n{''.join(fields)}}}\n"


def _key(name: str) -> str:
    return name if name.isidentifier() else f"'{name}'"


def _comment(schema: Schema, indent: str) -> str:
    return f"{indent}/** {schema['description']} */\n" if "description" in schema else ""


def _type(schema: Schema) -> str:
    """A schema as a type of TypeScript."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix("#/$defs/")
    if "enum" in schema:
        return " | ".join(map(_literal, schema["enum"]))
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(_type(part) for part in schema[several])
    if "type" not in schema:
        return "unknown"
    kind = schema["type"]
    if isinstance(kind, list):
        return " | ".join(_type({"type": one}) for one in kind)
    if kind == "array":
        if "prefixItems" in schema:
            return f"[{', '.join(map(_type, schema['prefixItems']))}]"
        item = _type(schema["items"])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if kind == "object":
        return _object(schema)
    return "number" if kind in ("integer", "number") else str(kind)


def _object(schema: Schema) -> str:
    if "properties" not in schema:
        return f"Record<string, {_type(schema['additionalProperties'])}>"
    required = schema.get("required", ())
    fields = (
        f"{name}{'' if name in required else '?'}: {_type(inner)}"
        for name, inner in schema["properties"].items()
    )
    return f"{{ {'; '.join(fields)} }}"


if __name__ == "__main__":
    main()
