"""What trials say of themselves, a row each."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution
from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.study import provenance
from optuna_guide.study.brackets import read_rungs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray

STATES = ("RUNNING", "WAITING", "COMPLETE", "PRUNED", "FAIL")
_STATE_CODES = {TrialState[name]: code for code, name in enumerate(STATES)}
INSTANT = 1e-3
"""Seconds; a trial that took less was added, not run."""


def read_params(
    trials: Sequence[FrozenTrial], space: Mapping[str, BaseDistribution]
) -> dict[str, FloatArray]:
    """Parameter to ``(n_trials,)`` internal values; NaN = inactive, or of another kind."""
    params = [t.params for t in trials]
    out = {}
    for name, distribution in space.items():
        if isinstance(distribution, CategoricalDistribution):
            code_of = _choice_codes(distribution)
            column = [code_of(p[name]) if name in p else math.nan for p in params]
        else:
            column = [_as_number(p.get(name)) for p in params]
        out[name] = np.array(column, dtype=np.float64)
    return out


def _choice_codes(distribution: CategoricalDistribution) -> Callable[[Any], float]:
    known = {(type(c), repr(c)): float(k) for k, c in reversed([*enumerate(distribution.choices)])}

    def code_of(value: Any) -> float:
        key = (type(value), repr(value))
        if key not in known:
            try:
                known[key] = float(spaces.choice_index(distribution, value))
            except ValueError:  # it was a number before
                known[key] = math.nan
        return known[key]

    return code_of


def _as_number(value: Any) -> float:
    return value if isinstance(value, int | float) else math.nan


def read_values(trial: FrozenTrial, n: int) -> list[float]:
    """The ``n`` objectives of a trial; NaN where it has none, or not a finite one."""
    values = trial.values if trial.state == TrialState.COMPLETE else None
    if values is None or len(values) != n:
        return [math.nan] * n
    return [v if math.isfinite(v) else math.nan for v in values]


def read_numbers(trials: Sequence[FrozenTrial]) -> dict[str, npt.NDArray[Any]]:
    """Number, state, start (Unix time), seconds, violation, where it comes from, last report.

    ``violation`` is NaN without constraints; generation, parent, rung and last step are -1,
    version is 0, and the last value is NaN, where there is none. ``rung_steps`` are objects
    (`read_rungs`).
    """
    attributes = [t.system_attrs for t in trials]
    versions = [provenance.read_decision(found).get("version") or 0 for found in attributes]
    reports = [_last_report(t) for t in trials]
    return {
        "number": np.array([t.number for t in trials], dtype=np.int32),
        "state": np.array([_STATE_CODES[t.state] for t in trials], dtype=np.uint8),
        "start": np.array([_started(t) for t in trials], dtype=np.float64),
        "seconds": np.array([read_seconds(t) for t in trials], dtype=np.float64),
        "violation": np.array([read_violation(t) for t in trials], dtype=np.float64),
        "generation": _small([provenance.read_generation(t) for t in trials]),
        "parent": np.array([provenance.read_parent(t) for t in trials], dtype=np.int32),
        "rung": _small([provenance.read_rung(found) for found in attributes]),
        "rung_steps": np.fromiter(map(read_rungs, trials), dtype=np.object_, count=len(trials)),
        "version": np.array([v if isinstance(v, int) else 0 for v in versions], dtype=np.int32),
        "last_step": np.array([min(step, 2**31 - 1) for step, _ in reports], dtype=np.int32),
        "last_value": np.array([value for _, value in reports], dtype=np.float64),
    }


def read_attributes(trials: Sequence[FrozenTrial]) -> dict[str, FloatArray]:
    """Numeric user attributes, ``(n_trials,)`` each; NaN = missing."""
    columns: dict[str, FloatArray] = {}
    for i, trial in enumerate(trials):
        for name, value in trial.user_attrs.items():
            if (
                isinstance(value, int | float)
                and not isinstance(value, bool)
                and abs(value) <= sys.float_info.max  # an integer may have hundreds of digits
            ):
                if name not in columns:
                    columns[name] = np.full(len(trials), np.nan)
                columns[name][i] = value
    return columns


def _last_report(trial: FrozenTrial) -> tuple[int, float]:
    """The last step and its intermediate value."""
    step = max(trial.intermediate_values, default=-1)
    value = trial.intermediate_values.get(step, math.nan)
    return step, value if math.isfinite(value) else math.nan


def _small(values: list[float]) -> npt.NDArray[np.int32]:
    column = np.nan_to_num(np.array(values, dtype=np.float64), nan=-1.0)
    return np.clip(column, -1, 2**31 - 1).astype(np.int32)


def _started(trial: FrozenTrial) -> float:
    return trial.datetime_start.timestamp() if trial.datetime_start is not None else math.nan


def read_seconds(trial: FrozenTrial) -> float:
    """How long the trial took; NaN where it has not ended, or one of its clocks has no zone."""
    start, end = trial.datetime_start, trial.datetime_complete
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return math.nan
    return (end - start).total_seconds()


def read_violation(trial: FrozenTrial) -> float:
    """Sum of the positive constraint values; NaN = the trial has no constraints."""
    return violation_of(trial.constraints)


def violation_of(constraints: Mapping[str, float]) -> float:
    """The same of the constraints alone."""
    return sum(max(v, 0.0) for v in constraints.values()) if constraints else math.nan
