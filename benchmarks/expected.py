"""What is expected of configurations, against what they truly reach: planted functions with noise.

    OMP_NUM_THREADS=1 python benchmarks/expected.py [--seeds 10 11 12 13]

`error`: root mean square of 300 configurations not tried. `held`: how often the interval of
the five trials that look best holds what they truly reach. `map`: by the most probable kernel.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from unittest import mock

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution

from optuna_guide.experiments import emulator
from optuna_guide.sampling.lite_gp.fit import fit_kernel

CASES = [  # switches or numbers, parameters, trials, standard deviation of the noise
    ("switches", 38, 200, 0.3),
    ("switches", 38, 100, 0.3),
    ("switches", 20, 150, 0.3),
    ("numbers", 4, 25, 0.0),
    ("numbers", 4, 100, 0.0),
    ("numbers", 4, 100, 0.3),
    ("numbers", 12, 100, 0.0),
    ("numbers", 12, 100, 0.2),
    ("numbers", 20, 200, 0.0),
    ("numbers", 30, 150, 0.2),
]
KERNELS: dict[str, Callable[..., object]] = {
    "map": lambda *observed: fit_kernel(*observed)[0],
    "now": emulator.average_kernel,
}


def draw(kind: str, n: int, n_params: int, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.random((n, n_params))
    return (drawn > 0.5).astype(float) if kind == "switches" else drawn


def reach(kind: str, x: np.ndarray) -> np.ndarray:
    """What three of the parameters do."""
    a, b, c = x[:, :3].T
    if kind == "switches":
        return 6 - 0.9 * a + 0.6 * b - 0.48 * c - 0.24 * a * c
    return np.sin(3 * a) + 2 * (b - 0.4) ** 2 + a * c


def measure(kind: str, n_params: int, n: int, noise: float, seed: int) -> tuple[float, ...]:
    rng = np.random.default_rng(seed)
    tried, others = draw(kind, n, n_params, rng), draw(kind, 300, n_params, rng)
    truth = reach(kind, tried)
    told = truth + noise * rng.normal(size=n)
    each: BaseDistribution = FloatDistribution(0, 1)
    if kind == "switches":
        each = CategoricalDistribution([False, True])
    start = time.process_time()
    fitted = emulator.fit_emulator({f"x{j}": each for j in range(n_params)}, tried, told)
    seconds = time.process_time() - start
    best = np.argsort(told)[:5]
    _, low, high = fitted.expect(tried[best]).T
    error = np.sqrt(np.mean((fitted.expect(others)[:, 0] - reach(kind, others)) ** 2))
    held = np.mean((low <= truth[best]) & (truth[best] <= high))
    return float(error), float(held), float(np.mean(high - low)), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[10, 11, 12, 13])
    seeds = parser.parse_args().seeds
    print(f"{'':34} {'error':>7} {'held':>6} {'width':>7} {'s':>6}")
    for case in CASES:
        for name, kernel in KERNELS.items():
            with mock.patch.object(emulator, "average_kernel", kernel):
                error, held, width, s = np.mean([measure(*case, seed) for seed in seeds], axis=0)
            words = "{} {:3}, {:3} trials, noise {:.1f}".format(*case)
            print(f"{words} {name} {error:7.3f} {held:6.2f} {width:7.3f} {s:6.2f}", flush=True)


if __name__ == "__main__":
    main()
