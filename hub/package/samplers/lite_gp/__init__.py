"""Gaussian process sampler on numpy and scipy, which models conditional search spaces."""

from __future__ import annotations

from optuna._imports import try_import

with try_import() as _imports:
    from optuna_guide import EarlierStudy, LiteGPSampler

_imports.check()

__all__ = ["EarlierStudy", "LiteGPSampler"]
