"""Trials from good to bad, counted in the parts of each range."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.parts import Parts, cut
from optuna_guide.rank_tests import between_groups

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.space import FloatArray
    from optuna_guide.targets import Target
    from optuna_guide.trials import TrialsTable

MIN_TRIALS = 20
_MAX_STRATA = 5
_TREND = 0.05
_TOP = 0.1
_MIN_TOP = 5


class Option(NamedTuple):
    """One part of one parameter."""

    parts: Parts
    part: int

    def __str__(self) -> str:
        return self.parts.label(self.part)


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
    parts: tuple[Parts, ...]
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
    if len(rows) < MIN_TRIALS or np.ptp(np.clip(target.loss[rows], -1e150, 1e150)) == 0:
        return None
    rows = rows[np.argsort(target.loss[rows], kind="stable")]
    from scipy.stats import rankdata

    cuts = [
        cut(name, distribution, table.params[rows, j])
        for j, (name, distribution) in enumerate(table.space.items())
    ]
    parts = tuple(p for p in cuts if len(np.unique(p.index[p.index >= 0])) > 1)
    if not parts:
        return None
    members = np.concatenate([p.index[:, None] == np.arange(len(p)) for p in parts], axis=1)
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


def count_top(trials: RankedTrials) -> tuple[int, FloatArray, FloatArray]:
    """Number of trials, trials with each option, and those of them in the top tenth."""
    hits = trials.members[: trials.n_top].sum(axis=0)
    return len(trials.ranks), trials.members.sum(axis=0), hits


def phi_squared(hits: FloatArray, counts: FloatArray, n_top: int, n: int) -> FloatArray:
    """Squared correlation of lying inside and of being at the top."""
    rest = np.maximum(counts * (n - counts) * n_top * (n - n_top), 1e-9)
    squared: FloatArray = (n * hits - counts * n_top) ** 2 / rest
    return squared
