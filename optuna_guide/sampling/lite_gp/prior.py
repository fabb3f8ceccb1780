"""Soft guidance: where the optimum is believed to be, before the model has seen it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Prior:
    """A belief about where the optimum is, which fades as trials come in.

    The acquisition function is multiplied by ``density ** (strength / n)`` after ``n`` further
    complete trials: equation 6 of Hvarfner et al. (2022), "piBO: Augmenting Acquisition Functions
    with User Beliefs for Bayesian Optimization", ICLR.

    Attributes:
        log_density: Takes unit rows, shape ``(n_rows, n_params)``, and returns the log density,
            shape ``(n_rows,)``; it need not be normalised. Columns follow the search space.
            Numeric parameters are on ``[0, 1]`` (logarithmic where the distribution is, levels of
            a grid at the middle of their cell), choice ``i`` of ``k`` is ``(i + 0.5) / k``, and
            NaN = inactive.
        strength: ``beta`` of the paper, in trials: the prior counts for less than the acquisition
            function itself once there are more complete trials than this.
        since: Complete trials when it was stated.
    """

    log_density: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]
    strength: float = 10.0
    since: int = 0

    def weight(self, n_trials: int) -> float:
        """The exponent of its density once there are ``n_trials`` complete trials."""
        return self.strength / max(n_trials - self.since, 1)
