"""``optuna-guide studies``: what a storage holds, and which studies are alike."""

from __future__ import annotations

import json
from argparse import RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.wording import cut, one_line
from optuna_guide.surfaces.cli.common import OK, add_command, add_storage, progress, storage_url
from optuna_guide.words.names import short_names

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from optuna_guide.across.catalogue import RelatedStudy, StudyEntry

_N_SHOWN = 3  # alike studies of a study
_N_PARAMS, _PARAM, _NAME = 5, 14, 24  # parameters that are named; columns of names
_EXAMPLES = """\
examples:
  optuna-guide studies sqlite:///study.db
  optuna-guide studies sqlite:///study.db -f json

Agreement is the rank correlation of what a model of the other study predicts for the study's
trials with what came out: 1 the same order, 0 none.
"""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    studies = add_command(
        commands, "studies", _studies, "List the studies of a storage, and which are alike."
    )
    studies.formatter_class = RawDescriptionHelpFormatter
    studies.epilog = _EXAMPLES
    add_storage(studies)
    studies.add_argument(
        "-f", "--format", choices=("table", "json"), default="table", help="default: table"
    )


def _studies(arguments: argparse.Namespace) -> int:
    from optuna_guide.across.catalogue import read_catalogue
    from optuna_guide.study.storage_url import open_storage

    with progress("Reading the studies"):
        catalogue = read_catalogue(open_storage(storage_url(arguments)))
    if arguments.format == "json":
        print(json.dumps([_plain(entry) for entry in catalogue], indent=1))
    else:
        _print(catalogue)
    return OK


def _print(catalogue: Sequence[StudyEntry]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    if not catalogue:
        print("The storage holds no study.")
        return
    table = Table("study", "complete", "best", "parameters", "alike", box=None, pad_edge=False)
    for entry in catalogue:
        n = f"{entry.n_complete} of {entry.n_trials}"
        goes_on = f"\ngoes on as {one_line(entry.successor)}" if entry.successor else ""
        table.add_row(
            Text(one_line(entry.name) + goes_on),
            Text(n),
            Text(_best(entry)),
            Text(_params(list(entry.space))),
            Text("\n".join(_words(relation) for relation in _alike(entry))),
        )
    Console().print(table)


def _best(entry: StudyEntry) -> str:
    from optuna_guide.words.studies import say_best

    return say_best(entry.objectives, entry.maximised, entry.best, entry.n_best) or "–"


def _params(names: Sequence[str]) -> str:
    """The first parameters, and how many more there are."""
    if not names:
        return "none yet"
    short = short_names(names, _PARAM)
    n_more = len(names) - _N_PARAMS
    more = [f"{n_more} more"] if n_more > 0 else []
    return ", ".join([*(short[name] for name in names[:_N_PARAMS]), *more])


def _alike(entry: StudyEntry) -> Sequence[RelatedStudy]:
    return entry.related[:_N_SHOWN]


def _words(relation: RelatedStudy) -> str:
    name, n = cut(one_line(relation.study_name), _NAME), len(relation.shared)
    agreement = "" if relation.agreement is None else f" {relation.agreement:.2f}"
    return f"{name}{agreement} ({n} shared)"


def _plain(entry: StudyEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "objectives": list(entry.objectives),
        "directions": ["maximize" if m else "minimize" for m in entry.maximised],
        "params": list(entry.space),
        "n_trials": entry.n_trials,
        "n_complete": entry.n_complete,
        "best": entry.best,
        "newest": entry.newest.isoformat() if entry.newest is not None else None,
        "successor": entry.successor,
        "related": [
            {"name": r.study_name, "shared": list(r.shared), "agreement": r.agreement}
            for r in entry.related
        ],
    }
