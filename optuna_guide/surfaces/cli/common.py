"""What the commands share: exit codes, opening a study, progress."""

from __future__ import annotations

import argparse
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, get_args

from optuna_guide.domain.how import How

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from optuna import Study

    from optuna_guide.experiments.basis import Basis

OK, FAILED, NOT_READY = 0, 1, 3
VARIABLE = "OPTUNA_STORAGE"  # as Optuna's own command reads it
FROM_ENVIRONMENT = "-"
NOTHING = "none"


def add_command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
) -> argparse.ArgumentParser:
    """A command that calls ``run``; ``text`` is its help."""
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run)
    return command


def add_storage(command: argparse.ArgumentParser) -> None:
    """The argument that names a storage; a password need not stand in the list of processes."""
    command.add_argument(
        "storage",
        nargs="?",
        default=FROM_ENVIRONMENT,
        help="URL such as sqlite:///study.db, or the path of a journal or SQLite file; left out, "
        f"or {FROM_ENVIRONMENT}: the variable {VARIABLE}",
    )


def storage_url(arguments: argparse.Namespace) -> str:
    """The storage that the arguments, or the environment, name.

    Raises:
        StorageUrlError: If neither does.
    """
    from optuna_guide.study.storage_url import StorageUrlError

    given: str = arguments.storage
    url = os.environ.get(VARIABLE, "") if given == FROM_ENVIRONMENT else given
    if not url:
        raise StorageUrlError(
            f"No storage is named: give its URL, such as sqlite:///study.db, or set {VARIABLE}."
        )
    return url


def add_study(command: argparse.ArgumentParser) -> None:
    """The arguments that name a study."""
    add_storage(command)
    command.add_argument("--study-name", help="may be left out where there is one study only")


def add_target(command: argparse.ArgumentParser) -> None:
    """The arguments that say what to explain."""
    command.add_argument(
        "--target",
        help="what to explain: an objective's name, a numeric user attribute, duration, "
        "pareto_rank or feasible",
    )
    command.add_argument(
        "--direction",
        choices=("minimize", "maximize"),
        help="which way a user attribute is better",
    )
    add_context(command)


def add_context(command: argparse.ArgumentParser) -> None:
    """The arguments that say what nobody would choose."""
    command.add_argument(
        "--context",
        action="append",
        metavar="NAME",
        help="a parameter or user attribute that nobody would choose, such as the data set: "
        "values are explained within it (may be repeated; none = there is none)",
    )
    command.add_argument(
        "--how",
        choices=get_args(How),
        help="how values are given within the context (default: as fits them)",
    )


def read_target(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the arguments say of the target and its context, as functions take it."""
    return {
        "target": arguments.target,
        "direction": arguments.direction,
        "context": read_names(arguments),
        "how": arguments.how,
    }


def read_names(arguments: argparse.Namespace) -> list[str] | None:
    """The names of the context; None where nothing is said."""
    return [] if arguments.context == [NOTHING] else arguments.context


def add_reason(command: argparse.ArgumentParser) -> None:
    """The arguments that say who decided, and why."""
    command.add_argument("--author", help="who decided, for the history")
    command.add_argument("--comment", help="why, for the history")


def split_names(text: str) -> list[str]:
    """``lr,layers`` as an argument's type."""
    return [name.strip() for name in text.split(",") if name.strip()]


def open_named(arguments: argparse.Namespace) -> Study:
    """The study that the arguments name."""
    from optuna_guide.study.storage_url import open_study

    return open_study(storage_url(arguments), arguments.study_name)


def open_several(url: str, names: Sequence[str] | None) -> list[Study]:
    """Studies of a storage; all of them where none is named.

    Raises:
        ValueError: If the storage has no study of a name.
    """
    from optuna_guide.store.storages import list_studies
    from optuna_guide.store.storages import open_study as open_by_id
    from optuna_guide.study.storage_url import open_storage

    storage = open_storage(url)
    known = {name: study_id for study_id, name in list_studies(storage)}
    for name in names or ():
        if name not in known:
            raise ValueError(f"The storage has no study {name!r}; it has {', '.join(known)}.")
    return [open_by_id(storage, known[name]) for name in names or known]


@contextmanager
def progress(text: str) -> Iterator[None]:
    """A spinner on the standard error of a terminal; nothing where nobody looks."""
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(text)):
        yield


def add_experiment(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
    examples: str = "",
) -> argparse.ArgumentParser:
    """A command about the trials of a study, with examples of its use."""
    command = add_command(commands, name, run, text)
    if examples:
        command.epilog = f"examples:\n{examples}"
        command.formatter_class = argparse.RawDescriptionHelpFormatter
    add_study(command)
    return command


def add_parent(command: argparse.ArgumentParser) -> None:
    """The arguments that name the trial that others are made from."""
    command.add_argument("--trial", type=int, help="its number (default: the best one)")
    add_target(command)


def read_parent(arguments: argparse.Namespace) -> tuple[Study, Basis, int]:
    """The study, and the trial that is meant: the best one where none is named."""
    from optuna_guide.experiments.basis import read_basis

    study = open_named(arguments)
    basis = read_basis(study, arguments.target, direction=arguments.direction)
    number = arguments.trial if arguments.trial is not None else basis.best
    if number is None:
        raise ValueError(f"Study {study.study_name!r} has no complete trial yet.")
    return study, basis, number
