"""Maximise the acquisition function over a mixed, conditional space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.candidates import latin_hypercube, perturb
from optuna_guide.sampling.lite_gp.rows import all_rows, confine, from_unit_cube, obey
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.sampling.lite_gp.unseen import first_unseen

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.acquisition import Criterion
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray, Space

_MAX_ENUMERATED = 2048
_MAX_LEVELS_SEARCHED = 30
_MIN_ALLOWED = 64
_MAX_ROUNDS = 8
_N_ROUND = 512
_N_HALVINGS = 6


@dataclass(frozen=True)
class Effort:
    """How thoroughly the acquisition function is searched.

    Attributes:
        n_global: Candidates from everywhere.
        n_local: Candidates near the best rows.
        n_starts: Best ones of each that are followed uphill.
        n_neighbours: Of each start, that choices and grids are tried on.
        n_iterations: Steps uphill.
    """

    n_global: int = 512
    n_local: int = 256
    n_starts: int = 8
    n_neighbours: int = 16
    n_iterations: int = 30


FULL = Effort()
BRIEF = Effort(n_global=96, n_local=48, n_starts=2, n_neighbours=8, n_iterations=4)
"""Where so many trials run that what is believed of them outweighs what is known."""


def maximise(
    acquisition: Criterion,
    rules: tuple[Rule, ...],
    best_rows: FloatArray,
    seen_rows: FloatArray,
    rng: np.random.Generator,
    effort: Effort = FULL,
) -> FloatArray:
    """The row of the largest acquisition that was not seen, or of the largest if all were.

    Args:
        acquisition: What to maximise; its space bounds the search.
        rules: When parameters are active.
        best_rows: Best observations, whose neighbourhood is searched, shape ``(n, n_params)``.
        seen_rows: Rows that must not be proposed again, shape ``(n_seen, n_params)``.
        rng: Source of candidates.
        effort: How thoroughly to search.
    """
    space = acquisition.space
    every_row = all_rows(space, _MAX_ENUMERATED)
    if every_row is not None:
        rows = deactivate(rules, every_row)
        return first_unseen(space, rules, rows[np.argsort(-acquisition(rows))], seen_rows, rng)
    cube = latin_hypercube(effort.n_global, space.n_params, rng)
    from_everywhere = deactivate(rules, from_unit_cube(space, cube))
    parents = best_rows[rng.integers(len(best_rows), size=effort.n_local)]
    if space.relation is not None:
        from_everywhere = allowed_rows(space, rules, from_everywhere, rng)
    candidates = [from_everywhere, deactivate(rules, perturb(space, parents, rng))]
    # The best of each: those near the best trials would else crowd out any other basin.
    starts = np.concatenate(
        [rows[np.argsort(-acquisition(rows))[: effort.n_starts]] for rows in candidates]
    )
    starts = _best_neighbours(acquisition, rules, starts, rng, effort.n_neighbours)
    ascended = _ascend(acquisition, rules, starts, effort.n_iterations)
    found = np.concatenate([ascended, starts, *candidates])
    found = found[np.argsort(-acquisition(found))]
    return first_unseen(space, rules, found, seen_rows, rng)


def _best_neighbours(
    acquisition: Criterion,
    rules: tuple[Rule, ...],
    rows: FloatArray,
    rng: np.random.Generator,
    n_neighbours: int,
) -> FloatArray:
    """For each row the best of itself and its random neighbours, which choices and grids need."""
    parents = np.repeat(rows, n_neighbours, axis=0)
    neighbours = deactivate(rules, perturb(acquisition.space, parents, rng))
    family = np.concatenate([rows[:, None], neighbours.reshape(len(rows), n_neighbours, -1)], 1)
    values = acquisition(family.reshape(-1, rows.shape[1])).reshape(len(rows), -1)
    best: FloatArray = family[np.arange(len(rows)), values.argmax(axis=1)]
    return best


def _ascend(
    acquisition: Criterion, rules: tuple[Rule, ...], starts: FloatArray, n_iterations: int
) -> FloatArray:
    """Follow the gradient from all starts at once, in active continuous (or fine) parameters.

    The sum of their acquisitions is one smooth function whose gradient falls apart by starts: one
    run of L-BFGS-B on it takes few calls, each of one matrix product.
    """
    from scipy.optimize import minimize

    space = acquisition.space
    fine = (space.n_levels == 0) | (space.is_grid & (space.n_levels > _MAX_LEVELS_SEARCHED))
    columns: IntArray = np.flatnonzero(fine & ~np.isnan(starts).all(axis=0))
    if not len(columns):
        return starts
    is_active = ~np.isnan(starts[:, columns])

    def moved_to(values: FloatArray) -> FloatArray:
        rows = starts.copy()
        rows[:, columns] = np.where(is_active, values.reshape(is_active.shape), np.nan)
        return rows

    def negative(values: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = acquisition.value_and_gradient(moved_to(values), columns)
        return -float(value.sum()), -gradient.ravel()

    bounds = list(zip(space.lower[columns], space.upper[columns], strict=True))
    result = minimize(
        negative,
        np.where(is_active, starts[:, columns], space.lower[columns]).ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds * len(starts),
        options={"maxiter": n_iterations, "ftol": 1e-7, "gtol": 1e-4},
    )
    ends = deactivate(rules, confine(space, moved_to(result.x)))
    return ends if space.relation is None else _allowed_on_the_way(space, rules, starts, ends)


def allowed_rows(
    space: Space, rules: tuple[Rule, ...], rows: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Those of some rows that fulfil the relation, with others from everywhere if they are few."""
    allowed = rows[obey(space, rows)]
    for _ in range(_MAX_ROUNDS):
        if len(allowed) >= _MIN_ALLOWED:
            break
        more = deactivate(rules, from_unit_cube(space, rng.random((_N_ROUND, space.n_params))))
        allowed = np.concatenate([allowed, more[obey(space, more)]])
    return allowed if len(allowed) else rows


def _allowed_on_the_way(
    space: Space, rules: tuple[Rule, ...], starts: FloatArray, ends: FloatArray
) -> FloatArray:
    """The ends, or the last places before them that fulfil the relation; half, a quarter ..."""
    found = ends.copy()
    for k in range(_N_HALVINGS):
        forbidden = ~obey(space, found)
        if not forbidden.any():
            break
        between = np.where(space.is_categorical, starts, starts + (ends - starts) * 0.5 ** (k + 1))
        found[forbidden] = deactivate(rules, confine(space, between))[forbidden]
    return np.where(obey(space, found)[:, None], found, starts)
