"""Answers that an agent can afford: what has no room is left out, from the end, and told."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

MAX_BYTES = 5_500  # of JSON, of which two and three quarters make a token
_MAX_TEXT = 400  # characters of one sentence
_DIGITS = 6


def bounded(answer: Any) -> dict[str, Any]:
    """A frozen answer as JSON values of at most `MAX_BYTES`, the longest lists cut first."""
    found: dict[str, Any] = _plain(dataclasses.asdict(answer))
    total = {name: len(value) for name, value in found.items() if isinstance(value, list)}
    while size_of(found) > MAX_BYTES:
        lists = {name: found[name] for name in total if len(found[name]) > 1}
        if not lists:
            break
        longest = max(lists, key=lambda name: size_of(found[name]))
        found[longest] = found[longest][: -max(1, len(found[longest]) // 8)]
        cut = {n: k - len(found[n]) for n, k in total.items() if len(found[n]) < k}
        found["left_out"] = ", ".join(f"{k} of {n}" for n, k in cut.items())
    return found


def size_of(value: Any) -> int:
    """Bytes of a value as JSON."""
    return len(to_text(value).encode("utf-8", "surrogatepass"))


def to_text(value: Any) -> str:
    """JSON without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def told(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with their values, as JSON can say them."""
    return {name: _told(value) for name, value in params.items()}


def _told(value: Any) -> Any:
    is_plain = value is None or isinstance(value, bool | int | str)
    is_plain |= isinstance(value, float) and math.isfinite(value)
    return value if is_plain else str(value)


def _plain(value: Any, name: str = "") -> Any:
    """No number that JSON lacks, none of more digits than matter, no endless sentence."""
    if isinstance(value, dict):
        return value if name == "params" else {k: _plain(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, str) and len(value) > _MAX_TEXT:
        return f"{value[: _MAX_TEXT - 1]}…"
    return value
