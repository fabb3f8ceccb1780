"""Names shortened where they do not differ, so that those of one family can be told apart.

``layer0_units`` and ``layer1_units`` become ``…0_units`` and ``…1_units``, never ``layer…units``
both. The page does the same in ``compute/names.js``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from optuna_guide.domain.wording import columns, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

PLAIN, TELLING = 10, 100  # worth of a letter; of all letters that tell two names apart
ALIKE = 10_000  # of these, where the names came out the same without them
GAP, BROKEN = 30, 50  # price of an ellipsis; of one within a word
LONGEST = 12  # letters of a word that counts as a whole
MOST = 60  # letters that a name is ever given
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]")


def short_names(
    names: Iterable[str], room: float, measure: Callable[[str], float] = columns
) -> dict[str, str]:
    """Each name as one line that takes at most ``room``, by default in columns of a terminal.

    Args:
        names: Of one family, which are read beside each other.
        room: For each of them.
        measure: What a text takes.
    """
    lines = {name: one_line(name) for name in names}
    short = {name: _fit(line, lines.values(), room, measure) for name, line in lines.items()}
    alike = {name: [lines[o] for o in lines if short[o] == short[name]] for name in lines}
    return {  # where names came out the same: what tells them apart, whatever else is lost
        name: _fit(line, alike[name], room, measure, ALIKE)
        if len({*alike[name]}) > 1
        else short[name]
        for name, line in lines.items()
    }


def shorten(name: str, family: Iterable[str], n_letters: int, telling: int = TELLING) -> str:
    """At most so many letters of a name, ellipses included: those that tell it from its family.

    Of all ways to leave letters out the one is taken whose kept letters are worth most. A letter
    is worth the more, the shorter the stretch by which it tells the name from another one, which
    as a whole is worth ``telling``.
    """
    n_letters = min(n_letters, MOST)
    if len(name) <= n_letters:
        return name
    return _read(name, _plan(name, family, n_letters, telling), n_letters)


def _fit(
    line: str,
    family: Iterable[str],
    room: float,
    measure: Callable[[str], float],
    telling: int = TELLING,
) -> str:
    if measure(line) <= room:
        return line
    fits, over = 1, min(len(line), MOST + 1)
    plan = _plan(line, family, over - 1, telling)
    while over - fits > 1:
        middle = (fits + over) // 2
        if measure(_read(line, plan, middle)) <= room:
            fits = middle
        else:
            over = middle
    return _read(line, plan, fits)


def _plan(
    name: str, family: Iterable[str], n_letters: int, telling: int
) -> list[list[list[bool]]]:
    """Whether to keep each letter: after a kept letter or a gap, with room for so many letters."""
    borders = {0, *(found.end() for found in _WORDS.finditer(name))}
    worth = _worth(name, family, borders, telling)
    never = -(10**9)
    best = [[0] * (n_letters + 1), [0] * (n_letters + 1)]  # worth of the letters from here on
    keeps: list[list[list[bool]]] = []
    for at in range(len(name) - 1, -1, -1):
        broken = BROKEN * (at not in borders)
        kept = [never, *(worth[at] + more for more in best[0][:-1])]
        begun = [never, *(more - GAP - broken for more in best[1][:-1])]
        after_gap = [more - broken for more in kept]
        keeps.append(
            [
                [keep >= drop for keep, drop in zip(kept, begun, strict=True)],
                [keep >= drop for keep, drop in zip(after_gap, best[1], strict=True)],
            ]
        )
        best = [[*map(max, kept, begun)], [*map(max, after_gap, best[1])]]
    return keeps[::-1]


def _read(name: str, keeps: list[list[list[bool]]], room: int) -> str:
    kept, is_gap = "", 0
    for letter, choice in zip(name, keeps, strict=True):
        if choice[is_gap][room]:
            kept, is_gap, room = kept + letter, 0, room - 1
        elif not is_gap:
            kept, is_gap, room = f"{kept}…", 1, room - 1
    return kept


def _worth(name: str, family: Iterable[str], borders: set[int], telling: int) -> list[int]:
    worth = [0] * len(name)
    for other in family:
        if other == name:
            continue
        start = _n_alike(name, other)
        both = min(len(name), len(other)) - start
        alike = _n_alike(name[::-1], other[::-1])
        end = max(len(name) - min(alike, both), start + 1)
        start, end = _whole(start, end, len(name), borders)
        share = telling // (end - start)
        for at in range(start, end):
            worth[at] = max(worth[at], share)
    return [PLAIN + more for more in worth]


def _n_alike(name: str, other: str) -> int:
    """Letters at the beginning that are the same."""
    pairs = enumerate(zip(name, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(name), len(other)))


def _whole(start: int, end: int, n: int, borders: set[int]) -> tuple[int, int]:
    """A stretch up to the ends of its words, if they are near."""
    end = min(end, n)
    start = min(start, end - 1)
    first = next((at for at in range(start, -1, -1) if at in borders), 0)
    last = next((at for at in range(end, n + 1) if at in borders), n)
    return (
        first if start - first < LONGEST else start,
        last if last - end < LONGEST else end,
    )
