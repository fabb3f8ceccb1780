"""``optuna-guide recommend`` and ``forecast``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    NOT_READY,
    OK,
    add_command,
    add_study,
    open_named,
    progress,
)

if TYPE_CHECKING:
    import argparse

    from optuna_guide.guidance import NotReady
    from optuna_guide.guidance.outlook import Forecast, Recommendation


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    recommend = add_command(
        commands,
        "recommend",
        _recommend,
        "Print the configuration that holds, where the best trial may have been lucky.",
    )
    add_study(recommend)
    recommend.add_argument(
        "--enqueue", action="store_true", help="enqueue the repeats that would settle it"
    )
    forecast = add_command(
        commands,
        "forecast",
        _forecast,
        "Print what more trials would gain, and the time they take.",
    )
    add_study(forecast)
    forecast.add_argument("--trials", type=int, default=50, help="further trials; default: 50")
    forecast.add_argument(
        "--least",
        type=float,
        help="gain that is worth having, in units of the objective; default: a tenth of the "
        "distance from the median configuration to the best, and no less than the noise",
    )
    for command in (recommend, forecast):
        command.add_argument("-f", "--format", choices=("text", "json"), default="text")


def _recommend(arguments: argparse.Namespace) -> int:
    from optuna_guide.guidance import NotReady
    from optuna_guide.sampling.outlook.recommending import recommend

    study = open_named(arguments)
    with progress(f"Reading {study.study_name}"):
        found = recommend(study, enqueue=arguments.enqueue)
    if isinstance(found, NotReady):
        return _not_ready("recommendation", found, arguments.format)
    _print(found, arguments.format)
    if arguments.enqueue and arguments.format == "text":
        n = len(found.repeats)
        print(f"{n} repeat{'s were' if n != 1 else ' was'} enqueued.")
    return OK


def _forecast(arguments: argparse.Namespace) -> int:
    from optuna_guide.guidance import NotReady
    from optuna_guide.sampling.outlook.forecasting import forecast

    study = open_named(arguments)
    with progress(f"Reading {study.study_name}"):
        found = forecast(study, arguments.trials, least=arguments.least)
    if isinstance(found, NotReady):
        return _not_ready("forecast", found, arguments.format)
    _print(found, arguments.format)
    return OK


def _print(found: Forecast | Recommendation, form: str) -> None:
    from optuna_guide.domain import codec

    print(codec.dumps(found) if form == "json" else found)


def _not_ready(what: str, found: NotReady, form: str) -> int:
    if form == "json":
        print(json.dumps({"not_ready": found.reason, "n_missing": found.n_missing}))
    else:
        print(f"No {what} yet: {found.reason}", file=sys.stderr)
    return NOT_READY
