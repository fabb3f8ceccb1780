"""A parameter on an axis from 0 to 1, as the figures draw it.

Log ranges are drawn logarithmically, and every level of an integer, stepped or categorical
parameter owns a cell. Positions are unit values of `optuna_guide.space`; labels are the
parameter's own values.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space
from optuna_guide.domain.ranges import Choices
from optuna_guide.figures.drawing import lettering
from optuna_guide.figures.drawing.theme import safe

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import ParamGuidance

MAX_CHOICES = 16  # that get a label each beside a vertical axis
MAX_LEVELS = 5  # that get a label each
MIN_BAND = 0.012  # a single value must still be seen


def bands(param: ParamGuidance, promising: PromisingRange) -> list[tuple[float, float]]:
    """Unit intervals that a range covers; neighbouring choices are joined."""
    if isinstance(promising, Choices):
        n = n_choices(param)
        cells = [(i / n, (i + 1) / n) for i in promising.indices]
        return _join(cells)
    distribution: Any = param.distribution
    half = (distribution.step or 0.0) / 2
    ends = [
        space.to_unit(distribution, [low - half, high + half]) for low, high in promising.intervals
    ]
    return [_visible(float(low), float(high)) for low, high in ends]


def ticks(param: ParamGuidance, room: float) -> list[tuple[float, str]]:
    """Positions and labels that fit side by side below an axis of ``room`` ens."""
    if isinstance(param.distribution, CategoricalDistribution):
        return _choice_ticks(param, room)
    marks = [
        (float(unit), safe(param.label(value)))
        for value in _landmarks(param)
        for unit in [space.to_unit(param.distribution, value)]
    ]
    return marks if _fit(marks, room) else [marks[0], marks[-1]]


def upright_ticks(param: ParamGuidance, room: float) -> list[tuple[float, str]]:
    """Positions and labels of at most ``room`` ens beside a vertical axis."""
    n = n_choices(param)
    if not n:
        return ticks(param, 60)
    if n > MAX_CHOICES:
        return [(0.5, f"{n} choices")]
    return [((i + 0.5) / n, safe(param.label(i), room)) for i in range(n)]


def density(param: ParamGuidance, max_cells: int = 32) -> tuple[FloatArray, FloatArray]:
    """Unit edges ``(n + 1,)`` and trials per unit width ``(n,)``, scaled to at most 1."""
    edges = space.to_unit(param.distribution, param.effect.edges)
    counts = np.asarray(param.effect.counts, dtype=np.float64)
    every = math.ceil(len(counts) / max_cells)
    starts = np.arange(0, len(counts), every)
    counts = np.add.reduceat(counts, starts)
    edges = np.append(edges[starts], edges[-1])
    if edges[-1] <= edges[0]:
        edges = np.linspace(0.0, 1.0, len(counts) + 1)
    per_width = counts / np.maximum(np.diff(edges), 1e-9)
    return edges, per_width / max(per_width.max(), 1e-300)


def staircase(edges: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Outline of a histogram: a closed polygon on the line ``y = 0``."""
    x = np.repeat(edges, 2)
    y = np.concatenate([[0.0], np.repeat(heights, 2), [0.0]])
    return x, y


def n_choices(param: ParamGuidance) -> int:
    """Number of choices; 0 for a numeric parameter."""
    distribution = param.distribution
    return len(distribution.choices) if isinstance(distribution, CategoricalDistribution) else 0


def _choice_ticks(param: ParamGuidance, room: float) -> list[tuple[float, str]]:
    n = n_choices(param)
    labels = [param.label(i) for i in range(n)] if n <= room / 4 else []
    each = max(room / n - 1, 3)
    longest = max(map(lettering.measure, labels), default=0)
    if not labels or (longest > each and each < 4):
        return [(0.5, f"{n} choices")]
    units = space.to_unit(param.distribution, range(n))
    return [(float(u), safe(t, each)) for u, t in zip(units, labels, strict=True)]


def _landmarks(param: ParamGuidance) -> list[float]:
    """Both ends, and all levels between them or a round number in the middle third."""
    d: Any = param.distribution
    n = space.n_levels(d)
    if n is not None and n <= MAX_LEVELS:
        return [d.low + k * (d.step or 0) for k in range(n)]
    middle = float(space.from_unit(d, 0.5))
    if d.log:
        candidates = [10.0 ** round(math.log10(middle)), float(f"{middle:.1g}"), middle]
    else:
        unit = 10.0 ** math.floor(math.log10(d.high / 2 - d.low / 2))
        candidates = [round(middle / unit) * unit, middle]
    snapped = space.snap(d, candidates)
    central = np.abs(space.to_unit(d, snapped) - 0.5) <= 1 / 6
    return [d.low, *snapped[central][:1].tolist(), d.high]


def _fit(marks: list[tuple[float, str]], room: float) -> bool:
    """Whether neighbouring labels leave a gap, even where the last ones are written inwards."""
    widths = [(unit, lettering.measure(label)) for unit, label in marks]
    return all(
        (b - a) * room > (first + second) / 2 + 2 + second / 2 * (b > 0.9)
        for (a, first), (b, second) in itertools.pairwise(widths)
    )


def _join(cells: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for low, high in cells:
        if joined and low - joined[-1][1] < 1e-9:
            joined[-1] = (joined[-1][0], high)
        else:
            joined.append((low, high))
    return joined


def _visible(low: float, high: float) -> tuple[float, float]:
    missing = max(MIN_BAND - (high - low), 0.0) / 2
    return max(low - missing, 0.0), min(high + missing, 1.0)
