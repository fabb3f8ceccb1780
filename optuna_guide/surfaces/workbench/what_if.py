"""What any configuration is expected to reach, and how far other trials support it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.domain import space as spaces
from optuna_guide.surfaces.workbench.wire import Refusal, number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.experiments.candidates import ExpectedOutcome
    from optuna_guide.models.fitting import Models
    from optuna_guide.surfaces.workbench.wire import Json

N_NEAREST = 5
N_COMPARED = 500  # trials whose own neighbours say what is near


def read_configuration(plain: object, space: Mapping[str, BaseDistribution]) -> dict[str, float]:
    """Internal values of a configuration; parameters that are missing or null are inactive.

    Args:
        plain: Parameter to number, or to the index of a choice.
        space: Declared distributions.

    Raises:
        Refusal: 400, if it is anything else.
    """
    if not isinstance(plain, dict):
        raise Refusal(400, "params must be a JSON object: parameter to number or choice index.")
    found = {}
    for name, value in plain.items():
        if name not in space:
            raise Refusal(400, f"There is no parameter {name[:200]!r}.")
        if value is None:
            continue
        distribution = space[name]
        n = len(distribution.choices) if isinstance(distribution, CategoricalDistribution) else 0
        if n and (type(value) is not int or not 0 <= value < n):
            raise Refusal(400, f"{name[:200]!r} needs the index of a choice, 0 to {n - 1}.")
        if type(value) not in (int, float) or not abs(value) <= 1e300:
            raise Refusal(400, f"{name[:200]!r} needs a number.")
        found[name] = float(value)
    return found


def translate(
    configuration: Mapping[str, float],
    space: Mapping[str, BaseDistribution],
    own: Mapping[str, BaseDistribution],
) -> dict[str, float]:
    """The configuration in the distributions of the models, which may know fewer choices."""
    found = {}
    for name, distribution in own.items():
        value = configuration.get(name)
        if value is None:
            continue
        if isinstance(distribution, CategoricalDistribution):
            choice = space[name].to_external_repr(value)
            try:
                value = float(spaces.choice_index(distribution, choice))
            except ValueError:
                continue  # never seen by a complete trial: as good as inactive
        found[name] = value
    return found


def predict(
    models: Models, configuration: Mapping[str, float], expected: ExpectedOutcome | None
) -> Json:
    """What is expected of a configuration, the nearest trials, and whether it extrapolates.

    Args:
        models: Of the trials.
        configuration: Internal values of the active parameters.
        expected: As of any candidate: all that is said of a configuration is of one model.
    """
    space, goal = models.sample.space, models.sample.goal
    outside = [n for n, d in space.items() if n in configuration and _is_off(d, configuration[n])]
    row = np.array([[configuration.get(name, np.nan) for name in space]])
    distances, nearest = _nearest(models, row)
    usual = _usual_distance(models)
    far = bool(len(distances) and distances[0] > usual)
    reasons = [f"{name} lies outside of its declared range." for name in outside]
    if far:
        reasons.append(
            f"The nearest trial is {distances[0]:.2f} away; 95 % of the trials have one within "
            f"{usual:.2f}."
        )
    return {
        "target": goal.name,
        "direction": goal.direction,
        "forecast": None if expected is None else asdict(expected),
        "nearest": nearest,
        "extrapolates": bool(outside) or far,
        "reasons": reasons,
    }


def _nearest(models: Models, row: FloatArray) -> tuple[FloatArray, list[dict[str, Any]]]:
    sample, goal = models.sample, models.sample.goal
    distances = gower(sample.space, row, sample.all_params)[0]
    order = np.argsort(distances, kind="stable")[:N_NEAREST]
    found = [
        {
            "number": int(sample.table.numbers[goal.rows[i]]),
            "distance": round(float(distances[i]), 4),
            "value": number(float(goal.values[i])),
        }
        for i in order
    ]
    return distances[order], found


def _usual_distance(models: Models) -> float:
    """Within so far 95 % of the trials have another, different one."""
    params = models.sample.params[:: max(1, len(models.sample.params) // N_COMPARED)]
    apart = gower(models.sample.space, params, params)
    nearest = np.where(apart > 0, apart, np.inf).min(axis=1)
    nearest = nearest[np.isfinite(nearest)]
    return float(np.quantile(nearest, 0.95)) if len(nearest) else 0.0


def _is_off(distribution: BaseDistribution, value: float) -> bool:
    if isinstance(distribution, CategoricalDistribution):
        return False
    low, high = (float(getattr(distribution, end)) for end in ("low", "high"))
    margin = 1e-9 * (high - low)
    return not low - margin <= value <= high + margin
