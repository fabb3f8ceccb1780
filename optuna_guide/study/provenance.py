"""What samplers and pruners leave behind on a trial, and what can be told from it.

Optuna does not keep which sampler made a trial. `GuidedSampler` records its decisions on the
trial, `GuideCallback` the sampler of every trial that it sees end; of the others, generations,
completed rungs, relative parameters and enqueued values say much of it all the same.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.store.keys import DECISION, FIXED, PLAN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray, IntArray

KINDS = (
    "",
    "startup",
    "guided",
    "repaired",
    "explored",
    "by the model",
    "not narrowed",
    "paused",
    "enqueued",
    "believed",
)
START_UP = "start-up"  # what made a trial before the first mark of a sampler
PARENT = "parent"  # user attribute: number of the trial that this one was made from
GENERATION = "generation"  # user attribute of a population that Optuna does not know
_WORDS = {
    "open": "not narrowed",
    "modelled": "by the model",
}  # for people; others are recorded in their words
_CMA = "cma:generation"
_MARKS = {
    _CMA: "CmaEsSampler",
    "tpe:relative_params:0": "TPESampler",
    "gp:relative_params:0": "GPSampler",
    PLAN: "LiteGPSampler",
    "grid_id": "GridSampler",
}
_GENERATION = ":generation"
_BLIND = ("RandomSampler", "QMCSampler", "GridSampler", "BruteForceSampler")
RUNG = "completed_rung_"


def read_decision(attributes: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `GuidedSampler` recorded on a trial; empty where it did not make it."""
    decision = attributes.get(DECISION)
    return decision if isinstance(decision, dict) else {}


def read_sampler(attributes: Mapping[str, Any], watched: str = "") -> str:
    """The sampler that is recorded, or that left its mark; empty where none did.

    Args:
        attributes: System attributes of the trial.
        watched: What `GuideCallback` recorded; `GuidedSampler` knows better.
    """
    recorded = read_decision(attributes).get("base") or watched
    if recorded:
        return str(recorded)
    for key in attributes:
        if key in _MARKS:
            return _MARKS[key]
        if _is_generation(key):
            return key.removesuffix(_GENERATION)
    return ""


def read_kinds(attributes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Kind of each trial, oldest first.

    Where no decision is recorded, the first generation of a genetic sampler was its startup, and
    so was whatever came before the first trial with a sampler's mark.
    """
    marked = [bool(read_sampler(found)) for found in attributes]
    first = marked.index(True) if any(marked) else 0
    return [read_kind(found, i < first) for i, found in enumerate(attributes)]


def read_kind(attributes: Mapping[str, Any], is_before_marks: bool = False) -> str:
    """Kind of one trial; whether it came before the first trial with a sampler's mark."""
    if attributes.get(FIXED):
        return "enqueued"
    decision = read_decision(attributes)
    if decision:
        recorded = str(decision.get("kind", ""))
        kind = _WORDS.get(recorded, recorded)
        return kind if kind in KINDS else ""
    return "startup" if _is_first(attributes) or is_before_marks else ""


def name_makers(samplers: Sequence[str], kinds: Sequence[str]) -> list[str]:
    """Who made each trial: a sampler, or the start-up before the first mark; empty = unknown.

    Args:
        samplers: Of each trial, as of `read_sampler`.
        kinds: Of each trial, as of `read_kinds`.
    """
    return [
        name or (START_UP if kind == "startup" else "")
        for name, kind in zip(samplers, kinds, strict=True)
    ]


def find_blind(attributes: Sequence[Mapping[str, Any]], watched: Sequence[str]) -> list[bool]:
    """Which trials were drawn without regard to those before, as far as is known.

    Those of a sampler that does not learn, of the first generation, and of the start-up of a
    sampler that marks all later ones. Enqueued trials are not.

    Args:
        attributes: System attributes of each trial, oldest first.
        watched: Name of the sampler of each that `GuideCallback` recorded; empty = unknown.
    """
    marked = [
        bool(read_sampler({k: found[k] for k in found.keys() - {DECISION}}))
        for found in attributes
    ]
    first = marked.index(True) if any(marked) else 0
    return [
        not found.get(FIXED) and (i < first or _is_blind(found, name))
        for i, (found, name) in enumerate(zip(attributes, watched, strict=True))
    ]


def _is_blind(attributes: Mapping[str, Any], watched: str) -> bool:
    if read_decision(attributes).get("kind") in ("guided", "repaired"):
        return False
    return _is_first(attributes) or read_sampler(attributes, watched) in _BLIND


def read_generation(trial: FrozenTrial) -> float:
    """Generation of a population, from 0, as the sampler or an attribute tells; NaN = none."""
    marks = (value for key, value in trial.system_attrs.items() if _is_generation(key))
    for value in (*marks, trial.user_attrs.get(GENERATION)):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return float(value)
    return math.nan


def read_rung(attributes: Mapping[str, Any]) -> float:
    """Highest rung of successive halving that was completed; NaN = none."""
    rungs = [key.removeprefix(RUNG) for key in attributes if key.startswith(RUNG)]
    return max((float(rung) for rung in rungs if rung.isdecimal()), default=math.nan)


def infer_batches(start: FloatArray, end: FloatArray) -> IntArray:
    """Batch of each trial, from 0: none of a batch started after another one of it ended.

    Args:
        start: ``(n_trials,)`` seconds; NaN = did not start, and is in no batch: -1.
        end: ``(n_trials,)`` the same; NaN = still runs.
    """
    batches = np.full(len(start), -1, dtype=np.int64)
    order = np.argsort(start, kind="stable")  # those that did not start are behind all others
    order = order[~np.isnan(start[order])]
    ends = np.where(np.isnan(end), math.inf, end)[order]
    after = np.searchsorted(start[order], ends)  # first one that started after this one ended
    after = np.maximum(after, np.arange(len(order)) + 1)
    following = np.minimum.accumulate(after[::-1])[::-1].tolist()
    is_first, at = np.zeros(len(order), dtype=bool), 0
    while at < len(order):
        is_first[at] = True
        at = following[at]
    batches[order] = np.cumsum(is_first) - 1
    return batches


def read_alone(trial: FrozenTrial) -> float:
    """Share of the values that were drawn one by one by a sampler that draws jointly.

    `GuidedSampler` alone knows it; NaN for trials of others, of its startup, and enqueued ones.
    """
    decision = read_decision(trial.system_attrs)
    is_free = not trial.system_attrs.get(FIXED) and len(trial.params) > 0
    if not is_free or decision.get("kind", "startup") == "startup":
        return math.nan
    alone = decision.get("alone", 0)
    return min(alone / len(trial.params), 1.0) if isinstance(alone, int) else math.nan


def read_parent(trial: FrozenTrial) -> int:
    """Number of the trial that this one says it was made from; -1 = none."""
    parent = trial.user_attrs.get(PARENT)
    if isinstance(parent, int) and not isinstance(parent, bool) and 0 <= parent < trial.number:
        return parent
    return -1


def _is_first(attributes: Mapping[str, Any]) -> bool:
    """Whether it is of the first generation of a genetic sampler."""
    return any(_is_generation(k) and k != _CMA and v == 0 for k, v in attributes.items())


def _is_generation(key: str) -> bool:
    return key.endswith(_GENERATION) and key.count(":") == 1
