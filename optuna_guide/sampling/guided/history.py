"""What a sampler remembers of one study's finished trials, read incrementally.

A refit reads at most a bounded number of trials, and a trial costs what finished since the last
one, whatever the length of the study.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from optuna.study import StudyDirection
from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.domain.region import allows
from optuna_guide.study.declared import Declared
from optuna_guide.study.fronts import violations_of
from optuna_guide.study.snapshot import Snapshot
from optuna_guide.study.trial_values import read_violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import numpy.typing as npt
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.sampling.guided.confine import Confined
    from optuna_guide.study.table import TrialsTable

MAX_ROWS = 2000
N_BEST = 500


class History:
    """Finished trials of one study, in the order in which they were seen to finish."""

    def __init__(self, directions: Sequence[StudyDirection]) -> None:
        self.complete: list[FrozenTrial] = []
        self._signs = [-1.0 if d == StudyDirection.MAXIMIZE else 1.0 for d in directions]
        self._losses: list[list[float]] = []
        self._violations: list[float] = []
        self._declared, self._n_declared = Declared(), 0  # by so many complete trials
        self._seen: dict[tuple[str, ...], tuple[int, set[tuple[Any, ...]]]] = {}
        self._first: FrozenTrial | None = None
        self._n_read = 0
        self._unfinished: list[int] = []
        self._columns: dict[str, int] = {}
        self._values = np.full((64, 0), np.nan)  # (capacity, n_params); NaN = inactive
        self._is_complete = np.zeros(64, dtype=bool)

    def __len__(self) -> int:
        return len(self.complete)

    def follows(self, trials: Sequence[FrozenTrial]) -> bool:
        """Whether these are the trials of the study that was read so far."""
        if self._first is None or self._first.datetime_start is None:
            return True
        return bool(trials) and trials[0].datetime_start == self._first.datetime_start

    def update(self, trials: Sequence[FrozenTrial]) -> None:
        """Take in what finished. ``trials`` are all trials of the study by number."""
        if len(trials) < self._n_read:
            return  # another thread read the study later
        self._first = trials[0] if trials else None
        self._reserve(len(trials))
        unfinished = []
        for position in (*self._unfinished, *range(self._n_read, len(trials))):
            trial = trials[position]
            if trial.state.is_finished():
                self._add(position, trial)
            else:
                unfinished.append(position)
        self._unfinished, self._n_read = unfinished, len(trials)

    def running_before(self, number: int, trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
        """The trials before one that have not ended; those were taken in by `update`."""
        return [trials[i] for i in self._unfinished if i < min(number, len(trials))]

    def read_table(
        self, study: Study, attributes: Mapping[str, Any], rng: np.random.Generator
    ) -> TrialsTable:
        """The complete trials; above 2000 the best 500 and 1500 random others.

        Those are random, where trials are compared within a context.
        """
        self._declared = self._declared.seen(self.complete[self._n_declared :])
        self._n_declared = len(self.complete)
        table = self._read(study, self._select(rng), attributes)
        if table.contexts.names and len(self) > MAX_ROWS:  # the best are those of an easy context
            rows = rng.choice(len(self), size=MAX_ROWS, replace=False)
            table = self._read(study, np.sort(rows), attributes)
        return table

    def _read(
        self, study: Study, rows: npt.NDArray[np.int64], attributes: Mapping[str, Any]
    ) -> TrialsTable:
        from optuna_guide.study.table import read_losses

        trials = [self.complete[i] for i in rows]
        snapshot = Snapshot(study.study_name, tuple(study.directions), trials, attributes)
        return read_losses(snapshot, self._declared)

    def losses(self) -> FloatArray:
        """``(n_trials,)`` loss of each complete trial; a mean rank stands for the Pareto rank."""
        losses = np.array(self._losses)
        if losses.shape[1] == 1:
            return losses[:, 0]
        mean_rank: FloatArray = np.argsort(np.argsort(losses, axis=0), axis=0).mean(axis=1)
        return mean_rank

    def visible(self, box: Mapping[str, Confined], n_nearest: int) -> npt.NDArray[np.bool_]:
        """Flags of the trials by position: unfinished ones and those inside the box.

        Args:
            box: Confined parameters; a trial is inside where its active numeric parameters are.
            n_nearest: Complete trials that are shown at least: the nearest outside ones fill up.
        """
        n = self._n_read
        outside = np.zeros(n)  # squared distance in box widths
        for name, confined in box.items():
            if confined.allowed is None and name in self._columns:
                values = self._values[:n, self._columns[name]]
                outside += _distance(values, confined) ** 2
        shown = outside == 0
        shown[self._unfinished] = True
        complete = self._is_complete[:n]
        missing = n_nearest - int((shown & complete).sum())
        if missing > 0:
            hidden = np.flatnonzero(~shown & complete)
            shown[hidden[np.argsort(outside[hidden], kind="stable")[:missing]]] = True
        return shown

    def was_seen(self, params: Mapping[str, Any]) -> bool:
        """Whether a complete trial has exactly these values of these parameters."""
        names = tuple(sorted(params))
        n, seen = self._seen.get(names, (0, set()))
        for trial in self.complete[n:]:
            if all(name in trial.params for name in names):
                seen.add(tuple(trial.params[name] for name in names))
        self._seen[names] = (len(self.complete), seen)
        return tuple(params[name] for name in names) in seen

    def _add(self, position: int, trial: FrozenTrial) -> None:
        for name, value in trial.params.items():
            if name not in self._columns:
                self._columns[name] = self._values.shape[1]
                column = np.full((len(self._values), 1), np.nan)
                self._values = np.concatenate([self._values, column], axis=1)
            internal = trial.distributions[name].to_internal_repr(value)
            self._values[position, self._columns[name]] = internal
        if trial.state != TrialState.COMPLETE or not all(math.isfinite(v) for v in trial.values):
            return
        self._is_complete[position] = True
        self.complete.append(trial)
        self._losses.append([s * v for s, v in zip(self._signs, trial.values, strict=True)])
        self._violations.append(read_violation(trial))

    def _reserve(self, n: int) -> None:
        missing = n - len(self._values)
        if missing > 0:
            missing = max(missing, len(self._values))
            more = np.full((missing, self._values.shape[1]), np.nan)
            self._values = np.concatenate([self._values, more])
            self._is_complete = np.concatenate([self._is_complete, np.zeros(missing, dtype=bool)])

    def _select(self, rng: np.random.Generator) -> npt.NDArray[np.int64]:
        """Rows of the best trials and of random others, infeasible ones last."""
        n = len(self.complete)
        if n <= MAX_ROWS:
            return np.arange(n)
        order = np.lexsort((self.losses(), violations_of(np.array(self._violations))))
        others = rng.choice(order[N_BEST:], size=MAX_ROWS - N_BEST, replace=False)
        return np.sort(np.concatenate([order[:N_BEST], others]))


def _distance(values: FloatArray, confined: Confined) -> FloatArray:
    """How far outside the narrowed range, in its widths; inactive ones are inside."""
    inside = allows(confined.interval, values)
    if inside.all():
        return np.zeros(len(values))
    low, high = spaces.to_unit(confined.declared, np.array(confined.interval.intervals[0]))
    unit = spaces.to_unit(confined.declared, values)
    beyond = np.maximum(np.maximum(low - unit, unit - high), 1e-9)
    return np.where(inside, 0.0, beyond / max(float(high - low), 1e-3))
