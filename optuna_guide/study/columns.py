"""All trials of a study as typed columns: a fraction of what they take as objects.

Row ``i`` of every column is the same trial, whatever its state, by ascending number. Rows below
``settled`` never change, so that a later reading only adds to an earlier one.
"""

from __future__ import annotations

import sys
import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution

from optuna_guide.store.choices import read_context, read_directions
from optuna_guide.store.samplers import read_samplers
from optuna_guide.study import provenance
from optuna_guide.study.attribute_directions import attribute_direction
from optuna_guide.study.context import Contexts, as_text, could_be_context, find_contexts
from optuna_guide.study.declared import Declared, are_inside, is_categorical
from optuna_guide.study.targets import DURATION, FEASIBLE, PARETO_RANK, varies
from optuna_guide.study.trial_values import read_numbers, read_params, read_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.space import FloatArray
    from optuna_guide.store.choices import ContextChoice
    from optuna_guide.study.context import Texts
    from optuna_guide.study.reading import Reading

MAX_ATTRIBUTES = 200  # of each kind
MAX_TEXT = 500  # characters of such a text


@dataclass(frozen=True, eq=False)
class Codes:
    """A column of texts: ``labels[codes[i]]`` is that of row ``i``."""

    labels: tuple[str, ...] = ("",)
    codes: npt.NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))

    def extended(self, n_kept: int, texts: Iterable[str]) -> Codes:
        """The first rows, and further ones."""
        places = {text: k for k, text in enumerate(self.labels)}
        added = [places.setdefault(text, len(places)) for text in texts]
        codes = np.concatenate([self.codes[:n_kept], np.array(added, dtype=np.int32)])
        return Codes(tuple(places), codes)


@dataclass(frozen=True, eq=False)
class Columns:
    """The trials of a study.

    Attributes:
        tag: Tag of the reading.
        epoch: Changes when rows that were settled mean something else: they have to be sent again.
        settled: Rows before this one never change.
        declared: What the trials declared.
        objectives: Name and whether it is maximised, of each objective.
        numbers: Column name to ``(n_trials,)``; see `read_numbers`.
        params: Parameter to ``(n_trials,)`` internal values; NaN = inactive.
        values: ``(n_trials, n_objectives)``; NaN = none, or not finite.
        has_newest_kinds: ``(n_trials,)`` flags: no parameter is a number where it is a choice now.
        attributes: Numeric user attributes, ``(n_trials,)`` each; NaN = missing.
        decisions: Why each trial is where it is, where it was recorded.
        marks: Name of the sampler as the trial itself tells it.
        is_recorded: ``(n_trials,)`` flags: whether the sampler recorded it there.
        watched: ``(n_trials,)`` name of the sampler as a callback saw it.
        labels: User attributes that are texts or flags.
        choice: The context that a person set; None where nobody did.
        told: User attribute to the way that a person said is better.
    """

    tag: str
    epoch: str
    settled: int
    declared: Declared
    objectives: tuple[tuple[str, bool], ...]
    numbers: Mapping[str, npt.NDArray[Any]]
    params: Mapping[str, FloatArray]
    values: FloatArray
    has_newest_kinds: npt.NDArray[np.bool_]
    attributes: Mapping[str, FloatArray]
    decisions: Codes
    marks: Codes
    is_recorded: npt.NDArray[np.bool_]
    watched: npt.NDArray[np.object_]
    labels: Mapping[str, Codes]
    choice: ContextChoice | None = None
    told: Mapping[str, Direction] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def space(self) -> dict[str, BaseDistribution]:
        """Parameter to declared distribution, without those that are contexts."""
        contexts = self.contexts.texts
        return {name: d for name, d in self.declared.space.items() if name not in contexts}

    @cached_property
    def usable(self) -> npt.NDArray[np.bool_]:
        """``(n_trials,)`` flags of the trials that a table takes: finite and inside the space."""
        params = np.column_stack([*self.params.values(), np.empty((len(self), 0))])
        inside = are_inside(self.declared.space, params)
        finite = np.isfinite(self.values).all(axis=1)
        usable: npt.NDArray[np.bool_] = finite & self.has_newest_kinds & inside
        return usable

    @cached_property
    def contexts(self) -> Contexts:
        """What nobody would choose, as the trials that a table takes tell it."""
        wanted = could_be_context if self.choice is None else self.choice.names.__contains__
        names = (*self.declared.space, *self.labels, *self.attributes)
        texts = {name: self._texts(name) for name in sorted(set(names)) if wanted(name)}
        usable = self.usable
        known = {name: column[usable] for name, column in texts.items()}
        found = find_contexts(known, self.choice)
        return Contexts({name: texts[name] for name in found.names}, self.choice)

    def _texts(self, name: str) -> Texts:
        """``(n_trials,)`` a parameter or user attribute as text; empty = none."""
        distribution = self.declared.space.get(name)
        if distribution is None and name in self.labels:
            codes = self.labels[name]
            return np.array(codes.labels, dtype=object)[codes.codes]
        column = self.attributes[name] if distribution is None else self.params[name]
        values, places = np.unique(column, return_inverse=True)
        told = [
            v if distribution is None or np.isnan(v) else distribution.to_external_repr(v)
            for v in values.tolist()
        ]
        texts: Texts = np.array([as_text(value) for value in told], dtype=object)[places]
        return texts

    @property
    def default_target(self) -> str:
        """What a guidance explains where nothing is asked for."""
        return PARETO_RANK if len(self.objectives) > 1 else self.objectives[0][0]

    def targets(self) -> list[dict[str, Any]]:
        """Name, kind and direction of what can be explained; not of what is always the same."""
        found: list[dict[str, Any]] = [
            {"name": n, "kind": "objective", "direction": "maximize" if up else "minimize"}
            for n, up in self.objectives
        ]
        if len(self.objectives) > 1:
            found.append({"name": PARETO_RANK, "kind": "pareto_rank", "direction": "minimize"})
        usable = self.usable
        if varies(self.numbers["seconds"][usable]):
            found.append({"name": DURATION, "kind": "duration", "direction": "minimize"})
        taken = {n for n, _ in self.objectives} | {
            DURATION,
            PARETO_RANK,
            FEASIBLE,
            provenance.PARENT,
        }
        names = [
            name
            for name, column in self.attributes.items()
            if name not in taken and varies(column[usable])
        ]
        ways = self.attribute_directions
        return found + [{"name": n, "kind": "attribute", "direction": ways[n]} for n in names]

    @cached_property
    def attribute_directions(self) -> dict[str, Direction]:
        """Which way each numeric user attribute is better; see `attribute_direction`."""
        loss = self.values[:, 0] * (-1.0 if self.objectives[0][1] else 1.0)
        loss = np.where(np.isfinite(self.values).all(axis=1), loss, np.nan)
        return {
            n: self.told.get(n) or attribute_direction(n, column, loss)
            for n, column in self.attributes.items()
        }

    def target_values(self, about: Mapping[str, Any]) -> FloatArray:
        """``(n_trials,)`` what a trial tells of one of them; NaN = nothing."""
        if about["kind"] == "objective":
            names = [name for name, _ in self.objectives]
            column: FloatArray = self.values[:, names.index(about["name"])]
            return column
        is_duration = about["kind"] == DURATION
        return self.numbers["seconds"] if is_duration else self.attributes[about["name"]]


def read_columns(reading: Reading, known: Columns | None = None) -> Columns:
    """Columns of a reading; the settled rows of an earlier one are taken over.

    Args:
        reading: The study.
        known: What was read of the same study before.
    """
    numbers = np.array([trial.number for trial in reading.trials], dtype=np.int64)
    if known is not None and not _precedes(known, reading, numbers):
        known = None
    before = known.declared if known is not None else Declared()
    declared = before.seen(reading.trials[known.settled if known is not None else 0 :])
    if not _keeps_kinds(before, declared):
        known = None
    watched = read_samplers(reading.attributes, numbers)
    if known is not None and (watched[: known.settled] != known.watched[: known.settled]).any():
        known = None
    kept = known.settled if known is not None else 0
    trials = reading.trials[kept:]
    attributes, labels = _read_attributes(trials, known, kept)
    marks = [provenance.read_sampler(t.system_attrs) for t in trials]
    recorded = [bool(provenance.read_decision(t.system_attrs).get("base")) for t in trials]
    kinds = [provenance.read_kind(t.system_attrs) for t in trials]
    values = [read_values(t, len(reading.directions)) for t in trials]
    alike = [declared.has_newest_kinds(t) for t in trials]
    old = known.values[:kept] if known is not None else np.empty((0, len(reading.directions)))
    return Columns(
        tag=reading.tag,
        epoch=known.epoch if known is not None else uuid.uuid4().hex[:8],
        settled=reading.settled,
        declared=declared,
        objectives=tuple(zip(reading.objectives, reading.maximised, strict=True)),
        numbers=_extended(known.numbers if known is not None else {}, kept, read_numbers(trials)),
        params=_extended(
            known.params if known is not None else {}, kept, read_params(trials, declared.space)
        ),
        values=np.concatenate([old, np.array(values, dtype=np.float64).reshape(-1, old.shape[1])]),
        has_newest_kinds=np.concatenate(
            [known.has_newest_kinds[:kept] if known is not None else [], alike]
        ).astype(bool),
        attributes=attributes,
        decisions=(known.decisions if known is not None else Codes()).extended(kept, kinds),
        marks=(known.marks if known is not None else Codes()).extended(kept, marks),
        is_recorded=np.concatenate(
            [known.is_recorded[:kept] if known is not None else [], np.array(recorded, dtype=bool)]
        ).astype(bool),
        watched=watched,
        labels=labels,
        choice=read_context(reading.attributes),
        told=read_directions(reading.attributes),
    )


def _precedes(known: Columns, reading: Reading, numbers: npt.NDArray[np.int64]) -> bool:
    """Whether it is of the same study, no newer, and none of its settled trials was deleted."""
    is_same = known.tag.startswith(f"{reading.identity}-") and known.settled <= reading.settled
    before = known.numbers["number"][: known.settled]
    return is_same and np.array_equal(before, numbers[: known.settled])


def _keeps_kinds(before: Declared, now: Declared) -> bool:
    """Whether values that were read before mean the same."""
    space = now.space
    return all(is_categorical(d) == is_categorical(space[n]) for n, d in before.space.items())


def _read_attributes(
    trials: Sequence[FrozenTrial], known: Columns | None, kept: int
) -> tuple[dict[str, FloatArray], dict[str, Codes]]:
    """User attributes: numbers, and texts or flags."""
    n = kept + len(trials)
    numbers: dict[str, FloatArray] = {}
    texts: dict[str, list[str]] = {}
    for name, before in (known.attributes if known is not None else {}).items():
        numbers[name] = np.concatenate([before[:kept], np.full(len(trials), np.nan)])
    for name in known.labels if known is not None else {}:
        texts[name] = [""] * len(trials)
    for i, trial in enumerate(trials):
        for name, value in trial.user_attrs.items():
            if isinstance(value, bool | str):
                if name not in texts and len(texts) < MAX_ATTRIBUTES:
                    texts[name] = [""] * len(trials)
                if name in texts:
                    texts[name][i] = str(value)[:MAX_TEXT]
            elif isinstance(value, int | float) and abs(value) <= sys.float_info.max:
                if name not in numbers and len(numbers) < MAX_ATTRIBUTES:
                    numbers[name] = np.full(n, np.nan)
                if name in numbers:
                    numbers[name][kept + i] = value
    nothing = Codes(codes=np.zeros(kept, dtype=np.int32))
    old = known.labels if known is not None else {}
    labels = {name: old.get(name, nothing).extended(kept, new) for name, new in texts.items()}
    return numbers, labels


def _extended(
    known: Mapping[str, npt.NDArray[Any]], kept: int, new: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """Columns of the first rows and of further ones; NaN where a column is new."""
    old = {name: known[name][:kept] for name in new if name in known}
    return {
        name: np.concatenate([old[name] if name in old else np.full(kept, np.nan), added])
        if kept
        else added
        for name, added in new.items()
    }
