"""What can be trusted: skill of a model on trials that it did not see, and the gate.

All functions work on plain arrays. Give them one row per distinct configuration (`distinct_rows`)
and values whose outliers are clipped (`outliers.clip_outliers`): repeated configurations and a
single diverged trial would otherwise decide about the numbers. Weights ``(n,)`` say how many
trials each row stands for, 1 by default.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain.cells import cell_edges, chosen_values
from optuna_guide.guidance import SkillPoint
from optuna_guide.models.boosting import boost
from optuna_guide.models.forest import ranks
from optuna_guide.models.sample import MIN_ACTIVE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray, IntArray

MAX_MISSING = 200  # a number beyond is extrapolation, and no advice
GATE = 0.3
_Z_95 = 1.645
_RANK_VARIANCE = 1.06  # of atanh of Spearman's rho, times n - 3 (Fieller, Hartley & Pearson 1957)
_RIDGE = 1.0
_SKEW_CELLS = 10


def spearman(a: FloatArray, b: FloatArray, weights: FloatArray | None = None) -> float:
    """Rank correlation of two ``(n,)`` arrays; 0 where one of them is constant."""
    weights = np.ones(len(a)) if weights is None else weights
    if len(a) < 2:
        return 0.0
    x, y = (r - np.average(r, weights=weights) for r in (ranks(a, weights), ranks(b, weights)))
    norm = math.sqrt(float((weights * x) @ x) * float((weights * y) @ y))
    return float((weights * x) @ y) / norm if norm > 0 else 0.0


def mrr(pred_loss: FloatArray, loss: FloatArray, weights: FloatArray | None = None) -> float:
    """Reciprocal rank of the truly best trial when all are ordered by predicted loss.

    Equal predictions share their mean rank. Where several trials are the best, the one predicted
    best counts.
    """
    best = float(pred_loss[loss == loss.min()].min())
    each = np.ones(len(loss)) if weights is None else weights
    n_better, n_equal = each[pred_loss < best].sum(), each[pred_loss == best].sum()
    return float(1.0 / (n_better + (n_equal + 1) / 2))


def r2(predicted: FloatArray, values: FloatArray, weights: FloatArray | None = None) -> float:
    """Coefficient of determination, pooled over all rows; 0 where the values are constant."""
    each = np.ones(len(values)) if weights is None else weights
    scale = float(np.abs(values).max(initial=0.0)) or 1.0
    spread = values / scale - np.average(values / scale, weights=weights)
    residual = (values - predicted) / scale
    total = float((each * spread) @ spread)
    return 1.0 - float((each * residual) @ residual) / total if total > 0 else 0.0


def mse(predicted: FloatArray, values: FloatArray, weights: FloatArray | None = None) -> float:
    """Mean squared error."""
    return float(np.average((values - predicted) ** 2, weights=weights))


def median(values: FloatArray, weights: FloatArray) -> float:
    """Median of ``(n,)`` values that stand for so many each."""
    order = np.argsort(values, kind="stable")
    below = np.cumsum(weights[order])
    half = np.searchsorted(2 * below, below[-1], side="left")
    other = np.searchsorted(2 * below, below[-1], side="right")
    return float((values[order[half]] + values[order[min(other, len(order) - 1)]]) / 2)


def lower_bound(rho: float, n: int) -> float:
    """One-sided 95 % lower bound of a rank correlation measured on ``n`` trials.

    Fisher's transformation with the variance for ranks; the gate opens where it exceeds `GATE`.
    """
    if n <= 3:
        return -1.0
    return math.tanh(_atanh(rho) - _Z_95 * math.sqrt(_RANK_VARIANCE / (n - 3)))


def n_missing(rho: float, n: int) -> int | None:
    """Trials that are missing until the gate opens, if the correlation stays as it is.

    None where the correlation is too low to open it within `MAX_MISSING` more trials.
    """
    if lower_bound(rho, n) > GATE:
        return 0
    if rho <= GATE:
        return None
    needed = 3 + _RANK_VARIANCE * (_Z_95 / (_atanh(rho) - _atanh(GATE))) ** 2
    missing = max(math.floor(needed) + 1 - n, 1)
    return missing if missing <= MAX_MISSING else None


def linear_r2(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    weights: FloatArray | None = None,
    *,
    seed: int,
) -> float:
    """Pooled 10-fold cross-validated R2 of ridge regression, the baseline.

    Numbers enter on the unit interval, choices one-hot, and each conditional parameter adds a
    column that says whether it was active.
    """
    features = _linear_features(space, params)
    weights = np.ones(len(values)) if weights is None else weights

    def fit_predict(train: IntArray, test: IntArray) -> FloatArray:
        return _ridge(features[train], values[train], weights[train], features[test])

    return _cross_validated_r2(fit_predict, values, weights, n_folds=10, seed=seed)


def ebm_r2(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    weights: FloatArray | None = None,
    *,
    seed: int,
) -> float:
    """Pooled 3-fold cross-validated R2 of an EBM with one or two bags: a little pessimistic.

    It costs less than half as much as one full fit.
    """
    n_bags = 2 if len(values) < 1000 else 1
    weights = np.ones(len(values)) if weights is None else weights

    def fit_predict(train: IntArray, test: IntArray) -> FloatArray:
        model = boost(
            space, params[train], values[train], seed=seed, n_bags=n_bags, weights=weights[train]
        )
        return model.predict(params[test])

    return _cross_validated_r2(fit_predict, values, weights, n_folds=3, seed=seed)


def sampling_skew(unit: FloatArray, space: Mapping[str, BaseDistribution]) -> float:
    """How concentrated the sampling is: 0 = uniform, towards 1 = all trials in one place.

    Root mean square over the parameters of the Jensen-Shannon distance (base 2) between the
    ``(n, p)`` unit values and the uniform distribution on at most ten cells of the range, or on
    the values that were chosen, as in a grid: whichever is nearer. The divergence expected of
    ``n`` uniform draws is subtracted. Parameters that never varied do not count.
    """
    divergences = []
    for column, distribution in zip(unit.T, space.values(), strict=True):
        active = column[~np.isnan(column)]
        if len(active) < MIN_ACTIVE or active.min() == active.max():
            continue
        edges = cell_edges(distribution, _SKEW_CELLS)
        uniforms = [(np.histogram(active, bins=edges)[0], np.diff(edges))]
        if n_chosen := len(chosen_values(distribution, active)):
            counts = np.unique(active, return_counts=True)[1]
            uniforms.append((counts, np.full(n_chosen, 1 / n_chosen)))
        divergences.append(min(_beyond_chance(*both) for both in uniforms))
    return math.sqrt(max(float(np.mean(divergences)), 0.0)) if divergences else 0.0


def distinct_rows(unit: FloatArray) -> IntArray:
    """Ascending rows of the newest trial of each distinct configuration."""
    newest_first = np.where(np.isnan(unit), -1.0, unit)[::-1]
    _, first = np.unique(newest_first, axis=0, return_index=True)
    return np.sort(len(unit) - 1 - first)


def curve_sizes(n: int, n_sizes: int = 5) -> tuple[int, ...]:
    """Geometric sizes of a learning curve, from 10 trials up to all but the held-out fifth."""
    largest = n - _n_held_out(n)
    if largest < 10:
        return ()
    return tuple(sorted(set(np.geomspace(10, largest, n_sizes).round().astype(int).tolist())))


def learning_curve(
    fit_predict: Callable[[IntArray, IntArray], tuple[FloatArray, FloatArray]],
    loss: FloatArray,
    values: FloatArray,
    weights: FloatArray,
    sizes: Sequence[int],
    n_repeats: int,
    rng: np.random.Generator,
) -> tuple[SkillPoint, ...]:
    """Skill against the number of trials, always on a fifth of the trials that was held out.

    Each repeat holds out other trials and grows its training rows, so that the sizes of a repeat
    are compared on the same trials.

    Args:
        fit_predict: From training rows and test rows to the predicted loss of the test rows (any
            increasing scale) and their predicted values.
        loss: ``(n,)`` lower is better.
        values: ``(n,)`` in target units.
        weights: ``(n,)`` how many trials each stands for.
        sizes: Numbers of training rows, such as `curve_sizes` gives.
        n_repeats: Number of random splits.
        rng: Source of the splits.
    """
    n_test = _n_held_out(len(loss))
    splits = [rng.permutation(len(loss)) for _ in range(n_repeats)]
    points = []
    for size in sizes:
        rho, reciprocal, predicted = [], [], []
        for split in splits:
            test, train = split[:n_test], split[n_test : n_test + size]
            pred_loss, pred_values = fit_predict(train, test)
            rho.append(spearman(pred_loss, loss[test], weights[test]))
            reciprocal.append(mrr(pred_loss, loss[test], weights[test]))
            predicted.append(pred_values)
        tests = np.concatenate([split[:n_test] for split in splits])
        pooled = np.concatenate(predicted), values[tests], weights[tests]
        points.append(
            SkillPoint(
                n=int(size),
                spearman=float(np.mean(rho)),
                spearman_std=float(np.std(rho)),
                r2=r2(*pooled),
                mse=mse(*pooled),
                mrr=float(np.mean(reciprocal)),
            )
        )
    return tuple(points)


def _n_held_out(n: int) -> int:
    return math.ceil(n / 5)


def _atanh(rho: float) -> float:
    return math.atanh(min(max(rho, -1 + 1e-9), 1 - 1e-9))


def _cross_validated_r2(
    fit_predict: Callable[[IntArray, IntArray], FloatArray],
    values: FloatArray,
    weights: FloatArray,
    *,
    n_folds: int,
    seed: int,
) -> float:
    """R2 pooled over the folds: the mean of folds is meaningless below a hundred rows."""
    order = np.random.default_rng(seed).permutation(len(values))
    predicted = np.empty(len(values))
    for test in np.array_split(order, min(n_folds, len(values))):
        predicted[test] = fit_predict(np.setdiff1d(order, test), test)
    return r2(predicted, values, weights)


def _linear_features(space: Mapping[str, BaseDistribution], params: FloatArray) -> FloatArray:
    columns = []
    for column, distribution in zip(params.T, space.values(), strict=True):
        active = ~np.isnan(column)
        if isinstance(distribution, CategoricalDistribution):
            columns += [column == index for index in np.unique(column[active])]
        else:
            columns.append(np.where(active, spaces.to_unit(distribution, column) - 0.5, 0.0))
        if not active.all():
            columns.append(active)
    return np.column_stack(columns).astype(np.float64) if columns else np.empty((len(params), 0))


def _ridge(
    features: FloatArray, values: FloatArray, weights: FloatArray, wanted: FloatArray
) -> FloatArray:
    """Predictions of ridge regression on standardised features."""
    centre, scale = np.average(features, axis=0, weights=weights), features.std(axis=0)
    scale[scale == 0] = 1.0
    mean = np.average(values, weights=weights)
    x, y = (features - centre) / scale, values - mean
    of_x = (weights / weights.mean())[:, None] * x
    slopes = np.linalg.solve(of_x.T @ x + _RIDGE * np.eye(x.shape[1]), of_x.T @ y)
    predicted: FloatArray = mean + (wanted - centre) / scale @ slopes
    return predicted


def _beyond_chance(counts: IntArray, uniform: FloatArray) -> float:
    """Jensen-Shannon divergence from uniform shares, without what so many draws have of it."""
    n = int(counts.sum())
    by_chance = (len(uniform) - 1) / (8 * n * math.log(2))
    return _jensen_shannon(counts / n, uniform) - by_chance


def _jensen_shannon(p: FloatArray, q: FloatArray) -> float:
    """Jensen-Shannon divergence in bits; ``q`` is nowhere 0."""
    middle = (p + q) / 2
    seen = p > 0
    of_p = np.sum(p[seen] * np.log2(p[seen] / middle[seen]))
    return float(of_p + np.sum(q * np.log2(q / middle))) / 2
