"""One row per parameter: the promising range, where the trials went, where the top ones lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.domain import space, wording
from optuna_guide.figures.drawing import axes, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

TITLE = "Promising ranges"
HOW = (
    "Each strip is a parameter's own axis: promising range, trials (grey), observed top trials ◆; "
    "► points beyond a bound that cuts it off."
)
COLOURS = {"promising range": theme.ORANGE, "◆": theme.BLUE, "►": theme.ORANGE}

MAX_PARAMS = 7
MAX_TOP = 10
NAME_COLUMNS = 18
ADVICE_COLUMNS, REASON_COLUMNS = 22, 25
TICK_COLUMNS = 30  # characters below a strip in the narrowest card
HEIGHT = 0.5  # of a strip, in rows


@dataclass(frozen=True)
class TopTrial:
    """A top trial on a strip: its place from 0 to 1, its number, its value there, its target."""

    unit: float
    number: int
    label: str
    value: float


@dataclass(frozen=True, eq=False)
class Strip:
    """A parameter's own axis from 0 to 1.

    Attributes:
        name: Of the parameter.
        bands: Parts that the promising range covers.
        density: Outline ``(x, y)`` of where trials went, at most 1 high.
        tops: The top trials.
        ticks: Places and labels of the parameter's own values.
        is_discrete: Whether it is categorical: labels are in the middle of their cells.
        bound: The bound that cuts the range off.
        advice: What to do, in few words; empty where there is nothing to do.
        reason: The advice in full.
        support: What supports it; empty where nothing does.
        said: Lines about the range, for hover.
    """

    name: str
    bands: tuple[tuple[float, float], ...]
    density: tuple[FloatArray, FloatArray]
    tops: tuple[TopTrial, ...]
    ticks: tuple[tuple[float, str], ...]
    is_discrete: bool
    bound: Literal["low", "high"] | None
    advice: str
    reason: str
    support: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Numbers:
    """Strips of the most important parameters, and how many parameters have none."""

    about: About
    strips: tuple[Strip, ...]
    n_hidden: int


def gather(sources: Sources) -> Numbers:
    """The strips of the most important parameters."""
    guidance = sources.found
    params = guidance.params[:MAX_PARAMS]
    strips = tuple(_strip(guidance, param) for param in params)
    return Numbers(sources.about, strips, len(guidance.params) - len(params))


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the strips."""
    strips = numbers.strips
    axis, left = theme.rows([strip.name for strip in strips], NAME_COLUMNS)
    notes = [_advice(strip, row) for row, strip in enumerate(strips)]
    if numbers.n_hidden:
        words = phrases.left_out(numbers.n_hidden)
        place = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "yanchor": "top"}
        notes.append(theme.label(words, xanchor="left", yshift=-10, **place))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        [
            _frames(len(strips)),
            _densities(strips),
            *_ranges(strips),
            _tops(strips, numbers.about.name),
            _ticks(strips),
            _arrows(strips),
        ],
        colours=COLOURS,
        annotations=notes,
        margin={"l": left, "r": 150, "b": 30 if numbers.n_hidden else 12},
        xaxis={**theme.AXIS, "range": [-0.005, 1.005], "showticklabels": False},
        yaxis={**axis, "range": [max(len(strips), 4) - 0.4, -0.62]},
    )


def _strip(guidance: Guidance, param: ParamGuidance) -> Strip:
    found, advice = param.evidence, param.advice
    support = f"top: {wording.percent(found.top_inside)} in" if found is not None else ""
    if found is not None and found.top_outside is not None:
        support += f", {wording.percent(found.top_outside)} out"
    promising = param.promising
    said = [] if promising is None else [f"promising: {param.describe(promising)}"]
    return Strip(
        name=param.name,
        bands=() if promising is None else tuple(axes.bands(param, promising)),
        density=axes.staircase(*axes.density(param)),
        tops=tuple(_find_tops(guidance, param)),
        ticks=tuple(axes.ticks(param, TICK_COLUMNS)),
        is_discrete=axes.n_choices(param) > 0,
        bound=advice.bound,
        advice=phrases.short_advice(guidance, param),
        reason=advice.text,
        support=support,
        said=(
            *said,
            *phrases.evidence(param),
            *filter(None, [phrases.expected(guidance, param)]),
            advice.text,
        ),
    )


def _find_tops(guidance: Guidance, param: ParamGuidance) -> Iterator[TopTrial]:
    for trial in guidance.best[:MAX_TOP]:
        if param.name in trial.params:
            internal = trial.params[param.name]
            unit = float(space.to_unit(param.distribution, internal))
            yield TopTrial(unit, trial.number, param.label(internal), trial.value)


def _frames(n_rows: int) -> dict[str, Any]:
    """The line that every strip stands on."""
    x = [0, 1, np.nan] * n_rows
    y = np.repeat(np.arange(n_rows) + HEIGHT / 2, 3)
    return theme.scatter(x, y, "lines", line={"color": theme.INK, "width": 1})


def _densities(strips: Sequence[Strip]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for row, strip in enumerate(strips):
        outline = strip.density
        x += [*outline[0], np.nan]
        y += [*(row + HEIGHT / 2 - HEIGHT * outline[1]), np.nan]
    return theme.area(x, y, theme.FILL)


def _ranges(strips: Sequence[Strip]) -> list[dict[str, Any]]:
    """A box per range, and points along it that answer to the mouse."""
    x: list[float] = []
    y: list[float] = []
    points: list[tuple[float, int, str]] = []
    for row, strip in enumerate(strips):
        for low, high in strip.bands:
            x += [low, low, high, high, low, np.nan]
            bottom, top = row + HEIGHT / 2, row - HEIGHT / 2
            y += [bottom, top, top, bottom, bottom, np.nan]
        middles = [(low + high) / 2 for low, high in strip.bands or [(0.0, 1.0)]]
        points += [(middle, row, _hover(strip)) for middle in middles]
    targets = theme.scatter(
        [p[0] for p in points],
        [p[1] for p in points],
        "markers",
        marker={"size": 16, "opacity": 0, "color": theme.ORANGE},
        hovertext=[p[2] for p in points],
    )
    return [theme.area(x, y, theme.ORANGE_FAINT, edge=theme.ORANGE), targets]


def _tops(strips: Sequence[Strip], target: str) -> dict[str, Any]:
    points = [(row, top) for row, strip in enumerate(strips) for top in strip.tops]
    return theme.scatter(
        [top.unit for _, top in points],
        [row + HEIGHT / 2 - 0.16 * HEIGHT for row, _ in points],
        "markers",
        marker={"symbol": "diamond", "size": 7, "color": theme.BLUE, "opacity": 0.85},
        hovertext=[
            f"trial {top.number}: {theme.safe(top.label, 40)}"
            f"<br>{theme.safe(target, 40)} {top.value:.4g}"
            for _, top in points
        ],
        cliponaxis=False,
    )


def _ticks(strips: Sequence[Strip]) -> dict[str, Any]:
    """The parameter's own values below its strip; the ends are written inwards."""
    marks = [
        (unit, row + HEIGHT / 2 + 0.08, words, _side(strip, unit))
        for row, strip in enumerate(strips)
        for unit, words in strip.ticks
    ]
    return theme.scatter(
        [m[0] for m in marks],
        [m[1] for m in marks],
        "text",
        text=[m[2] for m in marks],
        textposition=[m[3] for m in marks],
        textfont={"size": 10, "color": theme.INK},
        cliponaxis=False,
    )


def _side(strip: Strip, unit: float) -> str:
    if strip.is_discrete or 0.1 < unit < 0.9:
        return "bottom center"
    return "bottom right" if unit < 0.5 else "bottom left"


def _arrows(strips: Sequence[Strip]) -> dict[str, Any]:
    marks = [(row, strip.bound) for row, strip in enumerate(strips) if strip.bound is not None]
    return theme.scatter(
        [1.0 if bound == "high" else 0.0 for _, bound in marks],
        [row for row, _ in marks],
        "markers",
        marker={
            "symbol": [f"triangle-{'right' if b == 'high' else 'left'}" for _, b in marks],
            "size": 11,
            "color": theme.ORANGE,
        },
        cliponaxis=False,
    )


def _advice(strip: Strip, row: int) -> dict[str, Any]:
    """Two lines right of the strip: what to do, and what supports it."""
    words = f"<b>{theme.wrapped(strip.advice, ADVICE_COLUMNS, 2)}</b>"
    if not strip.advice:
        reason = theme.wrapped(strip.reason.split(";")[0], REASON_COLUMNS, 3)
        words = f'<span style="font-size:10px">{reason}</span>'
    if strip.support:
        words += f'<br><span style="font-size:10px">{theme.safe(strip.support)}</span>'
    return theme.label(
        words,
        x=1,
        y=row,
        xref="paper",
        yref="y",
        xanchor="left",
        xshift=12,
        hovertext=theme.wrapped(strip.reason),
    )


def _hover(strip: Strip) -> str:
    return "<br>".join([f"<b>{theme.wrapped(strip.name)}</b>", *map(theme.wrapped, strip.said)])
