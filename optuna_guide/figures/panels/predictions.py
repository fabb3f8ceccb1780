"""Predicted against observed: what the forest expects of trials that it did not see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.guidance import NotReady
from optuna_guide.models.fitting import fit_models
from optuna_guide.models.sample import read_sample
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "Predicted against observed"
HOW = (
    "Each point a trial, predicted by trees that did not see it; on the line the prediction is "
    "right, a flat cloud says that values are not predicted."
)
COLOURS = {"line": theme.ORANGE}

MAX_TRIALS = 800
N_LINES = 6  # that tell how far the predictions go


@dataclass(frozen=True, eq=False)
class Numbers:
    """Distinct trials; arrays ``(n_shown,)``.

    Attributes:
        about: The target.
        trials: Numbers of the trials.
        measured: Target as it was measured.
        observed: The same as the forest learnt it: the bad side is clipped.
        predicted: What it expects of a trial that it did not see.
        said: How far the predictions go, and what is not drawn where it was measured.
    """

    about: About
    trials: npt.NDArray[np.int64]
    measured: FloatArray
    observed: FloatArray
    predicted: FloatArray
    said: str


def gather(sources: Sources) -> Numbers | Nothing:
    """Out-of-bag predictions of the models of the guidance, fitted anew.

    Args:
        sources: Trials, and how far they are predicted.

    Raises:
        ValueError: If the trials do not have the target of the guidance.
    """
    guidance = sources.found
    if not len(sources.goal.rows):
        return Nothing("There is no trial to predict.", sources.about)
    sample = read_sample(sources.table, sources.goal)
    if isinstance(sample, NotReady):
        return Nothing(str(sample), sources.about)
    unseen = fit_models(sample, guidance.seed).unseen
    shown = selection.thin(sample.loss[unseen.rows], MAX_TRIALS)
    rows = unseen.rows[shown]
    measured = dict(zip(sources.goal.rows.tolist(), sources.goal.values.tolist(), strict=True))
    said = [
        phrases.trusted(guidance),
        f"R² {guidance.trust.r2:.2f}, rank correlation {guidance.trust.spearman:.2f}.",
        phrases.predicted_place(guidance),
        phrases.beyond(sources.shown.values, sources.shown.drawn),
        selection.thinned_note(len(rows), len(unseen.rows)),
    ]
    return Numbers(
        sources.about,
        sample.table.numbers[sample.rows[rows]],
        np.array([measured[row] for row in sample.rows[rows].tolist()]),
        sample.values[rows],
        unseen.values[shown],
        " ".join(filter(None, said)),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the points around the line where the prediction is right."""
    x, y = numbers.observed, numbers.predicted
    ends = [float(min(x.min(), y.min())), float(max(x.max(), y.max()))]
    margin = 0.03 * (ends[1] - ends[0]) or 0.5
    axis = {
        **theme.AXIS,
        "range": [ends[0] - margin, ends[1] + margin],
        "nticks": 6,
        "tickformat": ".3~g",
        "showgrid": True,
        "gridcolor": theme.GRID,
    }
    title = {"font": {"size": 11}, "standoff": 4}
    line = {"color": theme.ORANGE, "width": 1.5, "dash": "dot"}
    dots = {"size": 5, "color": theme.BLUE, "opacity": 0.6}
    hovers = [
        f"trial {n}: observed {m:.4g}{'' if m == a else f', drawn at {a:.4g}'}, predicted {b:.4g}"
        for n, m, a, b in zip(numbers.trials, numbers.measured, x, y, strict=True)
    ]
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [
            theme.scatter(ends, ends, "lines", line=line),
            theme.scatter(x, y, "markers", marker=dots, hovertext=hovers),
        ],
        colours=COLOURS,
        annotations=multiples.foot(numbers.said, 58, 38, n_lines=N_LINES),
        margin={"l": 58, "r": 20, "b": max(72, multiples.below(numbers.said, 38, N_LINES))},
        xaxis={**axis, "title": {"text": "observed", **title}},
        yaxis={**axis, "title": {"text": "predicted", **title}},
    )
