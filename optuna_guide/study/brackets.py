"""Hyperband brackets, told from the steps at which trials completed their rungs.

The pruner keeps the value of each completed rung, but not its step. Values repeat, so that a rung
may have been completed at several steps: all rungs of all trials decide together.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from optuna.trial import TrialState

from optuna_guide.study.provenance import RUNG

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray

Rungs: TypeAlias = tuple[tuple[int, ...], ...]  # of each completed one, the steps it may be at

_MAX_BRACKETS = 10
_MIN_RATIO = 1.5  # of the first rungs of two brackets
_MIN_TRIALS = 2  # that surely have a rung at a step


def read_rungs(trial: FrozenTrial) -> Rungs:
    """Steps at which a trial may have completed each of its rungs, the first rung first.

    A rung is where its value was reported, not before the rung below it. The last one of a pruned
    trial is its last step.
    """
    found: list[list[int]] = []
    while (value := trial.system_attrs.get(f"{RUNG}{len(found)}")) is not None:
        reports = sorted(trial.intermediate_values.items())
        found.append([step for step, reported in reports if reported == value])
    if found and trial.state == TrialState.PRUNED and trial.last_step in found[-1]:
        found[-1] = [trial.last_step]
    lowest, highest = -math.inf, math.inf
    for k in range(len(found)):
        found[k] = [step for step in found[k] if step >= lowest]
        lowest = min(found[k], default=lowest)
    for k in reversed(range(len(found))):
        found[k] = [step for step in found[k] if step <= highest]
        highest = max(found[k], default=highest)
    return tuple(map(tuple, found))


def infer_brackets(trials: Sequence[Rungs]) -> FloatArray:
    """``(n_trials,)`` brackets: the later the first rung of a trial, the higher; NaN = unknown.

    First rungs are where several trials surely have theirs; where those differ by little, they
    are no brackets. Of a trial whose first rung may be at several of them, the later rungs decide:
    each of them is one further up the ladder that all brackets share.

    Args:
        trials: What `read_rungs` found of each trial of a study.
    """
    brackets = np.full(len(trials), np.nan)
    firsts = _sure(rungs[:1] for rungs in trials)
    apart = [(b + 1) / (a + 1) >= _MIN_RATIO for a, b in itertools.pairwise(firsts)]
    if not 2 <= len(firsts) <= _MAX_BRACKETS or not all(apart):
        return brackets
    ladder = _sure(trials)
    ladders = [ladder[ladder.index(step) :] for step in firsts]
    for row, rungs in enumerate(trials):
        possible = [k for k, step in enumerate(firsts) if rungs and step in rungs[0]]
        if len(possible) > 1:
            possible = [k for k in possible if _climbs(rungs, ladders[k])]
        if len(possible) == 1:
            brackets[row] = possible[0]
    return brackets


def _sure(trials: Iterable[Rungs]) -> list[int]:
    """Ascending steps at which several rungs surely are."""
    counts = Counter(steps[0] for rungs in trials for steps in rungs if len(steps) == 1)
    return sorted(step for step, n in counts.items() if n >= _MIN_TRIALS)


def _climbs(rungs: Rungs, ladder: Sequence[int]) -> bool:
    """Whether a trial may have completed its rungs at these steps, as far as they are known."""
    return all(step in steps for step, steps in zip(ladder, rungs, strict=False))
