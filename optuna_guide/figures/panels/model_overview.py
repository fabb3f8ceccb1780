"""Every trial a point, in three projections: what it costs, what it is, what it predicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.projection.distances import gower
from optuna_guide.analysis.projection.landmark_mds import n_landmarks, place
from optuna_guide.analysis.trade_off import read_trade_off, unbeaten
from optuna_guide.domain import wording
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis, colour_range
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.study import targets
from optuna_guide.words import phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import Guidance, ParamGuidance

    IntArray: TypeAlias = npt.NDArray[np.int64]

TITLE = "Model overview"
HOW = (
    "Points: trials, stronger = better, larger = costlier; line: trials that no other beats; "
    "in a map near = alike, the axes have no unit."
)
COLOURS = {"stronger = better": theme.BLUE, "line": theme.PURPLE}

Projection: TypeAlias = Literal["attribute", "configuration", "prediction"]
PROJECTIONS = ("attribute", "configuration", "prediction")
BUTTONS = {"attribute": "target by cost", "configuration": "map of configurations",
           "prediction": "map of predictions"}  # fmt: skip
MAX_TRIALS = 400
MAX_LINKS = 200
MAX_DIFFERENCES = 5  # that are said on hover
SIZES = (5.0, 15.0)  # pixels, of the least and the largest cost
LOG_RATIO = 100.0  # of the largest to the smallest cost, from which an axis is logarithmic
BLANK = {"showticklabels": False, "type": "linear", "showgrid": False}
EXPONENTS = {"exponentformat": "SI"}
WHY_NOT = {
    "attribute": ("No objective, duration or numeric user attribute varies that could be a cost."),
    "prediction": (
        "Fewer than two trials logged predictions: call optuna_guide.log_predictions(trial, y)"
        " with what the model predicts on the validation set."
    ),
}
MARGINS = {"l": 56, "r": 66, "b": 46, "t": 42}


@dataclass(frozen=True)
class Axis:
    """What an axis means; a map has no unit, and shows the part between ``ends``."""

    title: str
    ends: tuple[float, float] | None = None
    is_log: bool = False


@dataclass(frozen=True, eq=False)
class View:
    """One projection: where the shown trials are, NaN = not in it, and what the axes mean.

    Attributes:
        name: Of the projection.
        x: ``(n_shown,)``.
        y: ``(n_shown,)``.
        front: Places among the shown trials, along the line of those that no other beats.
        x_axis: Along.
        y_axis: Up.
    """

    name: Projection
    x: FloatArray
    y: FloatArray
    front: IntArray
    x_axis: Axis
    y_axis: Axis


@dataclass(frozen=True)
class Point:
    """What is said of a trial; what it changed against the record, or None for the record."""

    number: int
    value: float
    changed: tuple[tuple[str, str, str], ...] | None  # parameter, value of the record, its own


@dataclass(frozen=True, eq=False)
class Numbers:
    """Trials in several projections.

    Attributes:
        about: The target.
        views: The projections that the trials allow.
        first: The one that is seen first, as a place among them.
        points: The shown trials.
        record: Number of the top trial.
        sizes: ``(n_shown,)`` diameters in pixels.
        tint: ``(n_shown,)`` what the colour shows; NaN = not known.
        reach: Values of the faintest and of the strongest colour.
        links: ``(n_links, 2)`` places among the shown trials of parents and their children.
        said: What is drawn and what is not.
    """

    about: About
    views: tuple[View, ...]
    first: int
    points: tuple[Point, ...]
    record: int
    sizes: FloatArray
    tint: FloatArray
    reach: tuple[float, float]
    links: IntArray
    said: str


def gather(
    sources: Sources,
    *,
    projection: Projection | None = None,
    against: str | None = None,
    size: str | None = None,
    colour: str | None = None,
) -> Numbers | Nothing:
    """One projection, and the others that the trials allow.

    Args:
        sources: Trials, how they came to be, what they predict, and what matters most.
        projection: What is seen first: ``"attribute"``: the target against a cost;
            ``"configuration"``: a map of Gower distances; ``"prediction"``: a map of what was
            logged with `log_predictions`. The first one that the trials allow by default.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        size: The same, as the size of the points; the cost by default.
        colour: The same, as their colour; the target by default.

    Raises:
        ValueError: If an option is unknown, or the trials do not have the target of the guidance.
    """
    if projection not in (None, *PROJECTIONS):
        known = ", ".join(map(repr, PROJECTIONS))
        raise ValueError(f"projection must be one of {known}, not {projection!r}.")
    guidance, trials = sources.found, sources.shown
    if not len(trials):
        return Nothing("There is no trial with this target.", sources.about)
    rows = np.sort(selection.thin(trials.loss, MAX_TRIALS))
    pair = read_trade_off(guidance, trials.table, against)
    views = _views(sources, rows, pair)
    names = [view.name for view in views]
    if projection is not None and projection not in names:
        return Nothing(WHY_NOT[projection], sources.about)
    sizes = _sizes(trials, _column(trials, size or (pair and pair.x_name)))
    tint = (trials.drawn if colour is None else _column(trials, colour))[rows]
    direction = guidance.direction if colour is None else "minimize"
    links = _links(sources, rows)
    return Numbers(
        about=sources.about,
        views=tuple(views),
        first=0 if projection is None else names.index(projection),
        points=tuple(_points(guidance, trials, rows)),
        record=int(trials.table.numbers[np.argmin(trials.loss)]),
        sizes=sizes[rows],
        tint=tint,
        reach=colour_range(tint[np.isfinite(tint)], direction),
        links=links,
        said=_describe(trials, rows, links, pair),
    )


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the first projection; buttons switch to the others."""
    view = numbers.views[numbers.first]
    traces = _traces(numbers, view)
    foot = multiples.foot(numbers.said, MARGINS["l"], 42)
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=foot,
        margin={**MARGINS, "b": MARGINS["b"] + theme.LINE * len(foot)},
        coloraxis=colour_axis(numbers.reach),
        updatemenus=_buttons(numbers, len(traces)),
        xaxis=_x_axis(view.x_axis),
        yaxis=_y_axis(view.y_axis),
    )


def _views(sources: Sources, rows: IntArray, pair: TradeOff | None) -> list[View]:
    trials, predictions = sources.shown, sources.predictions
    views = [] if pair is None else [_trade_off_view(pair, trials, rows)]
    n = n_landmarks(len(trials))
    at = np.union1d(np.arange(n), rows)
    params = trials.table.params
    distances = gower(trials.table.space, params[at], params[:n])
    views.append(_map("configuration", distances, at, trials, rows))
    if predictions is not None:
        numbers = sources.table.numbers[predictions.rows]
        place_of = {int(number): row for row, number in enumerate(trials.table.numbers)}
        known = np.array([place_of.get(number, -1) for number in numbers.tolist()])
        n = n_landmarks(len(known))
        chosen = np.union1d(np.arange(n), np.flatnonzero(np.isin(known, rows)))
        distances = predictions.distances(n, chosen)
        views.append(_map("prediction", distances, known[chosen], trials, rows))
    return views


def _trade_off_view(pair: TradeOff, trials: ShownTrials, rows: IntArray) -> View:
    at = np.searchsorted(trials.table.numbers, pair.numbers)
    x, y = np.full((2, len(trials)), np.nan)
    x[at], y[at] = pair.x_shown, pair.y_shown
    front = at[unbeaten(pair)]
    front = front[np.argsort(x[front], kind="stable")]
    place_of = np.full(len(trials), -1)
    place_of[rows] = np.arange(len(rows))
    better = "lower" if pair.x_sign > 0 else "higher"
    known = pair.x_shown[np.isfinite(pair.x_shown)]
    log = known.min() > 0 and known.max() / known.min() >= LOG_RATIO
    name = f"{lettering.cut(wording.one_line(pair.x_label), 28)}, {better} is better"
    return View(
        "attribute",
        x[rows],
        y[rows],
        place_of[front][place_of[front] >= 0],
        Axis(name, is_log=log),
        Axis(lettering.cut(wording.one_line(pair.y_name), 28)),
    )


def _map(
    name: Projection,
    distances: FloatArray,
    at: IntArray,
    trials: ShownTrials,
    rows: IntArray,
) -> View:
    """A map of the trials ``at``; -1 = not among them."""
    found = place(distances)
    points = np.full((len(trials), 2), np.nan)
    points[at[at >= 0]] = found.points[at >= 0]
    share = wording.percent(found.share)
    words = f"near = alike; both axes show {share} of the differences"
    along, up = found.points.T
    x_axis, y_axis = Axis(words, _extent(along)), Axis("", _extent(up))
    return View(name, points[rows, 0], points[rows, 1], rows[:0], x_axis, y_axis)


def _extent(places: FloatArray) -> tuple[float, float]:
    low, high = (float(places.min()), float(places.max())) if len(places) else (0.0, 0.0)
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin


def _x_axis(axis: Axis) -> dict[str, Any]:
    look = BLANK if axis.ends else {"type": "log" if axis.is_log else "linear", **EXPONENTS}
    return _axis(axis, **look)


def _y_axis(axis: Axis) -> dict[str, Any]:
    look = {"scaleanchor": "x", **BLANK} if axis.ends else {"tickformat": ".3~g"}
    return _axis(axis, **look)


def _axis(axis: Axis, **look: Any) -> dict[str, Any]:
    words = theme.safe(axis.title) if axis.title else ""
    shown = {"showticklabels": True, "showgrid": True, "gridcolor": theme.GRID, "nticks": 6}
    part = {"range": list(axis.ends)} if axis.ends else {"autorange": True}
    title = {"text": words, "font": {"size": 11}, "standoff": 4}
    return {**theme.AXIS, **shown, "tickfont": {"size": 10}, "title": title, **part, **look}


def _column(trials: ShownTrials, name: str | None) -> FloatArray:
    """``(n_trials,)`` a target, the bad side clipped; NaN = a trial has none."""
    column = np.full(len(trials), np.nan)
    if name is None:
        return column
    found = targets.read_target(trials.table, name)
    column[found.rows] = clip_outliers(found.values, found.direction)
    return column


def _sizes(trials: ShownTrials, cost: FloatArray) -> FloatArray:
    """Diameters by the logarithm of the cost, or by the cost where it is not positive."""
    known = np.isfinite(cost)
    sizes = np.full(len(trials), 7.0)
    if known.any() and np.ptp(cost[known]) > 0:
        scaled = np.log(cost[known]) if cost[known].min() > 0 else cost[known]
        low, high = SIZES
        sizes[known] = low + (high - low) * (scaled - scaled.min()) / np.ptp(scaled)
    return sizes


def _links(sources: Sources, rows: IntArray) -> IntArray:
    """``(n_links, 2)`` places among the shown trials of parents and their children."""
    trials, exploration = sources.shown, sources.exploration
    place_of = {int(trials.table.numbers[row]): k for k, row in enumerate(rows)}
    pairs = zip(exploration.parents.tolist(), exploration.trials.numbers.tolist(), strict=True)
    found = [(place_of[p], place_of[n]) for p, n in pairs if p in place_of and n in place_of]
    return np.array(found[-MAX_LINKS:], dtype=np.int64).reshape(-1, 2)


def _traces(numbers: Numbers, view: View) -> list[dict[str, Any]]:
    arrows, points, front = _coordinates(view, numbers.links)
    arrow = {"symbol": "arrow", "size": 7, "angleref": "previous", "color": theme.INK}
    line = {"color": theme.INK, "width": 0.8}
    steps = {"color": theme.PURPLE, "width": 1.5, "shape": "hv"}
    look = {
        "size": [round(float(s), 1) for s in numbers.sizes],
        "sizemode": "diameter",
        "color": theme.rounded(numbers.tint),
        "coloraxis": "coloraxis",
        "line": {"width": 0.5, "color": theme.GRID},
    }
    return [
        theme.scatter(*arrows, "lines+markers", line=line, marker=arrow, opacity=0.6),
        theme.scatter(*points, "markers", marker=look, hovertext=_hovers(numbers)),
        theme.scatter(*front, "lines", line=steps),
    ]


def _coordinates(view: View, links: IntArray) -> list[tuple[FloatArray, FloatArray]]:
    """Of the arrows, the points and the line, in the order of the traces."""
    gap = np.full(len(links), np.nan)
    arrows = [
        np.column_stack([side[links[:, 0]], side[links[:, 1]], gap]).ravel()
        for side in (view.x, view.y)
    ]
    front = view.x[view.front], view.y[view.front]
    return [(arrows[0], arrows[1]), (view.x, view.y), front]


def _points(guidance: Guidance, trials: ShownTrials, rows: IntArray) -> Iterator[Point]:
    top = int(np.argmin(trials.loss))
    shown = selection.shown_params(guidance, trials.table)
    columns = [trials.column(param.name) for param in shown]
    for row in rows.tolist():
        changed = tuple(
            (p.name, _label(p, c[top]), _label(p, c[row]))
            for p, c in zip(shown, columns, strict=True)
            if c[row] != c[top] and not (np.isnan(c[row]) and np.isnan(c[top]))
        )
        number, value = int(trials.table.numbers[row]), float(trials.values[row])
        yield Point(number, value, None if row == top else changed)


def _label(param: ParamGuidance, internal: float) -> str:
    return "inactive" if np.isnan(internal) else param.label(float(internal))


def _hovers(numbers: Numbers) -> list[str]:
    target = theme.safe(numbers.about.target, 24)
    said = []
    for point in numbers.points:
        lines = [f"trial {point.number}: {target} {point.value:.5g}"]
        if point.changed is not None:
            lines.append(f"against trial {numbers.record}, the record:")
            lines += [
                f"{theme.safe(name, 20)} {theme.safe(then, 20)} → {theme.safe(now, 20)}"
                for name, then, now in point.changed[:MAX_DIFFERENCES]
            ]
            hidden = len(point.changed) - MAX_DIFFERENCES
            lines += [f"and {hidden} more"] if hidden > 0 else []
        said.append("<br>".join(lines))
    return said


def _buttons(numbers: Numbers, n_traces: int) -> list[dict[str, Any]]:
    """One for each projection; a press moves the points and changes the axes."""
    if len(numbers.views) < 2:
        return []
    buttons = []
    for view in numbers.views:
        xy = _coordinates(view, numbers.links)
        data = {
            "x": [theme.rounded(x) for x, _ in xy],
            "y": [theme.rounded(y, 6) for _, y in xy],
        }
        layout = {"xaxis": _x_axis(view.x_axis), "yaxis": _y_axis(view.y_axis)}
        args = [data, layout, list(range(n_traces))]
        buttons.append({"label": BUTTONS[view.name], "method": "update", "args": args})
    return [
        {
            "type": "buttons",
            "direction": "right",
            "buttons": buttons,
            "active": numbers.first,
            "showactive": False,  # plotly would paint it white, also on black
            "x": 0,
            "xanchor": "left",
            "y": 1,
            "yanchor": "bottom",
            "pad": {"l": -44, "b": 6, "t": 0},
            "font": {"size": 11, "color": theme.INK},
            "bgcolor": "rgba(127,127,127,.12)",
            "bordercolor": theme.GRID,
            "borderwidth": 1,
        }
    ]


def _describe(trials: ShownTrials, rows: IntArray, links: IntArray, pair: TradeOff | None) -> str:
    words = [selection.thinned_note(len(rows), len(trials))]
    if pair is not None:
        words.append(phrases.beyond(pair.y, pair.y_shown))
        words.append(phrases.beyond(pair.x, pair.x_shown, f"{wording.cut(pair.x_name, 20)} value"))
    words += ["arrows: parent to child"] if len(links) else []
    return "; ".join(filter(None, words))
