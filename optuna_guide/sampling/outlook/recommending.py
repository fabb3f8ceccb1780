"""Which configuration to use, by the average that all trials together expect of it.

Under noise the best observed value is luck for a good part: of a hundred trials that one looks
best whose noise was kindest. What a process fitted to all of them expects is what the neighbours
of a trial confirm, and its repeats. It may expect more of a place between good trials than of any
of them: see `find_untried`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.ties import ROUNDING, are_as_good
from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import EQUAL, MAX_REPEATS, SETTLED, Recommendation, Rival
from optuna_guide.sampling.outlook.doubting import doubt
from optuna_guide.sampling.outlook.noise import shows_noise
from optuna_guide.sampling.outlook.process import read_process
from optuna_guide.sampling.outlook.tried import Tried
from optuna_guide.sampling.outlook.untried import find_untried
from optuna_guide.store.keys import FIXED
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study

    from optuna_guide.guidance.outlook import RivalKind
    from optuna_guide.sampling.outlook.process import Process
    from optuna_guide.study.snapshot import Snapshot

_CERTAIN = 1.959964  # standard deviations on either side of the mean that hold 95 %
_ONE_SIDED = 1.644854  # that leave 5 % on one side: `SETTLED`


def recommend(
    study: Study, *, default: Mapping[str, Any] | None = None, enqueue: bool = False
) -> Recommendation | NotReady:
    """The configuration to use, and how sure it is that no other one tried is better.

    A Gaussian process over all trials says what each configuration reaches on average. Where
    trials are noisy, `Study.best_trial` is the luckiest of the good ones; this one holds more
    often, as `benchmarks/README.md` shows. It may lie between trials that were tried; the best
    of those is the first of its rivals then.

    Args:
        study: A study of one objective.
        default: The configuration in use today, to compare with. By default the study's first
            trial, where that was enqueued.
        enqueue: Also enqueue `Recommendation.repeats`, which settle what can be settled.

    Returns:
        The recommendation, or why there is none yet.

    Raises:
        ValueError: If the study has several objectives, or a value of the default is none of its
            parameter.
    """
    snapshot = read_snapshot(study)
    process = read_process(snapshot)
    if isinstance(process, NotReady):
        return process
    found = recommend_from(process, snapshot, default=default)
    if enqueue:
        for params in found.repeats:
            study.enqueue_trial(dict(params))
    return found


def recommend_from(
    process: Process, snapshot: Snapshot, *, default: Mapping[str, Any] | None = None
) -> Recommendation:
    """What `recommend` says, of a process that was fitted to the snapshot already."""
    process = doubt(process)
    tried = Tried.of(process)
    untried: dict[int, Mapping[str, Any]] = {}
    order = _in_order(tried)
    lucky, is_noisy = int(np.argmax(tried.observed)), shows_noise(tried)
    if (row := find_untried(tried)) is not None:
        leader = snapshot.by_number[int(tried.numbers[order[0]])].params
        single = {n: v for n, v in leader.items() if n not in process.space.distributions}
        order.insert(0, len(tried.rows))
        untried[order[0]] = {**single, **process.params_of(row)}
        tried = tried.joined_by(row)
    best = order[0]
    compared: list[tuple[RivalKind, int]] = [("runner-up", i) for i in order[1:2]]
    if not are_as_good(-tried.observed[best], -tried.observed[lucky]) or best in untried:
        compared.append(("best observed", lucky))
    default = _enqueued_first(snapshot) if default is None else default
    if default is not None:
        if (i := tried.find(row := process.row_of(default))) is None:
            tried, i = tried.joined_by(row), len(tried.rows)
            untried[i] = dict(default)
        compared += [("default", i)] if i != best else []
    expected = tried.expected()

    def describe(i: int) -> dict[str, Any]:
        number, is_tried = int(tried.numbers[i]), i not in untried
        return {
            "trial": number if is_tried else None,
            "params": snapshot.by_number[number].params if is_tried else untried[i],
            "observed": float(process.give(tried.observed[i])) if is_tried else None,
            "expected": float(process.give(expected[i])),
        }

    def compare(kind: RivalKind, i: int) -> Rival:
        is_tie = math.isclose(expected[best], expected[i], rel_tol=ROUNDING)
        difference = 0.0 if is_tie else float(expected[best] - expected[i])
        deviation = tried.deviation(best, i)
        chance = chance_of_better(difference, deviation)
        needed = repeats_to_settle(difference, deviation, process.noise)
        return Rival(kind=kind, chance=chance, n_repeats=needed, **describe(i))

    told = describe(best)
    own = {} if told["trial"] is None else snapshot.by_number[told["trial"]].distributions
    spread = _CERTAIN * math.sqrt(tried.covariance([best])[0, 0])
    ends = np.clip(expected[best] + np.array([-spread, spread]), *tried.limits())
    low, high = sorted(process.give(ends).tolist())
    return Recommendation(
        study_name=snapshot.study_name,
        target=snapshot.objectives[0],
        direction="maximize" if snapshot.maximised[0] else "minimize",
        n_trials=len(process.numbers),
        space={**process.declared, **own},
        n_tried=int(tried.counts[best]),
        interval=(low, high),
        noise=process.noise * (told["expected"] if process.is_log else 1.0),
        shows_noise=is_noisy,
        is_log=process.is_log,
        rivals=tuple(compare(kind, i) for kind, i in compared),
        **told,
    )


def _in_order(tried: Tried) -> list[int]:
    """Configurations, the most expected first.

    Of those that were observed as good as it and that no repeats would tell from it, the one
    tried first takes its place: what is called the best trial elsewhere.
    """
    expected = tried.expected()
    order: list[int] = np.argsort(-expected, kind="stable").tolist()
    best = order[0]
    equal = np.flatnonzero(np.isclose(tried.observed, tried.observed[best], rtol=ROUNDING, atol=0))
    for i in equal[equal < best].tolist():
        difference = float(expected[best] - expected[i])
        deviation = tried.deviation(best, i)
        is_equal = chance_of_better(difference, deviation) < EQUAL
        if is_equal and repeats_to_settle(difference, deviation, tried.process.noise) is None:
            return [i, *(k for k in order if k != i)]
    return order


def chance_of_better(difference: float, deviation: float) -> float:
    """That a normal difference is positive: its mean and standard deviation in one unit."""
    if deviation == 0.0:
        return 0.5 if difference == 0.0 else float(difference > 0.0)
    return 0.5 * math.erfc(-difference / deviation / math.sqrt(2.0))


def repeats_to_settle(difference: float, deviation: float, noise: float) -> int | None:
    """Further trials of both configurations that make the better one sure, by `SETTLED`.

    Each pair of trials tells the difference with a variance of twice the squared noise. That the
    expected difference stays as it is is what is planned with.

    Args:
        difference: Expected difference of the two, at least 0.
        deviation: Its standard deviation now.
        noise: Standard deviation of one trial, all in one unit.

    Returns:
        0 where it is settled already; None where it takes more than `MAX_REPEATS`.
    """
    if chance_of_better(difference, deviation) >= SETTLED:
        return 0
    if noise == 0.0 or difference <= 0.0:
        return None
    short, told = _ONE_SIDED * deviation / difference, noise / deviation
    needed = 2.0 * told * told * (short * short - 1.0)
    return max(1, math.ceil(needed)) if needed <= MAX_REPEATS else None


def _enqueued_first(snapshot: Snapshot) -> Mapping[str, Any] | None:
    """The parameters of the first trial, where it was enqueued with all of them."""
    first = next(iter(snapshot.trials), None)
    if first is None or not first.params:
        return None
    fixed = first.system_attrs.get(FIXED, {})
    return first.params if first.params.keys() <= fixed.keys() else None
