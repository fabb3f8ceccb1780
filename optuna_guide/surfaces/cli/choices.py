"""``optuna-guide context`` and ``direction``: what a person says about a study."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from optuna_guide.domain.how import How
from optuna_guide.surfaces.cli.common import NOTHING, OK, add_command, add_study, open_named

if TYPE_CHECKING:
    import argparse

FOUND = "found"


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    context = add_command(
        commands,
        "context",
        _context,
        "Say what nobody would choose, such as the data set, the fold or the seed: values are "
        "explained within it. Without names, print what is known.",
    )
    add_study(context)
    context.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"parameters or user attributes; {NOTHING} = there is no context, {FOUND} = it is "
        "found by names and values again",
    )
    context.add_argument(
        "--how",
        choices=get_args(How),
        help="how values are given within it (default: as fits them)",
    )
    direction = add_command(
        commands, "direction", _direction, "Say which way a numeric user attribute is better."
    )
    add_study(direction)
    direction.add_argument("attribute")
    direction.add_argument(
        "direction",
        choices=("minimize", "maximize", FOUND),
        help=f"{FOUND} = as the trials tell",
    )


def _context(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.wording import one_line
    from optuna_guide.study.choices import set_context
    from optuna_guide.study.snapshot import read_snapshot
    from optuna_guide.study.table import read_trials

    study, names = open_named(arguments), arguments.names
    if names:
        wanted = {(NOTHING,): [], (FOUND,): None}.get(tuple(names), names)
        set_context(study, wanted, how=arguments.how)
    contexts = read_trials(read_snapshot(study)).contexts
    kind = "found by name and values" if contexts.choice is None else "set by a person"
    named = ", ".join(map(one_line, contexts.names)) or "none"
    print(f"Context: {named} ({kind}).")
    return OK


def _direction(arguments: argparse.Namespace) -> int:
    from optuna_guide.study.choices import set_direction

    wanted = None if arguments.direction == FOUND else arguments.direction
    set_direction(open_named(arguments), arguments.attribute, wanted)
    better = {"minimize": "lower is better", "maximize": "higher is better"}
    print(f"{arguments.attribute}: {better.get(arguments.direction, 'as the trials tell')}.")
    return OK
