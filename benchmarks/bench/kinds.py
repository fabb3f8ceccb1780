"""Kinds of tuning problems, each with tasks whose optimum is known; lower values are better."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from bench.problems import load_problem
from lite_gp import branin, network, rastrigin, rosenbrock, single, smooth, table, zdt
from optuna._hypervolume import compute_hypervolume
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers import RandomSampler
from optuna.trial import FixedTrial

NOISE = 0.1
BATCH = 4
_N_RANDOM = 500
_REFERENCE = np.array([1.1, 11.0])
_LARGEST = {"zdt1": 1.1 * 11 - 1 / 3, "zdt2": 1.1 * 11 - 2 / 3}  # hypervolume of the whole front


@dataclass(frozen=True)
class Task:
    """A problem, and how its trials are asked for and told.

    Attributes:
        evaluate: True values of a trial, to be minimised; the optimum of one objective is 0.
        noise: Standard deviation of what a trial is told beyond them, in units of `unit`.
        batch: Trials asked for before the first of them is told.
        largest: Hypervolume of the whole front, of two objectives.
    """

    evaluate: Callable[[optuna.Trial], tuple[float, ...]]
    noise: float = 0.0
    batch: int = 1
    largest: float | None = None

    def regrets(self, true: np.ndarray, told: np.ndarray) -> np.ndarray:
        """What is missing after each trial, not divided by `unit`, shape ``(n_trials,)``.

        Of one objective, the true value of the trial that looks best.
        """
        steps = range(1, len(true) + 1)
        if self.largest is None:
            return np.array([true[told[:n, 0].argmin(), 0] for n in steps])
        found = (compute_hypervolume(true[:n], _REFERENCE) for n in steps)
        return self.largest - np.array(list(found))

    def unit(self) -> float:
        """What is missing after a random trial: the median."""
        study = optuna.create_study(sampler=RandomSampler(seed=0))
        true = np.array([self.evaluate(study.ask()) for _ in range(_N_RANDOM)])
        return float(np.median([self.regrets(row[None], row[None])[0] for row in true]))


def recipe(trial: optuna.Trial) -> float:
    """Many categories, two of which have to fit, and an amount."""
    flour = trial.suggest_categorical("flour", [f"flour {i}" for i in range(12)])
    spice = trial.suggest_categorical("spice", [f"spice {i}" for i in range(20)])
    oven, oil = (trial.suggest_categorical(n, list("abcdef")) for n in ("oven", "oil"))
    places = int(flour[6:]), int(spice[6:]), "abcdef".index(oven), "abcdef".index(oil)
    loss = [0.15 * (5 * places[0] % 12), 0.1 * (7 * places[1] % 20), 0.2 * (5 * places[2] % 6)]
    apart = 0.5 * ((places[0] + places[3]) % 3 > 0)
    return sum(loss) + apart + abs(trial.suggest_float("salt", 0, 2) - 0.6)


def codes(trial: optuna.Trial) -> float:
    """Eight switches of four positions each, the neighbours of which have to agree."""
    switches = [trial.suggest_categorical(f"switch_{i}", [*"abcd"]) for i in range(8)]
    wrong = [("abcd".index(s) - i) % 4 for i, s in enumerate(switches)]
    return sum(0.3 * (w > 0) for w in wrong) + sum(
        0.2 * (a != b) for a, b in itertools.pairwise(wrong)
    )


def machine(trial: optuna.Trial) -> float:
    """A conditional space: each kernel of a support vector machine has parameters of its own."""
    cost = np.log10(trial.suggest_float("C", 1e-3, 1e3, log=True))
    kernel = trial.suggest_categorical("kernel", ["linear", "rbf", "poly"])
    if kernel == "linear":
        return float(0.35 + 0.02 * (cost + 1) ** 2)
    width = np.log10(trial.suggest_float("gamma", 1e-4, 10, log=True))
    if kernel == "rbf":
        return float(0.02 * (cost - 1) ** 2 + 0.05 * (width + 1.5 + 0.4 * (cost - 1)) ** 2)
    degree = trial.suggest_int("degree", 2, 5)
    return float(0.1 + 0.03 * cost**2 + 0.04 * (width + 2) ** 2 + 0.05 * abs(degree - 3))


def kinds_of(data: Path | None) -> dict[str, dict[str, Task]]:
    """Tasks by kind; with a folder of data (see `problems`) three of real training as well."""
    both = {f.__name__: Task(single(f)) for f in (branin, smooth)}
    kinds: dict[str, dict[str, Task]] = {
        "numeric": {f.__name__: Task(single(f)) for f in (branin, rosenbrock, rastrigin)},
        "mixed": {"smooth": both["smooth"]},
        "conditional": {"network": Task(single(network)), "machine": Task(single(machine))},
        "many categories": {"recipe": Task(single(recipe)), "codes": Task(single(codes))},
        "noisy": {name: replace(task, noise=NOISE) for name, task in both.items()},
        "table": {"table": Task(single(table))},
        "two objectives": {
            name: Task(zdt(name == "zdt2"), largest=largest) for name, largest in _LARGEST.items()
        },
        "batch": {name: replace(task, batch=BATCH) for name, task in both.items()},
    }
    if data is not None:
        network_, tree, translator = (
            _real(data, name) for name in ("lcbench:7593", "rbv2_rpart:41138", "nmt:so-en")
        )
        kinds["numeric"]["lcbench"] = network_
        kinds["noisy"]["lcbench"] = replace(network_, noise=NOISE)
        kinds["mixed"]["rbv2_rpart"] = tree
        kinds["table"]["nmt"] = translator
    return kinds


def _real(data: Path, name: str) -> Task:
    """A surrogate or a table; its optimum is the best of 10,000 random configurations."""
    problem = load_problem(data, name)
    top = float(problem.sample(10_000)[:, 0].max())
    return Task(lambda trial: (top - problem.objectives(trial)[0],))


def columns_of(task: Task) -> tuple[int, list[dict[str, Any]]]:
    """Number of objectives, and the parameters as `peer.py` reads them, parents first."""
    study, seen = optuna.create_study(sampler=RandomSampler(seed=0)), []
    for _ in range(200):
        trial = study.ask()
        n_objectives = len(task.evaluate(trial))
        seen.append(trial)
    space = {name: d for trial in seen for name, d in trial.distributions.items()}
    params = [trial.params for trial in seen]
    return n_objectives, [
        {"name": name, **_domain(d), **_condition(name, params)} for name, d in space.items()
    ]


def _domain(distribution: BaseDistribution) -> dict[str, Any]:
    d: Any = distribution
    if isinstance(d, CategoricalDistribution):
        return {"choices": list(d.choices)}
    if isinstance(d, IntDistribution) and d.step > 1:  # not all peers know steps
        return {"choices": [str(v) for v in range(d.low, d.high + 1, d.step)], "kind": "int"}
    kind = "int" if isinstance(d, IntDistribution) else "float"
    return {"kind": kind, "low": d.low, "high": d.high, "log": d.log}


def _condition(name: str, params: list[dict[str, Any]]) -> dict[str, Any]:
    """The parent of a conditional parameter, and for which of its values it is active.

    The parent is the parameter of the fewest values that tells.
    """
    if all(name in p for p in params):
        return {}
    found = []
    for parent in (n for n in params[0] if all(n in p for p in params)):
        active = {p[parent] for p in params if name in p}
        inactive = {p[parent] for p in params if name not in p}
        if active.isdisjoint(inactive):
            found.append((len(active) + len(inactive), parent, sorted(active)))
    _, parent, when = min(found)
    return {"parent": parent, "when": when}


def value_of(task: Task, columns: list[dict[str, Any]], params: Mapping[str, Any]) -> np.ndarray:
    """True values of a configuration that a peer named."""
    steps = {c["name"] for c in columns if "choices" in c and "kind" in c}
    told = {n: int(v) if n in steps else v for n, v in params.items()}
    return np.array(task.evaluate(FixedTrial(told)), dtype=float)
