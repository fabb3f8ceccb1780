"""Which way a numeric user attribute is better, as far as its name and the trials tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray

GOES_WITH = 0.5  # rank correlation with the objective that gives an attribute its direction
MIN_TOLD = 10  # trials from which such a correlation says anything
_COSTS = re.compile(
    r"(?:^|[^a-z])(?:n|num)?_?(?:params?|parameters|weights|flops|macs|seconds|secs?|ms|time|latency"
    r"|duration|memory|mem|bytes|[kmg]?b|size|cost|price|energy|loss|error|err|mae|mse|rmse)(?:$|[^a-z])"
)
_GAINS = re.compile(
    r"(?:^|[^a-z])(?:acc|accuracy|auc|auroc|f1|precision|recall|score|reward|iou|dice|bleu|r2)"
    r"(?:$|[^a-z])"
)
_TIMES = re.compile(r"(?:^|[^a-z])(?:seconds|secs?|ms|time|latency|duration)(?:$|[^a-z])")


def attribute_direction(name: str, column: FloatArray, loss: FloatArray) -> Direction:
    """Which way a user attribute is better, as far as the trials tell.

    ``"maximize"`` where its rank correlation with the objective shows that higher goes with better
    trials; a weaker one is that of many a cost, of which less is better. What is called by the
    name of a cost or an error is one, however well larger models do, and what is called an
    accuracy or a score is none, whether or not it goes with the objective.

    Args:
        name: Name of the attribute.
        column: ``(n,)`` the attribute; NaN = missing.
        loss: ``(n,)`` of the first objective, lower is better; NaN = none.
    """
    known = np.isfinite(column) & np.isfinite(loss)
    values, losses = column[known], loss[known]
    if is_cost(name):
        return "minimize"
    if _GAINS.search(name.lower()):
        return "maximize"
    if len(values) < MIN_TOLD:
        return "minimize"
    if len(np.unique(values)) < 2 or len(np.unique(losses)) < 2:
        return "minimize"
    rho = np.corrcoef(_mean_ranks(values), _mean_ranks(losses))[0, 1]
    return "maximize" if rho <= -GOES_WITH else "minimize"


def is_cost(name: str) -> bool:
    """Whether an attribute has the name of a cost or an error, of which less is better."""
    return _COSTS.search(name.lower()) is not None


def is_time(name: str) -> bool:
    """Whether an attribute has the name of a time, which no two equal trials share."""
    return _TIMES.search(name.lower()) is not None


def is_size(name: str, values: FloatArray) -> bool:
    """Whether an attribute is called like a cost and positive: weights, seconds, bytes."""
    return is_cost(name) and bool((values[~np.isnan(values)] > 0).all())


def _mean_ranks(values: FloatArray) -> FloatArray:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return ranks
