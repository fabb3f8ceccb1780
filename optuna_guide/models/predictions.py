"""What the forest expects of the trials themselves, each by trees that did not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.space import unit_columns
from optuna_guide.guidance import NotReady
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.sample import read_sample

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.models.forest import Forest
    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target


def predict_trials(table: TrialsTable, goal: Target, *, seed: int = 0) -> FloatArray:
    """``(n_trials,)`` expected target of every trial, out of bag where it was learnt from.

    NaN where no forest can be fitted. Inactive values are drawn at random, as in the forest.

    Args:
        table: Usable trials.
        goal: What is predicted, of the same table.
        seed: Of the forest.
    """
    rng = np.random.default_rng(seed)
    sample = read_sample(table, goal, rng)
    if isinstance(sample, NotReady):
        return np.full(len(table), np.nan)
    grown = fit_forest(sample.space, sample.unit, ranks(sample.loss), rng=rng)
    forest = grown.revalued(sample.values)
    columns = [table.names.index(name) for name in sample.space]
    unit = unit_columns(sample.space, table.params[:, columns])
    predicted = _mean(forest, unit, rng)
    unseen = forest.out_of_bag()
    known = np.isfinite(unseen)
    predicted[sample.rows[known]] = unseen[known]
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
