"""How each trial came to be: what the storage still tells, of any study."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from optuna_guide.store.history import read_history
from optuna_guide.store.proposals import read_proposals
from optuna_guide.store.samplers import read_samplers
from optuna_guide.study import provenance
from optuna_guide.study.brackets import infer_brackets, read_rungs
from optuna_guide.study.changed_within import is_about
from optuna_guide.study.curves import INTERMEDIATE, Curves, read_curves, read_series, reported
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.study.targets import (
    DURATION,
    FEASIBLE,
    PARETO_RANK,
    Target,
    read_goal,
    read_target,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import FloatArray, IntArray
    from optuna_guide.guidance import Guidance

    TextArray = npt.NDArray[np.str_]


@dataclass(frozen=True)
class Corridor:
    """What was narrowed to, or suggested, from some trial on until the next one takes over.

    Attributes:
        start: Trial number from which it holds.
        version: Version of the proposal, or of the guidance.
        kind: ``narrowed``: guided trials were confined to it; ``suggested``: people were shown it.
        region: Parameter to the part of its range, internal values.
    """

    start: int
    version: int
    kind: Literal["narrowed", "suggested"]
    region: Region


@dataclass(frozen=True, eq=False)
class Exploration:
    """How each trial came to be; row ``i`` of every column is row ``i`` of ``trials``.

    Attributes:
        trials: Complete trials, and in a study of one objective pruned ones, whose loss is their
            last intermediate value.
        samplers: Name of the sampler; empty = unknown: nobody watched, and it left no mark.
        kinds: Why the trial is where it is, one of `provenance.KINDS`; empty = not recorded.
        versions: Version of the proposal that the trial was decided under; 0 = none.
        generations: Generation of a population; NaN = none.
        rungs: Highest completed rung; NaN = none.
        brackets: Hyperband bracket, told by the steps of completed rungs; NaN = unknown.
        batches: Index of the batch; no trial of a batch started after another one of it ended.
        alone: Share of the trial's values that a sampler which draws jointly drew one by one all
            the same; NaN = not recorded, or at its startup.
        parents: Number of the trial that this one was made from; -1 = unknown.
        curves: Intermediate values.
        series: Name to further curves: numeric lists of the user attributes, one value a step.
        corridors: Narrowed and suggested regions, oldest first.
        is_ordered: Whether it is known when trials ended.
    """

    trials: TrialsTable
    samplers: TextArray
    kinds: TextArray
    versions: IntArray
    generations: FloatArray
    rungs: FloatArray
    brackets: FloatArray
    batches: IntArray
    alone: FloatArray
    parents: IntArray
    curves: Curves
    series: Mapping[str, Curves] = field(default_factory=dict)
    corridors: tuple[Corridor, ...] = ()
    is_ordered: bool = True

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def makers(self) -> TextArray:
        """``(n_trials,)`` who made each trial: a sampler, or a start-up; empty = unknown."""
        named = provenance.name_makers(self.samplers.tolist(), self.kinds.tolist())
        return np.array(named, dtype=np.str_)

    @property
    def metrics(self) -> dict[str, Curves]:
        """Name to what was reported step by step, intermediate values first."""
        return {INTERMEDIATE: self.curves, **self.series}

    def late_gains(self, metric: str) -> FloatArray:
        """`Curves.late_gains` of a metric: of a series, better is the way that most curves go.

        A parameter that changes within a trial gains nothing.
        """
        if any(is_about(metric, name) for name in self.trials.space):
            return np.full(len(self.metrics[metric]), np.nan)
        maximise = self.trials.maximised[0] if metric == INTERMEDIATE else None
        return self.metrics[metric].late_gains(maximise)

    def parent_rows(self) -> IntArray:
        """``(n_trials,)`` row of each parent; -1 = none among the trials."""
        row_of = {int(n): i for i, n in enumerate(self.trials.numbers)}
        return np.array([row_of.get(int(p), -1) for p in self.parents], dtype=np.int64)


def read_exploration(study: Study) -> Exploration:
    """Read how the trials of a study came to be."""
    return explore(read_snapshot(study))


def explore(snapshot: Snapshot) -> Exploration:
    """How the trials of a snapshot came to be."""
    table = read_trials(snapshot, include_pruned=len(snapshot.directions) == 1)
    trials = [snapshot.by_number[number] for number in table.numbers.tolist()]
    attributes = [t.system_attrs for t in trials]
    decisions = [provenance.read_decision(found) for found in attributes]
    versions = np.array([int(d.get("version") or 0) for d in decisions], dtype=np.int64)
    curves = read_curves([reported(t) for t in trials])
    brackets = infer_brackets([read_rungs(t) for t in snapshot.trials])
    row_of = {t.number: i for i, t in enumerate(snapshot.trials)}
    watched = read_samplers(snapshot.attributes, table.numbers).tolist()
    samplers = [provenance.read_sampler(*both) for both in zip(attributes, watched, strict=True)]
    return Exploration(
        trials=table,
        samplers=np.array(samplers, dtype=np.str_),
        kinds=np.array(provenance.read_kinds(attributes), dtype=np.str_),
        versions=versions,
        generations=np.array([provenance.read_generation(t) for t in trials], np.float64),
        rungs=np.array([provenance.read_rung(a) for a in attributes], dtype=np.float64),
        brackets=brackets[[row_of[number] for number in table.numbers.tolist()]],
        batches=provenance.infer_batches(*_read_times(trials)),
        alone=np.array([provenance.read_alone(t) for t in trials], dtype=np.float64),
        parents=np.array([provenance.read_parent(t) for t in trials], dtype=np.int64),
        curves=curves,
        series=read_series(trials, curves),
        corridors=_read_corridors(snapshot.attributes, table.numbers, versions),
        is_ordered=snapshot.is_ordered,
    )


def explore_table(table: TrialsTable) -> Exploration:
    """The same of trials alone: nothing is known about how they came to be."""
    n = len(table)
    unknown, nothing = np.full(n, np.nan), np.zeros(n, dtype=np.int64)
    return Exploration(
        trials=table,
        samplers=np.full(n, ""),
        kinds=np.full(n, ""),
        versions=nothing,
        generations=unknown,
        rungs=unknown,
        brackets=unknown,
        batches=np.arange(n),
        alone=unknown,
        parents=nothing - 1,
        curves=read_curves([{}] * n),
    )


def aligned_goal(guidance: Guidance, table: TrialsTable) -> Target:
    """Its target with a row for every trial, NaN where it has none; the default if unknown."""
    known = {*table.objectives, DURATION, PARETO_RANK, FEASIBLE, *table.attributes}
    goal = read_goal(guidance, table) if guidance.target in known else read_target(table)
    return align(goal, len(table))


def align(target: Target, n_trials: int) -> Target:
    """The target with a row for every trial of its table, NaN where it has none."""
    values, loss, measured = np.full((3, n_trials), np.nan)
    values[target.rows], loss[target.rows] = target.values, target.loss
    measured[target.rows] = target.measured
    return replace(target, values=values, loss=loss, measured=measured, rows=np.arange(n_trials))


def _read_times(trials: Sequence[FrozenTrial]) -> tuple[FloatArray, FloatArray]:
    """Start and end of each trial in seconds; NaN = unknown."""
    times = [(t.datetime_start, t.datetime_complete) for t in trials]
    start, end = (
        np.array([[math.nan if at is None else at.timestamp() for at in both] for both in times])
        .reshape(-1, 2)
        .T
    )
    return start, end


def _read_corridors(
    attributes: Mapping[str, Any], numbers: IntArray, versions: IntArray
) -> tuple[Corridor, ...]:
    found = [
        Corridor(h.last_trial + 1, h.version, "suggested", h.promising)
        for h in read_history(attributes)
    ]
    for proposal in read_proposals(attributes):
        under = numbers[versions == proposal.version]
        if len(under):
            start = int(under.min())
            found.append(Corridor(start, proposal.version, "narrowed", proposal.region))
    return tuple(sorted(found, key=lambda c: (c.start, c.version)))
