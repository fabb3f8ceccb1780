"""How many trials it takes: error, rank correlation and reciprocal rank as the trials grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from optuna_guide.analysis.robustness import measure_robustness
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.guidance import NotReady
from optuna_guide.models.sample import read_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.analysis.robustness import ModelName, RobustnessCurve, RobustnessPoint
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources

TITLE = "How many trials it takes"
HOW = (
    "Skill on held-out trials against the trials learnt from: random parts with their deviation, "
    "the first ones (dashed), and those of one sampler alone (dotted)."
)
COLOURS = {"random": theme.BLUE, "first": theme.ORANGE}

PALETTE = (theme.PURPLE, "#3f9b78", "#9a8a00", theme.RED)


class _Score(NamedTuple):
    key: str
    words: str
    low: float
    high: float


SCORES = (
    _Score("mse", "mean squared error", 0.0, np.inf),
    _Score("spearman", "rank correlation", -1.0, 1.0),
    _Score("mrr", "1 / predicted place of the top trial", 0.0, 1.0),
)


@dataclass(frozen=True)
class Numbers:
    """Skill of one model.

    Attributes:
        about: The target.
        random: Learnt from random parts of the trials.
        ordered: Learnt from the first trials.
        said: What the curve says about the number of trials.
    """

    about: About
    random: RobustnessCurve
    ordered: RobustnessCurve
    said: str


def gather(sources: Sources, *, model: ModelName = "forest") -> Numbers | Nothing:
    """Skill of a model as the trials grow.

    Args:
        sources: Trials.
        model: ``"forest"`` or ``"ebm"``.

    Raises:
        ValueError: If the trials do not have the target, or ``model`` is neither.
    """
    if not len(sources.goal.rows):
        return Nothing("There is no trial to learn from.", sources.about)
    sample = read_sample(sources.table, sources.goal)
    if isinstance(sample, NotReady):
        return Nothing(str(sample), sources.about)
    random, ordered = (
        measure_robustness(sample, sources.exploration, by=by, model=model)
        for by in ("random", "trial order")
    )
    if isinstance(random, NotReady) or isinstance(ordered, NotReady):
        return Nothing(str(random), sources.about)
    return Numbers(sources.about, random, ordered, random.sentence)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw a curve for each score, the knee beneath the error."""
    places = multiples.domains(4)
    layout: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for i, score in enumerate(SCORES):
        n, place = multiples.suffix(i), places[i]
        layout[f"xaxis{n}"] = _axis(place[0], f"y{n}", tickformat="d", rangemode="tozero")
        layout[f"yaxis{n}"] = _axis(place[1], f"x{n}", tickformat=".3~g", showgrid=True)
        drawn = [
            _band(numbers.random.points, score),
            _line(numbers.ordered.points, score, "first", theme.ORANGE, "dash"),
            *(
                _line(points, score, name, colour, "dot")
                for (name, points), colour in zip(
                    numbers.ordered.samplers.items(), PALETTE, strict=False
                )
            ),
            _line(numbers.random.points, score, "random", theme.BLUE, "solid"),
        ]
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
        notes.append(multiples.heading(f"<b>{score.words}</b> by trials", *place))
    notes += [*_samplers(numbers, places[3]), *multiples.foot(numbers.said, 52, 24)]
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        shapes=_knee(numbers.random),
        margin={"l": 52, "r": 16, "b": 46 + theme.LINE, "t": 26},
        **layout,
    )


def _axis(domain: tuple[float, float], anchor: str, **look: Any) -> dict[str, Any]:
    grid = {"gridcolor": theme.GRID, "tickfont": {"size": 10}, "nticks": 5}
    return {**theme.AXIS, **grid, "domain": domain, "anchor": anchor, **look}


def _band(points: Sequence[RobustnessPoint], score: _Score) -> dict[str, Any]:
    n, middle, spread = _columns(points, score.key)
    edges = np.concatenate([middle - spread, (middle + spread)[::-1]])
    return theme.area([*n, *reversed(n)], np.clip(edges, score.low, score.high), theme.BLUE_FAINT)


def _line(
    points: Sequence[RobustnessPoint], score: _Score, name: str, colour: str, dash: str
) -> dict[str, Any]:
    n, middle, spread = _columns(points, score.key)
    said = [
        f"{theme.wrapped(name)}: {score.words} {m:.3g} ± {s:.2g} with {k} trials"
        for k, m, s in zip(n, middle, spread, strict=True)
    ]
    line = {"color": colour, "width": 2 if dash == "solid" else 1.5, "dash": dash}
    marker = {"size": 5, "color": colour}
    return theme.scatter(n, middle, "lines+markers", line=line, marker=marker, hovertext=said)


def _columns(
    points: Sequence[RobustnessPoint], key: str
) -> tuple[list[int], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Trials, means and deviations of a score."""
    middle, spread = (
        np.array([getattr(p, name) for p in points], dtype=np.float64)
        for name in (key, f"{key}_std")
    )
    return [p.n for p in points], middle, spread


def _knee(curve: RobustnessCurve) -> list[dict[str, Any]]:
    if curve.knee is None:
        return []
    line = {"color": theme.INK, "width": 1, "dash": "dot"}
    place = {"x0": curve.knee, "x1": curve.knee, "xref": "x", "y0": 0, "y1": 1}
    return [{"type": "line", "yref": "y domain", "line": line, "layer": "below", **place}]


def _samplers(
    numbers: Numbers, place: tuple[tuple[float, float], tuple[float, float]]
) -> list[dict[str, Any]]:
    """Names of the samplers in the place that is left."""
    names = [
        f'<span style="color:{colour}">{theme.safe(name, 24)}</span>'
        for name, colour in zip(numbers.ordered.samplers, PALETTE, strict=False)
    ]
    if not names:
        return []
    spot = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    words = "<br>".join(["<b>samplers alone</b>", *names])
    return [theme.label(words, x=place[0][0], y=place[1][1], **spot)]
