"""The distinct configurations of a study, and what a trial of each is expected to reach."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.sampling.outlook.process import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna_guide.sampling.lite_gp.space import FloatArray, IntArray
    from optuna_guide.sampling.outlook.process import Process

_LARGEST = 1e150  # of what trials reached: beyond, squares overflow


@dataclass(frozen=True, eq=False)
class Tried:
    """Feasible configurations, in the order of their first trials; larger values are better.

    Attributes:
        process: What was fitted to all trials.
        rows: Shape ``(n, n_params)``; NaN = inactive.
        numbers: First trial of each, shape ``(n,)``.
        observed: Mean of what its trials reached, shape ``(n,)``.
        counts: Number of its trials, shape ``(n,)``.
    """

    process: Process
    rows: FloatArray
    numbers: IntArray
    observed: FloatArray
    counts: IntArray

    @classmethod
    def of(cls, process: Process) -> Tried:
        """The configurations that a process has seen."""
        kept = np.flatnonzero(process.is_feasible)
        which, first = group(process.tried)
        counts = np.bincount(which)
        values = np.clip(process.known.values[kept, 0], -_LARGEST, _LARGEST)
        observed = np.bincount(which, weights=values) / counts
        return cls(process, process.tried[first], process.numbers[kept[first]], observed, counts)

    def find(self, row: FloatArray) -> int | None:
        """Where a row stands, if it was tried."""
        same = np.all(np.isclose(self.rows, row, rtol=0.0, atol=1e-12, equal_nan=True), axis=1)
        return int(np.flatnonzero(same)[0]) if same.any() else None

    def expected(self) -> FloatArray:
        """What a trial of each reaches on average, shape ``(n,)``.

        The mean of the process, and so much of what trials were beyond it as comes back. Where
        the metric ends and the process expects more than was ever seen, it is what was observed.
        """
        means = self.process.expect(self.rows)
        expected: FloatArray = means + self._share_kept() * (self.observed - means)
        low, high = self.limits()
        if math.isfinite(high):
            is_tried = self.counts > 0
            is_beyond = is_tried & (expected > self.observed[is_tried].max())
            expected = np.where(is_beyond, self.observed, expected)
        return np.clip(expected, low, high)

    def limits(self) -> tuple[float, float]:
        """Between what ends a metric looks bounded, on the scale of the process; else infinite.

        Where nothing is below 0, nothing is expected there; what is maximised and lies within 0
        to 1, or to 100, is a share, or a percentage.
        """
        process = self.process
        seen = process.sign * self.observed[self.counts > 0]
        low, high = float(seen.min()), float(seen.max())
        if process.is_log or low < 0:
            return -math.inf, math.inf
        if process.sign < 0:
            return -math.inf, 0.0
        return 0.0, next((end for end in (1.0, 100.0) if high <= end), math.inf)

    def covariance(self, which: Sequence[int]) -> FloatArray:
        """Of the averages of some configurations, shape ``(n_which, n_which)``.

        What comes back of a trial is uncertain in itself: by the mean of its own noise, and as
        long as nobody knows how much of what the process does not explain is noise at all.
        """
        process, share = self.process, self.process.noise_share
        chosen = np.array(which)
        rows = self.rows[chosen]
        left = 1.0 - self._share_kept()[chosen]
        unknown = share * (1.0 - share) / (process.n_repeats + 1)
        own = (
            left * process.structure
            + unknown * (self.observed[chosen] - process.expect(rows)) ** 2
        )
        covariance: FloatArray = process.covariance(rows) * np.outer(left, left)
        return covariance + np.diag(own)

    def deviation(self, one: int, other: int) -> float:
        """Of the difference of the averages of two configurations."""
        covariance = self.covariance([one, other])
        variance = covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]
        return math.sqrt(max(float(variance), 0.0))

    def joined_by(self, row: FloatArray) -> Tried:
        """With a configuration that was not tried, as the last: no trials, and number -1."""
        return replace(
            self,
            rows=np.concatenate([self.rows, row[None]]),
            numbers=np.append(self.numbers, -1),
            observed=np.append(self.observed, self.process.expect(row[None])),
            counts=np.append(self.counts, 0),
        )

    def _share_kept(self) -> FloatArray:
        """Share of what trials were beyond the process that a further trial shows again."""
        share = self.process.noise_share
        seen = (1.0 - share) * self.counts
        kept: FloatArray = seen / np.maximum(seen + share, np.finfo(float).tiny)
        return kept
