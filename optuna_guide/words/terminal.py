"""The guidance for a terminal, and as plain text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from optuna_guide.domain.wording import cut, one_line, percent
from optuna_guide.words.phrases import (
    HEADINGS,
    NAME_WIDTH,
    about,
    gate,
    notes,
    promising,
    short_evidence,
    skill,
    verdicts,
)

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from optuna_guide.guidance import Guidance

WIDTH = 120  # columns of the plain text
BAR_WIDTH = 6


def plain(guidance: Guidance) -> str:
    """Text of a fixed width without colours."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, legacy_windows=False)
    console.print(renderable(guidance))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def renderable(guidance: Guidance) -> RenderableType:
    """What rich draws in a terminal."""
    from rich.console import Group
    from rich.text import Text

    head = Text(one_line(guidance.study_name), style="bold")
    head.append(f" · {about(guidance)}", style="not bold")
    return Group(
        head,
        Text(gate(guidance), style="green" if guidance.trust.is_open else "yellow"),
        Text(skill(guidance), style="dim"),
        Text(),
        _table(guidance),
        Text(),
        *(Text(verdict) for verdict in verdicts(guidance)),
        *(Text(note, style="dim") for note in notes(guidance)),
    )


def _table(guidance: Guidance) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    for heading, keeps_its_line in zip(HEADINGS, (True, True, False, False, False), strict=True):
        table.add_column(heading, no_wrap=keeps_its_line, overflow="fold", vertical="top")
    longest = max(p.importance for p in guidance.params) or 1.0
    explained = max(1 - guidance.unexplained, 0.0)
    for param in guidance.params:
        table.add_row(
            Text(cut(one_line(param.name), NAME_WIDTH)),
            _score(param.importance, explained * param.importance / longest),
            Text(promising(param), style="bold"),
            short_evidence(param),
            Text(param.advice.text),
        )
    return table


def _score(importance: float, length: float) -> RenderableType:
    """A number, and a bar from 0 to 1 that rich draws with what the terminal can show."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    score = Table.grid(padding=(0, 1))
    score.add_column(justify="right", min_width=5)
    bar = ProgressBar(1.0, length, width=BAR_WIDTH, complete_style="cyan", finished_style="cyan")
    score.add_row(percent(importance), bar)
    return score
