"""One peer in a process of its own: asked and told over standard input and output, a line each.

Each peer is a generator, which yields a configuration and is sent its value.

The first line names the peer, the space and the seed; then each line is a value to be told (null
before the first), answered by the next configuration and the CPU seconds that the peer took since
its start. Lower values are better. `peers.py` runs this file with the Python of each peer.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Generator, Mapping
from typing import Any, TypeAlias

Space: TypeAlias = list[dict[str, Any]]  # name, and choices or kind (float, int), low, high, log
Peer: TypeAlias = Generator[Mapping[str, Any], float, None]


def with_optuna(sampler: Any, space: Space) -> Peer:
    """Any sampler of Optuna's interface."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=sampler)
    while True:
        trial = study.ask()
        for p in space:
            if "choices" in p:
                trial.suggest_categorical(p["name"], p["choices"])
            elif p["kind"] == "int":
                trial.suggest_int(p["name"], p["low"], p["high"], log=p["log"])
            else:
                trial.suggest_float(p["name"], p["low"], p["high"], log=p["log"])
        study.tell(trial, (yield trial.params))


def guided(space: Space, seed: int) -> Peer:
    from optuna_guide import GuidedSampler

    return with_optuna(GuidedSampler(seed=seed), space)


def lite_gp(space: Space, seed: int) -> Peer:
    from optuna_guide import LiteGPSampler

    return with_optuna(LiteGPSampler(seed=seed), space)


def tpe(space: Space, seed: int) -> Peer:
    from optuna.samplers import TPESampler

    return with_optuna(TPESampler(seed=seed), space)


def cmaes(space: Space, seed: int) -> Peer:
    from optuna.samplers import CmaEsSampler

    return with_optuna(CmaEsSampler(seed=seed, warn_independent_sampling=False), space)


def gp(space: Space, seed: int) -> Peer:
    from optuna.samplers import GPSampler

    return with_optuna(GPSampler(seed=seed), space)


def auto(space: Space, seed: int) -> Peer:
    """AutoSampler of OptunaHub, from a local folder."""
    import os

    import optunahub

    folder = os.environ["OPTUNAHUB_PACKAGE"]
    module = optunahub.load_local_module("samplers/auto_sampler", registry_root=folder)
    return with_optuna(module.AutoSampler(seed=seed), space)


def smac3(space: Space, seed: int) -> Peer:
    """The facade that is recommended for hyperparameters, with its defaults."""
    import smac
    from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer
    from smac.runhistory.dataclasses import TrialValue

    columns = ConfigurationSpace(seed=seed)
    for p in space:
        if "choices" in p:
            columns.add(Categorical(p["name"], p["choices"]))
        else:
            kind = Integer if p["kind"] == "int" else Float
            columns.add(kind(p["name"], (p["low"], p["high"]), log=p["log"]))
    with tempfile.TemporaryDirectory() as folder:
        scenario = smac.Scenario(
            columns, deterministic=True, n_trials=10_000, seed=seed, output_directory=folder
        )
        optimizer = smac.HyperparameterOptimizationFacade(
            scenario, lambda config, seed: 0.0, logging_level=False
        )
        while True:
            asked = optimizer.ask()
            optimizer.tell(asked, TrialValue(cost=(yield dict(asked.config))))


def skopt(space: Space, seed: int) -> Peer:
    """The Gaussian process of scikit-optimize."""
    from skopt import Optimizer
    from skopt.space import Categorical, Integer, Real

    columns = []
    for p in space:
        if "choices" in p:
            columns.append(Categorical(p["choices"]))
        else:
            kind = Integer if p["kind"] == "int" else Real
            columns.append(
                kind(p["low"], p["high"], prior="log-uniform" if p["log"] else "uniform")
            )
    optimizer, names = Optimizer(columns, random_state=seed), [p["name"] for p in space]
    while True:
        asked = optimizer.ask()
        optimizer.tell(asked, (yield dict(zip(names, asked, strict=True))))


def nevergrad(space: Space, seed: int, n_trials: int = 100) -> Peer:
    """NGOpt, which is told how many trials there are."""
    import nevergrad as ng

    def parameter(p: dict[str, Any]) -> Any:
        if "choices" in p:
            return ng.p.Choice(p["choices"])
        kind = ng.p.Log if p["log"] else ng.p.Scalar
        found = kind(lower=p["low"], upper=p["high"])
        return found.set_integer_casting() if p["kind"] == "int" else found

    columns = ng.p.Dict(**{p["name"]: parameter(p) for p in space})
    columns.random_state.seed(seed)
    optimizer = ng.optimizers.NGOpt(columns, budget=n_trials)
    while True:
        asked = optimizer.ask()
        optimizer.tell(asked, (yield dict(asked.value)))


def with_syne_tune(space: Space, seed: int, searcher: str) -> Peer:
    """A searcher of syne-tune, by its ask and tell."""
    from syne_tune.config_space import choice, lograndint, loguniform, randint, uniform
    from syne_tune.optimizer.schedulers.ask_tell_scheduler import AskTellScheduler
    from syne_tune.optimizer.schedulers.single_objective_scheduler import (
        SingleObjectiveScheduler,
    )

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
        {p["name"]: column(p) for p in space},
        metric="value",
        do_minimize=True,
        searcher=searcher,
        random_seed=seed,
    )
    asking = AskTellScheduler(base_scheduler=scheduler)
    while True:
        asked = asking.ask()
        asking.tell(asked, {"value": (yield dict(asked.config))})


def cqr(space: Space, seed: int) -> Peer:
    """Conformal quantile regression."""
    return with_syne_tune(space, seed, "cqr")


def bore(space: Space, seed: int) -> Peer:
    return with_syne_tune(space, seed, "bore")


def ax(space: Space, seed: int) -> Peer:
    """Ax's client with its defaults."""
    from ax.api.client import Client
    from ax.api.configs import ChoiceParameterConfig, RangeParameterConfig

    def column(p: dict[str, Any]) -> Any:
        if "choices" in p:
            return ChoiceParameterConfig(
                name=p["name"], values=p["choices"], parameter_type="str", is_ordered=False
            )
        return RangeParameterConfig(
            name=p["name"],
            bounds=(p["low"], p["high"]),
            parameter_type=p["kind"],
            scaling="log" if p["log"] else "linear",
        )

    client = Client(random_seed=seed)
    client.configure_experiment(parameters=[column(p) for p in space])
    client.configure_optimization(objective="-value")
    while True:
        ((index, params),) = client.get_next_trials(max_trials=1).items()
        client.complete_trial(trial_index=index, raw_data={"value": (yield dict(params))})


PEERS: dict[str, Callable[[Space, int], Peer]] = {
    f.__name__: f
    for f in (guided, lite_gp, tpe, cmaes, gp, auto, smac3, skopt, nevergrad, cqr, bore, ax)
}


def main() -> None:
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr  # what a peer prints is no answer
    begin = json.loads(sys.stdin.readline())
    peer, seconds = PEERS[begin["peer"]](begin["space"], begin["seed"]), 0.0
    for line in sys.stdin:
        start, value = time.process_time(), json.loads(line)
        asked = next(peer) if value is None else peer.send(value)
        params = {n: v.item() if hasattr(v, "item") else v for n, v in asked.items()}
        seconds += time.process_time() - start
        print(json.dumps({"params": params, "seconds": seconds}), file=answers, flush=True)


if __name__ == "__main__":
    main()
