"""How fast the page of the workbench is, measured in Chromium on loopback.

    python benchmarks/workbench_browser.py [--n-trials 5000] [--n-params 12] [--repeats 3]
        [--n-tracks 0] [--against FOLDER]

- from the click on a link until the page answers to the mouse, and until its lines are drawn: at
  once after the server started, after a while, and later;
- a brush that is dragged over an axis: from the mouse to the end of the work of all visible views,
  the canvases rastered, first alone, then with the table of trials open; targets: 50 ms in the
  median and 100 ms at 95 %, and 150 ms at 20,000;
- a table that is scrolled by a page: from the mouse until all of its rows are laid out;
- the size on the wire of the first answer about the trials, and of what follows;
- with ``--n-tracks``, the same brush over the exploration of another study, of that many trials of
  up to 20 steps, in the order by steps, each with its track; target for 2,000: 100 ms.

Each server has a process of its own. With ``--against``, the page of another checkout is visited
in turns with this one, each with a study of its own, and the brushes are compared: by the clock,
and by what its main thread takes of the processor, which hangs less on what else the machine does.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench import GUIDE, WARM_UP, make_study, running  # beside this file

if TYPE_CHECKING:
    from playwright.sync_api import Browser, CDPSession, Page

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
N_STEPS = 60  # of a drag
N_REPORTED = 20  # steps of a trial, at most
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

SIZES = """
() => Object.fromEntries(
    ['trials', 'params'].map((path) => [
        path,
        performance.getEntriesByType('resource')
            .filter(({ name }) => new URL(name).pathname.endsWith(`/${path}`))
            .slice(0, 1)
            .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    ]),
)
"""

SCROLL = """
(steps) => {
    const table = document.querySelector('.sheet');
    const times = [];
    for (let k = 1; k <= steps; k += 1) {
        const start = performance.now();
        table.scrollTop = k * table.clientHeight;
        table.dispatchEvent(new Event('scroll'));
        table.getBoundingClientRect();
        times.push(performance.now() - start);
    }
    return times;
}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-trials", type=int, default=5000)
    parser.add_argument("--n-params", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--n-tracks", type=int, default=0, help="trials of an exploration")
    parser.add_argument("--against", metavar="FOLDER", help="another checkout")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        urls = [f"sqlite:///{folder}/{name}.db" for name in ("own", "other")]
        make_study(urls[0], arguments.n_trials, arguments.n_params)
        browser = playwright.chromium.launch(
            executable_path=arguments.chromium, args=list(ARGUMENTS)
        )
        if arguments.against:
            make_study(urls[1], arguments.n_trials, arguments.n_params)
            compare(browser, urls, arguments.against, arguments.repeats)
        else:
            measure(browser, urls[0], arguments.repeats)
        if arguments.n_tracks:
            url = f"sqlite:///{folder}/tracks.db"
            make_study(url, arguments.n_tracks, arguments.n_params, N_REPORTED)
            explore(browser, url, arguments.repeats)
        browser.close()
    print(f"{arguments.n_trials} trials x {arguments.n_params} parameters, {sys.platform}")


def measure(browser: Browser, url: str, repeats: int) -> None:
    with running(url, GUIDE) as (_, address):
        first = visit(browser, address)
    with running(url, GUIDE) as (_, address):
        time.sleep(WARM_UP)
        warm = visit(browser, address)
        later = [visit(browser, address) for _ in range(repeats)]
        opened = [with_table(browser, address) for _ in range(repeats)]
    report(first, warm, later)
    print(f"with the table open, {say_steps([step for drag, _ in opened for step in drag])}")
    pages = [step for _, scrolled in opened for step in scrolled]
    print(f"a page of the table {statistics.median(pages):.1f} ms")


def explore(browser: Browser, url: str, repeats: int) -> None:
    """Print the brushes over an exploration in the order by steps."""
    with running(url, GUIDE) as (_, address):
        drags = [with_tracks(browser, address) for _ in range(repeats)]
    print(f"exploration with tracks, {say_steps([step for drag in drags for step in drag])}")


def compare(browser: Browser, urls: list[str], other: str, repeats: int) -> None:
    """Print the brushes of this page and of the other one, which take turns."""
    with (
        running(urls[0], GUIDE) as (_, own),
        running(urls[1], GUIDE, checkout=other) as (_, against),
    ):
        for address in (own, against):
            visit(browser, address)
        pairs = [[visit(browser, page) for page in (own, against)] for _ in range(repeats)]
    for k, name in enumerate(("this page", "the other")):
        print(f"{name}: {say([pair[k] for pair in pairs])}")
        for mark, words in MARKS.items():
            times = ", ".join(f"{pair[k].marks[mark]:.0f}" for pair in pairs)
            print(f"  {words} after {times} ms")
    by_clock = [[statistics.median(one.drag) for one in pair] for pair in pairs]
    by_processor = [[one.cpu for one in pair] for pair in pairs]
    for what, found in (("medians", by_clock), ("processor", by_processor)):
        ratios = ", ".join(f"{mine / theirs:.2f}" for mine, theirs in found)
        print(f"ratio of the {what}, pair by pair: {ratios}")


@dataclass(frozen=True)
class Visit:
    """Milliseconds of a visit.

    Attributes:
        marks: Until each mark of the page.
        drag: Of each step of a drag, by the clock.
        cpu: Of a step, by the processor, in the main thread of the page.
        sizes: Bytes of the answers about the trials, by their path.
    """

    marks: dict[str, float]
    drag: list[float]
    cpu: float
    sizes: dict[str, int]


def visit(browser: Browser, address: str) -> Visit:
    """Open the page, wait for everything, and drag a brush."""
    page = open_page(browser, address)
    marks = {}
    for name in MARKS:
        found = f"performance.getEntriesByName('{name}')"
        until(page, f"{found}.length > 0")
        marks[name] = page.evaluate(f"{found}[0].startTime")
    settle(page)
    sizes = page.evaluate(SIZES)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    before = thread_time(session)
    drag = page.evaluate(DRAG, N_STEPS)
    cpu = (thread_time(session) - before) / N_STEPS
    page.context.close()
    return Visit(marks, drag, cpu, sizes)


def thread_time(session: CDPSession) -> float:
    """Milliseconds that the main thread of a page took of the processor so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(1000 * float(one["value"]) for one in metrics if one["name"] == "ThreadTime")


def with_table(browser: Browser, address: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each step of a drag with the table open, and of each page of the table."""
    page = open_page(browser, address)
    until(page, "Boolean(window.workbench)")
    page.keyboard.press("t")
    until(page, "Boolean(document.querySelector('.sheet-rows [role=row]'))")
    settle(page)
    drag, scrolled = page.evaluate(DRAG, N_STEPS), page.evaluate(SCROLL, N_STEPS)
    page.context.close()
    return drag, scrolled


def with_tracks(browser: Browser, address: str) -> list[float]:
    """Milliseconds of each step of a drag over the exploration in the order by steps."""
    page = open_page(browser, address)
    until(page, "Boolean(window.workbench)")
    settle(page)
    page.get_by_role("tab", name="Exploration").click()
    page.locator("#view-exploration select").first.select_option("step")
    page.wait_for_timeout(1500)
    drag: list[float] = page.evaluate(DRAG, N_STEPS)
    page.context.close()
    return drag


def open_page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    page.goto(f"{address}/guide/studies/1")
    return page


def settle(page: Page) -> None:
    until(page, "Boolean(window.workbench?.guidance)", seconds=120)
    page.wait_for_timeout(1500)


def report(first: Visit, warm: Visit, later: list[Visit]) -> None:
    """Print the medians of the later visits beside the two first ones."""
    for name, words in MARKS.items():
        median = statistics.median(one.marks[name] for one in later)
        after, soon = first.marks[name], warm.marks[name]
        print(f"{words} after {median:.0f} ms", end=" ")
        print(f"(first visit {after:.0f}, {WARM_UP:.0f} s after the start {soon:.0f})")
    print(say(later))


def say(visits: list[Visit]) -> str:
    cpu = statistics.median(one.cpu for one in visits)
    drag = say_steps([step for one in visits for step in one.drag])
    first, rest = (visits[0].sizes[path] / 1000 for path in ("trials", "params"))
    return f"{drag}, processor {cpu:.1f} ms; first answer {first:.0f} kB, the rest {rest:.0f}"


def say_steps(drags: list[float]) -> str:
    late = statistics.quantiles(drags, n=20)[-1]
    return f"brush to all views {statistics.median(drags):.1f} ms, 95 %: {late:.1f} ms"


def until(page: Page, expression: str, *, seconds: float = 30) -> None:
    """Wait; the page's policy forbids Playwright's own way, which is eval."""
    for _ in range(int(seconds * 20)):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise TimeoutError(expression)


if __name__ == "__main__":
    main()
