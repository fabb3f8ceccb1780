"""When a callback looks at a study again: the growing schedule, the time that fits may take."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optuna.trial import TrialState

from optuna_guide.guidance import Guidance, NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial

SHARE = 0.02  # of the elapsed time may go into fits while trials run
QUIET = 2.0  # seconds without the end of a trial after which a study may have paused
LONGEST_QUIET = 64.0  # after that only the end of another trial counts
PAUSE = 1.0  # seconds between two looks at a study


@dataclass(eq=False)
class Watch:
    """What a callback knows about one study; times are those of a monotonic clock.

    Attributes:
        study: Set while there are trials that the guidance does not know.
        guidance: The newest that is known.
        n: Trials that ended, or a little more: trials that still run may be counted.
        due: Finished trials at which the next refit is due.
        ended_at: When the last trial ended.
        quiet: Seconds after it when the study may have paused.
        not_before: When it may be looked at again.
        samplers: Sampler to the numbers of the trials that ended while it was the study's.
        n_recorded: How many of them were recorded with the study.
    """

    study: Study | None = None
    guidance: Guidance | NotReady | None = None
    n: int = 0
    due: int = 0
    ended_at: float = 0.0
    quiet: float = QUIET
    not_before: float = 0.0
    samplers: dict[str, set[int]] = field(default_factory=dict)
    n_recorded: int = 0

    def note(self, study: Study, n: int, now: float) -> None:
        """Note that a trial ended, and that there are at least ``n``."""
        self.study, self.ended_at, self.quiet = study, now, QUIET
        self.n = max(self.n + 1, n)

    def note_sampler(self, name: str, number: int) -> None:
        """Note which sampler made a trial that ended."""
        self.samplers.setdefault(name, set()).add(number)

    def is_quiet(self, now: float) -> bool:
        """Whether the last trial ended long enough ago."""
        return now >= self.ended_at + self.quiet

    def look_at(self, affordable: float) -> float:
        """When to look at the study: a refit is due and affordable, or no trial ends any more."""
        if self.study is None:
            return math.inf
        paused = self.ended_at + self.quiet if self.quiet <= LONGEST_QUIET else math.inf
        scheduled = affordable if self.n >= self.due else math.inf
        return max(self.not_before, min(paused, scheduled))


def affordable_at(started: float, spent: float, expected: float) -> float:
    """When a fit of ``expected`` seconds keeps the share of the time that fits may take."""
    return started + (spent + expected) / SHARE


def next_due(n_finished: int, every_n_trials: int | None, n_missing: int | None = None) -> int:
    """Finished trials at which to refit: a quarter more, five at least.

    Args:
        n_finished: Finished trials at the last fit.
        every_n_trials: So many more instead.
        n_missing: So many are missing for the first guidance.
    """
    growing = n_missing or max(5, math.ceil(n_finished / 4))
    return n_finished + (every_n_trials or growing)


def is_running(trials: Sequence[FrozenTrial]) -> bool:
    """Whether any trial runs."""
    return any(trial.state == TrialState.RUNNING for trial in trials)
