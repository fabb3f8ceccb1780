"""One row per parameter: the promising range, where the trials went, where the top ones lie."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space, wording
from optuna_guide.figures.drawing import axes, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    import plotly.graph_objects as go

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
ADVICE_COLUMNS = 22
TICK_COLUMNS = 30  # characters below a strip in the narrowest card
HEIGHT = 0.5  # of a strip, in rows


def figure(guidance: Guidance) -> go.Figure:
    """Draw the strips of the most important parameters."""
    params = guidance.params[:MAX_PARAMS]
    hidden = len(guidance.params) - len(params)
    axis, left = theme.rows([p.name for p in params], NAME_COLUMNS)
    notes = [_advice(param, row) for row, param in enumerate(params)]
    if hidden:
        words = phrases.left_out(hidden)
        place = {"x": 0, "y": 0, "xref": "paper", "yref": "paper", "yanchor": "top"}
        notes.append(theme.label(words, xanchor="left", yshift=-10, **place))
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        [
            _frames(len(params)),
            _densities(params),
            *_ranges(params),
            _tops(guidance, params),
            _ticks(params),
            _arrows(params),
        ],
        colours=COLOURS,
        annotations=notes,
        margin={"l": left, "r": 150, "b": 30 if hidden else 12},
        xaxis={**theme.AXIS, "range": [-0.005, 1.005], "showticklabels": False},
        yaxis={**axis, "range": [max(len(params), 4) - 0.4, -0.62]},
    )


def _frames(n_rows: int) -> dict[str, Any]:
    """The line that every strip stands on."""
    x = [0, 1, np.nan] * n_rows
    y = np.repeat(np.arange(n_rows) + HEIGHT / 2, 3)
    return theme.scatter(x, y, "lines", line={"color": theme.INK, "width": 1})


def _densities(params: tuple[ParamGuidance, ...]) -> dict[str, Any]:
    x: list[float] = []
    y: list[float] = []
    for row, param in enumerate(params):
        edges, heights = axes.density(param)
        outline = axes.staircase(edges, heights)
        x += [*outline[0], np.nan]
        y += [*(row + HEIGHT / 2 - HEIGHT * outline[1]), np.nan]
    return theme.area(x, y, theme.FILL)


def _ranges(params: tuple[ParamGuidance, ...]) -> list[dict[str, Any]]:
    """A box per range, and points along it that answer to the mouse."""
    x: list[float] = []
    y: list[float] = []
    points: list[tuple[float, int, str]] = []
    for row, param in enumerate(params):
        kept = axes.bands(param, param.promising) if param.promising is not None else []
        for low, high in kept:
            x += [low, low, high, high, low, np.nan]
            bottom, top = row + HEIGHT / 2, row - HEIGHT / 2
            y += [bottom, top, top, bottom, bottom, np.nan]
        points += [((low + high) / 2, row, _hover(param)) for low, high in kept or [(0.0, 1.0)]]
    targets = theme.scatter(
        [p[0] for p in points],
        [p[1] for p in points],
        "markers",
        marker={"size": 16, "opacity": 0, "color": theme.ORANGE},
        hovertext=[p[2] for p in points],
    )
    return [theme.area(x, y, theme.ORANGE_FAINT, edge=theme.ORANGE), targets]


def _tops(guidance: Guidance, params: tuple[ParamGuidance, ...]) -> dict[str, Any]:
    points = [
        (float(space.to_unit(param.distribution, trial.params[param.name])), row, param, trial)
        for row, param in enumerate(params)
        for trial in guidance.best[:MAX_TOP]
        if param.name in trial.params
    ]
    return theme.scatter(
        [p[0] for p in points],
        [row + HEIGHT / 2 - 0.16 * HEIGHT for _, row, _, _ in points],
        "markers",
        marker={"symbol": "diamond", "size": 7, "color": theme.BLUE, "opacity": 0.85},
        hovertext=[
            f"trial {trial.number}: {theme.safe(param.label(trial.params[param.name]), 40)}"
            f"<br>{theme.safe(guidance.target, 40)} {trial.value:.4g}"
            for _, _, param, trial in points
        ],
        cliponaxis=False,
    )


def _ticks(params: tuple[ParamGuidance, ...]) -> dict[str, Any]:
    """The parameter's own values below its strip; the ends are written inwards."""
    marks = [
        (unit, row + HEIGHT / 2 + 0.08, words, _side(param, unit))
        for row, param in enumerate(params)
        for unit, words in axes.ticks(param, TICK_COLUMNS)
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


def _side(param: ParamGuidance, unit: float) -> str:
    if axes.n_choices(param) or 0.1 < unit < 0.9:
        return "bottom center"
    return "bottom right" if unit < 0.5 else "bottom left"


def _arrows(params: tuple[ParamGuidance, ...]) -> dict[str, Any]:
    marks = [(row, p.advice.bound) for row, p in enumerate(params) if p.advice.bound is not None]
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


def _advice(param: ParamGuidance, row: int) -> dict[str, Any]:
    """Two lines right of the strip: what to do, and what supports it."""
    advice = phrases.short_advice(param)
    words = (
        f"<b>{theme.safe(advice, ADVICE_COLUMNS)}</b>"
        if advice
        else theme.safe(param.advice.text, ADVICE_COLUMNS)
    )
    found = param.evidence
    if found is not None:
        support = f"top tenth: {wording.percent(found.top_inside)} in"
        if found.top_outside is not None:
            support += f", {wording.percent(found.top_outside)} out"
        words += f'<br><span style="font-size:10px">{theme.safe(support)}</span>'
    return theme.label(
        words,
        x=1,
        y=row,
        xref="paper",
        yref="y",
        xanchor="left",
        xshift=12,
        hovertext=theme.wrapped(param.advice.text),
    )


def _hover(param: ParamGuidance) -> str:
    lines = [f"<b>{theme.wrapped(param.name)}</b>"]
    if param.promising is not None:
        lines.append(theme.wrapped(f"promising: {param.describe(param.promising)}"))
    lines += [theme.wrapped(words) for words in phrases.evidence(param)]
    return "<br>".join([*lines, theme.wrapped(param.advice.text)])
