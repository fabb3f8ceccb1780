"""How the search went: every trial's values in the order in which they were tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import axes, multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.figures.drawing.timeline import (
    MAX_TRIALS,
    ORDERS,
    WHY_NOT,
    describe_left_out,
    describe_sampler,
    describe_signs,
    describe_trial,
    find_record,
    find_spots,
    lay_out,
)
from optuna_guide.figures.drawing.trails import (
    find_corridor,
    find_evaluations,
    find_groups,
    find_links,
)
from optuna_guide.study.targets import PARETO_RANK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.drawing.timeline import Order, Rows, Timeline
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import ParamGuidance

TITLE = "Exploration history"
HOW = (
    "Points: trials at their own values, stronger = better; small dots: evaluations; band: "
    "narrowed to; on top the observed record."
)
COLOURS = {"stronger = better": theme.BLUE, "band": theme.ORANGE}

MAX_PARAMS = 5
MAX_BARS = 80
PEAK = 0.15  # of the height
GAP = 0.075
SYMBOLS = {"startup": "square", "explored": "diamond", "enqueued": "star"}


@dataclass(frozen=True, eq=False)
class Points:
    """Trials that are drawn alike; arrays ``(n_points,)``, places from 0 to 1 up."""

    symbol: str
    x: FloatArray
    y: FloatArray
    values: FloatArray
    labels: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Row:
    """The trials along one parameter, and what lies behind them; lines are apart by NaN.

    Attributes:
        name: Of the parameter.
        ticks: Places and labels of its own values.
        corridor: What was narrowed to: start, end, low and high of each part.
        evaluations: Places ``(x, y)`` of intermediate values; may be empty.
        links: Curves ``(x, y)`` from parents to children; may be empty.
        points: The trials.
    """

    name: str
    ticks: tuple[tuple[float, str], ...]
    corridor: tuple[tuple[float, float, float, float], ...]
    evaluations: tuple[FloatArray, FloatArray]
    links: tuple[FloatArray, FloatArray]
    points: tuple[Points, ...]


@dataclass(frozen=True, eq=False)
class Peak:
    """The record, as bars that touch each other.

    Attributes:
        edges: ``(n_bars + 1,)`` of the bars.
        record: ``(n_bars,)`` at the end of each.
        foot: Where the bars stand: what nine in ten trials reach.
        top: The observed best.
        is_rank: Whether it is the share of the front of several objectives.
    """

    edges: FloatArray
    record: FloatArray
    foot: float
    top: float
    is_rank: bool


@dataclass(frozen=True)
class Numbers:
    """How the search went.

    Attributes:
        about: The target.
        order: What the horizontal axis counts.
        ends: First and last place.
        reach: Target values of the faintest and of the strongest colour.
        peak: The record.
        rows: The parameters.
        shaded: Start and end of every second generation or batch.
        said: Lines below the drawing.
    """

    about: About
    order: Order
    ends: tuple[float, float]
    reach: tuple[float, float]
    peak: Peak
    rows: tuple[Row, ...]
    shaded: tuple[tuple[float, float], ...]
    said: tuple[str, ...]


def gather(
    sources: Sources,
    *,
    by: Order = "trial",
    params: Sequence[str] = (),
    colour_range: tuple[float, float] | None = None,
    n_trials: int = MAX_TRIALS,
) -> Numbers | Nothing:
    """The observed record, and the values of the most important parameters.

    Args:
        sources: Trials and how they came to be.
        by: What the horizontal axis counts.
        params: Parameters to show; the most important ones where nothing is said.
        colour_range: Target values of the faintest and the strongest colour.
        n_trials: Trials that are drawn at most.

    Raises:
        KeyError: If there is no such parameter.
        ValueError: If the trials do not have the target, or ``by`` is unknown.
    """
    if by not in ORDERS:
        raise ValueError(f"by must be one of {', '.join(ORDERS)}, not {by!r}.")
    guidance, exploration = sources.found, sources.exploration
    view = lay_out(exploration, sources.explored_goal, by, colour_range, n_trials)
    if not len(view.rows):
        why = "There is no trial to show."
        if len(exploration):
            why = f"No trial has a {by}: {WHY_NOT[by]}."
        return Nothing(why, sources.about)
    space = exploration.trials.space
    asked = [guidance[name] for name in params] or list(guidance.params)
    known = [replace(p, distribution=space[p.name]) for p in asked if p.name in space]
    shown = known[:MAX_PARAMS]
    hidden = describe_left_out(view, len(known) - len(shown))
    said = [
        " · ".join(filter(None, [describe_signs(view), hidden])),
        describe_sampler(exploration),
    ]
    x = view.x[view.rows]
    return Numbers(
        about=sources.about,
        order=by,
        ends=(float(x.min()), float(x.max())),
        reach=view.reach,
        peak=_find_peak(view),
        rows=tuple(_find_row(view, param) for param in shown),
        shaded=tuple(find_groups(view)),
        said=tuple(filter(None, said)),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the record, and the parameters below."""
    rows, peak = numbers.rows, numbers.peak
    traces, notes = [_peak(numbers)], [_peak_name(numbers)]
    layout: dict[str, Any] = {"yaxis": _peak_axis(peak)}
    for i, row in enumerate(rows):
        up = _up(i, len(rows))
        layout[f"yaxis{i + 2}"] = multiples.value_axis(row.ticks, up, "x", range=[-0.04, 1.04])
        traces += [{**t, "yaxis": f"y{i + 2}"} for t in _row(row)]
        notes.append(multiples.heading(f"<b>{theme.safe(row.name, 40)}</b>", (0, 1), up))
    for i, words in enumerate(numbers.said):
        notes += multiples.foot(words, 84, 36 + theme.LINE * i)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 84, "r": 74, "b": 44 + theme.LINE * len(numbers.said), "t": 24},
        shapes=[_shade(start, end) for start, end in numbers.shaded],
        coloraxis=colour_axis(numbers.reach),
        bargap=0,
        xaxis=_x_axis(numbers),
        **layout,
    )


def _find_peak(view: Timeline) -> Peak:
    """The record so far, at places that are evenly apart."""
    x, record = find_record(view)
    n = min(len(x), MAX_BARS)
    last = np.linspace(0, len(x), n + 1).round().astype(int)[1:] - 1
    edges = np.concatenate([[x[0] - 0.5], x[last] + 0.5])
    foot, top = _peak_reach(view, record)
    return Peak(edges, record[last], foot, top, view.target.name == PARETO_RANK)


def _peak_reach(view: Timeline, record: FloatArray) -> tuple[float, float]:
    """Foot and top of the record: what nine in ten trials reach, and the observed best."""
    if view.target.name == PARETO_RANK:
        return 0.0, 1.0
    faint, strong = view.reach
    values = view.target.values[view.rows]
    known = values[np.isfinite(values) & ~view.exploration.trials.pruned[view.rows]]
    high = float(np.max(record) if strong > faint else np.min(record))
    low = float(np.quantile(known, 0.1 if strong > faint else 0.9)) if len(known) else faint
    return (low, high) if low != high else (faint, strong)


def _find_row(view: Timeline, param: ParamGuidance) -> Row:
    trials = view.exploration.trials
    column = trials.params[:, trials.names.index(param.name)]
    y = spaces.to_unit(param.distribution, column)
    rows = view.rows[~np.isnan(y[view.rows])]
    return Row(
        name=param.name,
        ticks=tuple(axes.upright_ticks(param, 8)),
        corridor=tuple(find_corridor(view, param)),
        evaluations=find_evaluations(view, rows, y),
        links=find_links(view, rows, y),
        points=tuple(_find_points(view, param, rows, y)),
    )


def _find_points(
    view: Timeline, param: ParamGuidance, rows: Rows, y: FloatArray
) -> Iterator[Points]:
    """A group for each symbol, the pruned trials of it first."""
    trials, kinds = view.exploration.trials, view.exploration.kinds
    shape = np.array([SYMBOLS.get(k, "circle") for k in kinds[rows]])
    column = trials.params[:, trials.names.index(param.name)]
    pruned, x = trials.pruned[rows], find_spots(view, rows)
    for symbol in dict.fromkeys(shape.tolist()):
        for is_pruned in (True, False):
            at = np.flatnonzero((shape == symbol) & (pruned == is_pruned))
            if len(at):
                chosen = rows[at]
                yield Points(
                    symbol=f"{symbol}-open" if is_pruned else symbol,
                    x=x[at],
                    y=y[chosen],
                    values=view.target.values[chosen],
                    labels=tuple(param.label(value) for value in column[chosen].tolist()),
                    said=tuple(describe_trial(view, row) for row in chosen.tolist()),
                )


def _up(i: int, n: int) -> tuple[float, float]:
    """Part of the height of parameter ``i``, the first on top, below the record."""
    low, high = multiples.part(n - 1 - i, n, GAP)
    room = 1 - PEAK - GAP
    return round(low * room, 4), round(high * room, 4)


def _x_axis(numbers: Numbers) -> dict[str, Any]:
    (first, last), n_rows = numbers.ends, len(numbers.rows)
    whole = {"dtick": 1} if numbers.order not in ("trial", "step") and last - first <= 12 else {}
    return {
        **theme.AXIS,
        "range": [first - 0.9, last + 0.9],
        "title": {"text": numbers.order, "font": {"size": 11}, "standoff": 2},
        "anchor": f"y{n_rows + 1}" if n_rows else "y",
        "tickformat": "d",
        "nticks": 8,
        **whole,
    }


def _peak(numbers: Numbers) -> dict[str, Any]:
    """Bars up to the record so far, in its colour."""
    peak = numbers.peak
    low, high = sorted((peak.foot, peak.top))
    strongest = np.full(len(peak.record), numbers.reach[1])
    return {
        "type": "bar",
        "x": theme.rounded((peak.edges[1:] + peak.edges[:-1]) / 2, 6),
        "width": theme.rounded(np.diff(peak.edges), 6),
        "y": theme.rounded(np.clip(peak.record, low, high) - peak.foot, 6),
        "base": peak.foot,
        "marker": {
            "color": theme.rounded(strongest if peak.is_rank else peak.record, 6),
            "coloraxis": "coloraxis",
            "line": {"width": 0},
            "opacity": 0.5,
        },
        "text": [f"{v:.4g}" for v in peak.record],
        "textposition": "none",
        "hovertemplate": "until here: %{text}<extra></extra>",
    }


def _peak_axis(peak: Peak) -> dict[str, Any]:
    low, high = peak.foot, peak.top
    margin = 0.06 * (high - low)
    return {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low, high + margin],
        "tickvals": theme.rounded([low, high]),
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
    }


def _peak_name(numbers: Numbers) -> dict[str, Any]:
    words = f"<b>{theme.safe(numbers.about.target, 30)}</b>, observed record"
    if numbers.peak.is_rank:
        words = "share of the final front that is found"
    return multiples.heading(words, (0, 1), (1 - PEAK, 1))


def _shade(start: float, end: float) -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": start,
        "x1": end,
        "y0": 0,
        "y1": 1 - PEAK,
        "fillcolor": "rgba(127,127,127,.09)",
        "line": {"width": 0},
        "layer": "below",
    }


def _row(row: Row) -> list[dict[str, Any]]:
    """The trials of a row, on what lies behind them."""
    return [
        *_corridor(row),
        *_evaluations(row),
        *_links(row),
        *(_points(points) for points in row.points),
    ]


def _corridor(row: Row) -> list[dict[str, Any]]:
    x: list[float] = []
    y: list[float] = []
    for left, right, low, high in row.corridor:
        x += [left, left, right, right, left, np.nan]
        y += [low, high, high, low, low, np.nan]
    return [theme.area(x, y, theme.ORANGE_FAINT)] if x else []


def _evaluations(row: Row) -> list[dict[str, Any]]:
    """Small points on dashed lines that end in the trial's own point."""
    x, y = row.evaluations
    line = {"color": theme.INK, "width": 0.7, "dash": "dot"}
    dots = {"size": 2.5, "color": theme.INK}
    drawn = theme.scatter(np.round(x, 2), y, "lines+markers", line=line, marker=dots)
    return [drawn] if len(x) else []


def _links(row: Row) -> list[dict[str, Any]]:
    """Curves from parents to their children."""
    x, y = row.links
    line = {"color": theme.PURPLE, "width": 0.8, "shape": "spline"}
    return [theme.scatter(np.round(x, 2), y, "lines", line=line, opacity=0.6)] if len(x) else []


def _points(points: Points) -> dict[str, Any]:
    look = {
        "symbol": points.symbol,
        "size": 9 if points.symbol.startswith("star") else 6,
        "color": theme.rounded(points.values, 4),
        "coloraxis": "coloraxis",
    }
    return theme.scatter(
        points.x,
        np.round(points.y, 4),
        "markers",
        marker=look,
        text=[theme.safe(label, 24) for label in points.labels],
        customdata=list(points.said),
        hovertemplate="%{text}<br>trial %{customdata}<extra></extra>",
    )
