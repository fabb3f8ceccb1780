"""Parameters that hardly matter wherever they were tried, by the evidence of all studies.

One study is seldom large enough to say that a parameter does nothing: much can hide behind few
trials, and in what a sampler left untried. What is seen in several adds up: the bound of what a
parameter explains on average over them is far below that of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.guidance import Guidance
from optuna_guide.models.advice import ALPHA, HARDLY, MIN_ACTIVE, told_apart
from optuna_guide.models.beyond import most_on_average
from optuna_guide.models.sample import Sample, read_sample
from optuna_guide.models.suggestions import look_beyond
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_goal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.guidance import NotReady, ParamGuidance
    from optuna_guide.models.beyond import Beyond, Signal
    from optuna_guide.study.snapshot import Snapshot


@dataclass(frozen=True)
class Unneeded:
    """A parameter that hardly matters wherever it was tried.

    Attributes:
        name: The parameter.
        n_studies: Studies that have it and can be trusted, at least two.
        most: The largest of its importances.
        bound: What it explains at most, on average over these studies: share of the variance of
            the ranks, with interactions; 95 % one-sided.
    """

    name: str
    n_studies: int
    most: float
    bound: float


@dataclass(frozen=True)
class _ParamEvidence:
    """What one study says of one parameter."""

    signal: Signal | None
    p_any: float
    is_told_apart: bool
    n_active: int
    shared: float
    importance: float


def find_unneeded(
    members: Sequence[tuple[Snapshot, Guidance | NotReady]],
) -> tuple[Unneeded, ...]:
    """Parameters to leave out, by name; each is tested on the trials of all studies that have it.

    It has to explain at most 3 % on average over them, no study may show that its values differ,
    or that those of its best trials are others than those of all, nor may all of them together.

    Args:
        members: Studies, and what is known of each; those that cannot be trusted are passed over.
    """
    found: dict[str, list[_ParamEvidence]] = {}
    for snapshot, guidance in members:
        if isinstance(guidance, Guidance) and guidance.trust.is_open:
            for name, evidence in _look_at(snapshot, guidance).items():
                found.setdefault(name, []).append(evidence)
    judged = (_judge(name, evidence) for name, evidence in sorted(found.items()))
    return tuple(one for one in judged if one is not None)


def _look_at(snapshot: Snapshot, guidance: Guidance) -> dict[str, _ParamEvidence]:
    table = read_trials(snapshot)
    goal = read_goal(guidance, table)
    sample = read_sample(table, goal)
    if not isinstance(sample, Sample):
        return {}
    known = {p.name: p for p in guidance.params if p.name in sample.space}
    shares = {name: known[name].importance if name in known else 0.0 for name in sample.space}
    params, loss, beyond = look_beyond(sample, shares)
    skill = max(0.0, guidance.trust.r2)
    columns = dict(zip(sample.space, params.T, strict=True))
    return {
        name: _weigh(beyond, param, columns[name], loss, skill) for name, param in known.items()
    }


def _weigh(
    beyond: Beyond, param: ParamGuidance, column: np.ndarray, loss: np.ndarray, skill: float
) -> _ParamEvidence:
    active = ~np.isnan(column)
    return _ParamEvidence(
        signal=beyond.signal(param.name),
        p_any=beyond.p_any(param.name),
        is_told_apart=bool(told_apart(param.distribution, column[active], loss[active])),
        n_active=int(active.sum()),
        shared=max(0.0, skill * param.importance - param.share),
        importance=param.importance,
    )


def _judge(name: str, evidence: Sequence[_ParamEvidence]) -> Unneeded | None:
    from scipy.stats import combine_pvalues

    signals = [one.signal for one in evidence if one.signal is not None]
    if len(evidence) < 2 or len(signals) < len(evidence):
        return None
    if any(one.is_told_apart for one in evidence):
        return None
    if sum(one.n_active for one in evidence) < MIN_ACTIVE:
        return None
    p_values = [one.p_any for one in evidence]
    if min(p_values) * len(p_values) < ALPHA or combine_pvalues(p_values).pvalue < ALPHA:
        return None
    shared = float(np.mean([one.shared for one in evidence]))
    bound = most_on_average(signals, ALPHA) + shared
    if bound > HARDLY:
        return None
    most = max(one.importance for one in evidence)
    return Unneeded(name, len(evidence), most, bound)
