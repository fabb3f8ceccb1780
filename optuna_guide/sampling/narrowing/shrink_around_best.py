"""Centre every range on the best trial and shrink it step by step.

The adaptive grid search of guided hyperparameter tuning through visualization and inference:
whenever another batch of trials is complete, the range becomes half as wide around the best value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import region as regions

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import PromisingRange, Region
    from optuna_guide.sampling.narrowing import Observations

N_PER_STEP = 20  # trials between two steps
SHRINK = 0.5  # width of a range in units of the one before
MIN_WIDTH = 0.1  # share of the declared range that always remains


def propose(observations: Observations) -> Region:
    """Ranges around the best trial; choices stay, and so do parameters inactive in it."""
    width = max(SHRINK ** (observations.n_trials // N_PER_STEP), MIN_WIDTH)
    best = observations.unit[np.argmin(observations.loss)]
    region: dict[str, PromisingRange] = {}
    for (name, distribution), centre in zip(observations.space.items(), best, strict=True):
        if isinstance(distribution, CategoricalDistribution) or np.isnan(centre):
            continue
        low = min(max(centre - width / 2, 0.0), 1.0 - width)
        region[name] = regions.interval(distribution, low, low + width)
    return regions.without_whole_ranges(region, observations.space)
