"""The target as a colour: the better, the stronger, the same in every figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import theme

if TYPE_CHECKING:
    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray

GROUPS = (  # as many as a column has cells at most, inactive included
    theme.BLUE,
    theme.ORANGE,
    theme.PURPLE,
    "#3f9b78",
    "#9a8a00",
    theme.FILL,
    "#c2604a",
    "#4a93a8",
    theme.INK,
)
SCALE = ((0.0, "rgba(127,127,127,.30)"), (0.5, "rgba(90,150,205,.75)"), (1.0, "#2166ad"))


def colour_range(values: FloatArray, direction: Direction) -> tuple[float, float]:
    """Target values of the faintest and the strongest colour: what nine in ten reach, the record.

    Args:
        values: ``(n_trials,)`` target in its own units, finite.
        direction: Which way it is better.
    """
    if not len(values):
        return 0.0, 1.0
    values = np.clip(values, -1e300, 1e300)
    sign = 1.0 if direction == "maximize" else -1.0
    faint, strong = sign * np.quantile(sign * values, [0.1, 1.0], method="nearest")
    return float(faint), float(strong if strong != faint else faint + sign * (abs(faint) or 1.0))


def colour_axis(reach: tuple[float, float], **bar: Any) -> dict[str, Any]:
    """A colour axis from the faintest to the strongest value, whichever of them is larger."""
    low, high = sorted(reach)
    look = {
        "thickness": 8,
        "outlinewidth": 0,
        "len": 0.9,
        "x": 1.01,
        "nticks": 5,
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
    }
    descending = reach[0] > reach[1]
    scale = [(1 - at, colour) for at, colour in reversed(SCALE)] if descending else list(SCALE)
    return {"colorscale": scale, "cmin": low, "cmax": high, "colorbar": {**look, **bar}}
