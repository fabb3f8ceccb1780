"""``optuna-guide compare``: what several studies say of the same parameters."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.wording import one_line
from optuna_guide.surfaces.cli.common import (
    OK,
    add_command,
    add_storage,
    open_several,
    progress,
    storage_url,
)

if TYPE_CHECKING:
    import argparse

    from rich.table import Table

    from optuna_guide.across.comparison import Comparison

_EXAMPLES = """\
examples:
  optuna-guide compare sqlite:///study.db
  optuna-guide compare sqlite:///study.db --study-name mnist fashion kmnist
  optuna-guide compare sqlite:///study.db -f json

Every number is a part of what is explained within its study, with the rank there in brackets. In
the second table a row is predicted by models of the columns' studies: the rank correlation with
what came out, and on the diagonal by its own other trials.
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    compare = add_command(
        commands, "compare", _compare, "Say what holds in several studies, and what differs."
    )
    compare.formatter_class = RawDescriptionHelpFormatter
    compare.epilog = _EXAMPLES
    add_storage(compare)
    compare.add_argument(
        "--study-name", nargs="+", metavar="NAME", help="two or more (default: all of the storage)"
    )
    compare.add_argument(
        "-f",
        "--format",
        choices=("table", "json", "markdown"),
        default="table",
        help="default: table",
    )


def _compare(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.comparing import compare_studies
    from optuna_guide.words.markdown import comparison_to_markdown

    studies = open_several(storage_url(arguments), arguments.study_name)
    with progress("Comparing the studies"):
        found = compare_studies(studies)
    if arguments.format == "json":
        print(json.dumps(_plain(found), indent=1))
    elif arguments.format == "markdown":
        print(comparison_to_markdown(found), end="")
    else:
        _print(found)
    return OK


def _print(found: Comparison) -> None:
    from rich.console import Console
    from rich.text import Text

    from optuna_guide.words.comparison import importance_rows, sentences, transfer_rows
    from optuna_guide.words.prose import Prose

    console = Console()
    for sentence in sentences(found):
        console.print(Prose(f"• {sentence}"))
    for first, rows in (
        ("parameter", importance_rows(found)),
        ("predicted", transfer_rows(found) if found.transfers else ()),
    ):
        table = _table(first, found)
        for row in rows:
            table.add_row(*(Text(one_line(cell)) for cell in row))
        if rows:
            console.print(table)


def _table(first: str, found: Comparison) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table(first, box=None, pad_edge=False)
    for name in found.names:
        table.add_column(Text(one_line(name)), justify="right", overflow="fold")
    return table


def _plain(found: Comparison) -> dict[str, Any]:
    from optuna_guide.words.comparison import sentences

    shares = [[None if np.isnan(v) else round(v, 6) for v in row] for row in found.importance]
    return {
        "studies": list(found.names),
        "params": list(found.params),
        "importance": shares,
        "agreement": found.agreement,
        "transfer": [
            {"of": of, "by": by, "rank": one.rank, "error": one.error}
            for (of, by), one in found.transfers.items()
        ],
        "leave_out": [one.name for one in found.unneeded],
        "sentences": list(sentences(found)),
    }
