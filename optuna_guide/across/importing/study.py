"""A study of foreign results: written once, and grown by importing again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import optuna
from optuna.distributions import CategoricalDistribution
from optuna.trial import TrialState, create_trial

from optuna_guide.across.importing.reading import ImportedTable, read_frame
from optuna_guide.domain.parsing import as_names
from optuna_guide.domain.space import choice_index, widest
from optuna_guide.store.adding import add_trials
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import IMPORTED, METRIC_NAMES, OBSERVED_BOUNDS, UNTIMED
from optuna_guide.study.choices import set_context
from optuna_guide.study.declared import Declared, is_categorical
from optuna_guide.study.provenance import PARENT
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    import pandas as pd
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.direction import Direction

_RUNNING = {
    *("running", "pending", "scheduled", "waiting", "queued", "preempting"),
    *("new", "candidate", "staged"),
}
_FAILED = {
    *("failed", "fail", "crashed", "killed", "error", "errored", "terminated_error"),
    "abandoned",
}
_PRUNED = {"pruned", "stopped", "early_stopped"}


def study_from_frame(
    frame: pd.DataFrame,
    *,
    params: str | Collection[str] | None = None,
    target: str | None = None,
    direction: Direction | None = None,
    log: str | Collection[str] = (),
    numbers: str | Collection[str] = (),
    ranges: Mapping[str, Sequence[Any]] | None = None,
    ignore: str | Collection[str] = (),
    context: str | Collection[str] = (),
    study_name: str | None = None,
    storage: str | BaseStorage | None = None,
) -> Study:
    """A study of results that another tool wrote, a row for each trial.

    Tables of Optuna, MLflow, Weights & Biases, Ray Tune, HiPlot, TensorBoard, Nevergrad, Hyperopt
    and Ax are recognised by their columns; those of any other table are read by their names and
    values. Importing a table again into the same study adds its new rows only.

    Args:
        frame: The table; nested dictionaries become dotted columns.
        params: Columns that are parameters; by default whatever is no result, and varies.
        target: The column that is optimised; by default the one that is called like one.
        direction: Which way it is better; by default as its name says.
        log: Parameters that are logarithmic; by default those that lie more evenly so.
        numbers: Parameters of a few values that repeat which are numbers, not choices.
        ranges: Parameter to the bounds ``(low, high)`` or the choices that were searched. Without,
            a number's bounds are those of its values, and nothing ever advises to widen them.
        ignore: Columns to leave out.
        context: Columns of what nobody chose, such as the data set, the fold or the seed: user
            attributes, within which values are explained; see `set_context`.
        study_name: Name of the study.
        storage: Where it is created, or grows; in memory by default.

    Raises:
        ValueError: If the table cannot be read so, with what to do, or the study that exists is of
            another direction or lacks a choice.
    """
    reading = read_frame(
        frame,
        params=None if params is None else as_names(params),
        target=target,
        direction=direction,
        log=as_names(log),
        numbers=as_names(numbers),
        ranges=ranges,
        ignore=as_names(ignore),
        context=as_names(context),
    )
    study, new = begin_import(reading, study_name=study_name, storage=storage)
    for _ in add_trials(study, new):
        pass
    keep_context(study, reading)
    return study


def keep_context(study: Study, reading: ImportedTable) -> None:
    """Keep with the study, once it has its trials, what its reading calls a context."""
    names = [column.name for column in reading.of("context")]
    if names:
        set_context(study, names)


def begin_import(
    reading: ImportedTable,
    *,
    study_name: str | None = None,
    storage: str | BaseStorage | None = None,
) -> tuple[Study, list[FrozenTrial]]:
    """The study of a reading, and the trials that it does not have yet.

    Raises:
        ValueError: If the study exists and the reading does not fit.
    """
    names = optuna.get_all_study_names(storage) if storage is not None else []
    if study_name in names and storage is not None:
        study = optuna.load_study(study_name=study_name, storage=storage)
        return study, _new_trials(study, reading)
    trials = _link(_trials(reading, {}), {})
    study = optuna.create_study(
        study_name=study_name, storage=storage, direction=reading.direction
    )
    write_attribute(study, METRIC_NAMES, [reading.objective.name])
    observed = [c.name for c in reading.columns if c.is_observed]
    write_attribute(study, OBSERVED_BOUNDS, observed)
    if not reading.of("start"):
        write_attribute(study, UNTIMED, "table")
    return study, trials


def _new_trials(study: Study, reading: ImportedTable) -> list[FrozenTrial]:
    snapshot = read_snapshot(study)
    own = [direction.name.lower() for direction in snapshot.directions]
    if own != [reading.direction]:
        raise ValueError(
            f"Study {snapshot.study_name!r} has directions {', '.join(own)}, the table "
            f"{reading.direction}: import it under another name, or give --direction."
        )
    known = {trial.system_attrs.get(IMPORTED): trial.number for trial in snapshot.trials}
    trials = _trials(reading, Declared().seen(snapshot.trials).space)
    new = [trial for trial in trials if trial.system_attrs[IMPORTED] not in known]
    return _link(new, known, len(snapshot.trials))


def _link(
    trials: list[FrozenTrial], known: Mapping[Any, int], start: int = 0
) -> list[FrozenTrial]:
    """The trials with the number of each one's parent, which is told as `IMPORTED` names it.

    Args:
        trials: To be added.
        known: Numbers of those that the study has, by their `IMPORTED`.
        start: Number of the first one to be added.
    """
    numbers = {**known, **{t.system_attrs[IMPORTED]: start + i for i, t in enumerate(trials)}}
    for trial in trials:
        parent = numbers.get(trial.user_attrs.pop(PARENT, None))
        if parent is not None:
            trial.set_user_attr(PARENT, parent)
    return trials


def _trials(reading: ImportedTable, declared: Mapping[str, BaseDistribution]) -> list[FrozenTrial]:
    """A trial for each row that ended; ``declared`` is what the study has already."""
    space = {c.name: _joined(c.name, c.distribution, declared) for c in reading.of("parameter")}
    identities = [c.column for c in reading.of("identity")]
    seen: Counter[str] = Counter()
    trials = []
    for i in range(reading.n_rows):
        params = _row(reading, "parameter", i)
        value = reading.values[reading.objective.column][i]
        state = _state(reading, i, value)
        key = _key([reading.values[c][i] for c in identities] or [params, value])
        seen[key] += 1
        if state is None:
            continue
        trial = create_trial(
            state=state,
            value=value if state == TrialState.COMPLETE else None,
            params={n: _value(space[n], v) for n, v in params.items()},
            distributions={n: space[n] for n in params},
            user_attrs={**_row(reading, "attribute", i), **_row(reading, "context", i)},
            intermediate_values={0: value} if state == TrialState.PRUNED and value else {},
            system_attrs={IMPORTED: f"{key}:{seen[key]}"},
        )
        start, end = _time(reading, "start", i), _time(reading, "end", i)
        if (parent := _parent(reading, i)) is not None:
            trial.set_user_attr(PARENT, parent)
        if start is not None:
            trial.datetime_start = start
            trial.datetime_complete = max(end or start, start)
        trials.append(trial)
    return trials


def _row(reading: ImportedTable, role: str, i: int) -> dict[str, Any]:
    """Name to value of one row, without what is missing."""
    values = {c.name: reading.values[c.column][i] for c in reading.of(role)}
    return {name: value for name, value in values.items() if value is not None}


def _parent(reading: ImportedTable, i: int) -> str | None:
    """The `IMPORTED` of the trial that a row was made from; None where it has none."""
    parents, identities = reading.of("parent"), reading.of("identity")
    value = reading.values[parents[0].column][i] if parents else None
    return None if value is None or len(identities) != 1 else f"{_key([value])}:1"


def _joined(
    name: str, distribution: BaseDistribution | None, declared: Mapping[str, BaseDistribution]
) -> BaseDistribution:
    """What the study has of a parameter, widened for new numbers; choices cannot change."""
    assert distribution is not None
    own = declared.get(name, distribution)
    if is_categorical(own) != is_categorical(distribution):
        raise ValueError(
            f"{name!r} is {'a choice' if is_categorical(own) else 'a number'} in the study and "
            "not in the table: import the table under another name."
        )
    if not isinstance(own, CategoricalDistribution):
        return widest([distribution, own])
    assert isinstance(distribution, CategoricalDistribution)
    for choice in distribution.choices:
        try:
            choice_index(own, choice)
        except ValueError:
            raise ValueError(
                f"{name!r} has a new choice, {choice!r}: grow the study by it first, "
                f"optuna-guide grow STORAGE {name}+={choice}"
            ) from None
    return own


def _value(distribution: BaseDistribution, value: Any) -> Any:
    if isinstance(distribution, CategoricalDistribution):
        return distribution.choices[choice_index(distribution, value)]
    return value


def _state(reading: ImportedTable, i: int, value: Any) -> TrialState | None:
    """Of one row; None where the run did not end yet."""
    told = [str(reading.values[c.column][i]).lower() for c in reading.of("state")]
    if any(state in _RUNNING for state in told):
        return None
    if any(state in _PRUNED for state in told):
        return TrialState.PRUNED
    if value is None or any(state in _FAILED for state in told):
        return TrialState.FAIL
    return TrialState.COMPLETE


def _time(reading: ImportedTable, role: str, i: int) -> datetime | None:
    """A moment in the time of this machine, as Optuna has it."""
    import pandas as pd

    for column in reading.of(role):
        value = reading.values[column.column][i]
        if value is None:
            continue
        seconds = isinstance(value, int | float) and not isinstance(value, bool)
        moment = pd.to_datetime(value, unit="s" if seconds else None, errors="coerce")
        if isinstance(moment, pd.Timestamp):
            found: datetime = moment.to_pydatetime(warn=False)
            if seconds:
                found = found.replace(tzinfo=timezone.utc)
            return found.astimezone().replace(tzinfo=None) if found.tzinfo else found
    return None


def _key(parts: Sequence[Any]) -> str:
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
