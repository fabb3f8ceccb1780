"""What is expected under brushed ranges, as the page draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna.distributions import CategoricalDistribution

from optuna_guide.models.expectations import expect_along
from optuna_guide.surfaces.workbench.wire import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.guidance import Effect
    from optuna_guide.models.boxes import UnitPart
    from optuna_guide.models.fitting import Models
    from optuna_guide.surfaces.workbench.wire import Json


def estimate(models: Models, parts: Mapping[int, UnitPart]) -> Json:
    """Expected target under the ranges, and along each axis under those of all *other* axes.

    Without ranges these are the effects of the guidance.

    Args:
        models: Of the trials.
        parts: Column to the part of its axis.
    """
    found = expect_along(models, parts)
    space, goal = models.sample.space, models.sample.goal
    return {
        "target": goal.name,
        "direction": goal.direction,
        "expected": number(found.mean),
        "spread": number(found.spread),
        "n_inside": found.n_inside,
        "params": {name: _effect_json(space[name], e) for name, e in found.effects.items()},
    }


def _effect_json(distribution: BaseDistribution, effect: Effect) -> Json:
    found: Json = {
        "mean": [number(v) for v in effect.mean],
        "spread": [number(v) for v in effect.spread],
        "density": effect.counts,
    }
    if isinstance(distribution, CategoricalDistribution):
        return {"choices": list(range(len(effect.x))), **found}
    return {"edges": effect.edges, **found}
