"""Text from numbers and from names, which come from a study and may be anything."""

from __future__ import annotations

import math
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NEGLIGIBLE = 0.001  # p-values below it are not told apart


def one_line(words: str) -> str:
    """Without line breaks and control characters; an empty name gets a visible one."""
    printable = "".join(c if c.isprintable() else " " for c in words)
    return " ".join(printable.split()) or "(no name)"


def columns(words: str) -> int:
    """Width of a text in columns; wide East Asian characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in words)


def cut(words: str, width: int) -> str:
    """At most ``width`` columns, the rest replaced by an ellipsis."""
    if columns(words) <= width:
        return words
    kept, room = "", width - 1
    for character in words:
        room -= columns(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def join_words(words: Sequence[str]) -> str:
    """``a, b and c``."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def percent(share: float) -> str:
    """``41 %``; ``<1 %`` for what would round to nothing."""
    if not math.isfinite(share):
        return "unknown"
    if 0 < share <= 0.005:
        return "<1 %"
    return f"{math.floor(100 * share + 0.5):d} %"


def name_top(share: float) -> str:
    """What the best trials are called by their share of all: ``top tenth``, ``top 5 %``."""
    return "top tenth" if share == 0.1 else f"top {percent(share)}"


def ordinal(place: float) -> str:
    """A place: ``1st``, ``12th``; ``2.5th`` where two share it."""
    rounded = math.floor(2 * place + 0.5) / 2
    endings = {} if 10 < rounded % 100 < 14 else {1.0: "st", 2.0: "nd", 3.0: "rd"}
    ending = endings.get(rounded % 10, "th")
    return f"{rounded:g}{ending}"


def equals(probability: float) -> str:
    """A p-value behind its letter: ``= 0.02``, and ``< 0.001`` for all below, never 0."""
    return f"< {NEGLIGIBLE:g}" if probability < NEGLIGIBLE else f"= {probability:.1g}"


def measured(value: float, unit: str, digits: int) -> str:
    """A number with so many digits, and its unit where that is known: ``0.25 s``."""
    return f"{value:.{digits}g} {unit}".rstrip()


def within(how: str, names: Sequence[str]) -> str:
    """How values are given within contexts, such as ``ranks within dataset``."""
    return f"{how} within {' and '.join(one_line(name) for name in names)}"


def states(counts: Mapping[str, int]) -> str:
    """How many trials are in each state, by its name: ``9 complete, 3 failed``."""
    called = {"FAIL": "failed"}
    return ", ".join(f"{n} {called.get(name, name.lower())}" for name, n in sorted(counts.items()))


def signed(value: float) -> str:
    """A difference with its sign."""
    return f"{value:+.3g}".replace("-", "−")


def difference(value: float, low: float | None, high: float | None) -> str:
    """A difference and its interval, where there is one: ``−0.05 [−0.07 … −0.03]``."""
    if low is None or high is None or low == high:
        return signed(value)
    return f"{signed(value)} [{signed(low)} … {signed(high)}]"
