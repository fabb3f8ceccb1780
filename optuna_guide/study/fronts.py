"""Which trial is better: by one objective or several, with constraints or without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import limit
from optuna_guide.domain.ties import are_as_good, find_records

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray


def violations_of(told: FloatArray, among: npt.NDArray[np.bool_] | None = None) -> FloatArray:
    """``(n,)`` violations; a trial that tells none where another one does is infeasible.

    Args:
        told: ``(n,)`` sums of the positive constraint values; NaN = a trial that has none.
        among: ``(n,)`` flags of the trials that may be the other one; all of them by default.
    """
    is_constrained = not np.isnan(told if among is None else told[among]).all()
    return np.where(np.isnan(told), np.inf if is_constrained else 0.0, told)


def pareto_rank(losses: FloatArray, violations: FloatArray) -> FloatArray:
    """``(n,)`` domination rank, 0 = first front, infeasible trials behind all feasible ones.

    Among themselves they rank by their violation: the rule of constrained NSGA-II (Deb et al.
    2002, section VI).
    """
    ranks = np.zeros(len(losses))
    feasible = violations <= 0
    ranks[feasible] = _front_numbers(losses[feasible])
    if not feasible.all():
        offset = ranks[feasible].max() + 1 if feasible.any() else 0.0
        ranks[~feasible] = offset + np.unique(violations[~feasible], return_inverse=True)[1]
    return ranks


def find_best(losses: FloatArray, violations: FloatArray) -> npt.NDArray[np.int64]:
    """The best feasible row, or those on the front of several objectives; empty without any.

    Args:
        losses: ``(n, n_objectives)`` lower is better.
        violations: ``(n,)`` 0 = feasible.
    """
    rows = np.flatnonzero(violations <= 0)
    if not len(rows):
        return rows
    if losses.shape[1] == 1:
        return rows[[int(np.argmin(losses[rows, 0]))]]
    unique, inverse = np.unique(losses[rows], axis=0, return_inverse=True)
    found: npt.NDArray[np.int64] = rows[_non_dominated(unique)[inverse.reshape(-1)]]
    return found


def joins_front(losses: FloatArray) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the rows that no earlier one equals or beats in every objective.

    Those that rounding alone tells apart are equal.

    Args:
        losses: ``(n, n_objectives)`` in the order of time; lower is better.
    """
    if losses.shape[1] == 1:
        return find_records(losses[:, 0])
    joins, front = np.zeros(len(losses), dtype=bool), losses[:0]
    for i, row in enumerate(losses):
        if not are_as_good(front, row).all(axis=1).any():
            joins[i] = True
            front = np.concatenate([front[(front < row).any(axis=1)], row[None]])
    return joins


def objective_loss(losses: FloatArray, k: int, violations: FloatArray) -> FloatArray:
    """``(n,)`` of objective ``k``; infeasible trials lie behind where it is the only one.

    Args:
        losses: ``(n, n_objectives)`` lower is better.
        k: The objective.
        violations: ``(n,)`` 0 = feasible.
    """
    loss: FloatArray = losses[:, k]
    infeasible = violations > 0
    if losses.shape[1] == 1 and infeasible.any():
        return _behind(loss, infeasible, violations)
    return loss


def _behind(
    loss: FloatArray, infeasible: npt.NDArray[np.bool_], violations: FloatArray
) -> FloatArray:
    """Put infeasible trials behind the worst feasible one, the more violated the worse."""
    out = limit(loss)
    kept = out[~infeasible] if (~infeasible).any() else out
    worst, spread = kept.max(), np.ptp(kept) or 1.0
    order = np.unique(violations[infeasible], return_inverse=True)[1] + 1.0
    out[infeasible] = worst + spread * order / order.max()
    return out


def _front_numbers(losses: FloatArray) -> FloatArray:
    """Peel non-dominated fronts; rows are compared once per front, equal rows share a front."""
    n = len(losses)
    ranks = np.zeros(n)
    if n == 0:
        return ranks
    unique, inverse = np.unique(losses, axis=0, return_inverse=True)
    inverse = inverse.reshape(-1)
    if losses.shape[1] == 1:
        return inverse.astype(np.float64)
    unique_ranks = np.zeros(len(unique))
    left = np.arange(len(unique))
    if losses.shape[1] > 2:
        # rows that dominate many others first: they shorten every comparison that follows
        places = [np.unique(column, return_inverse=True)[1] for column in unique.T]
        left = np.argsort(np.sum(places, axis=0), kind="stable")
    front = 0
    while len(left):
        on_front = _non_dominated(unique[left])
        unique_ranks[left[on_front]] = front
        left = left[~on_front]
        front += 1
    ranks[:] = unique_ranks[inverse]
    return ranks


def _non_dominated(rows: FloatArray) -> npt.NDArray[np.bool_]:
    """Flags of the non-dominated rows; the rows are distinct and sorted by their first columns."""
    if rows.shape[1] == 2:
        best_before = np.concatenate([[np.inf], np.minimum.accumulate(rows[:, 1])[:-1]])
        better: npt.NDArray[np.bool_] = rows[:, 1] < best_before
        return better
    keep = np.zeros(len(rows), dtype=bool)
    left = np.arange(len(rows))
    while len(left):
        keep[left[0]] = True
        left = left[(rows[left] < rows[left[0]]).any(axis=1)]
    return keep
