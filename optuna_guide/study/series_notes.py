"""What to note about values that trials kept step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.study.changed_within import note_changed_within
from optuna_guide.study.unread_series import note_unread_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna.trial import FrozenTrial


def note_series(trials: Sequence[FrozenTrial]) -> tuple[str, ...]:
    """Parameters that changed within trials, and what no view reads, a sentence each."""
    return (*note_changed_within(trials), *note_unread_series(trials))
