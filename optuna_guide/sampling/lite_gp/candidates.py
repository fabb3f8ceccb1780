"""Rows worth trying: spread over the whole space, or close to given ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.rows import confine, from_unit_cube, obey

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space

_SPREADS = (0.0125, 0.025, 0.05, 0.1, 0.2)
_CHANGE_PROBABILITY = 0.35
_REACHES = (0.02, 0.05, 0.1, 0.2, 0.4, 0.8)
_N_AROUND = 64


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


def close_allowed(space: Space, row: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Rows around one that fulfil the relation of the space, the closest first.

    It is one of them where it does so itself; there may be none. Shape ``(n, n_params)``.
    """
    n = len(_REACHES) * _N_AROUND
    reach = np.repeat(_REACHES, _N_AROUND)[:, None]
    moved = _reflect(space, row + reach * rng.uniform(-1.0, 1.0, size=(n, space.n_params)))
    anew = from_unit_cube(space, rng.random((n, space.n_params)))
    swapped = space.is_categorical & (rng.random((n, space.n_params)) < reach)
    rows = np.where(space.is_categorical, np.where(swapped, anew, row), moved)
    rows = np.where(rng.random((n, space.n_params)) < 0.5, row, rows)  # some are kept
    rows = np.concatenate([row[None], confine(space, np.where(np.isnan(row), np.nan, rows))])
    rows = rows[obey(space, rows)]
    apart = np.where(space.is_categorical, rows != row, np.abs(rows - row))
    distance = np.where(np.isnan(row), 0.0, apart).sum(axis=1)
    return rows[np.argsort(distance, kind="stable")]


def _reflect(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with what left the bounds mirrored back inside."""
    rows = np.where(rows < space.lower, 2.0 * space.lower - rows, rows)
    return np.where(rows > space.upper, 2.0 * space.upper - rows, rows)
