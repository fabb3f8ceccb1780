"""Tables of trials that fit a guidance made by hand, and the parts that such a one lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import Guidance, Shape, Surface
from optuna_guide.study.table import TrialsTable


def make_table(guidance: Guidance, n_trials: int = 60, *, seed: int = 0) -> TrialsTable:
    """Trials of the guidance's study; the target rises with the most important parameter.

    Parameters that are inactive in some trials are inactive in every third one here.
    """
    rng = np.random.default_rng(seed)
    params = np.column_stack(
        [space.from_unit(p.distribution, rng.random(n_trials)) for p in guidance.params]
    )
    for j, param in enumerate(guidance.params):
        if param.active_share < 1:
            params[::3, j] = np.nan
    first = guidance.params[0]
    values = space.to_unit(first.distribution, params[:, 0]) + 0.1 * rng.random(n_trials)
    maximised = guidance.direction == "maximize"
    return TrialsTable(
        study_name=guidance.study_name,
        space={p.name: p.distribution for p in guidance.params},
        numbers=np.arange(n_trials),
        params=params,
        losses=(-values if maximised else values)[:, None],
        objectives=(guidance.target,),
        maximised=(maximised,),
        violations=np.zeros(n_trials),
        constrained=False,
        durations=1.0 + rng.random(n_trials),
        attributes={"<b>size</b>": rng.integers(1, 1000, n_trials).astype(np.float64)},
        pruned=np.zeros(n_trials, dtype=bool),
        states={"COMPLETE": n_trials},
        dropped={},
    )


def with_models(guidance: Guidance) -> Guidance:
    """The guidance with surfaces of its pairs and shape functions of its parameters."""
    params = tuple(replace(p, shape=_shape(p)) for p in guidance.params)
    pairs = tuple(replace(pair, surface=_surface(guidance, pair)) for pair in guidance.pairs)
    pairs = tuple(replace(pair, importance_ebm=pair.share / 2) for pair in pairs)
    return replace(guidance, params=params, pairs=pairs)


def _shape(param) -> Shape:
    mean = np.array(param.effect.mean) - np.mean(param.effect.mean)
    categorical = isinstance(param.distribution, CategoricalDistribution)
    last = param.effect.x[-1]
    return Shape(
        edges=param.effect.edges,
        score=tuple(mean.tolist()),
        error=tuple((0.01 + 0 * mean).tolist()),
        counts=param.effect.counts,
        inactive=-0.01 if param.active_share < 1 else None,
        avoid=Choices((int(last),)) if categorical else Intervals(((last, last),)),
    )


def _surface(guidance: Guidance, pair) -> Surface:
    first, second = (guidance[name].effect for name in pair.names)
    total = np.add.outer(np.array(first.mean[:16]), np.array(second.mean[:16]))
    alone = 0.01 * np.outer(np.arange(len(total)), np.arange(total.shape[1]))
    rows = [tuple(map(tuple, z.tolist())) for z in (total + alone, alone)]
    return Surface(first.x[:16], second.x[:16], *rows)
