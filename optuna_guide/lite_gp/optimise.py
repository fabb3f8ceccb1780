"""Maximise the acquisition function over a mixed, conditional space; never propose a row twice."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.lite_gp.kernel import code_inactive
from optuna_guide.lite_gp.rules import deactivate
from optuna_guide.lite_gp.space import all_rows, confine, from_unit_cube

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.lite_gp.acquisition import Acquisition
    from optuna_guide.lite_gp.rules import Rule
    from optuna_guide.lite_gp.space import FloatArray, IntArray, Space

_N_GLOBAL = 512
_N_LOCAL = 256
_N_STARTS = 8
_N_NEIGHBOURS = 16
_SPREADS = (0.0125, 0.025, 0.05, 0.1, 0.2)
_ASCENT_ITERATIONS = 30
_CHANGE_PROBABILITY = 0.35
_MAX_ENUMERATED = 2048
_MAX_LEVELS_SEARCHED = 30
_MAX_EXHAUSTED = 65_536


def maximise(
    acquisition: Acquisition,
    rules: tuple[Rule, ...],
    best_rows: FloatArray,
    seen_rows: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """The row of the largest acquisition that was not seen, or of the largest if all were.

    Args:
        acquisition: What to maximise; its space bounds the search.
        rules: When parameters are active.
        best_rows: Best observations, whose neighbourhood is searched, shape ``(n, n_params)``.
        seen_rows: Rows that must not be proposed again, shape ``(n_seen, n_params)``.
        rng: Source of candidates.
    """
    space = acquisition.space
    every_row = all_rows(space, _MAX_ENUMERATED)
    if every_row is not None:
        rows = deactivate(rules, every_row)
        return first_unseen(space, rules, rows[np.argsort(-acquisition(rows))], seen_rows, rng)
    from_everywhere = from_unit_cube(space, latin_hypercube(_N_GLOBAL, space.n_params, rng))
    parents = best_rows[rng.integers(len(best_rows), size=_N_LOCAL)]
    candidates = [
        deactivate(rules, from_everywhere),
        deactivate(rules, perturb(space, parents, rng)),
    ]
    # The best of each: those near the best trials would else crowd out any other basin.
    starts = np.concatenate(
        [rows[np.argsort(-acquisition(rows))[:_N_STARTS]] for rows in candidates]
    )
    starts = _best_neighbours(acquisition, rules, starts, rng)
    found = np.concatenate([_ascend(acquisition, rules, starts), starts, *candidates])
    found = found[np.argsort(-acquisition(found))]
    return first_unseen(space, rules, found, seen_rows, rng)


def latin_hypercube(n_rows: int, n_params: int, rng: np.random.Generator) -> FloatArray:
    """Random points of the unit cube, one in each of ``n_rows`` slices of every axis."""
    strata = np.tile(np.arange(n_rows, dtype=float), (n_params, 1))
    return (rng.permuted(strata, axis=1).T + rng.random((n_rows, n_params))) / n_rows


def perturb(space: Space, rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Rows in which some parameters moved: numbers a little, one level at least, choices anywhere.

    Each row has a scale of its own. An inactive parameter is drawn anew.
    """
    shape = rows.shape
    anew = from_unit_cube(space, rng.random(shape))
    rows = np.where(np.isnan(rows), anew, rows)
    changed = rng.random(shape) < max(1.0 / space.n_params, _CHANGE_PROBABILITY)
    changed[np.arange(len(rows)), rng.integers(space.n_params, size=len(rows))] = True
    steps = rng.normal(size=shape) * rng.choice(_SPREADS, size=(len(rows), 1))
    level = np.where(space.is_grid, 1.0 / np.maximum(space.n_levels, 1), 0.0)
    steps = np.where(np.abs(steps) < level, np.where(steps < 0, -level, level), steps)
    moved = np.where(space.is_categorical, anew, _reflect(space, rows + steps))
    return confine(space, np.where(changed, moved, rows))


def draw_unseen(
    space: Space, rules: tuple[Rule, ...], seen_rows: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """A random row that was not seen, or a seen one if there is no other."""
    rows = deactivate(rules, from_unit_cube(space, rng.random((_N_GLOBAL, space.n_params))))
    return first_unseen(space, rules, rows, seen_rows, rng)


def first_unseen(
    space: Space,
    rules: tuple[Rule, ...],
    rows: FloatArray,
    seen_rows: FloatArray,
    rng: np.random.Generator,
) -> FloatArray:
    """The first of ``rows`` that was not seen, else any other such row, else the first."""
    seen = set(_keys(space, seen_rows))
    for candidates in chain([rows], _other_rows(space, rules, rng)):
        for row, key in zip(candidates, _keys(space, candidates), strict=True):
            if key not in seen:
                return row
    return rows[0]


def _best_neighbours(
    acquisition: Acquisition, rules: tuple[Rule, ...], rows: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """For each row the best of itself and its random neighbours, which choices and grids need."""
    parents = np.repeat(rows, _N_NEIGHBOURS, axis=0)
    neighbours = deactivate(rules, perturb(acquisition.space, parents, rng))
    family = np.concatenate([rows[:, None], neighbours.reshape(len(rows), _N_NEIGHBOURS, -1)], 1)
    values = acquisition(family.reshape(-1, rows.shape[1])).reshape(len(rows), -1)
    best: FloatArray = family[np.arange(len(rows)), values.argmax(axis=1)]
    return best


def _ascend(acquisition: Acquisition, rules: tuple[Rule, ...], starts: FloatArray) -> FloatArray:
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
        options={"maxiter": _ASCENT_ITERATIONS, "ftol": 1e-7, "gtol": 1e-4},
    )
    return deactivate(rules, confine(space, moved_to(result.x)))


def _other_rows(
    space: Space, rules: tuple[Rule, ...], rng: np.random.Generator
) -> Iterator[FloatArray]:
    """Rows to fall back on: random ones, then all of them if they can be counted."""
    cube = rng.random((2 * _N_GLOBAL, space.n_params))
    yield deactivate(rules, from_unit_cube(space, cube))
    every_row = all_rows(space, _MAX_EXHAUSTED)
    if every_row is not None:
        yield deactivate(rules, rng.permutation(every_row))


def _keys(space: Space, rows: FloatArray) -> list[bytes]:
    # Rounded, as a value that went through exp and log and back differs in the last digit.
    rounded = np.round(code_inactive(space, rows), 12) + 0.0
    whole_row = np.dtype((np.void, rounded.itemsize * space.n_params))
    keys: list[bytes] = np.ascontiguousarray(rounded).view(whole_row).ravel().tolist()
    return keys


def _reflect(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with what left the bounds mirrored back inside."""
    rows = np.where(rows < space.lower, 2.0 * space.lower - rows, rows)
    return np.where(rows > space.upper, 2.0 * space.upper - rows, rows)
