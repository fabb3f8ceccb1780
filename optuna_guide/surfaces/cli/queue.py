"""``optuna-guide queue``, ``children``, ``failures``, ``stop`` and ``autopilot``."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    OK,
    add_experiment,
    add_parent,
    add_target,
    open_named,
    read_parent,
)
from optuna_guide.surfaces.cli.tables import number, print_candidates, print_report, print_table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from optuna_guide.experiments.children import Child

_EXAMPLES = {
    "queue": """\
  optuna-guide queue sqlite:///mnist.db
  optuna-guide queue sqlite:///mnist.db --cancel 122 123
  optuna-guide queue sqlite:///mnist.db --first 125""",
    "children": """\
  optuna-guide children sqlite:///mnist.db --trial 89
  optuna-guide children sqlite:///mnist.db --trial 89 -f csv > family.csv""",
    "failures": """\
  optuna-guide failures sqlite:///mnist.db""",
    "stop": """\
  optuna-guide stop sqlite:///mnist.db --author Ana""",
    "autopilot": """\
  optuna-guide autopilot sqlite:///mnist.db --dry-run
  optuna-guide autopilot sqlite:///mnist.db --rounds 2 --trials 20""",
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    queue = add_experiment(
        commands,
        "queue",
        _queue,
        "List what waits and runs; cancel, reorder, clear.",
        _EXAMPLES["queue"],
    )
    act = queue.add_mutually_exclusive_group()
    act.add_argument("--cancel", nargs="+", type=int, metavar="TRIAL", help="take these back")
    act.add_argument("--first", nargs="+", type=int, metavar="TRIAL", help="let these run first")
    act.add_argument("--clear", action="store_true", help="take all back")
    act.add_argument("--fail", type=int, metavar="TRIAL", help="fail one whose worker is dead")
    queue.add_argument("--sure", action="store_true", help="the worker is known to be dead")
    queue.add_argument("--author", help="who asks")
    children = add_experiment(
        commands,
        "children",
        _children,
        "What the children of a trial gained.",
        _EXAMPLES["children"],
    )
    add_parent(children)
    children.add_argument(
        "-f", "--format", choices=("table", "json", "csv"), default="table", help="default: table"
    )
    text = "Say where trials fail."
    add_experiment(commands, "failures", _failures, text, _EXAMPLES["failures"])
    text = "Ask the workers to end after the trial at hand."
    stop = add_experiment(commands, "stop", _stop, text, _EXAMPLES["stop"])
    stop.add_argument("--author", help="who asks")
    text = "Ablate the best trial, vary what carries it, and look again, within bounds."
    pilot = add_experiment(commands, "autopilot", _autopilot, text, _EXAMPLES["autopilot"])
    pilot.add_argument("--rounds", type=int, default=2, help="at most (default: 2)")
    pilot.add_argument("--trials", type=int, default=20, help="of all rounds (default: 20)")
    pilot.add_argument(
        "--timeout", type=float, default=3600.0, help="seconds for each step (default: 3600)"
    )
    pilot.add_argument("--dry-run", action="store_true", help="its first step; nothing is written")
    add_target(pilot)


def _queue(arguments: argparse.Namespace) -> int:
    from optuna_guide.experiments import steer
    from optuna_guide.experiments.queue import read_queue
    from optuna_guide.words.experiments import how_far, spark

    study = open_named(arguments)
    author = arguments.author
    if arguments.cancel:
        return print_report(steer.cancel_trials(study, arguments.cancel, author=author))
    if arguments.first:
        return print_report(steer.reorder_queue(study, arguments.first))
    if arguments.clear:
        return print_report(steer.clear_queue(study, author=author))
    if arguments.fail is not None:
        return print_report(steer.fail_trial(study, arguments.fail, sure=arguments.sure))
    queue = read_queue(study)
    rows = [
        (
            str(trial.number),
            "" if trial.parent is None else str(trial.parent),
            trial.text,
            "" if trial.origin is None else number(trial.origin.expected),
            how_far(trial),
            spark(list(trial.curve.values())),
        )
        for trial in (*queue.running, *queue.waiting)
    ]
    if rows:
        print_table(("trial", "parent", "change", "expected", "state", "reported"), rows)
    else:
        print("Nothing waits, and nothing runs.")
    for hint in queue.hints:
        print(hint)
    return OK


def _children(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.codec import encode
    from optuna_guide.experiments.children import family
    from optuna_guide.words.experiments import gained, judged, spark

    _, basis, parent = read_parent(arguments)
    found = family(basis, parent)
    if arguments.format == "json":
        print(json.dumps(encode(found), ensure_ascii=False, default=str))
        return OK
    if arguments.format == "csv":
        _print_csv(found.children)
        return OK
    rows = [
        (
            str(child.number),
            child.state,
            child.change,
            number(child.value),
            gained(child),
            judged(child),
            spark(list(child.curve.values())),
        )
        for child in found.children
    ]
    value = "no value" if found.value is None else f"{found.value:.6g}"
    print(f"Trial {found.parent}: {basis.goal.title} {value}, {len(rows)} children")
    if rows:
        print_table(("trial", "state", "change", basis.goal.title, "Δ", "", "reported"), rows)
    for note in found.notes:
        print(note)
    return OK


def _failures(arguments: argparse.Namespace) -> int:
    from optuna_guide.analysis.failures import read_failures

    found = read_failures(open_named(arguments))
    print(f"{found.n_failed} of {found.n_finished} trials failed.")
    for rule in found.rules:
        print(rule.sentence)
    if found.n_failed and not found.rules:
        print("No values stand out with which they fail more often than by chance.")
    return OK


def _stop(arguments: argparse.Namespace) -> int:
    from optuna_guide.experiments.queue import read_queue
    from optuna_guide.experiments.steer import stop

    study = open_named(arguments)
    stop(study, author=arguments.author)
    queue = read_queue(study)
    n = len(queue.running)
    print(f"Workers with GuideCallback end after the trial at hand: {n} run{'s' * (n == 1)} now.")
    hints = queue.hints
    if not queue.is_watched and not queue.is_stopping:
        hints = ("No worker with callbacks=[GuideCallback()] was seen here.", *hints)
    for hint in hints:
        print(hint)
    return OK


def _autopilot(arguments: argparse.Namespace) -> int:
    from optuna_guide.experiments.ablate import ablate
    from optuna_guide.experiments.autopilot import autopilot

    arguments.trial = None
    study, basis, best = read_parent(arguments)
    if arguments.dry_run:
        made = ablate(basis, best)
        print(f"It would ablate trial {best}, {basis.goal.title} {basis.values[best]:.6g}:")
        print_candidates(made.candidates)
        print("Nothing was written. Leave out --dry-run to begin.")
        return OK
    flight = autopilot(
        study,
        rounds=arguments.rounds,
        n_trials=arguments.trials,
        timeout=arguments.timeout,
        report=print,
        target=arguments.target,
        direction=arguments.direction,
    )
    print(f"{len(flight.numbers)} trials; the best was trial {flight.first}, is {flight.last}.")
    return OK


def _print_csv(children: Sequence[Child]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["number", "parent", "state", "change", "value", "delta", "low", "high"])
    for c in children:
        delta = (c.delta.value, c.delta.low, c.delta.high) if c.delta else (None, None, None)
        writer.writerow([c.number, c.parent, c.state, c.change, c.value, *delta])
