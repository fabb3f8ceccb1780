"""Who may ask for what: hosts, origins, the token of a page, the size and kind of a body.

Reading is refused to pages of other hosts that a name was bent to (DNS rebinding), and to those
that embed what is read, which may cost a fit. Writing needs, besides, a request of our own page:
the same origin, JSON, and the token that the page was given.
"""

from __future__ import annotations

import hmac
import ipaddress
import json
import secrets
import socket
from typing import TYPE_CHECKING, Any

from optuna_guide.surfaces.workbench import pages
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Environ = Mapping[str, Any]

MAX_BODY = 256 * 1024  # bytes
MAX_DRAINED = 32 * MAX_BODY
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

EVERYWHERE = {
    "Content-Security-Policy": "frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# what a trial left may be a page with scripts: it is shown, and can do nothing here
ARTIFACT = {**EVERYWHERE, "Content-Security-Policy": "sandbox; frame-ancestors 'self'"}
HEADERS = {
    **EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'"
    ),
}
_OTHERS = ("cross-site", "same-site")  # another port of this machine is the same site
_FRAMES = ("iframe", "frame", "embed", "object", "fencedframe")


class Guard:
    """Decides about requests.

    Args:
        read_only: Refuse every write, those of the dashboard as well.
        hosts: Names by which the server may be addressed, beside addresses, ``localhost`` and the
            name of this machine.
    """

    def __init__(self, *, read_only: bool = False, hosts: Iterable[str] = ()) -> None:
        self.read_only = read_only
        self.token = secrets.token_urlsafe(32)
        self._hosts = {host.lower() for host in (*hosts, socket.gethostname(), "localhost")}

    def check(self, environ: Environ) -> None:
        """Refuse what no page of this server asks.

        Raises:
            Refusal: 403, with the reason.
        """
        host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
        name = _host_name(host)
        if not self._is_known(name):
            raise Refusal(
                403,
                f"This server is not known as {name[:200]!r}: start it with --allow-host, or pass "
                "allowed_hosts= to optuna_guide.wsgi.",
            )
        site = environ.get("HTTP_SEC_FETCH_SITE")
        if site in _OTHERS and not _follows_a_link(environ):
            raise Refusal(403, "Pages of other sites may only link to pages of this server.")
        if environ.get("REQUEST_METHOD") in SAFE_METHODS:
            return
        if self.read_only:
            raise Refusal(403, "This server is read-only: start it without --read-only.")
        origin = environ.get("HTTP_ORIGIN")
        if origin is not None and origin.partition("://")[2].lower() != host.lower():
            raise Refusal(403, f"Requests from {origin[:200]!r} may not change anything here.")
        if site in _OTHERS:
            raise Refusal(403, "Requests from other sites may not change anything here.")

    def read_write(self, environ: Environ) -> dict[str, Any]:
        """The JSON object that a page of ours sent in order to change something.

        Raises:
            Refusal: 400 to 415, with the reason.
        """
        if environ.get("HTTP_ORIGIN") is None and environ.get("HTTP_SEC_FETCH_SITE") is None:
            raise Refusal(403, "A change needs an Origin header: ask for it from the page.")
        given = environ.get("HTTP_X_GUIDE_TOKEN", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode()):
            raise Refusal(403, "The token of the page is missing or out of date: load it again.")
        kind = str(environ.get("CONTENT_TYPE", "")).partition(";")[0].strip().lower()
        if kind != "application/json":
            raise Refusal(415, f"The body must be application/json, not {kind[:100]!r}.")
        return _read_object(environ)

    def _is_known(self, name: str) -> bool:
        if name in self._hosts or name.endswith(".localhost"):
            return True
        try:
            ipaddress.ip_address(name.strip("[]"))
        except ValueError:
            return False
        return True


def guarded(app: WSGIApplication, guard: Guard) -> WSGIApplication:
    """The application behind its guard; every answer has the headers that keep it apart."""

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        is_artifact = str(environ.get("PATH_INFO", "")).startswith("/artifacts/")
        added = ARTIFACT if is_artifact else EVERYWHERE

        def start_apart(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            told = {name.lower() for name, _ in headers}
            kept = [h for h in headers if h[0].lower() != "access-control-allow-origin"]
            more = [(name, value) for name, value in added.items() if name.lower() not in told]
            return start(status, [*kept, *more], exc_info)

        try:
            guard.check(environ)
        except Refusal as refusal:
            path = environ.get("PATH_INFO", "")
            kind, body = pages.tell(path, refusal.status, refusal.message)
            sent = {**HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}
            start(f"{refusal.status} Refused", list(sent.items()))
            return [body]
        return app(environ, start_apart)

    return application


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach a server that is bound to ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _follows_a_link(environ: Environ) -> bool:
    """Whether a person goes to a page or file, in a window of its own."""
    return (
        environ.get("HTTP_SEC_FETCH_MODE") == "navigate"
        and environ.get("HTTP_SEC_FETCH_DEST", "document") not in _FRAMES
        and not str(environ.get("PATH_INFO", "")).startswith(("/api/", "/guide/api/"))
    )


def _host_name(host: str) -> str:
    """The name in a Host header, without its port."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def _drain(environ: Environ, length: int) -> None:
    """Read a body and forget it: who is cut off while sending does not see the answer."""
    left = min(length, MAX_DRAINED)
    while left > 0:
        chunk = environ["wsgi.input"].read(min(left, MAX_BODY))
        if not chunk:
            return
        left -= len(chunk)


def _read_object(environ: Environ) -> dict[str, Any]:
    try:
        length = int(environ.get("CONTENT_LENGTH") or -1)
    except ValueError:
        length = -1
    if length < 0:
        raise Refusal(411, "The body needs a Content-Length.")
    if length > MAX_BODY:
        _drain(environ, length)
        raise Refusal(413, f"The body takes {length} bytes, at most {MAX_BODY} are read.")
    try:
        body = json.loads(environ["wsgi.input"].read(length).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Refusal(400, f"The body is no JSON: {error}.") from error
    if not isinstance(body, dict):
        raise Refusal(400, f"The body must be a JSON object, not {type(body).__name__}.")
    return body
