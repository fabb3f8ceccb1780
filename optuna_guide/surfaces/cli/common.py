"""What the commands share: exit codes, opening a study, progress."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from optuna import Study

OK, FAILED, NOT_READY = 0, 1, 3
VARIABLE = "OPTUNA_STORAGE"  # as Optuna's own command reads it
FROM_ENVIRONMENT = "-"


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


def open_named(arguments: argparse.Namespace) -> Study:
    """The study that the arguments name."""
    from optuna_guide.study.storage_url import open_study

    return open_study(storage_url(arguments), arguments.study_name)


@contextmanager
def progress(text: str) -> Iterator[None]:
    """A spinner on the standard error of a terminal; nothing where nobody looks."""
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(text)):
        yield
