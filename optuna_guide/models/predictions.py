"""What the forest expects of the trials themselves, each by trees that did not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.space import unit_columns

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.fitting import Models
    from optuna_guide.models.forest import Forest
    from optuna_guide.study.table import TrialsTable


def predict_trials(models: Models, table: TrialsTable) -> FloatArray:
    """``(n_trials,)`` expected target of every trial, out of bag where it was learnt from.

    Inactive values are drawn at random, as in the forest.

    Args:
        models: Fitted to trials of the same study.
        table: Trials to predict, with all parameters of the models.
    """
    sample, forest = models.sample, models.forest
    columns = [table.names.index(name) for name in sample.space]
    unit = unit_columns(sample.space, table.params[:, columns])
    predicted = _mean(forest, unit, np.random.default_rng((models.seed, 2)))
    unseen = forest.out_of_bag()
    known = np.isfinite(unseen)
    learnt = sample.table.numbers[sample.rows[known]]
    _, rows, own = np.intersect1d(table.numbers, learnt, return_indices=True)
    predicted[rows] = unseen[known][own]
    return predicted


def _mean(forest: Forest, unit: FloatArray, rng: np.random.Generator) -> FloatArray:
    """``(n_rows,)`` means over the trees; each draws its own inactive values."""
    inactive = np.isnan(unit)
    total = np.zeros(len(unit))
    for tree in forest.trees:
        rows = unit.copy()
        rows[inactive] = rng.random(int(inactive.sum()))
        total += tree.predict(rows)
    return total / len(forest.trees)
