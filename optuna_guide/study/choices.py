"""What a person says about a study: its context, and which way its attributes are better."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from optuna_guide.domain.how import How
from optuna_guide.domain.parsing import as_names
from optuna_guide.store.attributes import read_attributes
from optuna_guide.store.choices import (
    ContextChoice,
    read_directions,
    save_context,
    save_directions,
)
from optuna_guide.store.keys import DIRECTIONS
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.study.snapshot import Snapshot

_SHOWN = 20  # names in an error


def set_context(
    study: Study, context: str | Sequence[str] | None, *, how: How | None = None
) -> None:
    """Say what nobody would choose: the data set, the fold, the seed, the machine.

    It is kept with the study, for all who read it. A context is no parameter to the models; where
    the target differs from one value of it to the next, values are explained within it.

    Args:
        study: Any Optuna study.
        context: Parameters or user attributes; ``[]`` = there is none. None = it is found by its
            name and values again.
        how: How values are given within it: ``"centred"``, ``"min-max"`` or ``"ranks"``; as fits
            them where nothing is said. See `Context`.

    Raises:
        ValueError: If no trial has such a parameter or attribute, or ``how`` is none of these.
        StoreError: If the storage cannot be written.
    """
    choice = read_choice(read_snapshot(study), context, how)
    save_context(study, choice)


def set_direction(study: Study, attribute: str, direction: Direction | None) -> None:
    """Say which way a numeric user attribute is better, for all who read the study.

    Args:
        study: Any Optuna study.
        attribute: Its name; one that no trial has yet is taken.
        direction: ``"minimize"`` or ``"maximize"``; None = it is told by the trials again.

    Raises:
        ValueError: If the direction is neither, or the attribute is an objective, which has a
            direction of its own.
        StoreError: If the storage cannot be written.
    """
    if direction not in (None, "minimize", "maximize"):
        raise ValueError(f"direction must be 'minimize' or 'maximize', not {direction!r}.")
    if attribute in read_snapshot(study).objectives:
        raise ValueError(f"{attribute!r} is an objective, which has a direction of its own.")
    ways = read_directions(read_attributes(study, DIRECTIONS))
    ways.pop(attribute, None)
    save_directions(study, ways if direction is None else {**ways, attribute: direction})


def choose_context(
    snapshot: Snapshot, context: str | Sequence[str] | None, how: How | None
) -> Snapshot:
    """The study as if a person had set this context; as it is where nothing is said.

    Raises:
        ValueError: See `set_context`.
    """
    choice = read_choice(snapshot, context, how)
    return snapshot if choice is None else snapshot.with_context(choice)


def read_choice(
    snapshot: Snapshot, context: str | Sequence[str] | None, how: How | None
) -> ContextChoice | None:
    """What is said of a context; None where nothing is.

    Raises:
        ValueError: See `set_context`.
    """
    if how is not None and how not in get_args(How):
        raise ValueError(f"how must be one of {', '.join(get_args(How))}, not {how!r}.")
    if context is None:
        if how is not None:
            raise ValueError(f"how={how!r} needs a context: name the parameters or attributes.")
        return None
    names = tuple(dict.fromkeys(as_names(context)))
    known = {name: None for t in snapshot.trials for name in (*t.params, *t.user_attrs)}
    unknown = [name for name in names if name not in known]
    if unknown:
        has = ", ".join(list(known)[:_SHOWN]) or "no parameter and no attribute"
        raise ValueError(
            f"No trial of study {snapshot.study_name!r} has a parameter or user attribute "
            f"{unknown[0]!r}; there are {has}."
        )
    return ContextChoice(names, how)
