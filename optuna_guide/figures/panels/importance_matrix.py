"""Importance of parameters and of their interactions in one ranking: bars over dots and links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import theme

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

TITLE = "Importance and interactions"
HOW = (
    "Share of the variance that a parameter or a linked pair explains by itself, and its "
    "spread over trees; EBM: mean size of the same term."
)
COLOURS = {"pair": theme.PURPLE, "parameter": theme.BLUE, "EBM": theme.ORANGE}

MAX_TERMS = 16
MAX_PARAMS = 12
MIN_SHARE = 0.005  # of an interaction, and of what has its share written above the bar
NAME_COLUMNS = 20
UP, UP_EBM, UP_DOTS = (0.62, 1.0), (0.46, 0.58), (0.0, 0.42)  # parts of the height


@dataclass(frozen=True)
class Term:
    """A parameter or a pair: what it explains by itself, the spread of that over the trees.

    ``ebm`` is the mean absolute score of the same term in units of the target; None = it has none.
    """

    names: tuple[str, ...]
    share: float
    spread: float
    ebm: float | None


@dataclass(frozen=True)
class Numbers:
    """Names of parameters, the terms that explain most, strongest first, and what they leave.

    ``unexplained`` is left by all terms, those that are not drawn included.
    """

    about: About
    names: tuple[str, ...]
    terms: tuple[Term, ...]
    unexplained: float


def gather(sources: Sources) -> Numbers:
    """The terms that explain most, strongest first."""
    guidance = sources.found
    names = tuple(param.name for param in guidance.params[:MAX_PARAMS])
    terms = tuple(_terms(guidance, set(names)))
    return Numbers(sources.about, names, terms, guidance.unexplained)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the terms, strongest first."""
    params, terms = numbers.names, numbers.terms
    row = {name: i for i, name in enumerate(params)}
    axis, left = theme.rows(params, NAME_COLUMNS)
    has_ebm = any(term.ebm is not None for term in terms)
    reach = max(max(term.share + term.spread for term in terms), 0.05)
    across = {**theme.AXIS, "range": [-0.6, max(len(terms), 6) - 0.4], "showticklabels": False}
    height = {**theme.AXIS, "nticks": 4, "showgrid": True, "gridcolor": theme.GRID}
    drawn = [_bars(terms), _dots(terms, row), _links(terms, row), *_ebm(terms)]
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [_grid(len(terms), len(params)), *theme.by_trust(numbers.about, drawn)],
        colours=COLOURS,
        annotations=_notes(numbers, has_ebm=has_ebm),
        margin={"l": max(left, 60), "r": 16, "b": 26, "t": 14},
        bargap=0.3,
        xaxis=across,
        xaxis2={**across, "matches": "x", "anchor": "y2"},
        xaxis3={**across, "matches": "x", "anchor": "y3"},
        yaxis={
            **height,
            "domain": UP if has_ebm else (UP_EBM[0], 1.0),
            "range": [0, 1.18 * reach],
            "tickformat": ".0%",
        },
        yaxis2={**axis, "domain": UP_DOTS, "range": [max(len(params), 4) - 0.5, -0.5]},
        yaxis3={**height, "domain": UP_EBM, "visible": has_ebm, "nticks": 2, "tickformat": ".2~g"},
    )


def _terms(guidance: Guidance, names: set[str]) -> list[Term]:
    mains = [
        Term((p.name,), p.share, p.spread, _mean_size(p))
        for p in guidance.params
        if p.name in names
    ]
    pairs = [
        Term(p.names, p.share, p.spread, p.importance_ebm)
        for p in guidance.pairs
        if p.share >= MIN_SHARE and names >= set(p.names)
    ]
    return sorted(mains + pairs, key=lambda term: -term.share)[:MAX_TERMS]


def _mean_size(param: ParamGuidance) -> float | None:
    """Mean absolute score of the EBM's main term over the trials."""
    shape = param.shape
    if shape is None:
        return None
    active = float(np.average(np.abs(shape.score), weights=np.maximum(shape.counts, 1e-12)))
    inactive = abs(shape.inactive or 0.0)
    return param.active_share * active + (1 - param.active_share) * inactive


def _bars(terms: Sequence[Term]) -> dict[str, Any]:
    return {
        "type": "bar",
        "x": list(range(len(terms))),
        "y": theme.rounded([term.share for term in terms]),
        "marker": {"color": [_colour(term) for term in terms], "line": {"width": 0}},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": theme.rounded([term.spread for term in terms]),
            "arrayminus": theme.rounded([min(term.spread, term.share) for term in terms]),
            "color": theme.INK,
            "thickness": 1.2,
            "width": 3,
        },
        "hovertext": [_hover(term) for term in terms],
        "hoverinfo": "text",
    }


def _colour(term: Term) -> str:
    return theme.BLUE if len(term.names) == 1 else theme.PURPLE


def _hover(term: Term) -> str:
    name = " × ".join(theme.wrapped(name) for name in term.names)
    by_itself = "alone" if len(term.names) == 1 else "together, beyond each alone"
    lines = [
        f"<b>{name}</b>",
        f"{by_itself} {theme.percent(term.share)} of the variance, "
        f"spread over the trees {theme.percent(term.spread)}",
    ]
    if term.ebm is not None:
        lines.append(f"EBM: moves the target by {term.ebm:.3g} on average")
    return "<br>".join(lines)


def _ebm(terms: Sequence[Term]) -> list[dict[str, Any]]:
    """How far the EBM's term moves the target, in its units, where it has such a term."""
    known = [(i, term, term.ebm) for i, term in enumerate(terms) if term.ebm is not None]
    if not known:
        return []
    return [
        {
            "type": "bar",
            "x": [i for i, _, _ in known],
            "y": theme.rounded([size for _, _, size in known]),
            "marker": {"color": theme.ORANGE, "line": {"width": 0}},
            "hovertext": [_hover(term) for _, term, _ in known],
            "hoverinfo": "text",
            "xaxis": "x3",
            "yaxis": "y3",
        }
    ]


def _grid(n_terms: int, n_params: int) -> dict[str, Any]:
    """A faint dot for every parameter below every bar."""
    x, y = np.meshgrid(np.arange(n_terms), np.arange(n_params))
    look = {"size": 8, "color": theme.GRID}
    return theme.scatter(x, y, "markers", marker=look, xaxis="x2", yaxis="y2")


def _dots(terms: Sequence[Term], row: Mapping[str, int]) -> dict[str, Any]:
    points = [(i, row[name], term) for i, term in enumerate(terms) for name in term.names]
    return theme.scatter(
        [p[0] for p in points],
        [p[1] for p in points],
        "markers",
        marker={"size": 10, "color": [_colour(p[2]) for p in points]},
        hovertext=[_hover(p[2]) for p in points],
        xaxis="x2",
        yaxis="y2",
    )


def _links(terms: Sequence[Term], row: Mapping[str, int]) -> dict[str, Any]:
    pairs = [(i, *(row[n] for n in t.names)) for i, t in enumerate(terms) if len(t.names) == 2]
    x = [v for i, _, _ in pairs for v in (i, i, np.nan)]
    y = [v for _, first, second in pairs for v in (first, second, np.nan)]
    line = {"color": theme.PURPLE, "width": 3}
    return theme.scatter(x, y, "lines", line=line, xaxis="x2", yaxis="y2")


def _notes(numbers: Numbers, *, has_ebm: bool) -> list[dict[str, Any]]:
    above = {"xref": "x", "yref": "y", "yanchor": "bottom", "yshift": 2}
    notes = [
        theme.label(theme.percent(term.share), x=i, y=term.share + term.spread, **above)
        for i, term in enumerate(numbers.terms)
        if term.share >= MIN_SHARE
    ]
    side = {"x": 0, "xref": "paper", "xanchor": "right", "yref": "paper", "yanchor": "middle"}
    if has_ebm:
        middle = sum(UP_EBM) / 2
        notes.append(theme.label("EBM", y=middle, xshift=-34, **side))
    left = numbers.unexplained
    together = wording.percent(max(1.0 - left, 0.0))
    words = f"Alone and in pairs {together} of the variance; {wording.percent(left)} are left."
    place = {"x": 0, "xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
    return [*notes, theme.label(theme.safe(words), y=0, yshift=-4, **place)]
