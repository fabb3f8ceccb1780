"""Cost of a whole fit, and of our fANOVA against Optuna's, as ratios in the same run.

python benchmarks/fit.py [--repeats 3] [--large 50000] [--no-peer]
python benchmarks/fit.py --foretold [--trials 13000] [--seeds 3]

What is foretold of many noisy trials, of which a part is learnt from, beside what they reached.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import optuna
from optuna.distributions import FloatDistribution

from optuna_guide import FanovaImportanceEvaluator, fit_guidance
from optuna_guide.domain.region import find_inside
from optuna_guide.models.description import describe
from optuna_guide.models.expectations import expect
from optuna_guide.models.parts import to_parts
from optuna_guide.models.pipeline import fit_target
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

N_PARAMS = 10


def make_study(n_trials: int, seed: int = 0, noise: float = 0.1) -> optuna.Study:
    """Ten parameters of rising weight, one interaction, a little noise; drawn uniformly."""
    rng = np.random.default_rng(seed)
    unit = rng.random((n_trials, N_PARAMS))
    values = ((unit - 0.3) ** 2) @ np.arange(N_PARAMS) + 3 * unit[:, 0] * unit[:, 1]
    values += noise * rng.normal(size=n_trials)
    distributions = {f"x{j}": FloatDistribution(0.0, 1.0) for j in range(N_PARAMS)}
    study = optuna.create_study()
    study.add_trials(
        [
            optuna.trial.create_trial(
                params=dict(zip(distributions, map(float, row), strict=True)),
                distributions=distributions,
                value=float(value),
            )
            for row, value in zip(unit, values, strict=True)
        ]
    )
    return study


def cpu_seconds(call: Callable[[], object], repeats: int) -> float:
    """Median process time of a call."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def compare_foretold(n_trials: int, seeds: int) -> None:
    """Print what is expected everywhere and in the promising region, and the means of trials."""
    for seed in range(seeds):
        table = read_trials(read_snapshot(make_study(n_trials, seed, noise=2.0)))
        models = fit_target(table)
        guidance = describe(models, time.perf_counter())
        values, region = table.losses[:, 0], guidance.region
        parts = to_parts(region, table.space, models.sample.space)
        inside = find_inside(region, table.names, table.params)
        everywhere, within = expect(models, {})[0], expect(models, parts)[0]
        print(
            f"seed {seed}: everywhere {everywhere:.3f}, reached {values.mean():.3f}; in the "
            f"region {within:.3f}, reached {values[inside].mean():.3f}; R2 {guidance.trust.r2:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--large", type=int, default=50_000)
    parser.add_argument("--no-peer", action="store_true", help="leave out Optuna's slow fANOVA")
    parser.add_argument("--foretold", action="store_true", help="no times: what is expected")
    parser.add_argument("--trials", type=int, default=13_000)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if arguments.foretold:
        compare_foretold(arguments.trials, arguments.seeds)
        return

    fit_guidance(make_study(60))  # imports
    study = make_study(1000)
    seconds = cpu_seconds(lambda: fit_guidance(study, seed=0), arguments.repeats)
    print(f"whole fit, 1000 trials x {N_PARAMS}: {seconds:.2f} s of one core")
    large = make_study(arguments.large)
    before = peak_megabytes()
    seconds = cpu_seconds(lambda: fit_guidance(large, seed=0), arguments.repeats)
    grown = peak_megabytes() - before
    print(
        f"whole fit, {arguments.large} trials x {N_PARAMS}: {seconds:.2f} s, peak +{grown:.0f} MB"
    )
    ours = cpu_seconds(
        lambda: FanovaImportanceEvaluator(seed=0).evaluate(study), arguments.repeats
    )
    print(f"fANOVA, mains and all pairs, 1000 x {N_PARAMS}: {ours:.2f} s")
    if not arguments.no_peer:
        peer = cpu_seconds(
            lambda: optuna.importance.FanovaImportanceEvaluator(seed=0).evaluate(study), 1
        )
        print(f"Optuna's fANOVA, mains only: {peer:.1f} s, ratio {peer / ours:.0f}")


if __name__ == "__main__":
    main()
