"""Parallel coordinates: every trial a line over the parameters, most important next the target."""

from optuna_guide.figures.panels.parallel_coordinates.drawing import COLOURS, HOW, TITLE, draw
from optuna_guide.figures.panels.parallel_coordinates.gathering import gather

__all__ = ["COLOURS", "HOW", "TITLE", "draw", "gather"]
