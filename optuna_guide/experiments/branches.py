"""Configurations whose conditional parameters fit their parents, and layers that repeat."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna.distributions import IntDistribution

from optuna_guide.domain.ranges import Intervals

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import Distributions
    from optuna_guide.experiments.values import Params

    Where = Mapping[str, Region]

_PLACE = re.compile(r"\d+")


@dataclass(frozen=True)
class Layers:
    """Parameters that come once for each layer, as far as an integer says.

    Attributes:
        count: The integer.
        first: Its value at which the first layer is there.
        names: ``(n_layers, n_params)`` parameters of each layer, in the order of the layers.
    """

    count: str
    first: int
    names: tuple[tuple[str, ...], ...]

    def n_active(self, params: Mapping[str, float]) -> int:
        """How many layers a configuration has."""
        return round(params[self.count]) - self.first + 1

    def without(self, params: Params, layer: int) -> Params:
        """One layer less; those behind it move up."""
        n = self.n_active(params)
        moved = {**params, self.count: params[self.count] - 1}
        for k in range(layer, n - 1):
            self._move(params, moved, k + 1, k)
        return {name: v for name, v in moved.items() if name not in self.names[n - 1]}

    def with_copy(self, params: Params, layer: int, at: int) -> Params:
        """One layer more, a copy of another one; those from its place on move down."""
        moved = {**params, self.count: params[self.count] + 1}
        for k in range(at, self.n_active(params)):
            self._move(params, moved, k, k + 1)
        self._move(params, moved, layer, at)
        return moved

    def _move(self, params: Params, moved: Params, here: int, there: int) -> None:
        for old, new in zip(self.names[here], self.names[there], strict=True):
            moved.pop(new, None)
            if old in params:
                moved[new] = params[old]


def is_active(name: str, params: Mapping[str, float], where: Where) -> bool:
    """Whether the objective asks for a parameter, as far as the trials tell."""
    return all(
        parent in params and bool(part.contains(params[parent]))
        for parent, part in where.get(name, {}).items()
    )


def settle(
    params: Mapping[str, float], where: Where, fill: Callable[[str], float | None]
) -> Params:
    """The configuration without parameters of branches not taken, and with those of the taken.

    Args:
        params: Internal values.
        where: Conditional parameter to the part of its parent in which it is active.
        fill: Value of a parameter that becomes active; None where there is none to give.
    """
    settled = dict(params)
    for _ in range(len(where) + 1):  # a branch may lie within another one
        before = dict(settled)
        for name in where:
            active = is_active(name, settled, where)
            if name in settled and not active:
                del settled[name]
            elif name not in settled and active and (value := fill(name)) is not None:
                settled[name] = value
        if settled == before:
            break
    return settled


def find_layers(space: Distributions, where: Where) -> tuple[Layers, ...]:
    """Families such as ``n_layers`` with ``layer0_units``, ``layer1_units``, ...

    Names that differ by one number are of one family where their distributions are equal and an
    integer brings them one by one; the first may always be there.
    """
    families: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for name, distribution in space.items():
        for place in _PLACE.finditer(name):
            template = f"{name[: place.start()]}#{name[place.end() :]}"
            families[template, repr(distribution)][int(place.group())] = name
    by_count: defaultdict[tuple[str, int, int], list[tuple[str, ...]]] = defaultdict(list)
    for members in families.values():
        found = _counted(members, space, where)
        if found is not None:
            count, first, names = found
            by_count[count, first, len(names)].append(names)
    return tuple(
        Layers(count, first, tuple(zip(*columns, strict=True)))
        for (count, first, _), columns in by_count.items()
    )


def _counted(
    members: Mapping[int, str], space: Distributions, where: Where
) -> tuple[str, int, tuple[str, ...]] | None:
    """The integer that counts the members, where it does, and from where on they are there."""
    places = sorted(members)
    if len(places) < 2 or places != list(range(places[0], places[-1] + 1)):
        return None
    names = tuple(members[k] for k in places)
    starts = [_starts(where.get(name, {}), space) for name in names]
    last = starts[-1]
    if last is None:
        return None
    count, at = last
    first = at - len(names) + 1
    expected = [(count, first + k) for k in range(len(names))]
    low = getattr(space[count], "low", None)
    if starts[0] is None and first == low and not where.get(names[0]):
        starts[0] = expected[0]
    return (count, first, names) if starts == expected else None


def _starts(condition: Region, space: Distributions) -> tuple[str, int] | None:
    """``n_layers >= 2`` as name and number."""
    if len(condition) != 1:
        return None
    ((count, part),) = condition.items()
    distribution = space.get(count)
    if not isinstance(part, Intervals) or not isinstance(distribution, IntDistribution):
        return None
    low, high = part.intervals[0]
    is_open = high == distribution.high and distribution.step == 1
    return (count, round(low)) if is_open else None
