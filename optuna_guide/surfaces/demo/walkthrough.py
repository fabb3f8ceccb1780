"""Run the demo study in a terminal and print its guidance as it forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import optuna

from optuna_guide.guidance import Guidance
from optuna_guide.keeping.callback import GuideCallback
from optuna_guide.keeping.stopping import StopWhenSettled
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.surfaces.demo.study import (
    METRIC_NAME,
    STUDY_NAME,
    Callback,
    create_demo_study,
    run_demo,
)
from optuna_guide.words.outlook import look_and_say
from optuna_guide.words.prose import Prose

if TYPE_CHECKING:
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial
    from rich.console import Console
    from rich.progress import Progress
    from rich.text import Text

N_NAMED = 3
SHOW_EVERY = 20  # trials


def run_walkthrough(
    storage: str, n_trials: int, sampler: BaseSampler | None = None, *, noisy: bool = False
) -> None:
    """Bring the demo study to ``n_trials`` finished trials and print its guidance.

    A study that the storage holds already is continued, with another sampler if need be. A noisy
    one is a study of its own, which ends earlier where more trials would hardly gain anything;
    which configuration to use, and what more trials would gain, is printed as well.

    Args:
        storage: URL.
        n_trials: Finished trials at the end.
        sampler: What suggests the parameters; None: that of :func:`create_demo_study`.
        noisy: As of :func:`objective`.
    """
    from rich.console import Console

    console = Console()
    study = create_demo_study(storage, STUDY_NAME + "-noisy" * noisy, sampler)
    n_done = sum(t.state.is_finished() for t in study.get_trials(deepcopy=False))
    console.print(
        f"Tuning a neural network on the handwritten digits: {n_trials} trials into {storage}",
        markup=False,
    )
    if n_done:
        console.print(f"{n_done} of them are there already.")
    with _show_progress(console) as progress, GuideCallback() as guide:
        task = progress.add_task("trials", total=n_trials, completed=min(n_done, n_trials))
        printed = 0

        def report(study: optuna.Study, trial: FrozenTrial) -> None:
            nonlocal printed
            progress.update(task, advance=1, description=_best(study))
            # a study of one's own lets the callback choose its time; the demo wants to show it
            guidance = guide.wait() if (trial.number + 1) % SHOW_EVERY == 0 else guide.guidance
            if isinstance(guidance, Guidance) and guidance.version > printed:
                printed = guidance.version
                progress.console.print(_headline(guidance))

        callbacks: list[Callback] = [guide, report]
        if noisy:
            callbacks.append(StopWhenSettled())
        run_demo(study, max(0, n_trials - n_done), callbacks, noisy=noisy)
        guide.update(study)
        guidance = guide.wait()
    console.print()
    console.print(guidance)
    if noisy:
        console.print(Prose("\n".join(look_and_say(read_snapshot(study), METRIC_NAME))))


def _show_progress(console: Console) -> Progress:
    """A bar with the best value, the number of trials and the time."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)


def _best(study: optuna.Study) -> str:
    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    return f"best accuracy {study.best_value:.3f}" if complete else "trials"


def _headline(guidance: Guidance) -> Text:
    """What is known so far, in one line."""
    from rich.text import Text

    if not guidance.trust.is_open:
        missing = guidance.trust.n_missing
        more = "" if missing is None else f", about {missing} more are needed"
        return Text(f"  after {guidance.n_trials} complete trials: no suggestions yet{more}")
    parts = [
        f"{p.name} {p.importance:.0%}"
        + ("" if p.promising is None else f" ({p.describe(p.promising)})")
        for p in guidance.params[:N_NAMED]
    ]
    return Text(f"  after {guidance.n_trials} complete trials: {', '.join(parts)}", style="green")
