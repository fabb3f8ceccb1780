"""Where the program ``optuna-guide`` begins, whatever room its commands live in."""

from optuna_guide.surfaces.cli import main

__all__ = ["main"]
