"""``optuna-guide ablate``, ``vary`` and ``enqueue``."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    NOT_READY,
    OK,
    add_experiment,
    add_parent,
    add_reason,
    add_target,
    open_named,
    progress,
    read_parent,
)
from optuna_guide.surfaces.cli.tables import print_candidates, print_path, print_report

if TYPE_CHECKING:
    from optuna import Study

    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.candidates import Experiment
    from optuna_guide.experiments.moves import Action

_TEXTS = {  # help, examples
    "ablate": (
        "Set each choice of a trial to its default in turn.",
        """\
  optuna-guide ablate sqlite:///mnist.db --dry-run
  optuna-guide ablate sqlite:///mnist.db --trial 89 --params learning_rate 'layer2_*'
  optuna-guide ablate sqlite:///mnist.db --trial 89 --default dropout=0 solver=sgd
  optuna-guide ablate sqlite:///mnist.db --trial 89 --path --dry-run""",
    ),
    "vary": (
        "Try neighbours of a trial, the most promising first.",
        """\
  optuna-guide vary sqlite:///mnist.db -n 12 --dry-run
  optuna-guide vary sqlite:///mnist.db --trial 89 -n 12 --max-changes 1 --inside
  optuna-guide vary sqlite:///mnist.db --limit 'n_params <= 10000'
  optuna-guide vary sqlite:///mnist.db --params n_layers 'layer*' --actions remove""",
    ),
    "enqueue": (
        "Check a trial made by hand, and enqueue it.",
        """\
  optuna-guide enqueue sqlite:///mnist.db learning_rate=0.05 --from 89 --dry-run
  optuna-guide enqueue sqlite:///mnist.db learning_rate=0.05 n_layers=2 solver=adam
  optuna-guide enqueue sqlite:///mnist.db --from 89 --repeat 3""",
    ),
}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    ablate = add_experiment(commands, "ablate", _ablate, *_TEXTS["ablate"])
    add_parent(ablate)
    ablate.add_argument(
        "--params",
        nargs="+",
        metavar="NAME",
        help="these only; layer2_* is a group, ablated as one",
    )
    ablate.add_argument("--default", nargs="+", metavar="NAME=VALUE", help="instead of the found")
    ablate.add_argument(
        "--path", action="store_true", help="the way from the defaults, one step after the other"
    )
    _add_writing(ablate)
    vary = add_experiment(commands, "vary", _vary, *_TEXTS["vary"])
    add_parent(vary)
    vary.add_argument("-n", type=int, default=10, help="how many (default: 10)")
    vary.add_argument("--max-changes", type=int, default=2, help="of each (default: 2)")
    vary.add_argument("--params", nargs="+", metavar="NAME", help="change these only")
    vary.add_argument(
        "--actions",
        nargs="+",
        metavar="ACTION",
        help="these only: perturb a number, switch a choice, replace one that brings parameters, "
        "add or remove a layer",
    )
    vary.add_argument("--limit", action="append", default=[], help="such as 'n_params <= 10000'")
    vary.add_argument("--inside", action="store_true", help="stay in the applied region")
    vary.add_argument("--seed", type=int, default=0, help="of the choice among equals")
    _add_writing(vary)
    enqueue = add_experiment(commands, "enqueue", _enqueue, *_TEXTS["enqueue"])
    enqueue.add_argument("changes", nargs="*", metavar="NAME=VALUE", help="values of parameters")
    enqueue.add_argument("--from", dest="parent", type=int, help="start with this trial's values")
    enqueue.add_argument("--repeat", type=int, metavar="N", help="N times, to see the noise")
    add_target(enqueue)
    _add_writing(enqueue)


def _add_writing(command: argparse.ArgumentParser) -> None:
    command.add_argument("--again", action="store_true", help="also what was tried already")
    command.add_argument("--dry-run", action="store_true", help="a table; nothing is written")
    add_reason(command)


def _ablate(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.assignments import parse_values
    from optuna_guide.experiments.ablate import ablate
    from optuna_guide.experiments.path import find_path
    from optuna_guide.guidance import NotReady

    study, basis, number = read_parent(arguments)
    defaults = parse_values(arguments.default or [], basis.space)
    if not arguments.path:
        with progress(f"Reading {study.study_name}"):
            made = ablate(basis, number, arguments.params, defaults)
        return _go_on(study, basis, made, arguments)
    with progress(f"Reading {study.study_name}"):
        path = find_path(basis, number, defaults)
    if isinstance(path, NotReady):
        print(path)
        return NOT_READY
    print_path(path, basis.goal.title)
    return _go_on(study, basis, path.experiment, arguments, quiet=True)


def _vary(arguments: argparse.Namespace) -> int:
    from optuna_guide.experiments.vary import vary

    study, basis, number = read_parent(arguments)
    with progress(f"Reading {study.study_name}"):
        made = vary(
            basis,
            number,
            arguments.n,
            arguments.max_changes,
            params=_allowed(basis, arguments),
            region=arguments.inside,
            limits=arguments.limit,
            seed=arguments.seed,
        )
    return _go_on(study, basis, made, arguments)


def _allowed(
    basis: Basis, arguments: argparse.Namespace
) -> list[str] | dict[str, list[Action]] | None:
    """Parameters that may change, with what may be done to them where that is said."""
    params: list[str] | None = arguments.params
    if arguments.actions is None:
        return params
    return dict.fromkeys(params or basis.space, arguments.actions)


def _enqueue(arguments: argparse.Namespace) -> int:
    from optuna_guide.domain.assignments import parse_values
    from optuna_guide.experiments.basis import read_basis
    from optuna_guide.experiments.craft import check
    from optuna_guide.experiments.enqueueing import enqueue
    from optuna_guide.experiments.naming import find_trial
    from optuna_guide.experiments.repeats import repeat

    study = open_named(arguments)
    basis = read_basis(study, arguments.target, direction=arguments.direction)
    if arguments.repeat is not None:
        if arguments.parent is None or arguments.changes:
            raise ValueError("--repeat needs --from TRIAL, and no values.")
        return _go_on(study, basis, repeat(basis, arguments.parent, arguments.repeat), arguments)
    values = parse_values(arguments.changes, basis.space)
    if arguments.parent is not None:
        values = {**find_trial(basis, arguments.parent, complete=False).params, **values}
    checked = check(basis, values, arguments.parent)
    if checked.candidate is None:
        raise ValueError(" ".join(problem.text for problem in checked.problems))
    print_candidates([checked.candidate])
    if arguments.dry_run:
        return _nothing_written()
    return print_report(
        enqueue(
            study,
            checked.candidate,
            author=arguments.author,
            comment=arguments.comment,
            again=arguments.again,
        )
    )


def _go_on(
    study: Study,
    basis: Basis,
    made: Experiment,
    arguments: argparse.Namespace,
    *,
    quiet: bool = False,
) -> int:
    """Print the candidates, and enqueue them unless that is not wanted."""
    from optuna_guide.experiments.enqueueing import enqueue

    if not quiet:
        print(f"From trial {made.parent}: {basis.goal.title} {made.value:.6g}")
        print_candidates(made.candidates)
    for words in (*made.say_left_out(), *made.notes):
        print(words)
    if not made.candidates:
        return OK
    if arguments.dry_run:
        return _nothing_written()
    return print_report(
        enqueue(
            study,
            made,
            author=arguments.author,
            comment=arguments.comment,
            again=arguments.again,
        )
    )


def _nothing_written() -> int:
    print("Nothing was written. Leave out --dry-run to enqueue.")
    return OK
