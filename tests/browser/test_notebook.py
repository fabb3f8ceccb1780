"""`explore` in a real JupyterLab: linked with Python, alive while the kernel works, kept."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("jupyterlab") is None, reason="jupyterlab is not installed"
    ),
]

ROOT = Path(__file__).parents[2]
CELLS = [
    """import optuna, time, threading
from optuna_guide import explore
optuna.logging.set_verbosity(optuna.logging.ERROR)
def objective(trial):
    x = trial.suggest_float("x", -3, 3)
    rate = trial.suggest_float("rate", 1e-4, 1, log=True)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    return (x - 1) ** 2 + rate + (kind == "b")
study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
study.optimize(objective, n_trials=60)""",
    "widget = explore(study)\nwidget",
    'widget.selection = {"x": (0.0, 2.0), "kind": {"a"}}',
    "print('selected', len(widget.trials), sorted(widget.selection.items()))",
    """for _ in range(8):  # the kernel hears nothing meanwhile
    study.optimize(objective, n_trials=5)
    time.sleep(1)""",
    'widget.region = {"x": (0.0, 2.0)}\nprint("applied", widget.region)',
]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Address of a notebook in a JupyterLab of its own."""
    cells = [
        {
            "cell_type": "code",
            "id": f"c{k}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for k, source in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "study.ipynb").write_text(json.dumps(notebook))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        "--no-browser",
        "--expose-app-in-browser",
        "--allow-root",
        f"--port={port}",
        f"--ServerApp.root_dir={tmp_path}",
        "--IdentityProvider.token=",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PYTHONWARNINGS": ""}
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until(lambda: _answers(f"{address}/api"), 60)
        yield f"{address}/lab/tree/study.ipynb"
    finally:
        server.terminate()
        server.wait()


def until(holds: Callable[[], Any], seconds: float) -> Any:
    """What holds, as soon as it does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := holds():
            return found
        time.sleep(0.3)
    raise AssertionError(f"not within {seconds} s")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


def run_cell(page: Page, place: int, *, wait: bool = True) -> None:
    page.evaluate(
        """async ([place, wait]) => {
          const app = window.jupyterapp;
          app.shell.currentWidget.content.activeCellIndex = place;
          const done = app.commands.execute('notebook:run-cell');
          if (wait) await done;
        }""",
        [place, wait],
    )


def output_of(page: Page, place: int) -> str:
    return (
        page.locator(".jp-Notebook .jp-Cell")
        .nth(place)
        .locator(".jp-Cell-outputArea")
        .inner_text()
    )


def test_a_study_is_explored_in_jupyterlab(browser: Browser, lab: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    strangers = []
    page.on("request", lambda r: strangers.append(r.url) if "127.0.0.1" not in r.url else None)
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    kernel = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
    page.wait_for_function(f"{kernel}?.status === 'idle'", timeout=60_000)
    run_cell(page, 0)
    run_cell(page, 1)
    guide = page.locator(".optuna-guide")
    guide.locator(".parallel .axis").first.wait_for(timeout=60_000)
    count = guide.locator(".count")
    until(lambda: count.inner_text() == "all 60 trials", 20)
    guide.locator("#view-importance .upset").wait_for(timeout=60_000)

    run_cell(page, 2)
    until(lambda: " of 60 trials" in count.inner_text(), 20)
    n = int(count.inner_text().split()[0])
    assert 0 < n < 60
    time.sleep(1)
    run_cell(page, 3)
    said = until(lambda: output_of(page, 3), 20)
    assert f"selected {n} [('kind', ['a']), ('x', [(0.0, 2.0)])]" in said

    guide.locator(".selection").get_by_role("button", name="Clear").click()
    until(lambda: count.inner_text() == "all 60 trials", 10)
    time.sleep(1)
    run_cell(page, 3)
    until(lambda: "selected 60 []" in output_of(page, 3), 20)

    run_cell(page, 4, wait=False)
    until(lambda: 60 < int(count.inner_text().split()[1]) < 100, 15)
    until(lambda: count.inner_text() == "all 100 trials", 30)

    command = "apputils:change-theme', {theme: 'JupyterLab Dark'}"
    page.evaluate(f"() => window.jupyterapp.commands.execute('{command})")
    until(lambda: guide.locator(".guide[data-theme=dark]").count() == 1, 20)

    run_cell(page, 5)
    until(lambda: "applied {'x': [(0.0, 2.0)]}" in output_of(page, 5), 20)
    guide.locator("#view-region").scroll_into_view_if_needed()
    until(lambda: "Kept" in guide.locator("#view-region .region-state").inner_text(), 20)

    picture = page.locator(".optuna-guide-picture img")
    until(lambda: picture.count() and len(picture.get_attribute("src") or "") > 20_000, 30)
    assert not picture.is_visible()
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    kept = until(lambda: _picture(tmp_path / "study.ipynb"), 20)
    assert base64.b64decode(kept)[:4] == b"\x89PNG"
    if shot := os.environ.get("SHOT"):
        Path(f"{shot}.kept.png").write_bytes(base64.b64decode(kept))
        page.screenshot(path=f"{shot}.png")
    assert strangers == []


def _picture(path: Path) -> str:
    for output in json.loads(path.read_text())["cells"][1]["outputs"]:
        text = "".join(output.get("data", {}).get("text/html", ""))
        if "data:image/png;base64," in text:
            return text.split("data:image/png;base64,")[1].split('"')[0]
    return ""
