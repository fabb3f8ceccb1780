"""What a storage tells of all its studies at once, in a few questions however many there are."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from optuna.storages import RDBStorage
from optuna.study import StudyDirection
from optuna.trial import TrialState

from optuna_guide.store.keys import CONTEXT, DIRECTIONS, HEAD, METRIC_NAMES
from optuna_guide.store.storages import uncached

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial
    from sqlalchemy.engine import Connection

_KEYS = (METRIC_NAMES, HEAD, CONTEXT, DIRECTIONS)
MAX_ASKED = 500  # studies in one question: some databases take no more
_CONSTRAINTS = "constraints"  # Optuna's own, of a trial; or one key for each, after a colon


@dataclass(frozen=True, eq=False)
class StudyRow:
    """A study as a list of studies needs it.

    Attributes:
        study_id: Its id in the storage.
        name: Its name.
        directions: Of its objectives.
        attributes: Those system attributes that name metrics and tell of the guidance.
        counts: Number of trials by state; None where they were not counted in time.
        changed: When a trial began or ended last; None where none did, or it is not known.
        values: Of complete trials, an objective each: of all of them, or where there is one
            objective and no constraint, of the best one alone.
        constraints: Of the same trials.
    """

    study_id: int
    name: str
    directions: tuple[StudyDirection, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[TrialState, int] | None = None
    changed: datetime | None = None
    values: Sequence[Sequence[float]] = ()
    constraints: Sequence[Mapping[str, float]] = ()


def read_study_rows(storage: BaseStorage, *, seconds: float = math.inf) -> list[StudyRow]:
    """All studies by id; of a database without reading a trial.

    Args:
        storage: Any storage.
        seconds: Where trials must be read, those of later studies are left out after so long.
    """
    backend = uncached(storage)
    if isinstance(backend, RDBStorage):
        with backend.engine.connect() as connection:
            return _ask(connection)
    started, found = time.monotonic(), []
    for study in sorted(storage.get_all_studies(), key=lambda s: s._study_id):
        in_time = time.monotonic() - started < seconds
        trials = storage.get_all_trials(study._study_id, deepcopy=False) if in_time else None
        about = (study._study_id, study.study_name, tuple(study.directions), study.system_attrs)
        found.append(_sum_up(StudyRow(*about), trials))
    return found


def _sum_up(row: StudyRow, trials: Sequence[FrozenTrial] | None) -> StudyRow:
    if trials is None:
        return row
    complete = [t for t in trials if t.state == TrialState.COMPLETE]
    times = [time for t in trials for time in (t.datetime_start, t.datetime_complete) if time]
    return replace(
        row,
        counts={state: sum(t.state == state for t in trials) for state in TrialState},
        changed=max(times).astimezone() if times else None,
        values=[t.values for t in complete],
        constraints=[t.constraints for t in complete],
    )


def _ask(connection: Connection) -> list[StudyRow]:
    from optuna.storages._rdb.models import StudyDirectionModel, StudyModel
    from sqlalchemy import select

    ways: dict[int, dict[int, StudyDirection]] = {}
    model = StudyDirectionModel
    for study_id, k, way in connection.execute(
        select(model.study_id, model.objective, model.direction)
    ):
        ways.setdefault(study_id, {})[k] = way
    attributes = _ask_attributes(connection)
    counts, changed = _ask_trials(connection)
    constrained = _ask_constrained(connection)
    several = {study_id for study_id, own in ways.items() if len(own) > 1}
    best = _ask_best(connection, ways)
    whole = _ask_complete(connection, sorted(constrained | several))
    studies = select(StudyModel.study_id, StudyModel.study_name).order_by(StudyModel.study_id)
    found = []
    for study_id, name in connection.execute(studies):
        own = ways.get(study_id, {})
        is_whole = study_id in constrained or len(own) > 1
        plain: tuple[Any, Any] = ([], []) if is_whole else (best.get(study_id, []), [{}])
        values, constraints = whole.get(study_id, plain)
        found.append(
            StudyRow(
                study_id=study_id,
                name=name,
                directions=tuple(own[k] for k in sorted(own)),
                attributes=attributes.get(study_id, {}),
                counts=counts.get(study_id, {}),
                changed=changed.get(study_id),
                values=values,
                constraints=constraints if values else [],
            )
        )
    return found


def _ask_attributes(connection: Connection) -> dict[int, dict[str, Any]]:
    from optuna.storages._rdb.models import StudySystemAttributeModel as Model
    from sqlalchemy import select

    found: dict[int, dict[str, Any]] = {}
    query = select(Model.study_id, Model.key, Model.value_json).where(Model.key.in_(_KEYS))
    for study_id, key, text in connection.execute(query):
        found.setdefault(study_id, {})[key] = json.loads(text)
    return found


def _ask_trials(
    connection: Connection,
) -> tuple[dict[int, dict[TrialState, int]], dict[int, datetime]]:
    """Numbers of trials by state, and when one began or ended last."""
    from optuna.storages._rdb.models import TrialModel as Model
    from sqlalchemy import func, select

    columns = Model.__table__.c  # in UTC, as the database keeps them
    began, ended = columns.datetime_start, columns.datetime_complete
    query = select(
        Model.study_id, Model.state, func.count(), func.max(began), func.max(ended)
    ).group_by(Model.study_id, Model.state)
    counts: dict[int, dict[TrialState, int]] = {}
    changed: dict[int, datetime] = {}
    for study_id, state, n, *times in connection.execute(query):
        counts.setdefault(study_id, {})[state] = n
        for utc in filter(None, times):
            at = utc.replace(tzinfo=timezone.utc)
            changed[study_id] = max(at, changed.get(study_id, at))
    return counts, changed


def _ask_best(
    connection: Connection, ways: Mapping[int, Mapping[int, StudyDirection]]
) -> dict[int, list[list[float]]]:
    """The best finite value of the first objective, constraints aside."""
    from optuna.storages._rdb.models import TrialModel, TrialValueModel
    from sqlalchemy import func, select

    value = TrialValueModel.value
    query = (
        select(TrialModel.study_id, func.min(value), func.max(value))
        .join(TrialValueModel, TrialValueModel.trial_id == TrialModel.trial_id)
        .where(TrialModel.state == TrialState.COMPLETE, TrialValueModel.objective == 0)
        .group_by(TrialModel.study_id)
    )
    return {
        study_id: [[high if ways[study_id].get(0) == StudyDirection.MAXIMIZE else low]]
        for study_id, low, high in connection.execute(query)
        if study_id in ways and low is not None
    }


def _ask_constrained(connection: Connection) -> set[int]:
    """Studies with a trial that has constraints."""
    from optuna.storages._rdb.models import TrialModel, TrialSystemAttributeModel
    from sqlalchemy import select

    query = (
        select(TrialModel.study_id)
        .join(TrialSystemAttributeModel, TrialSystemAttributeModel.trial_id == TrialModel.trial_id)
        .where(_is_constraint(TrialSystemAttributeModel.key))
        .distinct()
    )
    return {study_id for (study_id,) in connection.execute(query)}


def _is_constraint(key: Any) -> Any:
    from sqlalchemy import or_

    return or_(key == _CONSTRAINTS, key.like(f"{_CONSTRAINTS}:%"))


def _ask_complete(
    connection: Connection, study_ids: Sequence[int]
) -> dict[int, tuple[list[list[float]], list[dict[str, float]]]]:
    """Objectives and constraints of all complete trials of some studies."""
    found = {}
    for start in range(0, len(study_ids), MAX_ASKED):
        found.update(_ask_some(connection, study_ids[start : start + MAX_ASKED]))
    return found


def _ask_some(
    connection: Connection, study_ids: Sequence[int]
) -> dict[int, tuple[list[list[float]], list[dict[str, float]]]]:
    from optuna.storages._rdb.models import TrialModel, TrialSystemAttributeModel, TrialValueModel
    from sqlalchemy import select

    trial_id, study_id = TrialModel.trial_id, TrialModel.study_id
    wanted = (study_id.in_(study_ids), TrialModel.state == TrialState.COMPLETE)
    values: dict[tuple[int, int], dict[int, float]] = {}
    query = (
        select(study_id, trial_id, TrialValueModel.objective, TrialValueModel.value)
        .join(TrialValueModel, TrialValueModel.trial_id == trial_id)
        .where(*wanted)
    )
    for study, trial, k, value in connection.execute(query):
        values.setdefault((study, trial), {})[k] = math.nan if value is None else value
    told = TrialSystemAttributeModel
    constraints: dict[int, dict[str, float]] = {}
    said = (
        select(trial_id, told.key, told.value_json)
        .join(told, told.trial_id == trial_id)
        .where(*wanted, _is_constraint(told.key))
    )
    for trial, key, text in connection.execute(said):
        constraints.setdefault(trial, {}).update(_read_constraints(key, json.loads(text)))
    found: dict[int, tuple[list[list[float]], list[dict[str, float]]]] = {}
    for study, trial in sorted(values):
        rows = found.setdefault(study, ([], []))
        own = values[study, trial]
        rows[0].append([own[k] for k in sorted(own)])
        rows[1].append(constraints.get(trial, {}))
    return found


def _read_constraints(key: str, told: Any) -> Iterable[tuple[str, float]]:
    if key == _CONSTRAINTS:
        return [(str(i), value) for i, value in enumerate(told)]
    return [(key.partition(":")[2], told)]
