"""Does a study that begins from earlier ones find good values sooner, and is it ever misled?

Leave one task out: of about ten tasks of a family, each is tuned anew by `LiteGPSampler`, and the
first 60 trials that Optuna's default sampler made on the others are its earlier studies. They may
be misleading: *inverted* (what was good there is said to be bad), *shuffled*, or *one good* among
inverted ones. *Enqueued* tries the best configuration of each earlier study first, as one does by
hand. The number is the mean normalised regret, (best known - best so far) / (best known - median
of random configurations).

    python benchmarks/transfer.py DATA [--seeds 3] [--first-task 0]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import optuna
from optuna.trial import FrozenTrial, create_trial

from optuna_guide import LiteGPSampler

sys.path.insert(0, str(Path(__file__).parent / "bench"))
from problems import SCENARIOS, Problem, load_problem

FAMILIES = ("lcbench", "rbv2_rpart")
ARMS = ("alone", "earlier", "one", "inverted", "shuffled", "one good", "enqueued", "TPE")
AT = (1, 3, 5, 10, 15, 25)
N_TASKS, N_EARLIER, N_RANDOM, N_TPE = 10, 60, 3000, 100


@dataclass(frozen=True, eq=False)
class Task:
    """A problem, what was tried on it before, and what random configurations reach."""

    problem: Problem
    trials: list[FrozenTrial]
    best: float
    median: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with yahpo/")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-task", type=int, default=0, help="which tenth of the tasks")
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=ARMS)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for family in FAMILIES:
        tasks = [read_task(arguments.data, n) for n in names(arguments.data, family, arguments)]
        report(family, tasks, arguments.arms, arguments.seeds)


def names(data: Path, family: str, arguments: argparse.Namespace) -> list[str]:
    codes = json.loads((data / "yahpo" / family / "encoding.json").read_text())
    known = [i for i in codes[SCENARIOS[family].instance] if i != "#na#"]
    step = len(known) // N_TASKS
    return [f"{family}:{i}" for i in known[arguments.first_task :: step][:N_TASKS]]


def read_task(data: Path, name: str) -> Task:
    problem = load_problem(data, name)
    sampler = optuna.samplers.TPESampler(seed=777)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(lambda trial: problem.objectives(trial)[0], n_trials=N_EARLIER)
    scores = problem.sample(N_RANDOM)[:, 0]
    best = max(scores.max(), study.best_value)
    return Task(problem, study.trials, float(best), float(np.median(scores)))


def run(arm: str, task: Task, others: list[Task], seed: int) -> tuple[np.ndarray, float]:
    """Best value so far of each trial, and CPU seconds."""
    rng = np.random.default_rng(seed)
    good = int(rng.integers(len(others)))
    kinds = {
        "earlier": ["as it was"] * len(others),
        "inverted": ["inverted"] * len(others),
        "shuffled": ["shuffled"] * len(others),
        "one good": ["as it was" if k == good else "inverted" for k in range(len(others))],
        "one": ["as it was" if k == good else "none" for k in range(len(others))],
    }.get(arm, ["none"] * len(others))
    earlier = [
        retell(other, kind, rng)
        for other, kind in zip(others, kinds, strict=True)
        if kind != "none"
    ]
    sampler: optuna.samplers.BaseSampler = optuna.samplers.TPESampler(seed=seed)
    if arm != "TPE":
        sampler = LiteGPSampler(seed=seed, earlier_studies=earlier)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    if arm == "enqueued":
        for other in others:
            study.enqueue_trial(max(other.trials, key=lambda trial: trial.value).params)
    start = time.process_time()
    n_trials = N_TPE if arm == "TPE" else max(AT)
    study.optimize(lambda trial: task.problem.objectives(trial)[0], n_trials=n_trials)
    values = np.array([trial.value for trial in study.trials])
    return np.maximum.accumulate(values), time.process_time() - start


def retell(task: Task, kind: str, rng: np.random.Generator) -> optuna.Study:
    """The earlier study of a task, with values that mislead where that is asked for."""
    values = np.array([trial.value for trial in task.trials])
    if kind == "inverted":
        values = -values
    elif kind == "shuffled":
        values = rng.permutation(values)
    study = optuna.create_study(direction="maximize", study_name=task.problem.name)
    study.add_trials(
        [
            create_trial(value=value, params=trial.params, distributions=trial.distributions)
            for trial, value in zip(task.trials, values.tolist(), strict=True)
        ]
    )
    return study


def report(family: str, tasks: list[Task], arms: list[str], n_seeds: int) -> None:
    found: dict[str, list[tuple[Task, np.ndarray]]] = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    for arm in arms:
        for task in tasks:
            others = [other for other in tasks if other is not task]
            for seed in range(n_seeds):
                values, cost = run(arm, task, others, seed)
                found[arm].append((task, values))
                seconds[arm] += cost / len(values)
    best: dict[Task, float] = {task: task.best for task in tasks}
    for runs in found.values():
        for task, values in runs:
            best[task] = max(best[task], values[-1])
    print(f"\n{family}: {len(tasks)} tasks, {n_seeds} seeds")
    print("| | " + " | ".join(map(str, (*AT, N_TPE))) + " | ms a trial |")
    print("|---" * (len(AT) + 3) + "|")
    for arm, runs in found.items():
        columns = [
            np.mean([(best[t] - v[n - 1]) / (best[t] - t.median) for t, v in runs])
            for n in (*AT, N_TPE)
            if n <= len(runs[0][1])
        ]
        cells = [f"{c:.3f}".lstrip("0") for c in columns] + [""] * (len(AT) + 1 - len(columns))
        cost = 1000 * seconds[arm] / len(runs)
        print(f"| {arm} | " + " | ".join(cells) + f" | {cost:.0f} |", flush=True)


if __name__ == "__main__":
    main()
