"""Was pruning fair: what early values say about final ones, and who survived."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.diagnostics.diagnosis import Diagnosis, unknown
from optuna_guide.analysis.rank_tests import benjamini_hochberg
from optuna_guide.domain.cells import Cells, cut_param
from optuna_guide.domain.wording import percent
from optuna_guide.models.skill import lower_bound, spearman

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.exploration import Exploration

MIN_COMPLETE = 8
MIN_PART = 8
_N_BINS = 3  # in which trials survive or not: many are pruned
_MAX_STEPS = 48
_ALPHA = 0.01
_ALPHA_GAIN = 0.05
_MIN_SURVIVORS = 5  # of a part, to say that it does not start late
_MAX_PARTS = 4
_MAX_PARAMS = 2


@dataclass(frozen=True)
class EarlyRank:
    """Rank correlation of the values at one step with the final ones, over complete trials."""

    step: int
    correlation: float
    n: int


@dataclass(frozen=True)
class Loser:
    """A part of a parameter's range that the pruner stopped far more often than the rest.

    Attributes:
        parts: The parameter.
        part: Which part.
        n: Trials inside.
        n_complete: Those that survived.
        share_rest: Share of the others that survived.
        q_value: Fisher's exact test, corrected for the number of parts (Benjamini-Hochberg).
        gain: Mean places, as a share of all, that its survivors win after the usual pruning step,
            beyond what the others win; NaN with fewer than 3 survivors.
        p_gain: One-sided Mann-Whitney test of that; NaN as well.
    """

    parts: Cells
    part: int
    n: int
    n_complete: int
    share_rest: float
    q_value: float
    gain: float
    p_gain: float


def early_ranks(exploration: Exploration) -> list[EarlyRank]:
    """What each step says of the end, over at most 48 steps."""
    curves, table = exploration.curves, exploration.trials
    final = table.losses[:, 0]
    sign = -1.0 if table.maximised[0] else 1.0
    row_of = np.repeat(np.arange(len(table)), curves.lengths)
    complete = ~table.pruned[row_of]
    steps = np.unique(curves.steps[complete])
    if len(steps) > _MAX_STEPS:
        steps = steps[np.linspace(0, len(steps) - 1, _MAX_STEPS).round().astype(int)]
    found = []
    for step in steps.tolist():
        at = complete & (curves.steps == step)
        if at.sum() >= MIN_COMPLETE:
            rho = spearman(sign * curves.values[at], final[row_of[at]])
            found.append(EarlyRank(step, float(np.nan_to_num(rho)), int(at.sum())))
    return found


def usual_pruning_step(exploration: Exploration) -> int | None:
    """Median of the last steps of the pruned trials; None where none reported anything."""
    last = exploration.curves.last_steps()[exploration.trials.pruned]
    last = last[~np.isnan(last)]
    return int(np.median(last)) if len(last) else None


def find_losers(exploration: Exploration) -> list[Loser]:
    """Parts that survive at most half as often as the others, the most unlikely first."""
    return [
        part
        for part in _judge_parts(exploration)
        if part.q_value <= _ALPHA and part.n_complete / part.n <= part.share_rest / 2
    ]


def _judge_parts(exploration: Exploration) -> list[Loser]:
    """Every part of a range that was tried often enough, as if it were one that is pruned."""
    step = usual_pruning_step(exploration)
    table = exploration.trials
    if step is None or table.pruned.all():
        return []
    gains = _gains(exploration, step)
    found = [
        (parts, k)
        for parts in _all_parts(exploration)
        for k, n in enumerate(parts.member.sum(axis=0))
        if MIN_PART <= n <= len(table) - MIN_PART
    ]
    if not found:
        return []
    inside = np.array([parts.codes == k for parts, k in found])
    counts, survived = inside.sum(1), (inside & ~table.pruned).sum(1)
    q = benjamini_hochberg(_p_fewer(survived, counts, ~table.pruned))
    rest = (np.sum(~table.pruned) - survived) / (len(table) - counts)
    judged = []
    for i in np.argsort(q, kind="stable").tolist():
        numbers = int(counts[i]), int(survived[i]), float(rest[i]), float(q[i])
        gain, p_gain = _compare(gains, inside[i])
        judged.append(Loser(found[i][0], found[i][1], *numbers, gain, p_gain))
    return judged


def _why_none(exploration: Exploration) -> str:
    n = exploration.trials.states.get("PRUNED", 0)
    return "No pruned trial reported a value." if n else "No trial was pruned."


def check_pruned_early(exploration: Exploration) -> Diagnosis:
    """Values that say little of the end at the step at which trials are pruned."""
    name, threshold = "Pruned too early", 0.5
    reason = "below, the rank at that step explains less than a quarter of the final rank"
    pruned = exploration.trials.pruned
    if not pruned.any():
        return unknown(name, threshold, reason, _why_none(exploration))
    step = usual_pruning_step(exploration)
    ranks = early_ranks(exploration) if step is not None else []
    if step is None or not ranks:
        why = f"Needs {MIN_COMPLETE} complete trials that reported the same step as pruned ones."
        return unknown(name, threshold, reason, why)
    at = min(ranks, key=lambda r: abs(r.step - step))
    rho = at.correlation
    last = exploration.curves.last_steps()[pruned]
    words = (
        f"{pruned.sum()} of {len(pruned)} trials were pruned, {np.sum(last <= step)} of them by "
        f"step {step}; at "
        f"step {at.step} the ranks of {at.n} complete trials agree with their final ones by "
        f"{rho:.2f}"
    )
    if rho >= threshold and lower_bound(rho, at.n) > 0:
        return Diagnosis(name, rho, threshold, reason, words + ".", False)
    if -lower_bound(-rho, at.n) >= threshold:
        words += ": too few to judge."
        return Diagnosis(name, rho, threshold, reason, words, False, is_checked=False)
    later = [r.step for r in ranks if r.step >= at.step and r.correlation >= 0.7]
    wait = f"not before step {later[0]}, where it is 0.7" if later else "much later"
    words += f"; prune {wait} (n_warmup_steps, or min_resource)."
    return Diagnosis(name, rho, threshold, reason, words, True)


def check_survivors(exploration: Exploration) -> Diagnosis:
    """Parts of a range that would catch up, if they were not pruned."""
    name, threshold = "Late starters are pruned", 0.0
    reason = "their survivors win places after the step at which others like them are pruned"
    if not exploration.trials.pruned.any():
        return unknown(name, threshold, reason, _why_none(exploration))
    if exploration.curves.are_folds:
        return unknown(name, threshold, reason, "Steps have no trend, as folds have none.")
    if late := _find_gaining(find_losers(exploration)):
        first = late[0]
        words = (
            f"{first.parts.named(first.part)}: {first.n_complete} of {first.n} trials survive "
            f"pruning, against {percent(first.share_rest)} of the others, and win "
            f"{percent(first.gain)} of all places more than those after the usual pruning step; "
            "prune later."
        )
        return Diagnosis(name, first.gain, threshold, reason, words, True)
    few, n_compared, n_rare = _few_survivors(exploration)
    if few:
        words = f"Cannot be judged, too few survive pruning: {few}; let some of them finish."
        return Diagnosis(name, None, threshold, reason, words, False, is_checked=False)
    words = f"No part of a range is seen to start late: {n_compared} compared by their survivors."
    if gaining := _find_gaining(_judge_parts(exploration)):
        first = min(gaining, key=lambda part: part.p_gain)
        words = (
            f"{first.parts.named(first.part)} may start late: its survivors win "
            f"{percent(first.gain)} of all places more than the others after the usual pruning "
            f"step; {first.n_complete} of {first.n} trials survive, against "
            f"{percent(first.share_rest)} of the others."
        )
    elif n_rare:
        words = (
            f"None of the {n_compared} parts of ranges that can be compared by their survivors is "
            f"seen to start late; {n_rare} {'was' if n_rare == 1 else 'were'} tried fewer than "
            f"{MIN_PART} times and cannot be judged."
        )
    return Diagnosis(name, None, threshold, reason, words, False)


def _find_gaining(parts: list[Loser]) -> list[Loser]:
    """Those whose survivors clearly win places later."""
    known = [part for part in parts if not math.isnan(part.p_gain)]
    q = benjamini_hochberg([part.p_gain for part in known])
    return [part for part, q_value in zip(known, q, strict=True) if q_value < _ALPHA_GAIN]


def _few_survivors(exploration: Exploration) -> tuple[str, int, int]:
    """Survivors in the parts of the parameters that have too few somewhere.

    And how many parts have enough, and how many were hardly tried.

    The parameter whose survivors are fewest comes first.
    """
    alive = ~exploration.trials.pruned
    found = []
    n_compared = n_rare = 0
    for parts in _all_parts(exploration):
        n = parts.member.sum(axis=0)
        survived = parts.member[alive].sum(axis=0)
        judged = np.flatnonzero(n >= MIN_PART)
        n_compared += int(np.sum(survived[judged] >= _MIN_SURVIVORS))
        n_rare += len(n) - len(judged)
        if len(judged) and survived[judged].min() < _MIN_SURVIVORS:
            share = survived[judged] / n[judged]
            lowest = judged[np.argsort(share, kind="stable")[:_MAX_PARTS]]
            words = [f"{survived[k]} of {n[k]} at {parts.labels[k]}" for k in lowest.tolist()]
            found.append((float(share.min()), f"{parts.name}: {', '.join(words)}"))
    found.sort(key=lambda entry: entry[0])
    return "; ".join(words for _, words in found[:_MAX_PARAMS]), n_compared, n_rare


def _all_parts(exploration: Exploration) -> list[Cells]:
    table = exploration.trials
    columns = zip(table.space.items(), table.params.T, strict=True)
    return [
        cut_param(name, distribution, column, _N_BINS, few=_N_BINS)
        for (name, distribution), column in columns
    ]


def _p_fewer(
    survived: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], alive: npt.NDArray[np.bool_]
) -> FloatArray:
    from scipy.stats import hypergeom

    return np.asarray(hypergeom.cdf(survived, len(alive), int(alive.sum()), counts))


def _gains(exploration: Exploration, step: int) -> FloatArray:
    """``(n_trials,)`` places won after a step, as a share of all; NaN for pruned trials."""
    from scipy.stats import rankdata

    curves, table = exploration.curves, exploration.trials
    sign = -1.0 if table.maximised[0] else 1.0
    at = np.full(len(table), np.nan)
    for row in np.flatnonzero(~table.pruned & (curves.lengths > 0)).tolist():
        steps, values = curves.of(row)
        place = int(np.searchsorted(steps, step, side="right")) - 1
        if place >= 0:
            at[row] = sign * values[place]
    gains = np.full(len(table), np.nan)
    rows = np.flatnonzero(~np.isnan(at))
    if len(rows) >= MIN_COMPLETE:
        gains[rows] = (rankdata(at[rows]) - rankdata(table.losses[rows, 0])) / len(rows)
    return gains


def _compare(gains: FloatArray, inside: npt.NDArray[np.bool_]) -> tuple[float, float]:
    from scipy.stats import mannwhitneyu

    known = ~np.isnan(gains)
    one, other = gains[known & inside], gains[known & ~inside]
    if min(len(one), len(other)) < 3:
        return float("nan"), float("nan")
    p = float(mannwhitneyu(one, other, alternative="greater").pvalue)
    return float(one.mean() - other.mean()), p
