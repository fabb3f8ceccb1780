"""Sentences for a terminal, whose lines end nowhere within a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.measure import Measurement
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console, ConsoleOptions

_BOUND = re.compile(r"(?<=\d) (?=%)|(?<=\d) (?=…)|(?<=…) (?=\d)")
_STANDS_IN = "\ue000"  # for a space: rich breaks lines at those that never break, too


@dataclass(frozen=True)
class Prose:
    """Text that keeps ``53 %`` and ``0.03 … 0.09`` in one line."""

    words: str
    style: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        bound = Text(_BOUND.sub(_STANDS_IN, self.words), self.style)
        for line in bound.wrap(console, options.max_width):
            line.plain = line.plain.replace(_STANDS_IN, " ")
            yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement.get(console, options, Text(self.words))
