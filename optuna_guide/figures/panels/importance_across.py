"""Importance in several studies: a heat map of parameters by studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.wording import percent
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import SCALE
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words.comparison import sentences

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "Importance across studies"
HOW = (
    "Number: rank of a parameter within a study, 1 = the most important; stronger = more of what "
    "is explained; blank: it has no such parameter, or cannot be trusted."
)
COLOURS: dict[str, str] = {}

ONE_STUDY = "There is one study only: choose others to compare it with."
MAX_PARAMS = 24
NAME_COLUMNS = 24


@dataclass(frozen=True, eq=False)
class Numbers:
    """Parameters by studies.

    Attributes:
        about: The target of the first study.
        studies: Names, of length ``n_studies``.
        params: Names, of length ``n_params``.
        importance: ``(n_params, n_studies)`` part of what is explained; NaN = blank.
        rank: The same shape, 1 = first.
        said: What holds everywhere.
        n_hidden: Parameters for which there is no room.
    """

    about: About
    studies: tuple[str, ...]
    params: tuple[str, ...]
    importance: FloatArray
    rank: FloatArray
    said: tuple[str, ...]
    n_hidden: int


def gather(sources: Sources) -> Numbers | Nothing:
    """The most important parameters of all studies."""
    found = sources.comparison
    if found is None:
        return Nothing(ONE_STUDY, sources.about)
    if not found.params:
        return Nothing("None of the studies can be trusted yet.", sources.about)
    return Numbers(
        sources.about,
        found.names,
        found.params[:MAX_PARAMS],
        found.importance[:MAX_PARAMS],
        found.rank[:MAX_PARAMS],
        sentences(found),
        max(len(found.params) - MAX_PARAMS, 0),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the heat map."""
    axis, left = theme.rows(numbers.params, NAME_COLUMNS)
    hidden = f"; {numbers.n_hidden} more parameters" if numbers.n_hidden else ""
    said = " ".join(numbers.said[:2]) + hidden
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [_heatmap(numbers)],
        annotations=multiples.foot(said, left, 30),
        margin={"l": left, "r": 20, "b": 76, "t": 14},
        xaxis={**theme.AXIS, **study_ticks(numbers.studies)},
        yaxis={**axis, "range": [len(numbers.params) - 0.5, -0.5]},
    )


def study_ticks(names: tuple[str, ...]) -> dict[str, Any]:
    """Ticks of an axis along studies."""
    return {
        "tickvals": list(range(len(names))),
        "ticktext": list(theme.short(names, max(6, 96 // len(names))).values()),
        "tickangle": 0,
        "range": [-0.5, len(names) - 0.5],
    }


def _heatmap(numbers: Numbers) -> dict[str, Any]:
    blank = np.isnan(numbers.rank)
    return {
        "type": "heatmap",
        "z": [theme.rounded(row, 3) for row in numbers.importance],
        "text": np.where(blank, "", np.nan_to_num(numbers.rank).astype(int).astype(str)).tolist(),
        "texttemplate": "%{text}",
        "hovertext": [
            [
                f"{theme.wrapped(param)}<br>{theme.wrapped(study)}<br>"
                f"{percent(share)} of what is explained"
                for study, share in zip(numbers.studies, row, strict=True)
            ]
            for param, row in zip(numbers.params, numbers.importance, strict=True)
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        "colorscale": [list(stop) for stop in SCALE],
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
    }
