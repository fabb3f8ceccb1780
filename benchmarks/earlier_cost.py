"""What a trial costs with many earlier studies: CPU milliseconds, in memory.

The earlier studies have 60 random trials each of seven parameters; a new study of 25 trials is run
alone and with all of them. A first study warms up what is imported and compiled.

    python benchmarks/earlier_cost.py [--studies 200]
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Sequence

import numpy as np
import optuna

from optuna_guide import LiteGPSampler

N_EARLIER, N_TRIALS = 60, 25


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=200)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    earlier = [tried(k) for k in range(arguments.studies)]
    run([])
    for name, studies in (("alone", []), (f"{len(earlier)} earlier studies", earlier)):
        cost = run(studies)
        print(f"{name}: {cost.mean():.0f} ms a trial, the first one {cost[0]:.0f} ms")


def tried(k: int) -> optuna.Study:
    sampler = optuna.samplers.RandomSampler(seed=k)
    study = optuna.create_study(study_name=str(k), sampler=sampler)
    study.optimize(lambda trial: objective(trial, 0.1 * (k % 5)), n_trials=N_EARLIER)
    return study


def run(earlier: Sequence[optuna.Study]) -> np.ndarray:
    study = optuna.create_study(sampler=LiteGPSampler(seed=0, earlier_studies=earlier))
    cost = []
    for _ in range(N_TRIALS):
        start = time.process_time()
        study.optimize(lambda trial: objective(trial, 0.0), n_trials=1)
        cost.append(1000 * (time.process_time() - start))
    return np.array(cost)


def objective(trial: optuna.Trial, shift: float) -> float:
    values = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
    worse = trial.suggest_categorical("kind", ["a", "b", "c"]) == "b"
    return sum((x - 0.3 - shift) ** 2 for x in values) + 0.2 * worse


if __name__ == "__main__":
    main()
