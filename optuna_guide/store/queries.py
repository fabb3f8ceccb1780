"""Questions that Optuna's storages do not answer, or only with far more: asked in SQL."""

from __future__ import annotations

import functools
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optuna.storages import RDBStorage

from optuna_guide.store.storages import uncached

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from optuna.storages import BaseStorage
    from sqlalchemy import ColumnClause, Connection, Executable


def count_trials(storage: BaseStorage, study_id: int) -> int:
    """Number of trials; asked of a database itself, from which Optuna would read them all.

    Raises:
        KeyError: If there is no such study.
    """
    backend = uncached(storage)
    backend.get_study_name_from_id(study_id)  # raises where there is none
    if isinstance(backend, RDBStorage):
        from sqlalchemy import text

        query = text("SELECT COUNT(*) FROM trials WHERE study_id = :study_id")
        with backend.engine.connect() as connection:
            return int(connection.execute(query, {"study_id": study_id}).scalar_one())
    return storage.get_n_trials(study_id)


def select_attributes(
    storage: BaseStorage, study_id: int, keys: Sequence[str] = (), *, patience: float | None = None
) -> Mapping[str, Any]:
    """System attributes of a study; a database is asked for the named ones alone, in one query.

    Args:
        storage: Where the study is.
        study_id: Its id.
        keys: One that ends with ":" stands for all that begin with it; none = all.
        patience: Seconds to wait for an SQLite file that is locked; None = as Optuna waits.
    """
    backend = uncached(storage)
    if not isinstance(backend, RDBStorage):
        return storage.get_study_system_attrs(study_id)
    with backend.engine.connect() as connection, _waiting(connection, patience):
        rows = connection.execute(_select(tuple(keys)), {"study_id": study_id}).all()
    return {key: json.loads(value) for key, value in rows}


@functools.lru_cache(maxsize=16)
def _select(keys: tuple[str, ...]) -> Executable:
    from sqlalchemy import bindparam, column, or_, select, table

    study_id: ColumnClause[int] = column("study_id")
    key: ColumnClause[str] = column("key")
    value: ColumnClause[str] = column("value_json")
    kept = table("study_system_attributes", study_id, key, value)
    query = select(key, value).select_from(kept).where(study_id == bindparam("study_id"))
    if not keys:
        return query
    named = [key.startswith(k, autoescape=True) if k.endswith(":") else key == k for k in keys]
    return query.where(or_(*named))


@contextmanager
def _waiting(connection: Connection, patience: float | None) -> Iterator[None]:
    """Within it, SQLite waits so long for a lock."""
    if patience is None or connection.dialect.name != "sqlite":
        yield
        return
    own: Any = connection.connection.driver_connection
    before = own.execute("PRAGMA busy_timeout").fetchone()[0]
    own.execute(f"PRAGMA busy_timeout = {int(1000 * patience)}")
    try:
        yield
    finally:
        own.execute(f"PRAGMA busy_timeout = {before}")
