"""Frozen dataclasses to JSON and back without loss, by their type hints.

Choices may be anything that Optuna accepts. What JSON cannot say is tagged: tuples, NaN and
infinities. A number of numpy comes back as the plain number, an object of an unknown class as its
text.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.space import with_choices

T = TypeVar("T")


def dumps(value: Any) -> str:
    """JSON text of a frozen dataclass."""
    return json.dumps(encode(value), separators=(",", ":"), allow_nan=False)


def loads(kind: type[T], text: str, *, schema: int) -> T:
    """Read a dataclass of the given kind.

    Raises:
        ValueError: If the text is no JSON, of another schema version, or does not fit the class.
    """
    try:
        plain = json.loads(text)
    except (json.JSONDecodeError, TypeError, RecursionError) as error:
        raise ValueError(f"This is no JSON: {error}.") from error
    found = plain.get("schema") if isinstance(plain, dict) else None
    if found != schema:
        raise ValueError(
            f"Schema version {schema} is expected, found {found!r}: fit the guidance again."
        )
    try:
        result: T = decode(kind, plain)
    except (
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        raise ValueError(f"This is no {kind.__name__}: {error!r}.") from error
    return result


def encode(value: Any) -> Any:
    """Plain lists, dicts, numbers, texts and None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, BaseDistribution):
        return _encode_distribution(value)
    if isinstance(value, Mapping):
        return {str(k): encode(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        return [encode(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": repr(value)}
    return value


def decode(kind: Any, plain: Any) -> Any:
    """The value of type ``kind`` that `encode` turned into ``plain``."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), plain)
    if origin is tuple:
        parts = get_args(kind)
        kinds = [parts[0]] * len(plain) if parts[-1] is Ellipsis else parts
        return tuple(decode(k, v) for k, v in zip(kinds, plain, strict=True))
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return {k: decode(get_args(kind)[1], v) for k, v in plain.items()}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: decode(hints[name], plain[name]) for name in hints})
    if kind is BaseDistribution:
        return _decode_distribution(plain)
    if kind is float:
        return float(plain["float"]) if isinstance(plain, dict) else float(plain)
    return plain


def _decode_union(kinds: tuple[Any, ...], plain: Any) -> Any:
    if plain is None:
        return None
    kinds = tuple(k for k in kinds if k is not type(None))
    if len(kinds) == 1:
        return decode(kinds[0], plain)
    for kind in kinds:
        if isinstance(kind, type) and set(plain) == set(_hints(kind)):
            return decode(kind, plain)
    raise TypeError(f"none of {kinds} fits {plain!r}")


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind, localns={"Mapping": Mapping})
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}


def _encode_distribution(distribution: BaseDistribution) -> dict[str, Any]:
    if isinstance(distribution, CategoricalDistribution):
        return {"choices": [encode_value(c) for c in distribution.choices]}
    d: Any = distribution
    kind = "int" if isinstance(distribution, IntDistribution) else "float"
    return {kind: [d.low, d.high], "log": d.log, "step": d.step}


def _decode_distribution(plain: dict[str, Any]) -> BaseDistribution:
    if "choices" in plain:
        return with_choices(decode_value(c) for c in plain["choices"])
    kind = "int" if "int" in plain else "float"
    low, high = plain[kind]
    step = plain["step"]
    if kind == "int":
        return IntDistribution(low, high, log=plain["log"], step=step)
    return FloatDistribution(low, high, log=plain["log"], step=step)


def encode_value(value: Any) -> Any:
    """Encode a parameter value; tuples and non-finite numbers are tagged, the rest is text."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, tuple | list):
        tag = "tuple" if isinstance(value, tuple) else "list"
        return {tag: [encode_value(v) for v in value]}
    return {"text": repr(value)}


def decode_value(plain: Any) -> Any:
    """What `encode_value` wrote."""
    if not isinstance(plain, dict):
        return plain
    ((tag, content),) = plain.items()
    if tag == "float":
        return float(content)
    if tag == "text":
        return content
    items = [decode_value(v) for v in content]
    return tuple(items) if tag == "tuple" else items
