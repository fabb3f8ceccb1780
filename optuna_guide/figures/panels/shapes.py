"""Shape functions of the EBM: what a value adds to the mean target, and whether the forest agrees.

Explainable boosting machine: Lou et al. 2013, Nori et al. 2019.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis.term_agreement import centred
from optuna_guide.domain import space
from optuna_guide.figures.drawing import axes, multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words import phrases
from optuna_guide.words.terms import term_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import ParamGuidance, Shape

TITLE = "EBM shape functions"
HOW = (
    "What a value adds to the mean target by the EBM, with its error over bags; forest: the same; "
    "avoid: clearly worse; grey: where trials went."
)
COLOURS = {"EBM": theme.BLUE, "forest": theme.PURPLE, "avoid": theme.RED}

MAX_PARAMS = 6
MAX_CHOICES = 24
FOOT = 0.22  # of the height of the curves, below them, for the trials
RED_FAINT = "rgba(213,82,26,.2)"


@dataclass(frozen=True, eq=False)
class TermCurve:
    """A term of the EBM beside the forest's curve.

    Attributes:
        name: Of the parameter.
        note: Of what is inactive, or whether the forest agrees; may be empty.
        edges: ``(n_bins + 1,)`` places from 0 to 1 between which scores hold; None for choices.
        x: ``(n,)`` places of the bins or choices that are drawn.
        score: ``(n,)`` what they add to the mean target.
        error: ``(n,)`` of the score, over bags.
        counts: ``(n,)`` trials.
        labels: ``(n,)`` in the parameter's own units.
        forest_x: ``(n_forest,)`` places of the forest's curve.
        forest: ``(n_forest,)`` that curve, shifted to the mean of the trials.
        density: Outline ``(x, y)`` of where trials went, at most 1 high.
        avoid: Parts of the axis that are clearly worse.
        ticks: Places and labels of the parameter's own values.
    """

    name: str
    note: str
    edges: FloatArray | None
    x: FloatArray
    score: FloatArray
    error: FloatArray
    counts: tuple[float, ...]
    labels: tuple[str, ...]
    forest_x: FloatArray
    forest: FloatArray
    density: tuple[FloatArray, FloatArray]
    avoid: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Numbers:
    """Curves of the most important parameters, all between ``low`` and ``high``."""

    about: About
    curves: tuple[TermCurve, ...]
    low: float
    high: float
    n_hidden: int


def gather(sources: Sources) -> Numbers | Nothing:
    """The shape functions of up to six parameters, on one scale."""
    known = [(p, p.shape) for p in sources.found.params if p.shape is not None]
    if not known:
        return Nothing("There is no EBM: it takes at least 20 trials.", sources.about)
    found = known[:MAX_PARAMS]
    room = multiples.tick_room(len(found))
    curves = tuple(_curve(param, shape, room) for param, shape in found)
    return Numbers(sources.about, curves, *_scale(found), len(known) - len(found))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the curves."""
    curves, low, high = numbers.curves, numbers.low, numbers.high
    floor = low - FOOT * (high - low)
    layout: dict[str, Any] = {"shapes": []}
    traces, titles = [], []
    names = theme.short([curve.name for curve in curves], 18)
    for i, curve in enumerate(curves):
        across, up = multiples.domains(len(curves))[i]
        n = multiples.suffix(i)
        layout[f"xaxis{n}"] = multiples.value_axis(curve.ticks, across, f"y{n}")
        layout[f"yaxis{n}"] = {**_height(up, f"x{n}", (floor, high)), "showticklabels": i % 2 == 0}
        layout["shapes"] += [multiples.shade(a, b, i, RED_FAINT) for a, b in curve.avoid]
        drawn = [_density(curve, floor, low), *_score(curve), _forest(curve)]
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
        words = f"<b>{names[curve.name]}</b>{' ' * bool(curve.note)}{curve.note}"
        titles.append(multiples.heading(words, across, up, curve.name))
    note = phrases.beside(numbers.n_hidden, numbers.about.cut)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        theme.by_trust(numbers.about, traces),
        colours=COLOURS,
        annotations=[*titles, *multiples.foot(note, 58, n_lines=3)],
        margin={"l": 58, "r": 20, "b": max(28, multiples.below(note, n_lines=3)), "t": 26},
        **layout,
    )


def _curve(param: ParamGuidance, shape: Shape, room: float) -> TermCurve:
    n_choices = axes.n_choices(param)
    bins, cells = np.arange(len(shape.score)), np.arange(len(param.effect.x))
    if n_choices:
        bins, cells = _most_tried(shape.counts), _most_tried(param.effect.counts)
        edges, x = None, space.to_unit(param.distribution, bins)
        labels = tuple(param.label(k) for k in bins.tolist())
    else:
        edges = space.to_unit(param.distribution, shape.edges)
        x = (edges[1:] + edges[:-1]) / 2
        names = [param.label(edge) for edge in shape.edges]
        labels = tuple(f"{a} … {b}" for a, b in itertools.pairwise(names))
    return TermCurve(
        name=param.name,
        note=term_note(param),
        edges=edges,
        x=x,
        score=np.array(shape.score)[bins],
        error=np.array(shape.error)[bins],
        counts=tuple(shape.counts[k] for k in bins.tolist()),
        labels=labels,
        forest_x=space.to_unit(param.distribution, np.array(param.effect.x)[cells]),
        forest=centred(param)[cells],
        density=axes.staircase(*axes.density(param)),
        avoid=() if shape.avoid is None else tuple(axes.bands(param, shape.avoid)),
        ticks=tuple(axes.ticks(param, room)),
    )


def _most_tried(counts: Sequence[float]) -> npt.NDArray[np.int64]:
    """Rows of the choices that are drawn, ascending."""
    return np.sort(np.argsort(-np.array(counts), kind="stable")[:MAX_CHOICES])


def _scale(found: Sequence[tuple[ParamGuidance, Shape]]) -> tuple[float, float]:
    """Range of all curves and errors, never empty; it holds 0, the mean."""
    heights = [np.zeros(1)]
    for param, shape in found:
        score, error = np.array(shape.score), np.array(shape.error)
        heights += [score - error, score + error, centred(param)]
    low, high = float(np.concatenate(heights).min()), float(np.concatenate(heights).max())
    margin = 0.1 * (high - low) or 1e-12
    return low - margin, high + margin


def _height(up: tuple[float, float], anchor: str, reach: tuple[float, float]) -> dict[str, Any]:
    return {
        **theme.AXIS,
        "domain": up,
        "anchor": anchor,
        "range": list(reach),
        "nticks": 4,
        "tickformat": "+.3~g",
        "tickfont": {"size": 10},
        "showgrid": True,
        "gridcolor": theme.GRID,
        "zeroline": True,
        "zerolinecolor": theme.INK,
    }


def _density(curve: TermCurve, floor: float, low: float) -> dict[str, Any]:
    x, y = curve.density
    return theme.area(x, floor + 0.9 * (low - floor) * y, theme.FILL)


def _score(curve: TermCurve) -> list[dict[str, Any]]:
    said = [
        f"{theme.safe(label, 40)}: {score:+.3g} ± {error:.2g}<br>{count} trial{'s' * (count != 1)}"
        for label, score, error, count in zip(
            curve.labels, curve.score, curve.error, curve.counts, strict=True
        )
    ]
    if curve.edges is None:
        bars = {"color": theme.BLUE_LIGHT, "thickness": 5, "width": 0}
        bars["array"] = theme.rounded(curve.error)
        dots = {"color": theme.BLUE, "size": 7}
        return [
            theme.scatter(
                curve.x, curve.score, "markers", marker=dots, error_y=bars, hovertext=said
            )
        ]
    x = np.repeat(curve.edges, 2)[1:-1]
    lower, upper = (np.repeat(curve.score + sign * curve.error, 2) for sign in (-1, 1))
    unseen = {"size": 8, "opacity": 0, "color": theme.BLUE}
    line = {"color": theme.BLUE, "width": 2}
    return [
        theme.area(np.append(x, x[::-1]), np.append(lower, upper[::-1]), theme.BLUE_FAINT),
        theme.scatter(x, np.repeat(curve.score, 2), "lines", line=line),
        theme.scatter(curve.x, curve.score, "markers", marker=unseen, hovertext=said),
    ]


def _forest(curve: TermCurve) -> dict[str, Any]:
    if curve.edges is None or len(curve.forest) == 1:
        ring = {"color": theme.PURPLE, "size": 8, "symbol": "circle-open", "line": {"width": 1.5}}
        return theme.scatter(curve.forest_x, curve.forest, "markers", marker=ring)
    dotted = {"color": theme.PURPLE, "width": 1.5, "dash": "dot"}
    return theme.scatter(curve.forest_x, curve.forest, "lines", line=dotted)
