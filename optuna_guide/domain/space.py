"""Declared distributions on the unit interval: log, step, int and choices end here.

The *internal* value of a parameter is a float: the number itself, or the index of a choice. The
*unit* value is that number on ``[0, 1]``, placed so that the uniform measure there is the one a
search space means: logarithmic where the distribution is logarithmic, and every level of a
stepped, integer or categorical parameter owns a cell of its own (a level sits at the middle of
its cell). ``NaN`` means that the parameter was inactive, and stays ``NaN``.
"""

from __future__ import annotations

import functools
import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import numpy.typing as npt

    FloatArray: TypeAlias = npt.NDArray[np.float64]
    IntArray: TypeAlias = npt.NDArray[np.int64]
    Distributions: TypeAlias = Mapping[str, BaseDistribution]  # of parameters, by name

NumericDistribution: TypeAlias = FloatDistribution | IntDistribution


def n_levels(distribution: BaseDistribution) -> int | None:
    """Number of values that the parameter can take, or None where it is continuous."""
    if isinstance(distribution, CategoricalDistribution):
        return len(distribution.choices)
    low, high, step = grid(distribution)
    if high <= low:
        return 1
    return None if step is None else round((high - low) / step) + 1


def grid(distribution: BaseDistribution) -> tuple[float, float, float | None]:
    """Bounds and step of a number; None = no step.

    Raises:
        TypeError: If it is no number of Optuna's.
    """
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        raise TypeError(
            f"Unknown distribution {distribution!r}: "
            "use suggest_float, suggest_int or suggest_categorical."
        )
    step = distribution.step
    return float(distribution.low), float(distribution.high), None if step is None else float(step)


def to_unit(distribution: BaseDistribution, internal: npt.ArrayLike) -> FloatArray:
    """Unit values of internal values, clipped to ``[0, 1]``; same shape, NaN stays NaN."""
    values = np.asarray(internal, dtype=np.float64)
    if isinstance(distribution, CategoricalDistribution):
        return (values + 0.5) / len(distribution.choices)
    low, high, log = _cell_bounds(distribution)
    if high <= low:
        return np.where(np.isnan(values), np.nan, 0.5)
    if log:
        values = np.log(np.maximum(values, np.finfo(np.float64).tiny))
    return np.clip((values - low) / (high - low), 0.0, 1.0)


def unit_columns(space: Mapping[str, BaseDistribution], internal: FloatArray) -> FloatArray:
    """``(n, n_params)`` unit values of internal values, column by column."""
    columns = [to_unit(d, internal[:, j]) for j, d in enumerate(space.values())]
    return np.column_stack(columns) if columns else np.empty((len(internal), 0))


def from_unit(distribution: BaseDistribution, unit: npt.ArrayLike) -> FloatArray:
    """Internal values of unit values, snapped to a legal level; same shape, NaN stays NaN."""
    if isinstance(distribution, CategoricalDistribution):
        n = len(distribution.choices)
        return np.clip(np.floor(np.asarray(unit, dtype=np.float64) * n), 0, n - 1)
    return snap(distribution, place(distribution, unit))


def place(distribution: BaseDistribution, unit: npt.ArrayLike) -> FloatArray:
    """Unit values on the internal axis without snapping, where cell edges lie between levels."""
    values = np.asarray(unit, dtype=np.float64)
    if isinstance(distribution, CategoricalDistribution):
        return values * len(distribution.choices) - 0.5
    low, high, log = _cell_bounds(distribution)
    values = low + values * (high - low)
    return np.exp(values) if log else values


def snap(distribution: BaseDistribution, internal: npt.ArrayLike) -> FloatArray:
    """Nearest legal internal values; same shape, NaN stays NaN."""
    values = np.asarray(internal, dtype=np.float64)
    if isinstance(distribution, CategoricalDistribution):
        return np.clip(np.round(values), 0, len(distribution.choices) - 1)
    low, high, step = grid(distribution)
    if step is not None:
        level, last = np.round((values - low) / step), round((high - low) / step)
        values = np.where(level >= last, high, low + step * level)  # the sum may miss the bound
    return np.clip(values, low, high)


def narrow(distribution: NumericDistribution, low: float, high: float) -> NumericDistribution:
    """The same distribution between ``low`` and ``high``, kept on its grid and inside its bounds.

    The interval is widened outwards to whole steps. Where it misses the declared range altogether,
    the distribution is returned as it is.
    """
    declared_low, declared_high, step = grid(distribution)
    if high < declared_low or low > declared_high or not low <= high:
        return distribution
    if step is None:
        low, high = max(low, declared_low), min(high, declared_high)
        return FloatDistribution(low, high, log=distribution.log)
    first = max(math.floor((low - declared_low) / step + 1e-9), 0)
    last = math.ceil((high - declared_low) / step - 1e-9)
    if isinstance(distribution, IntDistribution):
        low = distribution.low + distribution.step * first
        high = min(distribution.low + distribution.step * last, distribution.high)
        return IntDistribution(min(low, high), high, log=distribution.log, step=distribution.step)
    # Optuna checks the grid in decimals, where 0.1 + 2 * 0.1 is 0.3
    start, width = Decimal(str(declared_low)), Decimal(str(step))
    low, high = float(start + first * width), min(float(start + last * width), declared_high)
    return FloatDistribution(min(low, high), high, step=step)


def widest(distributions: Iterable[BaseDistribution]) -> BaseDistribution:
    """One distribution that holds what all the given ones hold, the newest last.

    Each of them decides whether what came before it and itself are logarithmic; what holds the
    first ones and then the others is what holds all.

    Raises:
        ValueError: If a numeric and a categorical distribution are mixed, or nothing is given.
    """
    seen = list(distributions)
    if not seen:
        raise ValueError("No distribution was given: pass at least one.")
    return functools.reduce(_union, seen)


def translate(internal: FloatArray, own: BaseDistribution, wide: BaseDistribution) -> FloatArray:
    """Internal values of a distribution as those of another one that holds them all.

    Args:
        internal: ``(n,)`` values; NaN = inactive.
        own: What they are of.
        wide: See `widest`.

    Raises:
        ValueError: If it holds no choices, and ``own`` does.
    """
    if own == wide or not isinstance(own, CategoricalDistribution):
        return internal
    if not isinstance(wide, CategoricalDistribution):
        raise ValueError(f"Choices are no values of {wide}: pass what `widest` gives.")
    index = np.array([choice_index(wide, choice) for choice in own.choices], np.float64)
    known = ~np.isnan(internal)
    out = np.full(len(internal), np.nan)
    out[known] = index[internal[known].astype(np.int64)]
    return out


def choice_index(distribution: CategoricalDistribution, value: object) -> int:
    """Index of a choice; ``True``, ``1`` and ``1.0`` are different choices.

    Raises:
        ValueError: If the value is not one of the choices.
    """
    for index, choice in enumerate(distribution.choices):
        if type(choice) is type(value) and repr(choice) == repr(value):
            return index
    return int(distribution.to_internal_repr(value))  # type: ignore[arg-type]


def with_choices(choices: Iterable[Any]) -> CategoricalDistribution:
    """A distribution over choices that were declared before, without warning about them again."""
    distribution = CategoricalDistribution((None,))
    distribution.choices = tuple(choices)
    return distribution


def _union(older: BaseDistribution, newer: BaseDistribution) -> BaseDistribution:
    """What holds both; on one grid if they lie on one, logarithmic if the newer is and can be."""
    if isinstance(older, CategoricalDistribution) and isinstance(newer, CategoricalDistribution):
        both = (*older.choices, *newer.choices)
        return with_choices({(type(c), repr(c)): c for c in both}.values())
    numeric = FloatDistribution | IntDistribution
    if not isinstance(older, numeric) or not isinstance(newer, numeric):
        raise ValueError("A numeric and a categorical distribution have no common range.")
    low, high = min(older.low, newer.low), max(older.high, newer.high)
    log, apart = newer.log and low > 0, abs(newer.low - older.low)
    if isinstance(older, IntDistribution) and isinstance(newer, IntDistribution):
        step = 1 if log else math.gcd(older.step, newer.step, int(apart))
        return IntDistribution(int(low), int(high), log=log, step=step)
    same_grid = newer.step is not None and newer.step == older.step and _whole(apart / newer.step)
    return FloatDistribution(low, high, log=log, step=newer.step if same_grid else None)


def _cell_bounds(distribution: BaseDistribution) -> tuple[float, float, bool]:
    """Bounds of the cells of all levels, in log space where the distribution is logarithmic."""
    low, high, step = grid(distribution)
    log = bool(getattr(distribution, "log", False))
    if step is not None and high > low:
        low, high = low - step / 2, high + step / 2
    return (math.log(low), math.log(high), True) if log else (low, high, False)


def _whole(number: float) -> bool:
    return abs(number - round(number)) < 1e-8
