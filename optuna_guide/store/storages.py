"""What Optuna keeps private of studies and storages: ids, and a storage behind a cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna
from optuna.storages import BaseStorage, RDBStorage

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial


def storage_of(study: Study) -> BaseStorage:
    """Where a study is stored."""
    return study._storage


def id_of(study: Study) -> int:
    """Id of a study in its storage, as in the dashboard's URLs."""
    return study._study_id


def trial_id_of(trial: FrozenTrial) -> int:
    """Id of a trial in its storage; its number counts within the study."""
    return trial._trial_id


def list_studies(storage: BaseStorage) -> list[tuple[int, str]]:
    """Id and name of every study, by id."""
    return sorted((s._study_id, s.study_name) for s in storage.get_all_studies())


def open_study(storage: BaseStorage, study_id: int) -> Study:
    """The study with this id.

    Raises:
        KeyError: If there is none; a cache is not asked.
    """
    name = uncached(storage).get_study_name_from_id(study_id)
    return optuna.load_study(study_name=name, storage=storage)


def uncached(storage: BaseStorage) -> BaseStorage:
    """The storage behind Optuna's cache of trials, where there is one."""
    backend: BaseStorage = getattr(storage, "_backend", storage)
    return backend if isinstance(backend, BaseStorage) else storage


def url_of(study: Study) -> str | None:
    """URL of a database, or path of a journal, that others can open; None of any other storage."""
    backend: Any = uncached(storage_of(study))
    if isinstance(backend, RDBStorage):
        return str(backend.engine.url.render_as_string(hide_password=True))
    path = getattr(getattr(backend, "_backend", None), "_file_path", None)
    return path if isinstance(path, str) else None
