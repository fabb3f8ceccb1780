"""The trials of a study as arrays, read once each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from optuna_guide.sampling.lite_gp.plan import tried
from optuna_guide.study.declared import Declared
from optuna_guide.study.trial_values import read_seconds

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class TrialArrays:
    """Finished trials; row ``i`` of every array is the same trial, in the order of reading.

    Attributes:
        declared: What trials that did not fail declared.
        constraint_names: Columns of ``constraints``.
        numbers: Trial numbers, shape ``(n,)``.
        is_whole: Trials that suggested all their parameters (complete or pruned), shape ``(n,)``.
        params: Internal values, NaN = not suggested, shape ``(n, n_params)``.
        values: Objective values, NaN unless complete, shape ``(n, n_objectives)``.
        constraints: Constraint values, violated if > 0, NaN = not set, ``(n, n_constraints)``.
        reports: Intermediate values by step, of pruned and complete trials.
        durations: Seconds, NaN = not known, shape ``(n,)``.
        n_read: How many of the study's trials were looked at.
        unfinished: Positions of those that were not finished then.
    """

    declared: Declared = field(default_factory=Declared)
    constraint_names: tuple[str, ...] = ()
    numbers: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    is_whole: BoolArray = field(default_factory=lambda: np.empty(0, dtype=bool))
    params: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    values: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    constraints: FloatArray = field(default_factory=lambda: np.empty((0, 0)))
    reports: tuple[Mapping[int, float], ...] = ()
    durations: FloatArray = field(default_factory=lambda: np.empty(0))
    n_read: int = 0
    unfinished: tuple[int, ...] = ()

    @property
    def distributions(self) -> dict[str, BaseDistribution]:
        """Domain of each parameter, as wide as it ever was."""
        return self.declared.space

    @property
    def is_complete(self) -> BoolArray:
        """Whether each trial told all its values, shape ``(n,)``."""
        complete: BoolArray = np.all(~np.isnan(self.values), axis=1)
        return complete


def read(history: TrialArrays, trials: Sequence[FrozenTrial], n_objectives: int) -> TrialArrays:
    """The history with what happened since; looks at new and unfinished trials alone.

    Args:
        history: What was read before, of the same list when it was shorter or as long.
        trials: The study's trials; a list that is older than the history changes nothing.
        n_objectives: Number of objectives.
    """
    if len(trials) < history.n_read:
        return history
    positions = [*history.unfinished, *range(history.n_read, len(trials))]
    finished = [trials[i] for i in positions if trials[i].state.is_finished()]
    return replace(
        _extend(history, finished, n_objectives),
        n_read=len(trials),
        unfinished=tuple(i for i in positions if not trials[i].state.is_finished()),
    )


def params_matrix(history: TrialArrays, names: Sequence[str]) -> FloatArray:
    """Internal values of the named parameters, NaN for unknown ones, shape ``(n, len(names))``."""
    columns = {name: j for j, name in enumerate(history.distributions)}
    matrix = np.full((len(history.numbers), len(names)), np.nan)
    for j, name in enumerate(names):
        if name in columns:
            matrix[:, j] = history.params[:, columns[name]]
    return matrix


def _extend(history: TrialArrays, new: Sequence[FrozenTrial], n_objectives: int) -> TrialArrays:
    if not new:
        return history
    declared = history.declared.seen(t for t in new if t.state != TrialState.FAIL)
    constraints = [trial.constraints for trial in new]
    names = dict.fromkeys([*history.constraint_names, *(n for c in constraints for n in c)])
    unknown = [math.nan] * n_objectives
    values = [t.values if t.state == TrialState.COMPLETE else unknown for t in new]
    return replace(
        history,
        declared=declared,
        constraint_names=tuple(names),
        numbers=np.concatenate([history.numbers, [t.number for t in new]]),
        is_whole=np.concatenate([history.is_whole, [t.state != TrialState.FAIL for t in new]]),
        params=_append(history.params, [tried(t) for t in new], list(declared.domains)),
        values=np.concatenate(
            [history.values.reshape(-1, n_objectives), np.array(values, dtype=float)]
        ),
        constraints=_append(history.constraints, constraints, list(names)),
        reports=(
            *history.reports,
            *({} if t.state == TrialState.FAIL else t.intermediate_values for t in new),
        ),
        durations=np.concatenate([history.durations, [read_seconds(t) for t in new]]),
    )


def _append(
    matrix: FloatArray, new: Sequence[dict[str, float]], names: Sequence[str]
) -> FloatArray:
    """The matrix with new rows below, and with new columns, NaN in the old rows, to the right."""
    grown = np.full((len(matrix) + len(new), len(names)), np.nan)
    grown[: len(matrix), : matrix.shape[1]] = matrix
    columns = {name: j for j, name in enumerate(names)}
    for i, mapping in enumerate(new, start=len(matrix)):
        for name, value in mapping.items():
            if name in columns:
                grown[i, columns[name]] = value
    return grown
