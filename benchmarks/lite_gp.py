"""Samplers on functions anybody can compute, and what LiteGPSampler costs.

    OMP_NUM_THREADS=1 python benchmarks/lite_gp.py [quality] [noise] [late] [batches] [pruners]
        [objectives] [cost]

`quality`: regret as a share of the median random trial's. `noise`: the same, by the true value of
the trial that looks best. `late`: what the last 40 of 100 trials are spent on.
`batches`: regret where 4 and 16 trials are asked for at a time.
`pruners`: the best complete trial where a pruner stops trials on their way.
`objectives`: hypervolume of two. `cost`: milliseconds a trial, where the targets are 20 over the
first 100 trials, 40 at 200, 60 at 10,000.
"""

from __future__ import annotations

import argparse
import itertools
import math
import time
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import optuna
from bench.loop import run_trials
from optuna._hypervolume import compute_hypervolume
from optuna.pruners import BasePruner, HyperbandPruner, MedianPruner
from optuna.samplers import (
    BaseSampler,
    CmaEsSampler,
    NSGAIISampler,
    RandomSampler,
    TPESampler,
)
from optuna.trial import TrialState
from scipy.stats import rankdata, wilcoxon

from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.lite_gp import LiteGPSampler

Objective: TypeAlias = Callable[[optuna.Trial], float]

AT = (25, 50, 100)
N_STEPS = 27
N_LATE = 40
PRUNERS = (
    MedianPruner(n_startup_trials=5, n_warmup_steps=2),
    HyperbandPruner(min_resource=1, max_resource=N_STEPS, reduction_factor=3),
)
SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "TPE": lambda seed: TPESampler(seed=seed),
    "TPE, guided": lambda seed: GuidedSampler(TPESampler(seed=seed), seed=seed),
    "GuidedSampler()": lambda seed: GuidedSampler(seed=seed),
    "LiteGP": lambda seed: LiteGPSampler(seed=seed),
    "CMA-ES": lambda seed: CmaEsSampler(seed=seed, warn_independent_sampling=False),
    "random": lambda seed: RandomSampler(seed=seed),
}
MULTI_OBJECTIVE = {
    "TPE": SAMPLERS["TPE"],
    "LiteGP": SAMPLERS["LiteGP"],
    "NSGA-II": lambda seed: NSGAIISampler(seed=seed, population_size=20),
    "random": SAMPLERS["random"],
}


def branin(trial: optuna.Trial) -> float:
    x, y = trial.suggest_float("x", -5, 10), trial.suggest_float("y", 0, 15)
    a = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.397887


def rosenbrock(trial: optuna.Trial) -> float:
    x = [trial.suggest_float(f"x{i}", -2, 2) for i in range(5)]
    return sum(100 * (b - a * a) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(x))


def rastrigin(trial: optuna.Trial) -> float:
    x = [trial.suggest_float(f"x{i}", -2.5, 3.5) for i in range(4)]
    return sum(v * v + 10 - 10 * math.cos(2 * math.pi * v) for v in x)


def network(trial: optuna.Trial) -> float:
    """A conditional space: widths by number of layers, momentum by optimizer."""
    rate = trial.suggest_float("rate", 1e-5, 1.0, log=True)
    n_layers = trial.suggest_int("n_layers", 1, 4)
    widths = [trial.suggest_int(f"width_{i}", 8, 512, log=True) for i in range(n_layers)]
    loss = 0.3 * abs(n_layers - 3) + sum(0.1 * (math.log2(w) - 7) ** 2 for w in widths) / n_layers
    if trial.suggest_categorical("optimizer", ["sgd", "adam", "lion"]) == "sgd":
        momentum = trial.suggest_float("momentum", 0.0, 1.0)
        return loss + (math.log10(rate) + 1) ** 2 + 4 * (momentum - 0.9) ** 2
    return loss + 0.2 + (math.log10(rate) + 3) ** 2


def table(trial: optuna.Trial) -> float:
    """A discrete space of 1080 configurations with an interaction."""
    a, b = trial.suggest_int("a", 0, 5), trial.suggest_int("b", 0, 5)
    c = trial.suggest_categorical("c", list("pqrst"))
    d = trial.suggest_int("d", 0, 10, step=2)
    return abs(a - b) + 0.3 * abs(a - 4) + 0.2 * abs(d - 6) + "rqspt".index(c) * 0.5


PROBLEMS = {f.__name__: f for f in (branin, rosenbrock, rastrigin, network, table)}


def smooth(trial: optuna.Trial) -> float:
    """What a search converges on early: learning rate, depth, optimizer and dropout."""
    rate = math.log10(trial.suggest_float("lr", 1e-5, 1e-1, log=True))
    loss = 0.05 * (rate + 2.7) ** 2 + 0.003 * (trial.suggest_int("depth", 1, 12) - 6) ** 2
    slow = trial.suggest_categorical("optimizer", ["adam", "sgd", "rmsprop"]) == "rmsprop"
    return loss + 0.04 * slow + 0.1 * (trial.suggest_float("dropout", 0, 0.7) - 0.2) ** 2


CONVERGING = {**PROBLEMS, "smooth": smooth}


def zdt(concave: bool) -> Callable[[optuna.Trial], tuple[float, float]]:
    def objective(trial: optuna.Trial) -> tuple[float, float]:
        x = [trial.suggest_float(f"x{i}", 0, 1) for i in range(6)]
        g = 1 + 9 * sum(x[1:]) / 5
        ratio = x[0] / g
        return x[0], g * (1 - (ratio**2 if concave else math.sqrt(ratio)))

    return objective


def random_unit(objective: Objective) -> float:
    """Value of the median random trial; the optimum of every problem is 0."""
    chance = optuna.create_study(sampler=RandomSampler(seed=0))
    chance.optimize(objective, n_trials=500)
    return float(np.median([trial.value for trial in chance.trials]))


def single(objective: Objective) -> Callable[[optuna.Trial], tuple[float, ...]]:
    """The objective as `run_trials` takes it."""
    return lambda trial: (objective(trial),)


def run(
    objective: Objective,
    unit: float,
    sampler: BaseSampler,
    seed: int,
    *,
    noise: float = 0.0,
    batch: int = 1,
) -> np.ndarray:
    """True value of the trial that looks best after each trial in units, shape ``(max(AT),)``."""
    study = optuna.create_study(sampler=sampler)
    told_by = {"noise": noise * unit, "batch": batch, "seed": seed}
    true, told = run_trials(study, single(objective), max(AT), **told_by)
    looks_best = [int(np.argmin(told[: n + 1])) for n in range(max(AT))]
    return true[looks_best, 0] / unit


def run_pruned(
    objective: Objective, unit: float, sampler: BaseSampler, seed: int, *, pruner: BasePruner
) -> np.ndarray:
    """Best complete value in units after each trial, 1 before the first; some curves are slow."""
    rng = np.random.default_rng(seed)

    def train(trial: optuna.Trial) -> float:
        value, slowness = objective(trial) / unit, rng.uniform(2, 10)
        for step in range(N_STEPS):
            trial.report(value + math.exp(-step / slowness) + 0.01 * rng.normal(), step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return value

    study = optuna.create_study(sampler=sampler, pruner=pruner)
    study.optimize(train, n_trials=max(AT))
    complete = [t.value if t.state == TrialState.COMPLETE else 1.0 for t in study.trials]
    return np.minimum.accumulate(np.minimum(complete, 1.0))


def compare(n_seeds: int, words: str, run: Callable[..., np.ndarray], **options: Any) -> None:
    first, n = next(iter(SAMPLERS)), max(AT)
    print(f"\nMean regret of {n_seeds} studies after {n} trials; {words}")
    print(f"(after how many trials it was at most that of {first} after {n})\n")
    print(f"{'':10}", *(f"{name:>15}" for name in SAMPLERS))
    found = []
    for name, objective in PROBLEMS.items():
        unit = random_unit(objective)
        regrets = [
            [run(objective, unit, make(seed), seed, **options) for make in SAMPLERS.values()]
            for seed in range(n_seeds)
        ]
        found.append(regrets)
        means = np.mean(regrets, axis=0)
        reached = [trials_to(row, means[0, -1]) for row in means]
        cells = [f"{row[-1]:.4f} ({m:>3})" for row, m in zip(means, reached, strict=True)]
        print(f"{name:10}", *(f"{cell:>15}" for cell in cells), flush=True)
    report(np.concatenate(found))


def trials_to(means: np.ndarray, goal: float) -> str:
    """After how many trials the mean regret was at most the goal."""
    reached = np.flatnonzero(means <= goal + 1e-12)
    return str(reached[0] + 1) if len(reached) else "no"


def report(regrets: np.ndarray) -> None:
    """Print each sampler against the first; regrets have the shape ``(n_pairs, n, max(AT))``."""
    last, means = np.round(regrets[:, :, -1], 9), regrets.mean(axis=0)
    ranks = rankdata(last, axis=1).mean(axis=0)
    print(f"\n{'all':15}", *(f"{n:>8}" for n in AT), "   rank  win/tie/loss      p  trials")
    for k, name in enumerate(SAMPLERS):
        wins, losses = (last[:, k] < last[:, 0]).sum(), (last[:, k] > last[:, 0]).sum()
        record = f"{wins}/{len(last) - wins - losses}/{losses}"
        p = wilcoxon(last[:, k] - last[:, 0]).pvalue if wins + losses else 1.0
        cells = [f"{means[k, n - 1]:8.4f}" for n in AT]
        reached = trials_to(means[k], means[0, -1])
        print(f"{name:15}", *cells, f"{ranks[k]:7.2f} {record:>13} {p:6.0e} {reached:>7}")


def compare_late(n_seeds: int) -> None:
    for noise in (0.1, 0.0):
        print(f"\nnoise {noise}: best tried, the one that looks best, mean of the last {N_LATE}")
        for name, objective in CONVERGING.items():
            unit = random_unit(objective)
            for sampler in ("TPE", "TPE, guided", "GuidedSampler()"):
                found = []
                for seed in range(n_seeds):
                    study = optuna.create_study(sampler=SAMPLERS[sampler](seed))
                    told_by = {"noise": noise * unit, "seed": seed}
                    true, told = run_trials(study, single(objective), max(AT), **told_by)
                    looks = true[np.argmin(told[:, 0]), 0]
                    found.append((true.min(), looks, true[-N_LATE:].mean()))
                best, looks, late = np.mean(found, axis=0) / unit
                print(f"  {name:11} {sampler:16} {best:.3f} {looks:.3f} {late:.3f}", flush=True)


def compare_fronts(n_seeds: int) -> None:
    print(f"\nhypervolume below (1.1, 11) at {AT} trials, {n_seeds} seeds")
    for concave in (False, True):
        for name, make in MULTI_OBJECTIVE.items():
            volumes = np.zeros(len(AT))
            for seed in range(n_seeds):
                study = optuna.create_study(directions=["minimize"] * 2, sampler=make(seed))
                study.optimize(zdt(concave), n_trials=max(AT))
                values = np.array([trial.values for trial in study.trials])
                volumes += [compute_hypervolume(values[:n], np.array([1.1, 11.0])) for n in AT]
            cells = "  ".join(f"{volume:.3f}" for volume in volumes / n_seeds)
            print(f"  {'ZDT2' if concave else 'ZDT1'} {name:8}", cells)


def ten_parameters(trial: optuna.Trial) -> float:
    loss = sum((trial.suggest_float(f"x{i}", -5, 5) - i * 0.3) ** 2 for i in range(6))
    loss += abs(trial.suggest_int("k", 1, 50, log=True) - 7) * 0.1
    loss += trial.suggest_categorical("c", ["a", "b", "d"]) != "b"
    return loss + trial.suggest_float("r", 1e-5, 1, log=True) + trial.suggest_int("n", 0, 20)


def measure_cost() -> None:
    print("\nCPU and wall milliseconds a trial, 10 parameters")
    study = optuna.create_study(sampler=LiteGPSampler(seed=0))
    study.optimize(ten_parameters, n_trials=3)
    crowd = optuna.create_study(sampler=RandomSampler(seed=0))
    crowd.optimize(ten_parameters, n_trials=10_000)
    crowd.sampler = LiteGPSampler(seed=0)
    crowd.optimize(ten_parameters, n_trials=1)
    for name, measured, n in (
        ("4 to 100", study, 97),
        ("101 to 180", study, 80),
        ("181 to 220", study, 40),
        ("10,002 to 10,021", crowd, 20),
    ):
        cpu, wall = time.process_time(), time.perf_counter()
        measured.optimize(ten_parameters, n_trials=n)
        spent = (time.process_time() - cpu, time.perf_counter() - wall)
        print(f"  {name:18}", "  ".join(f"{1000 * seconds / n:.1f}" for seconds in spent))


def main() -> None:
    parts = {
        "quality": lambda n: compare(n, "one at a time", run),
        "noise": lambda n: compare(n, "with noise", run, noise=0.1),
        "late": compare_late,
        "batches": lambda n: [compare(n, f"{k} at a time", run, batch=k) for k in (4, 16)],
        "pruners": lambda n: [
            compare(n, type(pruner).__name__, run_pruned, pruner=pruner) for pruner in PRUNERS
        ],
        "objectives": compare_fronts,
        "cost": lambda n: measure_cost(),
    }
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(parts)}; default: all")
    parser.add_argument("--seeds", type=int, default=10)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for part in arguments.parts or parts:
        parts[part](arguments.seeds)


if __name__ == "__main__":
    main()
