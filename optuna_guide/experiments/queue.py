"""The queue as it is: what waits and runs, what is expected of it, and whether anybody works."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.trial import TrialState

from optuna_guide.experiments.provenance import Origin, read_origin
from optuna_guide.experiments.report import say_trial
from optuna_guide.experiments.steer import is_silent
from optuna_guide.store.keys import FIXED
from optuna_guide.store.samplers import read_samplers
from optuna_guide.store.stops import read_stop
from optuna_guide.study.curves import reported
from optuna_guide.study.provenance import read_parent
from optuna_guide.study.snapshot import Snapshot, read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

_IDLE = 15.0  # seconds without a running trial after which nobody seems to work


@dataclass(frozen=True)
class QueuedTrial:
    """A trial that waits or runs.

    Attributes:
        number: Its number; waiting trials run in the order of their numbers.
        state: ``waiting`` or ``running``.
        parent: Number of the trial that it was made from; None = none.
        text: Its change, or what it fixes.
        params: What is fixed, as told to Optuna.
        origin: Who asked, and what is expected; None where that is not recorded.
        curve: Step to reported value.
        progress: Share of the steps that complete trials took, as the median; None = unknown.
        seconds: How long it runs; None = it waits.
        is_silent: Whether it runs so long that its worker must be dead.
    """

    number: int
    state: str
    parent: int | None
    text: str
    params: Mapping[str, Any]
    origin: Origin | None
    curve: Mapping[int, float]
    progress: float | None
    seconds: float | None
    is_silent: bool = False

    def __str__(self) -> str:
        made = "" if self.parent is None else f" from trial {self.parent}"
        return f"trial {self.number} {self.state}{made}: {self.text}"


@dataclass(frozen=True)
class Queue:
    """What waits and runs.

    Attributes:
        waiting: In the order in which they will run.
        running: By number.
        seconds_each: What a trial takes, the median of complete ones; None = unknown.
        is_watched: Whether `GuideCallback` saw trials of the study end: then a stop is obeyed.
        is_stopping: Whether a stop was asked for that running trials have not obeyed yet.
        hints: What a reader should do.
    """

    waiting: tuple[QueuedTrial, ...]
    running: tuple[QueuedTrial, ...]
    seconds_each: float | None
    is_watched: bool
    is_stopping: bool
    hints: tuple[str, ...] = ()

    def __str__(self) -> str:
        trials = [*map(str, self.running), *map(str, self.waiting)]
        return "\n".join([*(trials or ["Nothing waits, and nothing runs."]), *self.hints])


def read_queue(study: Study) -> Queue:
    """The trials of a study that wait and run, with their origin and progress."""
    return look(read_snapshot(study))


def look(snapshot: Snapshot) -> Queue:
    """`read_queue` of a study that was read already."""
    complete = [t for t in snapshot.trials if t.state == TrialState.COMPLETE]
    seconds = [t.duration.total_seconds() for t in complete if t.duration]  # 0: nobody timed it
    lasts = [max(t.intermediate_values) for t in complete if t.intermediate_values]
    n_steps = float(np.median(lasts)) + 1 if lasts else None
    waiting = [t for t in snapshot.trials if t.state == TrialState.WAITING]
    running = [t for t in snapshot.trials if t.state == TrialState.RUNNING]
    stop = read_stop(snapshot.attributes)
    is_stopping = stop is not None and any(_started(t) <= stop.at for t in running)
    numbers = np.array([t.number for t in snapshot.trials], dtype=np.int64)
    is_watched = any(read_samplers(snapshot.attributes, numbers))
    return Queue(
        waiting=tuple(_queued(t, snapshot, n_steps) for t in waiting),
        running=tuple(_queued(t, snapshot, n_steps) for t in running),
        seconds_each=float(np.median(seconds)) if seconds else None,
        is_watched=is_watched,
        is_stopping=is_stopping,
        hints=tuple(_hints(snapshot, waiting, running, is_stopping, is_watched)),
    )


def _queued(trial: FrozenTrial, snapshot: Snapshot, n_steps: float | None) -> QueuedTrial:
    runs = trial.state == TrialState.RUNNING
    parent = read_parent(trial)
    curve = reported(trial)
    share = None
    if runs and n_steps is not None:
        share = min((max(curve) + 1) / n_steps, 1.0) if curve else 0.0
    return QueuedTrial(
        number=trial.number,
        state="running" if runs else "waiting",
        parent=parent if parent >= 0 else None,
        text=say_trial(trial),
        params=trial.params or trial.system_attrs.get(FIXED, {}),
        origin=read_origin(trial),
        curve=curve,
        progress=share,
        seconds=time.time() - _started(trial) if runs else None,
        is_silent=runs and is_silent(trial, snapshot.trials),
    )


def _hints(
    snapshot: Snapshot,
    waiting: list[FrozenTrial],
    running: list[FrozenTrial],
    is_stopping: bool,
    is_watched: bool,
) -> list[str]:
    hints = []
    ends = [t.datetime_complete.timestamp() for t in snapshot.trials if t.datetime_complete]
    idle = time.time() - max(ends, default=0.0)
    if waiting and not running and idle > _IDLE:
        hints.append(
            "No worker takes trials: run study.optimize in a process that has the same storage."
        )
    if is_stopping and not is_watched:
        hints.append(
            "A stop is obeyed by workers with callbacks=[GuideCallback()]: none was seen here."
        )
    silent = [t.number for t in running if is_silent(t, snapshot.trials)]
    if silent:
        shown = ", ".join(map(str, silent))
        hints.append(
            f"Trial {shown} runs three times as long as any other: fail it if its worker is dead."
        )
    return hints


def _started(trial: FrozenTrial) -> float:
    return trial.datetime_start.timestamp() if trial.datetime_start is not None else time.time()
