"""What experiments rest on: one reading of a study, its branches, and a model of its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from optuna.distributions import CategoricalDistribution

from optuna_guide.analysis.failures import FailureMap, find_failures
from optuna_guide.domain.labels import label
from optuna_guide.domain.wording import one_line
from optuna_guide.experiments.branches import Layers, find_layers
from optuna_guide.experiments.emulator import MAX_TRIALS, Emulator, fit_emulator
from optuna_guide.experiments.values import (
    Key,
    Params,
    key_of,
    ran,
    read_params,
    read_value,
    to_told,
)
from optuna_guide.guidance import NotReady
from optuna_guide.models.sample import Sample, read_sample
from optuna_guide.models.skill import GATE
from optuna_guide.study.attribute_directions import is_size, is_time
from optuna_guide.study.branching import read_branching
from optuna_guide.study.declared import Declared
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.study.targets import Target, read_target, varies

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray


@dataclass(frozen=True, eq=False)
class Basis:
    """A study as experiments see it; everything follows from one reading.

    Attributes:
        snapshot: The study.
        target: What children are judged by: an objective, a numeric user attribute, ``duration``.
        direction: Which way a user attribute is better.
    """

    snapshot: Snapshot
    target: str
    direction: Direction | None = None
    _emulators: dict[object, Emulator | NotReady] = field(default_factory=dict, repr=False)

    @cached_property
    def declared(self) -> Declared:
        """What the trials declared, whatever became of them."""
        return Declared().seen(self.snapshot.trials)

    @cached_property
    def space(self) -> Mapping[str, BaseDistribution]:
        """Parameter to the widest distribution of its newest kind."""
        return self.declared.space

    @cached_property
    def chosen(self) -> tuple[str, ...]:
        """Parameters without contexts: an experiment changes no data set, fold or seed."""
        return tuple(name for name in self.space if name not in self.table.contexts.names)

    @cached_property
    def lost(self) -> Mapping[str, frozenset[float]]:
        """Parameter to choices that were declared once, and would end a study now."""
        found = {}
        for name, distribution in self.space.items():
            newest = self.declared.domains[name].newest
            if isinstance(distribution, CategoricalDistribution) and newest is not distribution:
                lost = (k for k in range(len(distribution.choices)) if not takes(name, k, self))
                found[name] = frozenset(map(float, lost))
        return {name: choices for name, choices in found.items() if choices}

    def refusal(self, params: Mapping[str, float]) -> str:
        """Why a configuration of internal values cannot be run; empty where it can."""
        for name, choices in self.lost.items():
            if params.get(name) in choices:
                gone = label(self.space[name], params[name])
                return f"cannot be run: {one_line(name)} {one_line(gone)} is declared no more"
        return ""

    @cached_property
    def where(self) -> Mapping[str, Region]:
        """Conditional parameter to the part of its parent in which it is active."""
        return read_branching(self.snapshot.trials, self.space).where

    @cached_property
    def layers(self) -> tuple[Layers, ...]:
        """Parameters that come once for each layer."""
        return find_layers(self.space, self.where)

    @cached_property
    def table(self) -> TrialsTable:
        """The usable trials."""
        return read_trials(self.snapshot)

    @cached_property
    def goal(self) -> Target:
        """The target of the usable trials.

        Raises:
            ValueError: If there is no such target.
        """
        return read_target(self.table, self.target, direction=self.direction)

    @property
    def maximised(self) -> bool:
        """Whether higher is better."""
        return self.goal.direction == "maximize"

    @cached_property
    def values(self) -> Mapping[int, float]:
        """Trial number to target, in its own units, of the usable trials."""
        numbers = self.table.numbers[self.goal.rows].tolist()
        return dict(zip(numbers, self.goal.values.tolist(), strict=True))

    @cached_property
    def sizes(self) -> tuple[str, ...]:
        """User attributes called like a cost and positive: weights, bytes, then seconds."""
        found = (
            name
            for name, column in self.table.attributes.items()
            if name != self.target and is_size(name, column) and varies(column)
        )
        return tuple(sorted(found, key=is_time))

    @cached_property
    def best(self) -> int | None:
        """Number of the best trial by the target, the earlier one of equals."""
        return self.best_of(self.values)

    def best_of(self, numbers: Collection[int]) -> int | None:
        """Number of the best of some trials by the target; None where none of them has one."""
        by_loss = zip(self.goal.loss.tolist(), self.values, strict=True)
        return min(((loss, n) for loss, n in by_loss if n in numbers), default=(0.0, None))[1]

    @cached_property
    def known(self) -> Mapping[Key, tuple[int, ...]]:
        """Configuration to the trials that ran with it, run, or wait for it."""
        found: defaultdict[Key, list[int]] = defaultdict(list)
        for trial in self.snapshot.trials:
            if ran(trial) and (params := self.params_of(trial)):
                found[key_of(params)].append(trial.number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def failures(self) -> FailureMap:
        """Where trials fail."""
        return find_failures(self.snapshot)

    @cached_property
    def sample(self) -> Sample | NotReady:
        """What the models may learn from."""
        return self.sample_of(self.goal)

    def sample_of(self, goal: Target) -> Sample | NotReady:
        """The same for another target of the table."""
        if not len(self.table):
            return NotReady("no trial is complete.", 0)
        return read_sample(self.table, goal)

    def params_of(self, trial: FrozenTrial) -> Params:
        """Internal values of a trial."""
        return read_params(trial, self.space)

    def emulator(self, parent: Mapping[str, float] | None = None) -> Emulator | NotReady:
        """Model of the target around one configuration, or why there is none."""
        return self._fit("target", lambda: self.sample, parent)

    def emulator_of(
        self, attribute: str, parent: Mapping[str, float] | None = None
    ) -> Emulator | NotReady:
        """The same of another target, such as a size.

        Raises:
            ValueError: If there is no such target.
        """
        goal = read_target(self.table, attribute)
        return self._fit(attribute, lambda: self.sample_of(goal), parent)

    def _fit(
        self,
        name: str,
        read: Callable[[], Sample | NotReady],
        parent: Mapping[str, float] | None,
    ) -> Emulator | NotReady:
        whole = len(self.table) <= MAX_TRIALS  # the same around every configuration
        key = (name, None if parent is None or whole else key_of(parent))
        if key not in self._emulators:
            self._emulators[key] = _fit(read(), parent)
        return self._emulators[key]


def read_basis(
    study: Study | Snapshot,
    target: str | int | None = None,
    *,
    direction: Direction | None = None,
) -> Basis:
    """Read a study for experiments.

    Args:
        study: The study, or a reading of it.
        target: What children are judged by; the first objective by default.
        direction: Which way a user attribute is better.

    Raises:
        ValueError: If there is no such target.
    """
    snapshot = study if isinstance(study, Snapshot) else read_snapshot(study)
    name = snapshot.objectives[target or 0] if not isinstance(target, str) else target
    basis = Basis(snapshot, name, direction)
    _ = basis.goal  # an unknown target is told here
    return basis


def _fit(sample: Sample | NotReady, parent: Mapping[str, float] | None) -> Emulator | NotReady:
    if isinstance(sample, NotReady):
        return sample
    near = None if parent is None else to_row(parent, sample.space)
    try:
        emulator = fit_emulator(sample.space, sample.params, sample.values, near)
    except np.linalg.LinAlgError as error:
        return NotReady(f"the model could not be fitted: {error}", len(sample.values))
    if emulator.skill < GATE:
        return NotReady(
            f"the trials do not tell what to expect: left-out ones are predicted with a "
            f"correlation of {emulator.skill:.2f}, {GATE} is needed (n = {len(sample.values)}).",
            len(sample.values),
        )
    return emulator


def takes(name: str, value: float, basis: Basis) -> bool:
    """Whether the newest trial's distribution of a parameter has an internal value."""
    told = to_told({name: value}, basis.space)[name]
    try:
        read_value(name, told, basis.declared.domains[name].newest)
    except ValueError:
        return False
    return True


def to_row(params: Mapping[str, float], space: Mapping[str, BaseDistribution]) -> FloatArray:
    """``(n_params,)`` internal values in the order of a space; NaN = inactive."""
    return np.array([params.get(name, np.nan) for name in space], dtype=np.float64)
