"""What a model of one study is worth in another: a matrix of studies by models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.panels.importance_across import NAME_COLUMNS, ONE_STUDY, study_ticks

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "Transfer between studies"
HOW = (
    "Row: whose trials are predicted; column: by a model of which study; number: rank correlation "
    "(1 = the same order, 0 = chance); diagonal: by its own other trials."
)
COLOURS: dict[str, str] = {}

SCALE = ((0.0, theme.ORANGE), (0.5, "rgba(127,127,127,.12)"), (1.0, theme.BLUE))


@dataclass(frozen=True, eq=False)
class Numbers:
    """Studies by models.

    Attributes:
        about: The target of the first study.
        studies: Names, of length ``n``.
        rank: ``(n, n)`` rank correlation on the trials of the row's study, by a model of the
            column's; NaN = not tested.
        error: ``(n, n)`` mean squared error, standardised within each study.
    """

    about: About
    studies: tuple[str, ...]
    rank: FloatArray
    error: FloatArray


def gather(sources: Sources) -> Numbers | Nothing:
    """Every model tested on every study."""
    found = sources.comparison
    if found is None:
        return Nothing(ONE_STUDY, sources.about)
    if not found.transfers:
        return Nothing("No two studies share a parameter and have five trials.", sources.about)
    shape = (len(found.names), len(found.names))
    rank, error = np.full(shape, np.nan), np.full(shape, np.nan)
    place = {name: k for k, name in enumerate(found.names)}
    for (target, model), transfer in found.transfers.items():
        at = place[target], place[model]
        rank[at], error[at] = transfer.rank, transfer.error
    return Numbers(sources.about, found.names, rank, error)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the matrix."""
    axis, left = theme.rows(numbers.studies, NAME_COLUMNS)
    n = len(numbers.studies)
    said = "Not symmetric: a model of few trials predicts badly, and may be predicted well."
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [_heatmap(numbers)],
        annotations=multiples.foot(said, left, 30),
        margin={"l": left, "r": 20, "b": 76, "t": 14},
        xaxis={**theme.AXIS, **study_ticks(numbers.studies)},
        yaxis={**axis, "range": [n - 0.5, -0.5]},
    )


def _heatmap(numbers: Numbers) -> dict[str, Any]:
    names = numbers.studies
    return {
        "type": "heatmap",
        "z": [theme.rounded(row, 3) for row in numbers.rank],
        "text": [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in numbers.rank],
        "texttemplate": "%{text}",
        "hovertext": [
            [
                f"trials of {theme.wrapped(names[i])}<br>by a model of {theme.wrapped(names[j])}"
                f"<br>rank correlation {numbers.rank[i, j]:.2f}"
                f"<br>mean squared error {numbers.error[i, j]:.2f} (1 = the mean alone)"
                for j in range(len(names))
            ]
            for i in range(len(names))
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": [list(stop) for stop in SCALE],
        "zmin": -1,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
