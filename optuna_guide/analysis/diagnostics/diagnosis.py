"""The result of one check of a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MIN_TRIALS = 20


@dataclass(frozen=True)
class Diagnosis:
    """One check of a search.

    Attributes:
        name: What was checked.
        number: What was measured; None where it could not be.
        threshold: Beyond it, it is flagged.
        reason: Why the threshold is where it is.
        sentence: What was found, and what to change if it is flagged.
        is_flagged: Whether something should be changed.
        is_checked: Whether the trials allow to tell.
        counted: Which trials were looked at, such as ``90 complete and 30 pruned trials``.
    """

    name: str
    number: float | None
    threshold: float
    reason: str
    sentence: str
    is_flagged: bool
    is_checked: bool = True
    counted: str = ""

    @property
    def state(self) -> Literal["flagged", "well", "unknown"]:
        """What the check says."""
        if self.is_flagged:
            return "flagged"
        return "well" if self.is_checked else "unknown"


def count_trials(n_complete: int, n_pruned: int) -> str:
    """What `Diagnosis.counted` says."""
    n = n_complete + n_pruned
    parts = ((n_complete, "complete"), (n_pruned, "pruned"))
    words = " and ".join(f"{k} {state}" for k, state in parts if k)
    return f"{words or 'no'} trial{'' if n == 1 else 's'}"


def too_few(name: str, threshold: float, reason: str, n: int = MIN_TRIALS) -> Diagnosis:
    """A check that needs more trials."""
    return unknown(name, threshold, reason, f"Needs {n} trials.")


def unknown(name: str, threshold: float, reason: str, why: str) -> Diagnosis:
    """A check that could not be made, and why."""
    return Diagnosis(name, None, threshold, reason, f"Not checked. {why}", False, is_checked=False)
