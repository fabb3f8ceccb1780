"""Where the best trials lie, counted: what a person sees where nothing can be tested."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import FEW
from optuna_guide.domain.labels import label, span
from optuna_guide.domain.wording import one_line

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

MOST = 0.75  # of the top tenth, that has to lie together
MIN_BEST = 5
CLEAR = 0.01  # chance of so many by luck, over all places where they could lie together
WIDEST = 0.5  # of the axis


def where_the_best_lie(
    distribution: BaseDistribution, column: FloatArray, top: npt.NDArray[np.bool_]
) -> str:
    """Where most of the top tenth lies, such as ``15 of the top 17 trials have 512``.

    Empty where they lie apart, or may do so by luck.

    Args:
        distribution: Declared distribution.
        column: ``(n_trials,)`` internal values; NaN = inactive.
        top: ``(n_trials,)`` flags of the top decile.
    """
    from scipy.stats import hypergeom

    active = ~np.isnan(column)
    best, values = column[top & active], column[active]
    n = len(best)
    if n < MIN_BEST or n == len(values):
        return ""
    if isinstance(distribution, CategoricalDistribution) or len(np.unique(values)) <= FEW:
        found, counts = np.unique(best, return_counts=True)
        low = high = found[np.argmax(counts)]
        where = f"have {one_line(label(distribution, low))}"
    else:
        low, high = _shortest(distribution, np.sort(best))
        where = f"lie in {span(label(distribution, low), label(distribution, high))}"
    n_inside = int(((best >= low) & (best <= high)).sum())
    n_all = int(((values >= low) & (values <= high)).sum())
    chance = hypergeom.sf(n_inside - 1, len(values), n_all, n) * len(np.unique(values))
    width = np.ptp(spaces.to_unit(distribution, [low, high]))
    if n_inside < MOST * n or width > WIDEST or chance > CLEAR:
        return ""
    return f"{n_inside} of the top {n} trials {where}"


def _shortest(distribution: BaseDistribution, best: FloatArray) -> tuple[float, float]:
    """Ends of the shortest interval that holds so many of them."""
    k = math.ceil(MOST * len(best)) - 1
    unit = spaces.to_unit(distribution, best)
    start = int(np.argmin(unit[k:] - unit[: len(unit) - k]))
    return float(best[start]), float(best[start + k])
