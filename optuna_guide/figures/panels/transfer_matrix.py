"""What a model of one study is worth in another: a matrix of studies by models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.figures.drawing import by_study, theme
from optuna_guide.figures.drawing.by_study import ONE_STUDY, StudyCells
from optuna_guide.figures.drawing.look import Nothing

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
    names, n = numbers.studies, len(numbers.studies)
    cells = StudyCells(
        names,
        names,
        numbers.rank,
        [["" if np.isnan(v) else f"{v:.2f}" for v in row] for row in numbers.rank],
        [
            [
                f"trials of {theme.wrapped(names[i])}<br>by a model of {theme.wrapped(names[j])}"
                f"<br>rank correlation {numbers.rank[i, j]:.2f}"
                f"<br>mean squared error {numbers.error[i, j]:.2f} (1 = the mean alone)"
                for j in range(n)
            ]
            for i in range(n)
        ],
        ends=(-1, 1),
        scale=SCALE,
    )
    said = "Not symmetric: a model of few trials predicts badly, and may be predicted well."
    return by_study.draw(numbers.about, look, (TITLE, HOW), cells, said)
