"""The two options of a parameter that differ most in what is told of them, and clearly so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.findings.ranked import RankedTrials, median_of
from optuna_guide.models.stretches import MIN_ROWS

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

_APART = 2.5  # standard errors, by which two options differ of which one is called better


def find_extremes(
    trials: RankedTrials,
    param: int,
    ranks: FloatArray,
    within: npt.NDArray[np.bool_] | None = None,
) -> tuple[int, int] | None:
    """The two options whose medians differ most, the better one first.

    None where no two differ clearly, or where their medians say otherwise.

    Args:
        trials: Trials.
        param: The parameter.
        ranks: ``(n,)`` what is compared: ranks, or what other parameters leave of them.
        within: ``(n,)`` flags of those that are looked at.
    """
    rows = np.ones(len(ranks), dtype=bool) if within is None else within
    members, ranks = trials.members[rows], ranks[rows]
    counts = members.sum(axis=0)
    means = ranks @ members / np.maximum(counts, 1)
    spreads = (ranks**2 @ members - counts * means**2) / np.maximum(counts - 1, 1)
    errors = spreads / np.maximum(counts, 1)
    chosen = [i for i in np.flatnonzero(trials.owner == param).tolist() if counts[i] >= MIN_ROWS]
    middles = {i: median_of(trials, rows & trials.has(i)) for i in chosen}
    pairs = [
        (middles[b][0] - middles[a][0], means[b] - means[a], a, b)
        for a in chosen
        for b in chosen
        if means[b] - means[a] > _APART * np.sqrt(errors[a] + errors[b])
        and middles[a][0] < middles[b][0]
        and middles[a][1] != middles[b][1]
    ]
    return max(pairs)[2:] if pairs else None


def is_clearly_better(
    ranks: FloatArray, one: npt.NDArray[np.bool_], other: npt.NDArray[np.bool_]
) -> bool:
    """Whether the trials of one part have clearly lower ranks than those of another.

    Args:
        ranks: ``(n,)`` as in `find_extremes`.
        one: ``(n,)`` flags of the part that is called better.
        other: ``(n,)`` flags of what it is compared with.
    """
    parts = [ranks[rows] for rows in (one, other)]
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in parts))
    return bool(parts[1].mean() - parts[0].mean() > _APART * error)
