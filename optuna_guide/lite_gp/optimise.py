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
_N_LOCAL = 512
_N_STARTS = 5
_N_ROUNDS = 4
_SPREADS = (1.0, 0.5, 0.25, 0.125)
_N_NEIGHBOURS = 40
_N_ASCENTS = 3
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
    parents = best_rows[rng.integers(len(best_rows), size=_N_LOCAL)]
    spread = rng.choice([0.02, 0.05, 0.1, 0.2], size=_N_LOCAL)
    candidates = np.concatenate(
        [
            from_unit_cube(space, latin_hypercube(_N_GLOBAL, space.n_params, rng)),
            perturb(space, parents, spread, rng),
        ]
    )
    rows = deactivate(rules, candidates)
    values = acquisition(rows)
    order = np.argsort(-values)
    starts, start_values = _search_locally(
        acquisition, rules, rows[order[:_N_STARTS]], values[order[:_N_STARTS]], rng
    )
    ascended = [
        _ascend(acquisition, rules, starts[i]) for i in np.argsort(-start_values)[:_N_ASCENTS]
    ]
    found = np.concatenate([ascended, starts])
    found = found[np.argsort(-np.concatenate([acquisition(np.array(ascended)), start_values]))]
    return first_unseen(space, rules, np.concatenate([found, rows[order]]), seen_rows, rng)


def latin_hypercube(n_rows: int, n_params: int, rng: np.random.Generator) -> FloatArray:
    """Random points of the unit cube, one in each of ``n_rows`` slices of every axis."""
    strata = np.tile(np.arange(n_rows, dtype=float), (n_params, 1))
    return (rng.permuted(strata, axis=1).T + rng.random((n_rows, n_params))) / n_rows


def perturb(
    space: Space, rows: FloatArray, spread: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Rows in which some parameters moved: numbers by ``spread`` or one level, choices anywhere.

    Args:
        space: The columns and their bounds.
        rows: Shape ``(n_rows, n_params)``; an inactive parameter is drawn anew.
        spread: Standard deviation of the step on the unit interval, shape ``(n_rows,)``.
        rng: Source of steps.
    """
    shape = rows.shape
    anew = from_unit_cube(space, rng.random(shape))
    rows = np.where(np.isnan(rows), anew, rows)
    changed = rng.random(shape) < max(1.0 / space.n_params, _CHANGE_PROBABILITY)
    changed[np.arange(len(rows)), rng.integers(space.n_params, size=len(rows))] = True
    steps = rng.normal(size=shape) * spread[:, None]
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


def _search_locally(
    acquisition: Acquisition,
    rules: tuple[Rule, ...],
    starts: FloatArray,
    values: FloatArray,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Move each start to its best random neighbour, in a neighbourhood that shrinks by rounds."""
    starts, values, each = starts.copy(), values.copy(), np.arange(len(starts))
    for round_ in range(_N_ROUNDS):
        spread = 0.1 * 0.7**round_ * rng.choice(_SPREADS, size=len(starts) * _N_NEIGHBOURS)
        parents = np.repeat(starts, _N_NEIGHBOURS, axis=0)
        neighbours = deactivate(rules, perturb(acquisition.space, parents, spread, rng))
        found = acquisition(neighbours).reshape(len(starts), _N_NEIGHBOURS)
        best = found.argmax(axis=1)
        better = found[each, best] > values
        starts[better] = neighbours[each * _N_NEIGHBOURS + best][better]
        values[better] = found[each, best][better]
    return starts, values


def _ascend(acquisition: Acquisition, rules: tuple[Rule, ...], start: FloatArray) -> FloatArray:
    """Follow the gradient in the active continuous (or finely stepped) parameters."""
    from scipy.optimize import minimize

    space = acquisition.space
    fine = (space.n_levels == 0) | (space.is_grid & (space.n_levels > _MAX_LEVELS_SEARCHED))
    columns: IntArray = np.flatnonzero(fine & ~np.isnan(start))
    if not len(columns):
        return start

    def negative(values: FloatArray) -> tuple[float, FloatArray]:
        row = start.copy()
        row[columns] = values
        value, gradient = acquisition.value_and_gradient(row, columns)
        return -value, -gradient

    result = minimize(
        negative,
        start[columns],
        jac=True,
        method="L-BFGS-B",
        bounds=list(zip(space.lower[columns], space.upper[columns], strict=True)),
        options={"maxiter": _ASCENT_ITERATIONS, "ftol": 1e-7, "gtol": 1e-4},
    )
    end = start.copy()
    end[columns] = result.x
    return deactivate(rules, confine(space, end[None]))[0]


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
