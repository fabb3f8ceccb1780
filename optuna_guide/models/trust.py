"""How far a fit can be trusted: skill, baseline, the gate, and what is missing."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.domain.space import unit_columns
from optuna_guide.guidance import SkillPoint, Trust
from optuna_guide.models import skill
from optuna_guide.models.ebm import MIN_TRIALS as MIN_EBM_TRIALS
from optuna_guide.models.forest import fit_forest, ranks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.guidance import TrustState
    from optuna_guide.models.forest import Forest

N_CURVE_TREES = 8
N_CURVE_REPEATS = 3
CONCENTRATED = 0.5
GOOD_R2 = 0.5  # from which values are predicted, and not only their order


class Unseen(NamedTuple):
    """Distinct trials, each predicted by trees that did not see it nor its repetitions.

    Attributes:
        rows: ``(n,)`` of the trials that were given.
        ranks: ``(n,)`` expected rank of the loss, 0 to 1.
        values: ``(n,)`` expected target.
    """

    rows: IntArray
    ranks: FloatArray
    values: FloatArray


def predict_unseen(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    loss: FloatArray,
    weights: FloatArray,
    forest: Forest,
    *,
    rng: np.random.Generator,
) -> Unseen:
    """Out-of-bag predictions; the arguments are those of `measure_trust`."""
    unit = unit_columns(space, params)
    distinct = skill.distinct_rows(unit)
    if len(distinct) < len(unit):
        # a repeated configuration in the bag would give its twins away
        weights = weights[distinct]
        column = ranks(loss[distinct], weights)
        forest = fit_forest(space, unit[distinct], column, weights=weights, rng=rng)
    predicted = forest.out_of_bag()
    known = np.isfinite(predicted)
    expected = forest.revalued(values[distinct]).out_of_bag()
    return Unseen(distinct[known], predicted[known], expected[known])


def measure_trust(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    loss: FloatArray,
    weights: FloatArray,
    forest: Forest,
    *,
    skew: float,
    rng: np.random.Generator,
) -> Trust:
    """Measure everything that `Trust` holds, on distinct configurations.

    Args:
        space: Declared distributions, in column order.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        values: ``(n,)`` target in its own units, the bad side clipped.
        loss: ``(n,)`` lower is better.
        weights: ``(n,)`` how many trials each stands for.
        forest: The forest grown on these trials, holding the ranks of the loss.
        skew: How concentrated the sampling of all trials is; see `skill.sampling_skew`.
        rng: Source of folds and resamples.
    """
    unseen = predict_unseen(space, params, values, loss, weights, forest, rng=rng)
    rows, predicted, expected = unseen
    n = _count(len(rows), len(params))
    params, values, loss, weights = (c[rows] for c in (params, values, loss, weights))
    rho = skill.spearman(predicted, loss, weights)
    n_alike = round(float(weights.sum() ** 2 / (weights @ weights)))  # effective size, Kish 1965
    lower = skill.lower_bound(rho, n_alike)
    missing = skill.n_missing(rho, n_alike)
    seed = int(rng.integers(2**31))
    is_open = lower > skill.GATE
    r2_ebm = None
    if len(rows) >= MIN_EBM_TRIALS:
        r2_ebm = _number(skill.ebm_r2(space, params, values, weights, seed=seed))
    r2 = _number(skill.r2(expected, values, weights))
    opened: TrustState = "values" if r2 >= GOOD_R2 else "ranks"
    return Trust(
        is_open=is_open,
        state=opened if is_open else "closed",
        reason=_reason(is_open, rho, lower, missing, n, skew),
        spearman=_number(rho),
        spearman_lower=_below(lower),
        threshold=skill.GATE,
        r2=r2,
        r2_linear=_number(skill.linear_r2(space, params, values, weights, seed=seed)),
        r2_ebm=r2_ebm,
        mse=_short(skill.mse(expected, values, weights)),
        typical_error=_short(skill.median(np.abs(expected - values), weights)),
        mrr=_number(skill.mrr(predicted, loss, weights)),
        n_trials=len(rows),
        n_missing=missing,
        skew=_number(skew),
        curve=_curve(space, unit_columns(space, params), values, loss, weights, rng),
    )


def _curve(
    space: Mapping[str, BaseDistribution],
    unit: FloatArray,
    values: FloatArray,
    loss: FloatArray,
    weights: FloatArray,
    rng: np.random.Generator,
) -> tuple[SkillPoint, ...]:
    filled = np.where(np.isnan(unit), rng.random(unit.shape), unit)

    def fit_predict(train: IntArray, test: IntArray) -> tuple[FloatArray, FloatArray]:
        column = ranks(loss[train], weights[train])
        small = fit_forest(
            space,
            unit[train],
            column,
            weights=weights[train],
            n_trees=N_CURVE_TREES,
            rng=rng,
        )
        predicted_loss = small.predict(filled[test]).mean(axis=0)
        return predicted_loss, small.revalued(values[train]).predict(filled[test]).mean(axis=0)

    sizes = skill.curve_sizes(len(loss))
    return skill.learning_curve(fit_predict, loss, values, weights, sizes, N_CURVE_REPEATS, rng)


def _reason(
    is_open: bool, rho: float, lower: float, missing: int | None, n: str, skew: float
) -> str:
    least = f"at least {math.floor(100 * lower) / 100:.2f} (n = {n})"
    if is_open:
        where = " inside the sampled region" if skew > CONCENTRATED else ""
        return f"predictions rank unseen trials{where} with a correlation of {rho:.2f}, {least}"
    if missing is None:
        return (
            f"predictions rank unseen trials with a correlation of only {rho:.2f} (n = {n}): the "
            "parameters do not explain the target yet, or noise hides it"
        )
    return (
        f"predictions rank unseen trials with a correlation of {rho:.2f}, {least}; "
        f"{skill.GATE} is needed: about {missing} more complete trials"
    )


def _count(n_distinct: int, n: int) -> str:
    return str(n) if n_distinct == n else f"{n_distinct} distinct ones of {n}"


def _number(value: float) -> float:
    return round(float(value), 4) if abs(value) < 1e4 else float(f"{value:.6g}")


def _below(bound: float) -> float:
    return math.floor(1e4 * bound) / 1e4 if math.isfinite(bound) else bound


def _short(error: float) -> float:
    """In the units of the target, which may be of any size."""
    return float(f"{error:.4g}")
