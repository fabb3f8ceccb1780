"""Ranges and values as they are typed on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain.labels import label


def parse_assignments(
    assignments: Iterable[str], space: Mapping[str, BaseDistribution]
) -> dict[str, Any]:
    """Ranges as they are typed, for `apply_region`.

    ``lr=1e-4:1e-2`` is a range, ``lr=:1e-2`` starts at the declared bound,
    ``lr=1e-5:1e-4,1e-3:1e-2`` are two, ``n_layers=3`` freezes, and
    ``solver=adam,sgd`` keeps two choices. Names and choices may hold ``=`` and commas: the longest
    that there is counts. A text that reads as another choice does is quoted: ``k='1'`` beside
    ``k=1``.

    Raises:
        ValueError: If there is no such parameter or a part cannot be read.
    """
    wanted: dict[str, Any] = {}
    for assignment in assignments:
        name, text = _split(assignment, space, "name=low:high or name=choice")
        distribution = space[name]
        if isinstance(distribution, CategoricalDistribution):
            wanted[name] = _choices(name, text, distribution)
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
    """A name that there is, the longest, and the text behind the sign."""
    known = [name for name in space if assignment.startswith(f"{name}=")]
    name = max(known, key=len, default="")
    text = assignment[len(name) + 1 :]
    if known and text:
        return name, text
    name, separator, text = assignment.partition("=")
    if not separator or not name or not text:
        raise ValueError(f"{assignment!r} cannot be read: write {form}.")
    listed = ", ".join(sorted(space)) or "none: run a trial first"
    raise ValueError(f"There is no parameter {name!r}; the study has seen: {listed}.")


def parse_value(text: str) -> Any:
    """A number, true or false where the text is one, else the text."""
    text = text.strip()
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return {"true": True, "false": False}.get(text.lower(), text)


def _choices(name: str, text: str, distribution: CategoricalDistribution) -> list[Any]:
    """The choices of a list with commas between them."""
    spelled = _spell(distribution)
    found: list[Any] = []
    rest: str | None = text
    while rest is not None:
        head, rest = _longest(rest, spelled)
        found.append(_choice(name, head, distribution))
    return found


def _choice(name: str, text: str, distribution: CategoricalDistribution) -> Any:
    spelled = _spell(distribution)
    if text in spelled:
        return distribution.choices[spelled[text]]
    known = ", ".join(label(distribution, i) for i in range(len(distribution.choices)))
    raise ValueError(f"{text!r} is no choice of {name!r}; it has {known}.")


def _spell(distribution: CategoricalDistribution) -> dict[str, int]:
    """Texts to the indices of the choices that they name: labels, and what Python writes."""
    spelled = {repr(choice): i for i, choice in enumerate(distribution.choices)}
    return spelled | {label(distribution, i): i for i in range(len(distribution.choices))}


def _longest(text: str, spelled: Mapping[str, int]) -> tuple[str, str | None]:
    """The longest choice that a text begins with, and what follows its comma; None = nothing."""
    parts = text.split(",")
    fitting = (n for n in range(len(parts), 1, -1) if ",".join(parts[:n]).strip() in spelled)
    n = next(fitting, 1)
    return ",".join(parts[:n]).strip(), ",".join(parts[n:]) if n < len(parts) else None


def _pair(name: str, text: str) -> tuple[float | None, float | None]:
    ends = text.split(":")
    if len(ends) > 2:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.")
    try:
        numbers = [float(end) if end.strip() else None for end in ends]
    except ValueError:
        raise ValueError(f"{text!r} is no range of {name!r}: write low:high.") from None
    return numbers[0], numbers[-1]
