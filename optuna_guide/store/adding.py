"""Many finished trials at once: a database takes them in a few transactions.

Optuna adds each in a transaction of its own, and asks the database for each of its parameters.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from optuna.distributions import distribution_to_json
from optuna.storages import RDBStorage

from optuna_guide.store.attributes import retry
from optuna_guide.store.storages import id_of, storage_of, uncached

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial
    from sqlalchemy import Connection

AT_ONCE = 2000  # trials of a transaction: workers that share the study wait for so many


def add_trials(study: Study, trials: Sequence[FrozenTrial]) -> Iterator[int]:
    """Add finished trials, and tell how many each step has added.

    Args:
        study: The study.
        trials: Trials that `create_trial` made; parameters that the study has keep their kind.

    Raises:
        StoreError: If the storage cannot be written.
    """
    backend = uncached(storage_of(study))
    if not isinstance(backend, RDBStorage):
        for trial in trials:
            study.add_trial(trial)
            yield 1
        return
    for start in range(0, len(trials), AT_ONCE):
        some = trials[start : start + AT_ONCE]

        def write(some: Sequence[FrozenTrial] = some) -> None:
            with backend.engine.begin() as connection:
                _insert(connection, id_of(study), some)

        retry(write, f"add {len(some)} trials to study {study.study_name!r}")
        yield len(some)


def _insert(connection: Connection, study_id: int, trials: Sequence[FrozenTrial]) -> None:
    from optuna.storages._rdb import models
    from sqlalchemy import func, insert, select, update

    study, trial = models.StudyModel, models.TrialModel
    # a write comes first: nobody else numbers trials of this study until it is done
    own = study.study_id == study_id
    connection.execute(update(study).where(own).values(study_name=study.study_name))
    count = select(func.count(trial.trial_id)).where(trial.study_id == study_id)
    first = connection.execute(count).scalar_one()
    rows = [
        {
            "study_id": study_id,
            "number": first + i,
            "state": one.state,
            "datetime_start": one.datetime_start,
            "datetime_complete": one.datetime_complete,
        }
        for i, one in enumerate(trials)
    ]
    connection.execute(insert(trial), rows)
    added = select(trial.trial_id).where(trial.study_id == study_id, trial.number >= first)
    ids = connection.execute(added.order_by(trial.number)).scalars().all()
    for model, parts in _parts(models, trials, ids).items():
        if parts:
            connection.execute(insert(model), parts)


def _parts(
    models: Any, trials: Sequence[FrozenTrial], ids: Sequence[int]
) -> dict[Any, list[dict[str, Any]]]:
    """Rows of each table that holds what belongs to a trial."""
    value, step = models.TrialValueModel, models.TrialIntermediateValueModel
    param = models.TrialParamModel
    attrs = {
        "user_attrs": models.TrialUserAttributeModel,
        "system_attrs": models.TrialSystemAttributeModel,
    }
    found: dict[Any, list[dict[str, Any]]] = {m: [] for m in (value, step, param, *attrs.values())}
    texts: dict[int, str] = {}  # a distribution is shared by many trials
    for trial_id, trial in zip(ids, trials, strict=True):
        own = {"trial_id": trial_id}
        for i, reached in enumerate(trial.values or ()):
            stored, kind = value.value_to_stored_repr(reached)
            found[value].append({**own, "objective": i, "value": stored, "value_type": kind})
        for at, reached in trial.intermediate_values.items():
            stored, kind = step.intermediate_value_to_stored_repr(reached)
            row = {"step": at, "intermediate_value": stored, "intermediate_value_type": kind}
            found[step].append({**own, **row})
        for name, given in trial.params.items():
            domain = trial.distributions[name]
            text = texts.setdefault(id(domain), "") or distribution_to_json(domain)
            texts[id(domain)] = text
            internal = domain.to_internal_repr(given)
            row = {"param_name": name, "param_value": internal, "distribution_json": text}
            found[param].append({**own, **row})
        for where, model in attrs.items():
            kept = getattr(trial, where).items()
            found[model] += [{**own, "key": k, "value_json": json.dumps(v)} for k, v in kept]
    return found
