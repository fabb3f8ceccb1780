"""Lines: importance from version to version of the guidance, and whether it has settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from optuna_guide.guidance import Guidance
    from optuna_guide.store import VersionSummary

TITLE = "Importance over time"
HOW = (
    "Importance of each parameter at every version of the guidance, against the trials that it "
    "rests on; shaded: suggestions were not shown yet."
)
COLOURS: dict[str, str] = {}

MAX_PARAMS = 6
PALETTE = (theme.BLUE, theme.ORANGE, theme.PURPLE, "#3f9b78", "#9a8a00", theme.INK)
SHADE = "rgba(127,127,127,.12)"
STEADY = 0.1  # change of an importance up to which it is called settled
MIN_GAP = 0.065  # between two names, as a part of the height


def figure(guidance: Guidance, *, history: Sequence[VersionSummary] = ()) -> go.Figure:
    """Draw the parameters that are most important now.

    Args:
        guidance: The newest guidance.
        history: Past versions, oldest first; those of another target are left out.
    """
    points = _points(guidance, history)
    if len(points) < 2:
        return multiples.nothing(guidance, TITLE, HOW, f"{describe(guidance, history)}.", COLOURS)
    params = guidance.params[:MAX_PARAMS]
    x = [n for n, _, _ in points]
    traces, ends = [], []
    for param, colour in zip(params, PALETTE, strict=False):
        y = [found.get(param.name, 0.0) for _, found, _ in points]
        traces.append(_line(param.name, x, y, colour))
        ends.append(y[-1])
    reach = max(max(found.values(), default=0.0) for _, found, _ in points) or 1.0
    room = max(1.08 * reach, 0.1)
    names = [
        theme.label(
            f'<span style="color:{colour}">{theme.safe(param.name, 16)}</span>',
            x=1, xref="paper", xanchor="left", xshift=4, y=height, yref="y",
            hovertext=theme.wrapped(param.name),
        )
        for param, colour, height in zip(params, PALETTE, _spread(ends, room), strict=False)
    ]  # fmt: skip
    said = multiples.foot(describe(guidance, history), 52, 42)
    hidden = len(guidance.params) - len(params)
    said += multiples.foot(phrases.left_out(hidden), 52, 42 + theme.LINE) if hidden else []
    margin = 0.04 * (x[-1] - x[0]) or 1.0
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        annotations=[*names, *said],
        margin={"l": 52, "r": 118, "b": 52 + theme.LINE * len(said)},
        shapes=_closed(points, margin),
        xaxis={
            **theme.AXIS,
            "range": [x[0] - margin, x[-1] + margin],
            "title": {"text": "trials", "font": {"size": 11}, "standoff": 4},
            "tickformat": "d",
            "nticks": 7,
        },
        yaxis={
            **theme.AXIS,
            "range": [-0.02 * room, room],
            "tickformat": ".0%",
            "nticks": 5,
            "showgrid": True,
            "gridcolor": theme.GRID,
        },
    )


def describe(guidance: Guidance, history: Sequence[VersionSummary]) -> str:
    """Whether importance has settled, in one sentence without its full stop."""
    points = _points(guidance, history)
    if len(points) < 3:
        n = len(points)
        return f"{n} version{'s' * (n > 1)} so far: too few to tell whether importance has settled"
    now = points[-1][1]
    since = len(points) - 1
    while since and _change(points[since - 1][1], now) <= STEADY:
        since -= 1
    if len(points) - since < 3:
        return "Importance still changes from version to version: more trials will tell"
    n = points[since][0]
    return f"No importance has changed by more than {wording.percent(STEADY)} since {n} trials"


def _points(
    guidance: Guidance, history: Sequence[VersionSummary]
) -> list[tuple[int, Mapping[str, float], bool]]:
    """Trials, importances and whether suggestions were shown, oldest first; the newest is last."""
    past = [
        (h.n_trials, h.importances, h.is_open)
        for h in history
        if h.target == guidance.target and h.n_trials < guidance.n_trials
    ]
    now = {p.name: p.importance for p in guidance.params}
    return [*past, (guidance.n_trials, now, guidance.trust.is_open)]


def _change(then: Mapping[str, float], now: Mapping[str, float]) -> float:
    """The largest change of an importance; a parameter that was not known had none."""
    return max(abs(then.get(name, 0.0) - now.get(name, 0.0)) for name in {*then, *now})


def _line(name: str, x: list[int], y: list[float], colour: str) -> dict[str, Any]:
    said = [
        f"<b>{theme.wrapped(name)}</b><br>{theme.percent(v)} after {n} trials"
        for n, v in zip(x, y, strict=True)
    ]
    look = {"line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 6}}
    return theme.scatter(x, y, "lines+markers", hovertext=said, **look)


def _closed(
    points: Sequence[tuple[int, Mapping[str, float], bool]], margin: float
) -> list[dict[str, Any]]:
    """The stretches in which the gate was closed: up to the first version that was open."""
    shapes = []
    starts = [n for n, _, _ in points]
    ends = [*starts[1:], starts[-1] + margin]
    for i, (start, end, (_, _, is_open)) in enumerate(zip(starts, ends, points, strict=True)):
        if not is_open:
            left = start - margin if i == 0 else start
            shapes.append(multiples.shade(left, end, 0, SHADE))
    return shapes


def _spread(heights: Sequence[float], room: float) -> list[float]:
    """Places of names beside the ends of their lines, moved apart where they would overlap."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = dict.fromkeys(order, 0.0)
    lowest = 0.0
    for i in order:
        placed[i] = max(heights[i], lowest)
        lowest = placed[i] + MIN_GAP * room
    return [placed[i] for i in range(len(heights))]
