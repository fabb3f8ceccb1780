"""Every trial a point, in three projections: what it costs, what it is, what it predicts."""

from optuna_guide.figures.panels.model_overview.drawing import COLOURS, HOW, TITLE, draw
from optuna_guide.figures.panels.model_overview.gathering import gather

__all__ = ["COLOURS", "HOW", "TITLE", "draw", "gather"]
