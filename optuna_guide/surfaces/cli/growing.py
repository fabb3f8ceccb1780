"""``optuna-guide grow``: a study goes on in another search space."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.assignments import parse_value
from optuna_guide.surfaces.cli.common import (
    OK,
    add_command,
    add_study,
    open_named,
    progress,
    split_names,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

_EXAMPLES = """\
examples:
  optuna-guide grow sqlite:///study.db solver+=lion lr=1e-6:1 --dry-run
  optuna-guide grow sqlite:///study.db solver-=sgd --name mnist-2
  optuna-guide grow sqlite:///study.db --log lr --rename lr=learning_rate
  optuna-guide grow sqlite:///study.db --add warmup=0:1000@0 --drop momentum

The trials are copied, so that none is lost; the study itself is kept. --add NAME=RANGE@VALUE
says which value the trials had that did not have the parameter.
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    grow = add_command(
        commands, "grow", _grow, "Go on with a study in another search space, with its trials."
    )
    grow.formatter_class = RawDescriptionHelpFormatter
    grow.epilog = _EXAMPLES
    add_study(grow)
    grow.add_argument(
        "changes",
        nargs="*",
        metavar="CHANGE",
        help="solver+=lion,rms adds choices, solver-=sgd removes them, lr=1e-6:1 new bounds",
    )
    grow.add_argument("--name", help="of the new study; default: the old one's and -grown")
    grow.add_argument("--log", type=split_names, default=(), help="parameters to make logarithmic")
    grow.add_argument("--linear", type=split_names, default=(), help="parameters to make linear")
    grow.add_argument("--rename", action="append", default=[], metavar="OLD=NEW")
    grow.add_argument("--add", action="append", default=[], metavar="NAME=RANGE@VALUE")
    grow.add_argument("--drop", type=split_names, default=(), help="parameters to leave out")
    grow.add_argument(
        "--dry-run", action="store_true", help="say what becomes of the trials, and write nothing"
    )


def _grow(arguments: argparse.Namespace) -> int:
    from optuna_guide.across.growing import plan_growth, write_grown
    from optuna_guide.sampling.steering.control import seen_space

    study = open_named(arguments)
    space = seen_space(study)
    grown = plan_growth(
        study,
        dict(_change(text, space) for text in arguments.changes),
        log={**dict.fromkeys(arguments.log, True), **dict.fromkeys(arguments.linear, False)},
        renamed=dict(_pair(text, "OLD=NEW") for text in arguments.rename),
        added=dict(_addition(text) for text in arguments.add),
        dropped=arguments.drop,
    )
    for note in grown.notes:
        print(note)
    name = arguments.name or f"{study.study_name}-grown"
    if arguments.dry_run:
        print(
            f"{len(grown.trials)} trials would be copied to study {name!r}. Nothing was written."
        )
        return OK
    with progress(f"Copying {len(grown.trials)} trials"):
        following = write_grown(study, grown, name=name)
    print(
        f"{len(grown.trials)} trials are in study {following.study_name!r}. Run the objective "
        f"with the new space on it; workers of {study.study_name!r} with a GuideCallback end."
    )
    return OK


def _change(text: str, space: Mapping[str, BaseDistribution]) -> tuple[str, Any]:
    """``solver+=lion``, ``solver-=sgd`` or ``lr=1e-6:1``; an open end stays as it is."""
    name, given = _pair(text, "NAME=RANGE, NAME+=CHOICE or NAME-=CHOICE")
    sign = name[-1] if name[-1] in "+-" and name not in space else ""
    name = name[: len(name) - len(sign)]
    if name not in space:
        known = ", ".join(sorted(space)) or "none, run a trial first"
        raise ValueError(f"There is no parameter {name!r}; the study has seen: {known}.")
    own: Any = space[name]
    if not hasattr(own, "choices"):
        low, colon, high = given.partition(":")
        if sign or not colon:
            raise ValueError(f"{name!r} is a number: {name}=LOW:HIGH, not {text!r}.")
        return name, (
            parse_value(low) if low else own.low,
            parse_value(high) if high else own.high,
        )
    parts = [part.strip() for part in given.split(",")]
    if sign == "-":
        unknown = [part for part in parts if part not in map(str, own.choices)]
        if unknown:
            raise ValueError(f"{name!r} has no choice {unknown[0]!r} to remove.")
        return name, [choice for choice in own.choices if str(choice) not in parts]
    by_text = {str(choice): choice for choice in own.choices}
    chosen = [by_text.get(part, parse_value(part)) for part in parts]
    return name, [*own.choices, *chosen] if sign else chosen


def _addition(text: str) -> tuple[str, tuple[Any, Any]]:
    """``warmup=0:1000@0``: a range, or choices, and the value of the old trials."""
    wrong = "NAME=RANGE@VALUE, such as warmup=0:1000@0 or norm=batch,layer@batch"
    name, given = _pair(text, wrong)
    ranged, at, value = given.rpartition("@")
    if not at or not ranged or not value:
        raise ValueError(f"{text!r} is not {wrong}.")
    low, colon, high = ranged.partition(":")
    change: Any = [parse_value(part) for part in ranged.split(",")]
    return name, ((parse_value(low), parse_value(high)) if colon else change, parse_value(value))


def _pair(text: str, form: str) -> tuple[str, str]:
    name, equals, given = text.partition("=")
    if not equals or not name or not given:
        raise ValueError(f"{text!r} is not {form}.")
    return name, given
