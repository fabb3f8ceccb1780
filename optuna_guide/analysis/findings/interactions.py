"""Parameters that matter more, or otherwise, where others have certain values.

A condition is one option of another parameter, or one option of each of two. The means of a
parameter's options under it are compared with those of its neighbours: the trials that fail one
of the conditions and meet the other. If they differ by more than a constant, the parameter acts
differently there (the test of heterogeneity of Cochran 1954, with the F distribution). This has to
hold for each of the conditions, and for ranks and losses alike, so that no scale makes it up; the
largest p-value counts (Berger 1982).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.findings.finding import ALPHA, Finding, correct, region_of
from optuna_guide.analysis.findings.mains import Mains
from optuna_guide.analysis.findings.ranked import (
    MIN_ROWS,
    RankedTrials,
    find_extremes,
    median_of,
)
from optuna_guide.analysis.rank_tests import between_groups
from optuna_guide.domain.ranges import Intervals
from optuna_guide.domain.wording import percent

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray

_MIN_CONTEXT = 16
_MAX_ROWS = 2000
_MAX_CONDITIONS = 600
_MIN_CELL = 4  # rows on each side of a comparison of means
_MIN_EFFECT = 0.1
_HARDLY = 0.25  # of the effect inside a condition, at most, in each neighbour
_LESS = 0.67  # of it, at most, for anything to be said
_SHARPER = 1.4  # as strong as under the simpler condition
_SINGLE = 0.75  # of the errors of a condition are left to those on one parameter
_MAX_FOUND = 6
_CLEAR = 0.01  # of a difference of two options, in either direction


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
class _Tested:
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


def find_interactions(trials: RankedTrials, mains: Mains) -> Iterator[Finding]:
    """One sentence for each interaction, the strongest first."""
    tested = _test_conditions(trials, mains)
    if tested is None:
        return
    two = np.array([len(options) > 1 for options in tested.conditions])
    q = np.ones(tested.p_values.shape)
    for family, part in ((~two, _SINGLE), (two, 1 - _SINGLE)):
        chosen = family[:, None] & (tested.p_values < 1)
        q[chosen] = correct("condition", tested.p_values[chosen], part)
    said = (q <= ALPHA) & (tested.effects >= _MIN_EFFECT)
    strength = np.where(said, tested.effects, 0) / np.where(two, _SHARPER, 1.0)[:, None]
    used: set[frozenset[int]] = set()
    for place in np.argsort(-strength, axis=None, kind="stable")[: int(said.sum())].tolist():
        i, j = divmod(place, strength.shape[1])
        options = tested.conditions[i]
        about = [j, *(int(trials.owner[o]) for o in options)]
        pairs = {frozenset(pair) for pair in itertools.combinations(about, 2)}
        if pairs & used or len(used) >= _MAX_FOUND:
            continue
        words = _describe(trials, tested, i, j)
        if words is None:
            continue
        used |= pairs
        numbers = float(tested.effects[i, j]), int(tested.n[i, j])
        p = float(tested.p_values[i, j]), float(q[i, j])
        yield Finding("condition", words, *numbers, *p, region_of(trials, *options))


def _test_conditions(trials: RankedTrials, mains: Mains) -> _Tested | None:
    rows = np.unique(np.linspace(0, len(trials.ranks) - 1, _MAX_ROWS).round().astype(int))
    members = trials.members[rows]
    conditions = _all_conditions(trials.owner, members)
    if len({trials.owner[options[0]] for options in conditions}) < 2:
        return None
    inside = np.array([members[:, list(o)].all(axis=1) for o in conditions], dtype=np.float64)
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
        p[i, trials.owner[list(options)]] = 1.0
    p[n[:-1] < _MIN_CONTEXT] = 1.0
    return _Tested(conditions, effects[:-1], n[:-1], p)


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


def _describe(trials: RankedTrials, tested: _Tested, i: int, j: int) -> str | None:
    options = tested.conditions[i]
    if len(options) == 1:
        words = _describe_order(trials, tested, options[0], j) or _describe_turn(
            trials, options[0], j
        )
        if words is not None:
            return words
    within = np.all(trials.members[:, list(options)] > 0, axis=1)
    extremes = find_extremes(trials, j, trials.ranks, within)
    if extremes is None:
        return None
    where = " and ".join(str(trials.options[o]) for o in options)
    effect, around = float(tested.effects[i, j]), _around(trials, tested, options, j)
    if not around or max(around) > _LESS * effect:
        return None
    hardly = max(around) <= _HARDLY * effect
    return (
        f"Where {where}, {trials.parts[j].name} matters: {_medians(trials, extremes, within)}; "
        f"it explains {percent(effect)} of the variance of the ranks there and "
        f"{'hardly any next to it' if hardly else 'less next to it'} "
        f"(at most {percent(max(around))})."
    )


def _around(
    trials: RankedTrials, tested: _Tested, options: tuple[int, ...], j: int
) -> list[float]:
    """Effect of a parameter in every neighbour: one of the options replaced by another one."""
    found = []
    for k, option in enumerate(options):
        for other in np.flatnonzero(trials.owner == trials.owner[option]).tolist():
            moved = tuple(sorted((*options[:k], *options[k + 1 :], other)))
            if other != option and moved in tested.conditions:
                found.append(float(tested.effects[tested.conditions.index(moved), j]))
    return found


def _describe_order(trials: RankedTrials, tested: _Tested, option: int, j: int) -> str | None:
    """It matters the more, the larger (smaller) an ordered parameter is."""
    other = int(trials.owner[option])
    own = [o for o in np.flatnonzero(trials.owner == other).tolist() if (o,) in tested.conditions]
    if len(own) < 3 or not isinstance(trials.parts[other].ranges[0], Intervals):
        return None
    effects = [float(tested.effects[tested.conditions.index((o,)), j]) for o in own]
    steps = np.diff(effects)
    if not (steps > 0).all() and not (steps < 0).all():
        return None
    end, start = (own[-1], own[0]) if steps[0] > 0 else (own[0], own[-1])
    within = trials.has(end)
    extremes = find_extremes(trials, j, trials.ranks, within)
    if extremes is None:
        return None
    name, by = trials.parts[j].name, trials.parts[other].name
    return (
        f"{name} matters more the {'larger' if steps[0] > 0 else 'smaller'} {by} is: it explains "
        f"{percent(max(effects))} of the variance of the ranks at {trials.options[end]} and "
        f"{percent(min(effects))} at {trials.options[start]}; where {trials.options[end]}, "
        f"{_medians(trials, extremes, within)}."
    )


def _describe_turn(trials: RankedTrials, option: int, j: int) -> str | None:
    """One option is better here, and worse than the same other one elsewhere."""
    from scipy.stats import mannwhitneyu

    def p_better(one: int, two: int, within: npt.NDArray[np.bool_]) -> float:
        a, b = (trials.ranks[within & (trials.has(o))] for o in (one, two))
        if min(len(a), len(b)) < MIN_ROWS:
            return 1.0
        return float(mannwhitneyu(a, b, alternative="less", method="asymptotic").pvalue)

    here = trials.has(option)
    found = find_extremes(trials, j, trials.ranks, here)
    if found is None or p_better(*found, here) > _CLEAR:
        return None
    good, bad = found
    others = [
        (p_better(bad, good, trials.has(o)), o)
        for o in np.flatnonzero(trials.owner == trials.owner[option]).tolist()
    ]
    p, there = min(others)
    if p > _CLEAR:
        return None
    beyond = trials.has(there)
    (m1, w1), (m2, w2) = (median_of(trials, here & trials.has(o)) for o in (good, bad))
    (m3, w3), (m4, w4) = (median_of(trials, beyond & trials.has(o)) for o in (bad, good))
    if not (m1 < m2 and m3 < m4 and w1 != w2 and w3 != w4):
        return None
    name, by = trials.parts[j].name, trials.parts[int(trials.owner[option])].name
    return (
        f"Which {name} is better depends on {by}: at {trials.options[option]} it is "
        f"{trials.options[good]} ({trials.median} {w1}, against {w2}), at {trials.options[there]} "
        f"it is {trials.options[bad]} ({w3}, against {w4})."
    )


def _medians(
    trials: RankedTrials, extremes: tuple[int, int], within: npt.NDArray[np.bool_]
) -> str:
    good, bad = (
        f"{median_of(trials, within & trials.has(o))[1]} at {trials.options[o]}" for o in extremes
    )
    return f"the {trials.median} is {good} and {bad}"
