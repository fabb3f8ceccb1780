"""What lies behind the points of a history: corridors, evaluations, descent, generations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.figures.drawing import axes
from optuna_guide.figures.panels.exploration_history.timeline import find_spots

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.panels.exploration_history.timeline import Timeline
    from optuna_guide.guidance import ParamGuidance

MAX_WITH_STEPS = 160  # trials whose evaluations are drawn along steps or rungs, the top ones
MAX_BESIDE_EACH_OTHER = 60  # trials between which there is room for evaluations
MAX_EVALUATIONS = 5  # of a trial
GOOD = 0.2  # of the trials have strong lines
MAX_LINKS = 200
MAX_BANDS = 40


def find_corridor(
    view: Timeline, param: ParamGuidance
) -> Iterator[tuple[float, float, float, float]]:
    """What was narrowed to, from version to version; else what was suggested to people.

    Start and end along the trials, low and high from 0 to 1.
    """
    found = view.exploration.corridors
    kind = "narrowed" if any(c.kind == "narrowed" for c in found) else "suggested"
    steps = [c for c in found if c.kind == kind]
    if view.order != "trial" or not steps:
        return
    ends = [c.start for c in steps[1:]] + [float(view.x[view.rows].max()) + 1]
    for corridor, end in zip(steps, ends, strict=True):
        kept = corridor.region.get(param.name)
        for low, high in axes.bands(param, kept) if kept is not None else ():
            yield corridor.start - 0.5, end - 0.5, low, high


def find_evaluations(
    view: Timeline, rows: IntArray, y: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]:
    """Places of what came before the trial's own place, apart by NaN: of poor and of good trials.

    Along the steps and rungs of all, of the top trials where there are many; elsewhere of few
    trials, whose steps find room beside their place.
    """
    has_room = view.order in ("step", "rung")
    n_before = view.x if view.order == "rung" else view.exploration.curves.lengths - 1
    rows = rows[n_before[rows] > 0]
    limit = MAX_WITH_STEPS if has_room else MAX_BESIDE_EACH_OTHER
    if len(view.rows) > limit:
        rows = rows[np.argsort(view.target.loss[rows], kind="stable")[: limit * has_room]]
    losses = view.target.loss[view.rows]
    good = view.target.loss[rows] <= np.quantile(losses, GOOD) if len(losses) else rows < 0
    return _trails(view, rows[~good], y), _trails(view, rows[good], y)


def _trails(view: Timeline, rows: IntArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    x: list[float] = []
    height: list[float] = []
    for row, end in zip(rows.tolist(), find_spots(view, rows).tolist(), strict=True):
        places = _stops(view, row, end)
        x += [*places.tolist(), np.nan]
        height += [y[row]] * len(places) + [np.nan]
    return np.array(x), np.array(height)


def _stops(view: Timeline, row: int, end: float) -> FloatArray:
    """Where a trial was evaluated, up to its own place."""
    if view.order == "rung":
        return end - np.arange(view.x[row], -1.0, -1.0)
    steps = view.exploration.curves.of(row)[0]
    chosen = np.unique(np.linspace(0, len(steps) - 1, MAX_EVALUATIONS + 1).astype(int))
    if view.order == "step":
        return steps[chosen].astype(np.float64)
    return end - 0.7 * (1 - (chosen + 1) / len(steps))


def find_links(view: Timeline, rows: IntArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Curves from parents to their children, apart by NaN."""
    parents = view.exploration.parent_rows()[rows]
    shown = np.isin(parents, rows)
    rows, parents = rows[shown][-MAX_LINKS:], parents[shown][-MAX_LINKS:]
    start, end = find_spots(view, parents), find_spots(view, rows)
    gap = np.full(len(rows), np.nan)
    x = np.column_stack([start, 0.6 * start + 0.4 * end, 0.4 * start + 0.6 * end, end, gap])
    height = np.column_stack([y[parents], y[parents], y[rows], y[rows], gap])
    return x.ravel(), height.ravel()


def find_groups(view: Timeline) -> list[tuple[float, float]]:
    """Start and end of every second generation, or batch of several trials."""
    if view.order != "trial":
        return []
    for groups in (view.exploration.generations, view.exploration.batches.astype(np.float64)):
        known = ~np.isnan(groups)
        kinds, first = np.unique(groups[known], return_index=True)
        starts = np.append(view.x[known][first], view.x[known].max(initial=0) + 1)
        if 1 < len(kinds) <= min(MAX_BANDS, known.sum() // 2):
            pairs = zip(starts[:-1:2], starts[1::2], strict=False)
            return [(float(left) - 0.5, float(right) - 0.5) for left, right in pairs]
    return []
