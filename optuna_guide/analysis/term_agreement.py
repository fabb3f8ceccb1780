"""Whether the forest and a main term of the EBM tell the same of a parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import ParamGuidance, Shape

MIN_IMPORTANCE = 0.02  # below, curves are too flat to agree


def centred(param: ParamGuidance) -> FloatArray:
    """``(n_points,)`` the forest's curve, shifted to the mean of the trials."""
    mean, counts = np.array(param.effect.mean), np.array(param.effect.counts, dtype=np.float64)
    return mean - (np.average(mean, weights=counts) if counts.sum() > 0 else mean.mean())


def agreement(param: ParamGuidance) -> float | None:
    """Correlation of forest and EBM over the trials; None where the parameter hardly matters."""
    if param.shape is None or max(param.importance, param.importance_ebm or 0.0) < MIN_IMPORTANCE:
        return None
    forest, ebm = centred(param), _score_at(param.shape, param.effect.x)
    counts = np.array(param.effect.counts, dtype=np.float64)
    if counts.sum() == 0 or not forest.any() or not ebm.any():
        return None
    forest, ebm = forest / np.abs(forest).max(), ebm / np.abs(ebm).max()
    ebm = ebm - np.average(ebm, weights=counts)
    size = np.sqrt((counts @ forest**2) * (counts @ ebm**2))
    return float(counts @ (forest * ebm) / size) if size > 0 else None


def _score_at(shape: Shape, internal: tuple[float, ...]) -> FloatArray:
    bins = np.searchsorted(shape.edges, internal, side="right") - 1
    score: FloatArray = np.array(shape.score)[np.clip(bins, 0, len(shape.score) - 1)]
    return score
