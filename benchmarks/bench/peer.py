"""One peer in a process of its own: asked and told over standard input and output, a line each.

Each peer is a function of the task's columns, number of objectives and seed, which returns how it
is asked for some configurations and told the values of one.

The first line names the peer and the task; then each line is how many configurations are asked
for, and the values of those before, answered by the configurations and the CPU seconds that the
peer took since its start. Lower values are better. `peers.py` runs it with the Python of each.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TextIO, TypeAlias

Columns: TypeAlias = list[dict[str, Any]]
"""Name, and choices or kind (float, int), low, high, log; parent, and when, if conditional."""


class Task(NamedTuple):
    """What a peer is told before it begins."""

    columns: Columns
    n_objectives: int
    seed: int
    batch: int


class Peer(NamedTuple):
    """How it is asked for so many configurations, each with its handle, and told one's values."""

    ask: Callable[[int], list[tuple[Any, Mapping[str, Any]]]]
    tell: Callable[[Any, list[float]], Any]


def with_optuna(sampler: Any, task: Task) -> Peer:
    """Any sampler of Optuna's interface."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(directions=["minimize"] * task.n_objectives, sampler=sampler)

    def ask() -> tuple[Any, Mapping[str, Any]]:
        trial = study.ask()
        for p in task.columns:
            if "parent" in p and trial.params[p["parent"]] not in p["when"]:
                continue
            if "choices" in p:
                trial.suggest_categorical(p["name"], p["choices"])
            elif p["kind"] == "int":
                trial.suggest_int(p["name"], p["low"], p["high"], log=p["log"])
            else:
                trial.suggest_float(p["name"], p["low"], p["high"], log=p["log"])
        return trial, trial.params

    return Peer(lambda n: [ask() for _ in range(n)], study.tell)


def guided(task: Task) -> Peer:
    from optuna_guide import GuidedSampler

    return with_optuna(GuidedSampler(seed=task.seed), task)


def lite_gp(task: Task) -> Peer:
    from optuna_guide import LiteGPSampler

    return with_optuna(LiteGPSampler(seed=task.seed), task)


def tpe(task: Task) -> Peer:
    from optuna.samplers import TPESampler

    return with_optuna(TPESampler(seed=task.seed), task)


def cmaes(task: Task) -> Peer:
    from optuna.samplers import CmaEsSampler

    return with_optuna(CmaEsSampler(seed=task.seed, warn_independent_sampling=False), task)


def gp(task: Task) -> Peer:
    from optuna.samplers import GPSampler

    return with_optuna(GPSampler(seed=task.seed), task)


def auto(task: Task) -> Peer:
    """AutoSampler of OptunaHub, from a local folder."""
    import os

    import optunahub

    folder = os.environ["OPTUNAHUB_PACKAGE"]
    module = optunahub.load_local_module("samplers/auto_sampler", registry_root=folder)
    return with_optuna(module.AutoSampler(seed=task.seed), task)


def flex(task: Task) -> Peer:
    """A multivariate TPE of OptunaHub that allows for ranges that grow, from a local folder."""
    import os

    import optunahub

    folder = os.environ["OPTUNAHUB_PACKAGE"]
    module = optunahub.load_local_module("samplers/multivariate_tpe_flex", registry_root=folder)
    return with_optuna(module.TPESampler(seed=task.seed), task)


def smac3(task: Task) -> Peer:
    """The facade that is recommended for hyperparameters, with its defaults."""
    import smac
    from ConfigSpace import Categorical, ConfigurationSpace, Float, InCondition, Integer
    from smac.runhistory.dataclasses import TrialValue

    only_one(task)
    columns = ConfigurationSpace(seed=task.seed)
    for p in task.columns:
        if "choices" in p:
            columns.add(Categorical(p["name"], p["choices"]))
        else:
            kind = Integer if p["kind"] == "int" else Float
            columns.add(kind(p["name"], (p["low"], p["high"]), log=p["log"]))
    for p in task.columns:
        if "parent" in p:
            columns.add(InCondition(columns[p["name"]], columns[p["parent"]], p["when"]))
    scenario = smac.Scenario(
        columns,
        deterministic=True,
        n_trials=10_000,
        seed=task.seed,
        output_directory=tempfile.mkdtemp(),
    )
    optimizer = smac.HyperparameterOptimizationFacade(
        scenario, lambda config, seed: 0.0, logging_level=False
    )

    def ask(n: int) -> list[tuple[Any, Mapping[str, Any]]]:
        return [(asked, dict(asked.config)) for asked in (optimizer.ask() for _ in range(n))]

    return Peer(ask, lambda asked, values: optimizer.tell(asked, TrialValue(cost=values[0])))


def skopt(task: Task) -> Peer:
    """The Gaussian process of scikit-optimize."""
    from skopt import Optimizer
    from skopt.space import Categorical, Integer, Real

    only_one(task)
    columns = []
    for p in task.columns:
        if "choices" in p:
            columns.append(Categorical(p["choices"]))
        else:
            kind = Integer if p["kind"] == "int" else Real
            columns.append(
                kind(p["low"], p["high"], prior="log-uniform" if p["log"] else "uniform")
            )
    optimizer, names = (
        Optimizer(columns, random_state=task.seed),
        [p["name"] for p in task.columns],
    )

    def ask(n: int) -> list[tuple[Any, Mapping[str, Any]]]:
        asked = optimizer.ask(n_points=n) if n > 1 else [optimizer.ask()]
        return [(values, dict(zip(names, values, strict=True))) for values in asked]

    return Peer(ask, lambda asked, values: optimizer.tell(asked, values[0]))


def nevergrad(task: Task, n_trials: int = 100) -> Peer:
    """NGOpt, which is told how many trials there are."""
    import nevergrad as ng

    def parameter(p: dict[str, Any]) -> Any:
        if "choices" in p:
            return ng.p.Choice(p["choices"])
        kind = ng.p.Log if p["log"] else ng.p.Scalar
        found = kind(lower=p["low"], upper=p["high"])
        return found.set_integer_casting() if p["kind"] == "int" else found

    columns = ng.p.Dict(**{p["name"]: parameter(p) for p in task.columns})
    columns.random_state.seed(task.seed)
    optimizer = ng.optimizers.NGOpt(columns, budget=n_trials, num_workers=task.batch)

    def ask(n: int) -> list[tuple[Any, Mapping[str, Any]]]:
        return [(asked, dict(asked.value)) for asked in (optimizer.ask() for _ in range(n))]

    return Peer(ask, lambda asked, v: optimizer.tell(asked, v if len(v) > 1 else v[0]))


def with_syne_tune(task: Task, searcher: str) -> Peer:
    """A searcher of syne-tune, by its ask and tell."""
    from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform
    from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler
    from syne_tune.optimizer.schedulers.single_objective_scheduler import (
        SingleObjectiveScheduler,
    )

    only_one(task)
    kinds = {
        ("float", False): uniform,
        ("float", True): loguniform,
        ("int", False): randint,
        ("int", True): lograndint,
    }

    def column(p: dict[str, Any]) -> Any:
        if "choices" in p:
            return choice(p["choices"])
        return kinds[p["kind"], p["log"]](p["low"], p["high"])

    scheduler = SingleObjectiveScheduler(
        {p["name"]: column(p) for p in task.columns},
        metric="value",
        do_minimize=True,
        searcher=searcher,
        random_seed=task.seed,
    )
    asking = AskTellScheduler(base_scheduler=scheduler)

    def ask(n: int) -> list[tuple[Any, Mapping[str, Any]]]:
        return [(asked, dict(asked.config)) for asked in (asking.ask() for _ in range(n))]

    return Peer(ask, lambda asked, values: asking.tell(asked, {"value": values[0]}))


def cqr(task: Task) -> Peer:
    """Conformal quantile regression."""
    return with_syne_tune(task, "cqr")


def bore(task: Task) -> Peer:
    return with_syne_tune(task, "bore")


def confopt(task: Task, n_trials: int = 100) -> Peer:
    """The tuner of confopt, in a thread, as it has no ask and tell."""
    from queue import Queue
    from threading import Thread

    from confopt.tuning import ConformalTuner
    from confopt.wrapping import CategoricalRange, FloatRange, IntRange

    only_one(task)
    if task.batch > 1:
        raise NotImplementedError("One at a time only.")

    def column(p: dict[str, Any]) -> Any:
        if "choices" in p:
            return CategoricalRange(choices=p["choices"])
        kind = IntRange if p["kind"] == "int" else FloatRange
        return kind(min_value=p["low"], max_value=p["high"], log_scale=p["log"])

    asked: Queue[dict[str, Any]] = Queue()
    told: Queue[float] = Queue()

    def objective(configuration):  # it refuses other annotations than its own
        asked.put(configuration)
        return told.get()

    tuner = ConformalTuner(objective, {p["name"]: column(p) for p in task.columns})
    options = {"max_searches": n_trials, "random_state": task.seed, "verbose": False}
    Thread(target=tuner.tune, kwargs=options, daemon=True).start()

    def ask(n: int) -> list[tuple[Any, Mapping[str, Any]]]:
        return [(None, asked.get(timeout=600)) for _ in range(n)]

    return Peer(ask, lambda _, values: told.put(values[0]))


def ax(task: Task) -> Peer:
    """Ax's client with its defaults."""
    from ax.api.client import Client
    from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

    def column(p: dict[str, Any]) -> Any:
        if "choices" in p:
            kind = "str" if isinstance(p["choices"][0], str) else "float"
            return ChoiceParameterConfig(
                name=p["name"], values=p["choices"], parameter_type=kind, is_ordered=False
            )
        return RangeParameterConfig(
            name=p["name"],
            bounds=(p["low"], p["high"]),
            parameter_type=p["kind"],
            scaling="log" if p["log"] else "linear",
        )

    client, metrics = Client(random_seed=task.seed), [f"v{i}" for i in range(task.n_objectives)]
    client.configure_experiment(parameters=[column(p) for p in task.columns])
    client.configure_optimization(objective=", ".join(f"-{m}" for m in metrics))

    def tell(index: int, values: list[float]) -> None:
        told = dict(zip(metrics, values, strict=True))
        client.complete_trial(trial_index=index, raw_data=told)

    return Peer(lambda n: list(client.get_next_trials(max_trials=n).items()), tell)


def only_one(task: Task) -> None:
    if task.n_objectives > 1:
        raise NotImplementedError("One objective only.")


PEERS: dict[str, Callable[[Task], Peer]] = {
    f.__name__: f
    for f in (
        *(guided, lite_gp, tpe, cmaes, gp, auto, flex),
        *(smac3, skopt, nevergrad, cqr, bore, confopt, ax),
    )
}


def main() -> None:
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints is no answer
    try:
        answer_all(answers)
    except Exception as error:
        print(json.dumps({"failed": f"{type(error).__name__}: {error}"}), file=answers, flush=True)


def answer_all(answers: TextIO) -> None:
    begin = json.loads(sys.stdin.readline())
    peer, seconds = PEERS[begin.pop("peer")](Task(**begin)), 0.0
    handles: list[Any] = []
    for line in sys.stdin:
        start, request = time.process_time(), json.loads(line)
        for handle, values in zip(handles, request["told"], strict=True):
            peer.tell(handle, values)
        asked = peer.ask(request["n"])
        seconds += time.process_time() - start
        handles = [handle for handle, _ in asked]
        params = [{n: getattr(v, "item", lambda v=v: v)() for n, v in p.items()} for _, p in asked]
        print(json.dumps({"params": params, "seconds": seconds}), file=answers, flush=True)


if __name__ == "__main__":
    main()
