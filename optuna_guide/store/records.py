"""Small records: one attribute each, so that a write is all or nothing."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, TypeVar, cast

from optuna_guide.domain import codec

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")

SCHEMA_VERSION = 1


def write_record(record: Any) -> str:
    """A frozen dataclass as JSON text; `read_record` gives back an equal value."""
    plain = {"schema": SCHEMA_VERSION, **codec.encode(record)}
    return json.dumps(plain, separators=(",", ":"), allow_nan=False)


def read_record(kind: type[T], text: object) -> T | None:
    """The record of this kind, or None where the text is anything else."""
    found: T | None = _read(cast("Any", kind), text) if isinstance(text, str) else None
    return found


def read_records(kind: type[T], attributes: Mapping[str, Any], prefix: str) -> dict[str, T]:
    """Key to record, for every valid record below a prefix."""
    found = {k: read_record(kind, v) for k, v in attributes.items() if k.startswith(prefix)}
    return {key: record for key, record in found.items() if record is not None}


@functools.lru_cache(maxsize=512)  # a sampler reads the same few records at every trial
def _read(kind: Any, text: str) -> Any:
    try:
        record = codec.loads(kind, text, schema=SCHEMA_VERSION)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(getattr(record, "version", 0), int) else None
