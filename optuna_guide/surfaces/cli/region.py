"""``optuna-guide apply``, ``clear``, ``pause``, ``resume``, ``history`` and ``code``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    NOT_READY,
    OK,
    add_command,
    add_reason,
    add_study,
    open_named,
)

if TYPE_CHECKING:
    import argparse

    from optuna import Study

    from optuna_guide.domain.ranges import Region


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    apply = add_command(
        commands, "apply", _apply, "Confine the coming trials of every worker to a region."
    )
    add_study(apply)
    apply.add_argument(
        "ranges",
        nargs="+",
        metavar="NAME=RANGE",
        help="lr=1e-4:1e-2 a range, lr=:1e-2 from the declared bound, lr=1e-5:1e-4,1e-3:1e-2 two "
        "ranges, n_layers=3 one value, solver=adam,sgd choices",
    )
    for name, run, text in (
        ("clear", _clear, "Take the applied region back."),
        ("pause", _pause, "Leave the coming trials to the base sampler alone."),
        ("resume", _resume, "Guide again after a pause."),
    ):
        command = add_command(commands, name, run, text)
        add_study(command)
        add_reason(command)
    add_reason(apply)
    add_study(add_command(commands, "history", _history, "List what was applied and proposed."))
    add_study(
        add_command(
            commands,
            "code",
            _code,
            "Print the narrowed suggest_* lines to paste into an objective.",
        )
    )


def _apply(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.assignments import parse_assignments
    from optuna_guide.sampling.steering.control import apply_region, seen_space

    study = open_named(arguments)
    space = seen_space(study)
    wanted = parse_assignments(arguments.ranges, space)
    entry = apply_region(
        study, wanted, author=arguments.author, comment=arguments.comment, space=space
    )
    print(f"Applied to every trial from now on: {_describe(study, entry.region)}")
    return OK


def _clear(arguments: argparse.Namespace) -> int:
    from optuna_guide.sampling.steering.control import clear_region

    clear_region(open_named(arguments), author=arguments.author, comment=arguments.comment)
    print("Cleared: the coming trials follow the proposals of the model again.")
    return OK


def _pause(arguments: argparse.Namespace) -> int:
    from optuna_guide.sampling.steering.control import pause

    pause(open_named(arguments), author=arguments.author, comment=arguments.comment)
    print(
        "Paused: the coming trials are the base sampler's alone. Go on with: optuna-guide resume"
    )
    return OK


def _resume(arguments: argparse.Namespace) -> int:
    from optuna_guide.sampling.steering.control import resume

    resume(open_named(arguments), author=arguments.author, comment=arguments.comment)
    print("Resumed.")
    return OK


def _history(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from optuna_guide.sampling.steering.control import region_history
    from optuna_guide.study.lessons import read_lessons
    from optuna_guide.words.lessons import earlier_studies

    study = open_named(arguments)
    lessons = read_lessons(study)
    if lessons:
        newest = max(lessons)
        print(f"Earlier studies, at trial {newest}: {earlier_studies(lessons[newest])}")
    entries = region_history(study)
    if not entries:
        print("Nothing was applied or proposed yet.")
        return OK
    table = Table("when", "version", "what", "why", box=None, pad_edge=False)
    for entry in entries:
        what = _describe(study, entry.region) or "the whole space"
        what = "paused" if entry.paused else "cleared" if entry.cleared else what
        back = None if entry.restores is None else f"back to {entry.restores or 'the start'}"
        reason = ": ".join(filter(None, (entry.author or entry.source, back, entry.comment)))
        table.add_row(
            Text(entry.at), Text(f"{entry.source} {entry.version}"), Text(what), Text(reason)
        )
    Console().print(table)
    return OK


def _code(arguments: argparse.Namespace) -> int:
    from optuna_guide.guidance import NotReady
    from optuna_guide.keeping.refit import ensure_fresh

    guidance = ensure_fresh(open_named(arguments))
    if isinstance(guidance, NotReady):
        print(f"# {guidance}")
        return NOT_READY
    print(guidance.as_code())
    return OK


def _describe(study: Study, region: Region) -> str:
    from optuna_guide.domain.ranges import describe
    from optuna_guide.sampling.steering.control import seen_space

    space = seen_space(study)
    return ", ".join(
        f"{name} {describe(space[name], part)}" for name, part in region.items() if name in space
    )
