"""The workbench: stock optuna-dashboard and the Guide pages, one process and one origin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import WSGIApplication
    from optuna.storages import BaseStorage

    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.security import Guard


def wsgi(
    storage: str | BaseStorage,
    *,
    read_only: bool = False,
    artifact_store: Any = None,
    allowed_hosts: str | Iterable[str] = (),
) -> WSGIApplication:
    """A WSGI application: optuna-dashboard at ``/dashboard``, the Guide pages at ``/guide``.

    Serve it from one process with several threads (``gunicorn --threads 8``): what was read and
    fitted is kept in the process, and so is the token that a page needs to change something.

    Args:
        storage: URL, path or storage, as for ``optuna-guide serve``.
        read_only: Refuse every change, those of the dashboard as well.
        artifact_store: Artifact store of Optuna, for the dashboard.
        allowed_hosts: Names by which the server is addressed, beside addresses, ``localhost`` and
            the name of this machine: pages that reach it by any other name are refused.

    Raises:
        StorageUrlError: If there is no such storage.
    """
    from optuna_guide.domain.parsing import as_names
    from optuna_guide.surfaces.workbench.security import Guard

    guard = Guard(read_only=read_only, hosts=as_names(allowed_hosts))
    return build(storage, guard, artifact_store)[0]


def build(
    storage: str | BaseStorage, guard: Guard, artifact_store: Any = None
) -> tuple[WSGIApplication, Material]:
    """The application of `wsgi` behind this guard, and what its answers are made of."""
    from optuna_guide.study.storage_url import open_storage
    from optuna_guide.surfaces.workbench.dashboard import around
    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.server import create_app

    opened = open_storage(storage) if isinstance(storage, str) else storage
    material = Material(opened, keep=not guard.read_only)
    return around(create_app(material, guard), material, guard, artifact_store), material
