"""Small multiples: how the target changes along each of the most important parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space
from optuna_guide.figures.drawing import axes, look, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.guidance import Guidance, ParamGuidance

TITLE = "Effects"
HOW = (
    "Line: the target expected at a value, averaged over all else; band: spread over trees; "
    "grey: where trials went; promising range."
)
COLOURS = {"Line": theme.BLUE, "promising range": theme.ORANGE}

MAX_PARAMS = 6
MAX_POINTS = 32
MAX_CHOICES = 24
FOOT = 0.24  # of the height of the curves, below them, for the trials
GAP_X, GAP_Y = 0.09, 0.13


def figure(guidance: Guidance) -> go.Figure:
    """Draw the effects of up to six parameters on one scale."""
    params = guidance.params[:MAX_PARAMS]
    low, high = _scale(params)
    floor = low - FOOT * (high - low)
    n_columns = 2 if len(params) > 2 else 1
    n_rows = -(-len(params) // n_columns)
    layout: dict[str, Any] = {"shapes": []}
    traces: list[dict[str, Any]] = []
    titles = []
    for i, param in enumerate(params):
        row, column = divmod(i, n_columns)
        n = "" if i == 0 else str(i + 1)
        across, up = _domain(column, n_columns, GAP_X), _domain(n_rows - 1 - row, n_rows, GAP_Y)
        layout[f"xaxis{n}"] = _x_axis(param, n, across, n_columns)
        layout[f"yaxis{n}"] = _y_axis(n, up, (floor, high), labelled=column == 0)
        layout["shapes"] += _promising(param, n)
        traces += [
            {**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"}
            for trace in (_density(param, floor, low), *_curve(param))
        ]
        titles.append(_name(param, across[0], up[1], 2 * (4 - n_columns) * 8))
    hidden = len(guidance.params) - len(params)
    if hidden:
        words = phrases.left_out(hidden)
        place = {"xref": "paper", "yref": "paper", "xanchor": "left", "yanchor": "top"}
        titles.append(theme.label(words, x=0, y=0, yshift=-22, **place))
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        theme.by_trust(look.describe(guidance), traces),
        colours=COLOURS,
        annotations=titles,
        margin={"l": 58, "r": 20, "b": 44 if hidden else 28, "t": 26},
        **layout,
    )


def _scale(params: tuple[ParamGuidance, ...]) -> tuple[float, float]:
    """Range of all curves with their bands, never empty."""
    means = np.concatenate([p.effect.mean for p in params])
    spreads = np.concatenate([p.effect.spread for p in params])
    low, high = float(np.nanmin(means - spreads)), float(np.nanmax(means + spreads))
    margin = 0.04 * (high - low) or 0.05 * max(abs(high), 1e-12)
    return low - margin, high + margin


def _domain(i: int, n: int, gap: float) -> tuple[float, float]:
    size = (1.0 - gap * (n - 1)) / n
    start = i * (size + gap)
    return round(start, 4), round(min(start + size, 1.0), 4)


def _x_axis(
    param: ParamGuidance, n: str, domain: tuple[float, float], n_columns: int
) -> dict[str, Any]:
    marks = axes.ticks(param, 58 // n_columns)
    return {
        **theme.AXIS,
        "domain": domain,
        "anchor": f"y{n}",
        "range": [-0.01, 1.01],
        "tickvals": theme.rounded([m[0] for m in marks]),
        "ticktext": [m[1] for m in marks],
        "tickfont": {"size": 10},
        "tickangle": 0,
    }


def _y_axis(
    n: str, domain: tuple[float, float], reach: tuple[float, float], *, labelled: bool
) -> dict[str, Any]:
    return {
        **theme.AXIS,
        "domain": domain,
        "anchor": f"x{n}",
        "range": list(reach),
        "nticks": 4,
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
        "showgrid": True,
        "gridcolor": theme.GRID,
        "showticklabels": labelled,
    }


def _density(param: ParamGuidance, floor: float, low: float) -> dict[str, Any]:
    x, y = axes.staircase(*axes.density(param))
    return theme.area(x, floor + 0.9 * (low - floor) * y, theme.FILL)


def _curve(param: ParamGuidance) -> list[dict[str, Any]]:
    kept = _kept(param)
    x = space.to_unit(param.distribution, np.asarray(param.effect.x)[kept])
    mean, spread = np.asarray(param.effect.mean)[kept], np.asarray(param.effect.spread)[kept]
    said = {
        "text": [theme.safe(param.label(param.effect.x[i]), 40) for i in kept],
        "customdata": [param.effect.counts[i] for i in kept],
        "hovertemplate": "%{text}: %{y:.4~g}<br>%{customdata} trials nearby<extra></extra>",
    }
    if not axes.n_choices(param) and len(kept) > 1:
        around = np.concatenate([mean - spread, (mean + spread)[::-1]])
        band = theme.area(np.concatenate([x, x[::-1]]), around, theme.BLUE_FAINT)
        look = {"color": theme.BLUE, "width": 2}
        return [band, theme.scatter(x, mean, "lines", line=look, **said)]
    dots = {"color": theme.BLUE, "size": 7}
    bars = {"color": theme.BLUE_LIGHT, "thickness": 5, "width": 0, "array": theme.rounded(spread)}
    return [theme.scatter(x, mean, "markers", marker=dots, error_y=bars, **said)]


def _kept(param: ParamGuidance) -> list[int]:
    """Cells that are drawn: evenly spaced ones, or the choices that were tried most."""
    n = len(param.effect.x)
    if axes.n_choices(param):
        most = np.argsort(-np.asarray(param.effect.counts), kind="stable")[:MAX_CHOICES]
        return sorted(most.tolist())
    return np.unique(np.linspace(0, n - 1, min(n, MAX_POINTS)).round().astype(int)).tolist()


def _promising(param: ParamGuidance, n: str) -> list[dict[str, Any]]:
    if param.promising is None:
        return []
    look = {"fillcolor": theme.ORANGE_FAINT, "line": {"width": 0}, "layer": "below"}
    return [
        {
            "type": "rect",
            "xref": f"x{n}",
            "yref": f"y{n} domain",
            "x0": round(low, 4),
            "x1": round(high, 4),
            "y0": 0,
            "y1": 1,
            **look,
        }
        for low, high in axes.bands(param, param.promising)
    ]


def _name(param: ParamGuidance, x: float, y: float, width: int) -> dict[str, Any]:
    words = f"<b>{theme.safe(param.name, width - 10)}</b>"
    if param.active_share < 1:
        words += f" active in {theme.percent(param.active_share)}"
    elif axes.n_choices(param) > MAX_CHOICES:
        words += f" the {MAX_CHOICES} most tried"
    return theme.label(
        words,
        x=x,
        y=y,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        hovertext=theme.wrapped(param.name),
    )
