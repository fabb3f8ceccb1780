"""The models of one study: of its objective, and of each of its constraints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.fit import MIN_NOISE, fit_kernel
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.targets import (
    compress_bad_tail,
    scalarised,
    standardise,
    standardise_violations,
)

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.space import BoolArray, FloatArray, IntArray, Space

MAX_TRIALS = 200
"""Complete and pruned trials that are modelled; a fit costs the cube of their number."""
_MAX_BELIEVED = 50
_QUANTILE_OF_FAILURES = 0.25


@dataclass(frozen=True, eq=False)
class Surrogates:
    """What the trials say of each place of the space.

    Attributes:
        objective: Model of the standardised objective, larger is better, which believes the
            running trials; None while no trial is feasible.
        constraints: Model of each constraint that varies, and the largest value that is feasible.
        best: Largest standardised value of a feasible or running trial; 0 while there is none.
        centre: Value that is 0 on the standardised scale.
        scale: Distance of 0 and 1 of the standardised scale in units of the value.
        order: Positions of the complete trials, the best first, infeasible ones last.
        is_feasible: Whether each complete trial meets all constraints, shape ``(n,)``.
        n_told: How many of the first observations of the objective's model were told, not
            imputed or believed.
        weights: Of the objectives, by which they are one, shape ``(n_objectives,)``.
    """

    objective: Posterior | None
    constraints: tuple[tuple[Posterior, float], ...]
    best: float
    centre: float
    scale: float
    order: IntArray
    is_feasible: BoolArray
    n_told: int
    weights: FloatArray


def fit_surrogates(
    known: KnownRows,
    space: Space,
    rng: np.random.Generator,
    thetas: dict[int, FloatArray],
    *,
    deterministic: bool = False,
) -> Surrogates:
    """Fit a process to the objective, and one to each constraint.

    Args:
        known: At least one complete trial.
        space: Columns of its rows.
        rng: Draws the weights of several objectives.
        thetas: Hyperparameters of the last fits by model, where the next ones begin; updated in
            place. 0 is the objective, ``k + 1`` constraint ``k``, -1 the duration.
        deterministic: Whether the objective has no noise.

    Raises:
        numpy.linalg.LinAlgError: If no model could be conditioned on the observations.
    """
    # Several objectives are scalarised anew for each trial with weights drawn evenly from the
    # simplex (Knowles 2006): any number of them costs one model, and they sweep the front.
    n_objectives = known.values.shape[1]
    weights = rng.dirichlet(np.ones(n_objectives)) if n_objectives > 1 else np.ones(1)
    y = scalarised(known.values, weights)
    feasible: BoolArray = np.all(~(known.constraints > 0), axis=1)
    merit = np.where(feasible, y, y.min() - 1.0 - _total_violation(known.constraints))
    kept = _kept(merit, MAX_TRIALS - len(known.pruned))
    fits = _Fits(space, thetas, deterministic)
    constraints = _fit_constraints(fits, known, kept)
    objective, best, centre, scale = None, 0.0, 0.0, 1.0
    if feasible.any():
        objective, best, centre, scale = _fit_objective(fits, known, y, kept, feasible)
    return Surrogates(
        objective=objective,
        constraints=constraints,
        best=best,
        centre=centre,
        scale=scale,
        order=np.argsort(-merit, kind="stable"),
        is_feasible=feasible,
        n_told=len(kept) + len(known.pruned),
        weights=weights,
    )


@dataclass(frozen=True, eq=False)
class _Fits:
    """How a process is fitted; arguments are those of `fit_surrogates`."""

    space: Space
    thetas: dict[int, FloatArray]
    deterministic: bool

    def coded(self, rows: FloatArray) -> FloatArray:
        return code_inactive(self.space, rows)

    def process(
        self,
        label: int,
        seen: FloatArray,
        target: FloatArray,
        extra: FloatArray | float = 0.0,
        n_imputed: int = 0,
    ) -> Posterior:
        """The process of coded rows; values imputed, the last ones, do not shape its kernel.

        They are all equal: with them there would seem to be no noise.
        """
        extra_noise, told = np.broadcast_to(extra, len(target)), len(target) - n_imputed
        kernel, self.thetas[label] = fit_kernel(
            seen[:told],
            target[:told],
            self.space.is_categorical,
            extra_noise=extra_noise[:told],
            deterministic=self.deterministic,
            start=self.thetas.get(label),
        )
        noise = kernel.noise + extra_noise
        return condition(kernel, self.space.is_categorical, seen, target, noise)


def _fit_constraints(
    fits: _Fits, known: KnownRows, kept: IntArray
) -> tuple[tuple[Posterior, float], ...]:
    """Process of each constraint that varies, and the largest value that is feasible."""
    rows, pending = fits.coded(known.rows), fits.coded(known.pending[-_MAX_BELIEVED:])
    found = []
    for k, values in enumerate(known.constraints.T):
        told = kept[~np.isnan(values[kept])]
        if len(np.unique(values[told])) > 1:
            target, threshold = standardise_violations(values[told])
            model = fits.process(k + 1, rows[told], target)
            found.append((_believe(model, pending), threshold))
    return tuple(found)


def _fit_objective(
    fits: _Fits, known: KnownRows, y: FloatArray, kept: IntArray, feasible: BoolArray
) -> tuple[Posterior, float, float, float]:
    """Process of the objective, the value to improve on, and the centre and scale of both."""
    failed = fits.coded(known.failed[-_MAX_BELIEVED:])
    ended = np.concatenate([y[kept], compress_bad_tail(known.ends, y)])
    imputed = np.full(len(failed), np.quantile(ended, _QUANTILE_OF_FAILURES))
    target, centre, scale = standardise(np.concatenate([ended, imputed]))
    uncertain = np.zeros(len(target))
    uncertain[len(kept) : len(ended)] = known.end_variances
    extra = uncertain / max(scale**2, np.finfo(float).tiny)
    seen = np.concatenate([fits.coded(known.rows)[kept], fits.coded(known.pruned), failed])
    fitted = fits.process(0, seen, target, extra, len(failed))
    objective = _believe(fitted, fits.coded(known.pending[-_MAX_BELIEVED:]))
    # The best value, even if it was luck: improving on the best predicted mean instead stays
    # in one basin, and ended at twice the regret where there was noise.
    observed = target[: len(kept)][feasible[kept]]
    best = float(np.concatenate([observed, objective.y[len(target) :]]).max())
    return objective, best, centre, scale


def _believe(model: Posterior, pending: FloatArray) -> Posterior:
    """The posterior if the pending trials ended exactly at their predicted mean.

    This is the kriging believer of Ginsbourger, Le Riche and Carraro (2010), "Kriging Is
    Well-Suited to Parallelize Optimization". That there is no noise keeps the next trials away.
    """
    return model.with_observations(pending, model.predict(pending)[0], MIN_NOISE)


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
