"""Run SMAC3 on the problems; appends to the same file as run.py, for report.py to compare.

Needs `pip install smac`. The facade is the one that its documentation recommends for
hyperparameters, with its defaults, told that the objective is deterministic.

python benchmarks/bench/smac3.py DATA out.jsonl --seeds 0 2
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import smac
from ConfigSpace import Categorical, ConfigurationSpace, Float, Integer
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from problems import SETS, Problem, load_problem
from run import load_references
from smac.runhistory.dataclasses import TrialValue


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="directory with yahpo/ and nmt/")
    parser.add_argument("out", type=Path, help="JSON lines, appended to")
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--seeds", nargs=2, type=int, default=[0, 2])
    parser.add_argument("--trials", type=int, default=100)
    arguments = parser.parse_args()
    problems = [load_problem(arguments.data, name) for name in SETS[arguments.set]]
    references = load_references(arguments.out.with_suffix(".reference.json"), problems)
    for seed in range(*arguments.seeds):
        for problem in problems:
            run = {
                "problem": problem.name,
                "base": "smac3",
                "arm": "plain",
                "seed": seed,
                "n_objectives": 1,
                "noise": 0.0,
                "reference": references[problem.name],
            }
            run |= run_study(problem, seed, arguments.trials)
            with arguments.out.open("a") as file:
                file.write(json.dumps(run) + "\n")


def run_study(problem: Problem, seed: int, n_trials: int) -> dict[str, Any]:
    space = ConfigurationSpace(seed=seed)
    space.add([hyperparameter(name, d) for name, d in problem.space.items()])
    values = []
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        scenario = smac.Scenario(
            space, deterministic=True, n_trials=n_trials, seed=seed, output_directory=Path(folder)
        )
        optimizer = smac.HyperparameterOptimizationFacade(
            scenario, lambda config, seed: 0.0, logging_level=False
        )
        for _ in range(n_trials):
            asked = optimizer.ask()
            values.append([problem.evaluate(dict(asked.config))[0]])
            optimizer.tell(asked, TrialValue(cost=-values[-1][0]))
    seconds = time.process_time() - start
    return {
        "values": values,
        "told": values,
        "ms_per_trial": round(1000 * seconds / n_trials, 2),
    }


def hyperparameter(name: str, distribution: BaseDistribution) -> Any:
    d: Any = distribution
    if isinstance(d, CategoricalDistribution):
        return Categorical(name, d.choices)
    kind = Integer if isinstance(d, IntDistribution) else Float
    return kind(name, (d.low, d.high), log=d.log)


if __name__ == "__main__":
    main()
