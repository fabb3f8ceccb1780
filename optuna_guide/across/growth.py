"""What is to change in a search space: parsed, checked, and applied to one trial's parameters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.parsing import as_names
from optuna_guide.domain.space import choice_index, snap, with_choices

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

DomainChange: TypeAlias = BaseDistribution | Sequence[Any]
"""A distribution, the bounds ``(low, high)`` of a number, or the choices of a categorical one."""


@dataclass(frozen=True, eq=False)
class Growth:
    """How a space changes; names are the old ones.

    Attributes:
        distributions: Parameter to its new distribution, of those that stay and change.
        renamed: Parameter to its new name.
        added: New parameter to its distribution and the value that all old trials had.
        dropped: Parameters that are left out.
    """

    distributions: Mapping[str, BaseDistribution]
    renamed: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, tuple[BaseDistribution, Any]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()

    def change(
        self, trial: FrozenTrial
    ) -> tuple[dict[str, Any], dict[str, BaseDistribution], tuple[str, ...]]:
        """Parameters and distributions of a trial in the new space; what has no place there."""
        params: dict[str, Any] = {}
        distributions: dict[str, BaseDistribution] = {}
        strays = []
        for name, value in trial.params.items():
            if name in self.dropped:
                continue
            distribution = self.distributions.get(name, trial.distributions[name])
            if not _holds(distribution, value):
                strays.append(f"{name}={value!r}")
                continue
            params[self.renamed.get(name, name)] = value
            distributions[self.renamed.get(name, name)] = distribution
        if trial.params:
            for name, (distribution, value) in self.added.items():
                params[name], distributions[name] = value, distribution
        return params, distributions, tuple(strays)


def parse_growth(
    space: Mapping[str, BaseDistribution],
    changes: Mapping[str, DomainChange],
    *,
    log: Mapping[str, bool] | None = None,
    renamed: Mapping[str, str] | None = None,
    added: Mapping[str, tuple[DomainChange, Any]] | None = None,
    dropped: str | Collection[str] = (),
) -> Growth:
    """What is to change, checked against the space of the study.

    Raises:
        ValueError: If a parameter is unknown or there already, a change does not fit its kind, or
            nothing changes.
    """
    log, renamed, added, dropped = log or {}, renamed or {}, added or {}, as_names(dropped)
    for name in [*changes, *log, *renamed, *dropped]:
        if name not in space:
            known = ", ".join(sorted(space)) or "none, run a trial first"
            raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
    names = [renamed.get(name, name) for name in space if name not in dropped] + list(added)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{twice[0]!r} would be the name of two parameters: choose another one.")
    distributions = {name: _changed(name, space[name], c) for name, c in changes.items()}
    for name, is_log in log.items():
        distributions[name] = _with_log(name, distributions.get(name, space[name]), is_log)
    new = {name: (_added(name, change), value) for name, (change, value) in added.items()}
    for name, (distribution, value) in new.items():
        if not _holds(distribution, value):
            raise ValueError(f"The new {name!r} does not hold {value!r}, which old trials had.")
    growth = Growth(distributions, renamed, new, frozenset(dropped))
    if not (distributions or renamed or new or dropped):
        raise ValueError("Nothing changes: give at least one new range, choice or parameter.")
    return growth


def _changed(name: str, own: BaseDistribution, change: DomainChange) -> BaseDistribution:
    if isinstance(change, BaseDistribution):
        return change
    if isinstance(own, CategoricalDistribution):
        if not change:
            raise ValueError(f"{name!r} needs a choice at least: drop it instead.")
        return with_choices(change)
    assert isinstance(own, FloatDistribution | IntDistribution)
    low, high = _bounds(name, change)
    if own.log and low <= 0:
        raise ValueError(f"{name!r} is logarithmic: its range cannot begin at {low:g}.")
    if isinstance(own, IntDistribution) and low == int(low) and high == int(high):
        return IntDistribution(int(low), int(high), log=own.log, step=own.step)
    step = own.step if isinstance(own, FloatDistribution) else None
    return FloatDistribution(low, high, log=own.log, step=step)


def _bounds(name: str, change: Sequence[Any]) -> tuple[float, float]:
    numbers = len(change) == 2 and all(isinstance(v, int | float) for v in change)
    if not numbers or not change[0] <= change[1]:
        raise ValueError(f"{name!r} is a number: its range is (low, high), not {change!r}.")
    return change[0], change[1]


def _with_log(name: str, distribution: BaseDistribution, log: bool) -> BaseDistribution:
    if not isinstance(distribution, FloatDistribution | IntDistribution):
        raise ValueError(f"{name!r} has choices: it cannot be logarithmic.")
    if log and distribution.low <= 0:
        raise ValueError(
            f"{name!r} begins at {distribution.low:g} and cannot be logarithmic: "
            "give it a positive bound as well."
        )
    if isinstance(distribution, IntDistribution):
        return IntDistribution(distribution.low, distribution.high, log=log)
    return FloatDistribution(distribution.low, distribution.high, log=log)


def _added(name: str, change: DomainChange) -> BaseDistribution:
    """The distribution of a new parameter: a pair of numbers is a range, else they are choices."""
    if isinstance(change, BaseDistribution):
        return change
    if isinstance(change, tuple) and len(change) == 2:
        low, high = _bounds(name, change)
        whole = isinstance(low, int) and isinstance(high, int)
        return IntDistribution(int(low), int(high)) if whole else FloatDistribution(low, high)
    return with_choices(change)


def _holds(distribution: BaseDistribution, value: Any) -> bool:
    try:
        if isinstance(distribution, CategoricalDistribution):
            choice_index(distribution, value)
            return True
        internal = float(distribution.to_internal_repr(value))
        return bool(np.isclose(snap(distribution, internal), internal, rtol=1e-9, atol=0))
    except (TypeError, ValueError):
        return False
