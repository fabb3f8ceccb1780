"""Parameters that matter more, or otherwise, where others have certain values, in sentences.

How much a parameter explains where something holds, and next to it, is told beside what the other
parameters do there: trials that lack a combination make no difference of it. That it matters more
there has to hold for shares and for sizes, of ranks and of losses: ranks crowd where most trials
are alike. Of losses that are ranks nobody can tell, but where it hardly matters at all elsewhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.findings.conditions import Tested, compare_conditions, p_same
from optuna_guide.analysis.findings.extremes import find_extremes
from optuna_guide.analysis.findings.finding import ALPHA, Finding, correct, region_of
from optuna_guide.analysis.findings.mains import Explained, Mains, explain_within
from optuna_guide.analysis.findings.ranked import RankedTrials, median_of
from optuna_guide.domain.ranges import Intervals
from optuna_guide.domain.wording import join_words, percent
from optuna_guide.models.stretches import MIN_ROWS

if TYPE_CHECKING:
    import numpy.typing as npt

_MIN_EFFECT = 0.1
_MIN_WITHIN = 0.04  # in a context, which nobody can choose
_HARDLY = 0.25  # of the effect inside a condition, at most, in each neighbour
_LITTLE = 0.05  # and so much, unless nothing speaks for any
_SMALLER = 0.5  # a difference of two options, than under the condition
_LESS = 0.67  # of it, at most, for anything to be said
_SHARPER = 1.4  # as strong as under the simpler condition
_SINGLE = 0.75  # of the errors of a condition are left to those on one parameter
_MAX_FOUND = 6
_MAX_TOLD = 5  # values of an ordered parameter
_CLEAR = 0.01  # of a difference of two options, in either direction


def find_interactions(trials: RankedTrials, mains: Mains) -> Iterator[Finding]:
    """One sentence for each interaction, the strongest first."""
    tested = compare_conditions(trials, mains)
    if tested is None:
        return
    two = np.array([len(options) > 1 for options in tested.conditions])
    q = np.ones(tested.p_values.shape)
    for family, part in ((~two, _SINGLE), (two, 1 - _SINGLE)):
        chosen = family[:, None] & (tested.p_values < 1)
        q[chosen] = correct("condition", tested.p_values[chosen], part)
    n_own = len(trials.owner)
    is_within = np.array([max(options) >= n_own for options in tested.conditions])
    least = np.where(is_within, _MIN_WITHIN, _MIN_EFFECT)
    said = (q <= ALPHA) & (tested.effects >= least[:, None])
    strength = np.where(said, tested.effects, 0) / np.where(two, _SHARPER, 1.0)[:, None]
    used: set[frozenset[int]] = set()
    for place in np.argsort(-strength, axis=None, kind="stable")[: int(said.sum())].tolist():
        i, j = divmod(place, strength.shape[1])
        options = tested.conditions[i]
        about = [j, *(int(trials.sources[o]) for o in options)]
        pairs = {frozenset(pair) for pair in itertools.combinations(about, 2)}
        if pairs & used or len(used) >= _MAX_FOUND:
            continue
        if len(trials.stretches) > 1:
            n_tests = q[i, j] / tested.p_values[i, j]
            if p_same(trials, mains, options, j) * n_tests > ALPHA:
                continue
        found = _describe(trials, mains, tested, i, j)
        if found is None:
            continue
        used |= pairs
        words, effect = found
        p = float(tested.p_values[i, j]), float(q[i, j])
        yield Finding(
            "condition", words, effect, int(tested.n[i, j]), *p, region_of(trials, *options)
        )


def _describe(
    trials: RankedTrials, mains: Mains, tested: Tested, i: int, j: int
) -> tuple[str, float] | None:
    """What there is to say of a parameter under a condition, and the effect that it has there."""
    options = tested.conditions[i]
    within = _meet(trials, options)
    inside = explain_within(trials, mains, within, j)
    effect = inside.share
    if len(options) == 1:
        found = _describe_order(trials, mains, tested, options[0], j)
        turned = None if found else _describe_turn(trials, options[0], j)
        if found or turned:
            return found or (str(turned), effect)
    extremes = find_extremes(trials, j, trials.ranks, within)
    around = _around(trials, mains, tested, options, j)
    if extremes is None or not around:
        return None
    largest, p_around = max(one.share for one in around), min(one.p for one in around)
    size = max(_compare(one, inside) for one in around)
    if max(largest / max(effect, 1e-12), size) > _LESS:
        if len(options) > 1:
            return None
        larger = describe_size(trials, mains, options[0], inside, extremes)
        return None if larger is None else (larger, effect)
    where = " and ".join(str(trials.options[o]) for o in options)
    hardly = largest <= _HARDLY * effect and size <= _SMALLER
    hardly &= largest <= _LITTLE or p_around > ALPHA
    if not hardly and not trials.has_scale:
        return None
    words = (
        f"Where {where}, {trials.parts[j].name} matters: {_medians(trials, extremes, within)}; "
        f"{_beyond([inside])}it explains {percent(effect)} of the variance of the ranks there and "
        f"{'hardly any next to it' if hardly else 'less next to it'} "
        f"(at most {percent(largest)})."
    )
    return words, effect


def _beyond(explained: Sequence[Explained]) -> str:
    """Said before shares from which what others explain was taken out, all of them."""
    return "beyond the others that matter, " if all(one.is_beyond for one in explained) else ""


def _compare(one: Explained, other: Explained) -> float:
    """How large what a parameter explains is, as a share of that elsewhere: ranks or losses."""
    return float(np.max(one.sizes / np.maximum(other.sizes, 1e-12)))


def describe_size(
    trials: RankedTrials, mains: Mains, option: int, inside: Explained, extremes: tuple[int, int]
) -> str | None:
    """The same two options of a parameter lie furthest apart here, and explain more of the loss.

    Medians alone do not tell: what differs much in few trials leaves them as they are.
    """
    good, bad = extremes

    def gap(within: npt.NDArray[np.bool_]) -> float:
        """Infinite where it is not known: few trials, or half of them were pruned."""
        cells = [within & trials.has(o) for o in (good, bad)]
        if any(c.sum() < MIN_ROWS or 2 * lost[c].sum() >= c.sum() for c in cells):
            return np.inf
        first, second = (float(np.median(trials.losses[c])) for c in cells)
        return abs(second - first)

    here, param = trials.has(option), trials.parts[int(trials.owner[good])]
    lost = np.isnan(trials.values)
    gaps = {o: gap(trials.has(o)) for o in trials.siblings(option)}
    known = {o: width for o, width in gaps.items() if width < np.inf}
    other = min(gaps, key=lambda o: gaps[o])
    if option not in known or known[option] < max(known.values()) or not trials.has_scale:
        return None
    beside = explain_within(trials, mains, trials.has(other), int(trials.owner[good]))
    if known[other] > _SMALLER * known[option] or beside.sizes[1] > _LESS * inside.sizes[1]:
        return None
    first, second = (median_of(trials, trials.has(other) & trials.has(o))[1] for o in (good, bad))
    return (
        f"{param.name} matters more where {trials.options[option]}: "
        f"{_medians(trials, (good, bad), here)}, against {first} and {second} where "
        f"{trials.options[other]}."
    )


def _meet(trials: RankedTrials, options: Sequence[int]) -> npt.NDArray[np.bool_]:
    """``(n,)`` flags of the trials that have all of some options."""
    return np.all([trials.has(o) for o in options], axis=0)


def _around(
    trials: RankedTrials, mains: Mains, tested: Tested, options: tuple[int, ...], j: int
) -> list[Explained]:
    """What a parameter explains in every neighbour: another one of an option."""
    found = []
    for k, option in enumerate(options):
        for other in trials.siblings(option):
            moved = tuple(sorted((*options[:k], *options[k + 1 :], other)))
            if other != option and moved in tested.conditions:
                found.append(explain_within(trials, mains, _meet(trials, moved), j))
    return found


def _describe_order(
    trials: RankedTrials, mains: Mains, tested: Tested, option: int, j: int
) -> tuple[str, float] | None:
    """It matters the more, the larger (smaller) an ordered parameter is."""
    by = trials.options[option].parts
    own = [o for o in trials.siblings(option) if (o,) in tested.conditions]
    if len(own) < 3 or not isinstance(by.ranges[0], Intervals):
        return None
    seen = {o: explain_within(trials, mains, trials.has(o), j) for o in own}
    steps = np.diff([one.share for one in seen.values()])
    if not trials.has_scale or (not (steps > 0).all() and not (steps < 0).all()):
        return None
    rising = own if steps[0] > 0 else own[::-1]
    start, here = rising[0], seen[option]
    if option == start or any(
        _compare(seen[start], seen[o]) > _LESS for o in (option, rising[-1])
    ):
        return None
    within = trials.has(option)
    extremes = find_extremes(trials, j, trials.ranks, within)
    if extremes is None:
        return None
    told = rising if len(rising) <= _MAX_TOLD else [*dict.fromkeys((start, option, rising[-1]))]
    shares = [
        f"{percent(seen[o].share)}{' of the variance of the ranks' if o == start else ''} at "
        f"{trials.options[o]}{_untried(trials, o, j)}"
        for o in told
    ]
    rare = [str(trials.options[o]) for o in trials.siblings(option) if o not in own]
    unknown = f"; too few trials tell of {' and '.join(rare[:2])}" if rare else ""
    words = (
        f"{trials.parts[j].name} matters more the {'larger' if steps[0] > 0 else 'smaller'} "
        f"{by.name} is: {_beyond(list(seen.values()))}it explains {join_words(shares)}; "
        f"where {trials.options[option]}, {_medians(trials, extremes, within)}{unknown}."
    )
    return words, here.share


def _untried(trials: RankedTrials, option: int, j: int) -> str:
    """Which options of a parameter no trial with another option has, in brackets."""
    within = trials.has(option)
    lacking = [
        str(trials.options[o])
        for o in np.flatnonzero(trials.owner == j).tolist()
        if not (within & trials.has(o)).any()
    ]
    return f" (without {' and '.join(lacking[:2])})" if lacking else ""


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
    others = [(p_better(bad, good, trials.has(o)), o) for o in trials.siblings(option)]
    p, there = min(others)
    if p > _CLEAR:
        return None
    beyond = trials.has(there)
    (m1, w1), (m2, w2) = (median_of(trials, here & trials.has(o)) for o in (good, bad))
    (m3, w3), (m4, w4) = (median_of(trials, beyond & trials.has(o)) for o in (bad, good))
    if not (m1 < m2 and m3 < m4 and w1 != w2 and w3 != w4):
        return None
    one, other, place, beside = (str(trials.options[o]) for o in (good, bad, option, there))
    return (
        f"Which of {one} and {other} is better depends on {trials.options[option].parts.name}: "
        f"at {place} it is {one} ({trials.median} {w1}, against {w2}), at {beside} it is {other} "
        f"({w3}, against {w4})."
    )


def _medians(
    trials: RankedTrials, extremes: tuple[int, int], within: npt.NDArray[np.bool_]
) -> str:
    good, bad = (
        f"{median_of(trials, within & trials.has(o))[1]} at {trials.options[o]}" for o in extremes
    )
    return f"the {trials.median} is {good} and {bad}"
