"""What beliefs about where the best values are gain, and what they cost where they mislead.

Beliefs are about two parameters of each problem, drawn by the seed. *Good*: near the value of the
best known configuration, off by a normal twentieth of the range, or its choice. *Vague*: off by a
quarter, with a spread of half the range. *Misleading*: near the end of the range that is farther
from it, or another choice. The number is the mean normalised regret, (best known - best so far) /
(best known - median of random configurations), and in brackets its ratio to that without beliefs.

    python benchmarks/beliefs.py DATA [--seeds 5] [--set dev|fresh] [--samplers lite_gp tpe]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.distributions import CategoricalDistribution
from optuna.samplers import BaseSampler, TPESampler

from optuna_guide import GuidedSampler, LiteGPSampler, near
from optuna_guide.domain.space import from_unit, to_unit
from optuna_guide.sampling.steering.beliefs import belief_history

sys.path.insert(0, str(Path(__file__).parent / "bench"))
from problems import SETS, Problem, load_problem

ARMS = ("none", "good", "vague", "misleading")
AT = (1, 5, 10, 25, 50)
N_RANDOM, N_CLIMB, N_BELIEVED = 3000, 1500, 2
SAMPLERS: dict[str, Callable[[int, Any], BaseSampler]] = {
    "lite_gp": lambda seed, prior: LiteGPSampler(seed=seed, prior=prior),
    "guided": lambda seed, prior: GuidedSampler(seed=seed, prior=prior),
    "tpe": lambda seed, prior: GuidedSampler(TPESampler(seed=seed), seed=seed, prior=prior),
}


@dataclass(frozen=True, eq=False)
class Known:
    """A problem, its best known configuration, and what random ones reach."""

    problem: Problem
    best: Mapping[str, Any]
    value: float
    median: float


def read_problem(data: Path, name: str) -> Known:
    """The best of random configurations, improved by small random steps."""
    problem, rng = load_problem(data, name), np.random.default_rng(0)

    def draw(around: Mapping[str, Any] | None) -> dict[str, Any]:
        found = {}
        for n, d in problem.space.items():
            unit = rng.random()
            if around is not None:
                if isinstance(d, CategoricalDistribution) and rng.random() < 0.8:
                    found[n] = around[n]
                    continue
                internal = d.to_internal_repr(around[n])
                if not isinstance(d, CategoricalDistribution):
                    step = rng.normal(0, rng.choice([0.01, 0.05, 0.2]))
                    unit = float(np.clip(to_unit(d, internal) + step, 0, 1))
            found[n] = d.to_external_repr(float(from_unit(d, unit)))
        return found

    drawn = [draw(None) for _ in range(N_RANDOM)]
    values = [problem.evaluate(params)[0] for params in drawn]
    best, value = drawn[int(np.argmax(values))], max(values)
    for _ in range(N_CLIMB):
        params = draw(best)
        if (reached := problem.evaluate(params)[0]) > value:
            best, value = params, reached
    return Known(problem, best, value, float(np.median(values)))


def believe(known: Known, arm: str, seed: int) -> dict[str, Any] | None:
    """The beliefs of an arm about some parameters."""
    if arm == "none":
        return None
    rng, space = np.random.default_rng(seed), known.problem.space
    prior = {}
    for name in rng.choice(list(space), size=min(N_BELIEVED, len(space)), replace=False).tolist():
        d, best = space[name], known.best[name]
        off = {"good": 0.05, "vague": 0.25}.get(arm, 0.0) * rng.normal()
        if isinstance(d, CategoricalDistribution):
            others = [c for c in d.choices if c != best]
            wrong = others[int(rng.integers(len(others)))]
            prior[name] = near(wrong if arm == "misleading" else best)
            continue
        unit = float(to_unit(d, d.to_internal_repr(best)))
        place = float(unit < 0.5) if arm == "misleading" else float(np.clip(unit + off, 0, 1))
        value = d.to_external_repr(float(from_unit(d, place)))
        prior[name] = near(value, 0.5 if arm == "vague" else 0.1)
    return prior


def run(known: Known, sampler: BaseSampler) -> tuple[np.ndarray, list[int]]:
    """Best value so far after each trial, and after how many trials beliefs were dropped."""
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(lambda trial: known.problem.objectives(trial)[0], n_trials=max(AT))
    dropped = [e.n_known for e in belief_history(study) for _ in e.ended]
    return np.maximum.accumulate([trial.value for trial in study.trials]), dropped


def report(problems: list[Known], name: str, n_seeds: int) -> None:
    found: dict[str, list[np.ndarray]] = defaultdict(list)
    drops: dict[str, list[int]] = defaultdict(list)
    for known in problems:
        for seed in range(n_seeds):
            runs = {}
            for arm in ARMS:
                sampler = SAMPLERS[name](seed, believe(known, arm, seed))
                runs[arm], dropped = run(known, sampler)
                drops[arm] += dropped
            top = max(known.value, *(values[-1] for values in runs.values()))
            for arm, values in runs.items():
                regret = (top - values[np.array(AT) - 1]) / (top - known.median)
                found[arm].append(regret)
    n_beliefs = N_BELIEVED * n_seeds * len(problems)
    print(f"\n{name}: {len(problems)} problems, {n_seeds} seeds")
    print("| beliefs | " + " | ".join(map(str, AT)) + " | dropped, after |")
    print("|---" * (len(AT) + 2) + "|")
    none = np.mean(found["none"], axis=0)
    for arm, regrets in found.items():
        means = np.mean(regrets, axis=0)
        cells = [f"{m:.3f} (x{m / n:.2f})" for m, n in zip(means, none, strict=True)]
        median = f"{np.median(drops[arm]):.0f}" if drops[arm] else "-"
        print(f"| {arm} | " + " | ".join(cells), end="")
        print(f" | {len(drops[arm]) / n_beliefs:.0%}, {median} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with yahpo/ and nmt/")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--set", choices=SETS, default="dev")
    parser.add_argument("--samplers", nargs="+", choices=SAMPLERS, default=["lite_gp", "tpe"])
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    problems = [read_problem(arguments.data, name) for name in SETS[arguments.set]]
    for name in arguments.samplers:
        report(problems, name, arguments.seeds)


if __name__ == "__main__":
    main()
