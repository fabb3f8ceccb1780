"""Did the narrowing help this study? Told by its own trials, from what was recorded on them.

Guided trials are compared with those before the first proposal, and with those that ignored the
proposals while they held: explored ones, and those that the model of a base sampler proposed by
itself. Before and after differ by more than the guidance - any sampler improves with time - so
that the second comparison is the fairer one. It compares like with like: trials under the same
proposal, whose ranks are added up (van Elteren 1960).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis.superiority import holm, p_better, share_interval, superiority
from optuna_guide.domain.ties import find_records
from optuna_guide.domain.wording import percent
from optuna_guide.study.provenance import read_decision
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray

_WINDOW = 60  # trials with a decision that the automatic widening looks back on
_MIN_GUIDED, _MIN_EXPLORED = 20, 5
_ALPHA = 0.05
GUIDED = ("guided", "repaired")
_FREE = ("explored", "modelled")


@dataclass(frozen=True)
class Batch:
    """Target of some trials, in its own units.

    Attributes:
        numbers: Which trials.
        n: How many.
        best: Best value; NaN without trials, like all that follow.
        median: Median.
        mean: Mean.
        std: Standard deviation.
    """

    numbers: tuple[int, ...]
    n: int
    best: float
    median: float
    mean: float
    std: float


@dataclass(frozen=True)
class VersionEvidence:
    """Trials that one proposal guided.

    Attributes:
        version: Version of the proposal.
        after: Its guided trials.
        p_value: One-sided Mann-Whitney test against the trials before the first proposal,
            corrected by Holm for the number of versions; None with fewer than 3 trials.
    """

    version: int
    after: Batch
    p_value: float | None


@dataclass(frozen=True)
class NarrowingEvidence:
    """What the trials say about the narrowing.

    Attributes:
        target: Name of the target; the Pareto rank of several objectives.
        before: Trials before the first proposal.
        guided: Guided trials of all versions.
        explored: Trials that ignored the proposals while they held.
        p_before: One-sided Mann-Whitney test that guided trials are better than those before.
        p_explored: The same against explored ones under the same proposals.
        beats_explored: Share of the pairs under the same proposal in which the guided trial beats
            the explored one; ties count half.
        interval: 95 % interval of this share; None with fewer than 5 trials of a kind.
        improvements_guided: New best values found by guided trials, per guided trial.
        improvements_explored: The same for explored ones.
        versions: Oldest first.
        summary: One sentence.
    """

    target: str
    before: Batch
    guided: Batch
    explored: Batch
    p_before: float | None
    p_explored: float | None
    beats_explored: float | None
    interval: tuple[float, float] | None
    improvements_guided: float
    improvements_explored: float
    versions: tuple[VersionEvidence, ...]
    summary: str


def measure_evidence(
    study: Study, target_name: str | int | None = None, *, direction: Direction | None = None
) -> NarrowingEvidence:
    """Compare guided trials with those before and with explored ones; complete trials only.

    Args:
        study: Any Optuna study.
        target_name: What is compared, as in `fit_guidance`.
        direction: Which way a user attribute is better.
    """
    return judge_narrowing(read_snapshot(study), target_name, direction)


def judge_narrowing(
    snapshot: Snapshot,
    target_name: str | int | None = None,
    direction: Direction | None = None,
) -> NarrowingEvidence:
    """`measure_evidence` of a study that was read already."""
    table = read_trials(snapshot)
    target = read_target(table, target_name, direction=direction)
    table = table.take(target.rows)
    decisions = [read_decision(snapshot.by_number[n].system_attrs) for n in table.numbers.tolist()]
    kinds = np.array([d.get("kind", "") for d in decisions], dtype=object)
    versions = np.array([d.get("version") or 0 for d in decisions], dtype=np.int64)
    order = np.argsort(table.numbers, kind="stable")
    loss, values = target.loss, target.values
    is_guided = np.isin(kinds, GUIDED)
    is_explored = np.isin(kinds, _FREE) & np.isin(versions, versions[is_guided])
    decided = table.numbers[versions > 0]
    is_before = table.numbers < (decided.min() if len(decided) else np.inf)
    improved = np.zeros(len(loss), dtype=bool)
    improved[order] = find_records(loss[order])
    sign = -1.0 if target.direction == "maximize" else 1.0

    def batch(rows: npt.NDArray[np.bool_]) -> Batch:
        return _batch(table.numbers[rows], values[rows], sign)

    guided, before = loss[is_guided], loss[is_before]
    found = [
        (int(v), is_guided & (versions == v)) for v in np.unique(versions[is_guided]).tolist()
    ]
    raw = [p_better(loss[rows], before) for _, rows in found]
    share, p_explored, n_alike = _compare_within(loss, is_guided, is_explored, versions)
    p_before = p_better(guided, before)
    interval = share_interval(share, *n_alike)
    return NarrowingEvidence(
        target=target.name,
        before=batch(is_before),
        guided=batch(is_guided),
        explored=batch(is_explored),
        p_before=p_before,
        p_explored=p_explored,
        beats_explored=share,
        interval=interval,
        improvements_guided=float(improved[is_guided].mean()) if is_guided.any() else 0.0,
        improvements_explored=float(improved[is_explored].mean()) if is_explored.any() else 0.0,
        versions=tuple(
            VersionEvidence(v, batch(rows), p)
            for (v, rows), p in zip(found, holm(raw), strict=True)
        ),
        summary=_summarise(n_alike, len(guided), p_before, share, interval),
    )


def _compare_within(
    loss: FloatArray,
    is_guided: npt.NDArray[np.bool_],
    is_free: npt.NDArray[np.bool_],
    versions: npt.NDArray[np.int64],
) -> tuple[float | None, float | None, tuple[int, int]]:
    """Share of pairs under one proposal that the guided trial wins, p-value, and sample sizes."""
    from scipy.special import ndtr
    from scipy.stats import rankdata

    wins = surplus = variance = 0.0
    n_pairs = n_guided = n_free = 0
    for version in np.unique(versions[is_guided]).tolist():
        rows = versions == version
        one, other = loss[rows & is_guided], loss[rows & is_free]
        share = superiority(one, other)
        if share is None:
            continue
        n, m = len(one), len(other)
        wins, n_pairs = wins + share * n * m, n_pairs + n * m
        ranks = rankdata(np.concatenate([one, other]))
        weight = 1.0 / (n + m + 1)
        surplus += weight * (n / (2 * weight) - ranks[:n].sum())
        variance += weight**2 * n * m * float(ranks.var(ddof=1)) / (n + m)
        n_guided, n_free = n_guided + n, n_free + m
    if not n_pairs:
        return None, None, (0, 0)
    enough = min(n_guided, n_free) >= 3 and variance > 0
    p_value = float(ndtr(-surplus / np.sqrt(variance))) if enough else None
    return wins / n_pairs, p_value, (n_guided, n_free)


def has_turned(trials: Sequence[FrozenTrial], losses: FloatArray) -> bool:
    """Whether guided trials stopped beating explored ones, among the last 60 complete ones.

    Args:
        trials: Complete trials.
        losses: ``(n_trials,)`` lower is better.
    """
    kinds = [read_decision(t.system_attrs).get("kind") for t in trials[-_WINDOW:]]
    recent = losses[-_WINDOW:]
    guided = recent[[k in GUIDED for k in kinds]]
    explored = recent[[k in _FREE for k in kinds]]
    if len(guided) < _MIN_GUIDED or len(explored) < _MIN_EXPLORED:
        return False
    share = superiority(guided, explored)
    return share is not None and share <= 0.5


def _batch(numbers: npt.NDArray[np.int64], values: FloatArray, sign: float) -> Batch:
    if not len(values):
        return Batch((), 0, *[float("nan")] * 4)
    best = sign * float((sign * values).min())
    with np.errstate(over="ignore"):  # losses such as 1e300: mean and deviation are infinite
        mean, std = float(values.mean()), float(values.std())
    return Batch(tuple(numbers.tolist()), len(values), best, float(np.median(values)), mean, std)


def _summarise(
    n_alike: tuple[int, int],
    n_guided: int,
    p_before: float | None,
    share: float | None,
    interval: tuple[float, float] | None,
) -> str:
    if n_guided == 0:
        return "No trial was guided yet."
    if share is None or interval is None:
        few = (
            f"{n_alike[0]} of {n_guided} guided trials and {n_alike[1]} that ignored the same "
            "proposals are too few to compare."
        )
        if p_before is None:
            return f"It cannot be told yet: {few}"
        better = "better than" if p_before < _ALPHA else "not clearly better than"
        return (
            f"It cannot be told yet: {few} Guided trials are {better} those before "
            f"(p = {p_before:.2g}), which any sampler that learns would be."
        )
    low, high = interval
    verdict = "Yes" if low > 0.5 else "No" if high < 0.5 else "It cannot be told yet"
    return (
        f"{verdict}: a guided trial beats one that ignored the same proposal in {percent(share)} "
        f"of the pairs (95 % interval {percent(low)} … {percent(high)}; "
        f"{n_alike[0]} guided, {n_alike[1]} not)."
    )
