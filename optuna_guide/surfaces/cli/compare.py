"""``optuna-guide compare``: what several studies say of the same parameters."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.wording import one_line, percent
from optuna_guide.surfaces.cli.common import OK, add_command, add_storage, progress, storage_url

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
        "-f", "--format", choices=("table", "json"), default="table", help="default: table"
    )


def _compare(arguments: argparse.Namespace) -> int:
    from optuna_guide.keeping.comparing import compare_studies
    from optuna_guide.store.storages import list_studies, open_study
    from optuna_guide.study.storage_url import open_storage

    storage = open_storage(storage_url(arguments))
    known = {name: study_id for study_id, name in list_studies(storage)}
    wanted = arguments.study_name or list(known)
    for name in wanted:
        if name not in known:
            raise ValueError(f"The storage has no study {name!r}; it has {', '.join(known)}.")
    with progress("Comparing the studies"):
        found = compare_studies([open_study(storage, known[name]) for name in wanted])
    if arguments.format == "json":
        print(json.dumps(_plain(found), indent=1))
    else:
        _print(found)
    return OK


def _print(found: Comparison) -> None:
    from rich.console import Console
    from rich.text import Text

    from optuna_guide.words.comparison import sentences

    console = Console()
    for sentence in sentences(found):
        console.print(Text(f"• {sentence}"))
    if found.params:
        table = _table("parameter", found)
        for name, shares, ranks in zip(found.params, found.importance, found.rank, strict=True):
            cells = [
                "–" if np.isnan(share) else f"{percent(share)} ({rank:.0f})"
                for share, rank in zip(shares, ranks, strict=True)
            ]
            table.add_row(Text(one_line(name)), *map(Text, cells))
        console.print(table)
    if found.transfers:
        table = _table("predicted", found)
        for name in found.names:
            tested = [found.transfers.get((name, other)) for other in found.names]
            cells = [f"{one.rank:.2f}" if one else "–" for one in tested]
            table.add_row(Text(one_line(name)), *map(Text, cells))
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
