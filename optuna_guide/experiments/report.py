"""What was done to the queue, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.domain.wording import one_line
from optuna_guide.experiments.provenance import read_origin
from optuna_guide.store.keys import FIXED

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


@dataclass(frozen=True)
class Done:
    """What became of one trial, or of what was to become one.

    Attributes:
        number: The trial; None where none was made.
        text: Its change, or what it is.
        outcome: ``enqueued``, ``cancelled``, ``failed``, or why nothing was done.
        is_done: Whether what was asked for was done.
    """

    number: int | None
    text: str
    outcome: str
    is_done: bool = True

    def __str__(self) -> str:
        number = "" if self.number is None else f"trial {self.number}: "
        return f"{number}{self.outcome}: {self.text}"


@dataclass(frozen=True)
class Report:
    """What was done to the queue, and what was not, in order."""

    steps: tuple[Done, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Trials to which it was done."""
        return tuple(s.number for s in self.steps if s.is_done and s.number is not None)

    @property
    def left(self) -> tuple[Done, ...]:
        """What was not done, and why."""
        return tuple(step for step in self.steps if not step.is_done)

    def __str__(self) -> str:
        return "\n".join(map(str, self.steps)) or "Nothing waits."


def say_trial(trial: FrozenTrial) -> str:
    """What a trial was asked for, or what it fixes."""
    origin = read_origin(trial)
    if origin is not None and origin.change:
        return origin.change
    fixed = trial.system_attrs.get(FIXED, trial.params)
    said = ", ".join(one_line(f"{name} {_short(value)}") for name, value in fixed.items())
    return said or "as the sampler draws it"


def _short(value: object) -> object:
    return f"{value:.4g}" if isinstance(value, float) else value
