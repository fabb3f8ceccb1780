"""Whether thirty trials that are asked for reach further than thirty more of a sampler.

Each seed draws the same random start for all. Then `examples/compact_classifier.py` ablates,
varies and crafts; the others go on with a sampler. Two questions are asked of each: does it find a
trial as accurate as the best of the start with at most a quarter of its weights, and how much of
accuracy and weights (their logarithm) lies behind its front.

    python benchmarks/experiments.py [--seeds 20] > table.md
"""

from __future__ import annotations

import argparse
import io
import math
import sys
import warnings
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import optuna
from optuna.samplers import BaseSampler, RandomSampler, TPESampler

sys.path.append(str(Path(__file__).parent.parent / "examples"))
import compact_classifier as example

SMALLEST, LARGEST = 300.0, 50_000.0  # weights
ARMS = ("experiments", "TPE", "random")


def go_on(arm: str, seed: int) -> optuna.Study:
    """The study of one seed at its end."""
    if arm == "experiments":
        with redirect_stdout(io.StringIO()):
            return example.main(seed=seed)
    samplers: dict[str, BaseSampler] = {
        "TPE": TPESampler(seed=seed, n_startup_trials=example.N_START),
        "random": RandomSampler(seed=seed + 1000),
    }
    study = optuna.create_study(
        directions=["maximize", "minimize"], sampler=RandomSampler(seed=seed)
    )
    study.optimize(example.objective, n_trials=example.N_START)
    study.sampler = samplers[arm]
    study.optimize(example.objective, n_trials=example.N_EXTRA)
    return study


def reaches(study: optuna.Study) -> bool:
    """Whether a trial is as accurate as the best of the start, with a quarter of its weights."""
    start, found = study.trials[: example.N_START], study.trials
    accuracy, weights = max((t.values for t in start), key=lambda v: (v[0], -v[1]))
    return any(t.values[0] >= accuracy and t.values[1] <= weights / 4 for t in found)


def hypervolume(study: optuna.Study) -> float:
    """Area behind the front: accuracy, and the share of the decades of weights that are saved."""
    decades = math.log(LARGEST / SMALLEST)
    points = sorted(
        (math.log(LARGEST / max(t.values[1], SMALLEST)) / decades, t.values[0])
        for t in study.trials
        if t.values[1] < LARGEST
    )
    area, behind = 0.0, 0.0
    tops = np.maximum.accumulate([accuracy for _, accuracy in points[::-1]])[::-1]
    for (saved, _), top in zip(points, tops.tolist(), strict=True):
        area, behind = area + (saved - behind) * top, saved
    return area


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    n = parser.parse_args().seeds
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore")
    reached: dict[str, list[bool]] = {arm: [] for arm in ARMS}
    areas: dict[str, list[float]] = {arm: [] for arm in ARMS}
    for seed in range(n):
        for arm in ARMS:
            study = go_on(arm, seed)
            reached[arm].append(reaches(study))
            areas[arm].append(hypervolume(study))
        done = {arm: (reached[arm][-1], round(areas[arm][-1], 4)) for arm in ARMS}
        print(f"seed {seed}: {done}", file=sys.stderr, flush=True)
    print(
        "| 30 more trials by | reaches a quarter of the weights | hypervolume, median | better |"
    )
    print("|---|---|---|---|")
    for arm in ARMS:
        ahead = np.mean(np.array(areas["experiments"]) > np.array(areas[arm]))
        lead = "" if arm == "experiments" else f"in {ahead:.0%} of the seeds"
        share = f"{sum(reached[arm])} of {n}"
        print(f"| {arm} | {share} | {np.median(areas[arm]):.4f} | {lead} |")


if __name__ == "__main__":
    main()
