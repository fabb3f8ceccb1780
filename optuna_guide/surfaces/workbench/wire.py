"""What goes over the wire: JSON, typed columns within it, and errors that a person can read."""

from __future__ import annotations

import base64
import json
import math
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Json: TypeAlias = "dict[str, Any]"

_TYPES = {"f8": "f64", "f4": "f32", "i4": "i32", "u1": "u8"}


class Refusal(Exception):
    """A request that is not answered, and why.

    Attributes:
        status: HTTP status, 400 to 599.
        message: For a person: what is wrong, and what to do.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def column(values: npt.NDArray[Any]) -> Json:
    """A column as base64 of its little-endian bytes; NaN stays NaN."""
    kind = values.dtype.str[1:]
    little = np.ascontiguousarray(values, dtype=f"<{kind}" if kind != "u1" else "u1")
    return {"t": _TYPES[kind], "b": base64.b64encode(little.tobytes()).decode("ascii")}


def dumps(value: Any) -> bytes:
    """JSON in ASCII, lone surrogates as escapes; what JSON has no number for becomes null."""
    try:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_without_nan(value), separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def number(value: float | None) -> float | None:
    """The number, or None where it is none that JSON can say."""
    return float(value) if value is not None and math.isfinite(value) else None


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
