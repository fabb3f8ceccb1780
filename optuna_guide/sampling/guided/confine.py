"""One parameter of one trial, kept inside its part of a range.

A region is fixed in the values of the declared range, but the range that the objective suggests
*now* may have moved: everything here is worked out against the current distribution.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray, NumericDistribution


@dataclass(frozen=True)
class Confined:
    """What a parameter may be in a trial.

    Attributes:
        declared: Distribution that the objective suggests.
        narrowed: The same between narrower bounds; for choices the declared one, because Optuna
            takes no subset of them.
        allowed: Indices of the allowed choices; None for numbers.
    """

    declared: BaseDistribution
    narrowed: BaseDistribution
    allowed: tuple[int, ...] | None = None

    @property
    def is_fixed(self) -> bool:
        """Whether one value is left."""
        if self.allowed is not None:
            return len(self.allowed) == 1
        return self.narrowed.single()

    def holds(self, value: Any) -> bool:
        """Whether a value as told to Optuna is inside."""
        internal = self.declared.to_internal_repr(value)
        if self.allowed is not None:
            return int(internal) in self.allowed
        return bool(self.interval.contains(internal))

    @property
    def interval(self) -> Intervals:
        """Bounds of the narrowed numeric distribution."""
        d: Any = self.narrowed
        return Intervals(((float(d.low), float(d.high)),))

    def draw(self, rng: np.random.Generator) -> Any:
        """A uniform value inside, as told to Optuna."""
        if self.allowed is not None:
            return self.declared.to_external_repr(float(rng.choice(self.allowed)))
        return self._external(spaces.from_unit(self.narrowed, rng.random()))

    def scale(self, value: Any, rng: np.random.Generator) -> Any:
        """Move a value of the declared range to the same place of the narrowed one."""
        if self.allowed is not None:
            return value if self.holds(value) else self.draw(rng)
        place = spaces.to_unit(self.declared, self.declared.to_internal_repr(value))
        return self._external(spaces.from_unit(self.narrowed, place))

    def _external(self, internal: FloatArray) -> Any:
        return self.narrowed.to_external_repr(float(internal))


def confine(
    distribution: BaseDistribution, part: PromisingRange | None, rng: np.random.Generator
) -> Confined | None:
    """Confine a parameter to part of its range; None where that changes nothing or is impossible.

    Of several intervals, each trial gets one, drawn by its width on the unit scale.
    """
    if part is None or distribution.single():
        return None
    if isinstance(distribution, CategoricalDistribution):
        return _confine_choices(distribution, part)
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        return None
    if not isinstance(part, Intervals):
        return None
    pieces = [n for low, high in part.intervals if (n := _piece(distribution, low, high))]
    if not pieces:
        return None
    if len(pieces) == 1:
        return None if pieces[0] == distribution else Confined(distribution, pieces[0])
    widths = np.array([_unit_width(distribution, piece) for piece in pieces])
    return Confined(distribution, pieces[rng.choice(len(pieces), p=widths / widths.sum())])


def misses(distribution: BaseDistribution, part: PromisingRange) -> bool:
    """Whether nothing of the current range is inside."""
    if isinstance(distribution, CategoricalDistribution):
        n = len(distribution.choices)
        return not (isinstance(part, Choices) and any(i < n for i in part.indices))
    d: Any = distribution
    if not isinstance(part, Intervals):
        return True
    return all(high < d.low or low > d.high for low, high in part.intervals)


def _confine_choices(
    distribution: CategoricalDistribution, part: PromisingRange
) -> Confined | None:
    if not isinstance(part, Choices):
        return None
    n = len(distribution.choices)
    allowed = tuple(i for i in part.indices if i < n)
    return Confined(distribution, distribution, allowed) if 0 < len(allowed) < n else None


def _piece(
    distribution: NumericDistribution, low: float, high: float
) -> NumericDistribution | None:
    if high < distribution.low or low > distribution.high:
        return None
    return spaces.narrow(distribution, low, high)


def _unit_width(distribution: BaseDistribution, piece: NumericDistribution) -> float:
    low, high = spaces.to_unit(distribution, np.array([piece.low, piece.high], dtype=np.float64))
    n = spaces.n_levels(distribution)
    return float(high - low) + (1.0 / n if n else 1e-9)
