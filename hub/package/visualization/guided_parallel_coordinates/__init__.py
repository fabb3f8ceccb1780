"""Parallel coordinates with promising ranges, the most important axis last."""

from __future__ import annotations

from optuna._imports import try_import

with try_import() as _imports:
    from optuna_guide import plot_parallel_coordinates

_imports.check()

__all__ = ["plot_parallel_coordinates"]
