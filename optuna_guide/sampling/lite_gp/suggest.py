"""From observations to the next row: the whole method, readable in one screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.acquisition import Acquisition
from optuna_guide.sampling.lite_gp.beliefs import find_refuted, priors_of
from optuna_guide.sampling.lite_gp.costs import per_second
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.optimise import BRIEF, FULL, maximise
from optuna_guide.sampling.lite_gp.settled import is_settled, likely_best_row
from optuna_guide.sampling.lite_gp.startup import startup_row
from optuna_guide.sampling.lite_gp.surrogates import fit_surrogates
from optuna_guide.study.lessons import FIRST_STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.sampling.lite_gp.beliefs import Refuted
    from optuna_guide.sampling.lite_gp.memory import Memory
    from optuna_guide.sampling.lite_gp.posterior import Model
    from optuna_guide.sampling.lite_gp.request import Request
    from optuna_guide.sampling.lite_gp.space import FloatArray

_N_BEST = 5
_MANY = 16  # running trials, as in the largest batch that was measured


@dataclass(frozen=True, eq=False)
class Suggestion:
    """The row to try next, and what was found out on the way.

    Attributes:
        row: Shape ``(n_params,)``; NaN = inactive.
        refuted: Beliefs that the trials refute.
    """

    row: FloatArray
    refuted: Sequence[Refuted] = ()


def find_row(
    request: Request, rng: np.random.Generator, memory: Memory, n_startup: int
) -> Suggestion:
    """The row to try next, by the model of the study once there is one.

    Args:
        request: What is known.
        rng: Source of randomness.
        memory: What is kept of the study.
        n_startup: Complete trials before the model is used.
    """
    known, n_needed = request.known, n_startup
    if (transfer := request.transfer) is not None:
        if transfer.enter(request.space):
            n_needed = max(n_startup, len(FIRST_STEPS))
            request = replace(request, rules=transfer.rules(request.space, known))
        else:
            request = replace(request, transfer=None)
    if len(known.rows) and len(known.rows) + len(known.pruned) >= n_needed:
        return suggest_row(request, rng, memory.thetas)
    return Suggestion(startup_row(request, rng, memory.startup_points, n_startup))


def suggest_row(
    request: Request, rng: np.random.Generator, thetas: dict[int, FloatArray]
) -> Suggestion:
    """The row to try next.

    Args:
        request: What is known: at least one complete trial.
        rng: Source of randomness.
        thetas: As of `fit_surrogates`.

    Raises:
        numpy.linalg.LinAlgError: If no model could be conditioned on the observations.
    """
    known, space, rules, transfer = request.known, request.space, request.rules, request.transfer
    models = fit_surrogates(known, space, rng, thetas, deterministic=request.deterministic)
    objective: Model | None = models.objective
    best, joined = models.best, transfer.join(models, rng) if transfer is not None else None
    if joined is not None:
        tried = np.concatenate([known.rows[models.is_feasible], known.pending])
        objective, best = joined, float(joined.predict(code_inactive(space, tried))[0].max())
    refuted = find_refuted(request, models.objective)
    priors = priors_of(request, refuted)
    acquisition = Acquisition(space, objective, best, models.constraints, priors, len(known.rows))
    effort = BRIEF if len(known.pending) > max(len(known.rows), _MANY) else FULL
    best_rows = known.rows[models.order[:_N_BEST]]
    row = maximise(acquisition, rules, best_rows, known.seen, rng, effort)
    if joined is None and is_settled(models, known, space, row, rng):
        row = likely_best_row(models, known, space, rules, rng, is_noisy=request.is_noisy)
    elif (rate := per_second(acquisition, request, thetas)) is not None:
        row = maximise(rate, rules, best_rows, known.seen, rng, effort)
    return Suggestion(row, refuted)
