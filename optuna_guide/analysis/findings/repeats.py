"""Trials of one configuration are one piece of evidence: they share whatever it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.models.configurations import distinct

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target


def average_repeats(
    table: TrialsTable, target: Target, rows: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], FloatArray, FloatArray]:
    """The first trial of each configuration, and means over those that were not pruned.

    What is given within a context is averaged within it. Where there are no more combinations of
    values than trials, all trials are kept: nothing is left that those of one combination share.

    Args:
        table: Trials.
        target: Has a row for each of them.
        rows: The trials to look at, ascending.

    Returns:
        Rows, losses (inf = all were pruned) and values (NaN then), oldest first.
    """
    pruned = table.pruned[rows]
    apart = table.params[rows]
    if target.within is not None:
        apart = np.column_stack([apart, target.within.groups[rows]])
    first, which = distinct(apart)
    n_combined = np.prod([len(np.unique(column)) for column in apart.T], dtype=np.float64)
    if len(first) == len(rows) or n_combined <= len(rows):
        loss, values = target.loss[rows], target.values[rows]
        return rows, np.where(pruned, np.inf, loss), np.where(pruned, np.nan, values)
    counts = np.bincount(which, ~pruned)
    loss, values = (
        np.bincount(which, np.where(pruned, 0.0, column[rows])) / np.maximum(counts, 1)
        for column in (target.loss, target.values)
    )
    is_pruned = counts == 0
    return rows[first], np.where(is_pruned, np.inf, loss), np.where(is_pruned, np.nan, values)
