"""How the search went: every trial's values in the order in which they were tried."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis.selection import read_goal
from optuna_guide.domain import space as spaces
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.colours import colour_axis
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
    draw_corridor,
    draw_evaluations,
    draw_links,
    shade_groups,
)
from optuna_guide.study.exploration import Exploration, align, explore_table
from optuna_guide.study.targets import PARETO_RANK

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.timeline import Order, Rows, Timeline
    from optuna_guide.guidance import Guidance, ParamGuidance
    from optuna_guide.study.table import TrialsTable

TITLE = "Exploration history"
HOW = (
    "Points: trials at their own values, stronger = better; small dots: evaluations; band: "
    "narrowed to; on top the observed record."
)
COLOURS = {"stronger = better": theme.BLUE, "band": theme.ORANGE}
USES_TRIALS = True

MAX_PARAMS = 5
MAX_BARS = 80
PEAK = 0.15  # of the height
GAP = 0.075
SYMBOLS = {"startup": "square", "explored": "diamond", "enqueued": "star"}


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    exploration: Exploration | None = None,
    by: Order = "trial",
    params: Sequence[str] = (),
    colour_range: tuple[float, float] | None = None,
    n_trials: int = MAX_TRIALS,
) -> go.Figure:
    """Draw the observed record, and the values of the most important parameters below.

    Args:
        guidance: Says the target and which parameters are important.
        table: Trials.
        exploration: How they came to be; what it holds of trials takes the place of ``table``.
        by: What the horizontal axis counts.
        params: Parameters to show; the most important ones where nothing is said.
        colour_range: Target values of the faintest and the strongest colour.
        n_trials: Trials that are drawn at most.

    Raises:
        KeyError: If there is no such parameter.
        ValueError: If the table does not have the target, or ``by`` is unknown.
    """
    if by not in ORDERS:
        raise ValueError(f"by must be one of {', '.join(ORDERS)}, not {by!r}.")
    read_goal(guidance, table)
    exploration = exploration or explore_table(table)
    target = align(read_goal(guidance, exploration.trials), len(exploration))
    view = lay_out(exploration, target, by, colour_range, n_trials)
    if not len(view.rows):
        why = "There is no trial to show."
        if len(exploration):
            why = f"No trial has a {by}: {WHY_NOT[by]}."
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    trials = exploration.trials
    asked = [guidance[name] for name in params] or list(guidance.params)
    known = [
        replace(p, distribution=trials.space[p.name]) for p in asked if p.name in trials.space
    ]
    shown = known[:MAX_PARAMS]
    traces, notes = [_peak(view)], [_peak_name(guidance, view)]
    layout: dict[str, Any] = {"yaxis": _peak_axis(view)}
    for i, param in enumerate(shown):
        up = _row(i, len(shown))
        layout[f"yaxis{i + 2}"] = multiples.param_axis(param, up, "x", range=[-0.04, 1.04])
        traces += [{**t, "yaxis": f"y{i + 2}"} for t in _row_traces(view, param)]
        notes.append(multiples.heading(f"<b>{theme.safe(param.name, 40)}</b>", (0, 1), up))
    hidden = describe_left_out(view, len(known) - len(shown))
    said = [
        " · ".join(filter(None, [describe_signs(view), hidden])),
        describe_sampler(exploration),
    ]
    lines = [words for words in said if words]
    for i, words in enumerate(lines):
        notes += multiples.foot(words, 84, 36 + theme.LINE * i)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 84, "r": 74, "b": 44 + theme.LINE * len(lines), "t": 24},
        shapes=shade_groups(view, 1 - PEAK),
        coloraxis=colour_axis(view.reach),
        bargap=0,
        xaxis=_x_axis(view, len(shown)),
        **layout,
    )


def _row(i: int, n: int) -> tuple[float, float]:
    """Part of the height of parameter ``i``, the first on top, below the record."""
    low, high = multiples.part(n - 1 - i, n, GAP)
    room = 1 - PEAK - GAP
    return round(low * room, 4), round(high * room, 4)


def _x_axis(view: Timeline, n_rows: int) -> dict[str, Any]:
    x = view.x[view.rows]
    whole = {"dtick": 1} if view.order not in ("trial", "step") and np.ptp(x) <= 12 else {}
    return {
        **theme.AXIS,
        "range": [float(x.min()) - 0.9, float(x.max()) + 0.9],
        "title": {"text": view.order, "font": {"size": 11}, "standoff": 2},
        "anchor": f"y{n_rows + 1}" if n_rows else "y",
        "tickformat": "d",
        "nticks": 8,
        **whole,
    }


def _peak(view: Timeline) -> dict[str, Any]:
    """Bars up to the record so far, in its colour."""
    x, record = find_record(view)
    n = min(len(x), MAX_BARS)
    last = np.linspace(0, len(x), n + 1).round().astype(int)[1:] - 1
    edges = np.concatenate([[x[0] - 0.5], x[last] + 0.5])
    base, top = _peak_reach(view)
    height = np.clip(record[last], min(base, top), max(base, top)) - base
    colour = np.full(n, view.reach[1]) if view.target.name == PARETO_RANK else record[last]
    return {
        "type": "bar",
        "x": theme.rounded((edges[1:] + edges[:-1]) / 2, 6),
        "width": theme.rounded(np.diff(edges), 6),
        "y": theme.rounded(height, 6),
        "base": base,
        "marker": {
            "color": theme.rounded(colour, 6),
            "coloraxis": "coloraxis",
            "line": {"width": 0},
            "opacity": 0.5,
        },
        "text": [f"{v:.4g}" for v in record[last]],
        "textposition": "none",
        "hovertemplate": "until here: %{text}<extra></extra>",
    }


def _peak_axis(view: Timeline) -> dict[str, Any]:
    low, high = _peak_reach(view)
    margin = 0.06 * (high - low)
    return {
        **theme.AXIS,
        "domain": [1 - PEAK, 1],
        "range": [low, high + margin],
        "tickvals": theme.rounded([low, high]),
        "tickformat": ".3~g",
        "tickfont": {"size": 10},
    }


def _peak_reach(view: Timeline) -> tuple[float, float]:
    """Foot and top of the record: what nine in ten trials reach, and the observed best."""
    if view.target.name == PARETO_RANK:
        return 0.0, 1.0
    _, record = find_record(view)
    faint, strong = view.reach
    values = view.target.values[view.rows]
    known = values[np.isfinite(values) & ~view.exploration.trials.pruned[view.rows]]
    high = float(np.max(record) if strong > faint else np.min(record))
    low = float(np.quantile(known, 0.1 if strong > faint else 0.9)) if len(known) else faint
    return (low, high) if low != high else (faint, strong)


def _peak_name(guidance: Guidance, view: Timeline) -> dict[str, Any]:
    words = f"<b>{theme.safe(guidance.target, 30)}</b>, observed record"
    if view.target.name == PARETO_RANK:
        words = "share of the final front that is found"
    return multiples.heading(words, (0, 1), (1 - PEAK, 1))


def _row_traces(view: Timeline, param: ParamGuidance) -> list[dict[str, Any]]:
    trials = view.exploration.trials
    column = trials.params[:, trials.names.index(param.name)]
    y = spaces.to_unit(param.distribution, column)
    rows = view.rows[~np.isnan(y[view.rows])]
    return [
        *draw_corridor(view, param),
        *draw_evaluations(view, rows, y),
        *draw_links(view, rows, y),
        *_points(view, param, rows, y),
    ]


def _points(
    view: Timeline, param: ParamGuidance, rows: Rows, y: FloatArray
) -> list[dict[str, Any]]:
    trials, kinds = view.exploration.trials, view.exploration.kinds
    shape = np.array([SYMBOLS.get(k, "circle") for k in kinds[rows]])
    hollow = trials.pruned[rows]
    x, traces = find_spots(view, rows), []
    for symbol in dict.fromkeys(shape.tolist()):
        for is_pruned in (True, False):
            at = np.flatnonzero((shape == symbol) & (hollow == is_pruned))
            if len(at):
                chosen = rows[at]
                look = {
                    "symbol": f"{symbol}-open" if is_pruned else symbol,
                    "size": 9 if symbol == "star" else 6,
                    "color": theme.rounded(view.target.values[chosen], 4),
                    "coloraxis": "coloraxis",
                }
                traces.append(
                    theme.scatter(
                        x[at],
                        np.round(y[chosen], 4),
                        "markers",
                        marker=look,
                        text=[
                            theme.safe(param.label(v), 24) for v in _internal(view, param, chosen)
                        ],
                        customdata=[describe_trial(view, row) for row in chosen.tolist()],
                        hovertemplate="%{text}<br>trial %{customdata}<extra></extra>",
                    )
                )
    return traces


def _internal(view: Timeline, param: ParamGuidance, rows: Rows) -> list[float]:
    trials = view.exploration.trials
    return trials.params[rows, trials.names.index(param.name)].tolist()
