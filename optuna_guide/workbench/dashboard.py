"""Everything that relies on how optuna-dashboard works inside; each part fails soft.

- the Guide pages beside the dashboard's own, behind one guard;
- one more script on its page, which adds the entry "Guide" to its drawer;
- panels of the guidance, in order, in its answer about a study.

Where a part does not fit any more the dashboard works as it does alone, and ``/guide`` as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import optuna

from optuna_guide.workbench.security import HEADERS
from optuna_guide.workbench.wire import Refusal, dumps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from optuna.storages import BaseStorage

    from optuna_guide.workbench.security import Guard

ENTRY = b'<script defer src="/guide/static/dashboard_entry.js"></script>'
_CONDITIONAL = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE")
_OF_THE_FILE = ("content-length", "etag", "last-modified", "accept-ranges")

_logger = optuna.logging.get_logger("optuna.guide")


def around(
    guide: WSGIApplication, storage: BaseStorage, guard: Guard, artifact_store: Any
) -> WSGIApplication:
    """The dashboard and the Guide pages as one application."""
    import optuna_dashboard

    dashboard = optuna_dashboard.wsgi(storage, artifact_store=artifact_store)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            guard.check(environ)
        except Refusal as refusal:
            return _refuse(refusal, start)
        path = environ.get("PATH_INFO", "")
        if path == "/guide" or path.startswith("/guide/"):
            environ["PATH_INFO"] = path.rstrip("/")
            return guide(environ, start)
        if path == "/dashboard" or path.startswith("/dashboard/"):
            return _with_entry(dashboard, environ, start)
        return dashboard(environ, start)

    return application


def _refuse(refusal: Refusal, start: StartResponse) -> Iterable[bytes]:
    body = dumps({"error": refusal.message, "reason": refusal.message})
    headers = {**HEADERS, "Content-Type": "application/json", "Content-Length": str(len(body))}
    start(f"{refusal.status} Refused", list(headers.items()))
    return [body]


def _with_entry(
    dashboard: WSGIApplication, environ: WSGIEnvironment, start: StartResponse
) -> Iterable[bytes]:
    """The dashboard's page with one more script; always sent whole, as its tag is not ours."""
    for name in _CONDITIONAL:
        environ.pop(name, None)
    seen: list[Any] = []

    def note(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        seen[:] = [status, headers]
        return lambda _: None

    chunks = dashboard(environ, note)
    try:
        page = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close is not None:
            close()
    status, headers = seen
    if b"</head>" not in page or environ.get("REQUEST_METHOD") != "GET":
        start(status, headers)
        return [page]
    page = page.replace(b"</head>", ENTRY + b"</head>", 1)
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_FILE]
    start(status, [*kept, ("Content-Length", str(len(page))), ("Cache-Control", "no-cache")])
    return [page]
