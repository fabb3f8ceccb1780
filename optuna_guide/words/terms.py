"""A main term of the EBM in words, beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.analysis.term_agreement import agreement

if TYPE_CHECKING:
    from optuna_guide.guidance import ParamGuidance

ALIKE = 0.5  # correlation of two curves from which they agree


def term_note(param: ParamGuidance) -> str:
    """What is added where the parameter is inactive, or whether the forest agrees; or nothing."""
    if param.shape is not None and param.shape.inactive is not None:
        return f"inactive: {param.shape.inactive:+.2g}"
    agreed = agreement(param)
    if agreed is None:
        return ""
    return f"forest {'agrees' if agreed >= ALIKE else 'differs'}: {agreed:.2f}"
