"""Shape functions of the EBM: what a value adds to the mean target, and whether the forest agrees.

Explainable boosting machine: Lou et al. 2013, Nori et al. 2019.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space
from optuna_guide.figures.drawing import axes, look, multiples, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance, ParamGuidance, Shape

TITLE = "EBM shape functions"
HOW = (
    "What a value adds to the mean target by the EBM, with its error over bags; forest: the same; "
    "avoid: clearly worse; grey: where trials went."
)
COLOURS = {"EBM": theme.BLUE, "forest": theme.PURPLE, "avoid": theme.RED}

MAX_PARAMS = 6
MAX_CHOICES = 24
MIN_IMPORTANCE = 0.02  # below, curves are too flat to agree
FOOT = 0.22  # of the height of the curves, below them, for the trials
RED_FAINT = "rgba(213,82,26,.2)"


def figure(guidance: Guidance) -> go.Figure:
    """Draw the shape functions of up to six parameters on one scale."""
    found = [(p, p.shape) for p in guidance.params if p.shape is not None][:MAX_PARAMS]
    if not found:
        why = "There is no EBM: it takes at least 20 trials."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    low, high = _scale(found)
    floor = low - FOOT * (high - low)
    layout: dict[str, Any] = {"shapes": []}
    traces, titles = [], []
    for i, (param, shape) in enumerate(found):
        across, up = multiples.domains(len(found))[i]
        n = multiples.suffix(i)
        layout[f"xaxis{n}"] = multiples.param_axis(param, across, f"y{n}")
        layout[f"yaxis{n}"] = {**_height(up, f"x{n}", (floor, high)), "showticklabels": i % 2 == 0}
        avoided = [] if shape.avoid is None else axes.bands(param, shape.avoid)
        layout["shapes"] += [multiples.shade(a, b, i, RED_FAINT) for a, b in avoided]
        drawn = [_density(param, floor, low), *_curve(param, shape), *_forest(param)]
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
        titles.append(multiples.heading(_title(param, shape), across, up, param.name))
    hidden = sum(p.shape is not None for p in guidance.params) - len(found)
    note = phrases.left_out(hidden) if hidden else ""
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        theme.by_trust(look.describe(guidance), traces),
        colours=COLOURS,
        annotations=[*titles, *multiples.foot(note, 58)],
        margin={"l": 58, "r": 20, "b": 44 if note else 28, "t": 26},
        **layout,
    )


def agreement(param: ParamGuidance) -> float | None:
    """Correlation of forest and EBM over the trials; None where the parameter hardly matters."""
    if param.shape is None or max(param.importance, param.importance_ebm or 0.0) < MIN_IMPORTANCE:
        return None
    forest, ebm = _centred(param), _score_at(param.shape, param.effect.x)
    counts = np.array(param.effect.counts, dtype=np.float64)
    if counts.sum() == 0 or not forest.any() or not ebm.any():
        return None
    forest, ebm = forest / np.abs(forest).max(), ebm / np.abs(ebm).max()
    ebm = ebm - np.average(ebm, weights=counts)
    size = np.sqrt((counts @ forest**2) * (counts @ ebm**2))
    return float(counts @ (forest * ebm) / size) if size > 0 else None


def _scale(found: list[tuple[ParamGuidance, Shape]]) -> tuple[float, float]:
    """Range of all curves and errors, never empty; it holds 0, the mean."""
    heights = [np.zeros(1)]
    for param, shape in found:
        score, error = np.array(shape.score), np.array(shape.error)
        heights += [score - error, score + error, _centred(param)]
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


def _density(param: ParamGuidance, floor: float, low: float) -> dict[str, Any]:
    x, y = axes.staircase(*axes.density(param))
    return theme.area(x, floor + 0.9 * (low - floor) * y, theme.FILL)


def _curve(param: ParamGuidance, shape: Shape) -> list[dict[str, Any]]:
    score, error = np.array(shape.score), np.array(shape.error)
    if axes.n_choices(param):
        kept = np.sort(np.argsort(-np.array(shape.counts), kind="stable")[:MAX_CHOICES])
        bars = {"color": theme.BLUE_LIGHT, "thickness": 5, "width": 0}
        return [
            theme.scatter(
                space.to_unit(param.distribution, kept),
                score[kept],
                "markers",
                marker={"color": theme.BLUE, "size": 7},
                error_y={**bars, "array": theme.rounded(error[kept])},
                hovertext=[_hover(param.label(k), shape, k) for k in kept.tolist()],
            )
        ]
    edges = space.to_unit(param.distribution, shape.edges)
    x = np.repeat(edges, 2)[1:-1]
    lower, upper = np.repeat(score - error, 2), np.repeat(score + error, 2)
    names = [param.label(edge) for edge in shape.edges]
    said = [_hover(f"{a} … {b}", shape, k) for k, (a, b) in enumerate(itertools.pairwise(names))]
    return [
        theme.area(np.append(x, x[::-1]), np.append(lower, upper[::-1]), theme.BLUE_FAINT),
        theme.scatter(x, np.repeat(score, 2), "lines", line={"color": theme.BLUE, "width": 2}),
        theme.scatter(
            (edges[1:] + edges[:-1]) / 2,
            score,
            "markers",
            marker={"size": 8, "opacity": 0, "color": theme.BLUE},
            hovertext=said,
        ),
    ]


def _hover(value: str, shape: Shape, k: int) -> str:
    return (
        f"{theme.safe(value, 40)}: {shape.score[k]:+.3g} ± {shape.error[k]:.2g}"
        f"<br>{shape.counts[k]} trials"
    )


def _forest(param: ParamGuidance) -> list[dict[str, Any]]:
    """The forest's curve, shifted to the mean of the trials."""
    kept = np.arange(len(param.effect.x))
    if axes.n_choices(param):
        kept = np.sort(np.argsort(-np.array(param.effect.counts), kind="stable")[:MAX_CHOICES])
    x = space.to_unit(param.distribution, np.array(param.effect.x)[kept])
    dotted = {"color": theme.PURPLE, "width": 1.5, "dash": "dot"}
    look: dict[str, Any] = {"mode": "lines", "line": dotted}
    if axes.n_choices(param) or len(kept) == 1:
        ring = {"color": theme.PURPLE, "size": 8, "symbol": "circle-open", "line": {"width": 1.5}}
        look = {"mode": "markers", "marker": ring}
    return [theme.scatter(x, _centred(param)[kept], **look)]


def _centred(param: ParamGuidance) -> FloatArray:
    mean, counts = np.array(param.effect.mean), np.array(param.effect.counts, dtype=np.float64)
    return mean - (np.average(mean, weights=counts) if counts.sum() > 0 else mean.mean())


def _score_at(shape: Shape, internal: tuple[float, ...]) -> FloatArray:
    bins = np.searchsorted(shape.edges, internal, side="right") - 1
    score: FloatArray = np.array(shape.score)[np.clip(bins, 0, len(shape.score) - 1)]
    return score


def _title(param: ParamGuidance, shape: Shape) -> str:
    words = f"<b>{theme.safe(param.name, 18)}</b>"
    if shape.inactive is not None:
        return f"{words} inactive: {shape.inactive:+.2g}"
    agreed = agreement(param)
    if agreed is not None:
        words += f" forest {'agrees' if agreed > 0 else 'disagrees'} {abs(agreed):.2f}"
    return words
