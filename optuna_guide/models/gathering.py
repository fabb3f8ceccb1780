"""Where the best trials lie, counted: what a person sees where nothing can be tested."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.domain.labels import label, span
from optuna_guide.domain.ties import are_as_good
from optuna_guide.domain.wording import one_line
from optuna_guide.models.ranges import top_of

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

MOST = 0.75  # of the top tenth, that has to lie together
MIN_BEST = 5
CLEAR = 0.01  # chance of so many by luck, over all places where they could lie together
WIDEST = 0.5  # of the axis


def where_the_best_lie(
    distribution: BaseDistribution, column: FloatArray, loss: FloatArray
) -> str:
    """Where most of the top tenth lies, such as ``15 of the best 17 configurations have 512``.

    Empty where they lie apart, or may do so by luck, and where the very best lies elsewhere.

    Args:
        distribution: Declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        loss: ``(n_trials,)`` lower is better.
    """
    from scipy.stats import hypergeom

    active, top = ~np.isnan(column), top_of(column, loss)
    best, values = np.sort(column[top & active]), column[active]
    n, tried = len(best), np.unique(values)
    if n < MIN_BEST or n == len(values):
        return ""
    leaders = column[active][are_as_good(loss[active], loss[active].min())]
    is_option = isinstance(distribution, CategoricalDistribution) or len(tried) <= FEW
    places = [(v, v) for v in tried.tolist()] if is_option else _places(distribution, best)
    found = []
    for low, high in places:
        inside, among = (int(((v >= low) & (v <= high)).sum()) for v in (best, values))
        width = float(np.ptp(spaces.to_unit(distribution, [low, high])))
        holds_leaders = bool(((leaders >= low) & (leaders <= high)).all())
        if holds_leaders and inside >= MOST * n and width <= WIDEST:
            found.append((hypergeom.sf(inside - 1, len(values), among, n), low, high, inside))
    chance, low, high, inside = min(found, default=(1.0, 0.0, 0.0, 0))
    if chance * len(tried) > CLEAR:
        return ""
    verb = "have" if is_option else "lie in"
    where = one_line(span(label(distribution, low), label(distribution, high)))
    return f"{inside} of the best {n} configurations {verb} {where}"


def _places(distribution: BaseDistribution, best: FloatArray) -> list[tuple[float, float]]:
    """For each number of ascending values that are most of them, the ends of the nearest ones."""
    unit, n = spaces.to_unit(distribution, best), len(best)
    found = []
    for k in range(math.ceil(MOST * n) - 1, n):
        start = int(np.argmin(unit[k:] - unit[: n - k]))
        found.append((float(best[start]), float(best[start + k])))
    return found
