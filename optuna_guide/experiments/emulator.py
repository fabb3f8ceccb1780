"""What a configuration is expected to gain over another: a Gaussian process, as of `recommend`.

A forest tells ranges apart and says little of one step from one trial: on planted functions its
error about such steps is nine tenths of their size, that of an EBM two thirds, and that of this
process two fifths.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from optuna_guide.analysis.projection.gower import gower
from optuna_guide.experiments.warp import Warp, choose_warp
from optuna_guide.sampling.lite_gp.kernel import code_inactive
from optuna_guide.sampling.lite_gp.posterior import Posterior, condition
from optuna_guide.sampling.lite_gp.rows import to_rows
from optuna_guide.sampling.lite_gp.space import Space, make_space
from optuna_guide.sampling.lite_gp.threads import single_threaded_blas
from optuna_guide.sampling.outlook.doubting import average_kernel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.space import FloatArray

MAX_TRIALS = 250  # a fit costs the cube of their number
_Z = 1.96  # the normal's 97.5 % quantile
_N_DRAWS = 1000
_TINY = 1e-12


class Gains(NamedTuple):
    """What configurations have more than their parent, ``(n,)`` each, in units of the target.

    Attributes:
        value: Difference of what is expected of both.
        low: Lower end of the interval that holds the difference of a trial of each with 95 %.
        high: Upper end.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Emulator:
    """A Gaussian process of one target.

    Attributes:
        space: Columns of the configurations.
        warp: Scale on which the target is modelled.
        posterior: Of the standardised target on that scale.
        centre: What the target was shifted by.
        scale: What it was divided by.
        widening: By how much its deviations are too small, as its errors on left-out trials say.
        skill: Correlation of its predictions of left-out trials with what they reached.
    """

    space: Space
    warp: Warp
    posterior: Posterior
    centre: float
    scale: float
    widening: float
    skill: float

    def expect(self, params: FloatArray) -> FloatArray:
        """``(n, 3)`` expected target, and the ends of the interval that holds a trial with 95 %.

        Args:
            params: ``(n, n_params)`` internal values; NaN = inactive.
        """
        mean, deviation = self.posterior.predict(self._rows(params))
        reach = _Z * self.widening * np.sqrt(deviation**2 + self.posterior.kernel.noise)
        return self._back(mean[:, None] + reach[:, None] * np.array([0.0, -1.0, 1.0]))

    def compare(self, params: FloatArray, parent: FloatArray) -> Gains:
        """What each configuration has more than its parent.

        Args:
            params: ``(n, n_params)`` internal values; NaN = inactive.
            parent: ``(n_params,)``.
        """
        means, covariance = self._joint(params, parent)
        noise = self.widening**2 * self.posterior.kernel.noise
        covariance = covariance + noise * np.array([1.0, 1.0, 0.0])
        draws = np.random.default_rng(0).standard_normal((_N_DRAWS, 2))
        own = np.sqrt(np.maximum(covariance[:, 1], 0.0))[:, None] * draws[:, 0]
        shared = covariance[:, 2] / np.maximum(covariance[:, 1], _TINY)
        rest = np.sqrt(np.maximum(covariance[:, 0] - shared * covariance[:, 2], 0.0))
        child = shared[:, None] * own + rest[:, None] * draws[:, 1]
        drawn = self._back(means[:, :1] + child) - self._back(means[:, 1:] + own)
        ends = np.quantile(drawn, [0.025, 0.975], axis=1)
        return Gains(self._back(means) @ np.array([1.0, -1.0]), ends[0], ends[1])

    def probability_above(self, params: FloatArray, parent: FloatArray) -> FloatArray:
        """``(n,)`` probability that each configuration has more than its parent."""
        from scipy.stats import norm

        difference, deviation = self._difference(params, parent)
        above: FloatArray = norm.cdf(difference / np.maximum(deviation, _TINY))
        return above

    def probability_below(self, params: FloatArray, bound: float) -> FloatArray:
        """``(n,)`` probability that each configuration has at most a bound."""
        from scipy.stats import norm

        mean, deviation = self.posterior.predict(self._rows(params))
        limit = (float(self.warp.forward(np.array(bound))) - self.centre) / self.scale
        below: FloatArray = norm.cdf((limit - mean) / (self.widening * deviation))
        return below

    def improvement(self, params: FloatArray, parent: FloatArray, sign: float) -> FloatArray:
        """``(n,)`` expected improvement over a configuration, in deviations of the target.

        Args:
            params: ``(n, n_params)`` internal values; NaN = inactive.
            parent: ``(n_params,)``.
            sign: 1 where higher is better, -1 where lower is.
        """
        from scipy.stats import norm

        difference, deviation = self._difference(params, parent)
        gain, deviation = sign * difference, np.maximum(deviation, _TINY)
        z = gain / deviation
        expected: FloatArray = gain * norm.cdf(z) + deviation * norm.pdf(z)
        return expected

    def believing(self, params: FloatArray) -> Emulator:
        """The process as if these configurations had reached what is expected of them."""
        rows = self._rows(params)
        mean, _ = self.posterior.predict(rows)
        noise = self.posterior.kernel.noise
        return replace(self, posterior=self.posterior.with_observations(rows, mean, noise))

    def _difference(self, params: FloatArray, parent: FloatArray) -> tuple[FloatArray, FloatArray]:
        means, covariance = self._joint(params, parent)
        variance = covariance @ np.array([1.0, 1.0, -2.0])
        return means @ np.array([1.0, -1.0]), np.sqrt(np.maximum(variance, 0.0))

    def _joint(self, params: FloatArray, parent: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Means ``(n, 2)`` of a child and its parent; ``(n, 3)`` variances and covariance."""
        rows, own = self._rows(params), self._rows(parent[None])
        mean, deviation = self.posterior.predict(rows)
        mean_own, deviation_own = self.posterior.predict(own)
        shared = self.posterior.covariance(rows, own)[:, 0]
        means = np.column_stack([mean, np.repeat(mean_own, len(rows))])
        variances = deviation**2, np.repeat(deviation_own**2, len(rows)), shared
        return means, self.widening**2 * np.column_stack(variances)

    def _back(self, standardised: FloatArray) -> FloatArray:
        return self.warp.back(self.centre + self.scale * standardised)

    def _rows(self, params: FloatArray) -> FloatArray:
        return code_inactive(self.space, to_rows(self.space, params.astype(np.float64)))


def fit_emulator(
    space: Mapping[str, BaseDistribution],
    params: FloatArray,
    values: FloatArray,
    near: FloatArray | None = None,
) -> Emulator:
    """Fit a process, of many trials to those around one configuration.

    Args:
        space: Parameter to declared distribution, in column order; each takes several values.
        params: ``(n, n_params)`` internal values; NaN = inactive.
        values: ``(n,)`` target, the bad side clipped.
        near: ``(n_params,)`` the configuration; evenly chosen trials where nothing is said.

    Raises:
        numpy.linalg.LinAlgError: If the covariance of the trials cannot be factorised.
    """
    if len(values) > MAX_TRIALS:
        kept = np.linspace(0, len(values) - 1, MAX_TRIALS).round().astype(np.int64)
        if near is not None:
            distance = gower(space, near[None], params)[0]
            kept = np.argsort(distance, kind="stable")[:MAX_TRIALS]
        params, values = params[kept], values[kept]
    columns = make_space(space)
    rows = code_inactive(columns, to_rows(columns, params))
    warp = choose_warp(values)
    warped = warp.forward(values)
    centre, scale = float(warped.mean()), float(warped.std()) or 1.0
    y = (warped - centre) / scale
    with single_threaded_blas():
        kernel = average_kernel(rows, y, columns.is_categorical)
        noise = np.full(len(y), kernel.noise)
        posterior = condition(kernel, columns.is_categorical, rows, y, noise)
    widening, skill = _check(posterior)
    return Emulator(columns, warp, posterior, centre, scale, widening, skill)


def _check(posterior: Posterior) -> tuple[float, float]:
    """How far left-out trials lie off, in deviations, and how well they are predicted."""
    left_out, deviation = posterior.leave_one_out()
    off = np.quantile(np.abs(posterior.y - left_out) / deviation, 0.95) / _Z
    skill = np.corrcoef(left_out, posterior.y)[0, 1] if left_out.std() > 0 else 0.0
    return float(max(1.0, off)), float(np.nan_to_num(skill))
