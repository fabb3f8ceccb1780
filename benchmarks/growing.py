"""A choice is added to a study that runs: does it pay to keep the trials?

Ten tasks of lcbench, where the number of layers is a choice. The one that is best of all is
missing at first; after 30 trials it is added. *Grown* goes on in a copy with all trials
(`grow_study`), *restarted* begins anew. *Flex* is ``multivariate_tpe_flex`` of OptunaHub, for
spaces that change; Optuna refuses other choices in a study, so that it goes on in a grown copy,
too, of 30 trials that it made itself. ``--hub`` names the folder ``package`` of a copy of the
registry. The number is the mean normalised regret, (best known - best since then) / (best known -
median of random configurations): what was found before the choice was added does not count.

    python benchmarks/growing.py DATA [--seeds 2] [--hub FOLDER]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution

from optuna_guide import GuidedSampler, grow_study

sys.path.insert(0, str(Path(__file__).parent / "bench"))
from problems import Problem, load_problem

TASKS = (
    *("3945", "7593", "34539", "126029", "167152"),
    *("168335", "189354", "189909", "168910", "189906"),
)
GROWS = "num_layers"
N_BEFORE, N_AFTER, N_RANDOM = 30, 20, 2000
AT = (1, 5, 10, 20)


@dataclass(frozen=True, eq=False)
class Task:
    """A problem whose number of layers is a choice, without the best one at first."""

    whole: Problem
    first: Problem
    best: float
    median: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with yahpo/")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--hub", help="folder of OptunaHub's packages")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    arms = ["grown", "restarted", *(["flex"] if arguments.hub else [])]
    tasks = [read_task(arguments.data, f"lcbench:{name}") for name in TASKS]
    found: dict[str, list[list[np.ndarray]]] = defaultdict(list)
    for task in tasks:
        for arm in arms:
            runs = [run(arm, task, seed, arguments.hub) for seed in range(arguments.seeds)]
            found[arm].append(runs)
    report(tasks, found)


def read_task(data: Path, name: str) -> Task:
    problem = load_problem(data, name)
    options = tuple(range(problem.space[GROWS].low, problem.space[GROWS].high + 1))
    whole = with_options(problem, options)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    rows = [(t.params[GROWS], whole.objectives(t)[0]) for t in asked(study, whole)]
    best = {o: max(score for option, score in rows if option == o) for o in options}
    added = max(best, key=lambda option: best[option])
    first = with_options(problem, tuple(o for o in options if o != added))
    scores = [score for _, score in rows]
    return Task(whole, first, max(scores), float(np.median(scores)))


def asked(study: optuna.Study, problem: Problem) -> list[Any]:
    trials = [study.ask() for _ in range(N_RANDOM)]
    for trial in trials:
        problem.suggest(trial)
    return trials


def with_options(problem: Problem, options: tuple[int, ...]) -> Problem:
    return replace(problem, space={**problem.space, GROWS: CategoricalDistribution(options)})


def run(arm: str, task: Task, seed: int, hub: str | None) -> np.ndarray:
    """Best value so far of the trials after the choice was added."""
    study = optuna.create_study(direction="maximize", sampler=sampler_of(arm, seed, hub))
    if arm != "restarted":
        study.optimize(lambda trial: task.first.objectives(trial)[0], n_trials=N_BEFORE)
        study = grow_study(study, {GROWS: task.whole.space[GROWS].choices})
        study.sampler = sampler_of(arm, seed + 1000, hub)
    n_before = len(study.trials)
    study.optimize(lambda trial: task.whole.objectives(trial)[0], n_trials=N_AFTER)
    return np.maximum.accumulate([trial.value for trial in study.trials[n_before:]])


def sampler_of(arm: str, seed: int, hub: str | None) -> optuna.samplers.BaseSampler:
    if arm != "flex":
        return GuidedSampler(seed=seed)
    import optunahub

    package = optunahub.load_local_module("samplers/multivariate_tpe_flex", registry_root=hub)
    sampler: optuna.samplers.BaseSampler = package.TPESampler(seed=seed)
    return sampler


def report(tasks: list[Task], found: dict[str, list[list[np.ndarray]]]) -> None:
    best = [
        max(task.best, *(run[-1] for of in found.values() for run in of[k]))
        for k, task in enumerate(tasks)
    ]
    regrets = {
        arm: np.array([mean_regret(t, b, r) for t, b, r in zip(tasks, best, of, strict=True)])
        for arm, of in found.items()
    }
    print("| | " + " | ".join(map(str, AT)) + " | grown ahead after 10 | after 20 |")
    print("|---" * (len(AT) + 3) + "|")
    for arm, regret in regrets.items():
        cells = [f"{c:.3f}".lstrip("0") for c in regret.mean(axis=0)]
        for k in (2, 3):
            ahead = int((regrets["grown"][:, k] < regret[:, k]).sum())
            cells.append("" if arm == "grown" else f"{ahead} of {len(tasks)}")
        print(f"| {arm} | " + " | ".join(cells) + " |")


def mean_regret(task: Task, best: float, runs: list[np.ndarray]) -> np.ndarray:
    scale = best - task.median
    return np.mean([[(best - run[n - 1]) / scale for n in AT] for run in runs], axis=0)


if __name__ == "__main__":
    main()
