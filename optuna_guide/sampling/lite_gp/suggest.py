"""From observations to the next row: the whole method, readable in one screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.acquisition import Acquisition
from optuna_guide.sampling.lite_gp.fit import MIN_NOISE, fit_kernel
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.optimise import maximise
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.targets import (
    clip_bad_tail,
    compress_bad_tail,
    scalarise,
    standardise,
    standardise_violations,
)

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.prior import Prior
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray, Space

MAX_TRIALS = 200
"""Complete and pruned trials that are modelled; a fit costs the cube of their number."""
_MAX_BELIEVED = 50
_QUANTILE_OF_FAILURES = 0.25
_N_BEST = 5


@dataclass(frozen=True, eq=False)
class KnownRows:
    """What is known; rows as in ``space``, NaN = inactive parameter, oldest first.

    Attributes:
        rows: Complete trials, shape ``(n, n_params)``.
        values: Their values, larger is better, shape ``(n, n_objectives)``.
        constraints: Their constraint values, violated if > 0, NaN = not set, shape
            ``(n, n_constraints)``.
        pending: Trials that are running, believed at their predicted mean.
        pruned: The newest pruned trials, shape ``(n_pruned, n_params)``.
        ends: What they are expected to have ended at, larger is better, shape ``(n_pruned,)``.
        end_variances: How uncertain that is, shape ``(n_pruned,)``.
        failed: Trials that failed, or were pruned and reported nothing to compare: modelled as if
            they had ended at the lower quartile of the others, which is bad without hiding what
            else is bad.
        seen: Every row that need not be tried again.
    """

    rows: FloatArray
    values: FloatArray
    constraints: FloatArray
    pending: FloatArray
    pruned: FloatArray
    ends: FloatArray
    end_variances: FloatArray
    failed: FloatArray
    seen: FloatArray


def suggest_row(
    observations: KnownRows,
    space: Space,
    rules: tuple[Rule, ...],
    rng: np.random.Generator,
    thetas: dict[int, FloatArray],
    *,
    deterministic: bool = False,
    prior: Prior | None = None,
) -> FloatArray:
    """The row to try next, shape ``(n_params,)``; NaN = inactive.

    Args:
        observations: At least one complete trial.
        space: Columns, and the bounds to stay inside.
        rules: When parameters are active.
        rng: Source of randomness.
        thetas: Hyperparameters of the last fits by model, where the next ones begin; updated in
            place. 0 is the objective, ``k + 1`` constraint ``k``.
        deterministic: Whether the objective has no noise.
        prior: Belief about where the optimum is.

    Raises:
        numpy.linalg.LinAlgError: If no model could be conditioned on the observations.
    """
    y = _target(observations.values, rng)
    feasible: BoolArray = np.all(~(observations.constraints > 0), axis=1)
    merit = np.where(feasible, y, y.min() - 1.0 - _total_violation(observations.constraints))
    pruned = code_inactive(space, observations.pruned)
    kept = _kept(merit, MAX_TRIALS - len(pruned))
    rows = code_inactive(space, observations.rows)

    def model(
        label: int, seen: FloatArray, target: FloatArray, extra: FloatArray | float = 0.0
    ) -> Posterior:
        extra_noise = np.broadcast_to(extra, len(target))
        kernel, thetas[label] = fit_kernel(
            seen,
            target,
            space.is_categorical,
            extra_noise=extra_noise,
            deterministic=deterministic,
            start=thetas.get(label),
        )
        noise = kernel.noise + extra_noise
        return condition(kernel, space.is_categorical, seen, target, noise)

    pending = code_inactive(space, observations.pending[-_MAX_BELIEVED:])
    constraints = []
    for k, values in enumerate(observations.constraints.T):
        known = kept[~np.isnan(values[kept])]
        if len(np.unique(values[known])) > 1:
            target, threshold = standardise_violations(values[known])
            constraints.append((_believe(model(k + 1, rows[known], target), pending), threshold))
    objective, best = None, 0.0
    if feasible.any():
        failed = code_inactive(space, observations.failed[-_MAX_BELIEVED:])
        ends = compress_bad_tail(observations.ends, y)
        known = np.concatenate([y[kept], ends])
        imputed = np.full(len(failed), np.quantile(known, _QUANTILE_OF_FAILURES))
        values = np.concatenate([known, imputed])
        target = standardise(values)
        uncertain = np.zeros(len(values))
        uncertain[len(kept) : len(known)] = observations.end_variances
        extra = uncertain / max(np.var(values), np.finfo(float).tiny)
        fitted = model(0, np.concatenate([rows[kept], pruned, failed]), target, extra)
        objective = _believe(fitted, pending)
        # The best value, even if it was luck: improving on the best predicted mean instead stays
        # in one basin, and ended at twice the regret where there was noise.
        observed = target[: len(kept)][feasible[kept]]
        best = float(np.concatenate([observed, objective.y[len(target) :]]).max())
    best_rows = observations.rows[np.argsort(-merit, kind="stable")[:_N_BEST]]
    acquisition = Acquisition(space, objective, best, tuple(constraints), prior, len(y))
    return maximise(acquisition, rules, best_rows, observations.seen, rng)


def _believe(model: Posterior, pending: FloatArray) -> Posterior:
    """The posterior if the pending trials ended exactly at their predicted mean.

    This is the kriging believer of Ginsbourger, Le Riche and Carraro (2010), "Kriging Is
    Well-Suited to Parallelize Optimization". That there is no noise keeps the next trials away.
    """
    return model.with_observations(pending, model.predict(pending)[0], MIN_NOISE)


def _target(values: FloatArray, rng: np.random.Generator) -> FloatArray:
    """One number to maximise for each trial.

    Several objectives are scalarised anew for each trial with weights drawn evenly from the
    simplex (Knowles 2006): any number of them costs one model, and the weights sweep the front.
    """
    clipped = np.stack([clip_bad_tail(v) for v in values.T], axis=1)
    if clipped.shape[1] == 1:
        return clipped[:, 0]
    return scalarise(clipped, rng.dirichlet(np.ones(clipped.shape[1])))


def _total_violation(constraints: FloatArray) -> FloatArray:
    """Sum of violations in units of each constraint's largest finite one, each at most 1."""
    violations = np.maximum(np.nan_to_num(constraints, nan=0.0, posinf=np.inf), 0.0)
    largest = np.where(np.isfinite(violations), violations, 0.0).max(axis=0, initial=0.0)
    return np.minimum(violations / np.where(largest > 0, largest, 1.0), 1.0).sum(axis=1)


def _kept(merit: FloatArray, most: int) -> IntArray:
    """Indices of the trials to model, in order: all, or the best half and the newest half."""
    if len(merit) <= most:
        return np.arange(len(merit))
    best = np.argsort(-merit, kind="stable")[: most // 2]
    newest = np.arange(len(merit) - most // 2, len(merit))
    return np.union1d(best, newest)
