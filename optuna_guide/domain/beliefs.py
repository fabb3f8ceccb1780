"""Beliefs: where a person expects the best value of a parameter, before the trials tell.

A belief is a part of the range, and how far beyond it the best value may still lie. Its density on
the unit interval is flat inside, falls off like a normal one outside, and is nowhere less than a
small share of the largest: a belief that is wrong delays the search and cannot end it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.parsing import parse_region
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange, describe
from optuna_guide.domain.region import allows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

SPREAD = 0.1
"""Standard deviation of a belief beyond its part, as a share of the declared range."""
_FLOOR = 0.15  # of the density, by its largest value
_LOG_OUTSIDE = float(np.log(0.1))  # of a choice outside
_REACH = 2.0  # spreads beyond the part that still count as what is believed
_N_CELLS = 512


@dataclass(frozen=True)
class Near:
    """A value, and how far from it the best one may lie; see `near`."""

    value: Any
    spread: float = SPREAD


@dataclass(frozen=True)
class Belief:
    """Where the best value of one parameter is believed to be.

    Attributes:
        part: The part of its range, internal values.
        spread: Standard deviation beyond it, on the unit scale of the declared range.
    """

    part: Intervals | Choices
    spread: float = SPREAD


def near(value: Any, spread: float = SPREAD) -> Near:
    """The belief that the best value is close to this one.

    Args:
        value: A number, or a choice.
        spread: Standard deviation of the belief, as a share of the declared range (of its
            logarithm, where that is what is searched). Two spreads hold nearly all of it.

    Raises:
        ValueError: If the spread is not positive.
    """
    if not 0.0 < spread < math.inf:
        raise ValueError(f"spread is a share of the range, above 0, not {spread!r}.")
    return Near(value, float(spread))


def parse_beliefs(
    wanted: Mapping[str, Any], space: Mapping[str, BaseDistribution]
) -> dict[str, Belief]:
    """A person's beliefs, by parameter.

    Args:
        wanted: Parameter to `near`, to a range ``(low, high)`` or several, or to a set of choices.
        space: Declared distributions of all parameters that the study has seen.

    Raises:
        ValueError: If a parameter or a choice does not exist, or a value or range is outside the
            declared one.
    """
    parts = {n: w.value if isinstance(w, Near) else w for n, w in wanted.items()}
    for name, value in parts.items():
        numeric = name in space and not isinstance(space[name], CategoricalDistribution)
        if numeric and isinstance(value, int | float) and not math.isnan(value):
            d: Any = space[name]
            if not d.low <= value <= d.high:
                raise ValueError(
                    f"{value!r} of {name!r} lies outside the declared range [{d.low}, {d.high}]: "
                    "the best value cannot be there."
                )
            parts[name] = float(spaces.snap(d, value))  # on a grid, the nearest level
    region = parse_region(parts, space)
    return {
        name: Belief(part, w.spread if isinstance(w := wanted[name], Near) else SPREAD)
        for name, part in region.items()
    }


def log_fall_off(
    part: PromisingRange, distribution: BaseDistribution, unit: FloatArray, spread: float = SPREAD
) -> FloatArray:
    """Logarithm of what is 1 inside, and falls off outside; same shape, NaN stays NaN."""
    if isinstance(part, Choices):
        allowed = allows(part, spaces.from_unit(distribution, unit))
        return np.where(allowed, 0.0, _LOG_OUTSIDE)
    ends = spaces.to_unit(distribution, np.array(part.intervals))
    beyond = np.maximum(ends[:, :1] - unit, unit - ends[:, 1:]).min(axis=0)
    tail: FloatArray = -0.5 * (np.maximum(beyond, 0.0) / spread) ** 2
    return tail


def log_density(belief: Belief, distribution: BaseDistribution, unit: FloatArray) -> FloatArray:
    """Logarithm of the density by its largest value, shape of ``unit``; 0 where inactive."""
    tail = log_fall_off(belief.part, distribution, unit, belief.spread)
    if isinstance(belief.part, Intervals):
        tail = np.log(_FLOOR + (1.0 - _FLOOR) * np.exp(tail))
    return np.where(np.isnan(tail), 0.0, tail)


def quantile(belief: Belief, distribution: BaseDistribution, share: FloatArray) -> FloatArray:
    """Unit values below which these shares of the belief lie, 0 to 1; same shape."""
    n = spaces.n_levels(distribution) or _N_CELLS
    n = min(n, _N_CELLS)
    density = np.exp(log_density(belief, distribution, (np.arange(n) + 0.5) / n))
    below = np.append(0.0, np.cumsum(density)) / density.sum()
    values: FloatArray = np.interp(share, below, np.arange(n + 1) / n)
    return values


def value_of(belief: Belief, distribution: BaseDistribution, share: float | None = None) -> Any:
    """The value, as told to Optuna, below which a share of the belief lies.

    Where no share is given, the one that is believed in most: the middle of the first part.
    """
    if share is not None:
        unit = quantile(belief, distribution, np.array([share]))[0]
        internal = float(spaces.from_unit(distribution, unit))
    elif isinstance(belief.part, Choices):
        internal = float(belief.part.indices[0])
    else:
        ends = spaces.to_unit(distribution, np.array(belief.part.intervals[0]))
        internal = float(spaces.from_unit(distribution, ends.mean()))
    return distribution.to_external_repr(internal)


def holds(
    belief: Belief, distribution: BaseDistribution, unit: FloatArray
) -> npt.NDArray[np.bool_]:
    """Whether each unit value is one that the belief speaks of: within two spreads."""
    if isinstance(belief.part, Choices):
        return belief.part.contains(spaces.from_unit(distribution, unit))
    tail = log_fall_off(belief.part, distribution, unit, belief.spread)
    held: npt.NDArray[np.bool_] = tail >= -0.5 * _REACH**2
    return held


def describe_belief(belief: Belief, distribution: BaseDistribution) -> str:
    """A belief as text, such as ``near 0.003``, ``0.001 … 0.1`` or ``adam, sgd``."""
    text = describe(distribution, belief.part)
    part = belief.part
    is_point = isinstance(part, Intervals) and all(low == high for low, high in part.intervals)
    return f"near {text}" if is_point else text
