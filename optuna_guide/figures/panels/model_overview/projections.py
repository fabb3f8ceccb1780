"""Where trials lie in a projection: the target against a cost, or a map of what is alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.analysis.projection.landmark_mds import n_landmarks, place
from optuna_guide.analysis.trade_off import unbeaten
from optuna_guide.domain import wording
from optuna_guide.figures.drawing import lettering

if TYPE_CHECKING:
    from optuna_guide.analysis.selection import ShownTrials
    from optuna_guide.analysis.trade_off import TradeOff
    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.figures.sources import Sources

Projection: TypeAlias = Literal["attribute", "configuration", "prediction"]

PROJECTIONS = ("attribute", "configuration", "prediction")
LOG_RATIO = 100.0  # of the largest to the smallest cost, from which an axis is logarithmic


@dataclass(frozen=True)
class ProjectionAxis:
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
    x_axis: ProjectionAxis
    y_axis: ProjectionAxis


def find_views(sources: Sources, rows: IntArray, pair: TradeOff | None) -> list[View]:
    """The projections that the trials allow, of the trials ``rows``."""
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
    name = f"{lettering.truncate(wording.one_line(pair.x_label), 28)}, {better} is better"
    return View(
        "attribute",
        x[rows],
        y[rows],
        place_of[front][place_of[front] >= 0],
        ProjectionAxis(name, is_log=log),
        ProjectionAxis(lettering.truncate(wording.one_line(pair.y_title), 36)),
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
    x_axis, y_axis = ProjectionAxis(words, _extent(along)), ProjectionAxis("", _extent(up))
    return View(name, points[rows, 0], points[rows, 1], rows[:0], x_axis, y_axis)


def _extent(places: FloatArray) -> tuple[float, float]:
    low, high = (float(places.min()), float(places.max())) if len(places) else (0.0, 0.0)
    margin = 0.06 * (high - low) or 0.5
    return low - margin, high + margin
