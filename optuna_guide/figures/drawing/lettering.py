"""How wide a text is in a wide sans-serif, so that what is made to fit does so in any.

The browser that draws a figure writes it in a font of its own, which nobody knows here. Widths are
those of DejaVu Sans, in which a text is about a fifth wider than in Arial, rounded up. They are
told in ens: half the size of the type, 6 px in a text of 12 px.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_BY_WIDTH = {
    0.6: "'ijlIJ",
    0.64: " ,.·",
    0.72: "f/:;\\|",
    0.8: "-()[]t!",
    0.84: "r",
    0.94: '"',
    1.06: "*_`°–sz?",
    1.12: "cL",
    1.2: "Fkvxy",
    1.24: "PTYoae",
    1.28: "EhnuSbdgpq{}$0123456789",
    1.4: "KAVXZBRC",
    1.54: "UNHD",
    1.58: "G&OQ",
    1.68: "w#+<=>^~±×≤≥−←↑→↓",
    1.76: "M●○",
    2.0: "m%W@…■★",
}
_WIDTHS = {character: ens for ens, group in _BY_WIDTH.items() for character in group}
BOLD = 1.15  # times as wide
_BREAKS = re.compile(r"\s+(?!%)|(?<!\d)\s+")  # a number and its sign stay in one line
_OTHER = 1.7  # capitals of other alphabets
_FULL = 2.0  # a Chinese character


def measure(words: str) -> float:
    """Width in ens of a text in one line."""
    return sum(map(_width, words))


def truncate(words: str, room: float) -> str:
    """As much as ``room`` ens hold, the rest replaced by an ellipsis."""
    if measure(words) <= room:
        return words
    return _start(words, room - _WIDTHS["…"]).rstrip() + "…"


def wrap(words: str, room: float, at_most: int | None = None) -> list[str]:
    """One line or more that ``room`` ens hold; what is beyond ``at_most`` lines is cut off."""
    lines = [""]
    for piece in (piece for word in _BREAKS.split(words.strip()) for piece in _pieces(word, room)):
        longer = f"{lines[-1]} {piece}".lstrip()
        if lines[-1] and measure(longer) > room:
            lines.append(piece)
        else:
            lines[-1] = longer
    if at_most is None or len(lines) <= at_most:
        return lines
    return [*lines[: at_most - 1], truncate(" ".join(lines[at_most - 1 :]), room)]


def _pieces(word: str, room: float) -> Iterator[str]:
    """The word, in parts where no line holds it."""
    while measure(word) > room and len(word) > 1:
        start = _start(word, room) or word[0]
        yield start
        word = word[len(start) :]
    yield word


def _start(words: str, room: float) -> str:
    for i, character in enumerate(words):
        room -= _width(character)
        if room < 0:
            return words[:i]
    return words


def _width(character: str) -> float:
    if character in _WIDTHS:
        return _WIDTHS[character]
    if unicodedata.combining(character):
        return 0.0
    return _FULL if unicodedata.east_asian_width(character) in "WF" else _OTHER
