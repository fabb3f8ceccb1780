"""Does it help to begin where earlier studies ended? ``optuna-guide demo --earlier``.

The demo's network is tuned on three other data sets that ship with scikit-learn; then on the
handwritten digits, with these earlier studies and without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import optuna
from sklearn.datasets import load_breast_cancer, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from optuna_guide.domain.wording import percent
from optuna_guide.sampling.lite_gp import LiteGPSampler
from optuna_guide.study.lessons import FIRST_STEPS, read_lessons
from optuna_guide.surfaces.demo.study import (
    N_EPOCHS,
    create_demo_study,
    run_demo,
    suggest_model,
    train_epoch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rich.table import Table

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.surfaces.demo.study import Callback

DATA_SETS: Mapping[str, Callable[..., tuple[FloatArray, FloatArray]]] = {
    "iris": load_iris,
    "wine": load_wine,
    "cancer": load_breast_cancer,
}
N_EARLIER = 40  # trials of each
CHECKPOINTS = (1, 3, 5, 10)


def run_earlier(n_trials: int, n_seeds: int) -> None:
    """Tune the network on the other data sets, then on the digits, and print what it gained."""
    from rich.console import Console
    from rich.progress import Progress
    from rich.text import Text

    console = Console()
    console.print(
        f"Three earlier studies of {N_EARLIER} trials, then {2 * n_seeds} of {n_trials} trials on "
        "the digits, in memory."
    )
    best: dict[str, list[FloatArray]] = {"without": [], "with earlier studies": []}
    with Progress(console=console) as progress:
        total = len(DATA_SETS) * N_EARLIER + 2 * n_seeds * n_trials
        task = progress.add_task("trials", total=total)

        def advance(*_: object) -> None:
            progress.update(task, advance=1)

        earlier = [tune_on(name, N_EARLIER, [advance]) for name in DATA_SETS]
        for seed in range(n_seeds):
            for name, known in zip(best, ([], earlier), strict=True):
                sampler = LiteGPSampler(seed=seed, earlier_studies=known)
                study = create_demo_study(None, f"digits-{seed}", sampler)
                study.pruner = optuna.pruners.NopPruner()
                run_demo(study, n_trials, [advance])
                values = np.array([t.value for t in study.trials], dtype=np.float64)
                best[name].append(np.maximum.accumulate(values))
    console.print(compare({name: np.array(runs) for name, runs in best.items()}))
    console.print(Text(counted(study)))


def tune_on(name: str, n_trials: int, callbacks: Sequence[Callback] = ()) -> optuna.Study:
    """A study of the demo's network on another data set of scikit-learn.

    Args:
        name: One of `DATA_SETS`.
        n_trials: Number of trials.
        callbacks: As of `optuna.study.Study.optimize`.
    """
    x, y = DATA_SETS[name](return_X_y=True)
    x_train, x_validation, y_train, y_validation = train_test_split(
        StandardScaler().fit_transform(x), y, test_size=0.5, stratify=y, random_state=0
    )

    def objective(trial: optuna.Trial) -> float:
        model = suggest_model(trial)
        batch_size = min(model.batch_size, len(x_train))
        model.set_params(batch_size=batch_size, random_state=trial.number)
        with threadpool_limits(limits=1, user_api="blas"), np.errstate(all="ignore"):
            for _ in range(N_EPOCHS):
                train_epoch(model, x_train, y_train, np.unique(y))
            return float(np.mean(model.predict(x_validation) == y_validation))

    study = create_demo_study(None, name, optuna.samplers.TPESampler(seed=0))
    study.optimize(objective, n_trials=n_trials, callbacks=list(callbacks))
    return study


def compare(best: Mapping[str, FloatArray]) -> Table:
    """A row for each way: mean best accuracy so far.

    Args:
        best: Name to ``(n_seeds, n_trials)`` best accuracy so far.
    """
    from rich.table import Table

    n_trials = next(iter(best.values())).shape[1]
    checkpoints = [n for n in CHECKPOINTS if n < n_trials] + [n_trials]
    table = Table("digits", *(f"best at {n}" for n in checkpoints), box=None, pad_edge=False)
    for name, runs in best.items():
        table.add_row(name, *(f"{runs[:, n - 1].mean():.4f}" for n in checkpoints))
    return table


def counted(study: optuna.Study) -> str:
    """How much each earlier study counted in the first trial that a model proposed."""
    lesson = read_lessons(study).get(len(FIRST_STEPS))
    if lesson is None:
        return "The digits had too few trials for a model."
    parts = [f"{s.study_name} {percent(s.weight)}" for s in lesson.studies]
    return f"In trial {len(FIRST_STEPS)} counted {', '.join(parts)}, own {percent(lesson.own)}."
