"""``optuna-guide believe``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    OK,
    add_command,
    add_reason,
    add_study,
    open_named,
)

if TYPE_CHECKING:
    import argparse

    from optuna import Study


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    believe = add_command(
        commands,
        "believe",
        _believe,
        "Tell the samplers where the best values are believed to be; list what is believed.",
    )
    add_study(believe)
    believe.add_argument(
        "changes",
        nargs="*",
        metavar="NAME=VALUE",
        help="lr=3e-3 near a value, lr=1e-4:1e-2 within a range, solver=adam,sgd choices; "
        "nothing: list what is believed, and what the trials say of it",
    )
    believe.add_argument(
        "--spread",
        type=float,
        default=0.1,
        help="how far beyond it the best value may lie, as a share of the declared range "
        "(default: %(default)s)",
    )
    believe.add_argument(
        "--drop",
        nargs="*",
        metavar="NAME",
        help="take beliefs back: those about these parameters, or all",
    )
    add_reason(believe)


def _believe(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.assignments import parse_assignments
    from optuna_guide.domain.beliefs import near
    from optuna_guide.sampling.steering.beliefs import apply_belief, clear_beliefs
    from optuna_guide.sampling.steering.control import seen_space
    from optuna_guide.words.beliefs import say_beliefs

    study = open_named(arguments)
    reason = {"author": arguments.author, "comment": arguments.comment}
    if arguments.drop is not None:
        entry = clear_beliefs(study, arguments.drop, **reason)
        print(f"No longer believed: {', '.join(entry.ended) or 'there was nothing.'}")
    if arguments.changes:
        space = seen_space(study)
        typed = parse_assignments(arguments.changes, space)
        wanted = {name: near(part, arguments.spread) for name, part in typed.items()}
        entry = apply_belief(study, wanted, space=space, **reason)
        print(f"Believed until the trials refute it: {say_beliefs(entry.beliefs, space)}")
    elif arguments.drop is None:
        _list(study)
    return OK


def _list(study: Study) -> None:
    """Each belief that counts, and how likely it is right by the trials."""
    from optuna_guide.domain.wording import percent
    from optuna_guide.guidance import NotReady
    from optuna_guide.sampling.outlook.believed import weigh_beliefs
    from optuna_guide.sampling.steering.beliefs import read_beliefs
    from optuna_guide.sampling.steering.control import seen_space
    from optuna_guide.study.snapshot import read_snapshot
    from optuna_guide.words.beliefs import say_beliefs

    held, space = read_beliefs(study), seen_space(study)
    if not held:
        print("Nothing is believed: optuna-guide believe URL NAME=VALUE")
        return
    weighed = weigh_beliefs(read_snapshot(study))
    found = [] if isinstance(weighed, NotReady) else weighed
    chances = {w.held: percent(max(w.chance, 0.001)) for w in found}
    for h in held:
        said = f": {chances[h]} likely by the trials" if h in chances else ""
        print(f"{say_beliefs({h.name: h.belief}, space)}{said}")
    if isinstance(weighed, NotReady):
        print(f"Nothing can be said of them yet: {weighed}")
