"""Strategies that turn complete trials into a region; one file each.

A strategy is a function ``propose(observations) -> Region``. The file name is its name:
`GuidedSampler(narrowing="best_leaves")` calls ``narrowing/best_leaves.py``. Parameters that the
region does not name keep their declared range.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from optuna_guide.domain.ranges import Region

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray


@dataclass(frozen=True, eq=False)
class Observations:
    """What a strategy may look at. There is at least one row, and every loss is finite.

    Attributes:
        space: Parameter to declared distribution; key order = column order.
        unit: ``(n_trials, n_params)`` parameters on the unit interval; NaN = inactive.
        loss: ``(n_trials,)`` lower is better, whatever the study optimises.
        n_trials: Complete trials of the study; more than there are rows in a long study, where
            ``unit`` holds the best ones and a random part of the others.
        seed: For whatever is random in the strategy.
    """

    space: Mapping[str, BaseDistribution]
    unit: FloatArray
    loss: FloatArray
    n_trials: int
    seed: int


Strategy: TypeAlias = Callable[[Observations], Region]


def strategy_names() -> tuple[str, ...]:
    """Names that `load_strategy` accepts, in alphabetical order."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


def load_strategy(narrowing: str | Strategy) -> Strategy:
    """The strategy of that name, or the callable itself.

    Raises:
        ValueError: If there is no strategy of that name.
        TypeError: If it is neither a name nor callable.
    """
    if callable(narrowing):
        return narrowing
    if not isinstance(narrowing, str):
        raise TypeError(
            f"narrowing must be a name or a function of Observations, not {narrowing!r}."
        )
    if narrowing not in strategy_names():
        raise ValueError(
            f"There is no strategy {narrowing!r}: use one of {', '.join(strategy_names())}, "
            "or pass a function of Observations."
        )
    module = importlib.import_module(f"{__name__}.{narrowing}")
    return cast(Strategy, module.propose)
