"""``optuna-guide apply``, ``clear``, ``pause``, ``resume``, ``history`` and ``code``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.domain.secrets import mask
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
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from optuna import Study

    from optuna_guide.domain.space import Distributions
    from optuna_guide.store.beliefs import BeliefEntry
    from optuna_guide.store.regions import RegionEntry

PROMISING = "promising"  # in place of ranges


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
        "ranges, n_layers=3 one value, solver=adam,sgd choices; or the word promising: the "
        "ranges of the guidance",
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
    from optuna_guide.words.steering import say_region

    named = arguments.ranges
    _check_ranges(named)
    study = open_named(arguments)
    space = seen_space(study)
    wanted = _promising(study) if named == [PROMISING] else parse_assignments(named, space)
    entry = apply_region(
        study, wanted, author=arguments.author, comment=arguments.comment, space=space
    )
    print(f"Applied: {say_region(entry.region, space)}")
    _print_next(study)
    return OK


def _check_ranges(named: Sequence[str]) -> None:
    """A storage without ranges behind it is taken for one."""
    wrong = [text for text in named if "=" not in text and text != PROMISING]
    if wrong:
        raise ValueError(
            f"{mask(wrong[0])!r} is no range: after the storage write name=low:high or "
            f"name=choice, such as lr=1e-4:1e-2, or the word {PROMISING}."
        )


def _print_next(study: Study) -> None:
    """What the next trial keeps to now: only some samplers obey."""
    from optuna_guide.study.snapshot import read_snapshot
    from optuna_guide.study.table import read_trials
    from optuna_guide.words.steering import say_next_trial

    snapshot = read_snapshot(study)
    print(say_next_trial(snapshot, read_trials(snapshot)))


def _promising(study: Study) -> Mapping[str, Any]:
    """The promising ranges of the stored guidance."""
    from optuna_guide.guidance import NotReady
    from optuna_guide.keeping.refit import read_stored

    _, guidance = read_stored(study)
    if isinstance(guidance, NotReady):
        raise ValueError(f"{guidance} Name ranges, such as lr=1e-4:1e-2.")
    if not guidance.region:
        raise ValueError("No range is promising yet: name ranges, such as lr=1e-4:1e-2.")
    return guidance.region


def _clear(arguments: argparse.Namespace) -> int:
    from optuna_guide.sampling.steering.control import clear_region

    study = open_named(arguments)
    clear_region(study, author=arguments.author, comment=arguments.comment)
    print("Cleared.")
    _print_next(study)
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
    from datetime import datetime

    from optuna_guide.sampling.steering.beliefs import belief_history
    from optuna_guide.sampling.steering.control import region_history, seen_space
    from optuna_guide.study.lessons import read_lessons
    from optuna_guide.words.lessons import earlier_studies

    study = open_named(arguments)
    lessons = read_lessons(study)
    if lessons:
        newest = max(lessons)
        print(f"Earlier studies, at trial {newest}: {earlier_studies(lessons[newest])}")
    entries, beliefs = region_history(study), belief_history(study)
    if not entries and not beliefs:
        print("Nothing was applied or proposed yet.")
        return OK
    _print_history(entries, beliefs, seen_space(study), datetime.now().astimezone())
    return OK


def _print_history(
    entries: Sequence[RegionEntry],
    beliefs: Sequence[BeliefEntry],
    space: Distributions,
    now: datetime,
) -> None:
    """What changed from entry to entry of a person, or of the model, and what was believed."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from optuna_guide.words.beliefs import say_belief_entry, say_believer
    from optuna_guide.words.steering import NO_CHANGE, say_change, say_when, say_who

    table = Table("when", "what", "by", box=None, pad_edge=False)
    before: dict[str, RegionEntry] = {}
    n_same = 0
    rows = [(b.at, say_belief_entry(b, space), say_believer(b)) for b in beliefs]
    for entry in entries:
        changed = say_change(entry, before.get(entry.source), space)
        before[entry.source] = entry
        if changed == NO_CHANGE and entry.source != "person":
            n_same += 1
        else:
            rows.append((entry.at, changed, say_who(entry)))
    for at, what, who in sorted(rows, key=lambda row: row[0]):
        table.add_row(Text(say_when(at, now)), Text(what), Text(who))
    Console().print(table)
    if n_same:
        again = "time" if n_same == 1 else "times"
        print(f"The model looked {n_same} more {again} and changed nothing.")


def _code(arguments: argparse.Namespace) -> int:
    from optuna_guide.guidance import NotReady
    from optuna_guide.keeping.refit import read_stored

    _, guidance = read_stored(open_named(arguments))
    if isinstance(guidance, NotReady):
        print(f"# {guidance}")
        return NOT_READY
    print(guidance.as_code())
    return OK
