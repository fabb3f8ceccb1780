"""What is recommended and what is forecast, held against functions of which the truth is known.

    OMP_NUM_THREADS=1 python benchmarks/outlook.py [recommend] [forecast] [--data DATA]

`recommend`: true regret of what is recommended and of the trial that looks best, under noise, in
units of the median random trial's. `forecast`: how often what was forecast came true, on studies
of problems that the coefficients were not fitted to; then the coefficients of all of them. DATA, a
folder with yahpo/, adds three surrogates of real training to the functions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import optuna
from bench.loop import run_trials
from bench.problems import load_problem
from lite_gp import CONVERGING, Objective, random_unit, single
from optuna.samplers import BaseSampler, TPESampler
from optuna.study import StudyDirection
from optuna.trial import FixedTrial

from optuna_guide.guidance import NotReady
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.sampling.outlook.forecasting import features, found_so_far, possible_gains
from optuna_guide.sampling.outlook.process import Process, fit_process
from optuna_guide.sampling.outlook.recommending import recommend_from
from optuna_guide.sampling.outlook.tried import Tried
from optuna_guide.study.snapshot import Snapshot

NOISE = 0.1  # of the median random trial's regret
N_TRIALS = 100
AT = (20, 30, 40, 50, 60, 80, 100)
MIN_MORE = 10
LEAST = (0.01, 0.03, 0.1, 0.3, 1.0)  # of the distance from the median trial to the recommended one
SURROGATES = ("lcbench:126029", "lcbench:7593", "rbv2_rpart:41138")
SAMPLERS: dict[str, Callable[[int], BaseSampler]] = {
    "TPE": lambda seed: TPESampler(seed=seed),
    "GuidedSampler()": lambda seed: GuidedSampler(seed=seed),
}


@dataclass(frozen=True)
class Replay:
    """A finished study; ``true`` are its values without noise, ``(N_TRIALS,)``."""

    problem: str
    sampler: str
    unit: float
    true: np.ndarray
    study: optuna.Study

    def fit(self, n: int) -> tuple[Process, Snapshot] | None:
        """The process of its first ``n`` trials; None where they allow none."""
        snapshot = Snapshot("replay", (StudyDirection.MINIMIZE,), self.study.trials[:n])
        process = fit_process(snapshot)
        return None if isinstance(process, NotReady) else (process, snapshot)


def read_problems(data: Path | None) -> dict[str, Objective]:
    """The functions, and the regret on surrogates."""
    problems = dict(CONVERGING)
    for name in SURROGATES if data is not None else ():
        known = load_problem(data, name)
        top = float(known.sample(3000)[:, 0].max())
        problems[name] = lambda trial, known=known, top=top: top - known.objectives(trial)[0]
    return problems


def replay(
    problems: dict[str, Objective], seeds: range, noises: tuple[float, ...], samplers: list[str]
) -> Iterator[Replay]:
    for problem, objective in problems.items():
        unit = random_unit(objective)
        for name in samplers:
            for noise in noises:
                for seed in seeds:
                    study = optuna.create_study(sampler=SAMPLERS[name](seed))
                    told_by = {"noise": noise * unit, "seed": seed}
                    true, _ = run_trials(study, single(objective), N_TRIALS, **told_by)
                    yield Replay(problem, name, unit, true[:, 0], study)


def compare_recommended(problems: dict[str, Objective], seeds: range, samplers: list[str]) -> None:
    print(f"\nTrue regret of the trial that looks best -> of what is recommended; {seeds}")
    found: dict[tuple[str, str, int], list[tuple[float, float]]] = {}
    for run in replay(problems, seeds, (NOISE,), samplers):
        for n in (50, 100):
            if (fitted := run.fit(n)) is None:
                continue
            process, snapshot = fitted
            looks = int(np.argmin([trial.value for trial in snapshot.trials]))
            params = dict(recommend_from(process, snapshot).params)
            chosen = problems[run.problem](FixedTrial(params))
            regrets = (run.true[looks] / run.unit, chosen / run.unit)
            found.setdefault((run.problem, run.sampler, n), []).append(regrets)
    for (problem, sampler, n), regrets in found.items():
        before, after = np.mean(regrets, axis=0)
        print(f"  {problem:11} {sampler:16} {n:4}  {before:.4f} -> {after:.4f}")
    for sampler in samplers:
        for n in (50, 100):
            every = np.concatenate([v for (_, s, m), v in found.items() if (s, m) == (sampler, n)])
            (before, after), change = every.mean(axis=0), np.round(every[:, 1] - every[:, 0], 9)
            record = f"{(change < 0).sum()}/{(change == 0).sum()}/{(change > 0).sum()}"
            print(f"  {'all':11} {sampler:16} {n:4}  {before:.4f} -> {after:.4f}  {record}")


def measure_forecasts(problems: dict[str, Objective], seeds: range, samplers: list[str]) -> None:
    rows, came, of = [], [], []
    for run in replay(problems, seeds, (0.0, NOISE), samplers):
        fitted = {n: found[0] for n in AT if (found := run.fit(n)) is not None}
        tried = {n: Tried.of(process) for n, process in fitted.items()}
        best = {n: int(t.numbers[np.argmax(t.expected())]) for n, t in tried.items()}
        for n, m in combinations(fitted, 2):
            if m - n < MIN_MORE:
                continue
            possible, spread = possible_gains(fitted[n]), found_so_far(fitted[n])
            gain = run.true[best[n]] - run.true[best[m]]
            for share in LEAST:
                rows.append(features(possible, share * spread, spread, (m - n) / n))
                came.append(gain > share * spread)
                of.append(run.problem)
    x, y, problem = np.array(rows), np.array(came, dtype=float), np.array(of)
    said, odds = np.zeros(len(y)), left_out_odds(x, y, problem)
    for left_out in np.unique(problem):
        own = problem == left_out
        flatter = flatten(left_out_odds(x[~own], y[~own], problem[~own]), y[~own])
        said[own] = chances(with_one(odds[own]), flatter)
    print(f"\n{len(y)} forecasts; each problem's by what was fitted to the others")
    for low in np.arange(0, 1, 0.1):
        inside = (said >= low) & (said < low + 0.1)
        if inside.any():
            told = f"{100 * said[inside].mean():5.1f} % said, {100 * y[inside].mean():5.1f} % came"
            print(f"  {100 * low:3.0f} to {100 * low + 10:3.0f} %: {told} true of {inside.sum()}")
    first, flatter = fit_logistic(x, y), flatten(odds, y)
    coefficients = flatter[1] * first + flatter[0] * (np.arange(len(first)) == 0)
    print("coefficients:", ", ".join(f"{b:.3f}" for b in coefficients))


def left_out_odds(x: np.ndarray, y: np.ndarray, problem: np.ndarray) -> np.ndarray:
    """Log odds of each problem's forecasts by coefficients that were fitted to the others."""
    odds = np.zeros(len(y))
    for left_out in np.unique(problem):
        own = problem == left_out
        odds[own] = x[own] @ fit_logistic(x[~own], y[~own])
    return odds


def flatten(odds: np.ndarray, y: np.ndarray) -> np.ndarray:
    """By how much log odds promise too much, or too little, of problems that they do not know."""
    return fit_logistic(with_one(odds), y)


def with_one(odds: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(odds)), odds])


def chances(x: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x @ coefficients))


def fit_logistic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Newton's method with a slight ridge."""
    coefficients, ridge = np.zeros(x.shape[1]), 1e-2 * np.eye(x.shape[1])
    for _ in range(50):
        p = chances(x, coefficients)
        gradient = x.T @ (y - p) - ridge @ coefficients
        curvature = (x * (p * (1 - p))[:, None]).T @ x + ridge
        coefficients = coefficients + np.linalg.solve(curvature, gradient)
    return coefficients


def main() -> None:
    parts = {"recommend": (compare_recommended, 20), "forecast": (measure_forecasts, 5)}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(parts)}; default: all")
    parser.add_argument("--seeds", type=int, nargs=2, help="first and end; default: 0 20 and 0 5")
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=list(SAMPLERS))
    parser.add_argument("--data", type=Path, help="folder with yahpo/")
    arguments = parser.parse_args()
    problems = read_problems(arguments.data)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    for part in arguments.parts or parts:
        measure, n_seeds = parts[part]
        measure(problems, range(*arguments.seeds or (n_seeds,)), arguments.samplers)


if __name__ == "__main__":
    main()
