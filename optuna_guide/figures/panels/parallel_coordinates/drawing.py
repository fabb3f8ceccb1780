"""The drawing of parallel coordinates: lines behind, axes with their names and labels in front."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.look import CARD
from optuna_guide.figures.panels.parallel_coordinates.gathering import (
    INACTIVE,
    LEFT,
    RIGHT,
    axis_room,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import Look
    from optuna_guide.figures.panels.parallel_coordinates.gathering import Axis, Bundle, Numbers

TITLE = "Parallel coordinates"
HOW = (
    "Lines: trials of the top 1 %, 10 %, 25 %, 50 %, and others; promising range; "
    "what matters most is next to the target, better up."
)

HALF_BAND = 0.07  # width of a promising range, in distances of two axes
BAR, SCORE, NAME, SECOND_NAME = 1.09, 1.115, 1.18, 1.25  # heights above the axes
BOTTOM, TOP = -0.24, 1.32
EDGE = 0.07  # labels that are as near to an end are written outside
SMALL = {"size": 10, "color": theme.INK}
PLATE = {"bgcolor": "rgba(48,48,48,.7)", "font": {"size": 9, "color": "#f2f2f2"}}


class _Stroke(NamedTuple):
    """How the trials of a class are drawn."""

    colour: str
    opacity: float
    width: float


STROKES = {
    "others": _Stroke("#8c8c8c", 0.3, 0.8),
    "50 %": _Stroke("#74a9d6", 0.45, 0.9),
    "25 %": _Stroke("#3a87c8", 0.65, 1.1),
    "10 %": _Stroke("#7a63c9", 0.85, 1.4),
    "1 %": _Stroke("#c8369a", 1.0, 2.4),
}
COLOURS = {
    **{name: STROKES[name].colour for name in reversed(STROKES)},
    "promising range": theme.ORANGE,
}


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the trials over the axes."""
    shown, foot = numbers.axes, numbers.said
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [
            _bands(shown),
            *(_lines(shown, bundle) for bundle in numbers.bundles),
            frames(shown),
            *theme.by_trust(numbers.about, [_bars(shown)]),
            _points(numbers),
        ],
        colours=COLOURS,
        annotations=[*labels(shown), *names(shown), *multiples.foot(foot, LEFT, 4)],
        margin={"l": LEFT, "r": RIGHT, "b": max(4, multiples.below(foot, 4)), "t": 8},
        xaxis={**theme.AXIS, "range": [-0.3, len(shown) - 0.7], "showticklabels": False},
        yaxis={**theme.AXIS, "range": [BOTTOM, TOP], "showticklabels": False},
    )


def _lines(shown: Sequence[Axis], bundle: Bundle) -> dict[str, Any]:
    """The lines of a class, separated by gaps."""
    stroke, members = STROKES[bundle.name], bundle.rows
    crowd = 1 / (1 + len(members) / 250)
    gap = np.full(len(members), np.nan)
    heights = np.column_stack([*(axis.heights[members] for axis in shown), gap])
    return theme.scatter(
        np.tile(np.arange(len(shown) + 1), len(members)),
        np.round(heights, 3),
        "lines",
        line={"color": stroke.colour, "width": stroke.width},
        opacity=round(stroke.opacity * max(crowd, 0.4), 2),
        name=bundle.name,
    )


def _points(numbers: Numbers) -> dict[str, Any]:
    """Where the top trials cross the axes: unseen points that answer to the mouse."""
    target, crossings = theme.safe(numbers.about.target, 30), numbers.crossings
    said = []
    for c in crossings:
        words = f"trial {c.number}: {target} {c.value:.5g}{', infeasible' * (not c.is_feasible)}"
        if c.label is not None:
            name = theme.safe(numbers.axes[c.axis].name, 30)
            words += f"<br>{name}: {theme.safe(c.label, 40)}"
        said.append(words)
    return theme.scatter(
        [c.axis for c in crossings],
        np.round([c.height for c in crossings], 3),
        "markers",
        marker={"size": 7, "opacity": 0, "color": theme.INK},
        hovertext=said,
    )


def _bands(shown: Sequence[Axis]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for i, axis in enumerate(shown):
        for low, high in axis.bands:
            left, right = i - HALF_BAND, i + HALF_BAND
            x += [left, left, right, right, left, np.nan]
            y += [low, high, high, low, low, np.nan]
    return theme.area(x, y, theme.ORANGE_FAINT, edge=theme.ORANGE)


def frames(shown: Sequence[Axis]) -> dict[str, Any]:
    """The axes, and below them a short one where a parameter may be inactive."""
    x: list[float] = []
    y: list[float] = []
    for i, axis in enumerate(shown):
        x += [i, i, np.nan]
        y += [0, 1, np.nan]
        if axis.may_be_inactive:
            x += [i, i, np.nan]
            y += [INACTIVE - 0.03, INACTIVE + 0.03, np.nan]
    return theme.scatter(x, y, "lines", line={"color": theme.INK, "width": 1.5})


def labels(shown: Sequence[Axis]) -> list[dict[str, Any]]:
    """Values at the axes: the ends outside of the lines, the others on small plates over them.

    Of neighbours that may be inactive the first says so.
    """
    marks = [(i, u, words) for i, axis in enumerate(shown) for u, words in axis.labels]
    stations = [axis.may_be_inactive for axis in shown]
    first = [
        here and not before for here, before in zip(stations, [False, *stations], strict=False)
    ]
    marks += [(i, INACTIVE, "inactive") for i, is_first in enumerate(first) if is_first]
    notes = []
    for i, height, words in marks:
        place: dict[str, Any] = {"x": i, "y": height, "xanchor": "left", "xshift": 5, **PLATE}
        if height > 1 - EDGE or 0 <= height < EDGE:
            at_top = height > 0.5
            place = {"x": i, "y": round(height), "yanchor": "bottom" if at_top else "top"}
        place = {"xref": "x", "yref": "y", "borderpad": 1, "font": SMALL, **place}
        notes.append(theme.label(words, **place))
    return notes


def _bars(shown: Sequence[Axis]) -> dict[str, Any]:
    """Importance as the width of a bar above each axis, the widest one nearly a distance."""
    scores = [axis.importance or 0.0 for axis in shown]
    widest = max(*scores, 1e-12)
    x: list[float] = []
    y: list[float] = []
    for i, score in enumerate(scores):
        half = 0.42 * score / widest
        x += [i - half, i + half, i + half, i - half, i - half, np.nan]
        y += [BAR, BAR, SCORE, SCORE, BAR, np.nan]
    return theme.area(x, y, theme.FILL)


def names(shown: Sequence[Axis], width: int = CARD) -> list[dict[str, Any]]:
    """Names above the axes, in two rows where one has no room, with a note below.

    Args:
        shown: The axes.
        width: Pixels of the figure.
    """
    room = axis_room(len(shown), width)
    longest = max(lettering.measure(wording.one_line(axis.name)) for axis in shown)
    n_rows = 2 if longest > (room - 1) / lettering.BOLD else 1
    bold = 1 if any(axis.note for axis in shown) else lettering.BOLD
    short = theme.short([axis.name for axis in shown], max((n_rows * room - 1) / bold, 6))
    notes = []
    for i, axis in enumerate(shown):
        height = SECOND_NAME if n_rows == 2 and (len(shown) - 1 - i) % 2 else NAME
        name = short[axis.name]
        place = {"x": i, "xref": "x", "yref": "y", "yanchor": "bottom"}
        words = name if axis.note else f"<b>{name}</b>"
        notes.append(theme.label(words, y=height, hovertext=theme.wrapped(axis.name), **place))
        if axis.note:
            notes.append({**theme.label(axis.note, y=SCORE, **place), "font": {"size": 10}})
    return notes
