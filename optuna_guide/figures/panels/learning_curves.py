"""What was reported step by step, and whether it was still improving at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.analysis.selection import read_goal
from optuna_guide.domain.wording import percent
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.study.curves import smooth, thin_out
from optuna_guide.study.exploration import Exploration, align, explore_table

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.timeline import Rows
    from optuna_guide.guidance import Guidance
    from optuna_guide.study.curves import Curves
    from optuna_guide.study.table import TrialsTable

TITLE = "Learning curves"
HOW = (
    "Each line is a trial, the stronger the better it ended; ▲ improved until the end, "
    "○ was pruned there."
)
COLOURS = {"stronger": theme.BLUE, "▲": theme.ORANGE}
USES_TRIALS = True

MAX_METRICS = 4
MAX_CURVES = 60
MAX_POINTS = 40
STILL_IMPROVING = 0.05  # of all that it gained, in the last quarter of its steps
SHADES = (
    "rgba(127,127,127,.30)",
    "rgba(127,140,155,.45)",
    "rgba(100,150,200,.65)",
    "rgba(60,130,200,.80)",
    "#2166ad",
)


def figure(
    guidance: Guidance,
    table: TrialsTable,
    *,
    exploration: Exploration | None = None,
    window: int = 3,
) -> go.Figure:
    """Draw the curves of up to four metrics.

    Args:
        guidance: Says the target.
        table: Trials.
        exploration: What they reported; what it holds of trials takes the place of ``table``.
        window: Steps of the moving average; 1 = as reported.

    Raises:
        ValueError: If the table does not have the target, or ``window`` is not positive.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window!r}.")
    read_goal(guidance, table)
    found = exploration or explore_table(table)
    loss = align(read_goal(guidance, found.trials), len(found)).loss
    metrics = {"intermediate value": found.curves, **found.series}
    metrics = {n: c for n, c in metrics.items() if (c.lengths[~np.isnan(loss)] > 1).any()}
    if not metrics:
        why = (
            "There is no trial that reported values step by step: call trial.report(value, step)."
        )
        return multiples.nothing(guidance, TITLE, HOW, why, COLOURS)
    shown = list(metrics.items())[:MAX_METRICS]
    layout: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    n_drawn = 0
    for i, ((name, curves), place) in enumerate(
        zip(shown, multiples.domains(len(shown)), strict=True)
    ):
        n = multiples.suffix(i)
        rows = _choose(curves, loss)
        n_drawn = max(n_drawn, len(rows))
        layout[f"xaxis{n}"] = _axis(place[0], f"y{n}", tickformat="d", nticks=5)
        layout[f"yaxis{n}"] = _axis(place[1], f"x{n}", tickformat=".3~g", nticks=5)
        drawn = _curves(found, curves, loss, rows, window)
        drawn += _ends(found, curves, rows, window, _late_gains(found, curves))
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
        notes.append(multiples.heading(f"<b>{theme.safe(name, 34)}</b> by step", *place, name))
    words = _improving(found, metrics) + _left_out(n_drawn, loss, metrics)
    notes += multiples.foot(words, 52, 24)
    return theme.draw(
        guidance,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=notes,
        margin={"l": 52, "r": 16, "b": 46, "t": 26},
        **layout,
    )


def _axis(domain: tuple[float, float], anchor: str, **look: Any) -> dict[str, Any]:
    grid = {"showgrid": anchor.startswith("x"), "gridcolor": theme.GRID, "tickfont": {"size": 10}}
    return {**theme.AXIS, **grid, "domain": domain, "anchor": anchor, **look}


def _choose(curves: Curves, loss: FloatArray) -> Rows:
    """The top third of the room, and evenly spaced others, the better later."""
    known = np.flatnonzero((curves.lengths > 1) & ~np.isnan(loss))
    by_loss = known[np.argsort(loss[known], kind="stable")]
    if len(by_loss) > MAX_CURVES:
        top, rest = by_loss[: MAX_CURVES // 3], by_loss[MAX_CURVES // 3 :]
        places = np.linspace(0, len(rest) - 1, MAX_CURVES - len(top)).astype(int)
        by_loss = np.concatenate([top, rest[places]])
    return by_loss[::-1]


def _curves(
    found: Exploration, curves: Curves, loss: FloatArray, rows: Rows, window: int
) -> list[dict[str, Any]]:
    """One trace for each shade: lines that are apart by a gap."""
    ranks = np.argsort(np.argsort(-loss[rows], kind="stable"))
    shades = ranks * len(SHADES) // max(len(rows), 1)
    traces = []
    for k, colour in enumerate(SHADES):
        x: list[float] = []
        y: list[float] = []
        about: list[str] = []
        for row in rows[shades == k].tolist():
            steps, values = curves.of(row)
            at = thin_out(len(steps), MAX_POINTS)
            x += [*steps[at].tolist(), np.nan]
            y += [*smooth(values, window)[at].tolist(), np.nan]
            about += [str(found.trials.numbers[row])] * (len(at) + 1)
        if x:
            line = {"color": colour, "width": 1.1 + 0.15 * k}
            traces.append(
                theme.scatter(
                    np.array(x),
                    np.clip(y, -1e300, 1e300),
                    "lines",
                    line=line,
                    customdata=about,
                    hovertemplate="trial %{customdata}: %{y:.4~g} at %{x}<extra></extra>",
                )
            )
    return traces


def _ends(
    found: Exploration, curves: Curves, rows: Rows, window: int, gains: FloatArray
) -> list[dict[str, Any]]:
    """Marks where curves end: pruned, or still improving."""
    pruned = found.trials.pruned
    marks = (
        (rows[pruned[rows]], "circle-open", theme.INK),
        (rows[~pruned[rows] & (gains[rows] > STILL_IMPROVING)], "triangle-up", theme.ORANGE),
    )
    traces = []
    for chosen, symbol, colour in marks:
        if len(chosen):
            ends = [curves.of(row) for row in chosen.tolist()]
            y = [smooth(values, window)[-1] for _, values in ends]
            look = {"symbol": symbol, "size": 6, "color": colour}
            x = [steps[-1] for steps, _ in ends]
            traces.append(theme.scatter(x, np.clip(y, -1e300, 1e300), "markers", marker=look))
    return traces


def _late_gains(found: Exploration, curves: Curves) -> FloatArray:
    """Of a metric of its own it is not known which way is better: the way that most curves go."""
    return curves.late_gains(found.trials.maximised[0] if curves is found.curves else None)


def _improving(found: Exploration, metrics: dict[str, Curves]) -> str:
    curves = next(iter(metrics.values()))
    gains = _late_gains(found, curves)[~found.trials.pruned & (curves.lengths > 3)]
    if not len(gains):
        return ""
    share = float(np.mean(np.nan_to_num(gains) > STILL_IMPROVING))
    return f"{percent(share)} of the complete trials were still improving in their last quarter"


def _left_out(n_drawn: int, loss: FloatArray, metrics: dict[str, Curves]) -> str:
    n = max(int(((c.lengths > 1) & ~np.isnan(loss)).sum()) for c in metrics.values())
    return f"; {n_drawn} of {n} curves are drawn" if n > n_drawn else ""
