"""From a table to trials from good to bad."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.findings.ranked import (
    Option,
    Promising,
    RankedTrials,
    Top,
    are_told_by_place,
)
from optuna_guide.analysis.findings.rare import where_tried, without_rare
from optuna_guide.analysis.findings.repeats import average_repeats
from optuna_guide.domain.cells import Cells, cut_param
from optuna_guide.domain.outliers import clip_outliers, limit
from optuna_guide.domain.ranges import Choices, describe
from optuna_guide.domain.wording import name_top, one_line
from optuna_guide.models.ranges import top_rows
from optuna_guide.models.stretches import MIN_TRIALS, find_stretches, growth_since_blind

if TYPE_CHECKING:
    from collections.abc import Collection

    import numpy.typing as npt

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.context import Contexts
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

_TOPS = (0.1, 0.05, 0.01)
_MIN_TOP = 5
_MOST_TOLD = 8  # choices that are named


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
    from scipy.stats import rankdata

    every = _usable_rows(table, target, among)
    rows, loss, values = average_repeats(table, target, every)
    known = limit(loss[np.isfinite(loss)])
    if len(known) < MIN_TRIALS or np.ptp(known) == 0:
        return None
    order = np.argsort(loss, kind="stable")
    rows, loss, values = rows[order], loss[order], values[order]
    cuts = _cut_params(table, rows)
    kept = [j for j, cells in enumerate(cuts) if len(cells) > 1]
    if not kept:
        return None
    whole = tuple(cuts[j] for j in kept)
    declared = list(table.space.values())
    parts = tuple(where_tried(cuts[j], declared[j], table.params[rows, j]) for j in kept)
    contexts = tuple(_cut_context(name, table.contexts, rows) for name in table.contexts.names)
    sizes = [len(p) for p in parts]
    last = rankdata(loss)
    places = _find_places(table, target, rows, (last - 0.5) / len(loss))
    worst = float(clip_outliers(known, "minimize").max())
    time = np.argsort(np.argsort(rows))
    unit = table.unit()[rows]
    stretches = find_stretches(unit[np.argsort(rows)])[:, time]
    return RankedTrials(
        values=values,
        given=target.given,
        has_scale=target.within is None or target.within.how != "ranks",
        ranks=rankdata(places) - (len(loss) + 1) / 2,
        told=places if are_told_by_place(values) else last,
        losses=np.minimum(limit(loss), worst),
        stretches=stretches,
        growth=growth_since_blind(stretches, table.numbers[rows], table.blind),
        beside=np.column_stack([stretches.T, time / len(rows)]),
        parts=parts,
        options=tuple(Option(p, k) for p in (*parts, *contexts) for k in range(len(p))),
        members=np.concatenate([p.member for p in parts], axis=1).astype(np.float64),
        unit=unit[:, kept],
        starts=np.cumsum([0, *sizes[:-1]]),
        owner=np.repeat(np.arange(len(parts)), sizes),
        within=np.concatenate([np.empty((len(rows), 0)), *(c.member for c in contexts)], axis=1),
        tops=_find_tops(loss),
        promising={
            cells.name: _look_inside(region[cells.name], cells, table, rows)
            for cells in whole
            if cells.name in region
        },
        has_repeats=len(rows) < len(every),
    )


def _usable_rows(
    table: TrialsTable, target: Target, among: Collection[int] | None
) -> npt.NDArray[np.int64]:
    drawn = ~np.isin(table.numbers, sorted(table.asked))
    if among is not None:
        drawn &= np.isin(table.numbers, sorted(among))
    counted = (target.kind == "objective") | ~table.pruned
    return np.flatnonzero(~np.isnan(target.loss) & counted & drawn)


def _cut_params(table: TrialsTable, rows: npt.NDArray[np.int64]) -> list[Cells]:
    """Parts of each parameter, without the options that are too rare to be spoken of."""
    return [
        without_rare(cut_param(name, distribution, table.params[rows, j]))
        for j, (name, distribution) in enumerate(table.space.items())
    ]


def _look_inside(
    part: PromisingRange, cells: Cells, table: TrialsTable, rows: npt.NDArray[np.int64]
) -> Promising:
    distribution = table.space[cells.name]
    column = table.params[rows, table.names.index(cells.name)]
    counted = cells.codes >= 0
    inside = part.contains(column) & counted
    if isinstance(part, Choices):
        told = np.unique(column[inside]).astype(np.int64).tolist()
        sign = "=" if len(told) == 1 else "one of"
        where = f"at {cells.name} {sign} {describe(distribution, Choices(tuple(told)))}"
        if len(told) > _MOST_TOLD:
            where = f"at one of the {len(told)} promising choices of {cells.name}"
        return Promising(part, one_line(where), "elsewhere", inside, ~inside & counted)
    where = one_line(f"inside its promising range, {describe(distribution, part)},")
    return Promising(part, where, "outside", inside, ~inside & counted)


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
        n_top = int(top_rows(loss, share).sum())
        if np.isfinite(last) and n_top >= _MIN_TOP and n_top <= max(2.5 * share * n, _MIN_TOP):
            is_exact = n_top == math.ceil(share * n)
            ties = "" if is_exact else f" ({n_top} of {n}, with ties)"
            found.append(Top(share, n_top, name_top(share), ties))
    return tuple(found) if found and found[0].share == _TOPS[0] else ()
