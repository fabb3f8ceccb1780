"""The small changes that variations are made of, each on one parameter or one layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.experiments.basis import Basis
    from optuna_guide.experiments.branches import Layers
    from optuna_guide.experiments.values import Params

Action: TypeAlias = Literal["perturb", "switch", "replace", "add", "remove"]

ACTIONS: tuple[Action, ...] = ("perturb", "switch", "replace", "add", "remove")
_REACH = 0.2  # deviation of a perturbation, as a share of the range in its own scale


@dataclass(frozen=True)
class Move:
    """A change that a variation may make.

    Attributes:
        action: ``perturb`` a number in its own scale, ``switch`` a choice, ``replace`` one that
            brings others with it, ``add`` or ``remove`` a layer, or the next level of an integer
            that brings others.
        name: The parameter.
        layers: What an integer counts, where it counts layers.
    """

    action: Action
    name: str
    layers: Layers | None = None

    def apply(self, basis: Basis, params: Params, rng: np.random.Generator) -> Params | None:
        """The configuration with the change, its branches not settled; None = impossible."""
        if self.name not in params:
            return None
        if self.action in ("add", "remove"):
            return self._grow(basis, params, rng)
        distribution = basis.space[self.name]
        if isinstance(distribution, CategoricalDistribution):
            others = [k for k in range(len(distribution.choices)) if k != params[self.name]]
            return {**params, self.name: float(rng.choice(others))} if others else None
        value = _perturbed(distribution, params[self.name], rng)
        return None if value == params[self.name] else {**params, self.name: value}

    def _grow(self, basis: Basis, params: Params, rng: np.random.Generator) -> Params | None:
        low, high, step = spaces.grid(basis.space[self.name])
        up = self.action == "add"
        value = params[self.name] + (step or 1.0) * (1 if up else -1)
        if not low <= value <= high:
            return None
        if self.layers is None:
            return {**params, self.name: value}
        n = self.layers.n_active(params)
        if not up:
            return self.layers.without(params, int(rng.integers(n))) if n > 0 else None
        if n == 0 or n >= len(self.layers.names):
            return {**params, self.name: value}
        return self.layers.with_copy(params, int(rng.integers(n)), int(rng.integers(n + 1)))


def find_moves(
    basis: Basis, params: Params, allowed: Mapping[str, Collection[Action]]
) -> list[Move]:
    """The changes that can be made to a configuration.

    Args:
        basis: The study.
        params: Internal values.
        allowed: Parameter to what may be done to it.
    """
    layers = {found.count: found for found in basis.layers}
    parents = {parent for condition in basis.where.values() for parent in condition}
    moves = []
    for name in params:
        distribution = basis.space[name]
        if spaces.n_levels(distribution) == 1:
            continue
        found: tuple[Action, ...] = ("perturb",)
        if isinstance(distribution, CategoricalDistribution):
            found = ("replace",) if name in parents else ("switch",)
        elif name in parents:
            found = ("add", "remove")
        moves += [Move(a, name, layers.get(name)) for a in found if a in allowed.get(name, ())]
    return moves


def _perturbed(distribution: BaseDistribution, value: float, rng: np.random.Generator) -> float:
    """Another value nearby: on a grid the next level at least."""
    unit = float(spaces.to_unit(distribution, value))
    levels = spaces.n_levels(distribution)
    step = rng.normal(0.0, _REACH)
    if levels is not None:
        step = np.sign(step) * max(abs(step), 1.0 / levels)
    moved = unit + step
    if not 0 <= moved <= 1:
        moved = unit - step  # reflected: the bound is no attractor
    return float(spaces.from_unit(distribution, np.clip(moved, 0.0, 1.0)))
