"""How much sets of parameters explain together, with all interactions among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.guidance import NotReady
from optuna_guide.models.fanova import Marginals, fit_fanova
from optuna_guide.models.forest import fit_forest, ranks
from optuna_guide.models.sample import read_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.study.table import TrialsTable
    from optuna_guide.study.targets import Target

N_TREES, N_SAMPLES = 32, 256  # Sobol points that a variance is taken over


class JointImportance(NamedTuple):
    """Shares of the variance of the target, not more than the forest explains.

    Attributes:
        names: The parameters of the set.
        alone: Sum of their main effects.
        together: The same with all interactions among them, of any order.
    """

    names: tuple[str, ...]
    alone: float
    together: float


def joint_importances(
    table: TrialsTable, target: Target, sets: Sequence[Sequence[str]], skill: float
) -> list[JointImportance] | NotReady:
    """Measure sets of parameters on one forest; those that never varied explain nothing.

    Args:
        table: Trials.
        target: Of the same table.
        sets: Names of parameters.
        skill: Share of the variance that the forest explains on unseen trials; below 0 counts as
            nothing.
    """
    rng = np.random.default_rng(0)
    sample = read_sample(table, target, rng)
    if isinstance(sample, NotReady):
        return sample
    forest = fit_forest(sample.space, sample.unit, ranks(sample.loss), n_trees=N_TREES, rng=rng)
    marginals = Marginals(forest.revalued(sample.values))
    mains = fit_fanova(marginals, max_pair_params=0).mains
    names = list(sample.space)
    found = []
    for chosen in sets:
        columns = [names.index(name) for name in chosen if name in names]
        alone = float(mains[columns].sum())
        share = marginals.joint_share(columns, n_samples=N_SAMPLES)
        both = [max(skill, 0.0) * min(v, 1.0) for v in (alone, max(share, alone))]
        found.append(JointImportance(tuple(chosen), *both))
    return found
