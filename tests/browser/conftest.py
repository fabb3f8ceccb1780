"""A Chromium page that fails on any console error, and a server for any WSGI application.

Without Chromium these tests are skipped, but not where ``CI`` is set.
"""

from __future__ import annotations

import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, NoReturn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from fonts import write_conf

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    OpenPage = Callable[..., Page]

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what is not local is missing
)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def launch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Browser]]:
    """Chromium in one of the `FONTS`, started when a test first asks for it."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _miss("Playwright is not installed: pip install playwright")
    executable = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, CHROMIUM_NAMES)), None
    )
    if executable is None:
        _miss("There is no Chromium: install it, or name it in the variable CHROMIUM")
    with sync_playwright() as playwright:

        @functools.cache
        def start(font: str) -> Browser:
            conf = write_conf(font, tmp_path_factory.mktemp("fonts"))
            return playwright.chromium.launch(
                executable_path=executable,
                args=CHROMIUM_ARGS,
                env={**os.environ, "FONTCONFIG_FILE": str(conf)},
            )

        yield start


@pytest.fixture(scope="session")
def browser(launch: Callable[[str], Browser]) -> Browser:
    return launch("wide")


@pytest.fixture
def font() -> str:
    """What a page is written in; a test of the layout runs in both."""
    return "wide"


@pytest.fixture
def open_page(launch: Callable[[str], Browser], font: str) -> Iterator[OpenPage]:
    """Open a URL; at the end of the test no page may have complained."""
    contexts, complaints = [], []

    def complain(message: Any) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} {message.location.get('url')}")

    def open_url(url: str, *, width: int = 1440, dark: bool = False) -> Page:
        context = launch(font).new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", complain)
        page.goto(url)
        return page

    yield open_url
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def serve() -> Iterator[Callable[[Any], str]]:
    """Serve a WSGI application on a free port of this machine; returns its URL."""
    running = []

    def start(app: Any) -> str:
        server = make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet)
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _miss(reason: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
