"""Trials from good to bad, counted in the parts of each range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.findings.rare import without_rare
from optuna_guide.analysis.findings.repeats import average_repeats
from optuna_guide.analysis.findings.stretches import MIN_TRIALS, find_stretches
from optuna_guide.domain.cells import Cells, cut_param
from optuna_guide.domain.outliers import clip_outliers, limit
from optuna_guide.domain.ranges import Choices, describe
from optuna_guide.domain.wording import one_line, percent

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.context import Contexts
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

_TOPS = (0.1, 0.05, 0.01)
_MIN_TOP = 5


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
    """The best trials: their share, how many they are, ties included, and what they are called."""

    share: float
    n: int
    called: str


@dataclass(frozen=True, eq=False)
class RankedTrials:
    """Trials sorted from good to bad, and which part of each range they lie in.

    Trials that repeat a configuration are one row, see `average_repeats`.

    Attributes:
        values: ``(n,)`` the target; NaN = pruned.
        given: Within what the target is given; empty where it is in its own units.
        ranks: ``(n,)`` centred ranks; equal losses share their mean rank. A pruned trial has that
            of its place when it ended, see `places_of_pruned`; where that is unknown, all of them
            share the worst one (Lachin 1999).
        told: ``(n,)`` what medians are told of: ranks, pruned trials last; or places, where
            `is_told_by_place`.
        losses: ``(n,)`` with the bad tail cut at three interquartile ranges; pruned = the worst.
        stretches: ``(n_stretches, n)`` 1 = of this stretch of trials, within which the parameters
            were drawn alike.
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
    ranks: FloatArray
    told: FloatArray
    losses: FloatArray
    stretches: FloatArray
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
        return _is_mostly_pruned(self.values)

    @property
    def is_told_by_place(self) -> bool:
        """Whether medians of the target would not tell which trials are better."""
        return self.is_mostly_pruned or not _follows(self.values)

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


def rank_trials(
    table: TrialsTable,
    target: Target,
    region: Region = MappingProxyType({}),
    among: Collection[int] | None = None,
) -> RankedTrials | None:
    """Sort trials; None where they are too few, equally good, or do not vary.

    Args:
        table: Trials. Of an objective, pruned ones rank behind all complete ones; else they are
            left out, and so are those that a person asked for: they lie where their parent does.
        target: Has a row for each trial, NaN where it has none.
        region: Promising ranges.
        among: Numbers of the trials to look at; all of them by default.
    """
    pruned = table.pruned
    drawn = ~np.isin(table.numbers, sorted(table.asked))
    if among is not None:
        drawn &= np.isin(table.numbers, sorted(among))
    counted = (target.kind == "objective") | ~pruned
    every = np.flatnonzero(~np.isnan(target.loss) & counted & drawn)
    rows, loss, values = average_repeats(table, target, every)
    known = limit(loss[np.isfinite(loss)])
    if len(known) < MIN_TRIALS or np.ptp(known) == 0:
        return None
    order = np.argsort(loss, kind="stable")
    rows, loss, values = rows[order], loss[order], values[order]
    from scipy.stats import rankdata

    last = rankdata(loss)
    places = _find_places(table, target, rows, (last - 0.5) / len(loss))
    cuts = [
        without_rare(cut_param(name, distribution, table.params[rows, j]))
        for j, (name, distribution) in enumerate(table.space.items())
    ]
    distributions = list(table.space.values())
    kept = [j for j, p in enumerate(cuts) if len(p) > 1]
    parts = tuple(cuts[j] for j in kept)
    if not parts:
        return None
    members = np.concatenate([p.member for p in parts], axis=1)
    contexts = tuple(_cut_context(name, table.contexts, rows) for name in table.contexts.names)
    sizes = [len(p) for p in parts]
    worst = float(clip_outliers(known, "minimize").max())
    time = np.argsort(np.argsort(rows))
    unit = table.unit()[rows]
    stretches = find_stretches(unit[np.argsort(rows)])[:, time]
    return RankedTrials(
        values,
        target.given,
        rankdata(places) - (len(loss) + 1) / 2,
        last if _follows(values) and not _is_mostly_pruned(values) else places,
        np.minimum(limit(loss), worst),
        stretches,
        np.column_stack([stretches.T, time / len(rows)]),
        parts,
        tuple(Option(p, k) for p in (*parts, *contexts) for k in range(len(p))),
        members.astype(np.float64),
        unit[:, kept],
        np.cumsum([0, *sizes[:-1]]),
        np.repeat(np.arange(len(parts)), sizes),
        np.concatenate([np.empty((len(rows), 0)), *(c.member for c in contexts)], axis=1),
        _find_tops(loss),
        {
            cuts[j].name: _look_inside(region[cuts[j].name], cuts[j], distributions[j], column)
            for j, column in zip(kept, table.params[rows][:, kept].T, strict=True)
            if cuts[j].name in region
        },
        has_repeats=len(rows) < len(every),
    )


def _look_inside(
    part: PromisingRange, cells: Cells, distribution: BaseDistribution, column: FloatArray
) -> Promising:
    counted = cells.codes >= 0
    inside = part.contains(column) & counted
    if isinstance(part, Choices):
        told = np.unique(column[inside]).astype(np.int64).tolist()
        sign = "=" if len(told) == 1 else "one of"
        where = f"at {cells.name} {sign} {describe(distribution, Choices(tuple(told)))}"
        return Promising(part, one_line(where), "elsewhere", inside, ~inside & counted)
    where = one_line(f"inside its promising range, {describe(distribution, part)},")
    return Promising(part, where, "outside", inside, ~inside & counted)


def _is_mostly_pruned(values: FloatArray) -> bool:
    return bool(np.isnan(values).mean() >= 0.5)


def _follows(values: FloatArray) -> bool:
    """Whether values of trials from good to bad only rise, or only fall."""
    steps = np.diff(values[~np.isnan(values)])
    return bool((steps >= 0).all() or (steps <= 0).all())


def _cut_context(name: str, contexts: Contexts, rows: npt.NDArray[np.int64]) -> Cells:
    """Values of a context that enough trials have."""
    labels, codes = contexts.codes[name]
    kept = [k for k in range(len(labels)) if (codes[rows] == k).sum() >= MIN_TRIALS]
    place = np.full(len(labels) + 1, -1)  # the last one stands for unknown
    place[kept] = np.arange(len(kept))
    ranges = tuple(Choices((k,)) for k in range(len(kept)))
    return Cells(name, tuple(labels[k] for k in kept), place[codes[rows]], ranges)


def _find_places(
    table: TrialsTable, target: Target, rows: npt.NDArray[np.int64], places: FloatArray
) -> FloatArray:
    """``(n,)`` share of the trials that were better where each ended.

    Those of complete trials, and where it is not known of pruned ones, are given.
    """
    if table.places is None or target.within is not None:
        return places
    own = table.places[rows]
    return np.where(np.isnan(own), places, own)


def _find_tops(loss: FloatArray) -> tuple[Top, ...]:
    """Those that hold enough trials; ties at the edge belong to them, unless they are many."""
    n, found = len(loss), []
    for share in _TOPS:
        last = loss[math.ceil(share * n) - 1]
        n_top = int(np.searchsorted(loss, last, side="right"))
        if np.isfinite(last) and n_top >= _MIN_TOP and n_top <= max(2.5 * share * n, _MIN_TOP):
            is_exact = n_top == math.ceil(share * n)
            called = "tenth" if share == _TOPS[0] else f"{100 * share:.0f} %"
            found.append(Top(share, n_top, called if is_exact else f"{100 * n_top / n:.0f} %"))
    return tuple(found) if found and found[0].share == _TOPS[0] else ()


def median_of(trials: RankedTrials, inside: npt.NDArray[np.bool_]) -> tuple[float, str]:
    """Median of what is told of some trials, and as text.

    Args:
        trials: Trials.
        inside: ``(n,)`` flags.
    """
    middle, values = float(np.median(trials.told[inside])), trials.values[inside]
    if trials.is_told_by_place:
        return middle, percent(middle)
    if np.isnan(values).mean() >= 0.5:
        return middle, "pruned"
    worst = -np.inf if trials.values[0] > np.nanmin(trials.values) else np.inf
    return middle, f"{np.median(np.where(np.isnan(values), worst, values)):.4g}"
