"""What goes over the wire: JSON, typed columns within it, and errors that a person can read."""

from __future__ import annotations

import base64
import gzip
import json
import math
import zlib
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

Json: TypeAlias = "dict[str, Any]"

_TYPES = {"f8": "f64", "f4": "f32", "i4": "i32", "u1": "u8"}
_PART = 2**15  # bytes that are compressed in one way
_DENSE = 0.7  # of its size that a part keeps; numbers in base64 keep up to 3/4
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"  # of gzip: fast, no time (RFC 1952)
_EMPTY = b"\x03\x00"  # the last block


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
    """A column as base64 of its little-endian bytes, the first of each number, then the second ...

    NaN stays NaN. Bytes of the same place are more alike: they compress better.
    """
    kind = values.dtype.str[1:]
    little = np.ascontiguousarray(values, dtype=f"<{kind}" if kind != "u1" else "u1")
    places = little.view(np.uint8).reshape(len(values), little.itemsize).T
    return {"t": _TYPES[kind], "b": base64.b64encode(places.tobytes()).decode("ascii")}


def dumps(value: Any) -> bytes:
    """JSON in ASCII, lone surrogates as escapes; what JSON has no number for becomes null."""
    try:
        text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_without_nan(value), separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def compress(content: bytes) -> bytes:
    """The content in gzip, quickly: nothing that repeats is looked for among numbers."""
    if len(content) <= _PART:
        return gzip.compress(content, 1, mtime=0)
    blocks = [_HEAD]
    for start in range(0, len(content), _PART):
        part = content[start : start + _PART]
        block = _deflate(part, zlib.Z_RLE)
        is_dense = len(block) > _DENSE * len(part)
        blocks.append(block if is_dense else _deflate(part, zlib.Z_DEFAULT_STRATEGY))
    check = zlib.crc32(content).to_bytes(4, "little")
    size = (len(content) % 2**32).to_bytes(4, "little")
    return b"".join([*blocks, _EMPTY, check, size])


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


def _deflate(part: bytes, strategy: int) -> bytes:
    """Blocks of a stream that goes on."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, strategy=strategy)
    return packer.compress(part) + packer.flush(zlib.Z_SYNC_FLUSH)
