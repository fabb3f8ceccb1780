"""Trellis: the mean target by the options of every parameter, split by two of them.

After the barley trellis of Becker, Cleveland and Shyu (1996).
"""

from optuna_guide.figures.panels.trellis.drawing import COLOURS, HOW, TITLE, draw
from optuna_guide.figures.panels.trellis.gathering import gather

__all__ = ["COLOURS", "HOW", "TITLE", "draw", "gather"]
