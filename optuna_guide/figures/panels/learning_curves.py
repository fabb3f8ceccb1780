"""What was reported step by step, and whether it was still improving at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.domain.wording import percent
from optuna_guide.figures.drawing import multiples, theme
from optuna_guide.figures.drawing.look import Nothing
from optuna_guide.study.curves import smooth, thin_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    import plotly.graph_objects as go

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.drawing.look import About, Look
    from optuna_guide.figures.sources import Sources
    from optuna_guide.study.curves import Curves
    from optuna_guide.study.exploration import Exploration

TITLE = "Learning curves"
HOW = (
    "Each line is a trial, the stronger the better it ended; ▲ improved until the end, "
    "○ was pruned there."
)
COLOURS = {"stronger": theme.BLUE, "▲": theme.ORANGE}

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


@dataclass(frozen=True, eq=False)
class Lines:
    """Curves of one shade, apart by NaN; arrays ``(n_points,)``."""

    shade: int
    steps: FloatArray
    values: FloatArray
    numbers: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Metric:
    """What was reported under one name; ends are ``(steps, values)``.

    Attributes:
        name: Of the metric.
        lines: Its curves, the worst trials first.
        pruned: Ends of pruned trials.
        improving: Ends of trials that were still improving.
    """

    name: str
    lines: tuple[Lines, ...]
    pruned: tuple[FloatArray, FloatArray]
    improving: tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Numbers:
    """Up to four metrics, and how many trials were still improving."""

    about: About
    metrics: tuple[Metric, ...]
    said: str


def gather(sources: Sources, *, window: int = 3) -> Numbers | Nothing:
    """The curves of up to four metrics.

    Args:
        sources: Trials and what they reported.
        window: Steps of the moving average; 1 = as reported.

    Raises:
        ValueError: If the trials do not have the target, or ``window`` is not positive.
    """
    if window < 1:
        raise ValueError(f"window must be at least 1, not {window!r}.")
    found, loss = sources.exploration, sources.explored_goal.loss
    metrics = {n: c for n, c in found.metrics.items() if (c.lengths[~np.isnan(loss)] > 1).any()}
    if not metrics:
        why = (
            "There is no trial that reported values step by step: call trial.report(value, step)."
        )
        return Nothing(why, sources.about)
    chosen = {name: _choose(curves, loss) for name, curves in [*metrics.items()][:MAX_METRICS]}
    shown = tuple(
        _metric(name, found, metrics[name], loss, rows, window) for name, rows in chosen.items()
    )
    n_drawn = max(map(len, chosen.values()))
    words = (_improving(found, metrics), _left_out(n_drawn, loss, metrics))
    said = "; ".join(part for part in words if part)
    return Numbers(sources.about, shown, said)


def draw(numbers: Numbers, look: Look) -> go.Figure:
    """Draw the metrics side by side."""
    layout: dict[str, Any] = {}
    traces: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []
    for i, metric in enumerate(numbers.metrics):
        n, place = multiples.suffix(i), multiples.domains(len(numbers.metrics))[i]
        layout[f"xaxis{n}"] = _axis(place[0], f"y{n}", tickformat="d", nticks=5)
        layout[f"yaxis{n}"] = _axis(place[1], f"x{n}", tickformat=".3~g", nticks=5)
        drawn = [_lines(lines) for lines in metric.lines]
        drawn += _ends(metric.pruned, "circle-open", theme.INK)
        drawn += _ends(metric.improving, "triangle-up", theme.ORANGE)
        traces += [{**trace, "xaxis": f"x{n}", "yaxis": f"y{n}"} for trace in drawn]
        words = f"<b>{theme.safe(metric.name, 34)}</b> by step"
        notes.append(multiples.heading(words, *place, metric.name))
    return theme.draw(
        numbers.about,
        look,
        TITLE,
        HOW,
        traces,
        colours=COLOURS,
        annotations=[*notes, *multiples.foot(numbers.said, 52, 24)],
        margin={"l": 52, "r": 16, "b": max(46, multiples.below(numbers.said, 24)), "t": 26},
        **layout,
    )


def _axis(domain: tuple[float, float], anchor: str, **look: Any) -> dict[str, Any]:
    grid = {"showgrid": anchor.startswith("x"), "gridcolor": theme.GRID, "tickfont": {"size": 10}}
    return {**theme.AXIS, **grid, "domain": domain, "anchor": anchor, **look}


def _choose(curves: Curves, loss: FloatArray) -> IntArray:
    """The top third of the room, and evenly spaced others, the better later."""
    known = np.flatnonzero((curves.lengths > 1) & ~np.isnan(loss))
    by_loss = known[np.argsort(loss[known], kind="stable")]
    if len(by_loss) > MAX_CURVES:
        top, rest = by_loss[: MAX_CURVES // 3], by_loss[MAX_CURVES // 3 :]
        by_loss = np.concatenate([top, rest[thin_out(len(rest), MAX_CURVES - len(top))]])
    return by_loss[::-1]


def _metric(
    name: str, found: Exploration, curves: Curves, loss: FloatArray, rows: IntArray, window: int
) -> Metric:
    pruned, gains = found.trials.pruned[rows], found.late_gains(name)[rows]
    return Metric(
        name,
        tuple(_shade(found, curves, loss, rows, window)),
        _find_ends(curves, rows[pruned], window),
        _find_ends(curves, rows[~pruned & (gains > STILL_IMPROVING)], window),
    )


def _shade(
    found: Exploration, curves: Curves, loss: FloatArray, rows: IntArray, window: int
) -> Iterator[Lines]:
    """Curves that are drawn alike, the better the stronger."""
    ranks = np.argsort(np.argsort(-loss[rows], kind="stable"))
    shades = ranks * len(SHADES) // max(len(rows), 1)
    for k in range(len(SHADES)):
        x: list[float] = []
        y: list[float] = []
        numbers: list[int] = []
        for row in rows[shades == k].tolist():
            steps, values = curves.of(row)
            at = thin_out(len(steps), MAX_POINTS)
            x += [*steps[at].tolist(), np.nan]
            y += [*smooth(values, window)[at].tolist(), np.nan]
            numbers += [int(found.trials.numbers[row])] * (len(at) + 1)
        if x:
            yield Lines(k, np.array(x), np.clip(y, -1e300, 1e300), tuple(numbers))


def _find_ends(curves: Curves, rows: IntArray, window: int) -> tuple[FloatArray, FloatArray]:
    ends = [curves.of(row) for row in rows.tolist()]
    y = [smooth(values, window)[-1] for _, values in ends]
    return np.array([steps[-1] for steps, _ in ends]), np.clip(np.array(y), -1e300, 1e300)


def _lines(lines: Lines) -> dict[str, Any]:
    return theme.scatter(
        lines.steps,
        lines.values,
        "lines",
        line={"color": SHADES[lines.shade], "width": 1.1 + 0.15 * lines.shade},
        customdata=list(map(str, lines.numbers)),
        hovertemplate="trial %{customdata}: %{y:.4~g} at %{x}<extra></extra>",
    )


def _ends(ends: tuple[FloatArray, FloatArray], symbol: str, colour: str) -> list[dict[str, Any]]:
    """Marks where curves end."""
    look = {"symbol": symbol, "size": 6, "color": colour}
    return [theme.scatter(*ends, "markers", marker=look)] if len(ends[0]) else []


def _improving(found: Exploration, metrics: dict[str, Curves]) -> str:
    name, curves = next(iter(metrics.items()))
    gains = found.late_gains(name)[~found.trials.pruned & (curves.lengths > 3)]
    if np.isnan(gains).all():
        return ""
    share = float(np.mean(np.nan_to_num(gains) > STILL_IMPROVING))
    return (
        f"{percent(share)} of {len(gains)} complete trials were still improving: over "
        f"{percent(STILL_IMPROVING)} of their gain came in the last quarter"
    )


def _left_out(n_drawn: int, loss: FloatArray, metrics: dict[str, Curves]) -> str:
    n = max(int(((c.lengths > 1) & ~np.isnan(loss)).sum()) for c in metrics.values())
    return f"{n_drawn} of {n} curves are drawn" if n > n_drawn else ""
