"""Limits on what a child may cost, such as ``n_params <= 100000``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from optuna_guide.experiments.basis import to_row
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.values import Params

HELD = 0.8  # probability with which a limit is to hold
_LIMIT = re.compile(r"\s*(?P<name>.+?)\s*(?P<sign><=|>=|<|>)\s*(?P<number>\S+)\s*")


@dataclass(frozen=True)
class Limit:
    """A bound on a numeric user attribute.

    Attributes:
        name: The attribute.
        is_upper: Whether it is to stay below.
        bound: In units of the attribute.
    """

    name: str
    is_upper: bool
    bound: float

    def __str__(self) -> str:
        return f"{self.name} {'<=' if self.is_upper else '>='} {self.bound:g}"


def read_limit(text: str, basis: Basis) -> Limit:
    """A limit as it is typed.

    Raises:
        ValueError: If it cannot be read, or no trial has such an attribute.
    """
    found = _LIMIT.fullmatch(text)
    try:
        bound = float(found["number"].replace("_", "")) if found else math.nan
    except ValueError:
        bound = math.nan
    if found is None or not math.isfinite(bound):
        raise ValueError(f"{text!r} is no limit: write one such as 'n_params <= 100000'.")
    name = found["name"]
    if name not in basis.table.attributes and name != "duration":
        known = ", ".join(sorted(basis.table.attributes)) or "none"
        raise ValueError(f"No trial has a numeric user attribute {name!r}; there are: {known}.")
    return Limit(name, found["sign"].startswith("<"), bound)


def holds(
    limit: Limit, basis: Basis, configurations: Sequence[Params], parent: Params
) -> npt.NDArray[np.bool_]:
    """Flags of the configurations that keep to a limit with 80 %, by a model of the attribute.

    Raises:
        ValueError: If the trials do not tell what the attribute depends on.
    """
    emulator = basis.emulator_of(limit.name, parent)
    if isinstance(emulator, NotReady):
        raise ValueError(f"{limit} cannot be held: {emulator.reason}")
    rows = np.array([to_row(params, emulator.space.distributions) for params in configurations])
    below = emulator.probability_below(rows, limit.bound)
    kept: npt.NDArray[np.bool_] = (below if limit.is_upper else 1.0 - below) >= HELD
    return kept
