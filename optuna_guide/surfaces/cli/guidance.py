"""``optuna-guide show``, ``fit`` and ``publish``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    NOT_READY,
    OK,
    add_command,
    add_study,
    add_target,
    open_named,
    progress,
    read_names,
    read_target,
)

if TYPE_CHECKING:
    import argparse

    from optuna import Study

    from optuna_guide.guidance import Guidance, NotReady


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    show = add_command(
        commands, "show", _show, "Print importances, promising ranges, advice and trust."
    )
    add_study(show)
    add_target(show)
    show.add_argument(
        "-f", "--format", choices=("table", "json", "csv"), default="table", help="default: table"
    )

    fit = add_command(commands, "fit", _fit, "Fit anew and keep the guidance with the study.")
    add_study(fit)
    add_target(fit)
    fit.add_argument("--seed", type=int, help="seed of the models")
    fit.add_argument(
        "--include-pruned",
        action="store_true",
        help="use pruned trials through their last intermediate value",
    )

    publish = add_command(
        commands, "publish", _publish, "Show the guidance in the study's page of optuna-dashboard."
    )
    add_study(publish)


def _show(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.refit import ensure_fresh

    study = open_named(arguments)
    with progress(f"Reading {study.study_name}"):
        guidance = ensure_fresh(study, **read_target(arguments))
    code = _print(guidance, arguments.format)
    if code == OK and arguments.format == "table" and arguments.target is None:
        _print_outlook(study)
    return code


def _print_outlook(study: Study) -> None:
    """What to use and whether to go on, below the table; nothing where that cannot be told."""
    from rich.console import Console
    from rich.text import Text

    from optuna_guide.guidance import NotReady
    from optuna_guide.sampling.outlook.reading import look_ahead
    from optuna_guide.study.snapshot import read_snapshot
    from optuna_guide.words.outlook import say_in_short

    ahead = look_ahead(read_snapshot(study))
    if not isinstance(ahead, NotReady):
        Console().print(Text("\n".join(["", *say_in_short(*ahead)])))


def _fit(arguments: argparse.Namespace) -> int:
    from optuna_guide.guidance import Guidance
    from optuna_guide.models.pipeline import fit_guidance
    from optuna_guide.store import save_guidance
    from optuna_guide.study.choices import set_context

    study = open_named(arguments)
    with progress(f"Fitting {study.study_name}"):
        if arguments.context is not None:
            set_context(study, read_names(arguments), how=arguments.how)
        guidance = fit_guidance(
            study,
            target=arguments.target,
            direction=arguments.direction,
            include_pruned=arguments.include_pruned,
            seed=arguments.seed,
        )
        if isinstance(guidance, Guidance):
            asked = (arguments.target, arguments.direction)
            guidance = save_guidance(study, guidance, asked=asked)
    return _print(guidance, "table")


def _publish(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.refit import ensure_fresh
    from optuna_guide.surfaces.publishing import publish

    study = open_named(arguments)
    with progress(f"Publishing {study.study_name}"):
        guidance = ensure_fresh(study)
        n_written = publish(study, guidance)
    changed = "The panels were up to date." if n_written == 0 else "The panels are published."
    print(f"{changed} They are on the study's History page of optuna-dashboard.")
    return OK if guidance else NOT_READY


def _print(guidance: Guidance | NotReady, form: str) -> int:
    from optuna_guide.guidance import NotReady

    if isinstance(guidance, NotReady):
        if form == "json":
            print(json.dumps({"not_ready": guidance.reason, "n_missing": guidance.n_missing}))
        else:
            print(guidance, file=sys.stderr)
        return NOT_READY
    if form == "json":
        print(guidance.to_json())
    elif form == "csv":
        from optuna_guide.surfaces.export.files import to_csv

        print(to_csv(guidance.to_frame()), end="")
    else:
        from rich.console import Console

        Console().print(guidance)
    return OK
