"""Run samplers on the problems, one JSON line per study. What the file has is not run again.

python benchmarks/bench/run.py DATA out.jsonl --bases tpe random --seeds 0 10 --trials 100
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from loop import run_trials
from optuna import samplers
from problems import SETS, Problem, load_problem

from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler

BASES: dict[str, Callable[[int], samplers.BaseSampler]] = {
    "tpe": lambda seed: samplers.TPESampler(seed=seed),
    "tpe_univariate": lambda seed: samplers.TPESampler(seed=seed, multivariate=False),
    "tpe_group": lambda seed: samplers.TPESampler(seed=seed, multivariate=True, group=True),
    "random": lambda seed: samplers.RandomSampler(seed=seed),
    "cmaes": lambda seed: samplers.CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "qmc": lambda seed: samplers.QMCSampler(
        seed=seed,
        scramble=True,
        warn_independent_sampling=False,
        warn_asynchronous_seeding=False,
    ),
    "nsga2": lambda seed: samplers.NSGAIISampler(seed=seed, population_size=20),
    "lite_gp": lambda seed: LiteGPSampler(seed=seed, warn_independent_sampling=False),
    "lite_gp_deterministic": lambda seed: LiteGPSampler(
        seed=seed, deterministic_objective=True, warn_independent_sampling=False
    ),
    "gp": lambda seed: samplers.GPSampler(
        seed=seed, deterministic_objective=True, warn_independent_sampling=False
    ),
}
N_RANDOM = 10_000
DIRECTIONS = ["maximize", "minimize"]


def main() -> None:
    arguments = _parse()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    out = Path(arguments.out)
    done = {_key(json.loads(line)) for line in out.open()} if out.exists() else set()
    problems = [load_problem(Path(arguments.data), name) for name in SETS[arguments.set]]
    references = load_references(out.with_suffix(".reference.json"), problems)
    every = itertools.product(
        range(*arguments.seeds),
        arguments.bases,
        map(json.loads, arguments.arms),
        arguments.batch,
        problems,
    )
    with out.open("a") as file:
        for seed, base, arm, batch, problem in every:
            run = {
                "problem": problem.name,
                "base": base,
                "arm": arm["name"] if batch == 1 else f"{arm['name']} x {batch}",
                "seed": seed,
                "n_objectives": arguments.objectives,
                "noise": arguments.noise,
                "reference": references[problem.name],
            }
            if _key(run) not in done:
                run |= run_study(problem, run, arm, batch, arguments.trials)
                file.write(json.dumps(run) + "\n")
                file.flush()


def run_study(
    problem: Problem, run: dict[str, Any], arm: dict[str, Any], batch: int, n_trials: int
) -> dict[str, Any]:
    options = {k: v for k, v in arm.items() if k != "name"}
    seed, reference = run["seed"], run["reference"]
    sampler = BASES[run["base"]](seed)
    if options.pop("guided", True):
        sampler = GuidedSampler(sampler, seed=seed + 10_000, **options)
    n_objectives = run["n_objectives"]
    study = optuna.create_study(directions=DIRECTIONS[:n_objectives], sampler=sampler)
    noise = run["noise"] * (reference["best"] - reference["median"])
    start = time.process_time()
    true, told = run_trials(
        study,
        lambda trial: problem.objectives(trial)[:n_objectives],
        n_trials,
        noise=noise,
        batch=batch,
        seed=seed,
    )
    seconds = time.process_time() - start
    return {
        "values": true.round(6).tolist(),
        "told": told.round(6).tolist(),
        "ms_per_trial": round(1000 * seconds / n_trials, 2),
    }


def load_references(path: Path, problems: list[Problem]) -> dict[str, Any]:
    """Quantiles of random configurations, computed once."""
    known = json.loads(path.read_text()) if path.exists() else {}
    for problem in problems:
        if problem.name not in known:
            scores, costs = problem.sample(N_RANDOM).T
            known[problem.name] = {
                "best": scores.max(),
                "median": float(np.median(scores)),
                "cost": [costs.min(), float(np.median(costs)), costs.max()],
            }
            path.write_text(json.dumps(known, indent=1))
    return known


def _key(run: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(run[k] for k in ("problem", "base", "arm", "seed", "n_objectives", "noise"))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", help="directory with yahpo/ and nmt/")
    parser.add_argument("out", help="JSON lines, appended to")
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--bases", nargs="+", choices=BASES, default=["tpe"])
    parser.add_argument(
        "--arms",
        nargs="+",
        default=['{"name": "plain", "guided": false}', '{"name": "guided"}'],
        help="JSON each: a name, and options of GuidedSampler",
    )
    parser.add_argument("--seeds", nargs=2, type=int, default=[0, 10])
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--objectives", type=int, choices=[1, 2], default=1)
    parser.add_argument(
        "--noise",
        type=float,
        default=0.0,
        help="deviation of normal noise, as a share of best - median of random configurations",
    )
    parser.add_argument(
        "--batch", nargs="+", type=int, default=[1], help="trials asked for at a time"
    )
    arguments = parser.parse_args()
    if arguments.noise and arguments.objectives == 2:
        parser.error("--noise needs one objective: costs are in another unit")
    return arguments


if __name__ == "__main__":
    main()
