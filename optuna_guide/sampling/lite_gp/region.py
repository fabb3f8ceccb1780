"""A space confined to a region: bounds that no proposal leaves."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from optuna_guide.sampling.lite_gp.rows import from_levels, to_levels

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray, Space

UnitRegion: TypeAlias = Mapping[str, Collection[float]]
"""Parameter name -> unit interval ``(low, high)``, or allowed choice indices."""


def confined(space: Space, region: UnitRegion) -> Space:
    """The space with the bounds of the region.

    Args:
        space: The columns.
        region: Parameter name -> unit interval ``(low, high)``, or the allowed choice indices of a
            categorical parameter. Parameters that are not named keep their whole domain. Of a
            grid, the levels whose middle is inside are allowed, or the nearest one if none is.

    Raises:
        ValueError: If the region names an unknown parameter, or leaves one without any value.
    """
    unknown = sorted(region.keys() - space.distributions.keys())
    if unknown:
        raise ValueError(
            f"The region names {unknown}, which the search space {sorted(space.distributions)} "
            "lacks: remove them from the region."
        )
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
    first_inside = max(0.0, math.ceil(through(to_levels, low) - 1e-9))
    last_inside = min(last, math.floor(through(to_levels, high) + 1e-9))
    if first_inside > last_inside:
        nearest = min(max(round(through(to_levels, (low + high) / 2)), 0.0), last)
        first_inside = last_inside = nearest
    return through(from_levels, first_inside - 0.5), through(from_levels, last_inside + 0.5)
