"""Where learning curves end, by what was reached on the way, with its uncertainty.

At each of a few steps a line predicts the final loss from the newest one. The steps are gone
through backwards: a trial that was pruned at one counts in the lines of earlier steps with what
the line of its own predicts, and with the variance of that. So its early end is no reason to take
the trials that a pruner let through, the good ones, for all of them: regression imputation of
monotone missing values (Little and Rubin 2019, "Statistical Analysis with Missing Data", 7.4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.study.curves import thin_out

if TYPE_CHECKING:
    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.study.curves import Curves

N_STEPS = 16  # at most, that have a line: a trial that is judged often is pruned by chance
MIN_COMPLETE = 4  # trials of a line: two for itself, two for its error
_RIDGE = 0.3  # trials that the belief in a flat line is worth
_FAR = 6.0  # standard deviations from the mean loss, beyond which all count alike
_NEAR = 0.5  # standard deviations between losses at a step that are close
_NEARLY = 0.8  # of a gain, that is as good as the whole
_EXACT = 1e-9  # of the spread, that a line is believed to at most


@dataclass(frozen=True, eq=False)
class Line:
    """Final losses by those at one step.

    Attributes:
        centre: Mean loss at the step.
        spread: Its standard deviation.
        mean: Mean final loss.
        slope: By which the final loss grows with each ``spread``.
        variance: Of a final loss about the line.
        n: Trials, pruned ones among them.
        places: Of complete trials at the step, in spreads from the centre, ``(n_complete,)``.
        residuals: Their final losses less those predicted, ``(n_complete,)``.
    """

    centre: float
    spread: float
    mean: float
    slope: float
    variance: float
    n: int
    places: FloatArray
    residuals: FloatArray

    def predict(self, losses: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Mean and variance of the final losses, of the same shape."""
        z = self._place(losses)
        variance = self.variance * (1.0 + 1.0 / self.n + z * z / (self.n + _RIDGE))
        return self.mean + self.slope * z, variance

    def chance_below(self, loss: float, goal: float) -> float:
        """Probability that a trial with this loss at the step ends below a goal.

        By Student's distribution with as many degrees of freedom as complete trials leave, wider
        where complete trials that stood close by ended farther from the line than others; no less
        than the share of all complete trials that ended nearly as far below what was predicted.
        """
        from scipy.special import stdtr

        mean, variance = self.predict(np.array([loss]))
        near = np.exp(-0.5 * ((self._place(np.array([loss])) - self.places) / _NEAR) ** 2)
        around = (near @ self.residuals**2 + self.variance) / (near.sum() + 1.0)
        deviation = math.sqrt(variance[0] + max(around - self.variance, 0.0))
        missing = goal - float(mean[0])
        as_lucky = float(np.mean(self.residuals < _NEARLY * missing))
        return max(as_lucky, float(stdtr(len(self.residuals) - 2, missing / deviation)))

    def _place(self, losses: FloatArray) -> FloatArray:
        return np.clip((losses - self.centre) / self.spread, -_FAR, _FAR)


@dataclass(frozen=True, eq=False)
class CurveEnds:
    """What is known of a study's curves.

    Attributes:
        steps: Those that have a line, ascending, shape ``(n_steps,)``.
        lines: One for each step.
    """

    steps: IntArray
    lines: tuple[Line, ...]


def fit_curve_ends(curves: Curves, finals: FloatArray) -> CurveEnds:
    """Fit a line at each of a few steps, from the last to the first.

    Args:
        curves: What finished trials reported; lower is better.
        finals: ``(n_trials,)`` what they ended at, lower is better; NaN = pruned.
    """
    is_complete = ~np.isnan(finals)
    ends, variances = finals.copy(), np.zeros(len(finals))
    if is_complete.any():
        ends[is_complete] = clip_outliers(finals[is_complete], "minimize")
    steps = _choose_steps(curves, is_complete)
    losses = curves.at_steps(steps)
    places = np.arange(1, len(steps) + 1)
    last = np.where(np.isnan(losses), 0, places).max(axis=1, initial=0) - 1
    lines: list[Line] = []
    for k in range(len(steps) - 1, -1, -1):
        rows = np.flatnonzero(~np.isnan(losses[:, k]) & ~np.isnan(ends))
        line = _fit_line(losses[rows, k], ends[rows], variances[rows], is_complete[rows])
        lines.append(line)
        pruned = np.flatnonzero(~is_complete & (last == k))
        ends[pruned], variances[pruned] = line.predict(losses[pruned, k])
    return CurveEnds(steps, tuple(lines[::-1]))


def _choose_steps(curves: Curves, is_complete: npt.NDArray[np.bool_]) -> IntArray:
    """Evenly spread over those that enough complete trials came to."""
    steps = np.unique(curves.steps[np.repeat(is_complete, curves.lengths)])
    steps = steps[thin_out(len(steps), N_STEPS)] if len(steps) else steps
    n_complete = (~np.isnan(curves.at_steps(steps)[is_complete])).sum(axis=0)
    chosen: IntArray = steps[n_complete >= MIN_COMPLETE]
    return chosen


def _fit_line(
    losses: FloatArray,
    ends: FloatArray,
    variances: FloatArray,
    is_complete: npt.NDArray[np.bool_],
) -> Line:
    """Least squares, where the variance of predicted ends adds to that about the line."""
    n = len(losses)
    x = clip_outliers(losses, "minimize")
    centre, spread = float(x.mean()), float(x.std()) or 1.0
    mean, z = float(ends.mean()), (x - centre) / spread
    slope = float(z @ (ends - mean)) / (n + _RIDGE)
    residuals = ends - mean - slope * z
    least = (_EXACT * max(float(np.ptp(ends)), abs(mean), 1e-100)) ** 2
    variance = max(float((residuals**2 + variances).sum()) / (n - 2), least)
    return Line(centre, spread, mean, slope, variance, n, z[is_complete], residuals[is_complete])
