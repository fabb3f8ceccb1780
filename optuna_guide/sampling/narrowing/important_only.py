"""Confine the fewest parameters that together carry most of the importance.

The ranges are those of the best leaves; the others keep their declared range. For people who want
few, explicable changes to a search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.sampling.narrowing import best_leaves

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.sampling.narrowing import Observations

COVERAGE = 0.8  # share of the importance
_N_TREES = 32
_MIN_LEAF = 3


def propose(observations: Observations) -> Region:
    """Ranges of the most important parameters, until together they carry 80 % of it."""
    region = best_leaves.propose(observations)
    shares = split_importance(observations)
    kept, explained = [], 0.0
    for j in np.argsort(-shares, kind="stable"):
        if explained >= COVERAGE:
            break
        kept.append(list(observations.space)[j])
        explained += shares[j]
    return {name: region[name] for name in kept if name in region}


def split_importance(observations: Observations) -> FloatArray:
    """``(n_params,)`` share of the squared error that splits on a parameter remove; sums to 1."""
    forest = fit_forest(
        observations.space,
        observations.unit,
        ranks(observations.loss),
        n_trees=_N_TREES,
        min_leaf=_MIN_LEAF,
        rng=np.random.default_rng(observations.seed),
    )
    gains = [tree.nodes.compute_feature_importances() for tree in forest.trees]
    total = np.mean(gains, axis=0)
    shares: FloatArray = total / (total.sum() or 1.0)
    return shares
