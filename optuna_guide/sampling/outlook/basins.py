"""Where good configurations lie apart: basins, with worse ground between, as the model sees it.

Two configurations are of one basin where the mean of the process, on the straight line from one to
the other, nowhere falls below the lower of their two ends by more than the noise of one trial.
Choices, and parameters that only one of them has, change in the middle of the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.sampling.lite_gp.rows import snap
from optuna_guide.sampling.outlook.tried import Tried

if TYPE_CHECKING:
    from optuna_guide.sampling.lite_gp.space import FloatArray
    from optuna_guide.sampling.outlook.process import Process
    from optuna_guide.study.snapshot import Snapshot

_SHARE = 0.2  # of the configurations that are looked at, the best of them
_MOST = 60
_FEWEST = 10
_STEPS = 9  # places between two configurations


@dataclass(frozen=True)
class Basin:
    """A group of good configurations.

    Attributes:
        trial: Number of its best trial, by what all trials together expect.
        params: Its values, as told to Optuna.
        expected: What a trial of it reaches on average, in units of the objective.
        observed: Mean of what its trials reached.
        trials: First trials of all configurations in the basin, best first.
    """

    trial: int
    params: Mapping[str, Any]
    expected: float
    observed: float
    trials: tuple[int, ...]


def find_basins(process: Process, snapshot: Snapshot) -> tuple[Basin, ...]:
    """The basins among the best fifth of the configurations, the best one first."""
    tried = Tried.of(process)
    expected = tried.expected()
    n = min(max(round(_SHARE * len(expected)), _FEWEST), _MOST, len(expected))
    members: list[list[int]] = []
    for i in np.argsort(-expected, kind="stable")[:n].tolist():
        home = next((m for m in members if _joins(process, tried.rows[m[0]], tried.rows[i])), None)
        if home is None:
            members.append([i])
        else:
            home.append(i)
    return tuple(
        Basin(
            trial=int(tried.numbers[m[0]]),
            params=snapshot.by_number[int(tried.numbers[m[0]])].params,
            expected=float(process.give(expected[m[0]])),
            observed=float(process.give(tried.observed[m[0]])),
            trials=tuple(tried.numbers[m].tolist()),
        )
        for m in members
    )


def _joins(process: Process, one: FloatArray, other: FloatArray) -> bool:
    """Whether there is no worse ground between two rows."""
    space = process.space
    shares = np.linspace(0.0, 1.0, _STEPS + 2)[:, None]
    near = np.where(shares < 0.5, one, other)
    between = (1.0 - shares) * one + shares * other
    is_jump = space.is_categorical | np.isnan(one) | np.isnan(other)
    rows = np.where(is_jump, near, snap(space, np.where(is_jump, near, between)))
    means = process.expect(rows)
    return bool(means.min() >= min(means[0], means[-1]) - np.sqrt(process.unexplained))
