"""A space whose proposals fulfil a relation, unless nothing does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.rows import all_rows, from_unit_cube, obey
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.sampling.relation import Relation

_N_TRIED = 4096


def related(space: Space, relation: Relation, rules: tuple[Rule, ...], tried: FloatArray) -> Space:
    """The space with the relation; without it where no configuration fulfils it, which is said.

    Args:
        space: The columns, and the bounds to stay inside.
        relation: What a proposal has to fulfil.
        rules: When parameters are active.
        tried: Rows of trials, shape ``(n, n_params)``.
    """
    bound = replace(space, relation=relation)
    rows = all_rows(space, _N_TRIED)
    if rows is None:
        cube = np.random.default_rng(0).random((_N_TRIED, space.n_params))
        cube[::2] = cube[::2, :1]  # all at the same place of their ranges: a <= b, a == b
        rows = from_unit_cube(space, cube)
    rows = np.concatenate([tried, deactivate(rules, rows)])
    for start in range(0, len(rows), 64):
        if obey(bound, rows[start : start + 64]).any():
            return bound
    warn_once(
        ("relation", *space.distributions),
        f"constrain_params allows none of {len(rows)} configurations that were tried: it is "
        "ignored in this space. Check it, or the ranges.",
    )
    return space
