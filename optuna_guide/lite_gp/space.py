"""Search space and rows: parameters as columns on the unit interval.

A *row* holds one configuration: a numeric parameter lies on ``[0, 1]``, logarithmic where its
distribution is, with each level of a grid at the middle of a cell of its own; a categorical one
is the index of its choice; NaN = inactive. The *internal* value is Optuna's: the number itself, or
the index of the choice.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    FloatArray: TypeAlias = npt.NDArray[np.float64]
    BoolArray: TypeAlias = npt.NDArray[np.bool_]
    IntArray: TypeAlias = npt.NDArray[np.int64]

Region: TypeAlias = Mapping[str, Collection[float]]
"""Parameter name -> unit interval ``(low, high)``, or allowed choice indices."""


@dataclass(frozen=True, eq=False)
class Space:
    """Columns of the search space; every array has the shape ``(n_params,)``.

    Attributes:
        distributions: Domain of each column, in column order.
        is_categorical: Whether the column holds choice indices.
        is_log: Whether the unit interval is logarithmic.
        is_grid: Whether the column is numeric and has levels.
        n_levels: Number of values of the column; 0 = continuous.
        low: Lower end of the unit interval in the parameter's own (or log) scale.
        width: Length of the unit interval in that scale.
        origin: Value of level 0 of a grid; 0 elsewhere.
        step: Distance of two levels of a grid; 1 elsewhere.
        lower: Lowest unit value that may be proposed.
        upper: Highest unit value that may be proposed.
        choices: Choice indices that may be proposed; empty for numeric columns.
    """

    distributions: dict[str, BaseDistribution]
    is_categorical: BoolArray
    is_log: BoolArray
    is_grid: BoolArray
    n_levels: IntArray
    low: FloatArray
    width: FloatArray
    origin: FloatArray
    step: FloatArray
    lower: FloatArray
    upper: FloatArray
    choices: tuple[IntArray, ...]

    @property
    def n_params(self) -> int:
        """Number of columns."""
        return len(self.distributions)


def make_space(
    distributions: Mapping[str, BaseDistribution], region: Region | None = None
) -> Space:
    """The columns of ``distributions``, confined to ``region``.

    Args:
        distributions: Parameter name -> domain. None of them may be ``single()``.
        region: Parameter name -> unit interval ``(low, high)``, or the allowed choice indices of a
            categorical parameter. Parameters that are not named keep their whole domain. Of a
            grid, the levels whose middle is inside are allowed, or the nearest one if none is.

    Raises:
        ValueError: If the region names an unknown parameter, or leaves one without any value.
    """
    region = region or {}
    unknown = sorted(region.keys() - distributions.keys())
    if unknown:
        raise ValueError(
            f"The region names {unknown}, which the search space {sorted(distributions)} lacks: "
            "remove them from the region."
        )
    columns = [_column(d) for d in distributions.values()]
    n_levels, low, high, is_log, origin, step = (np.array(c) for c in zip(*columns, strict=True))
    is_categorical = np.array(
        [isinstance(d, CategoricalDistribution) for d in distributions.values()]
    )
    space = Space(
        distributions=dict(distributions),
        is_categorical=is_categorical,
        is_log=is_log,
        is_grid=(n_levels > 0) & ~is_categorical,
        n_levels=n_levels,
        low=low,
        width=high - low,
        origin=origin,
        step=step,
        lower=np.zeros(len(columns)),
        upper=np.ones(len(columns)),
        choices=tuple(
            np.arange(n if categorical else 0)
            for n, categorical in zip(n_levels, is_categorical, strict=True)
        ),
    )
    return _confined(space, region) if region else space


def to_rows(space: Space, internal: FloatArray) -> FloatArray:
    """Rows of internal values, shape ``(n_rows, n_params)``; NaN stays NaN."""
    unit = np.clip((_log(space, internal) - space.low) / space.width, 0.0, 1.0)
    return snap(space, np.where(space.is_categorical, internal, unit))


def snap(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with every column of a grid on its nearest level."""
    levels = np.clip(np.round(_to_levels(space, rows)), 0, np.maximum(space.n_levels - 1, 0))
    return np.where(space.is_grid, _from_levels(space, levels), rows)


def confine(space: Space, rows: FloatArray) -> FloatArray:
    """Nearest rows inside the bounds and on the grids; choices are left as they are."""
    # A bound of a grid is the edge of a cell: just inside of it, rounding stays in the cell.
    margin = np.where(space.is_grid, 1e-9 * (space.upper - space.lower), 0.0)
    inside = np.clip(rows, space.lower + margin, space.upper - margin)
    return snap(space, np.where(space.is_categorical, rows, inside))


def from_unit_cube(space: Space, points: FloatArray) -> FloatArray:
    """Rows inside the bounds for points of the unit cube, shape ``(n_rows, n_params)``."""
    rows = space.lower + points * (space.upper - space.lower)
    for j in np.flatnonzero(space.is_categorical):
        allowed = space.choices[j]
        rows[:, j] = allowed[(points[:, j] * len(allowed)).astype(int)]
    return confine(space, rows)


def to_internal(space: Space, row: FloatArray) -> dict[str, float]:
    """Internal values of the active parameters of one row."""
    values = _exp(space, space.low + row * space.width)
    grid = space.origin + space.step * np.round((values - space.origin) / space.step)
    values = np.where(space.is_grid, grid, values)
    values = np.where(space.is_categorical, row, values)
    return {
        name: _clip(distribution, float(value))
        for (name, distribution), value in zip(space.distributions.items(), values, strict=True)
        if not math.isnan(value)
    }


def to_unit_cube(space: Space, rows: FloatArray) -> FloatArray:
    """Rows with choice ``i`` of ``k`` at ``(i + 0.5) / k``, so that each column is on [0, 1]."""
    return np.where(space.is_categorical, (rows + 0.5) / np.maximum(space.n_levels, 1), rows)


def all_rows(space: Space, max_rows: int) -> FloatArray | None:
    """Every configuration inside the bounds; None where there are more than ``max_rows``."""
    if (space.n_levels == 0).any():
        return None
    inside = np.stack([space.lower, space.upper])
    first, last = np.round(_to_levels(space, confine(space, inside))).astype(int)
    counts = [
        len(choices) if categorical else int(b - a + 1)
        for choices, categorical, a, b in zip(
            space.choices, space.is_categorical, first, last, strict=True
        )
    ]
    if math.prod(counts) > max_rows:
        return None
    indices = np.indices(counts).reshape(space.n_params, -1).T
    rows = _from_levels(space, (first + indices).astype(float))
    for j in np.flatnonzero(space.is_categorical):
        rows[:, j] = space.choices[j][indices[:, j]]
    return rows


def _column(distribution: BaseDistribution) -> tuple[int, float, float, bool, float, float]:
    """Number of levels, ends of the unit interval, whether they are logs, origin and step."""
    if isinstance(distribution, CategoricalDistribution):
        return len(distribution.choices), 0.0, 1.0, False, 0.0, 1.0
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        raise TypeError(
            f"Unknown distribution {distribution!r}: "
            "use suggest_float, suggest_int or suggest_categorical."
        )
    low, high, step = float(distribution.low), float(distribution.high), distribution.step
    n_levels, origin = 0, 0.0
    if step is not None:
        n_levels, origin = round((high - low) / step) + 1, low
        low, high = low - step / 2, high + step / 2
    if distribution.log:
        low, high = math.log(low), math.log(high)
    return n_levels, low, high, distribution.log, origin, float(step or 1.0)


def _confined(space: Space, region: Region) -> Space:
    lower, upper, choices = space.lower.copy(), space.upper.copy(), list(space.choices)
    for j, name in enumerate(space.distributions):
        if name not in region:
            continue
        if space.is_categorical[j]:
            choices[j] = _allowed_choices(name, choices[j], region[name])
            continue
        low, high = region[name]
        if not 0.0 <= low <= high <= 1.0:
            raise ValueError(
                f"The region of {name!r} must be a unit interval, 0 <= low <= high <= 1: "
                f"found {(low, high)}."
            )
        lower[j], upper[j] = (
            _cells_inside(space, j, low, high) if space.is_grid[j] else (low, high)
        )
    return replace(space, lower=lower, upper=upper, choices=tuple(choices))


def _allowed_choices(name: str, indices: IntArray, asked: Collection[float]) -> IntArray:
    allowed = np.array([i for i in indices if i in asked], dtype=np.int64)
    if not len(allowed):
        raise ValueError(
            f"The region of {name!r} allows none of its choices, indices 0 to {len(indices) - 1}: "
            f"found {sorted(asked)}."
        )
    return allowed


def _cells_inside(space: Space, j: int, low: float, high: float) -> tuple[float, float]:
    """Outer edges of the cells whose middle is in ``[low, high]``, else of the nearest cell."""

    def through(convert: Callable[[Space, FloatArray], FloatArray], value: float) -> float:
        return float(convert(space, np.full(space.n_params, value))[j])

    last = float(space.n_levels[j] - 1)
    first_inside = max(0.0, math.ceil(through(_to_levels, low) - 1e-9))
    last_inside = min(last, math.floor(through(_to_levels, high) + 1e-9))
    if first_inside > last_inside:
        nearest = min(max(round(through(_to_levels, (low + high) / 2)), 0.0), last)
        first_inside = last_inside = nearest
    return through(_from_levels, first_inside - 0.5), through(_from_levels, last_inside + 0.5)


def _to_levels(space: Space, rows: FloatArray) -> FloatArray:
    return (_exp(space, space.low + rows * space.width) - space.origin) / space.step


def _from_levels(space: Space, levels: FloatArray) -> FloatArray:
    return (_log(space, space.origin + levels * space.step) - space.low) / space.width


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
        return float(min(max(value, distribution.low), distribution.high))
    return value
