"""Rows: one configuration each, on the columns of a space.

A numeric parameter lies on ``[0, 1]``, logarithmic where its distribution is, with each level of a
grid at the middle of a cell of its own; a categorical one is the index of its choice; NaN =
inactive. The *internal* value is Optuna's: the number itself, or the index of the choice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from optuna_guide.domain import space as domain

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, Space


def to_rows(space: Space, internal: FloatArray) -> FloatArray:
    """Rows of internal values, shape ``(n_rows, n_params)``; NaN stays NaN."""
    return snap(space, to_unit_range(space, internal))


def to_unit_range(space: Space, internal: FloatArray, reach: float = 0.0) -> FloatArray:
    """Rows that need not be on a grid, and may be ``reach`` outside of ``[0, 1]``."""
    unit = np.clip((_log(space, internal) - space.low) / space.width, -reach, 1.0 + reach)
    return np.where(space.is_categorical, internal, unit)


def snap(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with every column of a grid on its nearest level."""
    levels = np.clip(np.round(to_levels(space, rows)), 0, np.maximum(space.n_levels - 1, 0))
    return np.where(space.is_grid, from_levels(space, levels), rows)


def confine(space: Space, rows: FloatArray) -> FloatArray:
    """Nearest rows inside the bounds and on the grids; choices are left as they are."""
    # A bound of a grid is the edge of a cell: just inside of it, rounding stays in the cell.
    margin = np.where(space.is_grid, 1e-9 * (space.upper - space.lower), 0.0)
    inside = np.clip(rows, space.lower + margin, space.upper - margin)
    return snap(space, np.where(space.is_categorical, rows, inside))


def are_inside(space: Space, rows: FloatArray) -> BoolArray:
    """Whether each row is one that may be proposed, shape ``(n_rows,)``; NaN = inactive is."""
    inside: BoolArray = np.isnan(rows) | ((rows >= space.lower) & (rows <= space.upper))
    for j in np.flatnonzero(space.is_categorical):
        inside[:, j] = np.isnan(rows[:, j]) | np.isin(rows[:, j], space.choices[j])
    allowed: BoolArray = np.all(inside, axis=1)
    if space.relation is not None:
        allowed[allowed] = obey(space, rows[allowed])
    return allowed


def obey(space: Space, rows: FloatArray) -> BoolArray:
    """Whether each row fulfils the relation of the space, if there is one, ``(n_rows,)``."""
    if space.relation is None:
        return np.ones(len(rows), dtype=bool)
    columns = _internal(space, rows).T.tolist()
    told = [
        [d.to_external_repr(_clip(d, v)) if v == v else None for v in column]
        for d, column in zip(space.distributions.values(), columns, strict=True)
    ]
    active = (~np.isnan(rows)).tolist()
    names = tuple(space.distributions)
    return np.array(
        [
            space.relation.allows(
                {n: v for n, v, is_active in zip(names, params, flags, strict=True) if is_active}
            )
            for params, flags in zip(zip(*told, strict=True), active, strict=True)
        ],
        dtype=bool,
    )


def from_unit_cube(space: Space, points: FloatArray) -> FloatArray:
    """Rows inside the bounds for points of the unit cube, shape ``(n_rows, n_params)``."""
    rows = space.lower + points * (space.upper - space.lower)
    for j in np.flatnonzero(space.is_categorical):
        allowed = space.choices[j]
        rows[:, j] = allowed[(points[:, j] * len(allowed)).astype(int)]
    return confine(space, rows)


def to_internal(space: Space, row: FloatArray) -> dict[str, float]:
    """Internal values of the active parameters of one row."""
    values = _internal(space, row).tolist()
    return {
        name: _clip(distribution, value)
        for (name, distribution), value in zip(space.distributions.items(), values, strict=True)
        if not math.isnan(value)
    }


def nearest(distribution: BaseDistribution, value: Any) -> Any:
    """The value of a distribution that is nearest to one of another; None where none is alike."""
    try:
        if isinstance(distribution, CategoricalDistribution):
            return distribution.choices[domain.choice_index(distribution, value)]
        return distribution.to_external_repr(float(domain.snap(distribution, float(value))))
    except (TypeError, ValueError):
        return None


def to_unit_cube(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with choice ``i`` of ``k`` at ``(i + 0.5) / k``, so that each column is on [0, 1]."""
    return np.where(space.is_categorical, (rows + 0.5) / np.maximum(space.n_levels, 1), rows)


def all_rows(space: Space, max_rows: int) -> FloatArray | None:
    """Every configuration inside the bounds; None where there are more than ``max_rows``."""
    if (space.n_levels == 0).any():
        return None
    inside = np.stack([space.lower, space.upper])
    first, last = np.round(to_levels(space, confine(space, inside))).astype(int)
    counts = [
        len(choices) if categorical else int(b - a + 1)
        for choices, categorical, a, b in zip(
            space.choices, space.is_categorical, first, last, strict=True
        )
    ]
    if math.prod(counts) > max_rows:
        return None
    indices = np.indices(counts).reshape(space.n_params, -1).T
    rows = from_levels(space, (first + indices).astype(float))
    for j in np.flatnonzero(space.is_categorical):
        rows[:, j] = space.choices[j][indices[:, j]]
    return rows


def to_levels(space: Space, rows: FloatArray) -> FloatArray:
    """Positions on the grids, 0 = lowest level; not rounded."""
    return (_exp(space, space.low + rows * space.width) - space.origin) / space.step


def from_levels(space: Space, levels: FloatArray) -> FloatArray:
    """Inverse of :func:`to_levels`."""
    return (_log(space, space.origin + levels * space.step) - space.low) / space.width


def _internal(space: Space, rows: FloatArray) -> FloatArray:
    """Internal values of rows, which rounding may take out of their range; same shape."""
    values = _exp(space, space.low + rows * space.width)
    grid = space.origin + space.step * np.round((values - space.origin) / space.step)
    values = np.where(space.is_grid, grid, values)
    return np.where(space.is_categorical, rows, values)


def _log(space: Space, values: FloatArray) -> FloatArray:
    """Logarithms in the logarithmic columns."""
    scaled = values.copy()
    scaled[..., space.is_log] = np.log(np.maximum(values[..., space.is_log], np.finfo(float).tiny))
    return scaled


def _exp(space: Space, scaled: FloatArray) -> FloatArray:
    """Inverse of :func:`_log`."""
    values = scaled.copy()
    values[..., space.is_log] = np.exp(scaled[..., space.is_log])
    return values


def _clip(distribution: BaseDistribution, value: float) -> float:
    if isinstance(distribution, FloatDistribution | IntDistribution):
        inside = float(min(max(value, distribution.low), distribution.high))
        if inside > distribution.high:  # an integer that floats round up
            return math.nextafter(inside, -math.inf)
        return math.nextafter(inside, math.inf) if inside < distribution.low else inside
    return value
