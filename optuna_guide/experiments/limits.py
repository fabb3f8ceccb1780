"""Limits on what a child may cost, or may choose, such as ``n_params <= 100000``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.experiments.basis import to_row
from optuna_guide.experiments.values import to_told
from optuna_guide.guidance import NotReady
from optuna_guide.study.provenance import PARENT
from optuna_guide.study.targets import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from optuna_guide.domain.space import FloatArray
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.values import Params

LimitFunction: TypeAlias = Callable[[dict[str, Any]], bool]

HELD = 0.8  # probability with which a limit is to hold
_LIMIT = re.compile(r"\s*(?P<name>.+?)\s*(?P<sign><=|>=|<|>)\s*(?P<number>\S+)\s*")


@dataclass(frozen=True)
class Limit:
    """A bound on an objective, on a numeric user attribute, or on a number that is chosen.

    Attributes:
        name: The objective, the attribute, or the parameter.
        is_upper: Whether it is to stay below.
        bound: In its units.
        is_param: Whether it is a parameter; one that is inactive keeps to it.
    """

    name: str
    is_upper: bool
    bound: float
    is_param: bool = False

    def __str__(self) -> str:
        return f"{self.name} {'<=' if self.is_upper else '>='} {self.bound:g}"

    def allows(self, values: FloatArray) -> npt.NDArray[np.bool_]:
        """Flags of the values that keep to it; NaN of a parameter does."""
        kept = values <= self.bound if self.is_upper else values >= self.bound
        return kept | np.isnan(values) if self.is_param else kept

    def allows_params(self, configurations: Sequence[Params]) -> npt.NDArray[np.bool_]:
        """Flags of the configurations whose parameter keeps to it."""
        return self.allows(np.array([p.get(self.name, np.nan) for p in configurations]))


def read_limits(
    limits: Sequence[str | LimitFunction], basis: Basis
) -> list[Limit | LimitFunction]:
    """Limits as they are given.

    Raises:
        ValueError: If one cannot be read, or nothing in the study has its name.
    """
    if isinstance(limits, str) or callable(limits):
        limits = [limits]
    return [limit if callable(limit) else read_limit(limit, basis) for limit in limits]


def read_limit(text: str, basis: Basis) -> Limit:
    """A limit as it is typed.

    Raises:
        ValueError: If it cannot be read, or nothing in the study has its name.
    """
    found = _LIMIT.fullmatch(text)
    try:
        bound = float(found["number"].replace("_", "")) if found else math.nan
    except ValueError:
        bound = math.nan
    if found is None or not math.isfinite(bound):
        raise ValueError(f"{text!r} is no limit: write one such as 'n_params <= 100000'.")
    name = found["name"]
    measured = {*basis.table.attributes, *basis.snapshot.objectives, "duration"} - {PARENT}
    numbers = {n for n, d in basis.space.items() if not isinstance(d, CategoricalDistribution)}
    if name not in measured | numbers:
        raise ValueError(
            f"There is no numeric user attribute, objective or parameter {name!r} to limit; "
            f"there are: {', '.join(sorted(measured | numbers))}."
        )
    return Limit(name, found["sign"].startswith("<"), bound, is_param=name not in measured)


def hold(
    limit: Limit | LimitFunction, basis: Basis, configurations: Sequence[Params], parent: Params
) -> npt.NDArray[np.bool_]:
    """Flags of the configurations that keep to a limit.

    A bound on what is measured is to hold with 80 %, by a model of it; a rule is asked.

    Raises:
        ValueError: If the trials do not tell what the attribute depends on.
    """
    if not isinstance(limit, Limit):
        told = (to_told(params, basis.space) for params in configurations)
        return np.array([bool(limit(params)) for params in told])
    if limit.is_param:
        return limit.allows_params(configurations)
    emulator = basis.emulator_of(limit.name, parent)
    if isinstance(emulator, NotReady):
        raise ValueError(f"{limit} cannot be held: {emulator.reason}")
    rows = np.array([to_row(params, emulator.space.distributions) for params in configurations])
    below = emulator.probability_below(rows, limit.bound)
    flags: npt.NDArray[np.bool_] = (below if limit.is_upper else 1.0 - below) >= HELD
    return flags


def find_within(limits: Sequence[Limit | LimitFunction], basis: Basis) -> set[int]:
    """Numbers of the trials with a target that kept to all limits."""
    within = set(basis.values)
    for limit in limits:
        params = {k: basis.params_of(basis.snapshot.by_number[k]) for k in within}
        if not isinstance(limit, Limit):
            within = {k for k, v in params.items() if limit(to_told(v, basis.space))}
        elif limit.is_param:
            within = {k for k, v in params.items() if limit.allows_params([v]).all()}
        else:
            measured = read_target(basis.table, limit.name)
            rows = measured.rows[limit.allows(measured.measured)]
            within &= set(basis.table.numbers[rows].tolist())
    return within
