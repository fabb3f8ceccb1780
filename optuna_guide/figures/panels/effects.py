"""Small multiples: how the target changes along each of the most important parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space, wording
from optuna_guide.figures.drawing import axes, lettering, multiples, theme
from optuna_guide.study.curves import thin_out
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import ParamGuidance

TITLE = "Effects"
HOW = (
    "Line: the target expected at a value, averaged over all else; band: spread over trees; "
    "dotted: where the others are promising; grey: where trials went; promising range."
)
COLOURS = {"Line": theme.BLUE, "dotted": theme.ORANGE, "promising range": theme.ORANGE}

MAX_PARAMS = 6
TICKS = 58  # ens below all drawings of a row
TITLES = 64  # ens of 11 px above them
MAX_POINTS = 24
MAX_CHOICES = 24
FOOT = 0.24  # of the height of the curves, below them, for the trials


@dataclass(frozen=True, eq=False)
class Curve:
    """The effect of a parameter, at the values that are drawn; arrays ``(n_points,)``.

    Attributes:
        name: Of the parameter.
        note: What else is to be known of it; may be empty.
        x: Places from 0 to 1.
        mean: The target expected there.
        spread: Over the trees.
        given: The target expected there where the other parameters are promising; None where no
            other one has a range.
        labels: The values in the parameter's own units.
        counts: Trials nearby.
        is_line: Whether places between the points mean something.
        density: Outline ``(x, y)`` of where trials went, at most 1 high.
        bands: Parts of the axis that the promising range covers.
        ticks: Places and labels of the parameter's own values.
    """

    name: str
    note: str
    x: FloatArray
    mean: FloatArray
    spread: FloatArray
    given: FloatArray | None
    labels: tuple[str, ...]
    counts: tuple[float, ...]
    is_line: bool
    density: tuple[FloatArray, FloatArray]
    bands: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Numbers:
    """Curves of the most important parameters, all between ``low`` and ``high``."""

    about: About
    curves: tuple[Curve, ...]
    low: float
    high: float
    n_hidden: int


def gather(sources: Sources) -> Numbers:
    """The effects of up to six parameters, on one scale."""
    guidance = sources.found
    params = guidance.params[:MAX_PARAMS]
    low, high = _scale(params)
    room = TICKS // _n_columns(len(params))
    curves = tuple(_curve(param, room) for param in params)
    return Numbers(sources.about, curves, low, high, len(guidance.params) - len(params))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the curves."""
    curves, low, high = numbers.curves, numbers.low, numbers.high
    floor = low - FOOT * (high - low)
    n_columns = _n_columns(len(curves))
    n_rows = -(-len(curves) // n_columns)
    layout: dict[str, Any] = {"shapes": []}
    traces: list[dict[str, Any]] = []
    titles = []
    longest = max(lettering.measure(curve.note) for curve in curves)
    room = TITLES / n_columns / lettering.BOLD - longest
    names = theme.short([curve.name for curve in curves], room)
    for i, curve in enumerate(curves):
        row, column = divmod(i, n_columns)
        n = multiples.suffix(i)
        across = multiples.part(column, n_columns, multiples.GAP_X)
        up = multiples.part(n_rows - 1 - row, n_rows, multiples.GAP_Y)
        layout[f"xaxis{n}"] = multiples.value_axis(curve.ticks, across, f"y{n}")
        layout[f"yaxis{n}"] = _y_axis(n, up, (floor, high), labelled=column == 0)
        layout["shapes"] += [multiples.shade(a, b, i, theme.ORANGE_FAINT) for a, b in curve.bands]
        traces += [
            {**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"}
            for trace in (_density(curve, floor, low), *_traces(curve))
        ]
        titles.append(_name(curve, names[curve.name], across, up))
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


def _n_columns(n: int) -> int:
    return 2 if n > 2 else 1


def _scale(params: Sequence[ParamGuidance]) -> tuple[float, float]:
    """Range of all curves with their bands, never empty."""
    means = np.concatenate([p.effect.mean for p in params])
    spreads = np.concatenate([p.effect.spread for p in params])
    given = [np.asarray(p.effect.promising) for p in params if p.effect.promising is not None]
    every = np.concatenate([means - spreads, means + spreads, *given])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    margin = 0.04 * (high - low) or 0.05 * max(abs(high), 1e-12)
    return low - margin, high + margin


def _curve(param: ParamGuidance, room: int) -> Curve:
    kept, effect, promising = _kept(param), param.effect, param.promising
    note = ""
    if param.active_share < 1:
        note = f"{wording.percent(param.active_share)} active"
    elif axes.n_choices(param) > MAX_CHOICES:
        note = f"the {MAX_CHOICES} most tried"
    return Curve(
        name=param.name,
        note=note,
        x=space.to_unit(param.distribution, np.asarray(effect.x)[kept]),
        mean=np.asarray(effect.mean)[kept],
        spread=np.asarray(effect.spread)[kept],
        given=None if effect.promising is None else np.asarray(effect.promising)[kept],
        labels=tuple(param.label(effect.x[i]) for i in kept),
        counts=tuple(effect.counts[i] for i in kept),
        is_line=not axes.n_choices(param) and len(kept) > 1,
        density=axes.staircase(*axes.density(param)),
        bands=() if promising is None else tuple(axes.bands(param, promising)),
        ticks=tuple(axes.ticks(param, room)),
    )


def _kept(param: ParamGuidance) -> list[int]:
    """Cells that are drawn: evenly spaced ones, or the choices that were tried most."""
    n = len(param.effect.x)
    if axes.n_choices(param):
        most = np.argsort(-np.asarray(param.effect.counts), kind="stable")[:MAX_CHOICES]
        return sorted(most.tolist())
    return thin_out(n, MAX_POINTS).tolist()


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


def _density(curve: Curve, floor: float, low: float) -> dict[str, Any]:
    x, y = curve.density
    return theme.area(x, floor + 0.9 * (low - floor) * y, theme.FILL)


def _traces(curve: Curve) -> list[dict[str, Any]]:
    x, mean, spread = curve.x, curve.mean, curve.spread
    said = {
        "text": [theme.safe(label, 40) for label in curve.labels],
        "customdata": list(curve.counts),
        "hovertemplate": "%{text}: %{y:.4~g}<br>%{customdata} trials nearby<extra></extra>",
    }
    if curve.is_line:
        around = np.concatenate([mean - spread, (mean + spread)[::-1]])
        band = theme.area(np.concatenate([x, x[::-1]]), around, theme.BLUE_FAINT)
        line = {"color": theme.BLUE, "width": 2}
        return [band, theme.scatter(x, mean, "lines", line=line, **said), *_given(curve)]
    dots = {"color": theme.BLUE, "size": 7}
    bars = {"color": theme.BLUE_LIGHT, "thickness": 5, "width": 0, "array": theme.rounded(spread)}
    return [theme.scatter(x, mean, "markers", marker=dots, error_y=bars, **said), *_given(curve)]


def _given(curve: Curve) -> Iterator[dict[str, Any]]:
    """What is expected where the other parameters are promising."""
    if curve.given is None:
        return
    how: dict[str, Any] = {"line": {"color": theme.ORANGE, "width": 2, "dash": "dot"}}
    if not curve.is_line:
        how = {"marker": {"color": theme.ORANGE, "size": 6, "symbol": "circle-open"}}
    yield theme.scatter(
        curve.x,
        curve.given,
        "lines" if curve.is_line else "markers",
        hovertemplate="%{y:.4~g} where the others are promising<extra></extra>",
        **how,
    )


def _name(
    curve: Curve, name: str, across: tuple[float, float], up: tuple[float, float]
) -> dict[str, Any]:
    words = f"<b>{name}</b>"
    words += f" {theme.safe(curve.note)}" if curve.note else ""
    return multiples.heading(words, across, up, curve.name)
