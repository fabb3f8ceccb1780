"""From a study's history to what the model sees: rows, values that are better when larger."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.study import StudyDirection

from optuna_guide.sampling.lite_gp.history import params_matrix
from optuna_guide.sampling.lite_gp.known import KnownRows
from optuna_guide.sampling.lite_gp.plan import tried
from optuna_guide.sampling.lite_gp.pruned import MAX_PRUNED, expected_ends
from optuna_guide.sampling.lite_gp.rows import to_rows
from optuna_guide.sampling.lite_gp.rules import learn_rules
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.store.keys import FIXED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.lite_gp.history import TrialArrays
    from optuna_guide.sampling.lite_gp.region import UnitRegion
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space


def observe(
    space: Space,
    history: TrialArrays,
    running: Sequence[FrozenTrial],
    directions: Sequence[StudyDirection],
) -> tuple[KnownRows, tuple[Rule, ...]]:
    """Observations in the columns of ``space``, and the activity rules that they show."""
    rows = to_rows(space, params_matrix(history, list(space.distributions)))
    is_complete = history.is_complete
    signs = np.array([1.0 if d == StudyDirection.MAXIMIZE else -1.0 for d in directions])
    pending = _rows_of_running(space, running)
    values = signs * history.values.reshape(-1, len(signs))  # of no trials, it has no columns
    is_reported = ~is_complete & np.array([len(r) > 0 for r in history.reports], dtype=bool)
    pruned = np.flatnonzero(is_reported)[-MAX_PRUNED:]
    ends, variances = expected_ends(history.reports, values, is_complete, pruned, signs)
    is_known = ~np.isnan(ends)
    is_failed = ~is_complete & ~is_reported
    is_failed[pruned[~is_known]] = True
    observations = KnownRows(
        rows=rows[is_complete],
        values=values[is_complete],
        constraints=history.constraints[is_complete],
        pending=pending,
        pruned=rows[pruned[is_known]],
        ends=ends[is_known],
        end_variances=variances[is_known],
        failed=rows[is_failed],
        seen=np.concatenate([rows, pending]),
    )
    return observations, learn_rules(space, rows[history.is_whole])


def fixed_region(trial: FrozenTrial, distributions: Mapping[str, BaseDistribution]) -> UnitRegion:
    """The values that an enqueued trial fixes, as a region; the others are chosen to suit them.

    What is no value of its parameter is passed over: the objective may never ask for it.
    """
    fixed = trial.system_attrs.get(FIXED, {})
    known = {n: d for n, d in distributions.items() if n in fixed and _is_value(fixed[n], d)}
    if not known:
        return {}
    space = make_space(known)
    values = np.array([[float(d.to_internal_repr(fixed[name])) for name, d in known.items()]])
    row = to_rows(space, values)[0]
    return {
        name: {int(value)} if categorical else (value, value)
        for name, value, categorical in zip(known, row, space.is_categorical, strict=True)
    }


def _is_value(value: Any, distribution: BaseDistribution) -> bool:
    try:
        return not math.isnan(float(distribution.to_internal_repr(value)))
    except (TypeError, ValueError, OverflowError):
        return False


def _rows_of_running(space: Space, running: Sequence[FrozenTrial]) -> FloatArray:
    """Rows of running trials, as far as their parameters are known."""
    params = [p for p in map(tried, running) if p]
    values = [[p.get(name, np.nan) for name in space.distributions] for p in params]
    return to_rows(space, np.array(values, dtype=float).reshape(len(params), space.n_params))
