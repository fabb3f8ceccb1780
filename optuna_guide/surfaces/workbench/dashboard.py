"""Everything that relies on how optuna-dashboard works inside; each part fails soft.

- `around`: the Guide pages beside the dashboard's own, behind one guard;
- `add_entry`: one more script on its page, which adds the entry "Guide" to its drawer;
- `add_panels`: panels of the guidance, in order, in its answer about a study.

Where a part does not fit any more the dashboard works as it does alone, and ``/guide`` as well.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import optuna

from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import say_cause
from optuna_guide.store.keys import PANELS
from optuna_guide.store.storages import uncached
from optuna_guide.surfaces.publishing import draw_published
from optuna_guide.surfaces.workbench import pages
from optuna_guide.surfaces.workbench.caches import Cache
from optuna_guide.surfaces.workbench.guidances import DEFAULT
from optuna_guide.surfaces.workbench.security import guarded
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.security import Guard

    Detail = dict[str, Any]

ENTRY = b'<script defer src="/guide/static/shell/dashboard_entry.js"></script>'
STUDY_ROUTE = "/api/studies/<study_id:int>"
PANEL = PANELS.rpartition(":")[2]  # of an id
_CONDITIONAL = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE")
_OF_THE_FILE = ("content-length", "etag", "last-modified", "accept-ranges")

_logger = optuna.logging.get_logger("optuna.guide")


def around(
    guide: WSGIApplication, material: Material, guard: Guard, artifact_store: Any
) -> WSGIApplication:
    """The dashboard and the Guide pages as one application.

    Args:
        guide: Everything below ``/guide``.
        material: Knows the storage and the guidances.
        guard: Looks at every request, those of the dashboard as well.
        artifact_store: Artifact store of Optuna; None = no artifacts.
    """
    loaded: Cache[WSGIApplication] = Cache(1)

    def dashboard(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            app = loaded.get("", lambda: load(material, artifact_store))
        except Exception as error:
            return _unavailable(error, environ, start)
        return app(environ, start)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/guide" or path.startswith("/guide/"):
            environ["PATH_INFO"] = path.rstrip("/")
            return guide(environ, start)
        if path == "/dashboard" or path.startswith("/dashboard/"):
            return add_entry(dashboard, environ, start)
        return dashboard(environ, start)

    return guarded(application, guard)


def _unavailable(
    error: Exception, environ: WSGIEnvironment, start: StartResponse
) -> Iterable[bytes]:
    """The answer where the dashboard cannot be loaded, as while a database is down."""
    reason = say_cause(error)
    _logger.warning(f"optuna-dashboard cannot be loaded: {reason}")
    message = f"optuna-dashboard cannot be loaded now: {reason}"
    kind, body = pages.tell(environ.get("PATH_INFO", ""), 503, message)
    start("503 Service Unavailable", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def load(material: Material, artifact_store: Any) -> WSGIApplication:
    """The dashboard with our panels; it takes seconds, which the Guide pages do not wait for."""
    import optuna_dashboard

    storage = uncached(material.studies.storage)  # the dashboard keeps trials by itself
    dashboard = optuna_dashboard.wsgi(storage, artifact_store=artifact_store)
    add_panels(dashboard, material)
    return dashboard


def add_entry(
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


def add_panels(dashboard: Any, material: Material) -> bool:
    """Let the dashboard's answer about a study hold our panels, in order, published or not.

    Returns:
        Whether the route was found.
    """
    found = [
        route
        for route in getattr(dashboard, "routes", ())
        if getattr(route, "rule", None) == STUDY_ROUTE and getattr(route, "method", None) == "GET"
    ]
    for route in found:
        route.callback = _with_panels(route.callback, material)
        route.reset()
    if not found:
        _logger.warning("This optuna-dashboard answers differently: no live panels on its pages.")
    return bool(found)


def _with_panels(callback: Callable[..., Any], material: Material) -> Callable[..., Any]:
    @functools.wraps(callback)
    def answer(*args: Any, **found: Any) -> Any:
        detail = callback(*args, **found)
        try:
            _add_panels(detail, material, found["study_id"])
        except Refusal:
            pass  # the dashboard has said so itself
        except Exception as error:
            _logger.warning(f"No live panels for study {found.get('study_id')}: {error!r}.")
        return detail

    return answer


def _add_panels(detail: Detail, material: Material, study_id: int) -> None:
    """Replace our panels by those of the newest guidance, in front of those of others."""
    if not isinstance(detail, dict) or "plotly_graph_objects" not in detail:
        return
    reading = material.studies.read(study_id)
    guidance = material.guidances.current(reading, DEFAULT)
    shown = detail["plotly_graph_objects"]
    others = [panel for panel in shown if not panel["id"].startswith(PANEL)]
    ours = sorted((p for p in shown if p["id"].startswith(PANEL)), key=_title)
    if guidance is not None:
        told = guidance.fitted_at if isinstance(guidance, Guidance) else str(guidance)
        texts = material.answer(
            ("published", reading.identity, told),
            lambda: draw_published(reading, guidance),
        )
        ours = [{"id": f"{PANEL}{name}", "graph_object": text} for name, text in texts.items()]
    detail["plotly_graph_objects"] = ours + others


def _title(panel: Detail) -> str:
    """Published panels have numbers in their titles."""
    try:
        return str(json.loads(panel["graph_object"])["layout"]["title"]["text"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
