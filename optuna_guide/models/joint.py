"""How much sets of parameters explain together, with all interactions among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from optuna_guide.models.digits import round_share
from optuna_guide.models.fanova import joint_share

if TYPE_CHECKING:
    from collections.abc import Iterable

    from optuna_guide.models.fitting import Models


class JointImportance(NamedTuple):
    """Shares of the variance of the target, not more than the forest explains.

    Attributes:
        names: The parameters of the set.
        alone: Sum of their main effects, as a guidance has them.
        together: The same with all interactions among them, of any order.
    """

    names: tuple[str, ...]
    alone: float
    together: float


def joint_importance(models: Models, names: Iterable[str], skill: float) -> JointImportance:
    """Measure a set of parameters; those that never varied explain nothing.

    Args:
        models: Of the trials.
        names: Of the parameters.
        skill: R2 of the forest on unseen trials, by which the shares are scaled; below 0 counts as
            nothing.
    """
    chosen, own = tuple(names), list(models.sample.space)
    columns = sorted({own.index(name) for name in chosen if name in own})
    skill, fanova = max(skill, 0.0), models.fanova
    alone = sum(round_share(skill * fanova.mains[j]) for j in columns)
    together = alone
    if len(columns) == len(own):
        together = round_share(skill)
    elif len(columns) > 1:
        share = joint_share(models.forest, columns, fanova.variance, seed=models.seed)
        together = max(round_share(skill * share), alone)
    return JointImportance(chosen, alone, together)
