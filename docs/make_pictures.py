"""Make the pictures of the README and the documentation again, from a demo study.

optuna-guide demo --no-serve --storage sqlite:///demo.db
python docs/make_pictures.py sqlite:///demo.db

Needs playwright and Chromium (its path in the variable CHROMIUM, where it has another name).
"""

from __future__ import annotations

import argparse
import base64
import os
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from playwright.sync_api import sync_playwright

from optuna_guide import write_report, wsgi
from optuna_guide.study.storage_url import open_study

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna import Study
    from playwright.sync_api import Page

DOCS = Path(__file__).parent
ARGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
WIDTH, HEIGHT = 1180, 860
MAX_BYTES = 200_000
PATIENCE = 180_000  # ms, for a busy machine
FIGURES = ("parallel_coordinates", "exploration_history")


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main() -> None:
    """Make all of them, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("storage", help="of the demo study; the guidance is kept there")
    study = open_study(parser.parse_args().storage, None)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.set_default_timeout(PATIENCE)
        picture_report(page, write_report(study, Path(folder) / "report.html"))
        with served(study) as url:
            picture_workbench(page, f"{url}/guide/studies/{study._study_id}")
            picture_panels(page, f"{url}/dashboard/studies/{study._study_id}")
        browser.close()
    for path in sorted(DOCS.glob("*.webp")):
        size = path.stat().st_size
        print(f"{path.name:28s}{size / 1000:6.0f} kB{'  too large' * (size > MAX_BYTES)}")


def picture_report(page: Page, report: Path) -> None:
    """The advice of the report, and the figures that say most at a glance."""
    page.goto(report.as_uri())
    page.locator("html[data-drawn]").wait_for(state="attached")
    picture(page, "report", {**place(page, "#try"), "height": HEIGHT})
    for name in FIGURES:
        picture(page, name, place(page, f"figure:has(#{name})"))


def picture_workbench(page: Page, url: str) -> None:
    """The first page of the workbench, once its lines are drawn."""
    page.goto(url)
    page.locator("canvas:visible").first.wait_for()
    page.locator("#view-verdict .said").first.wait_for()
    page.wait_for_timeout(5000)
    picture(page, "workbench", {"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})


def picture_panels(page: Page, url: str) -> None:
    """The panels in the stock dashboard, once the last of them is drawn."""
    page.goto(url)
    first = "[id='user-defined-plot:guide_findings']"
    page.locator(f"{first} .gtitle").wait_for()
    page.locator(first).scroll_into_view_if_needed()
    page.wait_for_timeout(5000)
    top = place(page, first)["y"] + page.evaluate("scrollY")
    picture(page, "dashboard", {"x": 0, "y": top - 12, "width": WIDTH, "height": HEIGHT})


def place(page: Page, selector: str) -> dict[str, float]:
    """Where an element is, in pixels of the page."""
    box = page.locator(selector).bounding_box()
    assert box is not None, selector
    return dict(box)


def picture(page: Page, name: str, clip: dict[str, float]) -> None:
    """A part of the page as WebP, which is a third of the size of a PNG."""
    session = page.context.new_cdp_session(page)
    options = {"format": "webp", "quality": 88, "captureBeyondViewport": True}
    taken = session.send("Page.captureScreenshot", {**options, "clip": {**clip, "scale": 1}})
    (DOCS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))


@contextmanager
def served(study: Study) -> Iterator[str]:
    """The dashboard and the workbench of the study's storage, on a free port of this machine."""
    app = wsgi(study._storage, read_only=True)
    server = make_server("127.0.0.1", 0, app, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


if __name__ == "__main__":
    main()
