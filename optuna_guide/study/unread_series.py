"""What was stored for each step of a trial in a form that no view reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.wording import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial

N_LOOKED_AT = 100  # newest trials
_WIDTH = 40  # columns of a name
_FORM = "a list of numbers, one for each reported step"


def note_unread_series(trials: Sequence[FrozenTrial]) -> tuple[str, ...]:
    """A sentence for each user attribute that holds steps as a dict, or as a row for each step."""
    names = {
        name
        for trial in trials[-N_LOOKED_AT:]
        for name, value in trial.user_attrs.items()
        if _is_by_step(value) or _has_rows(value)
    }
    return tuple(
        f"{cut(one_line(name), _WIDTH)} holds values by step that no view reads: store {_FORM}."
        for name in sorted(names)
    )


def _is_by_step(value: object) -> bool:
    """Whether it maps steps to numbers; JSON makes texts of the steps."""
    if not isinstance(value, dict) or len(value) < 2:
        return False
    return all(str(k).isdecimal() and _is_number(v) for k, v in value.items())


def _has_rows(value: object) -> bool:
    """Whether it has a dict of numbers for each step, all with the same names."""
    if not isinstance(value, list) or len(value) < 2:
        return False
    return all(
        isinstance(row, dict) and row and row.keys() == value[0].keys() for row in value
    ) and all(_is_number(v) for row in value for v in row.values())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
