"""The search space that all trials of a study have seen, as it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.distributions import BaseDistribution, CategoricalDistribution

from optuna_guide.domain import space as spaces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from optuna.trial import FrozenTrial


def read_space(
    trials: Sequence[FrozenTrial], known: Mapping[str, BaseDistribution]
) -> dict[str, BaseDistribution]:
    """The widest distribution of each parameter; the newest kind where numbers became choices."""
    space = dict(known)
    last: dict[str, BaseDistribution] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            before = last.get(name)
            if before is distribution or (before is not None and _same(before, distribution)):
                continue
            last[name] = distribution
            seen = space.get(name)
            space[name] = distribution if seen is None else _widest(seen, distribution)
    return space


def _same(one: BaseDistribution, other: BaseDistribution) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, CategoricalDistribution):
        return repr(one.__dict__) == repr(other.__dict__)  # 1 and True are different choices
    return one.__dict__ == other.__dict__


def _widest(seen: BaseDistribution, newest: BaseDistribution) -> BaseDistribution:
    if _same(seen, newest):
        return seen
    try:
        return spaces.widest([seen, newest])
    except ValueError:
        return newest


def keeps_codes(
    known: Mapping[str, BaseDistribution], space: Mapping[str, BaseDistribution]
) -> bool:
    """Whether values that were read before mean the same in a space that has grown."""
    for name, before in known.items():
        now = space[name]
        if isinstance(before, CategoricalDistribution) != isinstance(now, CategoricalDistribution):
            return False
        if isinstance(before, CategoricalDistribution) and isinstance(
            now, CategoricalDistribution
        ):
            n = len(before.choices)
            if repr(now.choices[:n]) != repr(before.choices):
                return False
    return True
