"""Experiments as tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.surfaces.cli.common import OK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.experiments.candidates import Candidate
    from optuna_guide.experiments.path import Path
    from optuna_guide.experiments.report import Report


def print_candidates(candidates: Sequence[Candidate]) -> None:
    """What each would change, what is expected of it, and what to know before."""
    from optuna_guide.words.experiments import expected, sizes

    if not candidates:
        return
    rows = [(c.change, expected(c.forecast), sizes(c.size), c.verdict) for c in candidates]
    print_table(("change", "expected Δ", "expected size", ""), rows)
    for warning in dict.fromkeys(w for c in candidates for w in c.warnings):
        print(warning)


def print_path(path: Path, title: str) -> None:
    """Each step with what it is expected to gain, alone and at its place."""
    from optuna_guide.domain.wording import signed
    from optuna_guide.words.experiments import interactions

    rows = [("the defaults", number(path.start_value), "", "", number(path.start_measured))]
    rows += [
        (
            ", ".join(step.names),
            number(step.value),
            signed(step.gain),
            signed(step.alone),
            number(step.measured),
        )
        for step in path.steps
    ]
    print_table(("step", f"expected {title}", "gain", "alone", "measured"), rows)
    for sentence in interactions(path):
        print(sentence)


def print_report(report: Report) -> int:
    """What was done, trial by trial."""
    print(report)
    return OK


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of texts, which may be anything."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table
    from rich.text import Text

    table = Table(*map(escape, heads), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def number(value: float | None) -> str:
    """Four digits; empty where there is none."""
    return "" if value is None else f"{value:.4g}"
