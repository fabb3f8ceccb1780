"""Trials from good to bad, counted in the parts of each range, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.domain.wording import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from optuna_guide.domain.cells import Cells
    from optuna_guide.domain.ranges import PromisingRange
    from optuna_guide.domain.space import FloatArray


class Option(NamedTuple):
    """One part of one parameter."""

    parts: Cells
    part: int

    def __str__(self) -> str:
        return self.parts.named(self.part)


class Promising(NamedTuple):
    """A promising range: its words, and ``(n,)`` flags of the trials inside and outside of it.

    Trials with an option that is too rare to be spoken of are neither.
    """

    part: PromisingRange
    where: str
    elsewhere: str
    inside: npt.NDArray[np.bool_]
    outside: npt.NDArray[np.bool_]


class Top(NamedTuple):
    """The best trials: their share, how many they are, ties included, and what they are called.

    ``ties`` says how many, where ties make them more.
    """

    share: float
    n: int
    called: str
    ties: str


@dataclass(frozen=True, eq=False)
class RankedTrials:
    """Trials sorted from good to bad, and which part of each range they lie in.

    Trials that repeat a configuration are one row, see `average_repeats`.

    Attributes:
        values: ``(n,)`` the target; NaN = pruned.
        given: Within what the target is given; empty where it is in its own units.
        has_scale: Whether differences of losses mean anything: not where they are ranks.
        ranks: ``(n,)`` centred ranks; equal losses share their mean rank. A pruned trial has that
            of its place when it ended, see `places_of_pruned`; where that is unknown, all of them
            share the worst one (Lachin 1999).
        told: ``(n,)`` what medians are told of: ranks, pruned trials last; or places, where
            `is_told_by_place`.
        losses: ``(n,)`` with the bad tail cut at three interquartile ranges; pruned = the worst.
        stretches: ``(n_stretches, n)`` 1 = of this stretch of trials, within which the parameters
            were drawn alike.
        growth: Logarithm of how many times as many trials there are as were drawn before any
            result was known; 0 where all were drawn alike.
        beside: ``(n, n_columns)`` what trials are compared beside: the stretch, and the time.
        parts: Parameters that vary, without the options that are too rare to be spoken of.
        options: All parts of all of them, then the values of contexts, which are conditions only.
        members: ``(n, n_options)`` 1 = inside.
        unit: ``(n, n_params)`` unit values; NaN = inactive.
        starts: ``(n_params,)`` first option of each parameter.
        owner: ``(n_options,)`` parameter of each option.
        within: ``(n, n_values)`` 1 = with this value of a context.
        tops: The top tenth and what else can be told of the top; empty = none can.
        promising: Parameters that have one to their promising range.
        has_repeats: Whether rows are configurations, over whose trials values are means.
    """

    values: FloatArray
    given: str
    has_scale: bool
    ranks: FloatArray
    told: FloatArray
    losses: FloatArray
    stretches: FloatArray
    growth: float
    beside: FloatArray
    parts: tuple[Cells, ...]
    options: tuple[Option, ...]
    members: FloatArray
    unit: FloatArray
    starts: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]
    within: FloatArray
    tops: tuple[Top, ...]
    promising: Mapping[str, Promising]
    has_repeats: bool = False

    def has(self, option: int) -> npt.NDArray[np.bool_]:
        """``(n,)`` flags of the trials with an option."""
        n = self.members.shape[1]
        return (self.members[:, option] if option < n else self.within[:, option - n]) > 0

    @cached_property
    def active(self) -> FloatArray:
        """``(n, n_options)`` 1 = the parameter of the option is active."""
        return (~np.isnan(self.unit)).astype(np.float64)[:, self.owner]

    def is_active(self, option: int) -> npt.NDArray[np.bool_]:
        """``(n,)`` flags of the trials in which the parameter of an option is active."""
        return self.active[:, option] > 0

    @cached_property
    def sources(self) -> npt.NDArray[np.int64]:
        """``(n_options,)`` parameter of each option; the contexts count on from there."""
        names = [option.parts.name for option in self.options]
        place = {name: i for i, name in enumerate(dict.fromkeys(names))}
        return np.array([place[name] for name in names], dtype=np.int64)

    def siblings(self, option: int) -> list[int]:
        """All options of the parameter, or values of the context, that an option is of."""
        return np.flatnonzero(self.sources == self.sources[option]).tolist()

    @property
    def is_mostly_pruned(self) -> bool:
        """Whether medians of the target would be those of pruned trials."""
        return _are_mostly_pruned(self.values)

    @property
    def is_told_by_place(self) -> bool:
        """Whether medians of the target would not tell which trials are better."""
        return are_told_by_place(self.values)

    @property
    def things(self) -> str:
        """What is counted."""
        return "configurations" if self.has_repeats else "trials"

    @property
    def median(self) -> str:
        """What a median is one of, and how pruned trials count in it, where there are some."""
        if self.is_mostly_pruned:
            return "median place where trials ended (0 % = best, those pruned before are worse)"
        if self.is_told_by_place:
            return "median place (0 % = best, infeasible trials last)"
        how = ", ".join(filter(None, (self.given, "repeats averaged" * self.has_repeats)))
        given = f" ({how})" if how else ""
        last = ", pruned trials last," if np.isnan(self.values).any() else ""
        return f"observed median{given}{last}"


def are_told_by_place(values: FloatArray) -> bool:
    """Whether medians of the target, from good to bad, would not tell which trials are better."""
    told = values[~np.isnan(values)]  # differences of infinite ones would be none
    follows = bool((told[1:] >= told[:-1]).all() or (told[1:] <= told[:-1]).all())
    return _are_mostly_pruned(values) or not follows


def _are_mostly_pruned(values: FloatArray) -> bool:
    return bool(np.isnan(values).mean() >= 0.5)


def median_of(trials: RankedTrials, inside: npt.NDArray[np.bool_]) -> tuple[float, str]:
    """Median of what is told of some trials, and as text.

    Args:
        trials: Trials.
        inside: ``(n,)`` flags.
    """
    middle, values = float(np.median(trials.told[inside])), trials.values[inside]
    if trials.is_told_by_place:
        return middle, percent(middle)
    if _are_mostly_pruned(values):
        return middle, "pruned"
    worst = -np.inf if trials.values[0] > np.nanmin(trials.values) else np.inf
    return middle, f"{np.median(np.where(np.isnan(values), worst, values)):.4g}"
