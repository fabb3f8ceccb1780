"""From a snapshot to a table: directions, states, conditions and changed ranges end here."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.trial import TrialState

from optuna_guide.domain import space as spaces
from optuna_guide.store.choices import read_context, read_directions
from optuna_guide.store.keys import CANCELLED, EXPERIMENT, OBSERVED_BOUNDS
from optuna_guide.store.samplers import read_samplers
from optuna_guide.study.branching import Branching, read_branching
from optuna_guide.study.changed_within import note_changed_within
from optuna_guide.study.context import Contexts, read_contexts
from optuna_guide.study.curves import places_of_pruned, read_curves, reported
from optuna_guide.study.declared import Declared, are_inside, find_observed_bounds
from optuna_guide.study.fronts import violations_of
from optuna_guide.study.provenance import find_blind, read_parent
from optuna_guide.study.trial_values import (
    read_attributes,
    read_params,
    read_seconds,
    read_violation,
)
from optuna_guide.study.unread_series import note_unread_series

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.study.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class TrialsTable:
    """Usable trials of a study; row ``i`` of every array is the same trial, oldest first.

    Attributes:
        study_name: Name of the study.
        space: Parameter to declared distribution, as `declared` has it where it changed; key order
            = column order.
        numbers: ``(n_trials,)`` trial numbers.
        params: ``(n_trials, n_params)`` internal values; NaN = parameter inactive.
        losses: ``(n_trials, n_objectives)``; maximised objectives are negated: lower is better.
        objectives: One name per objective, ``value`` or ``value_<k>`` where the study names none.
        maximised: One flag per objective: whether its losses are negated values.
        violations: ``(n_trials,)`` sum of the positive constraint values; 0 = feasible.
        constrained: Whether any trial has constraints.
        durations: ``(n_trials,)`` seconds; NaN = unknown.
        attributes: Numeric user attributes, ``(n_trials,)`` each; NaN = missing.
        pruned: ``(n_trials,)`` flags: the loss is the last intermediate value of a pruned trial.
        states: Number of trials of the study by state name, all of them.
        dropped: Reason to number of finished trials that could not be used.
        notes: What a reader should know about how the table was read.
        branching: Which parameters are active where, told by all finished trials.
        observed_bounds: Parameters whose bounds are what was seen, and nobody's decision.
        inherited: Numbers of the trials that were made from another one.
        asked: Numbers of the trials that a person asked for, which are no random sample.
        blind: Numbers of the trials that were drawn without regard to earlier ones, as far as is
            known: a random sample.
        places: ``(n_trials,)`` where each pruned trial stood when it ended, as the share of the
            trials that were better there, see `places_of_pruned`; NaN = complete, None = unknown.
        contexts: What nobody would choose; no parameter in it is in ``space``.
        directions: User attribute to the way that a person said is better.
    """

    study_name: str
    space: Mapping[str, BaseDistribution]
    numbers: npt.NDArray[np.int64]
    params: FloatArray
    losses: FloatArray
    objectives: tuple[str, ...]
    maximised: tuple[bool, ...]
    violations: FloatArray
    constrained: bool
    durations: FloatArray
    attributes: Mapping[str, FloatArray]
    pruned: npt.NDArray[np.bool_]
    states: Mapping[str, int]
    dropped: Mapping[str, int]
    notes: tuple[str, ...] = ()
    branching: Branching = field(default_factory=Branching)
    observed_bounds: frozenset[str] = frozenset()
    inherited: frozenset[int] = frozenset()
    asked: frozenset[int] = frozenset()
    blind: frozenset[int] = frozenset()
    places: FloatArray | None = None
    contexts: Contexts = field(default_factory=Contexts)
    directions: Mapping[str, Direction] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """Parameter names in column order."""
        return tuple(self.space)

    @property
    def active_share(self) -> FloatArray:
        """``(n_params,)`` share of the trials in which each parameter was active."""
        return np.mean(~np.isnan(self.params), axis=0) if len(self) else np.ones(len(self.space))

    def unit(self) -> FloatArray:
        """``(n_trials, n_params)`` parameters on the unit interval; NaN = inactive."""
        return spaces.unit_columns(self.space, self.params)

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> TrialsTable:
        """The same table with only the given rows, in the given order."""
        return replace(
            self,
            numbers=self.numbers[rows],
            params=self.params[rows],
            losses=self.losses[rows],
            violations=self.violations[rows],
            durations=self.durations[rows],
            attributes={name: values[rows] for name, values in self.attributes.items()},
            pruned=self.pruned[rows],
            places=None if self.places is None else self.places[rows],
            contexts=self.contexts.take(rows),
        )

    def values(self, name: str) -> list[Any]:
        """A parameter's values as told to Optuna; None = inactive."""
        distribution = self.space[name]
        column = self.params[:, self.names.index(name)]
        return [None if math.isnan(v) else distribution.to_external_repr(v) for v in column]


def read_trials(snapshot: Snapshot, *, include_pruned: bool = False) -> TrialsTable:
    """Read the trials of a study that can teach something.

    Complete trials with finite values are used. A trial is never half used: what does not fit is
    counted in ``dropped``.

    Args:
        snapshot: The study.
        include_pruned: Use pruned trials as well, through their last intermediate value
            (single-objective studies only).

    Raises:
        ValueError: If pruned trials are asked for in a study of several objectives.
    """
    if include_pruned and len(snapshot.directions) > 1:
        raise ValueError(
            f"Study {snapshot.study_name!r} has {len(snapshot.directions)} objectives: "
            "pruned trials have no intermediate value for each of them. "
            "Leave include_pruned at False."
        )
    declared = Declared().seen(snapshot.trials)
    table, trials = _read_rows(snapshot, declared, include_pruned=include_pruned)
    return replace(
        table,
        attributes=read_attributes(trials),
        states=dict(Counter(t.state.name for t in snapshot.trials)),
        notes=(
            *_changes(declared, table.space),
            *note_changed_within(trials),
            *note_unread_series(trials),
        ),
        branching=read_branching(snapshot.trials, declared.space),
        observed_bounds=find_observed_bounds(
            snapshot.trials, declared.space, snapshot.attributes.get(OBSERVED_BOUNDS)
        ),
        inherited=frozenset(t.number for t in trials if read_parent(t) >= 0),
        asked=frozenset(t.number for t in trials if EXPERIMENT in t.user_attrs),
        blind=_find_blind(snapshot),
        places=_find_places(trials, table.pruned, -1.0 if snapshot.maximised[0] else 1.0),
        directions=read_directions(snapshot.attributes),
    )


def read_losses(snapshot: Snapshot, declared: Declared) -> TrialsTable:
    """Where the trials were, and how good: `read_trials` without all that it tells beside that.

    Args:
        snapshot: The study.
        declared: What its trials declared.
    """
    return _read_rows(snapshot, declared, include_pruned=False)[0]


def _read_rows(
    snapshot: Snapshot, declared: Declared, *, include_pruned: bool
) -> tuple[TrialsTable, list[FrozenTrial]]:
    """A table of what each trial tells of itself, and the trials that are in it."""
    dropped: Counter[str] = Counter()
    usable = [(t, _usable_values(t, include_pruned, dropped)) for t in snapshot.trials]
    told = [(t, values) for t, values in usable if values is not None]
    space = _space_of(declared, [t for t, _ in told])
    rows, params = _read_fitting([t for t, _ in told], declared, space, dropped)
    trials, values = [told[i][0] for i in rows], [told[i][1] for i in rows]
    pruned = np.array([t.state == TrialState.PRUNED for t in trials], dtype=bool)
    contexts = read_contexts(trials, ~pruned, space, read_context(snapshot.attributes))
    columns = [j for j, name in enumerate(space) if name not in contexts.names]
    signs = np.where(snapshot.maximised, -1.0, 1.0)
    violations = np.array([read_violation(t) for t in trials], dtype=np.float64)
    table = TrialsTable(
        study_name=snapshot.study_name,
        space={name: d for name, d in space.items() if name not in contexts.names},
        numbers=np.array([t.number for t in trials], dtype=np.int64),
        params=params[:, columns],
        losses=np.array(values, dtype=np.float64).reshape(-1, len(signs)) * signs,
        objectives=snapshot.objectives,
        maximised=snapshot.maximised,
        violations=violations_of(violations),
        constrained=not np.isnan(violations).all(),
        durations=np.array([read_seconds(t) for t in trials], dtype=np.float64),
        attributes={},
        pruned=pruned,
        states={},
        dropped={reason: n for reason, n in dropped.items() if n},
        contexts=contexts,
    )
    return table, trials


def _find_places(
    trials: Sequence[FrozenTrial], pruned: npt.NDArray[np.bool_], sign: float
) -> FloatArray | None:
    if not pruned.any():
        return None
    return places_of_pruned(read_curves([reported(t) for t in trials]), pruned, sign)


def _find_blind(snapshot: Snapshot) -> frozenset[int]:
    trials = snapshot.trials
    numbers = np.array([t.number for t in trials], dtype=np.int64)
    watched = read_samplers(snapshot.attributes, numbers).tolist()
    flags = find_blind([t.system_attrs for t in trials], watched)
    return frozenset(numbers[np.array(flags, dtype=bool)].tolist())


def _usable_values(
    trial: FrozenTrial, include_pruned: bool, dropped: Counter[str]
) -> Sequence[float] | None:
    if not trial.state.is_finished():
        return None
    if trial.state == TrialState.COMPLETE:
        values: Sequence[float] = trial.values
    elif trial.state == TrialState.PRUNED and include_pruned and trial.intermediate_values:
        values = [trial.intermediate_values[max(trial.intermediate_values)]]
    else:
        is_pruned = trial.state == TrialState.PRUNED
        lost = "cancelled" if CANCELLED in trial.user_attrs else "failed"
        dropped["pruned" if is_pruned else lost] += 1
        return None
    if not all(math.isfinite(v) for v in values):
        dropped["value is not finite"] += 1
        return None
    return values


def _space_of(declared: Declared, trials: Sequence[FrozenTrial]) -> dict[str, BaseDistribution]:
    """The declared distributions of the parameters that these trials have."""
    used = {name for trial in trials for name in trial.distributions}
    return {name: d for name, d in declared.space.items() if name in used}


def _read_fitting(
    trials: Sequence[FrozenTrial],
    declared: Declared,
    space: Mapping[str, BaseDistribution],
    dropped: Counter[str],
) -> tuple[list[int], FloatArray]:
    """Which of the trials lie inside the space, and ``(n, n_params)`` their internal values."""
    alike = [i for i, trial in enumerate(trials) if declared.has_newest_kinds(trial)]
    dropped["a parameter changed its kind"] += len(trials) - len(alike)
    columns = read_params([trials[i] for i in alike], space).values()
    params = np.column_stack([*columns, np.empty((len(alike), 0))])
    inside = are_inside(space, params)
    dropped["a parameter lies outside of its range"] += int((~inside).sum())
    return [i for i, ok in zip(alike, inside, strict=True) if ok], params[inside]


def _changes(declared: Declared, space: Mapping[str, BaseDistribution]) -> tuple[str, ...]:
    """What to note where a parameter was declared differently."""
    notes = []
    for name in space:
        if name in declared.varied:
            notes.append(f"The range of {name} changed during the study: the widest is used.")
        if name in declared.turned:
            notes.append(
                f"{name} changed between numbers and choices: "
                "older trials of the other kind are left out."
            )
    return tuple(notes)
