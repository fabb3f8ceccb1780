"""``optuna-guide report``, ``export`` and ``schema``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import (
    OK,
    add_command,
    add_storage,
    add_study,
    add_target,
    open_named,
    open_several,
    progress,
    read_target,
    storage_url,
)

if TYPE_CHECKING:
    import argparse


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    report = add_command(
        commands, "report", _report, "Write one HTML file with everything; it works offline."
    )
    add_storage(report)
    report.add_argument(
        "--study-name",
        nargs="+",
        metavar="NAME",
        help="two or more are reported beside each other; may be left out where there is one",
    )
    add_target(report)
    report.add_argument(
        "-o",
        "--output",
        type=Path,
        help="the file to write (default: the study's name.html); of several studies also .md",
    )

    report.add_argument(
        "--force", action="store_true", help="replace a file that is no report of optuna-guide"
    )

    export = add_command(
        commands, "export", _export, "Print what is known: JSON, trials as CSV, or Markdown."
    )
    add_study(export)
    add_target(export)
    export.add_argument(
        "-f",
        "--format",
        choices=("json", "csv", "markdown"),
        default="json",
        help="json: guidance, findings, checks; csv: every trial; markdown: a summary to read or "
        "to paste (default: json)",
    )
    export.add_argument("-o", "--output", type=Path, help="a file instead of the terminal")

    add_command(commands, "schema", _schema, "Print the JSON schema of export -f json.")


def _report(arguments: argparse.Namespace) -> int:
    from optuna_guide.study.storage_url import open_study
    from optuna_guide.surfaces.report import write_report
    from optuna_guide.surfaces.report.across import write_comparison
    from optuna_guide.surfaces.report.page import is_report

    names, asked = arguments.study_name or [None], read_target(arguments)
    several = len(names) > 1
    if several and any(value is not None for value in asked.values()):
        raise ValueError(
            "Each of several studies is explained by its own target: leave out --target, "
            "--direction, --context and --how."
        )
    url = storage_url(arguments)
    studies = open_several(url, names) if several else [open_study(url, names[0])]
    title = "-".join(study.study_name for study in studies)
    path = arguments.output or Path(f"{_file_name(title)}.html")
    if path.is_file() and not arguments.force and not is_report(path):
        raise ValueError(f"{path} is no report of optuna-guide: --force replaces it.")
    with progress(f"Reporting on {title}"):
        if several:
            write_comparison(studies, path)
        else:
            write_report(studies[0], path, **asked)
    how = "" if path.suffix == ".md" else ": open it in a browser"
    print(f"The report is in {path}{how}.")
    return OK


def _export(arguments: argparse.Namespace) -> int:
    from optuna_guide.surfaces.export import export_guidance
    from optuna_guide.surfaces.export.files import write_whole

    study = open_named(arguments)
    with progress(f"Reading {study.study_name}"):
        text = export_guidance(study, arguments.format, **read_target(arguments))
    if arguments.output is not None:
        write_whole(arguments.output, text.encode("utf-8", "backslashreplace"))
        return OK
    print(text, end="" if text.endswith("\n") else "\n")
    return OK


def _schema(arguments: argparse.Namespace) -> int:
    from optuna_guide.surfaces.export import schema_text

    print(schema_text(), end="")
    return OK


def _file_name(study_name: str) -> str:
    """The name with nothing that a file system could take for something else."""
    kept = "".join(c if c.isalnum() or c in "-_." else "_" for c in study_name)[:80]
    return kept.strip(".") or "study"
