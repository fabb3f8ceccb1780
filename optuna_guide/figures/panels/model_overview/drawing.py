"""The drawing of a model overview: points, arrows and the line, and a button per projection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.drawing.look import Look
    from optuna_guide.figures.panels.model_overview.gathering import Numbers
    from optuna_guide.figures.panels.model_overview.projections import ProjectionAxis, View

TITLE = "Model overview"
HOW = (
    "Points: trials, stronger = better, larger = costlier; line: trials that no other beats; "
    "in a map near = alike, the axes have no unit."
)
COLOURS = {"stronger = better": theme.BLUE, "line": theme.PURPLE}

BUTTONS = {
    "attribute": "target by cost",
    "configuration": "map of configurations",
    "prediction": "map of predictions",
}
MAX_DIFFERENCES = 5  # that are said on hover
BLANK = {"showticklabels": False, "type": "linear", "showgrid": False}
EXPONENTS = {"exponentformat": "SI"}
MARGINS = {"l": 56, "r": 66, "b": 46, "t": 42}


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the first projection; buttons switch to the others."""
    view = numbers.views[numbers.first]
    traces = _traces(numbers, view)
    foot = multiples.foot(numbers.said, MARGINS["l"], 42, n_lines=3)
    below = max(MARGINS["b"], multiples.below(numbers.said, 42, 3))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=foot,
        margin={**MARGINS, "b": below},
        coloraxis=colour_axis(numbers.reach),
        updatemenus=_buttons(numbers, len(traces)),
        xaxis=_x_axis(view.x_axis),
        yaxis=_y_axis(view.y_axis),
    )


def _x_axis(axis: ProjectionAxis) -> dict[str, Any]:
    look = BLANK if axis.ends else {"type": "log" if axis.is_log else "linear", **EXPONENTS}
    return _axis(axis, **look)


def _y_axis(axis: ProjectionAxis) -> dict[str, Any]:
    look = {"scaleanchor": "x", **BLANK} if axis.ends else {"tickformat": ".3~g"}
    return _axis(axis, **look)


def _axis(axis: ProjectionAxis, **look: Any) -> dict[str, Any]:
    words = theme.safe(axis.title) if axis.title else ""
    shown = {"showticklabels": True, "showgrid": True, "gridcolor": theme.GRID, "nticks": 6}
    part = {"range": list(axis.ends)} if axis.ends else {"autorange": True}
    title = {"text": words, "font": {"size": 11}, "standoff": 4}
    return {**theme.AXIS, **shown, "tickfont": {"size": 10}, "title": title, **part, **look}


def _traces(numbers: Numbers, view: View) -> list[dict[str, Any]]:
    arrows, points, front = _coordinates(view, numbers.links)
    arrow = {"symbol": "arrow", "size": 7, "angleref": "previous", "color": theme.INK}
    line = {"color": theme.INK, "width": 0.8}
    steps = {"color": theme.PURPLE, "width": 1.5, "shape": "hv"}
    look = {
        "size": [round(float(s), 1) for s in numbers.sizes],
        "sizemode": "diameter",
        "color": theme.rounded(numbers.tint),
        "coloraxis": "coloraxis",
        "line": {"width": 0.5, "color": theme.GRID},
    }
    return [
        theme.scatter(*arrows, "lines+markers", line=line, marker=arrow, opacity=0.6),
        theme.scatter(*points, "markers", marker=look, hovertext=_hovers(numbers)),
        theme.scatter(*front, "lines", line=steps),
    ]


def _coordinates(view: View, links: IntArray) -> list[tuple[FloatArray, FloatArray]]:
    """Of the arrows, the points and the line, in the order of the traces."""
    gap = np.full(len(links), np.nan)
    arrows = [
        np.column_stack([side[links[:, 0]], side[links[:, 1]], gap]).ravel()
        for side in (view.x, view.y)
    ]
    front = view.x[view.front], view.y[view.front]
    return [(arrows[0], arrows[1]), (view.x, view.y), front]


def _hovers(numbers: Numbers) -> list[str]:
    target = theme.safe(numbers.about.target, 24)
    said = []
    for point in numbers.points:
        lines = [f"trial {point.number}: {target} {point.value:.5g}"]
        if point.changed is not None:
            lines.append(f"against trial {numbers.record}, the record:")
            lines += [
                f"{theme.safe(name, 20)} {theme.safe(then, 20)} → {theme.safe(now, 20)}"
                for name, then, now in point.changed[:MAX_DIFFERENCES]
            ]
            hidden = len(point.changed) - MAX_DIFFERENCES
            lines += [f"and {hidden} more"] if hidden > 0 else []
        said.append("<br>".join(lines))
    return said


def _buttons(numbers: Numbers, n_traces: int) -> list[dict[str, Any]]:
    """One for each projection; a press moves the points and changes the axes."""
    if len(numbers.views) < 2:
        return []
    buttons = []
    for view in numbers.views:
        xy = _coordinates(view, numbers.links)
        data = {
            "x": [theme.rounded(x) for x, _ in xy],
            "y": [theme.rounded(y, 6) for _, y in xy],
        }
        layout = {"xaxis": _x_axis(view.x_axis), "yaxis": _y_axis(view.y_axis)}
        args = [data, layout, list(range(n_traces))]
        buttons.append({"label": BUTTONS[view.name], "method": "update", "args": args})
    return [
        {
            "type": "buttons",
            "direction": "right",
            "buttons": buttons,
            "active": numbers.first,
            "showactive": False,  # plotly would paint it white, also on black
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "pad": {"l": -44, "b": 6, "t": 0},
            "font": {"size": 11, "color": theme.INK},
            "bgcolor": "rgba(127,127,127,.12)",
            "bordercolor": theme.GRID,
            "borderwidth": 1,
        }
    ]
