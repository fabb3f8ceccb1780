"""Storages to test against: Optuna's own modes, and real servers where they run."""

from __future__ import annotations

import os
import uuid
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from optuna.storages import BaseStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileBackend, JournalRedisBackend
from optuna.testing.storages import StorageSupplier

from optuna_guide.store.storages import uncached

SERVERS = {
    "postgres": "postgresql+psycopg2://postgres@127.0.0.1:5432/test",
    "mysql": "mysql+pymysql://root@127.0.0.1:3306/test",
    "redis": "redis://127.0.0.1:6379",
}


def server_url(kind: str) -> str:
    """URL of a server, overridden by the environment, such as ``OPTUNA_GUIDE_POSTGRES_URL``."""
    return os.environ.get(f"OPTUNA_GUIDE_{kind.upper()}_URL", SERVERS[kind])


@contextmanager
def open_server(kind: str) -> Iterator[BaseStorage]:
    """A storage on a real server; skips where there is none, fails where CI has none."""
    url = server_url(kind)
    try:
        storage = _open(kind, url)
    except Exception as error:
        reason = f"no {kind} server at {url}: {str(error).splitlines()[0]}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield storage
    finally:
        _clean(storage)


def _open(kind: str, url: str) -> BaseStorage:
    if kind != "redis":
        return RDBStorage(url)
    import redis

    prefix = f"optuna-guide-{uuid.uuid4().hex}"
    backend = JournalRedisBackend(url, prefix=prefix)
    redis.Redis.from_url(url).ping()
    return JournalStorage(backend)


def open_again(storage: BaseStorage) -> BaseStorage:
    """The same storage as another process opens it."""
    backend = uncached(storage)
    if isinstance(backend, RDBStorage):
        return get_storage(backend.engine.url.render_as_string(hide_password=False))
    assert isinstance(backend, JournalStorage)
    kept = backend._backend
    if isinstance(kept, JournalFileBackend):
        return JournalStorage(JournalFileBackend(kept._file_path))
    return JournalStorage(JournalRedisBackend(server_url("redis"), prefix=kept._prefix))


def _clean(storage: BaseStorage) -> None:
    if isinstance(storage, RDBStorage):
        storage.remove_session()
        storage.engine.dispose()
    elif isinstance(storage, JournalStorage):
        backend = storage._backend
        with suppress(Exception):
            keys = list(backend._redis.scan_iter(f"{backend._prefix}*"))
            backend._redis.delete(*keys)
        backend._redis.close()


@contextmanager
def open_mode(mode: str) -> Iterator[BaseStorage]:
    """A storage of one of Optuna's modes, on a server, or behind a proxy before PostgreSQL."""
    if mode in SERVERS:
        with open_server(mode) as opened:
            yield opened
        return
    if mode == "journal_redis":
        pytest.importorskip("lupa", reason="fakeredis runs Lua scripts with lupa only")
    with ExitStack() as stack:
        options: dict[str, BaseStorage] = {}
        if mode == "grpc_postgres":
            options["base_storage"] = stack.enter_context(open_server("postgres"))
            mode = "grpc_proxy"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # Optuna's search for a free port
            opened = stack.enter_context(StorageSupplier(mode, **options))
        yield opened
