"""Beliefs of people in the search: they weight it, fade, and are dropped once refuted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import optuna

from optuna_guide.domain import space as spaces
from optuna_guide.domain.beliefs import describe_belief, holds, log_density, quantile
from optuna_guide.domain.labels import label, span
from optuna_guide.domain.ranges import Choices
from optuna_guide.domain.wording import one_line, percent
from optuna_guide.sampling.lite_gp.candidates import latin_hypercube, perturb
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.prior import Prior
from optuna_guide.sampling.lite_gp.rows import from_unit_cube, to_unit_cube
from optuna_guide.sampling.lite_gp.rules import deactivate
from optuna_guide.store.attributes import StoreError
from optuna_guide.store.beliefs import BeliefEntry, save_belief
from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution

    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.request import Request
    from optuna_guide.sampling.lite_gp.rules import Rule
    from optuna_guide.sampling.lite_gp.space import FloatArray, Space
    from optuna_guide.store.beliefs import Held

_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies

STRENGTH = 10.0  # trials; see `Prior`
FADED_AT = 100
"""Complete trials after which a belief counts no more."""
MIN_TOLD = 5  # complete trials since a belief was stated, before they can refute it
REFUTED = 0.1
"""Probability of the best value where it is believed, below which the trials refute it."""
_N_EVERYWHERE = 192
_N_NEAR = 64
_N_DRAWS = 400
_N_LEADERS = 20


@dataclass(frozen=True)
class Refuted:
    """A belief that the trials refute.

    Attributes:
        held: The belief.
        sentence: Where they hold the best value to be instead.
    """

    held: Held
    sentence: str


@dataclass(frozen=True, eq=False)
class Weighed:
    """What the trials say of a belief.

    Attributes:
        held: The belief.
        chance: Probability that the best value lies where it is believed.
        best: Unit values that the best one may have, equally likely, shape ``(n,)``.
    """

    held: Held
    chance: float
    best: FloatArray


def priors_of(request: Request, refuted: Sequence[Refuted]) -> tuple[Prior, ...]:
    """What weights the search: the prior of a model, and the beliefs that still count."""
    columns, gone = list(request.space.distributions), [r.held for r in refuted]

    def prior(h: Held) -> Prior:
        j, distribution = columns.index(h.name), request.space.distributions[h.name]
        return Prior(
            lambda rows: log_density(h.belief, distribution, rows[:, j]), STRENGTH, h.n_known
        )

    priors = tuple(prior(h) for h in _counting(request) if h not in gone)
    return priors if request.prior is None else (request.prior, *priors)


def find_refuted(request: Request, model: Posterior | None) -> list[Refuted]:
    """The beliefs that the trials refute: the best value lies elsewhere nearly for certain.

    Args:
        request: What is known, and believed.
        model: Of the objective, larger is better; None where no trial is feasible.
    """
    n_known, space = len(request.known.rows), request.space
    tested = [h for h in _counting(request) if n_known - h.n_known >= MIN_TOLD]
    return [
        Refuted(w.held, _sentence(w, space.distributions[w.held.name], n_known))
        for w in weigh(replace(request, held=tested), model)
        if w.chance < REFUTED
    ]


def weigh(request: Request, model: Posterior | None) -> list[Weighed]:
    """What the trials say of each belief; nothing where several objectives or constraints count.

    Args:
        request: What is known, and believed.
        model: Of the objective, larger is better; None where no trial is feasible.
    """
    known, space, columns = request.known, request.space, list(request.space.distributions)
    is_plain = known.values.shape[1] == 1 and not known.constraints.size
    held = [h for h in request.held if h.name in columns]
    if model is None or not is_plain or not held:
        return []
    order = np.argsort(-known.values[:, 0], kind="stable")
    leaders = known.rows[order[:_N_LEADERS]]
    optima = to_unit_cube(space, draw_optima(model, space, request.rules, leaders))
    found = []
    for h in held:
        unit = optima[:, columns.index(h.name)]
        unit = unit[~np.isnan(unit)]
        if len(unit):
            inside = holds(h.belief, space.distributions[h.name], unit)
            found.append(Weighed(h, float(inside.mean()), unit))
    return found


def _counting(request: Request) -> list[Held]:
    """Beliefs about parameters that are asked for, which did not fade."""
    names, n_known = request.space.distributions, len(request.known.rows)
    return [h for h in request.held if h.name in names and n_known - h.n_known < FADED_AT]


def drop_refuted(study: Study, refuted: Sequence[Refuted], n_known: int) -> None:
    """Let refuted beliefs count no more for any worker, and say so."""
    for r in refuted:
        _logger.info(r.sentence)
        ended = {r.held.name: r.held.version}
        entry = BeliefEntry({}, ended, source="trials", comment=r.sentence, n_known=n_known)
        try:
            save_belief(study, entry)
        except StoreError as error:
            warn_once(("belief", study.study_name), str(error))


def draw_optima(
    model: Posterior, space: Space, rules: tuple[Rule, ...], leaders: FloatArray
) -> FloatArray:
    """Where the best of many rows is in each of several draws, shape ``(n_draws, n_params)``.

    The same model gives the same draws.
    """
    rng = np.random.default_rng(0)
    cube = latin_hypercube(_N_EVERYWHERE, space.n_params, rng)
    near = perturb(space, leaders[rng.integers(len(leaders), size=_N_NEAR)], rng)
    rows = np.concatenate([leaders, deactivate(rules, from_unit_cube(space, cube)), near])
    rows = deactivate(rules, rows)
    mean, covariance = model.predict_jointly(code_inactive(space, rows))
    values, vectors = np.linalg.eigh(covariance)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    draws = mean[:, None] + root @ rng.standard_normal((len(rows), _N_DRAWS))
    best: FloatArray = rows[draws.argmax(axis=0)]
    return best


def believed_points(points: FloatArray, request: Request) -> FloatArray:
    """Points of the unit cube, spread over what is believed; the newest belief counts.

    Args:
        points: Evenly spread, shape ``(n, n_params)``.
        request: Whose beliefs, and in which space.
    """
    points, space = points.copy(), request.space
    newest = {h.name: h.belief for h in _counting(request)}
    for j, (name, distribution) in enumerate(space.distributions.items()):
        if name in newest:
            unit = quantile(newest[name], distribution, points[:, j])
            inside = (unit - space.lower[j]) / max(space.upper[j] - space.lower[j], 1e-12)
            points[:, j] = np.clip(inside, 0.0, 1.0 - 1e-12)
    return points


def _sentence(weighed: Weighed, distribution: BaseDistribution, n_known: int) -> str:
    """Where the best value lies instead, by the draws of it."""
    held, internal = weighed.held, spaces.from_unit(distribution, weighed.best)
    if isinstance(held.belief.part, Choices):
        choices, counts = np.unique(internal, return_counts=True)
        where = label(distribution, choices[counts.argmax()])
        chance = counts.max() / counts.sum()
    else:
        ends = np.quantile(internal, [0.05, 0.95], method="nearest")
        where, chance = span(*(label(distribution, end) for end in ends)), 0.9
    believed = describe_belief(held.belief, distribution)
    return (
        f"The belief that the best {one_line(held.name)} is {believed} was dropped after "
        f"{n_known - held.n_known} trials: by the model of the trials it is {where} with "
        f"{percent(chance)}, and {believed} with {percent(max(weighed.chance, 0.001))}."
    )
