"""LiteGPSampler with and without ``cost_aware``, where trials take planted times.

    OMP_NUM_THREADS=1 python benchmarks/cost_aware.py [--seeds 5]

The clock is simulated. A trial takes 1 to 30 s, exponentially along a parameter that matters
(*dear end*: the last of its range is dear, *dear start*: the first) or along one that does not
(*beside*); lognormal times that no parameter tells (*random*); 10 s give or take 2 % (*constant*).
Seconds until the best regret is at most a share of the median random trial's, in mean random
trials.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from unittest import mock

import numpy as np
import optuna
from lite_gp import Objective, branin, network, random_unit, rosenbrock, smooth

from optuna_guide import LiteGPSampler

N_TRIALS, GOALS, DEAREST = 80, (0.05, 0.01), 30.0
N_RANDOM = 500
PROBLEMS: tuple[tuple[Objective, str], ...] = (
    (branin, "x"),
    (rosenbrock, "x0"),
    (network, "n_layers"),
    (smooth, "depth"),
)


class Clock:
    """Stands in for ``datetime`` where the storage looks at the time."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        """The simulated time."""
        return datetime(2026, 1, 1) + timedelta(seconds=self.seconds)


def along(name: str, *, falls: bool = False) -> Callable[[optuna.Trial, float], float]:
    def cost(trial: optuna.Trial, chance: float) -> float:
        domain, value = trial.distributions[name], trial.params[name]
        place = (value - domain.low) / (domain.high - domain.low)
        return DEAREST ** (1 - place if falls else place)

    return cost


def beside(trial: optuna.Trial, chance: float) -> float:
    return DEAREST ** trial.suggest_float("beside", 0, 1)


COSTS = {
    "dear end": lambda name: along(name),
    "dear start": lambda name: along(name, falls=True),
    "beside": lambda name: beside,
    "random": lambda name: lambda trial, chance: 10 * math.exp(chance),
    "constant": lambda name: lambda trial, chance: 10 * math.exp(0.02 * chance),
}


def run(
    objective: Objective,
    cost: Callable[[optuna.Trial, float], float],
    sampler: optuna.samplers.BaseSampler,
    seed: int,
    n_trials: int = N_TRIALS,
    goal: float = -math.inf,
) -> tuple[np.ndarray, np.ndarray]:
    """Values of the trials, and the seconds when they ended; it stops at the goal."""
    clock, rng = Clock(), np.random.default_rng(seed)
    study = optuna.create_study(sampler=sampler)
    values: list[float] = []
    ends: list[float] = []
    with mock.patch("optuna.storages._in_memory.datetime", clock):
        while len(values) < n_trials and min(values, default=math.inf) > goal:
            trial = study.ask()
            values.append(objective(trial))
            clock.seconds += cost(trial, rng.normal())
            ends.append(clock.seconds)
            study.tell(trial, values[-1])
    return np.array(values), np.array(ends)


def seconds_to(values: np.ndarray, ends: np.ndarray, goal: float) -> float:
    """Infinite where the goal was not reached."""
    reached = np.flatnonzero(values <= goal)
    return float(ends[reached[0]]) if len(reached) else math.inf


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    n_seeds = parser.parse_args().seeds
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    print(f"seconds to regret {GOALS}, each: plain, cost-aware and their ratio (geometric) where")
    print("both get there in 80 trials; sooner/level/later of all; how many of both get there")
    found: dict[str, list[np.ndarray]] = {kind: [] for kind in COSTS}
    for objective, name in PROBLEMS:
        unit = random_unit(objective)
        for kind, of in COSTS.items():
            cost = of(name)
            chance = optuna.samplers.RandomSampler(seed=0)
            mean = run(objective, cost, chance, 0, N_RANDOM)[1][-1] / N_RANDOM
            times = []
            for seed in range(n_seeds):
                arms = [LiteGPSampler(seed=seed, cost_aware=aware) for aware in (False, True)]
                runs = [run(objective, cost, s, seed, goal=min(GOALS) * unit) for s in arms]
                times.append([[seconds_to(v, e, g * unit) / mean for v, e in runs] for g in GOALS])
            found[kind].append(np.array(times))
            print(f"{objective.__name__:11} {kind:11} {summary(found[kind][-1])}", flush=True)
    for kind, several in found.items():
        print(f"{'all':11} {kind:11} {summary(np.concatenate(several))}")


def summary(times: np.ndarray) -> str:
    """Of seconds, ``(n_studies, n_goals, 2)``: plain and cost-aware."""
    cells = []
    for of_goal in times.transpose(1, 0, 2):
        got = np.isfinite(of_goal)
        plain, aware = of_goal[got.all(axis=1)].T
        ratio = math.exp(np.mean(np.log(aware / plain))) if len(plain) else math.nan
        means = f"{plain.mean():6.2f} {aware.mean():6.2f}" if len(plain) else f"{'':13}"
        level = np.isclose(of_goal[:, 0], of_goal[:, 1])
        sooner = int((~level & (of_goal[:, 1] < of_goal[:, 0])).sum())
        record = f"{sooner}/{level.sum()}/{len(of_goal) - sooner - level.sum()}"
        cells.append(f"{means} x{ratio:.2f} {record:>8} {'+'.join(map(str, got.sum(axis=0))):>6}")
    return " | ".join(cells)


if __name__ == "__main__":
    main()
