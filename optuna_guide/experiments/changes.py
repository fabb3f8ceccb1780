"""What a configuration changes of another one, in the terms of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.domain.labels import label
from optuna_guide.domain.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.distributions import BaseDistribution


@dataclass(frozen=True)
class Change:
    """A parameter that differs from the parent's.

    Attributes:
        name: The parameter.
        before: Internal value of the parent; None = inactive.
        after: Internal value of the child; None = inactive.
        text: Both, such as ``lr 0.1 → 0.01``, ``+ momentum 0.9`` or ``− layer2_units``.
        follows: Whether it only follows from another change, which opens or closes its branch.
    """

    name: str
    before: float | None
    after: float | None
    text: str
    follows: bool = False

    def __str__(self) -> str:
        return self.text


def find_changes(
    before: Mapping[str, float],
    after: Mapping[str, float],
    space: Mapping[str, BaseDistribution],
    asked: Sequence[str] | None = None,
) -> tuple[Change, ...]:
    """What differs between two configurations, in the order of the space.

    Args:
        before: Internal values of the parent.
        after: Internal values of the child.
        space: Declared distributions of all of them.
        asked: Parameters that were to change; the others follow, and come last. Where nothing is
            said, those follow that only one of the two has.
    """
    found = []
    for name, distribution in space.items():
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        is_one_sided = old is None or new is None
        follows = is_one_sided if asked is None else name not in asked
        found.append(Change(name, old, new, _say(name, distribution, old, new), follows))
    if all(change.follows for change in found):
        return tuple(Change(c.name, c.before, c.after, c.text) for c in found)
    return tuple(sorted(found, key=lambda change: change.follows))


def say_changes(changes: Sequence[Change]) -> str:
    """Changes in words, on one line."""
    return ", ".join(change.text for change in changes)


def _say(name: str, distribution: BaseDistribution, old: float | None, new: float | None) -> str:
    shown = one_line(name)
    if new is None:
        return f"− {shown}"
    after = one_line(label(distribution, new))
    if old is None:
        return f"+ {shown} {after}"
    return f"{shown} {one_line(label(distribution, old))} → {after}"
