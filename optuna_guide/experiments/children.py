"""Children beside their parent: what each changed, what it gained, and whether that is noise."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from optuna.trial import TrialState

from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.experiments.changes import Change, find_changes, say_changes
from optuna_guide.experiments.deltas import (
    Delta,
    Noise,
    PrunedDelta,
    compare_pruned,
    find_delta,
    mean_of,
)
from optuna_guide.experiments.naming import find_trial
from optuna_guide.experiments.provenance import Origin, read_origin
from optuna_guide.experiments.values import Key, key_of
from optuna_guide.store.keys import CANCELLED, MOVED
from optuna_guide.study.curves import reported
from optuna_guide.study.provenance import read_parent

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction


@dataclass(frozen=True)
class Child:
    """A trial that was made from another one.

    Attributes:
        number: Its number.
        parent: That of the other one.
        state: ``waiting``, ``running``, ``complete``, ``pruned``, ``failed`` or ``cancelled``.
        internal: Its values, as internal ones; what is fixed, as long as it waits.
        changes: What differs from the parent.
        origin: Who asked for it, why, and what was expected; None where that was not recorded.
        value: Its target; None as long as it has none.
        values: Objective to value.
        delta: Against the parent; None as long as one of them has no value.
        as_expected: Whether the delta lies in the interval that was expected; None where unknown.
        n_same: Complete trials of its configuration.
        attributes: Numeric user attributes.
        curve: Step to reported value.
        seconds: How long it took, or runs already; None before it began.
        pruned: How it stood beside its parent at its last step, where it was pruned and the target
            is what it reported.
    """

    number: int
    parent: int
    state: str
    internal: Mapping[str, float]
    changes: tuple[Change, ...]
    origin: Origin | None
    value: float | None
    values: Mapping[str, float]
    delta: Delta | None
    as_expected: bool | None
    n_same: int
    attributes: Mapping[str, float]
    curve: Mapping[int, float]
    seconds: float | None
    pruned: PrunedDelta | None = None

    @property
    def change(self) -> str:
        """What differs from the parent, in words."""
        return say_changes(self.changes) or "the same again"

    def __str__(self) -> str:
        pruned = "pruned" if self.pruned is None else f"pruned, {self.pruned}"
        state = pruned if self.state == "pruned" else self.state
        gained = state if self.delta is None else str(self.delta)
        return f"trial {self.number}: {self.change}: {gained}"


@dataclass(frozen=True)
class Family:
    """A trial and all that was made from it, and from those.

    Attributes:
        parent: Number of the trial.
        value: Its target, the mean of all trials of its configuration.
        n_same: Complete trials of its configuration.
        attributes: Its numeric user attributes.
        target: What the children are judged by.
        direction: Which way that is better.
        noise: How much repeated trials differ.
        children: By number; those of children follow the same rule with their own parent.
        descendants: Children of children, and theirs.
        cancelled: Trials of the study that were taken back, or moved, before they ran.
        notes: What a reader should know.
    """

    parent: int
    value: float | None
    n_same: int
    attributes: Mapping[str, float]
    target: str
    direction: Direction
    noise: Noise
    children: tuple[Child, ...]
    descendants: tuple[Child, ...]
    cancelled: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        value = "no value" if self.value is None else f"{self.value:.4g}"
        head = f"trial {self.parent}: {self.target} {value}"
        return "\n".join([head, *(f"  {child}" for child in self.children), *self.notes])


def read_children(
    study: Study,
    trial: int | FrozenTrial,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
) -> Family:
    """The children of a trial, what each changed, and what it gained over its parent.

    The interval of a difference rests on the spread of repeated trials, of the parent and its
    children where there are any, else of the study: a t interval of the difference of two means.

    Args:
        study: The study.
        trial: The parent, or its number.
        target: What they are judged by: an objective's name or index, a numeric user attribute,
            ``"duration"``; the first objective by default.
        direction: Which way a user attribute is better.

    Raises:
        ValueError: If there is no such trial or target.
    """
    return family(read_basis(study, target, direction=direction), trial)


def family(basis: Basis, trial: int | FrozenTrial) -> Family:
    """`read_children` of a study that was read already."""
    parent = find_trial(basis, trial, complete=False)
    by_parent = _by_parent(basis)
    generation, descendants = by_parent.get(parent.number, []), []
    front = list(generation)
    while front:
        front = [child for one in front for child in by_parent.get(one.number, [])]
        descendants += front
    groups = _Groups(basis)
    noise = groups.noise([parent, *generation, *descendants])
    means = groups.values(parent)
    return Family(
        parent=parent.number,
        value=mean_of(means) if means else None,
        n_same=len(means),
        attributes=numbers_of(parent),
        target=basis.target,
        direction=basis.goal.direction,
        noise=noise,
        children=tuple(_child(basis, groups, noise, c) for c in generation),
        descendants=tuple(_child(basis, groups, noise, c) for c in descendants),
        cancelled=tuple(t.number for t in basis.snapshot.trials if CANCELLED in t.user_attrs),
        notes=(str(noise),),
    )


def numbers_of(trial: FrozenTrial) -> dict[str, float]:
    """Numeric user attributes of a trial."""
    return {
        name: float(value)
        for name, value in trial.user_attrs.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
        if name != "parent"
    }


def say_state(trial: FrozenTrial) -> str:
    """What became of a trial, in one word."""
    if trial.state == TrialState.FAIL:
        return "cancelled" if CANCELLED in trial.user_attrs else "failed"
    return trial.state.name.lower()


class _Groups:
    """Values of the usable trials by configuration."""

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._values: defaultdict[Key, list[float]] = defaultdict(list)
        for number, value in basis.values.items():
            self._values[self._key(basis.snapshot.by_number[number])].append(value)

    def values(self, trial: FrozenTrial) -> list[float]:
        """Values of all trials of the same configuration."""
        return self._values.get(self._key(trial), [])

    def noise(self, family: Sequence[FrozenTrial]) -> Noise:
        """Of the family's configurations where any was repeated, else of all."""
        own = {self._key(trial) for trial in family}
        known: tuple[tuple[Literal["family", "study"], set[Key]], ...] = (
            ("family", own),
            ("study", set(self._values)),
        )
        for where, keys in known:
            repeated = [v for k in keys if len(v := self._values.get(k, [])) > 1]
            if repeated:
                df = sum(len(v) - 1 for v in repeated)
                squares = sum((x - mean_of(v)) ** 2 for v in repeated for x in v)
                n = sum(map(len, repeated))
                return Noise(math.sqrt(squares / df), df, n, where)
        return Noise(math.nan, 0, 0, "")

    def _key(self, trial: FrozenTrial) -> Key:
        return key_of(self._basis.params_of(trial))


def _child(basis: Basis, groups: _Groups, noise: Noise, trial: FrozenTrial) -> Child:
    number = read_parent(trial)
    parent = basis.snapshot.by_number[number]
    origin = read_origin(trial)
    own, before = groups.values(trial), groups.values(parent)
    params = basis.params_of(trial)
    value = basis.values.get(trial.number)
    delta = (
        None if value is None or not before else find_delta(own, before, noise, basis.maximised)
    )
    n = len(basis.snapshot.directions)
    told = trial.values if trial.state == TrialState.COMPLETE and trial.values else [math.nan] * n
    return Child(
        number=trial.number,
        parent=number,
        state=say_state(trial),
        internal=params,
        changes=find_changes(basis.params_of(parent), params, basis.space),
        origin=origin,
        value=value,
        values=dict(zip(basis.snapshot.objectives, told, strict=True)),
        delta=delta,
        as_expected=_is_as_expected(origin, delta, basis.target),
        n_same=len(own),
        attributes=numbers_of(trial),
        curve=reported(trial),
        seconds=_seconds(trial),
        pruned=_pruned(basis, parent, trial),
    )


def _pruned(basis: Basis, parent: FrozenTrial, trial: FrozenTrial) -> PrunedDelta | None:
    if trial.state != TrialState.PRUNED or [basis.target] != list(basis.snapshot.objectives):
        return None
    return compare_pruned(reported(trial), reported(parent), basis.maximised)


def _is_as_expected(origin: Origin | None, delta: Delta | None, target: str) -> bool | None:
    """Whether what was measured lies in the expected interval."""
    if origin is None or delta is None or origin.target != target:
        return None
    if origin.delta_low is None or origin.delta_high is None:
        return None
    return origin.delta_low <= delta.value <= origin.delta_high


def _by_parent(basis: Basis) -> dict[int, list[FrozenTrial]]:
    found: dict[int, list[FrozenTrial]] = {}
    for trial in basis.snapshot.trials:
        parent = read_parent(trial)
        is_moved = trial.user_attrs.get(CANCELLED) == MOVED
        if parent in basis.snapshot.by_number and not is_moved:
            found.setdefault(parent, []).append(trial)
    return found


def _seconds(trial: FrozenTrial) -> float | None:
    if trial.duration is not None:
        return trial.duration.total_seconds()
    if trial.state != TrialState.RUNNING or trial.datetime_start is None:
        return None
    from datetime import datetime

    return (datetime.now() - trial.datetime_start).total_seconds()
