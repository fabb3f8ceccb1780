"""Tables of other tools, recognised by their columns; one file each.

A layout has a ``NAME``, ``recognises(columns)`` and ``tell(columns)``, which says what it knows of
the columns: what nobody told is read by its name and its values.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, cast

Role: TypeAlias = Literal[
    "parameter", "metric", "attribute", "state", "start", "end", "identity", "parent", "ignored"
]


@dataclass(frozen=True)
class Told:
    """What a layout knows of a column.

    Attributes:
        role: What the column is; a metric may become the objective.
        name: What it is called in the study.
        why: The reason, for the preview.
    """

    role: Role
    name: str
    why: str


class Layout(Protocol):
    """One file of this folder."""

    NAME: str

    @staticmethod
    def recognises(columns: Sequence[str]) -> bool:
        """Whether a table with these columns is of this tool."""

    @staticmethod
    def tell(columns: Sequence[str]) -> dict[str, Told]:
        """What is known of them."""


_ORDER = (
    *("optuna", "mlflow", "ray_tune", "hiplot", "nevergrad", "hyperopt", "ax"),
    *("wandb", "tensorboard", "plain"),
)


def find_layout(columns: Iterable[str]) -> Layout:
    """The layout of a table; a plain table where nothing else fits."""
    names = list(columns)
    layouts = (importlib.import_module(f"{__name__}.{name}") for name in _ORDER)
    return cast(Layout, next(layout for layout in layouts if layout.recognises(names)))


def tell_prefixed(
    columns: Sequence[str], prefixes: Mapping[str, Role], why: str
) -> dict[str, Told]:
    """Columns that begin with one of the prefixes, the last that fits, called by what follows."""
    return {
        column: Told(role, column.removeprefix(prefix), why)
        for column in columns
        for prefix, role in prefixes.items()
        if column.startswith(prefix) and column != prefix
    }


def tell_known(columns: Sequence[str], known: Mapping[str, Role], why: str) -> dict[str, Told]:
    """Columns that the tool itself writes."""
    return {column: Told(known[column], column, why) for column in columns if column in known}
