"""What trials reported step by step: intermediate values, and lists among the user attributes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.space import FloatArray, IntArray

INTERMEDIATE = "intermediate value"  # name of what was told to Optuna
_SERIES_LENGTH = (2, 10_000)
_MOST_FOLDS = 10
_TREND = 0.4  # Kendall's rank correlation with the steps
_LOOKED_AT = 200  # curves
_MOST_STOPS = 8  # steps at which many curves end
_BETWEEN = 5  # points of a curve, its ends included


@dataclass(frozen=True, eq=False)
class Curves:
    """What was reported step by step; curve ``i`` lies from ``starts[i]`` to ``starts[i + 1]``.

    Attributes:
        starts: ``(n_curves + 1,)``, ascending.
        steps: Steps of all curves, ascending within each.
        values: What was reported, in its own units; finite.
    """

    starts: IntArray
    steps: IntArray
    values: FloatArray

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> IntArray:
        """``(n_curves,)`` number of points."""
        return np.diff(self.starts)

    def of(self, row: int) -> tuple[IntArray, FloatArray]:
        """Steps and values of one curve."""
        part = slice(self.starts[row], self.starts[row + 1])
        return self.steps[part], self.values[part]

    @property
    def are_folds(self) -> bool:
        """Whether steps are few and show no trend, as the folds of a cross-validation.

        Curves with a trend start, most of them, at their worst value, and go one way.
        """
        rows = np.flatnonzero(self.lengths > 2)
        if not len(rows) or self.lengths.max() > _MOST_FOLDS:
            return False
        found = [self.of(row)[1] for row in rows[thin_out(len(rows), _LOOKED_AT)].tolist()]
        trend = float(np.mean([_kendall(values) for values in found]))
        worst = np.min if trend > 0 else np.max
        n_start = sum(bool(values[0] == worst(values)) for values in found)
        return abs(trend) < _TREND or n_start < len(found) / 2

    def late_gains(self, maximise: bool | None = None) -> FloatArray:
        """``(n_curves,)`` share of a curve's whole gain that its last quarter made.

        NaN where a curve has fewer than 4 points or gains nothing, and where steps `are_folds`.
        Values are means of three.

        Args:
            maximise: Whether higher is better; None = the way that most of the curves go.
        """
        n, gains = self.lengths, np.full(len(self), np.nan)
        if self.are_folds:
            return gains
        long = n > 3
        first = self.starts[:-1][long]
        places = (first + (share * (n[long] - 1)).astype(np.int64) for share in (0.0, 0.75, 1.0))
        start, quarter, end = (
            np.mean([self.values[np.maximum(at - k, first)] / 3 for k in range(3)], axis=0)
            for at in places
        )
        if maximise is None:
            maximise = bool(np.median(end - start) > 0) if long.any() else True
        sign = 1.0 if maximise else -1.0
        whole = sign * (end - start)
        gains[long] = sign * (end - quarter) / np.where(whole > 0, whole, np.nan)
        return gains

    def at(self, step: int) -> FloatArray:
        """``(n_curves,)`` newest value up to a step; NaN of a curve that ended, or began, else."""
        return self.at_steps(np.array([step]))[:, 0]

    def at_steps(self, steps: IntArray) -> FloatArray:
        """``(n_curves, n_steps)`` the same at each of several steps."""
        known_steps, places = np.unique(self.steps, return_inverse=True)
        until = np.searchsorted(known_steps, steps, side="right")  # steps may be huge
        first = np.arange(len(self)) * (len(known_steps) + 1)
        keys = np.repeat(first, self.lengths) + places
        found = np.searchsorted(keys, first[:, None] + until) - 1
        known = (found >= self.starts[:-1, None]) & (self.last_steps()[:, None] >= steps)
        values = np.full(known.shape, np.nan)
        values[known] = self.values[found[known]]
        return values

    def last_steps(self) -> FloatArray:
        """``(n_curves,)``; NaN without any point."""
        last = np.full(len(self), np.nan)
        some = self.lengths > 0
        last[some] = self.steps[self.starts[1:][some] - 1]
        return last


def places_of_pruned(curves: Curves, pruned: npt.NDArray[np.bool_], sign: float) -> FloatArray:
    """``(n_trials,)`` share of the trials that were better where each pruned one ended; else NaN.

    Of those that came as far, and those pruned before, which count as worse. Equals count half.

    Args:
        curves: What each trial reported.
        pruned: ``(n_trials,)`` flags.
        sign: 1 where lower is better, else -1.
    """
    last, places = curves.last_steps(), np.full(len(curves), np.nan)
    for step in np.unique(last[pruned & ~np.isnan(last)]).tolist():
        loss = sign * curves.at(int(step))
        reached = np.sort(loss[~np.isnan(loss)])
        here = pruned & (last == step)
        ties = (np.searchsorted(reached, loss[here], side) for side in ("left", "right"))
        places[here] = sum(ties) / 2 / (len(reached) + (pruned & (last < step)).sum())
    return places


def waypoints(curves: Curves) -> Curves:
    """A few points of each curve: where many curves end, some between, the first and the last."""
    last = curves.last_steps()
    known, counts = np.unique(last[~np.isnan(last)], return_counts=True)
    stops = known[np.argsort(-counts, kind="stable")[:_MOST_STOPS]]
    kept = np.isin(curves.steps, stops)
    for start, length in zip(curves.starts[:-1].tolist(), curves.lengths.tolist(), strict=True):
        if length:
            kept[start + thin_out(length, _BETWEEN)] = True
    starts = np.concatenate([[0], np.cumsum(kept)])[curves.starts]
    return Curves(starts, curves.steps[kept], curves.values[kept])


def best_reported(curves: Curves, *, maximise: bool) -> tuple[IntArray, FloatArray]:
    """Every step that was reported, and the best value of all curves at it."""
    if not len(curves.steps):
        return curves.steps, curves.values
    order = np.argsort(curves.steps, kind="stable")
    steps, first = np.unique(curves.steps[order], return_index=True)
    best = np.maximum if maximise else np.minimum
    return steps, best.reduceat(curves.values[order], first)


def reported(trial: FrozenTrial) -> dict[int, float]:
    """Finite intermediate values by ascending step."""
    return {k: v for k, v in sorted(trial.intermediate_values.items()) if math.isfinite(v)}


def read_curves(reported: Sequence[Mapping[int, float]]) -> Curves:
    """One curve for each mapping of ascending steps to values."""
    starts = np.cumsum([0, *(len(r) for r in reported)], dtype=np.int64)
    steps = np.fromiter((k for r in reported for k in r), dtype=np.int64, count=starts[-1])
    values = np.fromiter((v for r in reported for v in r.values()), np.float64, starts[-1])
    return Curves(starts, steps, values)


def read_series(trials: Sequence[FrozenTrial], curves: Curves) -> dict[str, Curves]:
    """Lists of numbers with a value for each reported step, or of any length where none was."""
    found: dict[str, list[dict[int, float]]] = {}
    nreported = curves.lengths
    for row, trial in enumerate(trials):
        for name, series in trial.user_attrs.items():
            if not _is_series(series) or nreported[row] not in (0, len(series)):
                continue
            steps = curves.of(row)[0].tolist() or range(len(series))
            pairs = {k: float(v) for k, v in zip(steps, series, strict=True) if math.isfinite(v)}
            found.setdefault(name, [{} for _ in trials])[row] = pairs
    return {name: read_curves(rows) for name, rows in sorted(found.items())}


def _kendall(values: FloatArray) -> float:
    """Kendall's rank correlation of values with their order."""
    later, earlier = np.tril_indices(len(values), -1)
    return float(np.mean(np.sign(values[later] - values[earlier])))


def _is_series(value: object) -> bool:
    if not isinstance(value, list) or not _SERIES_LENGTH[0] <= len(value) <= _SERIES_LENGTH[1]:
        return False
    return all(type(v) in (int, float) for v in value) and any(type(v) is float for v in value)


def smooth(values: FloatArray, window: int) -> FloatArray:
    """Moving average over the last ``window`` values, fewer at the start; same shape."""
    if window < 2 or len(values) < 2:
        return values
    sums = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - window, 0)
    return (sums[ends] - sums[starts]) / (ends - starts)


def thin_out(n: int, at_most: int) -> IntArray:
    """Places of at most so many of ``n`` points, evenly spaced, the first and the last kept."""
    return np.unique(np.linspace(0, n - 1, min(n, at_most)).round().astype(np.int64))
