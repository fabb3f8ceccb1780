"""The configuration that all trials together point at, between good ones that were tried.

Under noise the best of the tried configurations is hard to tell from its neighbours, while the
place that they surround is often better than any of them. It is sought on straight lines between
good trials alone: what holds of all of them, such as the order of two parameters, holds there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.cells import FEW
from optuna_guide.sampling.lite_gp.rows import snap
from optuna_guide.sampling.lite_gp.rules import deactivate

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, Space
    from optuna_guide.sampling.outlook.tried import Tried

CAUTION = 0.5  # standard deviations that an expectation is lowered by before it counts
_LITTLE_NOISE = 0.02  # of the distance from the median to the best: the trials can be believed
_N_LEADERS = 20
_N_KEPT = 6
_N_BETWEEN = 192
_N_ROUNDS = 6


def find_untried(tried: Tried) -> FloatArray | None:
    """A row that is expected to be better than the best tried one, cautiously as well; or None.

    None as well where trials hardly differ by noise, and where constraints were told, which the
    process knows nothing about, or where a sign is expected that no trial had. Numbers of which
    few values were tried keep to those. The same trials give the same row.
    """
    process, expected = tried.process, tried.expected()
    best, spread = int(expected.argmax()), float(expected.max() - np.median(tried.observed))
    is_certain = process.noise <= _LITTLE_NOISE * spread or np.ptp(tried.observed) == 0.0
    if process.known.constraints.size or is_certain:
        return None

    def cautious(rows: FloatArray) -> FloatArray:
        deviation = np.sqrt(process.variance(rows) + process.structure)
        lowered: FloatArray = process.expect(rows) - CAUTION * deviation
        return lowered

    fixed = np.array([len(np.unique(c[~np.isnan(c)])) <= FEW for c in tried.rows.T])
    leaders = tried.rows[np.argsort(-expected, kind="stable")[:_N_LEADERS]]
    rng, rows = np.random.default_rng(0), leaders
    for _ in range(_N_ROUNDS):
        kept = rows[np.argsort(-cautious(rows), kind="stable")[:_N_KEPT]]
        one = kept[rng.integers(len(kept), size=_N_BETWEEN)]
        other = leaders[rng.integers(len(leaders), size=_N_BETWEEN)]
        mixed = between(process.space, one, other, rng.random((_N_BETWEEN, 1)), fixed)
        rows = np.concatenate([kept, deactivate(process.rules, mixed)])
    values = cautious(rows)
    found = rows[values.argmax()]
    sure = expected[best] - CAUTION * float(np.sqrt(tried.covariance([best])[0, 0]))
    hoped = float(process.expect(found[None])[0])
    is_better = values.max() > sure and hoped > expected[best]
    is_better &= bool((np.sign(hoped) == np.sign(tried.observed)).any())
    return found if is_better and tried.find(found) is None else None


def between(
    space: Space, one: FloatArray, other: FloatArray, share: FloatArray, fixed: BoolArray
) -> FloatArray:
    """Rows on the way from one to the other of each pair, on the grids; choices stay those of one.

    Pairs that do not have the same parameters active have no way between them: one stays.

    Args:
        space: The columns.
        one: Shape ``(n, n_params)``.
        other: The same.
        share: Of the way, shape ``(n, 1)``.
        fixed: Numbers that stay those of one as well, shape ``(n_params,)``.
    """
    differs = np.any(np.isnan(one) != np.isnan(other), axis=1, keepdims=True)
    stays = space.is_categorical | fixed | np.isnan(one) | differs
    return np.where(stays, one, snap(space, np.where(stays, one, one + share * (other - one))))
