"""A heat map with a column for each study, and words in every cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from optuna_guide.figures.drawing import lettering, multiples, theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look

ONE_STUDY = "There is one study only: choose others to compare it with."
NAMES = 0.35  # of the width for names at most
NAME_LINES = 3  # of the name of a study below its column
RIGHT = 20  # pixels beside the cells
PIXELS_OF_AN_EN = 6.6  # of one of 12 px, and what parts two names


@dataclass(frozen=True, eq=False)
class StudyCells:
    """What stands in rows by studies.

    Attributes:
        rows: Their names, the first one on top.
        studies: Names, from left to right.
        values: ``(n_rows, n_studies)`` numbers behind the colours; NaN = blank.
        words: What is written into each cell.
        told: What is told of each cell under the mouse; names in it are safe.
        ends: Values at the ends of the scale.
        scale: Shares of the way from one end to the other, and their colours.
    """

    rows: tuple[str, ...]
    studies: tuple[str, ...]
    values: FloatArray
    words: Sequence[Sequence[str]]
    told: Sequence[Sequence[str]]
    ends: tuple[float, float]
    scale: Sequence[tuple[float, str]]


def draw(
    about: About, look: Look, words: tuple[str, str], cells: StudyCells, said: str
) -> go.Figure:
    """Draw the heat map.

    Args:
        about: The target of the first study.
        look: How it is to look.
        words: The title, and how to read it.
        cells: What stands where.
        said: A sentence below it.
    """
    axis, left = theme.rows(cells.rows, NAMES * look.room)
    room = (look.width - left - RIGHT) / PIXELS_OF_AN_EN / len(cells.studies)
    size = 12 if max(map(lettering.measure, cells.studies)) <= room else 10
    names = list(theme.short_lines(cells.studies, room * 12 / size, NAME_LINES).values())
    drop = 14 + theme.LINE * max(name.count("<br>") + 1 for name in names)
    return theme.draw(
        replace(about, n_studies=len(cells.studies)),
        look,
        *words,
        [_trace(cells)],
        annotations=multiples.foot(said, left, drop, room=look.foot),
        margin={
            "l": left,
            "r": RIGHT,
            "b": max(76, multiples.below(said, drop, room=look.foot)),
            "t": 14,
        },
        xaxis={
            **theme.AXIS,
            **_ticks(names),
            "tickfont": {"size": size},
        },
        yaxis={**axis, "range": [len(cells.rows) - 0.5, -0.5]},
    )


def _ticks(names: list[str]) -> dict[str, Any]:
    return {
        "tickvals": list(range(len(names))),
        "ticktext": names,
        "tickangle": 0,
        "range": [-0.5, len(names) - 0.5],
    }


def _trace(cells: StudyCells) -> dict[str, Any]:
    low, high = cells.ends
    return {
        "type": "heatmap",
        "z": [theme.rounded(row, 3) for row in cells.values],
        "text": cells.words,
        "texttemplate": "%{text}",
        "hovertext": cells.told,
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": [list(stop) for stop in cells.scale],
        "zmin": low,
        "zmax": high,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
