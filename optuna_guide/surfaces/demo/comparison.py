"""Guided against plain on the demo study: ``optuna-guide demo --compare``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import optuna
from optuna.trial import TrialState

from optuna_guide.surfaces.demo.samplers import SAMPLERS
from optuna_guide.surfaces.demo.study import create_demo_study, run_demo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.table import Table

    from optuna_guide.domain.space import FloatArray


@dataclass(frozen=True, eq=False)
class Runs:
    """What the studies of one sampler found.

    Attributes:
        best: ``(n_seeds, n_trials)`` best accuracy so far.
        last_half: ``(n_seeds,)`` mean accuracy of the complete trials of the second half.
        spread: ``(n_seeds,)`` their standard deviation.
    """

    best: FloatArray
    last_half: FloatArray
    spread: FloatArray


def run_comparison(n_trials: int, n_seeds: int) -> None:
    """Run the demo study with and without guidance from the same seeds, and print both."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console()
    console.print(
        f"{n_seeds} studies of {n_trials} trials for each sampler, from the same seeds, in memory."
    )
    found: dict[str, list[tuple[FloatArray, float, float]]] = {name: [] for name in SAMPLERS}
    with Progress(console=console) as progress:
        task = progress.add_task("trials", total=len(SAMPLERS) * n_seeds * n_trials)
        for seed in range(n_seeds):
            for name, make in SAMPLERS.items():
                study = create_demo_study(None, f"{name}-{seed}", make(seed))
                run_demo(study, n_trials, [lambda *_: progress.update(task, advance=1)])
                found[name].append(_read(study))
    console.print(compare({name: _stack(runs) for name, runs in found.items()}))


def compare(runs: Mapping[str, Runs]) -> Table:
    """A row per sampler: mean best accuracy, mean and spread of the second half of the trials.

    Wins, ties and losses at the end are counted against the first sampler, seed by seed.
    """
    from rich.table import Column, Table

    reference = next(iter(runs.values()))
    n_trials = reference.best.shape[1]
    checkpoints = sorted({max(1, n_trials // 4), max(1, n_trials // 2), n_trials})
    table = Table(
        Column("sampler", no_wrap=True, min_width=max(map(len, runs))),
        *(f"best at {n}" for n in checkpoints),
        "second half",
        "win/tie/loss",
        box=None,
        pad_edge=False,
    )
    for name, run in runs.items():
        difference = run.best[:, -1] - reference.best[:, -1]
        signs = [int(np.sum(np.sign(difference) == sign)) for sign in (1, 0, -1)]
        wins = "" if run is reference else "/".join(map(str, signs))
        table.add_row(
            name,
            *(f"{run.best[:, n - 1].mean():.4f}" for n in checkpoints),
            f"{run.last_half.mean():.3f} ± {run.spread.mean():.3f}",
            wins,
        )
    return table


def _read(study: optuna.Study) -> tuple[FloatArray, float, float]:
    values = np.array(
        [
            trial.value if trial.state == TrialState.COMPLETE else np.nan
            for trial in study.get_trials(deepcopy=False)
        ],
        dtype=np.float64,
    )
    best = np.fmax.accumulate(np.where(np.isnan(values), -np.inf, values))
    later = values[len(values) // 2 :]
    later = later[~np.isnan(later)]
    if not len(later):
        return best, np.nan, np.nan
    return best, float(later.mean()), float(later.std())


def _stack(runs: list[tuple[FloatArray, float, float]]) -> Runs:
    best, last_half, spread = zip(*runs, strict=True)
    return Runs(np.array(best), np.array(last_half), np.array(spread))
