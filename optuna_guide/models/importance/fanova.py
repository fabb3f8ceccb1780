"""Functional ANOVA as an evaluator for ``optuna.importance``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from optuna.importance import BaseImportanceEvaluator

from optuna_guide.domain import space as spaces
from optuna_guide.models.fanova import Marginals, fit_fanova, joint_share
from optuna_guide.models.forest import fit_forest, ranks, representative_rows
from optuna_guide.models.importance import evaluate_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray


class FanovaImportanceEvaluator(BaseImportanceEvaluator):
    """Importance by functional ANOVA, interactions included, for ``optuna.importance``.

    Each parameter gets its main effect and half of each of its interactions, as in
    `Guidance`; conditional parameters are assessed as well.

    Args:
        seed: Seed of the forest; by default one is drawn and kept.
    """

    def __init__(self, *, seed: int | None = None) -> None:
        self._seed = int(np.random.default_rng(seed).integers(2**31))

    def evaluate(
        self,
        study: Study,
        params: list[str] | None = None,
        *,
        target: Callable[[FrozenTrial], float] | None = None,
    ) -> dict[str, float]:
        """Importance by parameter, largest first.

        Raises:
            ValueError: If the study has several objectives and no target is given, or no complete
                trial has all of ``params``.
        """
        return evaluate_study(study, params, target, self._importances)

    def evaluate_jointly(
        self,
        study: Study,
        params: Sequence[str],
        *,
        target: Callable[[FrozenTrial], float] | None = None,
    ) -> float:
        """Share of the explained variance that a set of parameters explains together, 0 to 1.

        Their main effects and all interactions among them count, of any order.

        Raises:
            ValueError: If no complete trial has one of ``params``, or the study has several
                objectives and no target is given.
        """
        chosen = set(params)

        def share_of_all(
            space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray
        ) -> FloatArray:
            columns = [j for j, name in enumerate(space) if name in chosen]
            marginals = self._marginals(space, params, loss)
            share = joint_share(marginals.forest, columns, marginals.variance)
            return np.full(len(space), share)

        shares = evaluate_study(study, None, target, share_of_all)
        unknown = [name for name in params if name not in shares]
        if unknown:
            raise ValueError(f"No complete trial of study {study.study_name!r} has {unknown}.")
        return max((shares[name] for name in params), default=0.0)

    def _importances(
        self, space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray
    ) -> FloatArray:
        return fit_fanova(self._marginals(space, params, loss)).shapley()

    def _marginals(
        self, space: Mapping[str, BaseDistribution], params: FloatArray, loss: FloatArray
    ) -> Marginals:
        rng = np.random.default_rng(self._seed)
        rows, weights = representative_rows(loss, rng)
        unit, column = spaces.unit_columns(space, params[rows]), ranks(loss[rows], weights)
        forest = fit_forest(space, unit, column, weights=weights, rng=rng)
        return Marginals(forest.revalued(loss[rows]), seed=self._seed)
