"""A sampler never ends a study: what fails inside is said, and the trial goes on without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.samplers import RandomSampler

from optuna_guide.store.once import warn_once

if TYPE_CHECKING:
    from types import TracebackType

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial


class going_on:
    """A block out of which no error comes: what stands after it is done instead.

    Each kind of error is warned of once for each parameter. Floating-point errors are handled as
    NumPy does by default, whatever the objective has set.

    Args:
        sampler: The sampler that fails.
        param_name: The parameter that it draws, where it is one alone.
    """

    def __init__(self, sampler: BaseSampler, param_name: str | None = None) -> None:
        self._sampler, self._param_name = type(sampler).__name__, param_name
        self._floats = np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")

    def __enter__(self) -> None:
        self._floats.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        self._floats.__exit__(kind, error, trace)
        if not isinstance(error, Exception):
            return False
        what = "" if self._param_name is None else f" at {self._param_name!r}"
        warn_once(
            (self._sampler, kind, self._param_name),
            f"{self._sampler} failed{what}: {error!r}. The trial goes on with values drawn "
            "independently. This is said once; later trials try it again.",
        )
        return True


def draw_uniformly(
    study: Study, trial: FrozenTrial, param_name: str, distribution: BaseDistribution
) -> Any:
    """A value from the whole range, where nothing else could be drawn."""
    return RandomSampler().sample_independent(study, trial, param_name, distribution)
