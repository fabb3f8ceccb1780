"""Keep with a study what its trials teach: importance, promising ranges, trust."""

from __future__ import annotations

from optuna._imports import try_import

with try_import() as _imports:
    from optuna_guide import GuideCallback

_imports.check()

__all__ = ["GuideCallback"]
