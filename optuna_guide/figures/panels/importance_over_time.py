"""Lines: importance from version to version of the guidance, and whether it has settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain import wording
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import plotly.graph_objects as go

    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance
    from optuna_guide.store.history import VersionSummary

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


@dataclass(frozen=True)
class ImportanceLine:
    """Importance of a parameter at every version, and on hover its name in full."""

    name: str
    importances: tuple[float, ...]


@dataclass(frozen=True)
class Numbers:
    """Versions of the guidance, oldest first.

    Attributes:
        about: The target.
        n_trials: Trials that each version rests on.
        is_open: Whether each showed suggestions.
        lines: The parameters that are most important now.
        highest: Importance of any parameter at any version.
        n_hidden: Parameters without a line.
        said: Whether importance has settled.
    """

    about: About
    n_trials: tuple[int, ...]
    is_open: tuple[bool, ...]
    lines: tuple[ImportanceLine, ...]
    highest: float
    n_hidden: int
    said: str


def gather(sources: Sources) -> Numbers | Nothing:
    """The parameters that are most important now, at all versions of this target."""
    guidance, history = sources.found, sources.history
    points, said = _points(guidance, history), describe(guidance, history)
    if len(points) < 2:
        return Nothing(f"{said}.", sources.about)
    params = guidance.params[:MAX_PARAMS]
    n_trials, found, is_open = zip(*points, strict=True)
    return Numbers(
        sources.about,
        n_trials,
        is_open,
        tuple(
            ImportanceLine(p.name, tuple(one.get(p.name, 0.0) for one in found)) for p in params
        ),
        max(max(one.values(), default=0.0) for one in found),
        len(guidance.params) - len(params),
        said,
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the lines, their names beside their ends."""
    x, lines = numbers.n_trials, numbers.lines
    room = max(1.08 * (numbers.highest or 1.0), 0.1)
    traces = [_line(line, x, colour) for line, colour in zip(lines, PALETTE, strict=False)]
    ends = _spread([line.importances[-1] for line in lines], room)
    short = theme.short([line.name for line in lines], 16)
    names = [
        theme.label(
            f'<span style="color:{colour}">{short[line.name]}</span>',
            x=1, xref="paper", xanchor="left", xshift=4, y=height, yref="y",
            hovertext=theme.wrapped(line.name),
        )
        for line, colour, height in zip(lines, PALETTE, ends, strict=False)
    ]  # fmt: skip
    said = multiples.foot(numbers.said, 52, 42)
    hidden = phrases.left_out(numbers.n_hidden) if numbers.n_hidden else ""
    said += multiples.foot(hidden, 52, 42 + theme.LINE)
    margin = 0.04 * (x[-1] - x[0]) or 1.0
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        annotations=[*names, *said],
        margin={"l": 52, "r": 118, "b": 52 + theme.LINE * len(said)},
        shapes=_closed(numbers, margin),
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
        points_so_far = f"{n} point{'s' * (n > 1)} in time so far"
        return f"{points_so_far}: too few to tell whether importance has settled"
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


def _line(line: ImportanceLine, x: Sequence[int], colour: str) -> dict[str, Any]:
    said = [
        f"<b>{theme.wrapped(line.name)}</b><br>{theme.percent(v)} of what is explained "
        f"after {n} trials"
        for n, v in zip(x, line.importances, strict=True)
    ]
    look = {"line": {"color": colour, "width": 2}, "marker": {"color": colour, "size": 6}}
    return theme.scatter(x, line.importances, "lines+markers", hovertext=said, **look)


def _closed(numbers: Numbers, margin: float) -> list[dict[str, Any]]:
    """The stretches in which the gate was closed: up to the first version that was open."""
    n = numbers.n_trials
    starts, ends = [n[0] - margin, *n[1:]], [*n[1:], n[-1] + margin]
    return [
        multiples.shade(start, end, 0, SHADE)
        for start, end, is_open in zip(starts, ends, numbers.is_open, strict=True)
        if not is_open
    ]


def _spread(heights: Sequence[float], room: float) -> list[float]:
    """Places of names beside the ends of their lines, moved apart where they would overlap."""
    order = sorted(range(len(heights)), key=lambda i: heights[i])
    placed = dict.fromkeys(order, 0.0)
    lowest = 0.0
    for i in order:
        placed[i] = max(heights[i], lowest)
        lowest = placed[i] + MIN_GAP * room
    return [placed[i] for i in range(len(heights))]
