"""Ranges cut into few parts, so that trials can be counted in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals, describe

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray

N_PARTS = 4  # of a numeric range
_MAX_CHOICES = 16


@dataclass(frozen=True, eq=False)
class Parts:
    """One parameter of some trials, cut into parts.

    Attributes:
        name: The parameter.
        distribution: Its declared distribution.
        index: ``(n_trials,)`` part of each trial, from 0; -1 = inactive.
        ranges: What each part holds, internal values.
    """

    name: str
    distribution: BaseDistribution
    index: npt.NDArray[np.int64]
    ranges: tuple[PromisingRange, ...]

    def __len__(self) -> int:
        return len(self.ranges)

    def label(self, part: int) -> str:
        """A part as text, such as ``lr in 0.001 … 0.1``."""
        words = describe(self.distribution, self.ranges[part])
        return f"{self.name} {'in' if ' … ' in words or ', ' in words else '='} {words}"


def cut(
    name: str, distribution: BaseDistribution, column: FloatArray, n_parts: int = N_PARTS
) -> Parts:
    """Cut a range into parts of equal width, in its own scale; each choice is a part of its own.

    Args:
        name: The parameter.
        distribution: Its declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        n_parts: Parts of a numeric range. Of very many choices the rarer ones share the last part.
    """
    if isinstance(distribution, CategoricalDistribution):
        return _cut_choices(name, distribution, column)
    edges = spaces.cell_edges(distribution, n_parts)
    unit = spaces.to_unit(distribution, column)
    index = np.clip(np.searchsorted(edges, unit, side="right") - 1, 0, len(edges) - 2)
    middles = spaces.from_unit(distribution, np.column_stack([edges[:-1], edges[1:]]))
    if spaces.n_levels(distribution) is not None:
        middles = _levels_inside(distribution, edges)
    ranges = tuple(Intervals(((float(low), float(high)),)) for low, high in middles)
    return Parts(name, distribution, np.where(np.isnan(column), -1, index), ranges)


def _levels_inside(distribution: BaseDistribution, edges: FloatArray) -> FloatArray:
    """First and last level of each cell: just inside its edges."""
    inside = 1e-6 * np.diff(edges)
    low = spaces.from_unit(distribution, edges[:-1] + inside)
    high = spaces.from_unit(distribution, edges[1:] - inside)
    return np.column_stack([low, high])


def _cut_choices(name: str, distribution: CategoricalDistribution, column: FloatArray) -> Parts:
    n = len(distribution.choices)
    active = ~np.isnan(column)
    chosen = np.where(active, column, 0).astype(np.int64)
    counts = np.bincount(chosen[active], minlength=n)
    own = np.sort(np.argsort(-counts, kind="stable")[: _MAX_CHOICES if n > _MAX_CHOICES else n])
    place = np.full(n, len(own))
    place[own] = np.arange(len(own))
    rest = np.setdiff1d(np.arange(n), own)
    ranges = [Choices((int(i),)) for i in own]
    if len(rest):
        ranges.append(Choices(tuple(rest.tolist())))
    return Parts(name, distribution, np.where(active, place[chosen], -1), tuple(ranges))
