"""Which cells of a table of trials differ from the others beyond chance.

Trials of a sampler that learns are not exchangeable, as these tests take them to be: a mark is a
reason to look, not a proof.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.rank_tests import benjamini_hochberg, between_groups

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

ALPHA = 0.05  # false discovery rate


def selection_q(
    both: FloatArray, chosen: FloatArray, n_chosen: int, n: int, min_support: int
) -> FloatArray:
    """Corrected p-values that so many, or so few, of the trials in a cell were selected.

    Exact (hypergeometric, twice the smaller tail), corrected for all cells above the diagonal and
    on it (Benjamini-Hochberg).

    Args:
        both: ``(k, k)`` trials in each cell, symmetric; NaN = impossible.
        chosen: ``(k, k)`` selected ones of them.
        n_chosen: Selected trials.
        n: All trials.
        min_support: Trials below which a cell is not tested.

    Returns:
        ``(k, k)``, symmetric; NaN where nothing was tested.
    """
    from scipy.stats import hypergeom

    q = np.full(both.shape, np.nan)
    rows, columns = np.triu_indices(len(both))
    tested = np.nan_to_num(both[rows, columns]) >= min_support
    rows, columns = rows[tested], columns[tested]
    if not len(rows):
        return q
    hits, size = chosen[rows, columns], both[rows, columns]
    tails = hypergeom.cdf(hits, n, n_chosen, size), hypergeom.sf(hits - 1, n, n_chosen, size)
    found = benjamini_hochberg(np.minimum(2 * np.minimum(*tails), 1.0))
    q[rows, columns] = q[columns, rows] = found
    return q


def contrast_q(
    cells: npt.NDArray[np.int64], ranks: FloatArray, n_cells: int, min_trials: int
) -> FloatArray:
    """Corrected p-values that the trials of a cell rank like all others.

    Args:
        cells: ``(n_tables, n_trials)`` cell of each trial in each table.
        ranks: ``(n_trials,)`` ranks of the target, centred.
        n_cells: Number of cells of all tables together.
        min_trials: Trials below which a cell, or the rest, is not tested.

    Returns:
        ``(n_cells,)``; NaN where nothing was tested.
    """
    moments = [ranks**power for power in range(3)]
    inside = [
        np.bincount(cells.ravel(), weights=np.tile(moment, len(cells)), minlength=n_cells)
        for moment in moments
    ]
    outside = [moment.sum() - part for moment, part in zip(moments, inside, strict=True)]
    counts, sums, squares = (np.stack(two, axis=-1) for two in zip(inside, outside, strict=True))
    p = between_groups(counts, sums, squares, np.array([0]))[1][:, 0]
    tested = (counts >= min_trials).all(axis=1)
    q = np.full(n_cells, np.nan)
    if tested.any():
        q[tested] = benjamini_hochberg(p[tested])
    return q
