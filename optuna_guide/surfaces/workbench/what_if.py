"""What-if: what the models expect of one configuration, and whether trials support it."""

from __future__ import annotations

import math
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
    from optuna_guide.models.boxes import UnitPart
    from optuna_guide.models.fitting import Models
    from optuna_guide.surfaces.workbench.wire import Json

LEVEL = 0.8  # of the intervals
N_NEAREST = 5
N_COMPARED = 500  # trials whose own neighbours say what is near
_NORMAL = 1.2816  # the normal's 90 % quantile: an interval of the level on both sides


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


def predict(models: Models, configuration: Mapping[str, float], r2_ebm: float | None) -> Json:
    """Mean and interval by forest and EBM, the nearest trials, and whether it extrapolates.

    The forest's interval holds eight in ten of the targets of the trials that share a leaf with
    the configuration, each weighted by how often it does (quantile regression forest; Meinshausen
    2006). The mean is that of the same weights; where few bad trials draw it out of the interval,
    the interval is widened to it. The EBM's interval holds eight in ten of its errors on unseen
    trials, taken as normal. What looks like a bounded metric is not expected beyond the values
    that it was ever seen to have; see `seen_limits`.

    Args:
        models: Of the trials.
        configuration: Internal values of the active parameters.
        r2_ebm: R2 of the EBM on unseen trials; None where it was not measured.
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
        "level": LEVEL,
        "forest": _by_forest(models, row[0]),
        "ebm": _by_ebm(models, row, r2_ebm, seen_limits(goal.values)),
        "nearest": nearest,
        "extrapolates": bool(outside) or far,
        "reasons": reasons,
    }


def seen_limits(values: FloatArray) -> tuple[float, float]:
    """Smallest and largest value that a metric can be expected to have.

    Those that were seen, where it looks bounded: on both sides where all values lie within -1 to 1
    or 0 to 100, such as an accuracy, on the side of zero where none crosses it, such as a loss.
    Infinite elsewhere.
    """
    low, high = float(values.min()), float(values.max())
    is_share = (low >= -1 and high <= 1) or (low >= 0 and high <= 100)
    return (
        low if is_share or low >= 0 else -math.inf,
        high if is_share or high <= 0 else math.inf,
    )


def _by_forest(models: Models, row: FloatArray) -> Json:
    boxes = models.boxes
    weights = np.ones(len(boxes.values))
    for j, distribution in enumerate(models.sample.space.values()):
        part: UnitPart | None = None
        if not np.isnan(row[j]) and j in boxes.positions:
            part = np.array([int(row[j])])
        elif not np.isnan(row[j]):
            part = np.repeat(spaces.to_unit(distribution, row[j]), 2).reshape(1, 2)
        weights *= boxes.overlap(j, part)
    by_tree = boxes.expect(weights)
    mean = float(by_tree.mean())
    low, middle, high = _quantiles(models, weights, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return {
        "mean": number(mean),
        "spread": number(float(by_tree.std())),
        "median": number(middle),
        "interval": [number(min(low, mean)), number(max(high, mean))],
    }


def _quantiles(models: Models, weights: FloatArray, levels: list[float]) -> list[float]:
    """Quantiles of the targets, each trial weighted by how often it shares the leaf."""
    values = models.sample.values
    rows = np.zeros(len(values))
    start = 0
    for tree in models.forest.trees:
        n = len(tree.values)
        size = np.bincount(tree.leaf_of_row, tree.weights, n)
        rows += (weights[start : start + n] / size)[tree.leaf_of_row] * tree.weights
        start += n
    order = np.argsort(values, kind="stable")
    total = np.cumsum(rows[order])
    places = np.searchsorted(total, np.array(levels) * total[-1])
    return values[order][np.minimum(places, len(order) - 1)].tolist()


def _by_ebm(
    models: Models, row: FloatArray, r2: float | None, limits: tuple[float, float]
) -> Json | None:
    if models.ebm is None:
        return None
    mean = float(models.ebm.predict(row)[0])
    found = [mean]
    if r2 is not None:
        error = _NORMAL * float(np.std(models.sample.values)) * max(1 - r2, 0.0) ** 0.5
        found += [mean - error, mean + error]
    limited = [number(v) for v in np.clip(found, *limits).tolist()]
    return {"mean": limited[0], "interval": limited[1:] or None}


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
