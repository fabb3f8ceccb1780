"""When a callback looks at a study again: the growing schedule, the time that fits may take."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from optuna.trial import TrialState

from optuna_guide.store.versions import current_head, decode_guidance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.guidance import Guidance, NotReady
    from optuna_guide.keeping.refit import Asked
    from optuna_guide.store.stops import Stop
    from optuna_guide.study.snapshot import Snapshot

SHARE = 0.02  # of the elapsed time may go into fits while trials run
QUIET = 2.0  # seconds without the end of a trial after which a study may have paused
USUAL = 16.0  # seconds, at most, that are no pause: twice as long as until the trial before
LONGEST_QUIET = 64.0  # after that a trial that runs may be that of a worker that died
PAUSE = 1.0  # seconds between two looks at a study
STOP_PAUSE = 1.0  # seconds between two looks for a stop


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
        announced: Version of the guidance that people were told of.
        began: Unix time when the first trial of the run began; None before it is known.
        stop: The last stop that anybody asked for, as it was seen.
        next_stop: When a stop may be looked for again.
        is_told: Whether the context was kept with the study.
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
    announced: int = 0
    began: float | None = None
    stop: Stop | Literal["unknown"] | None = "unknown"
    next_stop: float = 0.0
    is_told: bool = False

    def note(self, study: Study, n: int, now: float) -> None:
        """Note that a trial ended, and that there are at least ``n``."""
        usual = now - self.ended_at if self.n else 0.0
        self.study, self.ended_at = study, now
        self.quiet = max(QUIET, min(2 * usual, USUAL))
        self.n = max(self.n + 1, n)

    def note_sampler(self, name: str, number: int) -> None:
        """Note which sampler made a trial that ended."""
        self.samplers.setdefault(name, set()).add(number)

    def begin(self, trial: FrozenTrial) -> float | None:
        """When the run began; None as long as nobody knows."""
        if trial.datetime_start is not None:
            started = trial.datetime_start.timestamp()
            self.began = started if self.began is None else min(self.began, started)
        return self.began

    def may_look(self, now: float) -> bool:
        """Whether the storage may be asked for a stop once more."""
        if now < self.next_stop:
            return False
        self.next_stop = now + STOP_PAUSE
        return True

    def is_stopped(self, asked: Stop | None, began: float) -> bool:
        """Whether a stop is for this run: it came since the last look, or since the run began.

        The clock of who asked may be hours off: only at the first look nothing else tells.
        """
        before, self.stop = self.stop, asked
        if asked is None or asked == before:
            return False
        return before != "unknown" or asked.at >= began

    def look_at(self, affordable: float) -> float:
        """When to look at the study: a refit is due and affordable, or no trial ends any more."""
        if self.study is None:
            return math.inf
        paused = self.ended_at + self.quiet
        if LONGEST_QUIET < self.quiet < math.inf:
            paused = max(self.ended_at + LONGEST_QUIET, affordable)
        scheduled = affordable if self.n >= self.due else math.inf
        return max(self.not_before, min(paused, scheduled))

    def catch_up(
        self, attributes: Mapping[str, Any], asked: Asked, every_n_trials: int | None
    ) -> bool:
        """Learn what another worker stored: the schedule goes on from there.

        Returns:
            Whether its guidance is newer than the one that was known.
        """
        head = current_head(attributes)
        if head is None or head.asked != asked:
            return False
        self.due = next_due(head.n_finished, every_n_trials)
        if self.guidance is not None and getattr(self.guidance, "version", 0) >= head.version:
            return False
        stored = decode_guidance(attributes)
        self.guidance = stored or self.guidance
        return stored is not None

    def choose(
        self, snapshot: Snapshot, now: float, affordable: float, *, is_final: bool
    ) -> int | None:
        """Finished trials that a refit has to know; None where none is due yet.

        Args:
            snapshot: The study.
            now: When it was read.
            affordable: When a fit keeps the share of the time that fits may take.
            is_final: Whether all trials have to be known, come what may.
        """
        self.n = snapshot.n_finished
        is_long = self.quiet > LONGEST_QUIET
        is_quiet = now >= self.ended_at + min(self.quiet, LONGEST_QUIET)
        if is_final or (is_quiet and (is_long or not _is_running(snapshot))):
            return self.n
        if self.n >= self.due and now >= affordable:
            return self.due
        self.quiet *= 2 if is_quiet else 1
        return None


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


def _is_running(snapshot: Snapshot) -> bool:
    return any(trial.state == TrialState.RUNNING for trial in snapshot.trials)
