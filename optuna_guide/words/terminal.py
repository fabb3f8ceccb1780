"""The guidance for a terminal, and as plain text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.wording import columns, cut, one_line, percent
from optuna_guide.words.names import short_names
from optuna_guide.words.phrases import (
    HEADINGS,
    NAME_WIDTH,
    about,
    explained,
    gate,
    notes,
    promising,
    short_advice,
    short_evidence,
    skill,
    verdicts,
)
from optuna_guide.words.verdict import gather

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType
    from rich.table import Table

    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.words.verdict import Verdict

WIDTH = 120  # columns of the plain text
BAR_WIDTH = 6
NARROW = 80  # columns of a row without details
NAME, RANGE, ADVICE = 14, 20, 18  # columns; a name takes what the others leave


def plain(guidance: Guidance) -> str:
    """Text of a fixed width without colours, with all details."""
    from rich.console import Console

    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None, legacy_windows=False)
    console.print(renderable(guidance, is_detailed=True))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def renderable(
    guidance: Guidance, verdict: Verdict | None = None, *, is_detailed: bool = False
) -> RenderableType:
    """What rich draws in a terminal: the verdict, then a row for each parameter.

    Args:
        guidance: What was learnt.
        verdict: On the study; that of the guidance alone where none is given.
        is_detailed: Whether all that is known follows.
    """
    from rich.console import Group
    from rich.text import Text

    from optuna_guide.words.prose import Prose

    head = Text(one_line(guidance.study_name), style="bold")
    head.append(f" · {about(guidance)}", style="not bold")
    details = (
        list(_details(guidance)) if is_detailed else [Prose(explained(guidance), style="dim")]
    )
    return Group(
        head,
        Text(),
        say(gather(guidance) if verdict is None else verdict),
        Text(),
        _table(guidance, is_detailed),
        Text(),
        *details,
    )


def say(verdict: Verdict) -> RenderableType:
    """The lines of a verdict; what does not fit is indented."""
    from rich.table import Table
    from rich.text import Text

    from optuna_guide.words.prose import Prose

    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(width=1)
    lines.add_column()
    styles = ["bold green" if verdict.is_open else "bold yellow", "bold", ""]
    for line, style in zip(verdict.lines, styles, strict=False):
        lines.add_row(Text("•", style=style), Prose(line, style=style))
    if verdict.next_trial:
        lines.add_row(Text("•"), Prose(verdict.next_trial))
    return lines


def _details(guidance: Guidance) -> Iterator[RenderableType]:
    """How far it goes, what became of every branch, and notes."""
    from optuna_guide.words.prose import Prose

    yield Prose(gate(guidance))
    yield Prose(skill(guidance), style="dim")
    for verdict in verdicts(guidance):
        yield Prose(verdict)
    for note in notes(guidance):
        yield Prose(note, style="dim")


def _table(guidance: Guidance, is_detailed: bool) -> Table:
    """A line for each parameter; details take as many as they need."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    rows = [_row(guidance, param, is_detailed) for param in guidance.params]
    width = NAME_WIDTH if is_detailed else _left_for_names(rows)
    names = short_names([param.name for param in guidance.params], width)
    for i, heading in enumerate(HEADINGS):
        is_line = i < 2 or not is_detailed
        how: Any = {"no_wrap": is_line, "overflow": "ellipsis" if is_line else "fold"}
        least = None if i else max(map(columns, names.values()))
        table.add_column(heading, vertical="top", min_width=least, **how)
    longest = max(p.importance for p in guidance.params) or 1.0
    share = max(1 - guidance.unexplained, 0.0)
    for param, (range_, evidence, advice) in zip(guidance.params, rows, strict=True):
        score = _score(param.importance, share * param.importance / longest)
        table.add_row(
            Text(names[param.name]), score, Text(range_, style="bold"), evidence, Text(advice)
        )
    return table


def _row(guidance: Guidance, param: ParamGuidance, is_detailed: bool) -> tuple[str, str, str]:
    """Range, evidence and advice; short where all is to stand in a line."""
    if is_detailed:
        return promising(param), short_evidence(param), param.advice.text
    advice = cut(_what_to_do(guidance, param), ADVICE)
    return cut(promising(param), RANGE), short_evidence(param), advice


def _left_for_names(rows: Sequence[tuple[str, str, str]]) -> int:
    """Columns that the other cells of a narrow line leave."""
    headings = [max(map(len, heading.splitlines())) for heading in HEADINGS[2:]]
    cells = zip(headings, zip(*rows, strict=True), strict=True)
    taken = sum(max(least, *map(columns, column)) for least, column in cells)
    gaps = 2 * (len(HEADINGS) - 1)
    return max(NAME, NARROW - gaps - (8 + BAR_WIDTH) - taken)


def _what_to_do(guidance: Guidance, param: ParamGuidance) -> str:
    """Advice in few words; a promising range stands in its own column."""
    if param.advice.kind == "narrow":
        return f"unless {param.advice.unless}" if param.advice.unless else ""
    return short_advice(guidance, param)


def _score(importance: float, length: float) -> RenderableType:
    """A number, and a bar from 0 to 1 that rich draws with what the terminal can show."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    score = Table.grid(padding=(0, 1))
    score.add_column(justify="right", min_width=5)
    bar = ProgressBar(1.0, length, width=BAR_WIDTH, complete_style="cyan", finished_style="cyan")
    score.add_row(percent(importance), bar)
    return score
