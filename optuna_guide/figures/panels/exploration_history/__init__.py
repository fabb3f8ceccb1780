"""How the search went: every trial's values in the order in which they were tried."""

from optuna_guide.figures.panels.exploration_history.drawing import COLOURS, HOW, TITLE, draw
from optuna_guide.figures.panels.exploration_history.gathering import gather

__all__ = ["COLOURS", "HOW", "TITLE", "draw", "gather"]
