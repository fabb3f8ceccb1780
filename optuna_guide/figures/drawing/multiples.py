"""Small multiples: drawings side by side in one figure, each with axes of its own."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import lettering, theme
from optuna_guide.figures.drawing.look import CARD

if TYPE_CHECKING:
    from collections.abc import Sequence

    AxisDomain = tuple[float, float]

GAP_X, GAP_Y = 0.09, 0.13
TICKS = (CARD - 78) / 5  # ens of 10 px below all drawings of a row


@dataclass(frozen=True)
class Group:
    """A parameter, and its options, which have a row each."""

    name: str
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def suffix(i: int) -> str:
    """How plotly counts axes: nothing, 2, 3, ..."""
    return "" if i == 0 else str(i + 1)


def part(i: int, n: int, gap: float) -> AxisDomain:
    """The ``i``-th of ``n`` parts of an axis from 0 to 1, ``gap`` apart."""
    size = (1.0 - gap * (n - 1)) / n
    start = i * (size + gap)
    return round(start, 4), round(min(start + size, 1.0), 4)


def part_below(i: int, n: int, gap: float, top: float) -> AxisDomain:
    """The height of row ``i`` of ``n``, the first on top, below a drawing that takes ``top``."""
    low, high = part(n - 1 - i, n, gap)
    room = 1 - top - gap
    return round(low * room, 4), round(high * room, 4)


def domains(
    n: int, *, gap_x: float = GAP_X, gap_y: float = GAP_Y
) -> list[tuple[AxisDomain, AxisDomain]]:
    """Parts of the width and of the height of ``n`` drawings, row by row; one row up to two."""
    n_columns = 2 if n > 1 else 1
    n_rows = max(-(-n // n_columns), 1)
    return [
        (part(i % n_columns, n_columns, gap_x), part(n_rows - 1 - i // n_columns, n_rows, gap_y))
        for i in range(n)
    ]


def round_values(low: float, high: float) -> list[float]:
    """Both ends, and round values between them that keep away from the ends."""
    rough = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(k * size for k in (1, 2, 5, 10) if k * size >= rough)
    inner = step * np.arange(math.ceil(low / step), math.floor(high / step) + 1)
    margin = 0.07 * (high - low)
    kept = inner[(inner > low + margin) & (inner < high - margin)]
    return [low, *kept.tolist(), high]


def shade(low: float, high: float, i: int, colour: str) -> dict[str, Any]:
    """A part of the x axis of drawing ``i``, shaded over its whole height."""
    return {
        "type": "rect",
        "xref": f"x{suffix(i)}",
        "yref": f"y{suffix(i)} domain",
        "x0": round(low, 4),
        "x1": round(high, 4),
        "y0": 0,
        "y1": 1,
        "fillcolor": colour,
        "line": {"width": 0},
        "layer": "below",
    }


def tick_room(n: int, gap_x: float = GAP_X) -> float:
    """Ens of 10 px below one of ``n`` drawings, see `domains`."""
    across, _ = domains(n, gap_x=gap_x)[0]
    return TICKS * (across[1] - across[0])


def value_axis(
    ticks: Sequence[tuple[float, str]], domain: AxisDomain, anchor: str, **look: Any
) -> dict[str, Any]:
    """A parameter's own values along a unit axis; ``anchor`` says which axis it stands on."""
    return {
        **theme.AXIS,
        "domain": domain,
        "anchor": anchor,
        "range": [-0.01, 1.01],
        "tickvals": theme.rounded([mark[0] for mark in ticks]),
        "ticktext": [mark[1] for mark in ticks],
        "tickfont": {"size": 10},
        "tickangle": 0,
        **look,
    }


def heading(words: str, across: AxisDomain, up: AxisDomain, hover: str = "") -> dict[str, Any]:
    """Text above a drawing, at its left end."""
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "bottom"}
    return theme.label(words, x=across[0], y=up[1], hovertext=theme.wrapped(hover), **place)


def below(words: str, drop: int = 22, n_lines: int = 2, room: float = theme.FOOT) -> int:
    """Pixels below the drawings that a foot takes, none where it says nothing; see `foot`."""
    at_most = theme.lines_in(room / theme.FOOT, n_lines)
    n = len(lettering.wrap(words, room, at_most)) if words else 0
    return drop + theme.LINE * n + 6 if n else 0


def foot(
    words: str, left: int, drop: int = 22, n_lines: int = 2, room: float = theme.FOOT
) -> list[dict[str, Any]]:
    """Lines of ``room`` ens, ``drop`` pixels below the drawings, at the left end of the card."""
    if not words:
        return []
    place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    lines = theme.wrapped(words, room, theme.lines_in(room / theme.FOOT, n_lines))
    return [theme.label(lines, x=0, y=0, xshift=12 - left, yshift=-drop, **place)]


def group_names(groups: Sequence[Group]) -> list[dict[str, Any]]:
    """Names of parameters left of the labels of their options, which have a row each."""
    starts = [0, *itertools.accumulate(map(len, groups))]
    place = {"x": 0, "xref": "paper", "xanchor": "right", "yref": "y", "xshift": -86}
    return [
        theme.label(
            f"<b>{theme.safe(group.name, 13)}</b>",
            y=start + (len(group) - 1) / 2,
            hovertext=theme.wrapped(group.name),
            **place,
        )
        for start, group in zip(starts, groups, strict=False)
    ]
