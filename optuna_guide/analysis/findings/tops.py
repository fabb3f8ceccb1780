"""What sets the very best apart from the trials below the top tenth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.findings.finding import ALPHA, Finding, correct, region_of
from optuna_guide.analysis.findings.ranked import RankedTrials, Top, median_of
from optuna_guide.analysis.rank_tests import enrichment, joint_enrichment
from optuna_guide.domain.wording import percent

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray, IntArray

_MIN_CELL = 8
_MIN_EFFECT = 0.02
_MIN_LIFT = 1.5  # over the better of two parts alone
_MAX_TOGETHER = 3


def find_tops(trials: RankedTrials) -> Iterator[Finding]:
    """For each parameter, the part that is more frequent among the best 10, 5 or 1 %.

    The trials of a top are compared with those below the top tenth (hypergeometric; Mantel and
    Haenszel 1959 over several stretches). A part that ranks behind there is said with that.
    """
    if not trials.tops:
        return
    p = np.stack([_compare(trials, top) for top in trials.tops])
    q = correct("top", p.ravel()).reshape(p.shape)
    p_opposite = np.maximum(p[0], _p_worse(trials))
    q_opposite = correct("opposite", p_opposite)
    for j in range(len(trials.parts)):
        own = np.flatnonzero(trials.owner == j)
        k = int(own[np.argmin(p_opposite[own])])
        if q_opposite[k] <= ALPHA:
            yield _describe_opposite(trials, k, float(p_opposite[k]), float(q_opposite[k]))
            continue
        k = int(own[np.argmin(p[:, own].min(axis=0))])
        at = int(np.argmin(p[:, k]))
        if q[at, k] <= ALPHA:
            found = _describe_top(trials, trials.tops[at], k, float(p[at, k]), float(q[at, k]))
            if found.effect >= _MIN_EFFECT:
                yield found


def _describe_top(trials: RankedTrials, top: Top, option: int, p: float, q: float) -> Finding:
    effect, share, rest, n = _measure(trials, top, option)
    n_top = int(trials.is_active(option)[: top.n].sum())
    words = (
        f"{trials.options[option]} distinguishes the {top.called}{top.ties}: "
        f"{percent(share)} of them ({share * n_top:.0f} of {n_top} {trials.things}) have it, "
        f"{percent(rest)} of those below the {trials.tops[0].called}{_among(trials, option)}."
    )
    return Finding("top", words, effect, n, p, q, region_of(trials, option))


def _describe_opposite(trials: RankedTrials, option: int, p: float, q: float) -> Finding:
    top = trials.tops[0]
    effect, share, rest, n = _measure(trials, top, option)
    below = (np.arange(len(trials.ranks)) >= top.n) & trials.is_active(option)
    has = trials.has(option)
    words = (
        f"{trials.options[option]} is worse below the {top.called}{top.ties} ({trials.median} "
        f"{median_of(trials, below & has)[1]} against {median_of(trials, below & ~has)[1]}) but "
        f"more frequent in the {top.called}: {percent(share)} there, "
        f"{percent(rest)} below{_among(trials, option)}."
    )
    return Finding("opposite", words, effect, n, p, q, region_of(trials, option))


def _among(trials: RankedTrials, option: int) -> str:
    """Which trials are compared, where not all of them have the parameter."""
    everywhere = trials.is_active(option).all()
    return (
        "" if everywhere else f", among {trials.things} with {trials.options[option].parts.name}"
    )


def find_together(trials: RankedTrials) -> Iterator[Finding]:
    """Pairs that reach the top tenth clearly more often than either part alone makes likely.

    Among the trials with the one part, the other has to make a difference, and the other way
    round (the test of `find_tops`), and both a larger one than if each counted by itself: the
    largest of the p-values (Berger 1982).
    """
    if not trials.tops:
        return
    n_top, called = trials.tops[0].n, f"{trials.tops[0].called}{trials.tops[0].ties}"
    top = trials.members[:n_top]
    first, second = np.triu_indices(trials.members.shape[1], 1)
    both = (trials.members.T @ trials.members)[first, second]
    kept = (trials.owner[first] != trials.owner[second]) & (both >= _MIN_CELL)
    first, second, both = first[kept], second[kept], both[kept]
    hits = (top.T @ top)[first, second]
    counts, reached = trials.members.sum(axis=0), top.sum(axis=0)
    p = _compare_pairs(trials, first, second, hits)
    shares = reached / np.maximum(counts, 1)
    alone = np.maximum(shares[first], shares[second])
    n = len(trials.ranks)
    spread = np.maximum(both * (n - both) * n_top * (n - n_top), 1e-9)
    effects = (n * hits - both * n_top) ** 2 / spread
    q = correct("together", p)
    said = (q <= ALPHA) & (effects >= _MIN_EFFECT) & (hits / both >= _MIN_LIFT * alone)
    pairs: set[tuple[int, int]] = set()
    for i in sorted(np.flatnonzero(said).tolist(), key=lambda i: float(-effects[i])):
        pair = (int(trials.owner[first[i]]), int(trials.owner[second[i]]))
        if pair in pairs or len(pairs) >= _MAX_TOGETHER:
            continue
        pairs.add(pair)
        words = (
            f"{trials.options[first[i]]} together with {trials.options[second[i]]}: "
            f"{percent(hits[i] / both[i])} of {both[i]:.0f} {trials.things} reach the "
            f"{called}, {percent(shares[first[i]])} and {percent(shares[second[i]])} of those "
            "with the one and with the other."
        )
        numbers = float(effects[i]), n, float(p[i]), float(q[i])
        yield Finding(
            "together", words, *numbers, region_of(trials, int(first[i]), int(second[i]))
        )


def _compare(trials: RankedTrials, top: Top) -> FloatArray:
    """P-values ``(n_options,)`` that so many of a top have each option by chance."""
    rows = np.r_[0 : top.n, trials.tops[0].n : len(trials.ranks)]
    stretches, active = trials.stretches[:, rows], trials.active[rows]
    return enrichment(
        trials.members[: top.n].sum(axis=0),
        stretches @ trials.members[rows],
        stretches[:, : top.n] @ active[: top.n],
        stretches @ active,
    )


def _compare_pairs(
    trials: RankedTrials, first: IntArray, second: IntArray, hits: FloatArray
) -> FloatArray:
    """P-values ``(n_pairs,)`` that so many of the top have both options, given either alone.

    And, of those where that is clear, if each counted by itself.
    """
    n_top, members, stretches = trials.tops[0].n, trials.members, trials.stretches
    both = np.stack([((members.T * s) @ members)[first, second] for s in stretches])
    counts, reached = stretches @ members, stretches[:, :n_top] @ members[:n_top]
    found = [
        enrichment(hits, both, reached[:, given], counts[:, given]) for given in (first, second)
    ]
    p = np.maximum(*found)
    for i in np.flatnonzero(p <= ALPHA).tolist():
        p[i] = max(p[i], _p_joint(trials, int(first[i]), int(second[i])))
    return p


def _p_joint(trials: RankedTrials, first: int, second: int) -> float:
    """P-value of both options if each counted by itself: of all trials, and within stretches."""
    n_top, one, other = trials.tops[0].n, trials.members[:, first], trials.members[:, second]
    cells = np.stack([one * other, one * (1 - other), (1 - one) * other, (1 - one) * (1 - other)])
    hits, counts = trials.stretches[:, :n_top] @ cells.T[:n_top], trials.stretches @ cells.T
    pooled = joint_enrichment(hits.sum(axis=0, keepdims=True), counts.sum(axis=0, keepdims=True))
    return max(pooled, joint_enrichment(hits, counts))


def _p_worse(trials: RankedTrials) -> FloatArray:
    """P-values ``(n_options,)`` that each option ranks so far behind below the top tenth."""
    from scipy.stats import norm

    n_top = trials.tops[0].n
    ranks, members, active = trials.ranks[n_top:], trials.members[n_top:], trials.active[n_top:]
    inside, m = members.sum(axis=0), np.maximum(active.sum(axis=0), 2.0)
    middle = ranks @ active / m
    spread = np.maximum(ranks**2 @ active / m - middle**2, 0.0)
    error = np.sqrt(spread * np.maximum(inside * (m - inside), 1e-9) / (m - 1))
    z = (ranks @ members - inside * middle) / np.maximum(error, 1e-9)
    return np.where(inside >= _MIN_CELL, norm.sf(z), 1.0)


def _measure(trials: RankedTrials, top: Top, option: int) -> tuple[float, float, float, int]:
    """Squared correlation of an option with a top; its share there and below the tenth; trials.

    Of the trials in which the parameter is active.
    """
    flags, active = trials.members[:, option], trials.is_active(option)
    start = trials.tops[0].n
    best, below = flags[: top.n][active[: top.n]], flags[start:][active[start:]]
    share, rest, n = float(best.mean()), float(below.mean()), len(best) + len(below)
    mean = (best.sum() + below.sum()) / n
    spread = max(mean * (1 - mean), 1e-12)
    return len(best) * len(below) / n**2 * (share - rest) ** 2 / spread, share, rest, n
