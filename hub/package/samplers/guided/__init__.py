"""Any sampler, confined to the region in which the good trials lie."""

from __future__ import annotations

from optuna._imports import try_import

with try_import() as _imports:
    from optuna_guide import GuidedSampler

_imports.check()

__all__ = ["GuidedSampler"]
