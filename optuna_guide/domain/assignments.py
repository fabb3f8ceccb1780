"""Ranges and values as they are typed on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
)


def parse_assignments(
    assignments: Iterable[str], space: Mapping[str, BaseDistribution]
) -> dict[str, Any]:
    """Ranges as they are typed, for `apply_region`.

    ``lr=1e-4:1e-2`` is a range, ``lr=:1e-2`` starts at the declared bound,
    ``lr=1e-5:1e-4,1e-3:1e-2`` are two, ``n_layers=3`` freezes, and
    ``solver=adam,sgd`` keeps two choices.

    Raises:
        ValueError: If there is no such parameter or a part cannot be read.
    """
    wanted: dict[str, Any] = {}
    for assignment in assignments:
        name, text = _split(assignment, space, "name=low:high or name=choice")
        distribution = space[name]
        if isinstance(distribution, CategoricalDistribution):
            wanted[name] = [_choice(name, part, distribution) for part in text.split(",")]
        else:
            wanted[name] = [_pair(name, part) for part in text.split(",")]
    return wanted


def parse_values(
    assignments: Iterable[str], space: Mapping[str, BaseDistribution]
) -> dict[str, Any]:
    """Values as they are typed, such as ``lr=1e-4`` and ``solver=adam``.

    Raises:
        ValueError: If there is no such parameter or choice, or a number cannot be read.
    """
    found: dict[str, Any] = {}
    for assignment in assignments:
        name, text = _split(assignment, space, "name=value")
        distribution = space[name]
        if isinstance(distribution, CategoricalDistribution):
            found[name] = _choice(name, text, distribution)
            continue
        try:
            found[name] = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is no number, which {name!r} needs.") from None
    return found


def _split(assignment: str, space: Mapping[str, BaseDistribution], form: str) -> tuple[str, str]:
    name, separator, text = assignment.rpartition("=")
    if not separator or not name or not text:
        raise ValueError(f"{assignment!r} cannot be read: write {form}.")
    if name not in space:
        known = ", ".join(sorted(space)) or "none: run a trial first"
        raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
    return name, text


def parse_value(text: str) -> Any:
    """A number, true or false where the text is one, else the text."""
    text = text.strip()
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def _choice(name: str, text: str, distribution: CategoricalDistribution) -> Any:
    for choice in distribution.choices:
        if text in (str(choice), repr(choice)):
            return choice
    known = ", ".join(str(c) for c in distribution.choices)
    raise ValueError(f"{text!r} is no choice of {name!r}; it has {known}.")


def _pair(name: str, text: str) -> tuple[float | None, float | None]:
    ends = text.split(":")
    if len(ends) > 2:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.")
    try:
        numbers = [float(end) if end.strip() else None for end in ends]
    except ValueError:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.") from None
    return numbers[0], numbers[-1]
