"""Past versions in brief: how trust, importance and promising ranges changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.ranges import Choices, Intervals, PromisingRange
from optuna_guide.store.attributes import MAX_BYTES, read_softly, write_attribute
from optuna_guide.store.keys import HISTORY
from optuna_guide.store.records import read_records, write_record

if TYPE_CHECKING:
    from optuna import Study

    from optuna_guide.guidance import Guidance

MAX_VERSIONS = 64


@dataclass(frozen=True)
class VersionSummary:
    """One version of a study's guidance in brief; numbers are rounded.

    Attributes:
        version: Counts the refits of the study.
        n_trials: Trials that it rests on.
        n_finished: Finished trials of the study when it was fitted.
        last_trial: Largest trial number that it rests on.
        fitted_at: ISO time in UTC.
        target: Name of what is explained.
        is_open: Whether suggestions were shown.
        spearman: Out-of-bag rank correlation.
        spearman_lower: Its lower bound, which the gate looks at.
        importances: Parameter to importance, most important first.
        promising: Parameter to promising range, where it has one.
    """

    version: int
    n_trials: int
    n_finished: int
    last_trial: int
    fitted_at: str
    target: str
    is_open: bool
    spearman: float
    spearman_lower: float
    importances: Mapping[str, float]
    promising: Mapping[str, Intervals | Choices]


def load_history(study: Study) -> tuple[VersionSummary, ...]:
    """Past versions, oldest first; at most 64, thinned out evenly over the trials."""
    return read_history(read_softly(study, HISTORY))


def read_history(attributes: Mapping[str, Any]) -> tuple[VersionSummary, ...]:
    """The same from attributes that were read already."""
    found = read_records(VersionSummary, attributes, HISTORY).values()
    return tuple(sorted(found, key=lambda s: s.version))


def append(study: Study, attributes: Mapping[str, Any], guidance: Guidance) -> None:
    """Note a version, in place of the least telling one where there are 64 already.

    Raises:
        StoreError: If the storage cannot be written.
    """
    n_params = len(guidance.params)
    text = write_record(_summarise(guidance, n_params))
    while 2 * len(text) > MAX_BYTES and n_params:
        n_params //= 2  # very many parameters: the less important ones are left out
        text = write_record(_summarise(guidance, n_params))
    write_attribute(study, _free_key(attributes), text)


def _summarise(guidance: Guidance, n_params: int) -> VersionSummary:
    params = guidance.params[:n_params]
    return VersionSummary(
        version=guidance.version,
        n_trials=guidance.n_trials,
        n_finished=guidance.n_finished,
        last_trial=guidance.last_trial,
        fitted_at=guidance.fitted_at,
        target=guidance.target,
        is_open=guidance.trust.is_open,
        spearman=_round(guidance.trust.spearman),
        spearman_lower=_round(guidance.trust.spearman_lower),
        importances={p.name: _round(p.importance) for p in params},
        promising={p.name: _shorten(p.promising) for p in params if p.promising is not None},
    )


def _free_key(attributes: Mapping[str, Any]) -> str:
    """An unused key, or that of the version whose neighbours are nearest to each other."""
    records = read_records(VersionSummary, attributes, HISTORY)
    for k in range(MAX_VERSIONS):
        if f"{HISTORY}{k}" not in records:
            return f"{HISTORY}{k}"
    ordered = sorted(records, key=lambda key: records[key].version)
    trials = [records[key].n_finished for key in ordered]
    gaps = [trials[i + 1] - trials[i - 1] for i in range(1, len(ordered) - 1)]
    return ordered[1 + gaps.index(min(gaps))]


def _shorten(promising: PromisingRange) -> PromisingRange:
    if isinstance(promising, Choices):
        return promising
    return Intervals(tuple((_round(low), _round(high)) for low, high in promising.intervals))


def _round(value: float) -> float:
    return float(f"{value:.5g}")
