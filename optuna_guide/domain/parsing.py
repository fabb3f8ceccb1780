"""Regions as a person writes them: checked, and brought to what the parameters allow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
)

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange, Region


def as_names(given: str | Iterable[str]) -> tuple[str, ...]:
    """The names of a list; one that stands alone is one name, not its letters."""
    return (given,) if isinstance(given, str) else tuple(given)


def parse_region(wanted: Mapping[str, Any], space: Mapping[str, BaseDistribution]) -> Region:
    """A person's ranges as a region.

    Args:
        wanted: Parameter to ``(low, high)``, to a list of such pairs, to a set or list of choices,
            or to one value that freezes it. Either end of a pair may be None: the declared bound.
        space: Declared distributions of all parameters that the study has seen.

    Raises:
        ValueError: If a parameter or a choice does not exist, or bounds are NaN, reversed, or
            outside the declared range.
    """
    if not isinstance(wanted, Mapping) or not wanted:
        raise ValueError(
            f"A region maps parameters to ranges, such as {{'lr': (1e-4, 1e-2)}}; got {wanted!r}."
        )
    region: dict[str, PromisingRange] = {}
    for name, part in wanted.items():
        if name not in space:
            known = ", ".join(sorted(space)) or "none: run a trial first"
            raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
        distribution = space[name]
        if isinstance(distribution, CategoricalDistribution):
            region[name] = _parse_choices(name, part, distribution)
        else:
            region[name] = _parse_intervals(name, part, distribution)
    return region


def _parse_choices(name: str, part: Any, distribution: CategoricalDistribution) -> Choices:
    if isinstance(part, Choices):
        wanted: Iterable[Any] = [distribution.choices[i] for i in part.indices]
    elif _is_choice(distribution, part) or not isinstance(part, set | frozenset | list | tuple):
        wanted = [part]
    else:
        wanted = part
    indices = set()
    for value in wanted:
        if not _is_choice(distribution, value):
            raise ValueError(
                f"{value!r} is no choice of {name!r}; "
                f"it has {', '.join(repr(c) for c in distribution.choices)}."
            )
        indices.add(spaces.choice_index(distribution, value))
    if not indices:
        raise ValueError(f"No choice of {name!r} is left: name at least one.")
    return Choices(tuple(sorted(indices)))


def _is_choice(distribution: CategoricalDistribution, value: Any) -> bool:
    try:
        spaces.choice_index(distribution, value)
    except ValueError:
        return False
    return True


def _parse_intervals(name: str, part: Any, distribution: BaseDistribution) -> Intervals:
    if isinstance(part, Intervals):
        pairs: Sequence[Any] = part.intervals
    elif _is_number(part):
        pairs = [(part, part)]
    elif isinstance(part, Sequence) and not isinstance(part, str) and len(part) == 2:
        pairs = [part] if all(v is None or _is_number(v) for v in part) else part
    else:
        pairs = part if isinstance(part, Sequence) and not isinstance(part, str) else [part]
    if not pairs:
        raise ValueError(f"The range of {name!r} is empty: give it as (low, high).")
    return Intervals(_merged(sorted(_parse_pair(name, pair, distribution) for pair in pairs)))


def _parse_pair(name: str, pair: Any, distribution: BaseDistribution) -> tuple[float, float]:
    d: Any = distribution
    numbers = isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2
    if not numbers or not all(v is None or _is_number(v) for v in pair):
        raise ValueError(f"{pair!r} is no range of {name!r}: give it as (low, high), two numbers.")
    low, high = (d.low if pair[0] is None else pair[0]), (d.high if pair[1] is None else pair[1])
    if math.isnan(low) or math.isnan(high):
        raise ValueError(f"The range {pair!r} of {name!r} contains NaN.")
    if low > high:
        raise ValueError(f"The range {pair!r} of {name!r} is reversed: give it as (low, high).")
    if high < d.low or low > d.high:
        raise ValueError(
            f"The range {pair!r} of {name!r} lies outside the declared range "
            f"[{d.low}, {d.high}]. Only the objective can widen that one."
        )
    legal = spaces.snap(distribution, np.array([low, high]))
    step = d.step or 0.0
    first, last = float(legal[0]), float(legal[1])
    first += step if first < low - 1e-9 * max(abs(low), step) and first + step <= d.high else 0.0
    last -= step if last > high + 1e-9 * max(abs(high), step) and last - step >= d.low else 0.0
    if first > last:
        raise ValueError(f"The range {pair!r} of {name!r} holds no value: its step is {d.step}.")
    return first, last


def _merged(pairs: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    out = pairs[:1]
    for low, high in pairs[1:]:
        if low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
