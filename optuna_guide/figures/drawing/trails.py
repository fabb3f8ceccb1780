"""What lies behind the points of a history: corridors, evaluations, descent, generations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures.drawing import axes, theme
from optuna_guide.figures.drawing.timeline import find_spots

if TYPE_CHECKING:
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.figures.drawing.timeline import Rows, Timeline
    from optuna_guide.guidance import ParamGuidance

MAX_WITH_STEPS = 160  # trials whose evaluations are drawn along the steps, the top ones
MAX_BESIDE_EACH_OTHER = 60  # trials between which there is room for evaluations
MAX_EVALUATIONS = 5  # of a trial
MAX_LINKS = 200
MAX_BANDS = 40


def draw_corridor(view: Timeline, param: ParamGuidance) -> list[dict[str, Any]]:
    """What was narrowed to, from version to version; else what was suggested to people."""
    found = view.exploration.corridors
    kind = "narrowed" if any(c.kind == "narrowed" for c in found) else "suggested"
    steps = [c for c in found if c.kind == kind]
    if view.order != "trial" or not steps:
        return []
    ends = [c.start for c in steps[1:]] + [float(view.x[view.rows].max()) + 1]
    x: list[float] = []
    y: list[float] = []
    for corridor, end in zip(steps, ends, strict=True):
        kept = corridor.region.get(param.name)
        for low, high in axes.bands(param, kept) if kept is not None else ():
            left, right = corridor.start - 0.5, end - 0.5
            x += [left, left, right, right, left, np.nan]
            y += [low, high, high, low, low, np.nan]
    return [theme.area(x, y, theme.ORANGE_FAINT)] if x else []


def draw_evaluations(view: Timeline, rows: Rows, y: FloatArray) -> list[dict[str, Any]]:
    """Small points on dashed lines that end in the trial's own point."""
    curves = view.exploration.curves
    rows = rows[curves.lengths[rows] > 1]
    limit = MAX_WITH_STEPS if view.order == "step" else MAX_BESIDE_EACH_OTHER
    if len(view.rows) > limit:
        if view.order != "step":
            return []
        rows = rows[np.argsort(view.target.loss[rows], kind="stable")[:limit]]
    x, height = [], []
    for row, end in zip(rows.tolist(), find_spots(view, rows).tolist(), strict=True):
        steps = curves.of(row)[0]
        chosen = np.unique(np.linspace(0, len(steps) - 1, MAX_EVALUATIONS + 1).astype(int))
        if view.order == "step":
            places = steps[chosen]
        else:
            places = end - 0.7 * (1 - (chosen + 1) / len(steps))
        x += [*places.tolist(), np.nan]
        height += [y[row]] * len(chosen) + [np.nan]
    if not x:
        return []
    look = {"color": theme.INK, "width": 0.7, "dash": "dot"}
    dots = {"size": 2.5, "color": theme.INK}
    return [theme.scatter(np.round(x, 2), height, "lines+markers", line=look, marker=dots)]


def draw_links(view: Timeline, rows: Rows, y: FloatArray) -> list[dict[str, Any]]:
    """Curves from parents to their children."""
    parents = view.exploration.parent_rows()[rows]
    shown = np.isin(parents, rows)
    rows, parents = rows[shown][-MAX_LINKS:], parents[shown][-MAX_LINKS:]
    if not len(rows):
        return []
    start, end = find_spots(view, parents), find_spots(view, rows)
    gap = np.full(len(rows), np.nan)
    x = np.column_stack([start, 0.6 * start + 0.4 * end, 0.4 * start + 0.6 * end, end, gap])
    height = np.column_stack([y[parents], y[parents], y[rows], y[rows], gap])
    look = {"color": theme.PURPLE, "width": 0.8, "shape": "spline"}
    return [theme.scatter(np.round(x, 2), height, "lines", line=look, opacity=0.6)]


def shade_groups(view: Timeline, top: float) -> list[dict[str, Any]]:
    """Every second generation, or batch of several trials, is shaded."""
    if view.order != "trial":
        return []
    for groups in (view.exploration.generations, view.exploration.batches.astype(np.float64)):
        known = ~np.isnan(groups)
        kinds, first = np.unique(groups[known], return_index=True)
        starts = np.append(view.x[known][first], view.x[known].max(initial=0) + 1)
        if 1 < len(kinds) <= min(MAX_BANDS, known.sum() // 2):
            return [
                {
                    "type": "rect",
                    "xref": "x",
                    "yref": "paper",
                    "x0": float(left) - 0.5,
                    "x1": float(right) - 0.5,
                    "y0": 0,
                    "y1": top,
                    "fillcolor": "rgba(127,127,127,.09)",
                    "line": {"width": 0},
                    "layer": "below",
                }
                for left, right in zip(starts[:-1:2], starts[1::2], strict=False)
            ]
    return []
