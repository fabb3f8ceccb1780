"""Whether a sentence is true of a planted function: told from the sentence as a person reads it.

A claim is true if it holds over random trials, or over the trials of the study with the
parameters that it names drawn anew: "inside the sampled region", as the sentences are meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from planted.problems import Column, Columns, Planted
from scipy.stats import rankdata

from optuna_guide.domain.ranges import Choices, PromisingRange
from optuna_guide.domain.space import from_unit, to_unit

N_ROWS = 20_000
MATERIAL = 0.02  # share of the variance of the ranks, below which nothing is claimed to matter
LIFT = 1.1  # of a share among the best, above which an option is more frequent there
LESS = 0.5  # of an effect elsewhere, up to which it is hardly there

Flags = npt.NDArray[np.bool_]


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


class Truth:
    """What is true of a planted function over some rows.

    Attributes:
        columns: ``(N_ROWS,)`` each.
        filled: The same with values for inactive parameters, which they have where another choice
            makes them active.
        loss: With noise; ``clean`` without.
        ranks: Of the clean loss, from 0 to 1.
    """

    def __init__(self, problem: Planted, columns: Columns, rng: np.random.Generator) -> None:
        self.problem, self.columns, self._rng = problem, columns, rng
        n = len(next(iter(columns.values())))
        self.filled = {
            name: np.where(np.isnan(c), problem.draw_one(name, n, rng), c)
            for name, c in columns.items()
        }
        self.clean = problem.loss(self.filled)
        self.loss = self.clean + problem.noise * rng.normal(size=n)
        self._sorted = np.sort(self.clean)
        self.ranks = self.rank(self.clean)

    def rank(self, loss: Column) -> Column:
        """Ranks among the clean losses, from 0 to 1."""
        return np.asarray(np.searchsorted(self._sorted, loss, side="right") / len(self._sorted))

    def holds(self, option: str) -> Flags:
        """Rows with an option, which is given as text."""
        name, inside = read_option(option, self.problem.space)
        return inside(self.columns[name])

    def top(self, share: float) -> Flags:
        """The best rows, by what is observed."""
        return self.loss <= np.quantile(self.loss, share)

    def redraw(self, name: str, inside: Callable[[Column], Flags] | None = None) -> Column:
        """A column drawn anew: from the whole range, or from a part of it."""
        drawn = self.problem.draw_one(name, 4 * N_ROWS, self._rng)
        found = drawn if inside is None else drawn[inside(drawn)]
        n = len(self.clean)
        return np.resize(found, n) if len(found) else np.full(n, np.nan)

    def end(self, columns: Columns, words: str) -> Column:
        """How trials end: those that start late are pruned, where pruned trials are counted."""
        slow = self.problem.is_slow if "pruned" in words else None
        return self.problem.loss(columns) + (0.0 if slow is None else slow(columns))

    def matters(self, name: str, rows: Flags, words: str = "") -> tuple[float, float]:
        """Total effect of a parameter among some rows: in ranks, and in the loss.

        Half the mean squared change when it alone is drawn anew (Jansen 1999), as a share of the
        variance over all rows.
        """
        rows = rows & ~np.isnan(self.columns[name])
        if rows.sum() < 20:
            return 0.0, 0.0
        before = self.end(self.filled, words)
        changed = self.end({**self.filled, name: self.redraw(name)}, words)
        in_ranks = 0.5 * np.mean((self.rank(changed) - self.rank(before))[rows] ** 2)
        in_loss = 0.5 * np.mean((changed - before)[rows] ** 2)
        return (
            float(in_ranks / max(np.var(self.ranks), 1e-12)),
            float(in_loss / max(np.var(self.clean), 1e-12)),
        )

    def is_better(self, option: str, other: str, rows: Flags, words: str = "") -> bool:
        """Whether one option of a parameter is better than another with all else equal."""
        name, inside = read_option(option, self.problem.space)
        _, beyond = read_option(other, self.problem.space)
        rows = rows & ~np.isnan(self.columns[name])
        if not rows.any():
            return False
        one = self.end({**self.filled, name: self.redraw(name, inside)}, words)
        two = self.end({**self.filled, name: self.redraw(name, beyond)}, words)
        return bool(np.mean((one < two)[rows]) > np.mean((one > two)[rows]) + 0.01)


def make_truths(problem: Planted, own: Columns, seed: int) -> tuple[Truth, Truth]:
    """Of random trials, and of a study's own, some of whose columns are drawn anew."""
    rng = np.random.default_rng([7, seed])
    n = len(next(iter(own.values())))
    rows, inactive = rng.integers(n, size=N_ROWS), np.full(N_ROWS, np.nan)
    return (
        Truth(problem, problem.draw(N_ROWS, rng), rng),
        Truth(problem, {k: own[k][rows] if k in own else inactive for k in problem.space}, rng),
    )


_OPTION = r"(\w+ (?:=|in|one of) [^;:]+?)"
_MEDIANS = re.compile(
    rf"median[^;]*? is (?:\d+ %|\S+) at {_OPTION} and (?:\d+ %|\S+) at {_OPTION}"
    r"(?:\.$|[;:]|, but )"
)
_MATTERS = re.compile(r"^(\w+) matters(?: a little)?: ")
_UNTESTED = re.compile(r"^At least one of ([\w, ]+?) matters: ")
_NO_CLAIM = re.compile(r"^Whether ([\w, ]+?) matters cannot be tested: ")
_WHERE = re.compile(r"^Where (.+?), (\w+) matters")
_MORE = re.compile(r"^(\w+) matters more the (larger|smaller) (\w+) is")
_REVERSED = re.compile(
    rf"^Which (\w+) is better depends on (\w+): at {_OPTION} it is {_OPTION} \(.*?\), "
    rf"at {_OPTION} it is {_OPTION} \("
)
_REACH = re.compile(rf"^\S+ % of the \d+ trials with {_OPTION} reach the top tenth")
_SHARE = re.compile(rf"^{_OPTION} distinguishes the top (\S+) %")
_OPPOSITE = re.compile(rf"^{_OPTION} is worse below the top tenth")
_TOGETHER = re.compile(rf"^{_OPTION} together with {_OPTION}: ")


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
    if found := _REACH.match(words):
        option = found[1]
        yield "top", frozenset({option}), lambda t: _is_frequent(t, option, 0.1)
    if found := _SHARE.match(words):
        option, share = found[1], float(found[2]) / 100
        yield "top", frozenset({option}), lambda t: _is_frequent(t, option, share)
    if found := _OPPOSITE.match(words):
        option = found[1]
        yield "opposite", frozenset({option}), lambda t: _is_opposite(t, option)
    if found := _TOGETHER.match(words):
        one, other = found.group(1, 2)
        yield "together", frozenset({one, other}), lambda t: _is_joint(t, one, other)


def read_option(
    option: str, space: Mapping[str, BaseDistribution]
) -> tuple[str, Callable[[Column], Flags]]:
    """A parameter and whether unit values lie in one of its parts: ``lr in 0.001 … 0.1``."""
    name, sign, words = option.replace(" one of ", " = ").split(" ", 2)
    distribution = space[name]
    if isinstance(distribution, CategoricalDistribution):
        texts = [str(choice) for choice in distribution.choices]
        chosen = [texts.index(word) for word in words.split(", ")]
        return name, lambda unit: np.isin(unit, chosen)
    low, high = (float(v) for v in (words.split(" … ") if sign == "in" else [words, words]))
    slack = 0.0 if isinstance(distribution, IntDistribution) else 0.02  # ends have few digits

    def inside(unit: Column) -> Flags:
        value = from_unit(distribution, unit)
        return np.asarray((value >= low - slack * low) & (value <= high + slack * high))

    return name, inside


def _everywhere(truth: Truth) -> Flags:
    return np.ones(len(truth.clean), dtype=bool)


def _are_better(truth: Truth, words: str, rows: Flags) -> bool:
    """The two options whose medians are compared."""
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
    a, b, top = truth.holds(one), truth.holds(other), truth.top(0.1)
    if not (a & b).any():
        return False
    alone = max(top[a].mean(), top[b].mean())
    return bool(top[a & b].mean() > LIFT * alone)


def keeps(found: PromisingRange, distribution: BaseDistribution, unit: Column) -> Flags:
    """Which unit values lie in a range."""
    is_choice = isinstance(distribution, CategoricalDistribution)
    internal = unit if is_choice else from_unit(distribution, unit)
    return np.asarray(found.contains(internal))


def middle(found: PromisingRange, distribution: BaseDistribution) -> float:
    """The unit value, or the choice, in the middle of a part of a range."""
    if isinstance(found, Choices):
        return float(found.indices[0])
    ends = [found.intervals[0][0], found.intervals[-1][1]]
    return float(np.mean(to_unit(distribution, ends)))


def own_columns(space: Mapping[str, BaseDistribution], params: Column) -> dict[str, Column]:
    """Unit values (index of a choice) of a table."""
    return {
        name: params[:, j] if isinstance(d, CategoricalDistribution) else to_unit(d, params[:, j])
        for j, (name, d) in enumerate(space.items())
    }
