"""Values as a person gives them, and internal ones: what a trial can be asked to run with.

Optuna checks an enqueued value only when the objective asks for it, and an impossible one then
ends the worker's `optimize`. So all of them are checked here, before anything is written.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.domain.labels import label
from optuna_guide.store.keys import FIXED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.trial import FrozenTrial

Params = dict[str, float]  # internal values of active parameters
Key = frozenset[tuple[str, float]]


def read_value(name: str, value: Any, distribution: BaseDistribution) -> float:
    """Internal value of what a person gave.

    Raises:
        ValueError: If it is no value that the parameter can take: says why, and what it takes.
    """
    if isinstance(distribution, CategoricalDistribution):
        return _read_choice(name, value, distribution)
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ValueError(f"{name!r} is a number, not {value!r}: {_takes(distribution)}.")
    number = float(value)
    low, high, step = spaces.grid(distribution)
    margin = 0.0 if step else 1e-9 * (high - low)
    if not low - margin <= number <= high + margin:
        raise ValueError(f"{name!r} cannot be {value!r}: {_takes(distribution)}.")
    snapped = float(spaces.snap(distribution, number))
    if step and abs(snapped - number) > 1e-6 * step:
        near = label(distribution, snapped)
        raise ValueError(
            f"{name!r} cannot be {value!r}: {_takes(distribution)}, the nearest is {near}."
        )
    return snapped


def to_told(params: Mapping[str, float], space: Mapping[str, BaseDistribution]) -> dict[str, Any]:
    """Values as Optuna is told them: integers as `int`, the very choices."""
    told = {}
    for name, value in params.items():
        distribution = space[name]
        if isinstance(distribution, IntDistribution):
            told[name] = round(value)
        else:
            told[name] = distribution.to_external_repr(value)
    return told


def survives(value: Any, distribution: BaseDistribution) -> bool:
    """Whether a choice is still one after a storage has kept it as JSON."""
    try:
        distribution.to_internal_repr(json.loads(json.dumps(value)))
    except (TypeError, ValueError):
        return False
    return True


def read_params(trial: FrozenTrial, space: Mapping[str, BaseDistribution]) -> Params:
    """Internal values of a trial, or what it is to run with where it waits or just began.

    What is of another kind than the parameter is now is left out.
    """
    given = dict(trial.params)
    if not trial.state.is_finished() or not given:
        given = {**trial.system_attrs.get(FIXED, {}), **given}
    found = {}
    for name, value in given.items():
        if name in space:
            try:
                found[name] = float(space[name].to_internal_repr(value))
            except (TypeError, ValueError):
                continue
    return {name: value for name, value in found.items() if not math.isnan(value)}


def key_of(params: Mapping[str, float]) -> Key:
    """What two equal configurations have in common."""
    return frozenset(params.items())


def ran(trial: FrozenTrial) -> bool:
    """Whether the trial ran, runs, or will; one that was cancelled did not."""
    return trial.state != TrialState.FAIL or bool(trial.params)


def _read_choice(name: str, value: Any, distribution: CategoricalDistribution) -> float:
    try:
        return float(spaces.choice_index(distribution, value))
    except (TypeError, ValueError):
        pass
    alike = [c for c in distribution.choices if str(c) == str(value)]
    hint = f" The choice {alike[0]!r} is of another type." if alike else ""
    raise ValueError(f"{name!r} cannot be {value!r}: {_takes(distribution)}.{hint}") from None


def _takes(distribution: BaseDistribution) -> str:
    """What a parameter takes, in words."""
    if isinstance(distribution, CategoricalDistribution):
        shown = ", ".join(map(repr, distribution.choices[:12]))
        more = len(distribution.choices) - 12
        return f"it takes {shown}{f' and {more} more' if more > 0 else ''}"
    low, high, step = spaces.grid(distribution)
    kind = "whole numbers" if isinstance(distribution, IntDistribution) else "numbers"
    by = (
        "" if step is None or (step == 1 and kind == "whole numbers") else f" in steps of {step:g}"
    )
    return f"it takes {kind} from {label(distribution, low)} to {label(distribution, high)}{by}"
