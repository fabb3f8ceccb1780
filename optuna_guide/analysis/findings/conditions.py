"""Each parameter under each condition: how much it explains there, and whether it acts otherwise.

A condition is one option of another parameter, or one option of each of two. The means of a
parameter's options under it are compared with those of its neighbours: the trials that fail one
of the conditions and meet the other. If they differ by more than a constant, the parameter acts
differently there (the test of heterogeneity of Cochran 1954, with the F distribution). This has to
hold for each of the conditions, and for ranks and losses alike, so that no scale makes it up; the
largest p-value counts (Berger 1982).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.rank_tests import between_groups
from optuna_guide.models.beyond import p_nothing
from optuna_guide.models.term_columns import orthonormal

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.analysis.findings.mains import Mains
    from optuna_guide.analysis.findings.ranked import RankedTrials
    from optuna_guide.domain.space import FloatArray

_MIN_CONTEXT = 16
_MAX_ROWS = 20_000
_MAX_CONDITIONS = 600
_MIN_CELL = 4  # rows on each side of a comparison of means


class Sums(NamedTuple):
    """Rows, sums and squares ``(n_conditions, n_options)`` of one column."""

    counts: FloatArray
    sums: FloatArray
    squares: FloatArray

    def at(self, rows: npt.NDArray[np.int64]) -> Sums:
        """Those of some conditions."""
        return Sums(self.counts[rows], self.sums[rows], self.squares[rows])

    def without(self, other: Sums) -> Sums:
        """Those of the rows that are not of the other ones."""
        return Sums(*(a - b for a, b in zip(self, other, strict=True)))


@dataclass(frozen=True, eq=False)
class Tested:
    """Each parameter under each condition, ``(n_conditions, n_params)``.

    Attributes:
        conditions: One or two options each.
        effects: Share of the variance of the ranks there that the parameter explains.
        n: Trials.
        p_values: That it acts as it does next to the condition.
    """

    conditions: list[tuple[int, ...]]
    effects: FloatArray
    n: FloatArray
    p_values: FloatArray


def compare_conditions(trials: RankedTrials, mains: Mains) -> Tested | None:
    """Each parameter under each condition that holds enough trials; None where none does."""
    rows = np.unique(np.linspace(0, len(trials.ranks) - 1, _MAX_ROWS).round().astype(int))
    members = trials.members[rows]
    conditions = _all_conditions(trials.sources, np.hstack([members, trials.within[rows]]))
    if len({trials.sources[options[0]] for options in conditions}) < 2:
        return None
    has = [trials.has(o)[rows] for o in range(len(trials.options))]
    inside = np.array([np.all([has[o] for o in c], axis=0) for c in conditions], dtype=np.float64)
    place = {options: i for i, options in enumerate(conditions)}
    everywhere = len(conditions)
    inside = np.vstack([inside, np.ones(len(rows))])
    effects, _, n = between_groups(*_sum(inside, members, trials.ranks[rows]), trials.starts)
    p = np.zeros((len(conditions), len(trials.parts)))
    around = [
        (i, place.get(options[:k] + options[k + 1 :], everywhere))
        for i, options in enumerate(conditions)
        for k in range(len(options))
    ]
    inner, outer = np.array(around).T
    for column in (trials.ranks, trials.losses):
        left = (column - mains.basis @ (mains.basis.T @ column))[rows]
        sums = _sum(inside, members, left)
        here = sums.at(inner)
        found = _p_alike(here, sums.at(outer).without(here), trials.starts)
        np.maximum.at(p, inner, found)
    for i, options in enumerate(conditions):
        p[i, [trials.owner[o] for o in options if o < len(trials.owner)]] = 1.0
    p[n[:-1] < _MIN_CONTEXT] = 1.0
    return Tested(conditions, effects[:-1], n[:-1], p)


def p_same(trials: RankedTrials, mains: Mains, options: tuple[int, ...], param: int) -> float:
    """P-value that a parameter acts under a condition as it does next to it, by leverage.

    Trials of a sampler that learns are few and unlike each other where it does not go: what they
    say counts by `p_nothing`, in ranks and in losses.
    """
    own = trials.members[:, trials.owner == param]
    flags = [trials.has(o).astype(np.float64)[:, None] for o in options]
    beside = [mains.basis, own, *flags, *(own * one for one in flags if len(flags) > 1)]
    whole = np.prod(flags, axis=0)
    basis = orthonormal(np.column_stack([*beside, whole]))
    products = own * whole
    along = orthonormal(products - basis @ (basis.T @ products))
    free = len(own) - basis.shape[1] - along.shape[1]
    if not along.shape[1] or free < along.shape[1]:
        return 1.0
    leverage = (basis**2).sum(axis=1) + (along**2).sum(axis=1)
    left = (column - basis @ (basis.T @ column) for column in (trials.ranks, trials.losses))
    return max(p_nothing(along, rest, leverage, free) for rest in left)


def _sum(inside: FloatArray, members: FloatArray, column: FloatArray) -> Sums:
    return Sums(*(inside @ (column[:, None] ** power * members) for power in range(3)))


def _p_alike(here: Sums, there: Sums, starts: npt.NDArray[np.int64]) -> FloatArray:
    """P-values that means of options differ from those elsewhere by the same constant."""
    from scipy.stats import f

    usable = np.minimum(here.counts, there.counts) >= _MIN_CELL
    difference, variance = np.zeros(usable.shape), np.zeros(usable.shape)
    for side, sign in ((here, 1.0), (there, -1.0)):
        filled = np.maximum(side.counts, 1.0)
        difference += sign * side.sums / filled
        squares = np.add.reduceat(side.squares - side.sums**2 / filled, starts, axis=1)
        free = np.add.reduceat(np.maximum(side.counts - 1, 0), starts, axis=1)
        widths = np.diff(np.append(starts, usable.shape[1]))
        error = np.repeat(squares / np.maximum(free, 1), widths, axis=1)
        variance += np.maximum(error, 1e-12) / filled
    weights = np.where(usable, 1 / variance, 0.0)
    total, first, second, k = (
        np.add.reduceat(column, starts, axis=1)
        for column in (
            weights,
            weights * difference,
            weights * difference**2,
            usable.astype(np.float64),
        )
    )
    q = second - first**2 / np.where(total > 0, total, 1.0)
    df = np.maximum(k - 1, 1)
    least = np.add.reduceat(np.where(usable, here.counts, 0.0), starts, axis=1) - k
    return np.where(k > 1, f.sf(q / df, df, np.maximum(least, 1)), 1.0)


def _all_conditions(owner: npt.NDArray[np.int64], members: FloatArray) -> list[tuple[int, ...]]:
    """Options and pairs of options with enough rows, the largest."""
    counts = members.T @ members
    large = np.flatnonzero(np.diag(counts) >= _MIN_CONTEXT).tolist()
    pairs = [
        (i, j)
        for i, j in itertools.combinations(large, 2)
        if owner[i] != owner[j] and counts[i, j] >= _MIN_CONTEXT
    ]
    pairs.sort(key=lambda pair: -counts[pair])
    found: list[tuple[int, ...]] = [(i,) for i in large]
    return [*found, *pairs][:_MAX_CONDITIONS]
