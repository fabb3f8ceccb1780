"""Text from the top of a figure down, as far as there is room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import lettering, theme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LINE = 15  # pixels
PAUSE = 5  # pixels between two paragraphs
HEIGHT = 450  # pixels of a card
MARGINS = 91  # pixels of them above the head, around the paragraphs and between most of them
_MAX_LINES, _MIN_LINES = 5, 2  # of a paragraph
_LEFT = 12


@dataclass(frozen=True)
class Paragraph:
    """A few words in bold, what follows them, and what is shown on hover."""

    head: str
    words: str
    hover: str = ""
    colour: str = theme.INK


def n_lines(n_head: int) -> int:
    """Lines that there is room for in a card, below so many lines of the head."""
    return (HEIGHT - MARGINS - theme.LINE * n_head) // LINE


def write(paragraphs: Sequence[Paragraph], n_lines: int) -> tuple[list[dict[str, Any]], int]:
    """Annotations of the paragraphs that fit, and how many do not.

    Long ones are shortened where all of them fit then, the last ones first; the whole is shown on
    hover.
    """
    notes: list[dict[str, Any]] = []
    used = 0
    for i, (paragraph, lines) in enumerate(
        zip(paragraphs, _wrap_all(paragraphs, n_lines), strict=True)
    ):
        if used + len(lines) > n_lines:
            return notes, len(paragraphs) - i
        notes.append(_note(paragraph, lines, LINE * used + PAUSE * i))
        used += len(lines)
    return notes, 0


def layout() -> dict[str, Any]:
    """Attributes of a figure of text: no axes."""
    hidden = {"visible": False, "fixedrange": True}
    return {"xaxis": hidden, "yaxis": hidden, "margin": {"l": _LEFT, "r": 12, "b": 8, "t": 12}}


def _wrap_all(paragraphs: Sequence[Paragraph], n_lines: int) -> list[list[str]]:
    """The lines of each paragraph; none is shortened where that is of no use."""
    whole = [_wrap(paragraph, _MAX_LINES) for paragraph in paragraphs]
    lines = list(whole)
    for i in reversed(range(len(lines))):
        while sum(map(len, lines)) > n_lines and len(lines[i]) > _MIN_LINES:
            lines[i] = _wrap(paragraphs[i], len(lines[i]) - 1)
    return lines if sum(map(len, lines)) <= n_lines else whole


def _wrap(paragraph: Paragraph, at_most: int) -> list[str]:
    room = theme.FOOT - (lettering.BOLD - 1) * lettering.measure(paragraph.head)
    words = wording.one_line(f"{paragraph.head}  {paragraph.words}")
    return lettering.wrap(words, room, at_most)


def _with_bold_head(paragraph: Paragraph, lines: Sequence[str]) -> Iterator[str]:
    """The lines as markup; the head is bold however many of them it takes."""
    head = wording.one_line(paragraph.head) if paragraph.head else ""
    for line in lines:
        n = min(len(line), len(head)) if line.startswith(head[: len(line)]) else 0
        bold, rest, head = line[:n], line[n:].lstrip(), head[n:].lstrip() if n else ""
        shown = [theme.safe(rest)] if rest else []
        if bold:
            shown[:0] = [
                f'<span style="color:{paragraph.colour}"><b>{theme.safe(bold)}</b></span>'
            ]
        yield " ".join(shown)


def _note(paragraph: Paragraph, lines: list[str], offset: int) -> dict[str, Any]:
    shown = "<br>".join(_with_bold_head(paragraph, lines))
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    told = paragraph.hover or (paragraph.words if lines[-1].endswith("…") else "")
    hover = {"hovertext": theme.wrapped(told)} if told else {}
    return theme.label(shown, x=0, y=1, yshift=-offset, **place, **hover)
