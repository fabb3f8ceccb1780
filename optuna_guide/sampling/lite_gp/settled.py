"""After the search has converged: which trial tells most about which of the leaders is best.

Where hardly anything is left to gain, expected improvement over a best value that was luck is
largest where least is known, which are the corners. Trials are worth more then among the leaders:
a repeat of one of them, or a step aside, by its value of information.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.acquisition import log_expected_improvement
from optuna_guide.sampling.lite_gp.candidates import perturb
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.rows import are_inside, obey
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.sampling.lite_gp.unseen import first_unseen

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.known import KnownRows
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.sampling.lite_gp.surrogates import Surrogates

_LITTLE_OF_NOISE = 0.1
_LITTLE_OF_RANGE = 1e-3
_N_LEADERS = 5
_N_ASIDE = 256
_N_COMPARED = 64
_N_NEWEST = 20
_EXPLORED = 0.02  # share of the trials that explores at least
_N_STRATA = 64


def is_settled(
    models: Surrogates, known: KnownRows, space: Space, row: FloatArray, rng: np.random.Generator
) -> bool:
    """Whether to spend the trial among the leaders, as little is left to be gained at ``row``.

    Little is a tenth of the noise, or a thousandth of the range of the values. What the model
    expects is not enough, as it may be wrong about what it has not seen: the newest trials must
    have gained little as well, and the less is expected, the more rarely a trial explores.

    Args:
        models: What the trials say.
        known: The trials.
        space: Columns of the rows.
        row: Where most is expected to be gained.
        rng: Draws whether the trial explores.
    """
    model = models.objective
    is_plain = known.values.shape[1] == 1 and not known.constraints.size
    if model is None or not is_plain or not are_inside(space, known.rows).any():
        return False
    mean, deviation = model.predict(code_inactive(space, row[None]))
    gain = float(np.exp(log_expected_improvement(mean, deviation, models.best))[0])
    noise = float(np.sqrt(model.kernel.noise))
    little = max(_LITTLE_OF_NOISE * noise, _LITTLE_OF_RANGE * float(np.ptp(model.y)))
    if gain >= little or len(known.rows) <= _N_NEWEST:
        return False
    means = model.predict(code_inactive(space, known.rows))[0]
    if means.max() - means[:-_N_NEWEST].max() >= little:
        return False
    return bool(rng.random() >= max(gain / little, _EXPLORED))


def most_telling_row(
    models: Surrogates,
    known: KnownRows,
    space: Space,
    rules: tuple[Rule, ...],
    rng: np.random.Generator,
    *,
    is_noisy: bool | None,
) -> FloatArray:
    """A repeat of a leader, or a step aside of one, whose trial raises the best mean most.

    As long as nobody knows whether there is any noise, the best one is repeated.

    Args:
        models: What the trials say; a model of the objective.
        known: The trials.
        space: Columns, and the bounds to stay inside.
        rules: When parameters are active.
        rng: Source of steps aside.
        is_noisy: Whether trials of one configuration differ; None = not known yet.
    """
    model = models.objective
    assert model is not None  # by `is_settled`

    def means(rows: FloatArray) -> FloatArray:
        return model.predict(code_inactive(space, rows))[0]

    tried = known.rows[are_inside(space, known.rows)]
    leaders = tried[np.argsort(-means(tried), kind="stable")[:_N_LEADERS]]
    aside = perturb(space, leaders[rng.integers(len(leaders), size=_N_ASIDE)], rng)
    aside = deactivate(rules, aside)
    aside = aside[obey(space, aside)]
    rows = np.concatenate([leaders, aside[np.argsort(-means(aside))[:_N_COMPARED]]])
    if is_noisy is None and not len(known.pending):
        return leaders[0]
    value = value_of_information(model, code_inactive(space, rows))
    if is_noisy:
        return rows[np.argmax(value)]
    return first_unseen(space, rules, rows[np.argsort(-value, kind="stable")], known.seen, rng)


def value_of_information(model: Posterior, rows: FloatArray) -> FloatArray:
    """How much a trial at each coded row is expected to raise the largest mean of all of them.

    This is the knowledge gradient of Frazier, Powell and Dayanik (2009), "The Knowledge-Gradient
    Policy for Correlated Normal Beliefs", by quadrature; standardised, shape ``(n_rows,)``.
    """
    mean, covariance = model.predict_jointly(rows)
    told = np.sqrt(np.maximum(np.diag(covariance), 0.0) + model.kernel.noise)
    change = covariance / told  # of the mean of row i, by one deviation of a trial at row j
    after = mean[:, None, None] + change[:, :, None] * _strata()
    rise: FloatArray = after.max(axis=0).mean(axis=1) - mean.max()
    return rise


def _strata() -> FloatArray:
    """Means of the equally likely strata of a standard normal, shape ``(_N_STRATA,)``."""
    from scipy.special import ndtri

    bounds = ndtri(np.arange(_N_STRATA + 1) / _N_STRATA)
    density = np.exp(-0.5 * bounds**2) / np.sqrt(2.0 * np.pi)
    means: FloatArray = -np.diff(density) * _N_STRATA
    return means
