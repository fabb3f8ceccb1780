"""Run a WSGI application: by gunicorn where it is installed, else by the standard library."""

from __future__ import annotations

import logging
import struct
import sys
from socket import SO_RCVTIMEO, SOL_SOCKET
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

ServerName: TypeAlias = Literal["auto", "wsgiref", "gunicorn"]
THREADS = 32
PATIENCE = 10  # seconds for which a thread waits for more of a request
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
LONGEST_URL = 0  # for gunicorn: up to 1 MB; 4 KB are not enough for what-if with many long names


def serve(
    make: Callable[[], WSGIApplication], host: str, port: int, server: ServerName = "auto"
) -> None:
    """Serve until it is interrupted; the address is printed once it is known.

    Args:
        make: Makes the application, in the process that serves it: connections to a database do
            not outlive a fork.
        host: Address to listen at.
        port: Its port; 0 = any that is free.
        server: Which server; gunicorn where it is installed, unless one is named.

    Raises:
        ValueError: If gunicorn is asked for and not installed, or the address cannot be used.
    """
    _share_memory()
    if server == "gunicorn" or (server == "auto" and _has_gunicorn()):
        _serve_by_gunicorn(make, host, port)
    else:
        _serve_by_wsgiref(make(), host, port)


def _share_memory() -> None:
    """Let all threads allocate from one arena: glibc gives what fits leave in many hardly back."""
    import ctypes

    try:
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
    except (OSError, TypeError, AttributeError):  # another C library
        return


def announce(host: str, port: int) -> None:
    """Say where the pages are."""
    shown = f"[{host}]" if ":" in host else host
    print(f"Guide:     http://{shown}:{port}/guide", file=sys.stderr)
    print(f"Dashboard: http://{shown}:{port}/dashboard", file=sys.stderr)
    print("Stop with Ctrl+C.", file=sys.stderr, flush=True)


class _Threaded(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64

    def server_bind(self) -> None:
        import socket

        if ":" in self.server_address[0]:
            self.address_family = socket.AF_INET6
        super().server_bind()


class _Quiet(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, *args: Any) -> None:
        pass


def _serve_by_wsgiref(app: WSGIApplication, host: str, port: int) -> None:
    try:
        server = make_server(host, port, app, server_class=_Threaded, handler_class=_Quiet)
    except OSError as error:
        raise ValueError(f"Cannot serve at {host}:{port}: {error}.") from error
    announce(host, server.server_port)
    with server:
        server.serve_forever(poll_interval=0.2)


def _serve_by_gunicorn(make: Callable[[], WSGIApplication], host: str, port: int) -> None:
    try:
        from gunicorn.app.base import BaseApplication
    except ImportError as error:
        raise ValueError("gunicorn is not installed: pip install gunicorn") from error

    def is_news(record: logging.LogRecord) -> bool:
        return not (record.exc_info and isinstance(record.exc_info[1], BlockingIOError))

    def ready(arbiter: Any) -> None:
        logging.getLogger("gunicorn.error").addFilter(is_news)  # who sends nothing is cut off
        for listener in arbiter.LISTENERS:  # whose connections inherit it
            listener.sock.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", PATIENCE, 0))
        announce(*arbiter.LISTENERS[0].sock.getsockname()[:2])

    class Application(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        def load_config(self) -> None:
            self.cfg.set("bind", f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
            self.cfg.set("threads", THREADS)
            self.cfg.set("limit_request_line", LONGEST_URL)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("when_ready", ready)

        def load(self) -> WSGIApplication:
            return make()

    Application().run()


def _has_gunicorn() -> bool:
    import importlib.util

    return importlib.util.find_spec("gunicorn") is not None
