"""Importance in an explainable boosting machine: mean absolute score of a parameter's terms."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from optuna.importance import BaseImportanceEvaluator

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.models.boosting import boost
from optuna_guide.models.ebm import MIN_TRIALS
from optuna_guide.models.forest import representative_rows
from optuna_guide.models.importance import evaluate_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray


_N_BAGS_OF_FEW = 4  # without new trials to stop at, every bag runs to its last round


class EBMImportanceEvaluator(BaseImportanceEvaluator):
    """How much each parameter moves the prediction of an explainable boosting machine.

    The importance is the mean absolute score of the parameter's main effect over the trials, plus
    half of that of each of its interactions, in units of the target. Conditional parameters are
    assessed as well. Above 2000 trials, the best 500 and 1500 random others are used, each of
    which counts as often as it stands for. An EBM needs twenty trials; with fewer it is fitted to
    the same trials several times over, and describes only them.

    Args:
        seed: Seed of the bags of trials; the same seed gives the same importances.
    """

    def __init__(self, *, seed: int | None = None) -> None:
        self._seed = seed

    def evaluate(
        self,
        study: Study,
        params: list[str] | None = None,
        *,
        target: Callable[[FrozenTrial], float] | None = None,
    ) -> dict[str, float]:
        """Importances of complete trials, highest first; zeros where nothing varies.

        Args:
            study: A study.
            params: Names of the parameters to assess; all by default.
            target: What to assess instead of the objective; needed with several objectives.

        Raises:
            ValueError: If the study has several objectives and no target is given, or no complete
                trial has one of ``params``.
        """
        seed = self._seed
        if seed is None:
            seed = int(np.random.default_rng().integers(2**31))
        return evaluate_study(study, params, target, partial(ebm_importances, seed=seed))


def ebm_importances(
    space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray, *, seed: int
) -> FloatArray:
    """``(p,)`` mean absolute score per parameter of ``(n, p)`` internal values; NaN = inactive.

    An interaction counts half for each partner. Fewer than twenty trials are repeated.
    """
    rows, weights = representative_rows(loss, np.random.default_rng(seed))
    n_bags = None
    if len(rows) < MIN_TRIALS:
        n_times, n_bags = math.ceil(MIN_TRIALS / len(rows)), _N_BAGS_OF_FEW
        rows, weights = np.tile(rows, n_times), np.tile(weights, n_times)
    params, loss = params[rows], clip_outliers(loss, "minimize")[rows]
    model = boost(space, params, loss, seed=seed, n_bags=n_bags, weights=weights)
    importances = np.zeros(len(space))
    mean_abs = np.average(np.abs(model.scores(params)), axis=0, weights=weights)
    for term, score in zip(model.terms, mean_abs, strict=True):
        importances[list(term)] += score / len(term)
    return importances
