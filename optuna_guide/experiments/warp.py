"""The scale on which a target is modelled: a share by its odds, a size by its logarithm.

A step from 0.97 to 0.98 accuracy takes a third of the errors away; on the plain scale it is lost
among the bad trials, and more than 1 would be expected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray

_DECADE = 10.0


@dataclass(frozen=True)
class Warp:
    """An increasing scale.

    Attributes:
        kind: ``odds`` of a share between 0 and 1, ``log`` of a positive number, or ``plain``.
        edge: How near to 0 and 1 a share is told apart.
    """

    kind: Literal["odds", "log", "plain"]
    edge: float = 0.0

    def forward(self, values: FloatArray) -> FloatArray:
        """The target on this scale."""
        if self.kind == "odds":
            inside = np.clip(values, self.edge, 1.0 - self.edge)
            return np.asarray(np.log(inside / (1.0 - inside)))
        return np.log(values) if self.kind == "log" else values

    def back(self, values: FloatArray) -> FloatArray:
        """The target in its own units."""
        if self.kind == "odds":
            from scipy.special import expit

            return np.asarray(expit(values))
        return np.exp(np.minimum(values, 700.0)) if self.kind == "log" else values


def choose_warp(values: FloatArray) -> Warp:
    """The scale of a target: odds where all values lie within 0 and 1, logarithmic over a decade.

    Args:
        values: ``(n,)`` finite.
    """
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        return Warp("odds", 0.5 / max(len(values), 100))
    return Warp("log") if low > 0 and high / low > _DECADE else Warp("plain")
