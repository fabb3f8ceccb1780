"""From observations to the next row: the whole method, readable in one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.acquisition import Acquisition
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.optimise import maximise
from optuna_guide.sampling.lite_gp.settled import is_settled, most_telling_row
from optuna_guide.sampling.lite_gp.surrogates import fit_surrogates

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.posterior import Model
    from optuna_guide.sampling.lite_gp.prior import Prior
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.sampling.lite_gp.transfer import Transfer

_N_BEST = 5


def suggest_row(
    known: KnownRows,
    space: Space,
    rules: tuple[Rule, ...],
    rng: np.random.Generator,
    thetas: dict[int, FloatArray],
    *,
    deterministic: bool = False,
    prior: Prior | None = None,
    transfer: Transfer | None = None,
) -> FloatArray:
    """The row to try next, shape ``(n_params,)``; NaN = inactive.

    Args:
        known: At least one complete trial.
        space: Columns, and the bounds to stay inside.
        rules: When parameters are active.
        rng: Source of randomness.
        thetas: As of `fit_surrogates`.
        deterministic: Whether the objective has no noise.
        prior: Belief about where the optimum is.
        transfer: What earlier studies say, entered in this space.

    Raises:
        numpy.linalg.LinAlgError: If no model could be conditioned on the observations.
    """
    is_noisy = False if deterministic else known.is_noisy
    models = fit_surrogates(known, space, rng, thetas, deterministic=is_noisy is False)
    objective: Model | None = models.objective
    best, joined = models.best, transfer.join(models, rng) if transfer is not None else None
    if joined is not None:
        tried = np.concatenate([known.rows[models.is_feasible], known.pending])
        objective, best = joined, float(joined.predict(code_inactive(space, tried))[0].max())
    acquisition = Acquisition(space, objective, best, models.constraints, prior, len(known.rows))
    best_rows = known.rows[models.order[:_N_BEST]]
    row = maximise(acquisition, rules, best_rows, known.seen, rng)
    if joined is None and is_settled(models, known, space, row, rng):
        return most_telling_row(models, known, space, rules, rng, is_noisy=is_noisy)
    return row
