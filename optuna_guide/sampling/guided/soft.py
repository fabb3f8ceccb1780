"""A region as a belief, for base samplers that weight their acquisition by a prior.

A hard box costs a Gaussian process late in the search: its model knows better. A belief that the
optimum lies in the proposed region fades instead, as trials come in; a person's region stays hard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, PromisingRange, Region
from optuna_guide.domain.region import allows
from optuna_guide.sampling.lite_gp.prior import Prior

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.sampling.guided.confine import Confined

STRENGTH = 10.0  # trials; see `Prior`
SOFTNESS = 0.1  # standard deviation of the belief beyond a bound, in units of the declared range
_LOG_OUTSIDE = float(np.log(0.1))  # of a choice outside


def believe(region: Region, space: Mapping[str, BaseDistribution]) -> Prior:
    """The belief that the optimum lies in the region: flat inside, a Gaussian tail outside."""
    parts = [
        (j, _log_density(region[name], distribution))
        for j, (name, distribution) in enumerate(space.items())
        if name in region
    ]

    def log_density(rows: FloatArray) -> FloatArray:
        total = np.zeros(len(rows))
        for j, part in parts:
            told = part(rows[:, j])
            total += np.where(np.isnan(told), 0.0, told)  # inactive: no belief
        return total

    return Prior(log_density, STRENGTH)


def hard_bounds(confined: Mapping[str, Confined]) -> dict[str, Any]:
    """Unit bounds, or allowed choices, as `LiteGPSampler.suggest` takes them."""
    return {name: _bounds(c) for name, c in confined.items()}


def _bounds(confined: Confined) -> Any:
    if confined.allowed is not None:
        return confined.allowed
    low, high = spaces.to_unit(confined.declared, np.array(confined.interval.intervals[0]))
    return float(low), float(high)


def _log_density(
    part: PromisingRange, distribution: BaseDistribution
) -> Callable[[FloatArray], FloatArray]:
    if isinstance(part, Choices):
        return lambda unit: np.where(
            allows(part, spaces.from_unit(distribution, unit)), 0.0, _LOG_OUTSIDE
        )
    ends = spaces.to_unit(distribution, np.array(part.intervals))

    def fall_off(unit: FloatArray) -> FloatArray:
        beyond = np.maximum(ends[:, :1] - unit, unit - ends[:, 1:]).min(axis=0)
        tail: FloatArray = -0.5 * (np.maximum(beyond, 0.0) / SOFTNESS) ** 2
        return tail

    return fall_off
