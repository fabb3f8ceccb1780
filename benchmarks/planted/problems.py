"""Functions whose truth is known, and studies of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from optuna_guide.domain.space import from_unit, to_unit

Column = npt.NDArray[np.float64]
Columns = Mapping[str, Column]

UNIT = FloatDistribution(0.0, 1.0)
LOG = FloatDistribution(1e-5, 1.0, log=True)
SPACE: Mapping[str, BaseDistribution] = {
    "lr": LOG,
    "width": IntDistribution(16, 1024, log=True),
    "optimizer": CategoricalDistribution(("adam", "sgd", "rmsprop")),
    "heads": CategoricalDistribution((2, 4, 8)),
    "depth": IntDistribution(1, 8),
    "dropout": UNIT,
    "momentum": UNIT,
}


class Context(NamedTuple):
    """What nobody chooses, such as the data set: each trial has one of its values at random.

    Attributes:
        shifts: What each of its values adds to the loss.
        factors: What each multiplies it with, before that.
        is_param: Whether it is a parameter that is enqueued; else a user attribute.
    """

    shifts: tuple[float, ...]
    factors: tuple[float, ...] = (1.0, 1.0, 1.0)
    is_param: bool = False


@dataclass(frozen=True)
class Planted:
    """A function of unit values (index of a choice), lower is better, with what is true of it.

    Attributes:
        loss: Of columns, NaN where a parameter is inactive.
        noise: Standard deviation of what is added to it.
        matter: Parameters that it depends on: none of the others matters anywhere.
        mains: Those that a reader should be told of.
        pairs: Interactions that a reader should be told of.
        tops: Parameter and option (its index) that set the very best apart.
        space: Declared.
        parent: Conditional parameter to the choice that it needs.
        weights: Categorical parameter to how often random trials have each choice.
        levels: Parameter to the few values that were tried.
        is_slow: Whether a parameter's option starts late, in the curves of a pruned study.
        contexts: Name to what nobody chooses; nothing is to be said about it.
    """

    name: str
    loss: Callable[[Columns], Column]
    noise: float
    matter: tuple[str, ...] = ()
    mains: tuple[str, ...] = ()
    pairs: tuple[frozenset[str], ...] = ()
    tops: tuple[tuple[str, int], ...] = ()
    space: Mapping[str, BaseDistribution] = field(default_factory=lambda: SPACE)
    parent: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    weights: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    levels: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    is_slow: Callable[[Columns], Column] | None = None
    contexts: Mapping[str, Context] = field(default_factory=dict)

    def draw(self, n: int, rng: np.random.Generator) -> dict[str, Column]:
        """Columns of random trials."""
        columns = {name: self.draw_one(name, n, rng) for name in self.space}
        for child, (name, choice) in self.parent.items():
            columns[child] = np.where(columns[name] == choice, columns[child], np.nan)
        return columns

    def draw_one(self, name: str, n: int, rng: np.random.Generator) -> Column:
        """One column, as if the parameter were always active."""
        distribution = self.space[name]
        if name in self.levels:
            return to_unit(distribution, rng.choice(self.levels[name], n))
        if isinstance(distribution, CategoricalDistribution):
            k = len(distribution.choices)
            return rng.choice(k, n, p=self.weights.get(name)).astype(np.float64)
        return to_unit(distribution, from_unit(distribution, rng.random(n)))


def additive(c: Columns) -> Column:
    bowl = 8 * (c["lr"] - 0.35) ** 2
    return bowl + 0.4 * (c["optimizer"] == 1) + 0.5 * np.abs(c["width"] - 0.6)


def heavy(c: Columns) -> Column:
    return np.exp(2.5 * additive(c))


def scaled(c: Columns) -> Column:
    return 4 * c["lr"] * np.abs(c["width"] - 0.3) + 0.5 * (c["lr"] - 0.5) ** 2


def crossing(c: Columns) -> Column:
    return 3 * np.abs(c["lr"] + c["width"] - 1)


def fragile(c: Columns) -> Column:
    return np.where((c["optimizer"] == 1) & (c["heads"] == 1), 2.5 * c["width"], 0.6)


def lucky(c: Columns) -> Column:
    """Half of the middle has the option, and nearly all of the top 5 %."""
    found = (c["heads"] == 1) & (np.abs(c["lr"] - 0.5) < 0.06)
    return 0.3 * np.abs(c["dropout"] - 0.5) - 1.0 * found


def opposite(c: Columns) -> Column:
    found = (c["heads"] == 2) & (np.abs(c["lr"] - 0.5) < 0.15)
    return 0.7 * (c["heads"] == 2) - 2.5 * found


def branches(c: Columns) -> Column:
    deep = 2 * np.abs(np.nan_to_num(c["depth"]) - 0.7)
    slow = 0.4 + 1.5 * (np.nan_to_num(c["momentum"]) - 0.8) ** 2
    return np.where(c["optimizer"] == 0, deep, np.where(c["optimizer"] == 1, slow, 1.3))


def towards_bound(c: Columns) -> Column:
    return -1.5 * c["lr"] + 0.3 * (c["heads"] == 0)


def low_end(c: Columns) -> Column:
    return np.abs(np.log10(np.maximum(c["lr"], 1e-6)) + 2.5) + 0.4 * (c["optimizer"] == 1)


_LINEAR = {**SPACE, "lr": FloatDistribution(1e-5, 1.0)}
_GRID = {"lr": (1e-4, 1e-3, 1e-2), "width": (16.0, 64.0, 256.0, 1024.0), "depth": (2.0, 4.0)}
_GRID |= {"dropout": (0.0, 0.2, 0.5), "momentum": (0.5, 0.9)}
_RARE = {"optimizer": (0.94, 0.03, 0.03), "heads": (0.5, 0.47, 0.03)}
DATA = CategoricalDistribution(("Cora", "PubMed", "Reddit"))
_ASKED = {"dataset": Context((0.0, 5.0, 10.0), is_param=True)}
_SCALED = {"dataset": Context((0.0, 3.0, -20.0), (1.0, 4.0, 30.0)), "seed": Context((0.0,) * 3)}
_ADDITIVE = ("lr", "optimizer", "width")
_MANY = {name: SPACE[name] for name in _ADDITIVE}
_MANY |= {f"rate_{i}": UNIT for i in range(9)}
_MANY |= {f"switch_{i}": CategoricalDistribution((True, False)) for i in range(18)}

PROBLEMS = (
    Planted("noise", lambda c: 0 * c["lr"], 1.0),
    Planted("additive", additive, 0.15, _ADDITIVE, _ADDITIVE),
    Planted("noisy", additive, 1.0, _ADDITIVE, ("lr",)),
    Planted("heavy tail", heavy, 0.5, _ADDITIVE, _ADDITIVE),
    Planted("scaled", scaled, 0.15, ("lr", "width"), ("lr", "width"),
            (frozenset({"lr", "width"}),)),
    Planted("crossing", crossing, 0.2, ("lr", "width"), (), (frozenset({"lr", "width"}),)),
    Planted("fragile", fragile, 0.2, ("optimizer", "heads", "width"), ("width",),
            (frozenset({"width", "optimizer"}), frozenset({"width", "heads"}))),
    Planted("lucky", lucky, 0.15, ("heads", "lr", "dropout"), (), (), (("heads", 1),),
            weights={"heads": (0.25, 0.5, 0.25)}),
    Planted("opposite", opposite, 0.3, ("heads", "lr"), ("heads",), (), (("heads", 2),)),
    Planted("branches", branches, 0.1, ("optimizer", "depth", "momentum"), ("depth",),
            parent={"depth": ("optimizer", 0), "momentum": ("optimizer", 1)}),
    Planted("grid", additive, 0.15, _ADDITIVE, ("lr", "width"), levels=_GRID),
    Planted("rare", additive, 0.3, _ADDITIVE, ("lr",), weights=_RARE),
    Planted("many", additive, 0.3, _ADDITIVE, ("lr",), space=_MANY),
    Planted("bound", towards_bound, 0.2, ("lr", "heads"), ("lr",)),
    Planted("context", additive, 0.15, _ADDITIVE, _ADDITIVE, contexts=_ASKED),
    Planted("context, scaled", additive, 0.15, _ADDITIVE, _ADDITIVE, contexts=_SCALED),
    Planted("context, noise", lambda c: 0 * c["lr"], 1.0, contexts=_SCALED),
    Planted("linear", low_end, 0.15, ("lr", "optimizer"), ("lr",), space=_LINEAR),
    Planted("pruned", additive, 0.15, _ADDITIVE, ("lr",), is_slow=lambda c: 0 * c["lr"]),
    Planted("pruned, late", additive, 0.15, _ADDITIVE, ("lr",),
            is_slow=lambda c: (c["heads"] == 0).astype(np.float64)),
)  # fmt: skip
