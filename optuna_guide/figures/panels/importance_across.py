"""Importance in several studies: a heat map of parameters by studies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.wording import percent
from optuna_guide.figures.drawing import by_study, theme
from optuna_guide.figures.drawing.by_study import ONE_STUDY, StudyCells
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

MAX_PARAMS = 24


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
    hidden = f"; {numbers.n_hidden} more parameters" if numbers.n_hidden else ""
    blank = np.isnan(numbers.rank)
    cells = StudyCells(
        numbers.params,
        numbers.studies,
        numbers.importance,
        np.where(blank, "", np.nan_to_num(numbers.rank).astype(int).astype(str)).tolist(),
        [
            [
                f"{theme.wrapped(param)}<br>{theme.wrapped(study)}<br>"
                f"{percent(share)} of what is explained"
                for study, share in zip(numbers.studies, row, strict=True)
            ]
            for param, row in zip(numbers.params, numbers.importance, strict=True)
        ],
        ends=(0, 1),
        scale=SCALE,
    )
    said = " ".join(numbers.said[:2]) + hidden
    return by_study.draw(numbers.about, look, (TITLE, HOW), cells, said)
