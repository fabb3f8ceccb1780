"""What a base sampler drew against a relation between parameters, moved to what is allowed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.store.keys import FIXED
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.sampling.guided.plan import Plan
    from optuna_guide.sampling.relation import Relation


def obey(
    relation: Relation,
    params: Mapping[str, Any],
    space: Mapping[str, BaseDistribution],
    plan: Plan,
    trial: FrozenTrial,
) -> dict[str, Any]:
    """The configuration itself where it is allowed, else a close one that is.

    Args:
        relation: What it has to fulfil.
        params: Values as told to Optuna.
        space: Their distributions.
        plan: Whose person's region holds as well.
        trial: Whose enqueued values are fixed.
    """
    fixed = {n: v for n, v in trial.system_attrs.get(FIXED, {}).items() if n in params}
    if not params or relation.allows({**params, **fixed}):
        return dict(params)
    from optuna_guide.sampling.guided.soft import hard_bounds
    from optuna_guide.sampling.lite_gp.candidates import close_allowed
    from optuna_guide.sampling.lite_gp.observe import fixed_region
    from optuna_guide.sampling.lite_gp.region import confined
    from optuna_guide.sampling.lite_gp.rows import to_internal, to_rows
    from optuna_guide.sampling.lite_gp.space import make_space

    varied = {n: space[n] for n in params if not space[n].single()}
    bounds = hard_bounds(plan.opened().confine(varied))
    columns = confined(make_space(varied), {**bounds, **fixed_region(trial, varied)})
    columns = replace(columns, relation=relation)
    drawn = {**params, **fixed}
    internal = np.array([[d.to_internal_repr(drawn[n]) for n, d in varied.items()]], dtype=float)
    close = close_allowed(columns, to_rows(columns, internal)[0], plan.rng)
    if not len(close):
        warn_once(
            ("relation", *varied),
            "constrain_params allows no configuration close to what was drawn: it is ignored "
            "there. Check it, or the ranges.",
        )
        return dict(params)
    moved = to_internal(columns, close[0])
    return {**params, **{n: varied[n].to_external_repr(v) for n, v in moved.items()}}
