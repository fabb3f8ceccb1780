"""All studies of a storage at a glance: how many trials, the best so far, how far to trust."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from optuna.study import StudyDirection
from optuna.trial import TrialState

from optuna_guide.store.overviews import read_study_rows
from optuna_guide.store.versions import Head, noted_head
from optuna_guide.study.fronts import find_best, violations_of
from optuna_guide.study.snapshot import name_objectives
from optuna_guide.study.trial_values import violation_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.storages import BaseStorage

    from optuna_guide.store.overviews import StudyRow


@dataclass(frozen=True)
class Overview:
    """A study at a glance.

    Attributes:
        study_id: Its id in the storage.
        name: Its name.
        objectives: A name for each objective.
        maximised: A flag for each objective.
        n_trials: All trials; None where they were not counted in time, as are those below.
        n_running: Those that run, or did when their worker was lost.
        n_waiting: Those that are enqueued.
        n_finished: Those that ended, whatever their state.
        best: Best value of a feasible trial; None without one, or of several objectives.
        n_best: Trials on the front of several objectives; 0 = no feasible trial.
        changed: When a trial began or ended last; None where none did.
        head: Of the stored guidance; None where there is none.
    """

    study_id: int
    name: str
    objectives: tuple[str, ...]
    maximised: tuple[bool, ...]
    n_trials: int | None
    n_running: int | None
    n_waiting: int | None
    n_finished: int | None
    best: float | None
    n_best: int
    changed: datetime | None
    head: Head | None


def read_overviews(storage: BaseStorage, *, seconds: float = math.inf) -> tuple[Overview, ...]:
    """Every study of a storage by its id; databases are asked a few questions for all together.

    Args:
        storage: Any storage.
        seconds: Where trials must be read, those of later studies are left out after so long.
    """
    return tuple(map(_overview, read_study_rows(storage, seconds=seconds)))


def best_values(
    values: Sequence[Sequence[float]],
    maximised: Sequence[bool],
    constraints: Sequence[Mapping[str, float]],
) -> list[list[float]]:
    """The values of the best feasible trial, or of those on the front of several objectives.

    Args:
        values: ``(n, n_objectives)`` of complete trials; one with a value that is not finite is
            left out.
        maximised: A flag for each objective.
        constraints: ``(n,)`` by name.
    """
    table = np.array(values, dtype=np.float64).reshape(-1, len(maximised))
    told = np.array([violation_of(own) for own in constraints], dtype=np.float64)
    usable = np.isfinite(table).all(axis=1)
    table, told = table[usable], told[usable]
    losses = np.where(maximised, -table, table)
    found: list[list[float]] = table[find_best(losses, violations_of(told))].tolist()
    return found


def _overview(row: StudyRow) -> Overview:
    maximised = tuple(way == StudyDirection.MAXIMIZE for way in row.directions)
    best = best_values(row.values, maximised, row.constraints)
    counts = row.counts
    n_trials = None if counts is None else sum(counts.values())
    n_running = None if counts is None else counts.get(TrialState.RUNNING, 0)
    n_waiting = None if counts is None else counts.get(TrialState.WAITING, 0)
    return Overview(
        study_id=row.study_id,
        name=row.name,
        objectives=name_objectives(row.attributes, len(maximised)),
        maximised=maximised,
        n_trials=n_trials,
        n_running=n_running,
        n_waiting=n_waiting,
        n_finished=None if n_trials is None else n_trials - (n_running or 0) - (n_waiting or 0),
        best=best[0][0] if best and len(maximised) == 1 else None,
        n_best=len(best),
        changed=row.changed,
        head=noted_head(row.attributes),
    )
