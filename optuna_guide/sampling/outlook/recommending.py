"""Which configuration to use, by the average that all trials together expect of it.

Under noise the best observed value is luck for a good part: of a hundred trials that one looks
best whose noise was kindest. What a process fitted to all of them expects is what the neighbours
of a trial confirm, and its repeats.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import MAX_REPEATS, SETTLED, Recommendation, Rival
from optuna_guide.sampling.outlook.process import fit_process
from optuna_guide.sampling.outlook.tried import Tried
from optuna_guide.store.keys import FIXED
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study

    from optuna_guide.guidance.outlook import RivalKind
    from optuna_guide.sampling.lite_gp.space import FloatArray
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
    often, as `benchmarks/README.md` shows.

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
    process = fit_process(snapshot)
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
    tried = Tried.of(process)
    expected = tried.expected()
    order = np.argsort(-expected, kind="stable")
    best, lucky = int(order[0]), int(np.argmax(tried.observed))
    compared: list[tuple[RivalKind, int]] = [("runner-up", int(i)) for i in order[1:2]]
    if lucky != best:
        compared.append(("best observed", lucky))
    if default is None:
        default = _enqueued_first(snapshot)
    untried = None if default is None else process.row_of(default)
    if untried is not None and (i := tried.find(untried)) is not None:
        compared += [("default", i)] if i != best else []
        untried = None

    def compare(kind: RivalKind, averages: FloatArray, covariance: FloatArray) -> Rival:
        difference = float(averages[0] - averages[1])
        variance = covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]
        deviation = math.sqrt(max(float(variance), 0.0))
        return Rival(
            kind=kind,
            trial=None,
            params=dict(default or {}),
            observed=None,
            expected=process.sign * float(averages[1]),
            chance=chance_of_better(difference, deviation),
            n_repeats=repeats_to_settle(difference, deviation, process.noise),
        )

    rivals = []
    for kind, i in compared:
        rival = compare(kind, expected[[best, i]], tried.covariance([best, i]))
        number = int(tried.numbers[i])
        observed = process.sign * float(tried.observed[i])
        params = snapshot.by_number[number].params
        rivals.append(replace(rival, trial=number, observed=observed, params=params))
    if untried is not None:
        averages = np.append(expected[best], process.expect(untried[None]))
        rivals.append(compare("default", averages, tried.covariance([best], untried)))
    spread = _CERTAIN * math.sqrt(tried.covariance([best])[0, 0])
    average, number = process.sign * float(expected[best]), int(tried.numbers[best])
    return Recommendation(
        study_name=snapshot.study_name,
        target=snapshot.objectives[0],
        direction="maximize" if snapshot.maximised[0] else "minimize",
        n_trials=len(process.numbers),
        trial=number,
        params=snapshot.by_number[number].params,
        space=process.declared,
        n_tried=int(tried.counts[best]),
        observed=process.sign * float(tried.observed[best]),
        expected=average,
        interval=(average - spread, average + spread),
        noise=process.noise,
        rivals=tuple(rivals),
    )


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
