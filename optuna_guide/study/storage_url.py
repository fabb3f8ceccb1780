"""From a storage URL to a study, with errors that say what to do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import optuna

from optuna_guide.domain.secrets import mask, password_of

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage


_ENDS = set("@/?#[]")  # what ends a password, for one program or another


class StorageUrlError(Exception):
    """A storage or a study cannot be opened; the message is meant for a person.

    It holds no password, and hides the error of a driver, which may quote one.
    """

    def __init__(self, message: str) -> None:
        super().__init__(mask(message))


def open_storage(url: str) -> BaseStorage:
    """Open an existing storage.

    Args:
        url: A database URL as Optuna takes it, ``redis://...``, or the path of a journal file or
            SQLite file.

    Raises:
        StorageUrlError: If there is no such storage, or it cannot be read as it is.
    """
    if "://" not in url:
        return _open_file(url)
    url = current_scheme(url)
    path = _sqlite_path(url)
    if path is not None and not path.is_file():
        raise StorageUrlError(f"There is no file {str(path)!r}, named by {url!r}: check the path.")
    try:
        if url.startswith("redis"):
            from optuna.storages.journal import JournalRedisBackend

            return optuna.storages.JournalStorage(JournalRedisBackend(url))
        return optuna.storages.get_storage(url)
    except Exception as error:
        raise StorageUrlError(_explain(url, error)) from None


def create_storage(url: str) -> BaseStorage:
    """Open a storage, and make it where there is none.

    Raises:
        StorageUrlError: If it cannot be opened or made.
    """
    path = _sqlite_path(url) if "://" in url else Path(url)
    if path is None or path.is_file():
        return open_storage(url)
    if not path.parent.is_dir():
        raise StorageUrlError(f"There is no folder {str(path.parent)!r} for {url!r}: make it.")
    if "://" not in url and path.suffix not in (".db", ".sqlite", ".sqlite3"):
        from optuna.storages.journal import JournalFileBackend

        return optuna.storages.JournalStorage(JournalFileBackend(url))
    try:
        return optuna.storages.get_storage(url if "://" in url else f"sqlite:///{url}")
    except Exception as error:
        raise StorageUrlError(_explain(url, error)) from None


def current_scheme(url: str) -> str:
    """The URL as SQLAlchemy takes it, which no longer knows the ``postgres://`` of many hosts."""
    return url.replace("postgres://", "postgresql://", 1) if url.startswith("postgres://") else url


def open_study(url: str, study_name: str | None = None) -> Study:
    """Open a study of an existing storage; its name may be left out where there is only one.

    Raises:
        StorageUrlError: If there is no such storage or study.
    """
    storage = open_storage(url)
    try:
        names = optuna.get_all_study_names(storage)
    except Exception as error:
        raise StorageUrlError(_explain(url, error)) from None
    if not names:
        raise StorageUrlError(f"The storage {url!r} holds no study.")
    if study_name is None:
        if len(names) > 1:
            raise StorageUrlError(
                f"The storage holds {len(names)} studies: name one with --study-name. "
                f"{_list(names)}"
            )
        study_name = names[0]
    if study_name not in names:
        raise StorageUrlError(f"There is no study {study_name!r}. {_list(names)}")
    return optuna.load_study(study_name=study_name, storage=storage)


def _open_file(path: str) -> BaseStorage:
    file = Path(path)
    if not file.is_file():
        raise StorageUrlError(
            f"There is no file {mask(path, path)!r}. A storage is a URL such as "
            "sqlite:///study.db or postgresql://user@host/name, or the path of a journal or "
            "SQLite file."
        )
    with file.open("rb") as opened:
        is_sqlite = opened.read(16).startswith(b"SQLite format 3")
    if is_sqlite:
        return open_storage(f"sqlite:///{path}")
    from optuna.storages.journal import JournalFileBackend

    try:
        return optuna.storages.JournalStorage(JournalFileBackend(path))
    except Exception as error:
        raise StorageUrlError(
            f"{path!r} is neither a SQLite file nor a journal: {error}"
        ) from error


def _sqlite_path(url: str) -> Path | None:
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] != "sqlite":
        return None
    path = rest.lstrip("/") if not rest.startswith("//") else "/" + rest.lstrip("/")
    return None if path.startswith("file:") else Path(path.split("?")[0])


def _explain(url: str, error: Exception) -> str:
    if password_of(url) and not _is_parsed(url):
        return (
            f"{mask(url, url)!r} cannot be read as a URL: write special letters of the password "
            "as %XX, which urllib.parse.quote(password, safe='') does."
        )
    text = mask(str(error).splitlines()[0] if str(error) else type(error).__name__, url)
    url = mask(url, url)
    if "no longer compatible" in str(error) or "schema" in str(error):
        return f"{text} Run: optuna storage upgrade --storage {url}"
    if "locked" in text:
        return f"The database {url!r} is locked by another program: try again, or stop it. {text}"
    if isinstance(error, ImportError | ModuleNotFoundError):
        return f"The driver of {url!r} is not installed: {text}{_how_to_install(url)}"
    return f"The storage {url!r} cannot be opened: {text}"


def _how_to_install(url: str) -> str:
    """The package of a database's driver; empty where that is not known."""
    database, _, driver = url.partition(":")[0].partition("+")
    package = driver or {"postgresql": "psycopg2-binary", "mysql": "mysqlclient"}.get(database)
    return f" Run: pip install {package}" if package else ""


def _is_parsed(url: str) -> bool:
    """Whether every program ends the password where it ends; else a driver may quote a part."""
    try:
        return not _ENDS & set(password_of(url)) and urlsplit(url).port != 0
    except ValueError:
        return False


def _list(names: list[str]) -> str:
    shown = ", ".join(repr(name) for name in sorted(names)[:20])
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return f"Studies that exist: {shown}{more}."
