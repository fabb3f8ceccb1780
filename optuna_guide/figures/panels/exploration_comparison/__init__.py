"""How several searches went, side by side: the samplers of a study, or several studies."""

from optuna_guide.figures.panels.exploration_comparison.drawing import COLOURS, HOW, TITLE, draw
from optuna_guide.figures.panels.exploration_comparison.gathering import gather

__all__ = ["COLOURS", "HOW", "TITLE", "draw", "gather"]
