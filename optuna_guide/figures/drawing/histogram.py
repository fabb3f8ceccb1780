"""A histogram stacked by groups, and a cost beside it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from optuna_guide.figures.drawing import lettering, theme
from optuna_guide.figures.drawing.colours import GROUPS
from optuna_guide.figures.drawing.look import CARD, Look
from optuna_guide.words.names import short_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.analysis.histogram import Histogram
    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray

LOG_RATIO = 100.0  # of the largest to the smallest value, from which an axis is logarithmic
TITLE_LOOK = {"font": {"size": 11}, "standoff": 4}
WHOLE = (0.0, 1.0)
LEFT, RIGHT = (0.0, 0.44), (0.56, 1.0)  # parts of the width
UPPER, LOWER = (0.62, 1.0), (0.0, 0.38)  # parts of the height, where the width is too little


def stacked(found: Histogram) -> list[dict[str, Any]]:
    """A trace of bars for each group."""
    edges = found.edges
    ends = [f"{a:.4g} … {b:.4g}" for a, b in itertools.pairwise(edges)]
    middles = theme.rounded((edges[1:] + edges[:-1]) / 2, 6)
    width = (float(edges[-1]) - float(edges[0])) / (len(edges) - 1)
    return [
        {
            "type": "bar",
            "x": middles,
            "y": counts.tolist(),
            "width": float(f"{width:.6g}"),
            "marker": {"color": colour, "line": {"width": 0}},
            "hovertext": [
                f"{theme.safe(label, 30)}<br>{theme.safe(e)}<br>{n} trial{'s' * (n != 1)}"
                for e, n in zip(ends, counts.tolist(), strict=True)
            ],
            "hoverinfo": "text",
        }
        for label, counts, colour in zip(found.labels, found.counts, GROUPS, strict=False)
    ]


def legend(
    name: str, groups: Sequence[str], room: float = theme.FOOT
) -> tuple[list[dict[str, Any]], int]:
    """The groups' names in their colours, above the headings, and the pixels that they take."""
    if not name:
        return [], 0
    first = lettering.truncate(f"{name}:", 20)
    short = short_names(groups, max(20, 0.6 * room / len(groups)), lettering.measure)
    lines, used = [theme.safe(first)], lettering.measure(first)
    for k, label in enumerate(short[group] for group in groups):
        width = lettering.measure(f"{label} · ") * lettering.BOLD
        word = f'<span style="color:{GROUPS[k]}"><b>{theme.safe(label)}</b></span>'
        if used + width > room:
            lines, used = [*lines, word], width
        else:
            lines[-1], used = f"{lines[-1]} {'· ' * (k > 0)}{word}", used + width
    place = {"x": 0, "y": 1, "xref": "paper", "yref": "paper", "xanchor": "left"}
    hover = theme.wrapped(name)
    said = "<br>".join(lines)
    notes = [theme.label(said, xshift=-34, yshift=28, yanchor="bottom", hovertext=hover, **place)]
    return notes, theme.LINE * len(lines)


def axes(
    target: str, found: Histogram, group: str, *, is_alone: bool, width: int = CARD
) -> dict[str, Any]:
    """Axes of the histogram; ``group`` says what a group is, in one word."""
    unit = "" if found.normalise == "none" else f", {found.normalise} in each {group}"
    across, up = (WHOLE, WHOLE) if is_alone else (LEFT, WHOLE) if width >= CARD else (WHOLE, UPPER)
    return {
        "xaxis": _axis(across, "y", f"{lettering.truncate(target, 24)}{unit}"),
        "yaxis": {**_axis(up, "x", ""), "nticks": 5},
    }


def cost_axes(pair: TradeOff, x: FloatArray, width: int = CARD) -> dict[str, Any]:
    """Axes of the drawing beside or below it, for costs ``x``, in a figure of ``width`` pixels."""
    better = "lower" if pair.x_sign > 0 else "higher"
    look = {"type": scale(x), "tickformat": "", "exponentformat": "SI"}
    way = f", {better} is better"
    across, up = (RIGHT, WHOLE) if width >= CARD else (WHOLE, LOWER)
    room = Look(width=width).foot * (across[1] - across[0]) / 0.88
    title = lettering.truncate(pair.x_label, room - lettering.measure(way)) + way
    return {
        "xaxis2": {**_axis(across, "y2", title), **look},
        "yaxis2": _axis(up, "x2", ""),
    }


def limit_line(limit: float | None, y: FloatArray) -> list[dict[str, Any]]:
    """What the cost must not exceed, along all targets ``y``."""
    if limit is None:
        return []
    dashed = {"color": theme.RED, "width": 1.5, "dash": "dash"}
    return [theme.scatter([limit, limit], [float(y.min()), float(y.max())], "lines", line=dashed)]


def scale(x: FloatArray) -> str:
    """``"log"`` for positive values over several decades."""
    return "log" if x.min() > 0 and x.max() / x.min() >= LOG_RATIO else "linear"


def _axis(domain: tuple[float, float], anchor: str, title: str) -> dict[str, Any]:
    """An axis of a drawing that takes a part of the figure."""
    upright = anchor.startswith("x")
    return {
        **theme.AXIS,
        "domain": domain,
        "anchor": anchor,
        "nticks": 5,
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
        "showgrid": upright,
        "gridcolor": theme.GRID,
        "title": {"text": theme.safe(title) if title else "", **TITLE_LOOK},
    }
