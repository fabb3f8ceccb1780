"""Ugly studies: what people's studies look like when something is off.

``UGLY`` maps a name to a function that builds the study in memory. Whatever reads a study has to
survive each of them; `NOT_READY` says for which of them there is no guidance, and why.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.trial import Trial, TrialState, create_trial

Objective = Callable[[Trial], float | Sequence[float]]
UNIT = FloatDistribution(0.0, 1.0)
NAMES = ("a:b", "学習率", "<script>alert(1)</script>", "", "n" * 300, "$x$ %{y} [red]", "a\nb\t\\")
MIXED = (None, True, False, 1, 1.0, "1", "True", "", (1, 2), [3], math.nan, math.inf, 1e-12)


def run(
    objective: Objective, n_trials: int = 24, *, seed: int = 0, **options: Any
) -> optuna.Study:
    """A study of random trials; Optuna's own warnings about odd choices and steps are not ours."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed), **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.optimize(objective, n_trials=n_trials)
    return study


def told(
    values: Sequence[float], params: Sequence[dict[str, float]], **options: Any
) -> optuna.Study:
    """A study of complete trials on the unit interval with these values."""
    study = optuna.create_study(**options)
    study.add_trials(
        [
            create_trial(value=v, params=p, distributions=dict.fromkeys(p, UNIT))
            for v, p in zip(values, params, strict=True)
        ]
    )
    return study


def with_values(values: Sequence[float], **options: Any) -> optuna.Study:
    """A study of two parameters, the first of which orders the values."""
    rng = np.random.default_rng(0)
    x = np.sort(rng.random(len(values)))
    return told(values, [{"x": float(v), "y": float(rng.random())} for v in x], **options)


def with_distribution(
    suggest: Callable[[Trial], float], n_trials: int = 24, *, log: bool = False
) -> optuna.Study:
    """A study of one odd parameter, which the objective depends on, beside a plain one."""

    def objective(trial: Trial) -> float:
        value = suggest(trial)
        return (math.log(value) if log else float(value)) + 1e-3 * trial.suggest_float("y", 0, 1)

    return run(objective, n_trials)


def states(state: TrialState, n: int = 12) -> optuna.Study:
    study = optuna.create_study()
    rng = np.random.default_rng(0)
    study.add_trials(
        [
            create_trial(
                state=state,
                params={"x": float(x)},
                distributions={"x": UNIT},
                intermediate_values={0: 2.0, 3: float(x)},
            )
            for x in rng.random(n)
        ]
    )
    return study


def mixed_choices() -> optuna.Study:
    """Choices that compare equal, and choices that JSON does not know."""

    def objective(trial: Trial) -> float:
        chosen = trial.suggest_categorical("c", MIXED)  # type: ignore[arg-type]
        good = type(chosen) is bool or isinstance(chosen, tuple)
        return trial.suggest_float("x", 0, 1) - 3 * good

    return run(objective, 60)


def numpy_choices() -> optuna.Study:
    """Numbers of numpy, which no storage but the one in memory takes."""
    widths = tuple(2 ** np.arange(5, 10))
    return run(
        lambda t: t.suggest_categorical("width", widths).item() + t.suggest_float("x", 0, 1)
    )


def two_hundred_choices() -> optuna.Study:
    choices = [f"bpe with {k} merges" for k in range(200)]
    return run(lambda t: int(t.suggest_categorical("tokenizer", choices).split()[2]) % 7, 60)


def single_values() -> optuna.Study:
    """Parameters without a choice beside one that has it."""

    def objective(trial: Trial) -> float:
        trial.suggest_float("f", 2.0, 2.0)
        trial.suggest_int("i", 3, 3)
        trial.suggest_categorical("c", ["only"])
        return trial.suggest_float("x", 0, 1)

    return run(objective)


def names() -> optuna.Study:
    return run(
        lambda t: sum(k * t.suggest_float(n, 0, 1) for k, n in enumerate(NAMES)),
        study_name="<b>:%s{x}",
    )


def changing_ranges() -> optuna.Study:
    """Range, step, logarithm, integer or float: everything but the kind changes."""

    def objective(number: int, trial: Trial) -> float:
        k = number % 4
        x = trial.suggest_float("x", -k, 1 + k)
        if k % 2:
            i: float = trial.suggest_int("i", k, 8 + 4 * k, step=k)
            f = trial.suggest_float("f", 0.1 * k, 1.0, log=True)
        else:
            i = trial.suggest_float("i", 0.5, 3)
            f = trial.suggest_float("f", 0.0, 2.0, step=0.5)
        choices = ["a", "b", "c"][: 2 + k % 2] if k else ["c", "d"]
        return x + i + f + len(trial.suggest_categorical("c", choices))

    study = optuna.create_study()
    for k in range(32):
        # Optuna refuses choices that change within a study, but not those told by others
        single = run(partial(objective, k), 1, seed=k)
        study.add_trial(single.trials[0])
    return study


def changing_kind() -> optuna.Study:
    """A number that became a choice half way through."""
    study = optuna.create_study()
    rng = np.random.default_rng(0)
    batch = optuna.distributions.CategoricalDistribution(["16", "32"])
    for k in range(40):
        b: Any = str(rng.choice(["16", "32"])) if k >= 20 else float(rng.random())
        x = float(rng.random())
        distributions: dict[str, BaseDistribution] = {"x": UNIT, "b": batch if k >= 20 else UNIT}
        study.add_trial(
            create_trial(value=x, params={"x": x, "b": b}, distributions=distributions)
        )
    return study


def sixty_parameters() -> optuna.Study:
    return run(lambda t: sum(t.suggest_float(f"p{k}", 0, 1) / (k + 1) ** 2 for k in range(60)), 24)


def rarely_active() -> optuna.Study:
    """A parameter that a single trial has, and one whose value never changes."""

    def objective(trial: Trial) -> float:
        if trial.number == 7:
            trial.suggest_float("rare", 0, 1)
        if trial.number % 2:
            trial.suggest_float("fixed", 3, 3)
        return trial.suggest_float("x", 0, 1)

    return run(objective)


def disjoint_branches() -> optuna.Study:
    """No parameter is active in every trial."""

    def objective(trial: Trial) -> float:
        return trial.suggest_float(f"x{trial.number % 3}", 0, 1) + trial.number % 3

    return run(objective, 45)


def no_parameters() -> optuna.Study:
    return run(lambda t: float(t.number))


def enqueued_outside() -> optuna.Study:
    """Fixed values that lie outside of the declared range, which Optuna lets pass."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.enqueue_trial({"lr": 2.0, "x": 0.5})
    study.enqueue_trial({"lr": 0.1, "x": 7.0})
    study.enqueue_trial({"lr": 0.1, "x": 0.123, "g": 0.3})

    def objective(trial: Trial) -> float:
        lr = trial.suggest_float("lr", 1e-5, 1.0, log=True)
        return lr + trial.suggest_float("x", 0, 1) + trial.suggest_float("g", 0, 1, step=0.25)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.optimize(objective, n_trials=30)
    return study


def constrained(
    n_objectives: int, violation: Callable[[Trial, float], float | None]
) -> optuna.Study:
    def objective(trial: Trial) -> float | Sequence[float]:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        found = violation(trial, x)
        if found is not None:
            trial.set_constraint("memory", found)
        values = [x, (1 - x) ** 2 + y, y + 0.1 * x][:n_objectives]
        return values if n_objectives > 1 else x

    directions = ["minimize", "maximize", "minimize"][:n_objectives]
    return run(objective, directions=directions)


def odd_attributes() -> optuna.Study:
    """User attributes of every kind, numbers that no float holds included."""
    odd: list[Any] = [1, 2.5, True, "3", None, [1], {"a": 1}, 10**400, math.nan, -math.inf]

    def objective(trial: Trial) -> float:
        trial.set_user_attr("odd", odd[trial.number % len(odd)])
        trial.set_user_attr("params", trial.number)
        return trial.suggest_float("x", 0, 1)

    return run(objective, 30)


def everything_finished_badly() -> optuna.Study:
    study = states(TrialState.FAIL, 4)
    study.add_trials(states(TrialState.PRUNED, 3).trials)
    study.add_trials(with_values([math.inf, -math.inf]).trials)
    study.enqueue_trial({"x": 0.5})
    study.ask()
    return study


def _line(n: int = 24) -> list[float]:
    return np.linspace(0.0, 1.0, n).tolist()


def in_contexts(n_trials: int = 60, n_sets: int = 3) -> optuna.Study:
    """Data sets of other scales, one of which is rare, a fold and a seed beside them."""

    def objective(trial: Trial) -> float:
        which = min(trial.number % (n_sets + 1), n_sets) if trial.number != 7 else 99
        trial.set_user_attr("fold", trial.number % 4)
        trial.set_user_attr("seed", 1000 + trial.number)
        trial.set_user_attr("data set", "<b>rare" if which == 99 else f"s{which}")
        return 10.0**which + trial.suggest_float("x", 0, 1) * (which + 1)

    return run(objective, n_trials)


UGLY: dict[str, Callable[[], optuna.Study]] = {
    "no trials": optuna.create_study,
    "one trial": partial(with_values, [1.0]),
    "nine trials": partial(with_values, _line(9)),
    "ten trials": partial(with_values, _line(10)),
    "all failed": partial(states, TrialState.FAIL),
    "all pruned": partial(states, TrialState.PRUNED),
    "all running": partial(states, TrialState.RUNNING),
    "all waiting": partial(states, TrialState.WAITING),
    "all infinite": partial(with_values, [math.inf] * 12),
    "everything finished badly": everything_finished_badly,
    "constant objective": partial(with_values, [0.5] * 24),
    "one value differs": partial(with_values, [0.5] * 23 + [0.4]),
    "few distinct values": partial(with_values, [0.0] * 12 + [1.0] * 12),
    "infinite and huge values": partial(
        with_values, [-math.inf, -1e300, -1e9, *_line(), 1e9, 1e300, math.inf]
    ),
    "largest floats": partial(with_values, [-1.7e308, *_line(), 1.7e308]),
    "all huge": partial(with_values, [1e300 * v for v in _line()]),
    "tiny values": partial(with_values, [1e-200 * v for v in _line()]),
    "large offset": partial(with_values, [1e12 + v for v in _line()]),
    "maximised": partial(with_values, [*_line(), -1e300, -math.inf], direction="maximize"),
    "no parameters": no_parameters,
    "one parameter": partial(run, lambda t: t.suggest_float("x", 0, 1)),
    "one configuration": partial(told, _line(), [{"x": 0.5, "y": 0.5}] * 24),
    "three configurations": partial(
        told, _line(), [{"x": 0.1 * (k % 3), "y": 0.5} for k in range(24)]
    ),
    "two configurations": partial(told, _line(), [{"x": 0.1 * (k % 2)} for k in range(24)]),
    "only choices": partial(
        run,
        lambda t: len(t.suggest_categorical("a", ["x", "yy"]) + t.suggest_categorical("b", "pq")),
    ),
    "200 choices": two_hundred_choices,
    "mixed choices": mixed_choices,
    "numpy choices": numpy_choices,
    "single values": single_values,
    "nothing varies": partial(run, lambda t: t.suggest_int("i", 3, 3) + t.number),
    "odd names": names,
    "changing ranges": changing_ranges,
    "changing kind": changing_kind,
    "steps that do not divide": partial(
        with_distribution,
        lambda t: t.suggest_float("f", 0, 1, step=0.3) + t.suggest_int("i", 0, 10, step=3),
    ),
    "fine steps": partial(with_distribution, lambda t: t.suggest_float("f", 0, 1, step=1e-9)),
    "twelve decades": partial(
        with_distribution, lambda t: t.suggest_float("f", 1e-12, 1.0, log=True), log=True
    ),
    "smallest floats": partial(
        with_distribution, lambda t: t.suggest_float("f", 1e-300, 1e-290, log=True), log=True
    ),
    "integers over twelve decades": partial(
        with_distribution, lambda t: t.suggest_int("i", 1, 10**12, log=True), log=True
    ),
    "huge integers": partial(with_distribution, lambda t: t.suggest_int("i", -(2**62), 2**62)),
    "huge range": partial(with_distribution, lambda t: t.suggest_float("f", -8e307, 8e307)),
    "narrow range": partial(
        with_distribution, lambda t: t.suggest_float("f", 1.0, 1.0 + 1e-12) * 1e12
    ),
    "60 parameters": sixty_parameters,
    "rarely active": rarely_active,
    "disjoint branches": disjoint_branches,
    "enqueued outside": enqueued_outside,
    "two objectives": partial(constrained, 2, lambda t, x: None),
    "three objectives": partial(constrained, 3, lambda t, x: None),
    "constrained": partial(constrained, 1, lambda t, x: 0.3 - x),
    "two objectives, constrained": partial(constrained, 2, lambda t, x: 0.3 - x),
    "constraints in some trials": partial(
        constrained, 1, lambda t, x: 0.3 - x if t.number % 2 else None
    ),
    "infeasible everywhere": partial(constrained, 1, lambda t, x: 1.0 + x),
    "infinitely infeasible": partial(constrained, 1, lambda t, x: math.inf),
    "infeasible everywhere, two objectives": partial(constrained, 2, lambda t, x: 1.0 + x),
    "odd attributes": odd_attributes,
    "contexts": in_contexts,
    "contexts of two trials": partial(in_contexts, 24, 11),
}

NOT_READY: dict[str, str] = {
    "no trials": "the study has no trials",
    "one trial": r"1 usable trial with 'value', at least 10 are needed: 9 more",
    "nine trials": r"9 usable trials with 'value', at least 10 are needed: 1 more",
    "all failed": r"no trial is complete \(12 failed\)",
    "all pruned": r"include_pruned=True",
    "all running": r"no trial is complete \(12 running\)",
    "all waiting": r"no trial is complete \(12 waiting\)",
    "all infinite": r"no complete trial can be used .*: 12 \(value is not finite\)",
    "everything finished badly": r"2 complete, 4 failed, 3 pruned, 1 running.*include_pruned=True",
    "constant objective": r"all 24 trials have the value 0\.5",
    "infinitely infeasible": r"all 24 trials are infeasible without a finite violation",
    "no parameters": r"no parameter varies",
    "one configuration": r"no parameter varies",
    "nothing varies": r"no parameter varies",
    "contexts of two trials": "value differs from one data set to the next",
}
