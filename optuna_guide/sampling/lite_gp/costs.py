"""What a trial costs: improvement per second, where durations can be predicted.

The log duration has a Gaussian process of its own, over the columns of the objective's. The
acquisition is divided by the duration that is predicted: "expected improvement per second" of
Snoek, Larochelle and Adams (2012), "Practical Bayesian Optimization of Machine Learning
Algorithms", section 3.2. Cost cooling (Lee et al. 2020) would need a budget, which nobody states.
Once a search has settled, trials among its leaders are chosen whatever they take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.lite_gp.fit import fit_kernel
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.posterior import condition
from optuna_guide.sampling.lite_gp.surrogates import MAX_TRIALS
from optuna_guide.sampling.lite_gp.targets import standardise
from optuna_guide.study.trial_values import INSTANT

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.acquisition import Acquisition
    from optuna_guide.sampling.lite_gp.posterior import Posterior
    from optuna_guide.sampling.lite_gp.request import Request
    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray, Space

_MIN_TRIALS = 8
_MIN_SPREAD = 0.1  # standard deviation of log durations; less is not worth a detour
_MIN_EXPLAINED = 0.5  # share of the variance of log durations that left-out trials confirm
_LABEL = -1


@dataclass(frozen=True, eq=False)
class PerSecond:
    """An acquisition per second of a trial; to be maximised in its stead.

    Attributes:
        gain: The log acquisition of a trial.
        model: Of the standardised log duration.
        scale: Log seconds of one standardised unit.
    """

    gain: Acquisition
    model: Posterior
    scale: float

    @property
    def space(self) -> Space:
        """The columns of the rows."""
        return self.gain.space

    def __call__(self, rows: FloatArray) -> FloatArray:
        """Log acquisition per second up to a constant, shape ``(n_rows,)``."""
        mean, _ = self.model.predict(code_inactive(self.space, rows))
        return self.gain(rows) - self.scale * mean

    def value_and_gradient(
        self, rows: FloatArray, columns: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """As of `Acquisition`."""
        value, gradient = self.gain.value_and_gradient(rows, columns)
        coded = code_inactive(self.space, rows)
        mean, _, slope, _ = self.model.predict_with_gradient(coded, columns)
        slope = np.where(np.isnan(rows[:, columns]), 0.0, slope)
        return value - self.scale * mean, gradient - self.scale * slope


def per_second(
    gain: Acquisition, request: Request, thetas: dict[int, FloatArray]
) -> PerSecond | None:
    """The acquisition per second; None where duration is no reason to prefer a trial.

    It is none without a request for it, with several objectives, before 8 complete trials
    were timed, and where durations hardly differ or cannot be predicted from the
    parameters, by the newest 200 trials, each left out in turn.

    Args:
        gain: The log acquisition of a trial.
        request: What is known.
        thetas: As of `fit_surrogates`; updated in place.
    """
    known, space = request.known, request.space
    if request.durations is None or known.values.shape[1] > 1:
        return None
    is_timed = np.isfinite(request.durations) & (request.durations >= INSTANT)
    timed = np.flatnonzero(is_timed)[-MAX_TRIALS:]
    if len(timed) < _MIN_TRIALS:
        return None
    y, _, scale = standardise(np.log(request.durations[timed]))
    if not y.any() or scale < _MIN_SPREAD:
        return None
    rows, choices = code_inactive(space, known.rows[timed]), space.is_categorical
    kernel, thetas[_LABEL] = fit_kernel(rows, y, choices, start=thetas.get(_LABEL))
    try:
        model = condition(kernel, choices, rows, y, np.full(len(y), kernel.noise))
    except np.linalg.LinAlgError:
        return None
    unexplained = float(np.mean((y - model.leave_one_out()[0]) ** 2))
    return PerSecond(gain, model, scale) if unexplained <= 1 - _MIN_EXPLAINED else None
