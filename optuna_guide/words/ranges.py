"""Promising ranges as something to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.labels import span
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.wording import columns, cut, one_line
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.guidance import Guidance, ParamGuidance

WIDTH = 40  # columns
WIDE = 0.5  # of the axis: a range from which on it is told where in it the best lie
NEAR = 0.5  # of a wide range: what the best trials may take of it to be told as a place
_NUMBERS = {2: "two", 3: "three"}


def to_try(guidance: Guidance, param: ParamGuidance) -> str:
    """A promising range in few words; of a wide one also where the best lie.

    Such as ``0.03 … 0.09``, or ``0.001 … 0.1 (the best three trials: 0.05 … 0.07)``.
    """
    part = param.promising
    said = _few_choices(param, part) or cut(phrases.promising(param), WIDTH)
    if not isinstance(part, Intervals) or len(part.intervals) > 1:
        return said
    low, high = part.intervals[0]
    whole = _width(param, low, high)
    if whole <= WIDE or guidance.n_best > len(guidance.best):
        return said
    best = [t.params[param.name] for t in phrases.leaders(guidance) if param.name in t.params]
    if len(best) < 2 or _width(param, min(best), max(best)) > NEAR * whole:
        return said
    where = span(param.label(min(best)), param.label(max(best)))
    return f"{said} (the best {_NUMBERS.get(len(best), len(best))} trials: {where})"


def _few_choices(param: ParamGuidance, part: PromisingRange | None) -> str:
    """The first choices, and how many more; empty where all of them fit, or it is a number."""
    if not isinstance(part, Choices):
        return ""
    names = [one_line(param.label(k)) for k in part.indices]
    if columns(", ".join(names)) <= WIDTH:
        return ""
    room, shown = WIDTH - len(" and 99 more"), [cut(names[0], WIDTH // 2)]
    for name in names[1:]:
        if columns(", ".join([*shown, name])) > room:
            break
        shown.append(name)
    n = len(names) - len(shown)
    return f"{', '.join(shown)} and {n} more" if n else shown[0]


def _width(param: ParamGuidance, low: float, high: float) -> float:
    """How much of its axis lies between two values of a number."""
    return float(np.ptp(spaces.to_unit(param.distribution, [low, high])))
