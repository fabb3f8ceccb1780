"""Processes of several studies as one, and how much each of them counts.

The ranking-weighted ensemble of Feurer, Letham and Bakshy (2018), "Scalable Meta-Learning for
Bayesian Optimization using Ranking-Weighted Gaussian Process Ensembles".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.posterior import Model
    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray

_N_RESAMPLES = 256
_OUTLIVED = 0.95


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The weighted sum of independent processes.

    Attributes:
        models: The processes.
        weights: Their weights, which sum to 1, shape ``(n_models,)``.
    """

    models: Sequence[Model]
    weights: FloatArray

    def predict(self, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        """As `Posterior.predict`."""
        predictions = [model.predict(rows) for model in self.models]
        means, deviations = map(np.stack, zip(*predictions, strict=True))
        return self.weights @ means, np.sqrt(self.weights**2 @ deviations**2)

    def predict_with_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """As `Posterior.predict_with_gradient`."""
        predictions = [model.predict_with_gradient(rows, columns) for model in self.models]
        means, deviations, by_means, by_deviations = map(np.stack, zip(*predictions, strict=True))
        deviation = np.sqrt(self.weights**2 @ deviations**2)
        slopes = self.weights[:, None] ** 2 * deviations / deviation
        return (
            self.weights @ means,
            deviation,
            np.einsum("m,mij->ij", self.weights, by_means),
            np.einsum("mi,mij->ij", slopes, by_deviations),
        )


def rank_weights(predicted: FloatArray, y: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Share of resamples of the trials in which each model misranks the fewest pairs.

    A model that misranks more in the median than the last one in its worst twentieth gets nothing.

    Args:
        predicted: Means of the models, the leave-one-out means of the new study's own last, shape
            ``(n_models, n)``.
        y: What came out, shape ``(n,)``.
        rng: Draws the resamples.
    """
    drawn = rng.integers(len(y), size=(_N_RESAMPLES, len(y)))
    wrong = (predicted[:, :, None] < predicted[:, None]) != (y[:, None] < y)
    losses = wrong[:, drawn[:, :, None], drawn[:, None]].sum(axis=(2, 3)).astype(float)
    is_worse = np.median(losses, axis=1) > np.quantile(losses[-1], _OUTLIVED)
    is_worse[-1] = False
    losses[is_worse] = np.inf
    best = losses == losses.min(axis=0)
    weights: FloatArray = (best / best.sum(axis=0)).mean(axis=1)
    return weights


def rank_agreement(predicted: FloatArray, y: FloatArray) -> FloatArray:
    """Kendall's tau of each model with what came out, in its standard deviations under chance.

    Args:
        predicted: Means of the models, shape ``(n_models, n)``, ``n > 1``.
        y: What came out, shape ``(n,)``.
    """
    n = len(y)
    same = np.sign(predicted[:, :, None] - predicted[:, None]) * np.sign(y[:, None] - y)
    tau = same.sum(axis=(1, 2)) / (n * (n - 1))
    agreement: FloatArray = tau / np.sqrt(2.0 * (2 * n + 5) / (9.0 * n * (n - 1)))
    return agreement
