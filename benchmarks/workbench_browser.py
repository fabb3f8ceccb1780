"""How fast the page of the workbench is, measured in Chromium on loopback.

    python benchmarks/workbench_browser.py [--n-trials 5000] [--n-params 12] [--repeats 3]

- from the click on a link until the page answers to the mouse, and until its lines are drawn: at
  once after the server started, after a while, and later;
- a brush that is dragged over an axis: from the mouse to the end of the work of all visible views,
  the canvases rastered; targets: 50 ms in the median and 100 ms at 95 %, and 150 ms at 20,000.

The server has a process of its own.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from typing import TYPE_CHECKING

from workbench import GUIDE, WARM_UP, make_study, running  # beside this file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
MARKS = {"guide-ready": "interactive", "guide-drawn": "lines drawn"}
# Reading one pixel makes Chromium finish a canvas: without it only the commands are measured.
DRAG = """
(steps) => {
    const { workbench } = window;
    const key = 'p:x0';
    const times = [];
    for (let k = 0; k < steps; k += 1) {
        const low = 0.5 * (k / steps);
        const start = performance.now();
        workbench.brush(key, { intervals: [[low, low + 0.4]] }, { dragging: true });
        workbench.flush();
        for (const canvas of document.querySelectorAll('.grid:not([hidden]) canvas')) {
            if (canvas.width && canvas.getBoundingClientRect().top < innerHeight) {
                canvas.getContext('2d').getImageData(0, 0, 1, 1);
            }
        }
        times.push(performance.now() - start);
    }
    workbench.brush(key, null);
    workbench.flush();
    return times;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-trials", type=int, default=5000)
    parser.add_argument("--n-params", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/study.db"
        make_study(url, arguments.n_trials, arguments.n_params)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=arguments.chromium, args=list(ARGUMENTS)
            )
            with running(url, GUIDE) as (_, address):
                first, _ = visit(browser, address)
            with running(url, GUIDE) as (_, address):
                time.sleep(WARM_UP)
                warm, _ = visit(browser, address)
                later = [visit(browser, address) for _ in range(arguments.repeats)]
            browser.close()
    report(first, warm, later)
    print(f"{arguments.n_trials} trials x {arguments.n_params} parameters, {sys.platform}")


def visit(browser: Browser, address: str) -> tuple[dict[str, float], list[float]]:
    """Milliseconds of a visit: until each mark of the page, and of each step of a drag."""
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{address}/guide/studies/1")
    marks = {}
    for name in MARKS:
        found = f"performance.getEntriesByName('{name}')"
        until(page, f"{found}.length > 0")
        marks[name] = page.evaluate(f"{found}[0].startTime")
    until(page, "Boolean(workbench.guidance)", seconds=120)
    page.wait_for_timeout(1500)
    drag = page.evaluate(DRAG, 60)
    page.context.close()
    return marks, drag


def report(
    first: dict[str, float],
    warm: dict[str, float],
    later: list[tuple[dict[str, float], list[float]]],
) -> None:
    """Print the medians of the later visits beside the two first ones."""
    for name, words in MARKS.items():
        median = statistics.median(marks[name] for marks, _ in later)
        print(f"{words} after {median:.0f} ms", end=" ")
        print(f"(first visit {first[name]:.0f}, {WARM_UP:.0f} s after the start {warm[name]:.0f})")
    drags = [step for _, drag in later for step in drag]
    late = statistics.quantiles(drags, n=20)[-1]
    print(f"brush to all views {statistics.median(drags):.1f} ms, 95 %: {late:.1f} ms")


def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Wait; the page's policy forbids Playwright's own way, which is eval."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(expression)


if __name__ == "__main__":
    main()
