"""Studies of planted functions, by a sampler or of random trials."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import FrozenTrial, TrialState, create_trial
from planted.problems import DATA, Column, Columns, Planted

from optuna_guide import GuidedSampler
from optuna_guide.domain.space import from_unit, to_unit

N_STEPS = 10
_SAMPLERS: Mapping[str, Callable[[int], optuna.samplers.BaseSampler]] = {
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "guided-tpe": lambda seed: GuidedSampler(optuna.samplers.TPESampler(seed=seed)),
    "guided": lambda seed: GuidedSampler(seed=seed),
}


def make_study(problem: Planted, sampler: str, n_trials: int, seed: int) -> optuna.Study:
    """A study of a planted function; pruned ones by Optuna's median pruner.

    Args:
        problem: The function.
        sampler: ``random``, ``tpe``, ``guided-tpe`` or ``guided``, which is the default one.
        n_trials: How many.
        seed: Of everything.
    """
    rng = np.random.default_rng([seed, n_trials])
    if sampler == "random":
        study = optuna.create_study()
        columns = problem.draw(n_trials, rng)
        losses = problem.loss(columns) + problem.noise * rng.normal(size=n_trials)
        curves = None if problem.is_slow is None else _curves(problem, columns, losses)
        trials = _trials(problem, columns, losses, curves)
        study.add_trials([_put_into(t, problem, _draw_contexts(problem, rng)) for t in trials])
        return study
    study = optuna.create_study(sampler=_SAMPLERS[sampler](seed))

    def objective(trial: optuna.Trial) -> float:
        columns = _suggest(problem, trial)
        loss = float(problem.loss(columns)[0] + problem.noise * rng.normal())
        for name, context in problem.contexts.items():
            if context.is_param:
                code = DATA.choices.index(trial.suggest_categorical(name, DATA.choices))
            else:
                code = codes[trial.number][name]
                trial.set_user_attr(name, DATA.choices[code])
            loss = context.shifts[code] + context.factors[code] * loss
        if problem.is_slow is not None:
            for step, value in enumerate(_curves(problem, columns, np.array([loss]))[0]):
                trial.report(float(value), step)
                if trial.should_prune():
                    raise optuna.TrialPruned
        return loss

    codes = [_draw_contexts(problem, rng) for _ in range(n_trials)]
    for chosen in codes:
        asked = {k: DATA.choices[chosen[k]] for k, c in problem.contexts.items() if c.is_param}
        if asked:
            study.enqueue_trial(asked)
    study.optimize(objective, n_trials=n_trials)
    return study


def _draw_contexts(problem: Planted, rng: np.random.Generator) -> dict[str, int]:
    return {name: int(rng.integers(3)) for name in problem.contexts}


def _put_into(trial: FrozenTrial, problem: Planted, codes: Mapping[str, int]) -> FrozenTrial:
    """The trial as it ends in its contexts."""
    for name, code in codes.items():
        context, value = problem.contexts[name], DATA.choices[code]
        trial.value = context.shifts[code] + context.factors[code] * trial.value
        if context.is_param:
            trial.distributions = {**trial.distributions, name: DATA}
            trial.params = {**trial.params, name: value}
        else:
            trial.set_user_attr(name, value)
    return trial


def _suggest(problem: Planted, trial: optuna.Trial) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    for name, d in problem.space.items():
        needs, choice = problem.parent.get(name, ("", -1))
        if needs and columns[needs][0] != choice:
            columns[name] = np.array([np.nan])
        elif isinstance(d, CategoricalDistribution):
            value = trial.suggest_categorical(name, d.choices)
            columns[name] = np.array([float(d.choices.index(value))])
        elif isinstance(d, IntDistribution):
            columns[name] = to_unit(d, [trial.suggest_int(name, d.low, d.high, log=d.log)])
        elif isinstance(d, FloatDistribution):
            columns[name] = to_unit(d, [trial.suggest_float(name, d.low, d.high, log=d.log)])
    return columns


def _curves(problem: Planted, columns: Columns, losses: Column) -> Column:
    """``(n, N_STEPS)``; the last step is the loss, late starters begin far above it."""
    assert problem.is_slow is not None
    slow = problem.is_slow(columns)[:, None]
    left = np.exp(-np.arange(N_STEPS) / np.where(slow > 0, 4.0, 1.5))
    return np.asarray(losses[:, None] + (1 + 2 * slow) * (left - left[:, -1:]))


def _trials(
    problem: Planted, columns: Columns, losses: Column, curves: Column | None
) -> list[FrozenTrial]:
    trials = []
    for i, loss in enumerate(losses):
        row = {name: c[i] for name, c in columns.items() if not np.isnan(c[i])}
        params = {name: _external(problem.space[name], v) for name, v in row.items()}
        seen = {name: problem.space[name] for name in row}
        if curves is None:
            trials.append(create_trial(params=params, distributions=seen, value=float(loss)))
            continue
        known = dict(enumerate(curves[i].tolist()))
        before = curves[:i]
        stop = next(
            (s for s in range(2, N_STEPS - 1) if i >= 10 and curves[i, : s + 1].min()
             > np.median(before[:, : s + 1].min(axis=1))), None,
        )  # fmt: skip
        state = TrialState.COMPLETE if stop is None else TrialState.PRUNED
        shown = known if stop is None else {s: v for s, v in known.items() if s <= stop}
        trials.append(
            create_trial(
                state=state, params=params, distributions=seen, intermediate_values=shown,
                value=float(loss) if stop is None else None,
            )
        )  # fmt: skip
    return trials


def _external(distribution: BaseDistribution, unit: float) -> object:
    is_choice = isinstance(distribution, CategoricalDistribution)
    internal = unit if is_choice else float(from_unit(distribution, unit))
    return distribution.to_external_repr(internal)
