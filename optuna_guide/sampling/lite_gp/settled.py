"""After the search has converged: trials among the leaders, wherever the best may lie.

Where nothing was gained for long, expected improvement over a best value that was luck is largest
where least is known, which are the corners. Trials are worth more then among the leaders: a repeat
of one of them, or a step aside, each as often as it may be the best of all.
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
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.sampling.lite_gp.surrogates import Surrogates

_LITTLE_OF_NOISE = 0.1
_LITTLE_OF_RANGE = 1e-3
_EXPLORED = 0.01  # share of the trials that explores at least
_N_LEADERS = 5
_N_ASIDE = 256
_N_COMPARED = 64
_HOPE = 2.0  # standard deviations above its mean that a row may turn out to be
_N_STALLED = 20  # trials that gained nothing


def is_settled(
    models: Surrogates, known: KnownRows, space: Space, row: FloatArray, rng: np.random.Generator
) -> bool:
    """Whether to spend the trial among the leaders instead of at ``row``.

    Never before 20 trials gained less than the noise, or than a thousandth of the range of the
    values: what a model expects may be wrong about what it has not seen. From then on trials
    explore the more rarely, the longer nothing was gained, whatever was expected: a model that
    does not know that an accuracy ends at 1 promises much everywhere. And the more rarely, the
    less is expected, below a tenth of the noise or a thousandth of the range.

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
    noise, reach = float(np.sqrt(model.kernel.noise)), float(np.ptp(model.y))
    little = max(_LITTLE_OF_NOISE * noise, _LITTLE_OF_RANGE * reach)
    stalled = max(noise, _LITTLE_OF_RANGE * reach)
    means = model.predict(code_inactive(space, known.rows))[0]
    n_stalled = len(means) - 1 - int(np.argmax(means >= means.max() - stalled))
    if n_stalled < _N_STALLED:
        return False
    explored = max(_EXPLORED, min(gain / little, _N_STALLED / n_stalled))
    return bool(rng.random() >= explored)


def likely_best_row(
    models: Surrogates,
    known: KnownRows,
    space: Space,
    rules: tuple[Rule, ...],
    rng: np.random.Generator,
    *,
    is_noisy: bool | None,
) -> FloatArray:
    """A leader, or a step aside of one: the best by one draw of what the trials leave possible.

    Each is proposed as often as it is believed to be the best of them (Thompson 1933, "On the
    Likelihood that One Unknown Probability Exceeds Another"). As long as nobody knows whether
    there is any noise, the best one is repeated.

    Args:
        models: What the trials say; a model of the objective.
        known: The trials.
        space: Columns, and the bounds to stay inside.
        rules: When parameters are active.
        rng: Source of steps aside, and of the draw.
        is_noisy: Whether trials of one configuration differ; None = not known yet.
    """
    model = models.objective
    assert model is not None  # by `is_settled`

    def predict(rows: FloatArray) -> tuple[FloatArray, FloatArray]:
        return model.predict(code_inactive(space, rows))

    tried = known.rows[are_inside(space, known.rows)]
    _, first = np.unique(code_inactive(space, tried), axis=0, return_index=True)
    tried = tried[first]
    leaders = tried[np.argsort(-predict(tried)[0], kind="stable")[:_N_LEADERS]]
    if is_noisy is None and not len(known.pending):
        return leaders[0]
    aside = perturb(space, leaders[rng.integers(len(leaders), size=_N_ASIDE)], rng)
    aside = deactivate(rules, aside)
    aside = aside[obey(space, aside)]
    mean, deviation = predict(aside)
    hopeful = aside[np.argsort(-(mean + _HOPE * deviation))[:_N_COMPARED]]
    rows = np.concatenate([leaders, hopeful])
    mean, covariance = model.predict_jointly(code_inactive(space, rows))
    drawn = rng.multivariate_normal(mean, covariance, check_valid="ignore", method="eigh")
    if is_noisy:
        return rows[np.argmax(drawn)]
    return first_unseen(space, rules, rows[np.argsort(-drawn, kind="stable")], known.seen, rng)
