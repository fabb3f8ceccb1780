"""Plain sentences about a study, each tested, and corrected for how many were tried.

Trials of a sampler that learns are not exchangeable: they are compared within stretches of the
study, and parameters beyond those that are stronger. Still, a finding holds inside the sampled
region, and is a reason to look, not a proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from optuna_guide.analysis.findings.ranked import (
    RankedTrials,
    TopTest,
    compare_parameters,
    compare_top,
    find_extremes,
    median,
    rank_trials,
)
from optuna_guide.analysis.rank_tests import benjamini_hochberg, between_groups
from optuna_guide.domain.ranges import PromisingRange
from optuna_guide.domain.wording import percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

FindingKind: TypeAlias = Literal["parameter", "top", "together", "opposite", "condition"]

ALPHA = 0.05
_CORRECTION = {"parameter": 2, "top": 8, "together": 8, "opposite": 8, "condition": 8}
_MIN_CELL = 8
_MIN_CONTEXT = 24
_MAX_ROWS = 1000  # that conditions are looked for in
_MAX_CONDITIONS = 1000
_MIN_EFFECT = {"parameter": 0.02, "top": 0.02, "together": 0.02, "opposite": 0.0, "condition": 0.1}
_ELSEWHERE = 0.25  # of the effect inside a condition, at most
_MAX_ELSEWHERE = 0.1
_SHARPER = 1.4  # as strong as under the simpler condition
_MAX_TOGETHER = 3


@dataclass(frozen=True)
class Finding:
    """One sentence about a study, and what supports it.

    Attributes:
        kind: ``parameter``: its values differ; ``top``: a part of its range reaches the top tenth
            more often; ``together``: two parts do, more than each alone; ``opposite``: worse
            in the main mode, below the top tenth, and yet more frequent in it; ``condition``: it
            matters only where others have certain values.
        sentence: What was found, in the target's own units.
        effect: Share of the variance of the ranks, or of being at the top, that it explains.
        n: Trials that it rests on.
        p_value: Of all permutations of the target (approximated), or exact (hypergeometric).
        q_value: The same, corrected for all that was tried (Benjamini-Hochberg within a kind,
            weighted Bonferroni between the kinds).
        where: The trials that it speaks of, by their parts of the ranges: of a parameter, those
            with the better values; under a condition, all of those that meet it.
    """

    kind: FindingKind
    sentence: str
    effect: float
    n: int
    p_value: float
    q_value: float
    where: Mapping[str, PromisingRange] = field(default_factory=dict)


def find(table: TrialsTable, target: Target) -> tuple[Finding, ...]:
    """What stands out among complete trials, the largest effect first; often nothing.

    Args:
        table: Trials; pruned ones are left out.
        target: Has a row for each trial, NaN where it has none (`aligned_target`).
    """
    trials = rank_trials(table, target)
    if trials is None:
        return ()
    tests = (_parameters, _tops, _together, _opposites, _conditions)
    found = [finding for test in tests for finding in test(trials)]
    return tuple(sorted(found, key=lambda f: (-f.effect, f.p_value)))


def _correct(kind: FindingKind, p_values: FloatArray) -> FloatArray:
    """Corrected for all tests of a kind, and for the kinds: half of the errors are parameters'."""
    return np.minimum(_CORRECTION[kind] * benjamini_hochberg(p_values), 1.0)


def _parameters(trials: RankedTrials) -> Iterator[Finding]:
    effects, p, n = compare_parameters(trials)
    for j, q in enumerate(_correct("parameter", p)):
        if q <= ALPHA and effects[j] >= _MIN_EFFECT["parameter"]:
            good, bad = find_extremes(trials, j)
            words = (
                f"{trials.parts[j].name} matters: the observed median is {median(trials, good)} "
                f"at {trials.options[good]} and {median(trials, bad)} at {trials.options[bad]}."
            )
            numbers = float(effects[j]), int(n[j]), float(p[j]), float(q)
            yield Finding("parameter", words, *numbers, _where(trials, good))


def _tops(trials: RankedTrials) -> Iterator[Finding]:
    """For each parameter, the part that holds more of the top tenth than its share."""
    if not trials.n_top:
        return
    counts, hits, p, effects = _compare_options(trials)
    q, n = _correct("top", p), len(trials.ranks)
    for j in range(len(trials.parts)):
        own = np.flatnonzero(trials.owner == j)
        i = own[np.argmin(p[own])]
        if q[i] <= ALPHA and effects[i] >= _MIN_EFFECT["top"]:
            others = (trials.n_top - hits[i]) / max(n - counts[i], 1)
            words = (
                f"{percent(hits[i] / counts[i])} of the {counts[i]:.0f} trials with "
                f"{trials.options[i]} reach the top tenth, {percent(others)} of the others."
            )
            numbers = float(effects[i]), n, float(p[i]), float(q[i])
            yield Finding("top", words, *numbers, _where(trials, int(i)))


def _compare_options(trials: RankedTrials) -> TopTest:
    hits = trials.members[: trials.n_top].sum(axis=0)
    return compare_top(trials, hits, trials.strata @ trials.members)


def _together(trials: RankedTrials) -> Iterator[Finding]:
    """Pairs that reach the top clearly more often than either part alone."""
    if not trials.n_top:
        return
    top = trials.members[: trials.n_top]
    first, second = np.triu_indices(len(trials.options), 1)
    inside = np.stack(
        [((trials.members.T * s) @ trials.members)[first, second] for s in trials.strata]
    )
    kept = (trials.owner[first] != trials.owner[second]) & (inside.sum(axis=0) >= _MIN_CELL)
    if not kept.any():
        return
    first, second, inside = first[kept], second[kept], inside[:, kept]
    both, hit, p, effects = compare_top(trials, (top.T @ top)[first, second], inside)
    q, n = _correct("together", p), len(trials.ranks)
    single = _compare_options(trials)
    shares = single.hits / np.maximum(single.counts, 1)
    alone = np.maximum(shares[first], shares[second])
    said = (q <= ALPHA) & (effects >= _MIN_EFFECT["together"]) & (hit / both >= 1.5 * alone)
    for i in sorted(np.flatnonzero(said).tolist(), key=lambda i: float(-effects[i]))[
        :_MAX_TOGETHER
    ]:
        words = (
            f"{trials.options[first[i]]} together with {trials.options[second[i]]}: "
            f"{percent(hit[i] / both[i])} of {both[i]:.0f} trials reach the top tenth, at most "
            f"{percent(alone[i])} with one of them."
        )
        numbers = float(effects[i]), n, float(p[i]), float(q[i])
        yield Finding("together", words, *numbers, _where(trials, int(first[i]), int(second[i])))


def _opposites(trials: RankedTrials) -> Iterator[Finding]:
    """Worse in the main mode, below the top tenth, and yet more frequent in it."""
    if not trials.n_top:
        return
    from scipy.stats import norm

    _, hits, p, effects = _compare_options(trials)
    ranks, members = trials.ranks[trials.n_top :], trials.members[trials.n_top :]
    inside, m = members.sum(axis=0), len(ranks)
    error = np.std(ranks) * np.sqrt(np.maximum(inside * (m - inside), 1e-9) / (m - 1))
    z = (ranks @ members - inside * ranks.mean()) / np.maximum(error, 1e-9)
    p = np.maximum(p, norm.sf(z))
    q, n = _correct("opposite", p), len(trials.ranks)
    below = np.arange(n) >= trials.n_top
    for i in np.flatnonzero((q <= ALPHA) & (inside >= _MIN_CELL)).tolist():
        others = np.median(trials.values[below & (trials.members[:, i] == 0)])
        words = (
            f"{trials.options[i]} is worse in the main mode (observed median "
            f"{median(trials, i, below)} against {others:.4g}) but more frequent in the top "
            f"tenth: {percent(hits[i] / trials.n_top)} there, {percent(inside[i] / m)} below."
        )
        numbers = float(effects[i]), n, float(p[i]), float(q[i])
        yield Finding("opposite", words, *numbers, _where(trials, i))


def _conditions(trials: RankedTrials) -> Iterator[Finding]:
    """Parameters that matter under a condition on one or two others, and not elsewhere."""
    rows = np.unique(np.linspace(0, len(trials.ranks) - 1, _MAX_ROWS).round().astype(int))
    members = trials.members[rows]
    conditions, inside = _all_conditions(trials.owner, members > 0)
    if not conditions:
        return
    effects, p, n = _compare(trials, rows, inside)
    elsewhere, _, n_away = _compare(trials, rows, 1.0 - inside)
    tested = np.minimum(n, n_away) >= _MIN_CONTEXT
    # Left out before the correction: what matters everywhere would pay for false discoveries.
    tested &= elsewhere <= _MAX_ELSEWHERE
    for i, options in enumerate(conditions):
        tested[i, trials.owner[list(options)]] = False
    q = np.ones(p.shape)
    q[tested] = _correct("condition", p[tested])
    said = (q <= ALPHA) & (effects >= _MIN_EFFECT["condition"])
    said &= elsewhere <= _ELSEWHERE * effects
    two = np.array([len(options) for options in conditions]) > 1
    for j in np.flatnonzero(said.any(axis=0)).tolist():
        strength = np.where(said[:, j], effects[:, j], 0.0) / np.where(two, _SHARPER, 1.0)
        i = int(np.argmax(strength))
        words = _describe_condition(trials, j, conditions[i], float(effects[i, j]))
        words += f" and hardly elsewhere ({percent(float(elsewhere[i, j]))})."
        numbers = float(effects[i, j]), int(n[i, j]), float(p[i, j]), float(q[i, j])
        yield Finding("condition", words, *numbers, _where(trials, *conditions[i]))


def _where(trials: RankedTrials, *options: int) -> Region:
    """The parts of the ranges that options stand for."""
    chosen = [trials.options[option] for option in options]
    return {option.parts.name: option.parts.ranges[option.part] for option in chosen}


def _compare(
    trials: RankedTrials, rows: npt.NDArray[np.int64], inside: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """`between_groups` of every parameter among the rows inside each condition."""
    sums = [
        np.stack([inside @ (s[:, None] * trials.members[rows]) for s in weights])
        for power in range(3)
        for weights in [trials.strata[:, rows] * trials.ranks[rows] ** power]
    ]
    return between_groups(sums[0], sums[1], sums[2], trials.starts, stratified=True)


def _all_conditions(
    owner: npt.NDArray[np.int64], members: npt.NDArray[np.bool_]
) -> tuple[list[tuple[int, ...]], FloatArray]:
    """Options and pairs of options with enough rows, the largest, and which rows they hold."""
    flags = members.astype(np.float64)
    counts = flags.T @ flags
    large = np.flatnonzero(np.diag(counts) >= _MIN_CONTEXT)
    pairs = [(i, j) for i in large for j in large if i < j and counts[i, j] >= _MIN_CONTEXT]
    pairs = [(i, j) for i, j in pairs if owner[i] != owner[j]]
    pairs.sort(key=lambda pair: -counts[pair])
    found: list[tuple[int, ...]] = [(int(i),) for i in large]
    found += [(int(i), int(j)) for i, j in pairs]
    found = found[:_MAX_CONDITIONS]
    inside = [members[:, list(options)].all(axis=1) for options in found]
    return found, np.array(inside, dtype=np.float64)


def _describe_condition(
    trials: RankedTrials, param: int, options: tuple[int, ...], effect: float
) -> str:
    within = np.all(trials.members[:, list(options)] > 0, axis=1)
    good, bad = find_extremes(trials, param, within)
    where = " and ".join(str(trials.options[o]) for o in options)
    return (
        f"Where {where}, {trials.parts[param].name} matters: the observed median is "
        f"{median(trials, good, within)} at {trials.options[good]} and "
        f"{median(trials, bad, within)} at {trials.options[bad]}; it explains "
        f"{percent(effect)} of the variance of the ranks there"
    )
