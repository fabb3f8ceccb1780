"""The routes of the Guide pages: who is asked, and how the answer travels.

Every error has a reason. The answers themselves are made elsewhere.
"""

from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any

from bottle import Bottle, HTTPError, HTTPResponse, request, response

from optuna_guide.store.attributes import StoreError
from optuna_guide.surfaces.workbench import api, pages
from optuna_guide.surfaces.workbench.security import HEADERS
from optuna_guide.surfaces.workbench.wire import Refusal, compress, dumps

if TYPE_CHECKING:
    from collections.abc import Callable

    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.security import Guard

STUDY = "/guide/api/studies/<study_id:int>"
COMPRESSED_FROM = 1400  # bytes: less fits into one packet anyway


def create_app(material: Material, guard: Guard) -> Bottle:
    """The Bottle application of everything below ``/guide``."""
    app, service = Bottle(), api.PageApi(material, guard)
    app.default_error_handler = _tell
    app.route("/guide", "GET", functools.partial(_page, service.list_page))
    app.route("/guide/studies/<study_id:int>", "GET", functools.partial(_page, service.page))
    app.route(f"/guide/static/{pages.PLOTLY}", "GET", _plotly)
    app.route("/guide/static/<path:path>", "GET", _static)
    app.route("/guide/api/studies", "GET", functools.partial(_answer, service.studies))
    for name, read in service.reads().items():
        app.route(f"{STUDY}/{name}", "GET", functools.partial(_answer, read))
    for name, write in service.writes().items():
        app.route(f"{STUDY}/{name}", "POST", functools.partial(_change, guard, write))
    return app


def _page(make: Callable[..., bytes | str], **found: Any) -> HTTPResponse:
    """A page, or the address of another one."""
    headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    answer = _asked(make, **found)
    if isinstance(answer, str):
        return HTTPResponse("", 302, headers={**headers, "Location": answer})
    return _send(answer, headers)


def _answer(make: Callable[..., Any], **found: Any) -> HTTPResponse:
    query = {key: request.query.getunicode(key, "") for key in request.query}
    return _json(_asked(make, query=query, **found))


def _change(guard: Guard, make: Callable[..., Any], **found: Any) -> HTTPResponse:
    body = _asked(guard.read_write, environ=request.environ)
    return _json(_asked(make, body=body, **found))


def _static(path: str) -> HTTPResponse:
    content, kind = _asked(pages.static_file, path=path)
    headers = {**HEADERS, "Content-Type": f"{kind}; charset=utf-8", **_caching(content)}
    return _send(content, headers)


def _plotly() -> HTTPResponse:
    plain, small = pages.plotly_js()
    headers = {
        **HEADERS,
        "Content-Type": "text/javascript; charset=utf-8",
        "Vary": "Accept-Encoding",
    }
    headers["Cache-Control"] = "public, max-age=31536000, immutable"
    if _accepts_gzip():
        return HTTPResponse(small, headers={**headers, "Content-Encoding": "gzip"})
    return HTTPResponse(plain, headers=headers)


def _caching(content: bytes) -> dict[str, str]:
    """Files are asked for again, and answered by 304 where they did not change."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    if request.get_header("If-None-Match") == tag:
        raise HTTPResponse(status=304, headers={"ETag": tag, "Cache-Control": "no-cache"})
    return {"ETag": tag, "Cache-Control": "no-cache"}


def _asked(make: Callable[..., Any], **found: Any) -> Any:
    """What the function answers; a refusal becomes an HTTP error."""
    try:
        return make(**found)
    except Refusal as refusal:
        raise HTTPError(refusal.status, refusal.message) from refusal
    except StoreError as error:
        raise HTTPError(503, str(error)) from error


def _json(value: Any) -> HTTPResponse:
    content = value if isinstance(value, bytes) else dumps(value)
    headers = {**HEADERS, "Content-Type": "application/json", "Cache-Control": "no-store"}
    return _send(content, headers)


def _send(content: bytes, headers: dict[str, str], status: int = 200) -> HTTPResponse:
    headers["Vary"] = "Accept-Encoding"
    if len(content) >= COMPRESSED_FROM and _accepts_gzip():
        content = compress(content)
        headers["Content-Encoding"] = "gzip"
    return HTTPResponse(content, status, headers=headers)


def _accepts_gzip() -> bool:
    return "gzip" in request.get_header("Accept-Encoding", "")


def _tell(error: HTTPError) -> bytes:
    """An error: a page where a person asked for one, JSON elsewhere.

    The trace of what nobody expected goes to the server's log.
    """
    message = error.body if error.status_code != 404 or error.body else "There is no such page."
    kind, body = pages.tell(request.path, error.status_code, str(message))
    for name, value in {**HEADERS, "Content-Type": kind}.items():
        response.set_header(name, value)
    return body
