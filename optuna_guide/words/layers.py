"""Repeated parameters as layers: ``layer0_type`` and ``layer0_units`` are a block of the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution

from optuna_guide.domain.labels import label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ParamKind = Literal["categorical", "int", "float"]
_NUMBER = re.compile(r"([^0-9]*)([0-9]+)(.*)", re.DOTALL)
_DIGITS = 9  # of an index that count


@dataclass(frozen=True)
class Layer:
    """One block of a stack.

    Attributes:
        index: The number in its names.
        type: Name of the parameter that chooses what it is; empty = none.
        size: Name of the one that says how large it is.
        dropout: Name of the one that says what share of it is left out.
        others: Names of all others.
    """

    index: int
    type: str
    size: str
    dropout: str
    others: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*filter(None, (self.type, self.size, self.dropout)), *self.others)


@dataclass(frozen=True)
class Stack:
    """Layers whose names begin alike, in the order of their indices.

    Attributes:
        prefix: What stands before the index.
        layers: Two at least.
    """

    prefix: str
    layers: tuple[Layer, ...]


def find_stacks(kinds: Mapping[str, ParamKind]) -> list[str | Stack]:
    """Parameters in their order, those that are repeated as stacks.

    Args:
        kinds: Name to kind of each parameter.
    """
    found: dict[str, dict[int, list[str]]] = {}
    for name in kinds:
        parts = _NUMBER.fullmatch(name)
        if parts:
            own = found.setdefault(parts[1], {})
            own.setdefault(int(parts[2][:_DIGITS]), []).append(name)
    items: dict[str, str | Stack] = {}
    for name in kinds:
        parts = _NUMBER.fullmatch(name)
        if parts and len(found[parts[1]]) > 1:
            items.setdefault(f"stack {parts[1]}", _stack(parts[1], found[parts[1]], kinds))
        else:
            items[f"name {name}"] = name
    return [*items.values()]


def kind_of(distribution: BaseDistribution) -> ParamKind:
    """What kind of parameter it is."""
    if isinstance(distribution, CategoricalDistribution):
        return "categorical"
    return "int" if isinstance(distribution, IntDistribution) else "float"


def describe_scale(distribution: BaseDistribution) -> dict[str, Any]:
    """The scale of a parameter as a page reads it: its kind, and its choices or its bounds."""
    kind = kind_of(distribution)
    if isinstance(distribution, CategoricalDistribution):
        names = [label(distribution, k) for k in range(len(distribution.choices))]
        return {"kind": kind, "choices": names, "log": False}
    bounds = {k: getattr(distribution, k) for k in ("low", "high", "step", "log")}
    return {"kind": kind, **bounds}


def letters(choices: Sequence[str]) -> list[str]:
    """A capital for each choice: its first letter that no earlier one has."""
    taken: list[str] = []
    for choice in choices:
        own = [c for c in choice.upper() if c.isalnum()]
        taken.append(next((c for c in own if c not in taken), own[0] if own else "?"))
    return taken


def _stack(
    prefix: str, names: Mapping[int, Sequence[str]], kinds: Mapping[str, ParamKind]
) -> Stack:
    suffixes: dict[str, ParamKind] = {}
    for name, kind in kinds.items():
        parts = _NUMBER.fullmatch(name)
        if parts and parts[1] == prefix:
            suffixes.setdefault(parts[3], kind)
    choices = [s for s, kind in suffixes.items() if kind == "categorical"]
    numbers = [s for s, kind in suffixes.items() if kind != "categorical"]
    dropouts = [s for s in numbers if "drop" in s.lower()]
    sizes = [s for s in numbers if s not in dropouts]
    sizes.sort(key=lambda s: suffixes[s] != "int")
    roles = [(*found, "\0")[0] for found in (choices, sizes, dropouts)]
    return Stack(prefix, tuple(_layer(k, names[k], roles) for k in sorted(names)))


def _layer(index: int, names: Sequence[str], roles: Sequence[str]) -> Layer:
    by_role = {role: "" for role in roles}
    others = []
    for name in names:
        suffix = _suffix(name)
        if by_role.get(suffix) == "":
            by_role[suffix] = name
        else:
            others.append(name)
    type_, size, dropout = (by_role[role] for role in roles)
    return Layer(index, type_, size, dropout, tuple(others))


def _suffix(name: str) -> str:
    parts = _NUMBER.fullmatch(name)
    return parts[3] if parts else ""
