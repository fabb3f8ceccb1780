"""Trials from good to bad, counted in the parts of each range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.rank_tests import between_groups, enrichment
from optuna_guide.domain.cells import Cells, cut
from optuna_guide.domain.outliers import limit

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

MIN_TRIALS = 20
_MAX_STRATA = 5
_TREND = 0.05
_TOP = 0.1
_MIN_TOP = 5
_CLEAR = 0.05  # over all parameters, to be allowed for in the test of others
_MIN_ROWS = 4  # for each option that is allowed for
_MAX_KNOWN = 10  # parameters that are allowed for


class Option(NamedTuple):
    """One part of one parameter."""

    parts: Cells
    part: int

    def __str__(self) -> str:
        return self.parts.named(self.part)


class TopTest(NamedTuple):
    """Parts and the top tenth, each ``(n_parts,)``.

    Attributes:
        counts: Trials inside.
        hits: Those of them in the top tenth.
        p_values: That so many are there by chance.
        effects: Squared correlation of lying inside and of being at the top.
    """

    counts: FloatArray
    hits: FloatArray
    p_values: FloatArray
    effects: FloatArray


@dataclass(frozen=True, eq=False)
class RankedTrials:
    """Trials sorted from good to bad, and which part of each range they lie in.

    Attributes:
        values: ``(n,)`` target in its own units.
        ranks: ``(n,)`` centred ranks; equal losses share their mean rank.
        strata: ``(n_strata, n)`` 1 = of this stretch of trials. There are several where values
            changed with time: compared within each, what a sampler gained meanwhile is not
            credited to the parameters that it settled on.
        parts: Parameters that vary.
        options: All parts of all of them.
        members: ``(n, n_options)`` 1 = inside.
        starts: ``(n_params,)`` first option of each parameter.
        owner: ``(n_options,)`` parameter of each option.
        n_top: How many belong to the top tenth, ties included; 0 = no top can be told.
    """

    values: FloatArray
    ranks: FloatArray
    strata: FloatArray
    parts: tuple[Cells, ...]
    options: tuple[Option, ...]
    members: FloatArray
    starts: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]
    n_top: int


def rank_trials(table: TrialsTable, target: Target) -> RankedTrials | None:
    """Sort complete trials; None where they are too few, equally good, or do not vary.

    Args:
        table: Trials; pruned ones are left out.
        target: Has a row for each trial, NaN where it has none.
    """
    rows = np.flatnonzero(~np.isnan(target.loss) & ~table.pruned)
    if len(rows) < MIN_TRIALS or np.ptp(limit(target.loss[rows])) == 0:
        return None
    rows = rows[np.argsort(target.loss[rows], kind="stable")]
    from scipy.stats import rankdata

    cuts = [
        cut(name, distribution, table.params[rows, j])
        for j, (name, distribution) in enumerate(table.space.items())
    ]
    parts = tuple(p for p in cuts if len(p) > 1)
    if not parts:
        return None
    members = np.concatenate([p.member for p in parts], axis=1)
    sizes = [len(p) for p in parts]
    loss = target.loss[rows]
    ranks = rankdata(loss) - (len(loss) + 1) / 2
    n_top = int(np.searchsorted(loss, loss[math.ceil(_TOP * len(rows)) - 1], side="right"))
    return RankedTrials(
        target.values[rows],
        ranks,
        _cut_time(ranks, rows),
        parts,
        tuple(Option(p, k) for p in parts for k in range(len(p))),
        members.astype(np.float64),
        np.cumsum([0, *sizes[:-1]]),
        np.repeat(np.arange(len(parts)), sizes),
        n_top if _MIN_TOP <= n_top <= len(rows) / 4 else 0,
    )


def _cut_time(ranks: FloatArray, rows: npt.NDArray[np.int64]) -> FloatArray:
    """Stretches of consecutive trials, as strata; a single one where ranks do not change."""
    n_blocks = min(_MAX_STRATA, len(rows) // MIN_TRIALS)
    block = np.argsort(np.argsort(rows)) * n_blocks // len(rows)
    flags = (block == np.arange(n_blocks)[:, None]).astype(np.float64)
    powers = [flags @ ranks**power for power in range(3)]
    _, p, _ = between_groups(powers[0], powers[1], powers[2], np.array([0]))
    return flags if p[0] < _TREND else np.ones((1, len(rows)))


def median(trials: RankedTrials, option: int, within: npt.NDArray[np.bool_] | None = None) -> str:
    """Median of the target with an option, as text."""
    inside = trials.members[:, option] > 0
    return f"{np.median(trials.values[inside if within is None else inside & within]):.4g}"


def find_extremes(
    trials: RankedTrials, param: int, within: npt.NDArray[np.bool_] | None = None
) -> tuple[int, int]:
    """Options with the lowest and the highest mean rank, of those with enough trials."""
    chosen = np.flatnonzero(trials.owner == param)
    members = trials.members[:, chosen] if within is None else trials.members[within][:, chosen]
    ranks = trials.ranks if within is None else trials.ranks[within]
    counts = members.sum(axis=0)
    means = ranks @ members / np.maximum(counts, 1)
    known = counts >= min(5, counts.max())
    low = chosen[np.argmin(np.where(known, means, np.inf))]
    return int(low), int(chosen[np.argmax(np.where(known, means, -np.inf))])


def compare_parameters(trials: RankedTrials) -> tuple[FloatArray, FloatArray, FloatArray]:
    """How much each parameter explains beyond those that clearly matter more.

    The strongest is tested first, the others on what it leaves of the ranks, and so on: what a
    sampler settled on together with a strong parameter is not credited with its effect.

    Returns:
        Share of the variance of the ranks, p-value, and number of trials, each ``(n_params,)``.
    """
    n_params = len(trials.parts)
    effects, p, n = np.zeros(n_params), np.ones(n_params), np.zeros(n_params)
    known, rest, is_open = trials.strata.T, trials.ranks, np.ones(n_params, dtype=bool)
    for _ in range(min(n_params, _MAX_KNOWN)):
        sums = [(trials.strata * rest**power) @ trials.members for power in range(3)]
        found = between_groups(sums[0], sums[1], sums[2], trials.starts, stratified=True)
        effects[is_open] = found[0][is_open] * np.var(rest) / np.var(trials.ranks)
        p[is_open], n[is_open] = found[1][is_open], found[2][is_open]
        j = int(np.lexsort((-effects, np.where(is_open, p, np.inf)))[0])
        known = np.concatenate([known, trials.members[:, trials.owner == j]], axis=1)
        if p[j] > _CLEAR / n_params or known.shape[1] > len(rest) / _MIN_ROWS:
            break
        is_open[j] = False
        rest = trials.ranks - known @ np.linalg.lstsq(known, trials.ranks, rcond=None)[0]
    return effects, p, n


def compare_top(trials: RankedTrials, hits: FloatArray, inside: FloatArray) -> TopTest:
    """Whether parts of the space hold more of the top than their share, and whether by chance.

    Args:
        trials: Trials.
        hits: ``(n_parts,)`` trials of the top tenth in each part.
        inside: ``(n_strata, n_parts)`` trials in each part.
    """
    sizes, top = trials.strata.sum(axis=1), trials.strata[:, : trials.n_top].sum(axis=1)
    n, n_top, counts = len(trials.ranks), trials.n_top, inside.sum(axis=0)
    spread = np.maximum(counts * (n - counts) * n_top * (n - n_top), 1e-9)
    effects = (n * hits - counts * n_top) ** 2 / spread
    return TopTest(counts, hits, enrichment(hits, inside, top, sizes), effects)
