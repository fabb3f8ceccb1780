"""The first rows of a study, before there is a model of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.beliefs import believed_points
from optuna_guide.sampling.lite_gp.candidates import close_allowed, latin_hypercube
from optuna_guide.sampling.lite_gp.rows import from_unit_cube
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.sampling.lite_gp.unseen import first_unseen
from optuna_guide.study.lessons import FIRST_STEPS

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.request import Request
    from optuna_guide.sampling.lite_gp.space import FloatArray


def startup_row(
    request: Request, rng: np.random.Generator, points: list[FloatArray], n_startup: int
) -> FloatArray:
    """The row to try next, shape ``(n_params,)``; NaN = inactive.

    It is what was good in earlier studies, or the next one of a Latin hypercube; every other one
    is spread over what is believed, so that the others can refute it.

    Args:
        request: What is known.
        rng: Source of randomness.
        points: Of the hypercube that are left; updated in place.
        n_startup: Complete trials before there is a model.
    """
    known, space, rules = request.known, request.space, request.rules
    transfer, n_begun = request.transfer, request.n_begun
    if transfer is not None and n_begun < len(FIRST_STEPS):
        rows = transfer.first_rows(FIRST_STEPS[n_begun], space, known, rules, rng)
        if len(rows):
            return first_unseen(space, rules, rows, known.seen, rng)
    if not points or len(points[0]) != space.n_params:
        n_left = max(n_startup - len(known.rows), 1)
        points[:] = latin_hypercube(n_left, space.n_params, rng)
    point = points.pop()[None]
    if n_begun % 2 == 0:
        point = believed_points(point, request)
    rows = deactivate(rules, from_unit_cube(space, point))
    if space.relation is not None:
        rows = np.concatenate([close_allowed(space, rows[0], rng), rows])
    return first_unseen(space, rules, rows, known.seen, rng)
