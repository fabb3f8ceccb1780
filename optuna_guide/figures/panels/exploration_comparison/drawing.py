"""The drawing of searches side by side: records on top, the parameters below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis
from optuna_guide.words.samplers import FAMILIES

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import Look
    from optuna_guide.figures.panels.exploration_comparison.gathering import (
        Numbers,
        ParamPoints,
        SearchColumn,
    )

TITLE = "Exploration side by side"
HOW = (
    "Columns: searches, their trials from left to right, stronger = better; on top the observed "
    "record; axes and colours are common."
)
COLOURS = {"stronger = better": theme.BLUE}

GAP = 0.02
LEFT, RIGHT = 60, 64  # pixels beside the columns
NAME_LINES = 3  # of the name of a search above its column
PIXELS_OF_AN_EN = 5.8  # of one of 11 px, and what parts two names
PEAK = 0.2  # of the height
GAP_Y = 0.075


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the columns over common axes."""
    columns, params = numbers.columns, numbers.params
    layout, traces, notes = _axes(numbers), [], []
    room = (look.width - LEFT - RIGHT) / len(columns) / PIXELS_OF_AN_EN
    known = [_title(column) for column in columns]
    is_bold = max(map(lettering.measure, known)) <= room / lettering.BOLD
    titles = theme.short_lines(known, room / lettering.BOLD if is_bold else room, NAME_LINES)
    weight = "<b>{}</b>" if is_bold else "{}"
    top = 10 + theme.LINE * max(title.count("<br>") + 1 for title in titles.values())
    for i, column in enumerate(columns):
        across = multiples.part(i, len(columns), GAP)
        notes.append(_name(column, weight.format(titles[_title(column)]), across))
        place = {"xaxis": f"x{multiples.suffix(i)}"}
        traces.append({**_record(column), **place, "yaxis": "y"})
        for k, points in enumerate(column.points):
            traces.append({**_points(points), **place, "yaxis": f"y{k + 2}"})
    names = theme.short([name for name, _ in params], 0.6 * look.room)
    for k, (name, _) in enumerate(params):
        up = multiples.part_below(k, len(params), GAP_Y, PEAK)
        notes.append(multiples.heading(f"<b>{names[name]}</b>", (0, 1), up))
    notes += multiples.foot(numbers.said, LEFT, 24, room=look.foot)
    below = multiples.below(numbers.said, 24, room=look.foot)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": LEFT, "r": RIGHT, "b": max(44, below), "t": top},
        coloraxis=colour_axis(numbers.reach),
        **layout,
    )


def _record(column: SearchColumn) -> dict[str, Any]:
    x, y = column.record
    line = {"shape": "hv", "color": theme.BLUE, "width": 2}
    return theme.scatter(x, y, "lines", line=line, hovertext=[f"until here: {v:.4g}" for v in y])


def _points(points: ParamPoints | None) -> dict[str, Any]:
    if points is None:
        return theme.scatter([], [], "markers")
    said = [
        f"{theme.safe(label, 24)}<br>trial {number}: {value:.4g}{', pruned' * is_pruned}"
        for label, number, value, is_pruned in zip(
            points.labels, points.numbers, points.values, points.pruned.tolist(), strict=True
        )
    ]
    look = {
        "size": 5,
        "symbol": ["circle-open" if is_pruned else "circle" for is_pruned in points.pruned],
        "color": theme.rounded(points.values),
        "coloraxis": "coloraxis",
    }
    return theme.scatter(points.x, np.round(points.y, 4), "markers", marker=look, hovertext=said)


def _axes(numbers: Numbers) -> dict[str, Any]:
    columns, params = numbers.columns, numbers.params
    longest = max(column.n_trials for column in columns)
    layout: dict[str, Any] = {}
    for i in range(len(columns)):
        layout[f"xaxis{multiples.suffix(i)}"] = {
            **theme.AXIS,
            "domain": multiples.part(i, len(columns), GAP),
            "range": [0.2, longest + 0.8],
            "nticks": max(6 // len(columns), 3),
            "tickformat": "d",
            "tickfont": {"size": 10},
            "showgrid": True,
            "gridcolor": theme.GRID,
            "anchor": f"y{multiples.suffix(len(params))}",
        }
    low, high = (0.0, 1.0) if numbers.is_rank else sorted(numbers.reach)
    margin = 0.06 * (high - low)
    layout["yaxis"] = {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low - margin, high + margin],
        "tickvals": theme.rounded([low, high]),
        "ticktext": [f"{end:.3g}" for end in (low, high)],
        "tickfont": {"size": 10},
    }
    for k, (_, ticks) in enumerate(params):
        up = multiples.part_below(k, len(params), GAP_Y, PEAK)
        layout[f"yaxis{k + 2}"] = multiples.value_axis(ticks, up, "x", range=[-0.04, 1.04])
    return layout


def _title(column: SearchColumn) -> str:
    return column.name.removesuffix("Sampler") or column.name


def _name(column: SearchColumn, title: str, across: tuple[float, float]) -> dict[str, Any]:
    family = FAMILIES.get(column.name, "")
    said = f"{column.name}, {column.n_trials} trials{'; ' * bool(family)}{family}"
    return multiples.heading(title, across, (0, 1), said)
