"""What is true of a planted function over many rows, whatever is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from planted.problems import Column, Columns, Planted

from optuna_guide.domain.ranges import Choices, PromisingRange
from optuna_guide.domain.space import from_unit, to_unit

N_ROWS = 20_000

Flags = npt.NDArray[np.bool_]


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

    def interact(self, one: str, other: str) -> float:
        """What two parameters do together beyond each alone, as a share of the loss's variance.

        A quarter of the mean squared second difference when both are drawn anew, where both are
        active.
        """
        rows = ~np.isnan(self.columns[one]) & ~np.isnan(self.columns[other])
        if rows.sum() < 20:
            return 0.0
        first, second = {one: self.redraw(one)}, {other: self.redraw(other)}
        alone = (self.problem.loss({**self.filled, **drawn}) for drawn in (first, second))
        both = self.problem.loss({**self.filled, **first, **second})
        left = (both + self.clean - sum(alone))[rows]
        return float(np.mean(left**2) / 4 / max(np.var(self.clean), 1e-12))

    def is_better(self, option: str, other: str | None, rows: Flags, words: str = "") -> bool:
        """Whether one option of a parameter is better than another with all else equal.

        Another one that is None is all the rest.
        """
        name, inside = read_option(option, self.problem.space)

        def rest(unit: Column) -> Flags:
            return ~inside(unit)

        beyond = rest if other is None else read_option(other, self.problem.space)[1]
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


def read_option(
    option: str, space: Mapping[str, BaseDistribution]
) -> tuple[str, Callable[[Column], Flags]]:
    """A parameter and whether unit values lie in one of its parts: ``lr in 0.001 … 0.1``.

    Parts may be several: ``lr in 0.001 … 0.1 or 0.5 … 1``.
    """
    name, _, words = option.replace(" one of ", " = ").split(" ", 2)
    distribution = space[name]
    if isinstance(distribution, CategoricalDistribution):
        texts = [str(choice) for choice in distribution.choices]
        chosen = [texts.index(word) for word in words.split(", ")]
        return name, lambda unit: np.isin(unit, chosen)
    ends = [[float(end) for end in part.split(" … ")] for part in words.split(" or ")]
    slack = 0.0 if isinstance(distribution, IntDistribution) else 0.02  # ends have few digits

    def inside(unit: Column) -> Flags:
        value = from_unit(distribution, unit)
        return np.any(
            [(value >= e[0] - slack * e[0]) & (value <= e[-1] + slack * e[-1]) for e in ends],
            axis=0,
        )

    return name, inside


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
