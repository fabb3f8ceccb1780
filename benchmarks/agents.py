"""Forgetful agents with and without the tools that `optuna-guide mcp` gives them.

An agent begins with the same random trials in each arm. Alone, it edits one or two parameters of
the best trial at random, and forgets: every fifth time it runs again what it ran before. With
`check` it draws the same way, asks first, and draws again, twenty times at most, where the verdict
is not `run`; then it runs one that is dominated rather than one that was tried. With `propose` it
runs the first point that it is told. Both ask what the tools ask.

A trial is wasted where its configuration was tried before, or where it ends below the median of
the random ones. Regret is the distance from the best score of the table, in units of the
distance from there to the median.

    OMP_NUM_THREADS=1 python benchmarks/agents.py --data DATA [--seeds 5] [--n-trials 40]
"""

from __future__ import annotations

import argparse
import functools
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from bench.problems import Problem, load_problem
from optuna.samplers import RandomSampler

from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.proposals import propose
from optuna_guide.experiments.worth import judge

TABLES = ("nmt:so-en", "nmt:en-ja", "nmt:ja-en", "nmt:zh-en")
N_START = 10
FORGETS = 0.2
DRAWS = 20
N_SAMPLE = 5000  # configurations, of tables with 118 to 767 rows
ARMS = ("alone", "check", "propose")


class Agent:
    """One that edits the best trial at random."""

    def __init__(self, problem: Problem, study: optuna.Study, seed: int) -> None:
        self.problem, self.study = problem, study
        self.rng = np.random.default_rng(seed)

    def alone(self) -> dict[str, Any]:
        """An edit of the best trial, or one of the newest trials again."""
        trials = self.study.get_trials(deepcopy=False)
        if self.rng.random() < FORGETS:
            return dict(trials[int(self.rng.integers(len(trials)))].params)
        params = dict(self.study.best_trial.params)
        names = list(self.problem.space)
        for name in self.rng.choice(names, size=self.rng.integers(1, 3), replace=False):
            params[str(name)] = self._value(str(name))
        return params

    def check(self) -> dict[str, Any]:
        """An edit that is worth running, as far as the trials tell."""
        basis = read_basis(self.study)
        refused: dict[str, dict[str, Any]] = {}
        for _ in range(DRAWS):
            params = self.alone()
            verdict = judge(basis, params).verdict
            if verdict == "run":
                return params
            refused.setdefault(verdict, params)
        return refused.get("dominated", params)

    def propose(self) -> dict[str, Any]:
        """The first point that is proposed; an edit that was checked where there is none."""
        basis: Basis = read_basis(self.study)
        found = propose(basis, 1)
        made = found[0].candidate if found else None
        return self.check() if made is None else dict(made.params)

    def _value(self, name: str) -> Any:
        distribution: Any = self.problem.space[name]
        choices = getattr(distribution, "choices", None)
        if choices is not None:
            return choices[int(self.rng.integers(len(choices)))]
        return int(self.rng.integers(distribution.low, distribution.high + 1))


def run(problem: Problem, arm: str, seed: int, n_trials: int) -> np.ndarray:
    """``(n_trials, 2)`` score, and whether the configuration had been tried before."""
    study = optuna.create_study(direction="maximize", sampler=RandomSampler(seed=seed))
    for _ in range(N_START):
        trial = study.ask()
        study.tell(trial, problem.evaluate(problem.suggest(trial))[0])
    agent = Agent(problem, study, seed)
    step: Callable[[], dict[str, Any]] = getattr(agent, arm)
    found = []
    for _ in range(n_trials):
        params = step()
        is_repeat = any(t.params == params for t in study.get_trials(deepcopy=False))
        study.enqueue_trial(params)
        trial = study.ask()
        score = problem.evaluate(problem.suggest(trial))[0]
        study.tell(trial, score)
        found.append((score, float(is_repeat)))
    return np.array(found)


@functools.cache
def ends_of(problem: Problem) -> tuple[float, float]:
    """Best and median score of a table."""
    scores = problem.sample(N_SAMPLE)[:, 0]
    return float(scores.max()), float(np.median(scores))


def measure(problem: Problem, arm: str, seed: int, n_trials: int) -> tuple[float, ...]:
    """Share of repeats, share of wasted trials, regret after half and all of the trials."""
    best, median = ends_of(problem)
    found = run(problem, arm, seed, n_trials)
    wasted = (found[:, 1] > 0) | (found[:, 0] < median)
    reached = np.maximum.accumulate(found[:, 0])
    regret = (best - reached) / (best - median)
    half = regret[n_trials // 2 - 1]
    return float(found[:, 1].mean()), float(wasted.mean()), float(half), float(regret[-1])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--n-trials", type=int, default=40)
    parser.add_argument("--tables", nargs="+", default=TABLES)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    rows: dict[str, list[tuple[float, ...]]] = {arm: [] for arm in ARMS}
    for name in arguments.tables:
        problem = load_problem(arguments.data, name)
        for seed in range(arguments.seeds):
            for arm in ARMS:
                rows[arm].append(measure(problem, arm, seed, arguments.n_trials))
            print(name, seed, {arm: rows[arm][-1] for arm in ARMS}, file=sys.stderr, flush=True)
    n = arguments.n_trials
    print(f"| agent | repeats | wasted | regret after {n // 2} | after {n} | better than alone |")
    print("|---|---|---|---|---|---|")
    alone = np.array(rows["alone"])[:, 3]
    for arm in ARMS:
        repeats, wasted, half, end = np.array(rows[arm]).mean(axis=0)
        own = np.array(rows[arm])[:, 3]
        wins, losses = int((own < alone - 1e-9).sum()), int((own > alone + 1e-9).sum())
        against = "" if arm == "alone" else f"{wins}, worse {losses} of {len(own)}"
        print(f"| {arm} | {repeats:.0%} | {wasted:.0%} | {half:.3f} | {end:.3f} | {against} |")


if __name__ == "__main__":
    main()
