"""A region as a belief, for base samplers that weight their acquisition by a prior.

A hard box costs a Gaussian process late in the search: its model knows better. A belief that the
optimum lies in the proposed region fades instead, as trials come in; a person's region stays hard.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.domain.beliefs import log_fall_off
from optuna_guide.sampling.lite_gp.prior import Prior

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.sampling.guided.confine import Confined

STRENGTH = 10.0  # trials; see `Prior`


def believe(region: Region, space: Mapping[str, BaseDistribution]) -> Prior:
    """The belief that the optimum lies in the region: flat inside, a Gaussian tail outside."""
    parts = [
        (j, region[name], distribution)
        for j, (name, distribution) in enumerate(space.items())
        if name in region
    ]

    def log_density(rows: FloatArray) -> FloatArray:
        total = np.zeros(len(rows))
        for j, part, distribution in parts:
            told = log_fall_off(part, distribution, rows[:, j])
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
