"""Parts of a parameter's range: intervals of numbers, sets of choices, and regions of them.

All values are *internal* ones: the number itself, or the index of a choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from optuna_guide.domain.labels import label, span

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution


@dataclass(frozen=True)
class Intervals:
    """A part of a numeric range: disjoint closed intervals, ascending, in its own units."""

    intervals: tuple[tuple[float, float], ...]

    def contains(self, internal: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Flags of the values inside, with a rounding margin; NaN (inactive) is outside."""
        values = np.asarray(internal, dtype=np.float64)
        inside = np.zeros(values.shape, dtype=bool)
        for low, high in self.intervals:
            margin = 1e-9 * max(abs(low), abs(high), 1e-300)
            inside |= (values >= low - margin) & (values <= high + margin)
        return inside


@dataclass(frozen=True)
class Choices:
    """A part of a categorical range: indices into the declared choices, ascending."""

    indices: tuple[int, ...]

    def contains(self, internal: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Flags of the choice indices inside; NaN (inactive) is outside."""
        return np.isin(
            np.asarray(internal, dtype=np.float64), np.asarray(self.indices, dtype=np.float64)
        )


PromisingRange: TypeAlias = Intervals | Choices
Region: TypeAlias = "Mapping[str, PromisingRange]"


def describe(distribution: BaseDistribution, promising: PromisingRange) -> str:
    """A range as text, such as ``0.001 … 0.1`` or ``relu, tanh``."""
    if isinstance(promising, Choices):
        return ", ".join(label(distribution, i) for i in promising.indices)
    parts = [[label(distribution, end) for end in ends] for ends in promising.intervals]
    return " or ".join(span(low, high) for low, high in parts)
