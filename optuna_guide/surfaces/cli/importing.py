"""``optuna-guide import``: results of other tools become a study."""

from __future__ import annotations

from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.assignments import parse_value
from optuna_guide.surfaces.cli.common import (
    OK,
    add_command,
    add_storage,
    split_names,
    storage_url,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.across.importing.reading import ImportedTable

_IMPORT = """\
examples:
  optuna-guide import runs.csv sqlite:///study.db --dry-run
  optuna-guide import runs.csv sqlite:///study.db --study-name bert --target val_acc
  optuna-guide import wandb.csv sqlite:///study.db --target eval/loss --direction minimize
  optuna-guide import table.txt sqlite:///study.db --columns lr,layers,bleu --direction maximize
  optuna-guide import runs.jsonl sqlite:///study.db --range lr=1e-5:1e-1 --range layers=2,4,6

Importing a file again adds its new rows only.
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    command = add_command(
        commands,
        "import",
        _import,
        "Make a study of results that another tool wrote; a storage is made, too.",
    )
    command.formatter_class = RawDescriptionHelpFormatter
    command.epilog = _IMPORT
    command.add_argument(
        "file", help="CSV, JSON lines, JSON or Parquet, told by its ending, CSV otherwise"
    )
    add_storage(command)
    command.add_argument("--study-name", help="default: the name of the file")
    command.add_argument("--params", type=split_names, help="the columns that are parameters")
    command.add_argument("--target", help="the column that is optimised")
    command.add_argument("--direction", choices=("minimize", "maximize"))
    command.add_argument(
        "--log", type=split_names, default=(), help="parameters that are logarithmic"
    )
    command.add_argument(
        "--numbers",
        type=split_names,
        default=(),
        help="parameters of a few values that are no choices",
    )
    command.add_argument(
        "--range",
        action="append",
        default=[],
        metavar="NAME=RANGE",
        help="what was searched: lr=1e-5:1e-1 bounds, layers=2,4,6 choices",
    )
    command.add_argument(
        "--context",
        type=split_names,
        default=(),
        help="columns of what nobody chose: the data set, the fold, the seed",
    )
    command.add_argument("--ignore", type=split_names, default=(), help="columns to leave out")
    command.add_argument(
        "--columns",
        type=split_names,
        default=(),
        help="names of the columns, if the file has none",
    )
    command.add_argument("--encoding", default="utf-8", help="of the file's text, default: utf-8")
    command.add_argument(
        "--dry-run", action="store_true", help="say how each column is read, and write nothing"
    )


def _import(arguments: argparse.Namespace) -> int:
    from optuna_guide.across.importing.files import read_file
    from optuna_guide.across.importing.reading import read_frame
    from optuna_guide.across.importing.study import begin_import, keep_context
    from optuna_guide.study.storage_url import create_storage

    frame = read_file(arguments.file, columns=arguments.columns, encoding=arguments.encoding)
    reading = read_frame(
        frame,
        params=arguments.params,
        target=arguments.target,
        direction=arguments.direction,
        log=arguments.log,
        numbers=arguments.numbers,
        ranges=dict(_range(text) for text in arguments.range),
        ignore=arguments.ignore,
        context=arguments.context,
    )
    if arguments.dry_run:
        _print(reading)
        return OK
    name = arguments.study_name or Path(arguments.file).stem
    storage = create_storage(storage_url(arguments))
    study, new = begin_import(reading, study_name=name, storage=storage)
    known = len(study.get_trials(deepcopy=False))
    _add(study, new)
    keep_context(study, reading)
    for note in reading.notes:
        print(note)
    before = f", {known} were there" if known else ""
    print(f"{len(new)} trials added to study {name!r}{before}.")
    return OK


def _add(study: Study, trials: Sequence[FrozenTrial]) -> None:
    """Add them, and show on a terminal how far that is."""
    from rich.console import Console
    from rich.progress import Progress

    from optuna_guide.store.adding import add_trials

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(f"Adding {len(trials)} trials", total=len(trials))
        for n_added in add_trials(study, trials):
            shown.advance(task, n_added)


def _print(reading: ImportedTable) -> None:
    """How each column is read, and how to change it."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    goal = "more" if reading.direction == "maximize" else "less"
    console.print(
        Text(
            f"{reading.layout}, {reading.n_rows} rows; {goal} {reading.objective.name} is better."
        )
    )
    table = Table("column", "is", "as", "why", box=None, pad_edge=False)
    for column in reading.columns:
        space = "" if column.distribution is None else _words(column.distribution)
        name = "" if column.name == column.column else f" {column.name}"
        table.add_row(Text(column.column), Text(column.role + name), Text(space), Text(column.why))
    console.print(table)
    for note in reading.notes:
        console.print(Text(note))
    console.print(
        Text(
            "Nothing was written. To change it: --params, --target, --direction, --log, "
            "--numbers, --range NAME=LOW:HIGH, --ignore."
        )
    )


def _words(distribution: Any) -> str:
    from optuna.distributions import CategoricalDistribution

    if isinstance(distribution, CategoricalDistribution):
        shown = ", ".join(map(str, distribution.choices[:8]))
        return shown + (", …" if len(distribution.choices) > 8 else "")
    return f"{distribution.low:g} to {distribution.high:g}"


def _range(text: str) -> tuple[str, list[Any]]:
    """``lr=1e-5:1e-1`` as bounds, ``layers=2,4,6`` as choices."""
    name, equals, given = text.partition("=")
    low, colon, high = given.partition(":")
    if not equals or not given or (colon and not (low and high)):
        raise ValueError(f"{text!r} is no range: lr=1e-5:1e-1 bounds, layers=2,4,6 choices.")
    parts = [low, high] if colon else given.split(",")
    return name, [parse_value(part) for part in parts]
