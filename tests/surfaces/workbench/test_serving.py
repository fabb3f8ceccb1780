"""``optuna-guide serve`` as a person starts it."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import optuna
import pytest

from optuna_guide.surfaces import cli
from optuna_guide.surfaces.workbench import serving

Start = Callable[..., str]
PATIENCE = 120  # seconds


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/study.db"
    study = optuna.create_study(storage=url, study_name="served")
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    return url


@pytest.fixture
def running() -> list[subprocess.Popen[str]]:
    """The servers that a test started."""
    return []


@pytest.fixture
def start(url: str, running: list[subprocess.Popen[str]]) -> Iterator[Start]:
    """Start a server on a free port; returns its address."""

    def serve(*options: str) -> str:
        command = [
            sys.executable,
            "-c",
            "import optuna_guide.surfaces.cli as c, sys; sys.exit(c.main())",
        ]
        process = subprocess.Popen(
            [*command, "serve", url, "--port", "0", *options], stderr=subprocess.PIPE, text=True
        )
        running.append(process)
        assert process.stderr is not None
        lines = []
        for line in process.stderr:
            lines.append(line)
            found = re.search(r"Guide: +(http://\S+)/guide", line)
            if found:
                return found[1]
        pytest.fail("".join(lines))

    yield serve
    for process in running:
        process.terminate()  # not SIGINT, which a runner in the background has its children ignore
        process.wait(30)
        assert process.stderr is not None
        process.stderr.close()


def read(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return answer.read()


def test_the_pages_and_the_dashboard_are_served_on_one_port(start):
    address = start("--server", "wsgiref")
    assert address.startswith("http://127.0.0.1:")
    studies = json.loads(read(f"{address}/guide/api/studies"))
    assert [(one["id"], one["name"], one["n_trials"]) for one in studies] == [(1, "served", 3)]
    assert b"dashboard_entry.js" in read(f"{address}/dashboard")


def test_a_server_that_is_stopped_does_not_wait_for_fits(url):
    code = """
import sys, threading, time
from optuna_guide import cli
from optuna_guide.surfaces.workbench import serving
from optuna_guide.surfaces.workbench.guidances import Guidances
from wsgi_client import Client
Guidances._fit_now = lambda *_: time.sleep(60)
serving.serve = lambda make, *_: Client(make(), study_id=1).get("guidance")
sys.exit(cli.main(sys.argv[1:]))
"""
    path = os.pathsep.join([str(Path(__file__).parents[2]), *sys.path])
    subprocess.run(
        [sys.executable, "-c", code, "serve", url],
        env={**os.environ, "PYTHONPATH": path},
        timeout=50,
        check=True,
    )


def test_a_page_of_gunicorn_goes_on_when_the_worker_is_replaced(start, running):
    if importlib.util.find_spec("gunicorn") is None:
        pytest.skip("gunicorn is not installed")
    address = start("--server", "gunicorn")
    before = token(address)
    if not Path("/proc/self/task").exists():
        pytest.skip("the workers of a server are told by Linux alone")
    children = Path(f"/proc/{running[0].pid}/task/{running[0].pid}/children")
    workers = children.read_text()
    os.kill(int(workers), signal.SIGKILL)
    assert token(address) == before
    assert children.read_text() != workers


def token(address: str) -> str:
    return re.findall(r'guide-token" content="([^"]+)', page(address))[0]


def test_a_body_that_is_too_long_is_refused_with_a_reason(start):
    address = start("--server", "wsgiref")
    headers = {
        "Content-Type": "application/json",
        "Origin": address,
        "X-Guide-Token": token(address),
    }
    kept = f"{address}/guide/api/studies/1/kept"
    request = urllib.request.Request(kept, b"[" * 3_000_000, headers)
    with pytest.raises(urllib.error.HTTPError, match="413") as caught:
        urllib.request.urlopen(request, timeout=30)
    assert "3000000 bytes" in json.loads(caught.value.read())["error"]
    caught.value.close()
    request = urllib.request.Request(kept, b'{"numbers": [2]}', headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.loads(answer.read())["kept"] == [2]


def page(address: str) -> str:
    return str(read(f"{address}/guide/studies/1").decode())


def test_a_read_only_server_refuses_changes(start):
    address = start("--server", "wsgiref", "--read-only")
    request = urllib.request.Request(f"{address}/guide/api/studies/1/region/clear", b"{}")
    with pytest.raises(urllib.error.HTTPError, match="403") as caught:
        urllib.request.urlopen(request, timeout=30)
    assert "read-only" in json.loads(caught.value.read())["error"]
    caught.value.close()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What would have been served."""
    calls: list[Any] = []
    monkeypatch.setattr(serving, "serve", lambda *arguments: calls.append(arguments))
    return calls


def test_a_server_stays_on_this_machine_unless_it_is_told_otherwise(url, served, capsys):
    assert cli.main(["serve", url]) == 0
    assert served[0][1:] == ("127.0.0.1", 8080, "auto")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.org"])
def test_a_server_that_others_reach_is_warned_of(url, served, capsys, host):
    assert cli.main(["serve", url, "--host", host, "--port", "9000"]) == 0
    assert served[0][1:3] == (host, 9000)
    said = capsys.readouterr().err
    assert f"whoever reaches {host} can read these studies, and change or delete" in said
    assert cli.main(["serve", url, "--host", host, "--read-only"]) == 0
    assert "delete" not in capsys.readouterr().err


def test_a_storage_that_does_not_exist_is_said(served, capsys):
    assert cli.main(["serve", "sqlite:///nowhere.db"]) == 1
    assert "There is no file" in capsys.readouterr().err
    assert served == []


def no_app(environ: Any, start: Any) -> list[bytes]:
    return []


def test_a_port_that_is_taken_is_said():
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=f"Cannot serve at 127.0.0.1:{port}"):
            serving.serve(lambda: no_app, "127.0.0.1", port, "wsgiref")


def test_gunicorn_that_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "gunicorn.app.base", None)
    with pytest.raises(ValueError, match="pip install gunicorn"):
        serving.serve(lambda: no_app, "127.0.0.1", 0, "gunicorn")


def test_artifacts_of_a_folder_are_offered_to_the_dashboard(url, served, tmp_path):
    from wsgi_client import Client

    assert cli.main(["serve", url, "--artifact-dir", str(tmp_path)]) == 0
    meta = Client(served[0][0]()).ask("GET", "/api/meta").json
    assert meta["artifact_is_available"] is True
