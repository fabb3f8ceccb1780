"""What a person said about a study: its context, and which way its attributes are better."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.domain.how import How
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import CONTEXT, DIRECTIONS
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from optuna import Study

_WAYS = ("minimize", "maximize")


@dataclass(frozen=True)
class ContextChoice:
    """The context that a person set.

    Attributes:
        names: Parameters or user attributes; empty = there is no context.
        how: How values are given within it, as in `Context`; None = as fits the values.
    """

    names: tuple[str, ...] = ()
    how: How | None = None


@dataclass(frozen=True)
class _Directions:
    ways: Mapping[str, Literal["minimize", "maximize"]] = field(default_factory=dict)


def save_context(study: Study, choice: ContextChoice | None) -> None:
    """Keep a context with a study; None = it is found again.

    Raises:
        StoreError: If the storage cannot be written.
    """
    write_attribute(study, CONTEXT, "" if choice is None else write_record(choice))


def read_context(attributes: Mapping[str, Any]) -> ContextChoice | None:
    """The context that a person set; None where nobody did."""
    return read_record(ContextChoice, attributes.get(CONTEXT))


def save_directions(study: Study, ways: Mapping[str, Literal["minimize", "maximize"]]) -> None:
    """Keep with a study which way its attributes are better.

    Raises:
        StoreError: If the storage cannot be written.
    """
    write_attribute(study, DIRECTIONS, write_record(_Directions(ways)))


def read_directions(attributes: Mapping[str, Any]) -> dict[str, Literal["minimize", "maximize"]]:
    """Attribute to the way that a person said is better."""
    found = read_record(_Directions, attributes.get(DIRECTIONS))
    ways = {} if found is None else found.ways
    return {name: way for name, way in ways.items() if way in _WAYS}


def with_context(attributes: Mapping[str, Any], choice: ContextChoice) -> dict[str, Any]:
    """The attributes of a study as if a person had set this context."""
    return {**attributes, CONTEXT: write_record(choice)}


def choices_mark(attributes: Mapping[str, Any]) -> str:
    """Changes whenever a person says something else; empty where nobody said anything."""
    told = "\n".join(str(attributes.get(key) or "") for key in (CONTEXT, DIRECTIONS))
    return hashlib.sha256(told.encode(errors="replace")).hexdigest()[:16] if told.strip() else ""
