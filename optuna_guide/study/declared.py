"""The search space that the trials of a study have declared: the one rule where it changed.

The newest kind of a parameter counts, numbers or choices, and of that kind the widest that any
trial of the study declared, whatever became of the trial. What was read once needs no second look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.space import widest
from optuna_guide.study.trial_values import INSTANT, read_seconds

if TYPE_CHECKING:
    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray


class _DeclaredKind(NamedTuple):
    """A parameter as a number, or as a choice; whether its trials declared different things."""

    widest: BaseDistribution
    is_varied: bool = False


class _DeclaredDomain(NamedTuple):
    """What the newest trial declared of a parameter, and its kinds, the newest last."""

    newest: BaseDistribution
    kinds: tuple[_DeclaredKind, ...]


@dataclass(frozen=True)
class Declared:
    """What the trials that were read so far declared, parameters in the order of appearance."""

    domains: Mapping[str, _DeclaredDomain] = field(default_factory=dict)

    @property
    def space(self) -> dict[str, BaseDistribution]:
        """Parameter to its widest distribution of the newest kind.

        Choices stand in the order of appearance: those of an earlier reading keep their indices.
        """
        return {name: domain.kinds[-1].widest for name, domain in self.domains.items()}

    @property
    def varied(self) -> tuple[str, ...]:
        """Parameters whose range or choices changed."""
        return tuple(name for name, domain in self.domains.items() if domain.kinds[-1].is_varied)

    @cached_property
    def turned(self) -> tuple[str, ...]:
        """Parameters that changed between numbers and choices."""
        return tuple(name for name, domain in self.domains.items() if len(domain.kinds) > 1)

    def has_newest_kinds(self, trial: FrozenTrial) -> bool:
        """Whether the trial has its parameters in their newest kind: numbers, or choices."""
        return all(
            is_categorical(trial.distributions[name])
            == is_categorical(self.domains[name].kinds[-1].widest)
            for name in self.turned
            if name in trial.distributions
        )

    def seen(self, trials: Iterable[FrozenTrial]) -> Declared:
        """With what further trials declared, oldest first; reading one again changes nothing."""
        domains = dict(self.domains)
        for trial in trials:
            for name, distribution in trial.distributions.items():
                domain = domains.get(name)
                if domain is None:
                    domains[name] = _DeclaredDomain(distribution, (_DeclaredKind(distribution),))
                elif not _is_same(domain.newest, distribution):
                    domains[name] = _seen(domain, distribution)
        return Declared(domains)


def are_inside(space: Mapping[str, BaseDistribution], params: FloatArray) -> npt.NDArray[np.bool_]:
    """Flags of the rows whose values lie in their ranges: Optuna lets enqueued ones pass."""
    inside = np.ones(len(params), dtype=bool)
    for column, distribution in zip(params.T, space.values(), strict=True):
        if isinstance(distribution, FloatDistribution | IntDistribution):
            margin = 1e-9 * (distribution.high - distribution.low)
            outside = (column < distribution.low - margin) | (column > distribution.high + margin)
            inside &= ~outside
    return inside


def find_observed_bounds(
    trials: Sequence[FrozenTrial], space: Mapping[str, BaseDistribution], marked: object
) -> frozenset[str]:
    """Parameters whose bounds are the lowest and highest value that was seen, not a decision.

    Args:
        trials: Trials of the study.
        space: What they declared.
        marked: What the study says: names of such parameters, or true where all of them are. A
            float counts as well where all trials were added, not run, and both bounds are values.
    """
    if isinstance(marked, list | tuple):
        return frozenset(name for name in space if name in marked)
    if marked is True:
        return frozenset(space)
    ended = [trial for trial in trials if trial.state.is_finished()]
    if not all(_is_added(trial) for trial in ended):
        return frozenset()
    return frozenset(
        name
        for name, distribution in space.items()
        if isinstance(distribution, FloatDistribution)
        and {distribution.low, distribution.high} <= {t.params.get(name) for t in ended}
    )


def _is_added(trial: FrozenTrial) -> bool:
    """Whether a trial ended when it started."""
    return not read_seconds(trial) >= INSTANT


def is_categorical(distribution: BaseDistribution) -> bool:
    """Whether the values are choices, not numbers."""
    return isinstance(distribution, CategoricalDistribution)


def _seen(domain: _DeclaredDomain, newest: BaseDistribution) -> _DeclaredDomain:
    others, kind = [], _DeclaredKind(newest)
    for known in domain.kinds:
        if is_categorical(known.widest) != is_categorical(newest):
            others.append(known)
        else:
            is_varied = known.is_varied or not _is_same(known.widest, newest)
            kind = _DeclaredKind(widest([known.widest, newest]), is_varied)
    return _DeclaredDomain(newest, (*others, kind))


def _is_same(one: BaseDistribution, other: BaseDistribution) -> bool:
    """Equal in kind and in all numbers or choices, where ``1`` and ``True`` are not equal."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    return repr(one) == repr(other) if is_categorical(one) else one.__dict__ == other.__dict__
