"""Every trial a point, in three projections: what it costs, what it is, what it predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from optuna_guide.analysis import selection
from optuna_guide.analysis.projection.distances import gower
from optuna_guide.analysis.projection.landmark_mds import n_landmarks, place
from optuna_guide.analysis.trade_off import read_trade_off, unbeaten
from optuna_guide.domain import wording
from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.figures.drawing import lettering, multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis, colour_range
from optuna_guide.study import targets

if TYPE_CHECKING:
    import numpy.typing as npt
    import plotly.graph_objects as go

    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.study.predictions import Predictions
    from optuna_guide.study.table import TrialsTable

    IntArray: TypeAlias = npt.NDArray[np.int64]

TITLE = "Model overview"
HOW = (
    "Points: trials, stronger = better, larger = costlier; line: trials that no other beats; "
    "in a map near = alike, the axes have no unit."
)
COLOURS = {"stronger = better": theme.BLUE, "line": theme.PURPLE}
USES_TRIALS = True

Projection: TypeAlias = Literal["attribute", "configuration", "prediction"]
PROJECTIONS = ("attribute", "configuration", "prediction")
BUTTONS = {"attribute": "target by cost", "configuration": "map of configurations",
           "prediction": "map of predictions"}  # fmt: skip
MAX_TRIALS = 400
MAX_LINKS = 200
MAX_DIFFERENCES = 5  # that are said on hover
SIZES = (5.0, 15.0)  # pixels, of the least and the largest cost
LOG_RATIO = 100.0  # of the largest to the smallest cost, from which an axis is logarithmic
MARGINS = {"l": 56, "r": 66, "b": 46, "t": 42}


class _View(NamedTuple):
    """One projection: where the shown trials are, NaN = not in it, and what the axes mean."""

    name: Projection
    x: FloatArray
    y: FloatArray
    front: IntArray  # places among the shown trials, along the line
    x_axis: dict[str, Any]
    y_axis: dict[str, Any]


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    projection: Projection | None = None,
    against: str | None = None,
    size: str | None = None,
    colour: str | None = None,
    exploration: Exploration | None = None,
    predictions: Predictions | None = None,
) -> go.Figure:
    """Draw one projection; buttons switch to the others that the trials allow.

    Args:
        guidance: The target, and what matters most.
        table: Trials of the same study.
        projection: What is seen first: ``"attribute"``: the target against a cost;
            ``"configuration"``: a map of Gower distances; ``"prediction"``: a map of what was
            logged with `log_predictions`. The first one that the trials allow by default.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        size: The same, as the size of the points; the cost by default.
        colour: The same, as their colour; the target by default.
        exploration: How trials came to be: arrows lead from parents to children.
        predictions: What rows of the table predict.

    Raises:
        ValueError: If an option is unknown, or the trials do not have the target of the guidance.
    """
    if projection not in (None, *PROJECTIONS):
        known = ", ".join(map(repr, PROJECTIONS))
        raise ValueError(f"projection must be one of {known}, not {projection!r}.")
    trials = selection.read_shown(guidance, table)
    if not len(trials):
        why = "There is no trial with this target."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    rows = np.sort(selection.thin(trials.loss, MAX_TRIALS))
    views = _views(guidance, table, trials, rows, against, predictions)
    first = next((v for v in views if v.name == projection), views[0])
    if projection not in (None, first.name):
        return multiples.nothing(guidance, TITLE, HOW, _why_not(first, projection), COLOURS)
    sizes = _sizes(trials, _column(trials, size) if size else _cost(guidance, trials, against))
    tint = trials.drawn if colour is None else _column(trials, colour)
    links = _links(trials, rows, exploration)
    traces = _traces(guidance, trials, rows, first, sizes, tint, links)
    direction = guidance.direction if colour is None else "minimize"
    known_tint = tint[rows][np.isfinite(tint[rows])]
    foot = multiples.foot(_said(trials, rows, links), MARGINS["l"], 42)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=foot,
        margin={**MARGINS, "b": MARGINS["b"] + theme.LINE * len(foot)},
        coloraxis=colour_axis(colour_range(known_tint, direction)),
        updatemenus=_buttons(views, first, links, len(traces)),
        xaxis=first.x_axis,
        yaxis=first.y_axis,
    )


def _views(
    guidance: Guidance,
    table: TrialsTable,
    trials: ShownTrials,
    rows: IntArray,
    against: str | None,
    predictions: Predictions | None,
) -> list[_View]:
    views = []
    trade_off = _trade_off_view(guidance, trials, rows, against)
    if trade_off is not None:
        views.append(trade_off)
    n = n_landmarks(len(trials))
    at = np.union1d(np.arange(n), rows)
    params = trials.table.params
    distances = gower(trials.table.space, params[at], params[:n])
    views.append(_map("configuration", distances, at, trials, rows))
    if predictions is not None:
        place_of = {int(number): row for row, number in enumerate(trials.table.numbers)}
        known = np.array([place_of.get(int(table.numbers[row]), -1) for row in predictions.rows])
        n = n_landmarks(len(known))
        chosen = np.union1d(np.arange(n), np.flatnonzero(np.isin(known, rows)))
        distances = predictions.distances(n, chosen)
        views.append(_map("prediction", distances, known[chosen], trials, rows))
    return views


def _trade_off_view(
    guidance: Guidance, trials: ShownTrials, rows: IntArray, against: str | None
) -> _View | None:
    pair = read_trade_off(guidance, trials.table, against)
    if pair is None:
        return None
    at = np.searchsorted(trials.table.numbers, pair.numbers)
    x, y = np.full((2, len(trials)), np.nan)
    x[at], y[at] = pair.x, pair.y
    front = at[unbeaten(pair)]
    front = front[np.argsort(x[front], kind="stable")]
    place_of = np.full(len(trials), -1)
    place_of[rows] = np.arange(len(rows))
    better = "lower" if pair.x_sign > 0 else "higher"
    known = pair.x[np.isfinite(pair.x)]
    log = known.min() > 0 and known.max() / known.min() >= LOG_RATIO
    name = f"{lettering.cut(wording.one_line(pair.x_label), 28)}, {better} is better"
    return _View(
        "attribute",
        x[rows],
        y[rows],
        place_of[front][place_of[front] >= 0],
        _axis(name, type="log" if log else "linear", exponentformat="SI"),
        _axis(lettering.cut(wording.one_line(pair.y_name), 28), tickformat=".3~g"),
    )


def _map(
    name: Projection,
    distances: FloatArray,
    at: IntArray,
    trials: ShownTrials,
    rows: IntArray,
) -> _View:
    """A map of the trials ``at``; -1 = not among them."""
    found = place(distances)
    points = np.full((len(trials), 2), np.nan)
    points[at[at >= 0]] = found.points[at >= 0]
    share = wording.percent(found.share)
    blank = {"showticklabels": False, "type": "linear", "showgrid": False}
    words = f"near = alike; both axes show {share} of the differences"
    x_axis = _axis(words, range=_extent(found.points[:, 0]), **blank)
    y_axis = _axis("", range=_extent(found.points[:, 1]), scaleanchor="x", **blank)
    return _View(name, points[rows, 0], points[rows, 1], rows[:0], x_axis, y_axis)


def _extent(places: FloatArray) -> list[float]:
    low, high = (float(places.min()), float(places.max())) if len(places) else (0.0, 0.0)
    margin = 0.06 * (high - low) or 0.5
    return [low - margin, high + margin]


def _axis(title: str, **look: Any) -> dict[str, Any]:
    words = {"text": theme.safe(title) if title else "", "font": {"size": 11}, "standoff": 4}
    shown = {"showticklabels": True, "showgrid": True, "gridcolor": theme.GRID, "nticks": 6}
    free = {} if "range" in look else {"autorange": True}
    return {**theme.AXIS, **shown, "tickfont": {"size": 10}, "title": words, **free, **look}


def _cost(guidance: Guidance, trials: ShownTrials, against: str | None) -> FloatArray:
    pair = read_trade_off(guidance, trials.table, against)
    return np.full(len(trials), np.nan) if pair is None else _column(trials, pair.x_name)


def _column(trials: ShownTrials, name: str) -> FloatArray:
    found = targets.read_target(trials.table, name)
    column = np.full(len(trials), np.nan)
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


def _links(trials: ShownTrials, rows: IntArray, exploration: Exploration | None) -> IntArray:
    """``(n_links, 2)`` places among the shown trials of parents and their children."""
    if exploration is None:
        return np.empty((0, 2), dtype=np.int64)
    place_of = {int(trials.table.numbers[row]): k for k, row in enumerate(rows)}
    pairs = zip(exploration.parents.tolist(), exploration.trials.numbers.tolist(), strict=True)
    found = [(place_of[p], place_of[n]) for p, n in pairs if p in place_of and n in place_of]
    return np.array(found[-MAX_LINKS:], dtype=np.int64).reshape(-1, 2)


def _traces(
    guidance: Guidance,
    trials: ShownTrials,
    rows: IntArray,
    view: _View,
    sizes: FloatArray,
    tint: FloatArray,
    links: IntArray,
) -> list[dict[str, Any]]:
    arrows, points, front = _coordinates(view, links)
    arrow = {"symbol": "arrow", "size": 7, "angleref": "previous", "color": theme.INK}
    line = {"color": theme.INK, "width": 0.8}
    steps = {"color": theme.PURPLE, "width": 1.5, "shape": "hv"}
    look = {
        "size": [round(float(s), 1) for s in sizes[rows]],
        "sizemode": "diameter",
        "color": theme.rounded(tint[rows]),
        "coloraxis": "coloraxis",
        "line": {"width": 0.5, "color": theme.GRID},
    }
    return [
        theme.scatter(*arrows, "lines+markers", line=line, marker=arrow, opacity=0.6),
        theme.scatter(*points, "markers", marker=look, hovertext=_hovers(guidance, trials, rows)),
        theme.scatter(*front, "lines", line=steps),
    ]


def _coordinates(view: _View, links: IntArray) -> list[tuple[FloatArray, FloatArray]]:
    """Of the arrows, the points and the line, in the order of the traces."""
    gap = np.full(len(links), np.nan)
    arrows = [
        np.column_stack([side[links[:, 0]], side[links[:, 1]], gap]).ravel()
        for side in (view.x, view.y)
    ]
    front = view.x[view.front], view.y[view.front]
    return [(arrows[0], arrows[1]), (view.x, view.y), front]


def _hovers(guidance: Guidance, trials: ShownTrials, rows: IntArray) -> list[str]:
    top = int(np.argmin(trials.loss))
    shown = selection.shown_params(guidance, trials.table)
    columns = [trials.column(param.name) for param in shown]
    target = theme.safe(guidance.target, 24)
    said = []
    for row in rows.tolist():
        lines = [f"trial {trials.table.numbers[row]}: {target} {trials.values[row]:.5g}"]
        if row != top:
            changed = [
                f"{theme.safe(p.name, 20)} {_value(p, c[top])} → {_value(p, c[row])}"
                for p, c in zip(shown, columns, strict=True)
                if c[row] != c[top] and not (np.isnan(c[row]) and np.isnan(c[top]))
            ]
            lines.append(f"against trial {trials.table.numbers[top]}, the record:")
            lines += changed[:MAX_DIFFERENCES]
            hidden = len(changed) - MAX_DIFFERENCES
            lines += [f"and {hidden} more"] if hidden > 0 else []
        said.append("<br>".join(lines))
    return said


def _value(param: Any, internal: float) -> str:
    return "inactive" if np.isnan(internal) else theme.safe(param.label(float(internal)), 20)


def _buttons(
    views: list[_View], first: _View, links: IntArray, n_traces: int
) -> list[dict[str, Any]]:
    """One for each projection; a press moves the points and changes the axes."""
    if len(views) < 2:
        return []
    buttons = []
    for view in views:
        xy = _coordinates(view, links)
        data = {
            "x": [theme.rounded(x) for x, _ in xy],
            "y": [theme.rounded(y, 6) for _, y in xy],
        }
        layout = {"xaxis": view.x_axis, "yaxis": view.y_axis}
        args = [data, layout, list(range(n_traces))]
        buttons.append({"label": BUTTONS[view.name], "method": "update", "args": args})
    return [
        {
            "type": "buttons",
            "direction": "right",
            "buttons": buttons,
            "active": views.index(first),
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


def _said(trials: ShownTrials, rows: IntArray, links: IntArray) -> str:
    words = [selection.thinned_note(len(rows), len(trials))]
    words += ["arrows: parent to child"] if len(links) else []
    return "; ".join(filter(None, words))


def _why_not(first: _View, projection: Projection | None) -> str:
    if projection == "prediction":
        return (
            "Fewer than two trials logged predictions: call optuna_guide.log_predictions(trial, y)"
            " with what the model predicts on the validation set."
        )
    return "No objective, duration or numeric user attribute varies that could be a cost."
