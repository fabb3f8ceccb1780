"""All trials of a study as typed columns: a fraction of what they take as objects.

Row ``i`` of every column is trial ``i``, whatever its state. Rows below ``settled`` never change,
so that a later reading only adds to an earlier one.
"""

from __future__ import annotations

import math
import sys
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide import space as spaces
from optuna_guide.exploration import provenance
from optuna_guide.labels import label
from optuna_guide.store.samplers import read_samplers
from optuna_guide.targets import DURATION, FEASIBLE, PARETO_RANK, pareto_rank
from optuna_guide.trials import objective_names
from optuna_guide.workbench.wire import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt
    from optuna.trial import FrozenTrial

    from optuna_guide.space import FloatArray
    from optuna_guide.workbench.studies import Reading
    from optuna_guide.workbench.wire import Json

STATES = ("RUNNING", "WAITING", "COMPLETE", "PRUNED", "FAIL")
MAX_ATTRIBUTES = 200  # of each kind
MAX_LABELS = 50  # different texts of an attribute
MAX_TEXT = 500  # characters of such a text

_STATE_CODES = {TrialState[name]: code for code, name in enumerate(STATES)}


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
        space: Parameter to declared distribution, the widest where it changed.
        objectives: Name and whether it is maximised, of each objective.
        numbers: Column name to ``(n_trials,)``; see `_read_numbers`.
        params: Parameter to ``(n_trials,)`` internal values; NaN = inactive.
        values: ``(n_trials, n_objectives)``; NaN = none, or not finite.
        attributes: Numeric user attributes, ``(n_trials,)`` each; NaN = missing.
        decisions: Why each trial is where it is, where it was recorded.
        marks: Name of the sampler as the trial itself tells it.
        is_recorded: ``(n_trials,)`` flags: whether the sampler recorded it there.
        watched: ``(n_trials,)`` name of the sampler as a callback saw it.
        labels: User attributes that are texts or flags.
    """

    tag: str
    epoch: str
    settled: int
    space: Mapping[str, BaseDistribution]
    objectives: tuple[tuple[str, bool], ...]
    numbers: Mapping[str, npt.NDArray[Any]]
    params: Mapping[str, FloatArray]
    values: FloatArray
    attributes: Mapping[str, FloatArray]
    decisions: Codes
    marks: Codes
    is_recorded: npt.NDArray[np.bool_]
    watched: npt.NDArray[np.object_]
    labels: Mapping[str, Codes]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def default_target(self) -> str:
        """What a guidance explains where nothing is asked for."""
        return PARETO_RANK if len(self.objectives) > 1 else self.objectives[0][0]

    def targets(self) -> list[Json]:
        """Name, kind and direction of what can be explained."""
        found: list[Json] = [
            {"name": n, "kind": "objective", "direction": "maximize" if up else "minimize"}
            for n, up in self.objectives
        ]
        if len(self.objectives) > 1:
            found.append({"name": PARETO_RANK, "kind": "pareto_rank", "direction": "minimize"})
        if np.isfinite(self.numbers["seconds"]).any():
            found.append({"name": DURATION, "kind": "duration", "direction": "minimize"})
        taken = {name for name, _ in self.objectives} | {DURATION, PARETO_RANK, FEASIBLE}
        names = [name for name in self.attributes if name not in taken]
        return found + [{"name": n, "kind": "attribute", "direction": None} for n in names]

    def target_values(self, about: Json) -> FloatArray:
        """``(n_trials,)`` one of them, in its own units; NaN = missing."""
        if about["kind"] == "objective":
            names = [name for name, _ in self.objectives]
            column: FloatArray = self.values[:, names.index(about["name"])]
            return column
        if about["kind"] == "pareto_rank":
            return _pareto_ranks(self)
        return (
            self.numbers["seconds"]
            if about["kind"] == DURATION
            else self.attributes[about["name"]]
        )


def read_columns(reading: Reading, known: Columns | None = None) -> Columns:
    """Columns of a reading; the settled rows of an earlier one are taken over.

    Args:
        reading: The study.
        known: What was read of the same study before.
    """
    directions = reading.study.directions
    if known is not None and not known.tag.startswith(f"{reading.identity}-"):
        known = None  # of a study that was deleted since
    space = _read_space(reading.trials[known.settled if known else 0 :], known)
    if known is not None and not _keeps_codes(known.space, space):
        known = None
    watched = read_samplers(reading.attributes, np.arange(len(reading.trials)))
    if known is not None and (watched[: known.settled] != known.watched[: known.settled]).any():
        known = None
    kept = known.settled if known is not None else 0
    trials = reading.trials[kept:]
    attributes, labels = _read_attributes(trials, known, kept)
    marks = [provenance.read_sampler(t.system_attrs) for t in trials]
    recorded = [bool(provenance.read_decision(t.system_attrs).get("base")) for t in trials]
    kinds = [provenance.read_kind(t.system_attrs) for t in trials]
    values = [_values(t, len(directions)) for t in trials]
    old = known.values[:kept] if known is not None else np.empty((0, len(directions)))
    return Columns(
        tag=reading.tag,
        epoch=known.epoch if known is not None else uuid.uuid4().hex[:8],
        settled=reading.settled,
        space=space,
        objectives=tuple(
            (name, direction.name == "MAXIMIZE")
            for name, direction in zip(objective_names(reading.study), directions, strict=True)
        ),
        numbers=_extended(known.numbers if known is not None else {}, kept, _read_numbers(trials)),
        params=_extended(known.params if known is not None else {}, kept, _params(trials, space)),
        values=np.concatenate([old, np.array(values, dtype=np.float64).reshape(-1, old.shape[1])]),
        attributes=attributes,
        decisions=(known.decisions if known is not None else Codes()).extended(kept, kinds),
        marks=(known.marks if known is not None else Codes()).extended(kept, marks),
        is_recorded=np.concatenate(
            [known.is_recorded[:kept] if known is not None else [], np.array(recorded, dtype=bool)]
        ).astype(bool),
        watched=watched,
        labels=labels,
    )


def tag_of(columns: Columns) -> str:
    """Tells whether a page has the same rows."""
    return f"{columns.epoch}-{columns.tag}"


def answer(columns: Columns, study: Json, after: int) -> Json:
    """The rows from ``after`` on, all of them where that is 0; the format of ``/trials``."""
    rows = slice(after, None)

    def send(values: npt.NDArray[Any]) -> Json:
        return column(values[rows])

    def send_codes(codes: Codes) -> Json:
        kind = np.uint8 if len(codes.labels) <= 256 else np.int32
        return {"labels": codes.labels, "codes": send(codes.codes.astype(kind))}

    return {
        "study": study,
        "tag": tag_of(columns),
        "n": len(columns),
        "from": after,
        "settled": columns.settled,
        "params": [
            {**_describe(name, distribution), "values": send(_compact(columns, name))}
            for name, distribution in columns.space.items()
        ],
        "targets": [
            {**about, "values": send(columns.target_values(about))} for about in columns.targets()
        ],
        "default_target": columns.default_target,
        "states": STATES,
        **{name: send(values) for name, values in columns.numbers.items()},
        "decision": send_codes(_with_startup(columns)),
        "sampler": send_codes(_samplers(columns)),
        "labels": [
            {"name": name, **send_codes(codes)}
            for name, codes in columns.labels.items()
            if len(codes.labels) - 1 <= MAX_LABELS
        ],
    }


def _pareto_ranks(columns: Columns) -> FloatArray:
    ranks = np.full(len(columns), np.nan)
    rows = np.flatnonzero(np.isfinite(columns.values).all(axis=1))
    signs = np.where([maximised for _, maximised in columns.objectives], -1.0, 1.0)
    violations = columns.numbers["violation"]
    if np.isnan(violations).all():
        violations = np.zeros(len(columns))
    losses, violations = columns.values[rows] * signs, violations[rows]
    ranks[rows] = pareto_rank(losses, np.where(np.isnan(violations), np.inf, violations))
    return ranks


def _with_startup(columns: Columns) -> Codes:
    """Decisions, where trials before the first mark of a sampler were its startup."""
    marked = np.flatnonzero(columns.marks.codes > 0)
    first = int(marked[0]) if len(marked) else 0
    codes = columns.decisions.codes
    blank = np.flatnonzero(codes[:first] == 0)
    if not len(blank):
        return columns.decisions
    labels = columns.decisions.labels
    if "startup" not in labels:
        labels = (*labels, "startup")
    codes = codes.copy()
    codes[blank] = labels.index("startup")
    return Codes(labels, codes)


def _samplers(columns: Columns) -> Codes:
    """Who made each trial: what is recorded there, or was watched, or left its mark."""
    told = np.array(columns.marks.labels, dtype=object)[columns.marks.codes]
    is_told = columns.is_recorded | (columns.watched == "")
    names = np.where(is_told, told, columns.watched).astype(str)
    return Codes().extended(0, names.tolist())


def _compact(columns: Columns, name: str) -> npt.NDArray[Any]:
    """Indices of choices and small integers fit into single precision."""
    distribution = columns.space[name]
    small = (
        isinstance(distribution, IntDistribution)
        and max(abs(distribution.low), abs(distribution.high)) < 2**24
    )
    if small or isinstance(distribution, CategoricalDistribution):
        return columns.params[name].astype(np.float32)
    return columns.params[name]


def _describe(name: str, distribution: BaseDistribution) -> Json:
    if isinstance(distribution, CategoricalDistribution):
        choices = [label(distribution, k) for k in range(len(distribution.choices))]
        return {"name": name, "kind": "categorical", "choices": choices, "log": False}
    kind = "int" if isinstance(distribution, IntDistribution) else "float"
    found = {k: getattr(distribution, k) for k in ("low", "high", "step", "log")}
    return {"name": name, "kind": kind, **found}


def _read_space(
    trials: Sequence[FrozenTrial], known: Columns | None
) -> dict[str, BaseDistribution]:
    """The widest distribution of each parameter; the newest kind where numbers became choices."""
    space = dict(known.space) if known is not None else {}
    last: dict[str, BaseDistribution] = {}
    for trial in trials:
        for name, distribution in trial.distributions.items():
            before = last.get(name)
            if before is distribution or (before is not None and _same(before, distribution)):
                continue
            last[name] = distribution
            seen = space.get(name)
            space[name] = distribution if seen is None else _widest(seen, distribution)
    return space


def _same(one: BaseDistribution, other: BaseDistribution) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, CategoricalDistribution):
        return repr(one.__dict__) == repr(other.__dict__)  # 1 and True are different choices
    return one.__dict__ == other.__dict__


def _widest(seen: BaseDistribution, newest: BaseDistribution) -> BaseDistribution:
    if _same(seen, newest):
        return seen
    try:
        return spaces.widest([seen, newest])
    except ValueError:
        return newest


def _keeps_codes(
    known: Mapping[str, BaseDistribution], space: Mapping[str, BaseDistribution]
) -> bool:
    """Whether values that were read before mean the same in a space that has grown."""
    for name, before in known.items():
        now = space[name]
        if isinstance(before, CategoricalDistribution) != isinstance(now, CategoricalDistribution):
            return False
        if isinstance(before, CategoricalDistribution) and isinstance(
            now, CategoricalDistribution
        ):
            n = len(before.choices)
            if repr(now.choices[:n]) != repr(before.choices):
                return False
    return True


def _params(
    trials: Sequence[FrozenTrial], space: Mapping[str, BaseDistribution]
) -> dict[str, FloatArray]:
    params = [t.params for t in trials]
    out = {}
    for name, distribution in space.items():
        if isinstance(distribution, CategoricalDistribution):
            code_of = _choice_codes(distribution)
            column = [code_of(p[name]) if name in p else math.nan for p in params]
        else:
            column = [_as_number(p.get(name)) for p in params]
        out[name] = np.array(column, dtype=np.float64)
    return out


def _choice_codes(distribution: CategoricalDistribution) -> Callable[[Any], float]:
    known = {(type(c), repr(c)): float(k) for k, c in reversed([*enumerate(distribution.choices)])}

    def code_of(value: Any) -> float:
        key = (type(value), repr(value))
        if key not in known:
            try:
                known[key] = float(spaces.choice_index(distribution, value))
            except ValueError:  # it was a number before
                known[key] = math.nan
        return known[key]

    return code_of


def _as_number(value: Any) -> float:
    return value if isinstance(value, int | float) else math.nan


def _values(trial: FrozenTrial, n: int) -> list[float]:
    values = trial.values if trial.state == TrialState.COMPLETE else None
    if values is None or len(values) != n:
        return [math.nan] * n
    return [v if math.isfinite(v) else math.nan for v in values]


def _read_numbers(trials: Sequence[FrozenTrial]) -> dict[str, npt.NDArray[Any]]:
    """Number, state, start (Unix time), seconds, violation, where it comes from, last report.

    ``violation`` is NaN without constraints; generation, rung and last step are -1, version is 0,
    and the last value is NaN, where there is none.
    """
    attributes = [t.system_attrs for t in trials]
    versions = [provenance.read_decision(found).get("version") or 0 for found in attributes]
    reports = [_last_report(t) for t in trials]
    return {
        "number": np.array([t.number for t in trials], dtype=np.int32),
        "state": np.array([_STATE_CODES[t.state] for t in trials], dtype=np.uint8),
        "start": np.array([_started(t) for t in trials], dtype=np.float64),
        "seconds": np.array([_seconds(t) for t in trials], dtype=np.float64),
        "violation": np.array([_violation(t) for t in trials], dtype=np.float64),
        "generation": _small([provenance.read_generation(found) for found in attributes]),
        "rung": _small([provenance.read_rung(found) for found in attributes]),
        "version": np.array([v if isinstance(v, int) else 0 for v in versions], dtype=np.int32),
        "last_step": np.array([min(step, 2**31 - 1) for step, _ in reports], dtype=np.int32),
        "last_value": np.array([value for _, value in reports], dtype=np.float64),
    }


def _last_report(trial: FrozenTrial) -> tuple[int, float]:
    """The last step and its intermediate value."""
    step = max(trial.intermediate_values, default=-1)
    value = trial.intermediate_values.get(step, math.nan)
    return step, value if math.isfinite(value) else math.nan


def _small(values: list[float]) -> npt.NDArray[np.int32]:
    column = np.nan_to_num(np.array(values, dtype=np.float64), nan=-1.0)
    return np.clip(column, -1, 2**31 - 1).astype(np.int32)


def _started(trial: FrozenTrial) -> float:
    return trial.datetime_start.timestamp() if trial.datetime_start is not None else math.nan


def _seconds(trial: FrozenTrial) -> float:
    start, end = trial.datetime_start, trial.datetime_complete
    return math.nan if start is None or end is None else (end - start).total_seconds()


def _violation(trial: FrozenTrial) -> float:
    constraints = trial.constraints
    return sum(max(v, 0.0) for v in constraints.values()) if constraints else math.nan


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
