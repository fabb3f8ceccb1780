"""How often one group of trials beats another, and how sure that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.domain.space import FloatArray

_FEWEST = 5  # values of either sample from which an interval is given
_Z = 1.96  # of a 95 % interval


def superiority(one: FloatArray, other: FloatArray) -> float | None:
    """Share of pairs in which ``one`` has the lower loss, ties counting half (Vargha's A)."""
    if not len(one) or not len(other):
        return None
    ordered = np.sort(other)
    worse = len(ordered) - np.searchsorted(ordered, one, side="right")
    equal = np.searchsorted(ordered, one, side="right") - np.searchsorted(ordered, one)
    return float((worse + equal / 2).mean() / len(ordered))


def share_interval(share: float | None, n: int, m: int) -> tuple[float, float] | None:
    """95 % interval of a share of pairs: method 5 of Newcombe (2006).

    Its error is the one that the share at the bound would have.

    Args:
        share: Share of the pairs; None = there are none.
        n: Values of the one sample.
        m: Values of the other one; with fewer than 5 of either there is no interval.
    """
    if share is None or min(n, m) < _FEWEST:
        return None
    return _lower_bound(share, n, m), 1 - _lower_bound(1 - share, n, m)


def _lower_bound(share: float, n: int, m: int) -> float:
    low, high = 0.0, share
    for _ in range(40):
        a = (low + high) / 2
        pairs = 1 + ((n + m) / 2 - 1) * ((1 - a) / (2 - a) + a / (1 + a))
        if share - a > _Z * math.sqrt(a * (1 - a) * pairs / (n * m)):
            low = a
        else:
            high = a
    return low


def p_better(one: FloatArray, other: FloatArray) -> float | None:
    """p-value of ``one`` having the lower losses (Mann-Whitney); None = too few of either."""
    if min(len(one), len(other)) < 3:
        return None
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(one, other, alternative="less").pvalue)


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Corrected p-values (Holm 1979); None stays None and does not count."""
    known = sorted((p, i) for i, p in enumerate(p_values) if p is not None)
    corrected: list[float | None] = [None] * len(p_values)
    largest = 0.0
    for rank, (p, i) in enumerate(known):
        largest = max(largest, min(1.0, p * (len(known) - rank)))
        corrected[i] = largest
    return corrected
