"""Which choices bring parameters with them: told by the trials, as Optuna does not record it.

A parameter is conditional where one other tells, without exception, in which trials it is active:
a choice (``model is mlp``), or the size of an integer (``n_layers >= 2``). Trials that failed may
have ended before they asked for all parameters: they are counted, and tell nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide.domain.labels import label
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.study.trial_values import read_params

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.domain.space import FloatArray

MIN_TOLD = 3  # trials with, and without, a parameter before a condition is told


@dataclass(frozen=True)
class Counted:
    """Finished trials of one choice by state."""

    choice: int
    n_complete: int
    n_pruned: int
    n_failed: int


@dataclass(frozen=True)
class Branching:
    """The branches of a search space.

    Attributes:
        space: Every parameter that a finished trial had, of use or not.
        where: Conditional parameter to the part of another one in which it is active.
        counts: Categorical parameter that others hang on to the trials of each tried choice.
    """

    space: Mapping[str, BaseDistribution] = field(default_factory=dict)
    where: Mapping[str, Region] = field(default_factory=dict)
    counts: Mapping[str, tuple[Counted, ...]] = field(default_factory=dict)


def read_branching(
    trials: Sequence[FrozenTrial], declared: Mapping[str, BaseDistribution]
) -> Branching:
    """The branches that the finished trials among these tell.

    Args:
        trials: Trials of a study.
        declared: Their search space.
    """
    ended = [trial for trial in trials if trial.state.is_finished()]
    used = {name for trial in ended for name in trial.params}
    space = {name: d for name, d in declared.items() if name in used}
    if all(len(trial.params) == len(space) for trial in ended):
        return Branching(space)
    columns = read_params(ended, space)
    states = np.array([trial.state for trial in ended])
    told = {name: column[states != TrialState.FAIL] for name, column in columns.items()}
    where = {name: found for name in space if (found := _find_condition(name, space, told))}
    parents = {name for region in where.values() for name in region}
    return Branching(
        space,
        where,
        {
            name: _count(columns[name], states)
            for name in space
            if name in parents and isinstance(space[name], CategoricalDistribution)
        },
    )


def say_where(where: Region, space: Mapping[str, BaseDistribution]) -> str:
    """A condition as Python says it: ``model == 'mlp'``, ``n_layers >= 2``."""
    return " and ".join(_say(name, part, space[name]) for name, part in where.items())


def name_branch(where: Region, space: Mapping[str, BaseDistribution]) -> str:
    """The branch in few words: ``mlp``; the condition itself where it is no choice."""
    return ", ".join(
        " or ".join(label(space[name], i) for i in part.indices)
        if isinstance(part, Choices)
        else _say(name, part, space[name])
        for name, part in where.items()
    )


def _find_condition(
    child: str, space: Mapping[str, BaseDistribution], columns: Mapping[str, FloatArray]
) -> Region | None:
    """The parameter that tells where another is active: a choice first, then the most active."""
    active = ~np.isnan(columns[child])
    if min(active.sum(), (~active).sum()) < MIN_TOLD:
        return None
    found: list[tuple[tuple[bool, int], str, PromisingRange]] = []
    for name, distribution in space.items():
        n_active = int((~np.isnan(columns[name])).sum())
        if n_active <= active.sum() or np.isnan(columns[name][active]).any():
            continue
        part = _separate(distribution, columns[name], active)
        if part is not None:
            found.append(((isinstance(part, Choices), n_active), name, part))
    if not found:
        return None
    _, name, part = max(found, key=lambda one: one[0])  # the first of equals: asked for first
    return {name: part}


def _separate(
    distribution: BaseDistribution, column: FloatArray, active: npt.NDArray[np.bool_]
) -> PromisingRange | None:
    """The values with which the child is active, where it never is with any other."""
    on, off = np.unique(column[active]), np.unique(column[~active & ~np.isnan(column)])
    if 2 * (len(on) + len(off)) > len(column):
        return None  # with so few trials a value, they may part by chance
    if isinstance(distribution, CategoricalDistribution):
        return None if np.isin(on, off).any() else Choices(tuple(int(k) for k in on))
    if not isinstance(distribution, IntDistribution):
        return None
    if on[0] > off[-1]:
        return Intervals(((float(on[0]), float(distribution.high)),))
    if on[-1] < off[0]:
        return Intervals(((float(distribution.low), float(on[-1])),))
    return None


def _count(column: FloatArray, states: npt.NDArray[np.object_]) -> tuple[Counted, ...]:
    ends = (TrialState.COMPLETE, TrialState.PRUNED, TrialState.FAIL)
    return tuple(
        Counted(int(k), *(int(((column == k) & (states == end)).sum()) for end in ends))
        for k in np.unique(column[~np.isnan(column)])
    )


def _say(name: str, part: PromisingRange, distribution: BaseDistribution) -> str:
    if isinstance(part, Choices):
        choices = [distribution.to_external_repr(k) for k in part.indices]
        if len(choices) == 1:
            return f"{name} == {choices[0]!r}"
        return f"{name} in ({', '.join(map(repr, choices))})"
    low, high = part.intervals[0]
    ends = getattr(distribution, "low", low), getattr(distribution, "high", high)
    if low == high:
        return f"{name} == {label(distribution, low)}"
    if high == ends[1]:
        return f"{name} >= {label(distribution, low)}"
    return f"{name} <= {label(distribution, high)}"
