"""Seconds and size of every figure at many trials, beside Optuna's own plot of the same kind.

python benchmarks/figures.py [--trials 10000] [--peers] [--only NAME ...]

A figure is drawn from a guidance that exists and from trials that were read, and made JSON; so are
Optuna's. The last line is a whole report, with its fit.
"""

from __future__ import annotations

import argparse
import math
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import optuna
import plotly.graph_objects as go
from optuna import visualization
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide import fit_guidance
from optuna_guide.figures.sources import read_sources
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.surfaces.publishing import PUBLISHED
from optuna_guide.surfaces.report import write_report
from optuna_guide.surfaces.report.figures import draw_panel
from optuna_guide.surfaces.report.story import IN_WORDS, STORY

SPACE: dict[str, BaseDistribution] = {
    "learning_rate": FloatDistribution(1e-5, 1.0, log=True),
    "weight_decay": FloatDistribution(1e-8, 1e-1, log=True),
    "dropout": FloatDistribution(0.0, 0.7),
    "label_smoothing": FloatDistribution(0.0, 0.3),
    "momentum": FloatDistribution(0.0, 0.99),
    "width": IntDistribution(16, 1024, log=True),
    "depth": IntDistribution(2, 24),
    "heads": IntDistribution(2, 16, step=2),
    "batch_size": CategoricalDistribution((16, 32, 64, 128)),
    "optimizer": CategoricalDistribution(("adam", "sgd", "rmsprop")),
    "activation": CategoricalDistribution(("relu", "gelu", "tanh")),
    "warmup": IntDistribution(0, 1000),
}
N_STEPS = 10
PEERS: dict[str, Callable[[optuna.Study], go.Figure]] = {
    "parallel_coordinates": visualization.plot_parallel_coordinate,
    "effects": visualization.plot_slice,
    "exploration_history": visualization.plot_slice,
    "learning_curves": visualization.plot_intermediate_values,
    "performance_overview": visualization.plot_edf,
}


def make_study(n_trials: int, seed: int = 0) -> optuna.Study:
    """Twelve parameters, one of them conditional; a tenth pruned; learning curves, a cost."""
    rng = np.random.default_rng(seed)
    study = optuna.create_study(study_name="twelve parameters")
    study.add_trials([_make_trial(rng, number) for number in range(n_trials)])
    return study


def _make_trial(rng: np.random.Generator, number: int) -> optuna.trial.FrozenTrial:
    unit = dict(zip(SPACE, rng.random(len(SPACE)), strict=True))
    params = {name: _place(d, unit[name]) for name, d in SPACE.items()}
    if params["optimizer"] != "sgd":
        del params["momentum"]
    value = 3 * (unit["learning_rate"] - 0.5) ** 2 + (unit["dropout"] - 0.3) ** 2
    value += unit["width"] * (0.5 - unit["depth"]) + 0.2 * (params["optimizer"] == "sgd")
    value += 0.05 * rng.normal()
    pruned = rng.random() < 0.1
    steps = range(3 if pruned else N_STEPS)
    return optuna.trial.create_trial(
        state=optuna.trial.TrialState.PRUNED if pruned else optuna.trial.TrialState.COMPLETE,
        params=params,
        distributions={name: SPACE[name] for name in params},
        value=None if pruned else value,
        intermediate_values={s: value + math.exp(-s / 3) for s in steps},
        user_attrs={"n_params": params["width"] * params["depth"]},
        system_attrs={"tpe:relative_params:0": "{}"} if number > 10 else {},
    )


def _place(distribution: BaseDistribution, unit: float) -> object:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[int(unit * len(distribution.choices))]
    d = distribution
    assert isinstance(d, FloatDistribution | IntDistribution)
    value = d.low * (d.high / d.low) ** unit if d.log else d.low + unit * (d.high - d.low)
    if isinstance(d, FloatDistribution):
        return value
    return d.low + d.step * int((value - d.low) / d.step)


def measure(draw: Callable[[], Sequence[str]]) -> tuple[float, float]:
    """CPU seconds and kilobytes of JSON, of the largest where there are several."""
    start = time.process_time()
    drawn = draw()
    return time.process_time() - start, max(map(len, drawn), default=0) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=10_000)
    parser.add_argument("--peers", action="store_true", help="draw Optuna's plots as well (slow)")
    parser.add_argument("--only", nargs="*", help="figures; all of them by default")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)

    names = arguments.only or [name for chapter in STORY for name in chapter.panels] + [*IN_WORDS]
    small = make_study(60)
    for name in names:
        list(draw_panel(name, read_sources(read_snapshot(small), fit_guidance(small))))  # imports
    study = make_study(arguments.trials)
    sources = read_sources(read_snapshot(study), fit_guidance(study, seed=0))
    _ = sources.shown, sources.exploration, sources.evidence, sources.history, sources.predictions
    print(f"{arguments.trials} trials x {len(SPACE)}         seconds       kB")
    for name in names:
        seconds, size = measure(lambda name=name: [d.json for d in draw_panel(name, sources)])
        line = f"{name:26s}{seconds:9.2f}{size:9.0f}{' published' * (name in PUBLISHED):10s}"
        if arguments.peers and name in PEERS:
            peer, large = measure(lambda name=name: [PEERS[name](study).to_json()])
            line += (
                f" Optuna: {peer:.1f} s ({peer / seconds:.0f} times), "
                f"{large:.0f} kB ({large / size:.0f} times)"
            )
        print(line, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        study = make_study(arguments.trials, seed=1)
        start = time.process_time()
        path = write_report(study, Path(folder) / "report.html")
        seconds = time.process_time() - start
        print(f"{'whole report, with its fit':26s}{seconds:9.2f}{path.stat().st_size / 1000:9.0f}")


if __name__ == "__main__":
    main()
