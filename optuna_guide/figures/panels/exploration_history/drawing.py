"""The drawing of a history: the record on top, the parameters below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import Look
    from optuna_guide.figures.panels.exploration_history.gathering import (
        Numbers,
        Peak,
        Points,
        Row,
    )

TITLE = "Exploration history"
HOW = (
    "Points: trials at their own values, stronger = better; small dots: evaluations; band: "
    "narrowed to; on top the observed record."
)
COLOURS = {"stronger = better": theme.BLUE, "band": theme.ORANGE}

PEAK = 0.15  # of the height
GAP = 0.075
FAINT = 0.35  # lines of poor trials


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the record, and the parameters below."""
    rows, peak = numbers.rows, numbers.peak
    traces, notes = [_peak(numbers)], [_peak_name(numbers)]
    layout: dict[str, Any] = {"yaxis": _peak_axis(peak)}
    names = theme.short([row.name for row in rows], 40)
    for i, row in enumerate(rows):
        up = multiples.part_below(i, len(rows), GAP, PEAK)
        layout[f"yaxis{i + 2}"] = multiples.value_axis(row.ticks, up, "x", range=[-0.04, 1.04])
        traces += [{**t, "yaxis": f"y{i + 2}"} for t in _row(row)]
        notes.append(multiples.heading(f"<b>{names[row.name]}</b>", (0, 1), up))
    drop = 36
    for words in filter(None, numbers.said):
        notes += multiples.foot(words, 84, drop)
        drop += theme.LINE * (1 + notes[-1]["text"].count("<br>"))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 84, "r": 74, "b": drop + 8, "t": 24},
        shapes=[_shade(start, end) for start, end in numbers.shaded],
        coloraxis=colour_axis(numbers.reach),
        bargap=0,
        xaxis=_x_axis(numbers),
        **layout,
    )


def _x_axis(numbers: Numbers) -> dict[str, Any]:
    (first, last), n_rows = numbers.ends, len(numbers.rows)
    whole = {"dtick": 1} if numbers.order not in ("trial", "step") and last - first <= 12 else {}
    return {
        **theme.AXIS,
        "range": [first - 0.9, last + 0.9],
        "title": {"text": numbers.order, "font": {"size": 11}, "standoff": 2},
        "anchor": f"y{n_rows + 1}" if n_rows else "y",
        "tickformat": "d",
        "nticks": 8,
        **whole,
    }


def _peak(numbers: Numbers) -> dict[str, Any]:
    """Bars up to the record so far, in its colour."""
    peak = numbers.peak
    low, high = sorted((peak.foot, peak.top))
    strongest = np.full(len(peak.record), numbers.reach[1])
    return {
        "type": "bar",
        "x": theme.rounded((peak.edges[1:] + peak.edges[:-1]) / 2, 6),
        "width": theme.rounded(np.diff(peak.edges), 6),
        "y": theme.rounded(np.clip(peak.record, low, high) - peak.foot, 6),
        "base": peak.foot,
        "marker": {
            "color": theme.rounded(strongest if peak.is_rank else peak.record, 6),
            "coloraxis": "coloraxis",
            "line": {"width": 0},
            "opacity": 0.5,
        },
        "text": [f"{v:.4g}" for v in peak.record],
        "textposition": "none",
        "hovertemplate": "until here: %{text}<extra></extra>",
    }


def _peak_axis(peak: Peak) -> dict[str, Any]:
    low, high = peak.foot, peak.top
    margin = 0.06 * (high - low)
    return {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low, high + margin],
        "tickvals": theme.rounded([low, high]),
        "ticktext": [f"{end:.3g}" for end in (low, high)],
        "tickfont": {"size": 10},
    }


def _peak_name(numbers: Numbers) -> dict[str, Any]:
    words = f"<b>{theme.safe(numbers.about.target, 30)}</b>, observed record"
    if numbers.peak.is_rank:
        words = "share of the final front that is found"
    return multiples.heading(words, (0, 1), (1 - PEAK, 1))


def _shade(start: float, end: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start,
        "x1": end,
        "y0": 0,
        "y1": 1 - PEAK,
        "fillcolor": "rgba(127,127,127,.09)",
        "line": {"width": 0},
        "layer": "below",
    }


def _row(row: Row) -> list[dict[str, Any]]:
    """The trials of a row, on what lies behind them."""
    return [
        *_corridor(row),
        *_evaluations(row),
        *_links(row),
        *(_points(points) for points in row.points),
    ]


def _corridor(row: Row) -> list[dict[str, Any]]:
    x: list[float] = []
    y: list[float] = []
    for left, right, low, high in row.corridor:
        x += [left, left, right, right, left, np.nan]
        y += [low, high, high, low, low, np.nan]
    return [theme.area(x, y, theme.ORANGE_FAINT)] if x else []


def _evaluations(row: Row) -> list[dict[str, Any]]:
    """Small points on dashed lines that end in the trial's own point."""
    line = {"color": theme.INK, "width": 0.7, "dash": "dot"}
    dots = {"size": 2.5, "color": theme.INK}
    look: dict[str, Any] = {"line": line, "marker": dots}
    return [
        theme.scatter(np.round(x, 2), y, "lines+markers", opacity=opacity, **look)
        for (x, y), opacity in zip(row.evaluations, (FAINT, 1.0), strict=True)
        if len(x)
    ]


def _links(row: Row) -> list[dict[str, Any]]:
    """Curves from parents to their children."""
    x, y = row.links
    line = {"color": theme.PURPLE, "width": 0.8, "shape": "spline"}
    return [theme.scatter(np.round(x, 2), y, "lines", line=line, opacity=0.6)] if len(x) else []


def _points(points: Points) -> dict[str, Any]:
    look = {
        "symbol": points.symbol,
        "size": 9 if points.symbol.startswith("star") else 6,
        "color": theme.rounded(points.values, 4),
        "coloraxis": "coloraxis",
    }
    return theme.scatter(
        points.x,
        np.round(points.y, 4),
        "markers",
        marker=look,
        text=[theme.safe(label, 24) for label in points.labels],
        customdata=list(points.said),
        hovertemplate="%{text}<br>trial %{customdata}<extra></extra>",
    )
