"""Whether a sentence is true of a planted function: told from the sentence as a person reads it.

A claim is true if it holds over random trials, or over the trials of the study with the
parameters that it names drawn anew: "inside the sampled region", as the sentences are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from planted.truth import Flags, Truth
from scipy.stats import rankdata

MATERIAL = 0.02  # share of the variance of the ranks, below which nothing is claimed to matter
LIFT = 1.1  # of a share among the best, above which an option is more frequent there
LESS = 0.5  # of an effect elsewhere, up to which it is hardly there


class Claim(NamedTuple):
    """One sentence: its kind, the parameters that it is about, and whether it is true.

    Attributes:
        kind: What is claimed.
        about: Names of the parameters that are said to matter (main, interaction), or the
            parameter and its option (top).
        is_true: By the planted function.
        sentence: As people read it.
    """

    kind: str
    about: frozenset[str]
    is_true: bool
    sentence: str


_OPTION = r"(\w+ (?:=|in|one of) [^;:]+?)"
_MEDIANS = re.compile(
    rf"median[^;]*? is (?:\d+ %|\S+) at {_OPTION} and (?:\d+ %|\S+) at {_OPTION}"
    r"(?:\.$|[;:]|, but |, against )"
)
_REST = re.compile(
    rf"^(\w+) matters.* is (?:\d+ %|\S+) (?:inside its promising range, (.+),|at {_OPTION}) and "
    r"(?:\d+ %|\S+) (?:outside|elsewhere)\.$"
)
_MATTERS = re.compile(r"^(\w+) matters(?: a little beside the others)?: ")
_UNTESTED = re.compile(r"^At least one of ([\w, ]+?) matters: ")
_NO_CLAIM = re.compile(r"^Whether ([\w, ]+?) matters cannot be tested: ")
_WHERE = re.compile(r"^Where (.+?), (\w+) matters")
_MORE_WHERE = re.compile(
    rf"^(\w+) matters more where {_OPTION}: .*?, against .+? and .+? where {_OPTION}\.$"
)
_MORE = re.compile(r"^(\w+) matters more the (larger|smaller) (\w+) is")
_REVERSED = re.compile(
    rf"^Which of (\w+) .+? is better depends on (\w+): at {_OPTION} it is {_OPTION} \(.*?\), "
    rf"at {_OPTION} it is {_OPTION} \("
)
_SHARE = re.compile(rf"^{_OPTION} distinguishes the top (?:tenth|(\S+) %)")
_OPPOSITE = re.compile(rf"^{_OPTION} is worse below the top ")
_TOGETHER = re.compile(rf"^{_OPTION} together with {_OPTION}: ")
_RIDGE = re.compile(
    rf"^The best (\w+) moves with (\w+): in the median it is (\S+) in the best \d+ of \d+ \w+ at "
    rf"{_OPTION}, and (\S+) in the best \d+ of \d+ at {_OPTION}\. A range"
)


def is_known(sentence: str) -> bool:
    """Whether a finding is of a form that can be judged."""
    return next(_claims(sentence), None) is not None


def judge(sentence: str, truths: tuple[Truth, ...]) -> Claim:
    """What a finding claims, and whether that is true.

    Raises:
        ValueError: If the sentence is of no known form.
    """
    contexts = truths[0].problem.contexts
    for kind, about, check in _claims(sentence):
        names = {option.split()[0] for option in about}
        is_true = not names & contexts.keys() and any(check(truth) for truth in truths)
        return Claim(kind, about, is_true, sentence)
    raise ValueError(f"Unknown form of a finding: {sentence!r}")


def _claims(words: str) -> Iterator[tuple[str, frozenset[str], Callable[[Truth], bool]]]:
    if found := _REVERSED.match(words):
        names, turn = frozenset(found.group(1, 2)), found.group(3, 4, 5, 6)
        yield "interaction", names, lambda t: _is_reversed(t, *turn)
    if found := _MORE_WHERE.match(words):
        names = frozenset({found[1], found[2].split()[0]})
        more = found.group(1, 2, 3)
        yield "interaction", names, lambda t: _is_more(t, *more, words)
    if found := _MORE.match(words):
        names, order = frozenset(found.group(1, 3)), found.group(1, 2, 3)
        yield "interaction", names, lambda t: _is_steeper(t, *order)
    if found := _WHERE.match(words):
        where, name = found[1].split(" and "), found[2]
        names = frozenset({name, *(option.split()[0] for option in where)})
        yield "conditional", names, lambda t: _is_local(t, where, name, words)
    if found := _MATTERS.match(words):
        main = found[1]
        yield "main", frozenset({main}), lambda t: _is_main(t, main, words)
    if found := _UNTESTED.match(words):
        some = [one for one in re.split(r", | and ", found[1]) if not one.endswith(" more")]
        yield "untested", frozenset(some), lambda t: any(_matters(t, one, words) for one in some)
    if found := _NO_CLAIM.match(words):
        yield "untested", frozenset({found[1]}), lambda t: True
    if found := _SHARE.match(words):
        option, share = found[1], float(found[2] or 10) / 100
        yield "top", frozenset({option}), lambda t: _is_frequent(t, option, share)
    if found := _OPPOSITE.match(words):
        option = found[1]
        yield "opposite", frozenset({option}), lambda t: _is_opposite(t, option)
    if found := _TOGETHER.match(words):
        one, other = found.group(1, 2)
        yield "together", frozenset({one, other}), lambda t: _is_joint(t, one, other)
    if found := _RIDGE.match(words):
        moving, along, low, first, high, last = found.groups()
        ends, is_up = (first, last), float(high) > float(low)
        yield "ridge", frozenset({moving, along}), lambda t: _moves(t, moving, along, ends, is_up)


def _everywhere(truth: Truth) -> Flags:
    return np.ones(len(truth.clean), dtype=bool)


def _are_better(truth: Truth, words: str, rows: Flags) -> bool:
    """The two options whose medians are compared, or a promising range and the rest."""
    if found := _REST.match(words):
        inside = found[3] or f"{found[1]} in {found[2]}"
        return truth.is_better(inside, None, rows, words)
    found = _MEDIANS.search(words)
    return found is None or (
        found[1] != found[2] and truth.is_better(found[1], found[2], rows, words)
    )


def _is_main(truth: Truth, name: str, words: str) -> bool:
    return _matters(truth, name, words) and _are_better(truth, words, _everywhere(truth))


def _matters(truth: Truth, name: str, words: str) -> bool:
    return truth.matters(name, _everywhere(truth), words)[0] > MATERIAL / 4


def _is_local(truth: Truth, where: list[str], name: str, words: str) -> bool:
    """It matters there, and less, or hardly, where one of the conditions is not met."""
    held = [truth.holds(option) for option in where]
    inside = truth.matters(name, np.all(held, axis=0), words)
    if inside[0] < MATERIAL or not _are_better(truth, words, np.all(held, axis=0)):
        return False
    at_most = LESS if "hardly" in words else 0.9
    for k, flags in enumerate(held):
        others = np.all([_everywhere(truth), *held[:k], *held[k + 1 :]], axis=0)
        outside = truth.matters(name, others & ~flags, words)
        if any(o > at_most * i for i, o in zip(inside, outside, strict=True)):
            return False
    return True


def _is_steeper(truth: Truth, name: str, way: str, other: str) -> bool:
    column = truth.columns[other]
    low, high = column < np.nanquantile(column, 1 / 3), column > np.nanquantile(column, 2 / 3)
    less, more = (low, high) if way == "larger" else (high, low)
    pairs = zip(truth.matters(name, less), truth.matters(name, more), strict=True)
    return all(a < 0.9 * b for a, b in pairs)


def _is_more(truth: Truth, name: str, here: str, there: str, words: str) -> bool:
    more, less = truth.holds(here), truth.holds(there)
    pairs = zip(truth.matters(name, less, words), truth.matters(name, more, words), strict=True)
    return all(a < 0.9 * b for a, b in pairs) and _are_better(truth, words, more)


def _is_reversed(truth: Truth, here: str, good: str, there: str, bad: str) -> bool:
    return (
        good != bad
        and truth.is_better(good, bad, truth.holds(here))
        and truth.is_better(bad, good, truth.holds(there))
    )


def _is_frequent(truth: Truth, option: str, share: float) -> bool:
    """More frequent among the best than below the top tenth."""
    holds, top = truth.holds(option), truth.top(share)
    return bool(holds[top].mean() > LIFT * holds[~truth.top(0.1)].mean())


def _is_opposite(truth: Truth, option: str) -> bool:
    below, holds = ~truth.top(0.1), truth.holds(option)
    ranks = rankdata(truth.loss[below])
    is_worse = ranks[holds[below]].mean() > ranks[~holds[below]].mean() * 1.02
    return bool(is_worse) and _is_frequent(truth, option, 0.1)


def _is_joint(truth: Truth, one: str, other: str) -> bool:
    """Both reach the top more often than either does, and than the product of their lifts."""
    a, b, top = truth.holds(one), truth.holds(other), truth.top(0.1)
    if not (a & b).any():
        return False
    shares = top[a].mean(), top[b].mean()
    apart = max(max(shares), shares[0] * shares[1] / top.mean())
    return bool(top[a & b].mean() > LIFT * apart)


def _moves(truth: Truth, moving: str, along: str, ends: tuple[str, str], is_up: bool) -> bool:
    """Both interact, and the best of one lies further up, or down, at one end of the other."""
    column, middles = truth.columns[moving], []
    for end in ends:
        rows = truth.holds(end) & ~np.isnan(column)
        best = truth.clean[rows] <= np.quantile(truth.clean[rows], 0.1)
        middles.append(float(np.median(column[rows][best])))
    gain = middles[1] - middles[0] if is_up else middles[0] - middles[1]
    return gain > 0.05 and truth.interact(moving, along) >= 0.005
