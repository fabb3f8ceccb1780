"""What the server of the workbench costs, beside the dashboard's own call for the same trials.

    python benchmarks/workbench.py [--n-trials 5000] [--n-params 12] [--repeats 5]

- the columnar answer against that of the stock dashboard about the study: the first one at once
  after the start, the first one after a while, and later ones; targets: 10 times faster, 20 times
  smaller;
- estimates for a brush, the first and later ones; target: 20 ms;
- ten idle pages that poll every 3 seconds for 30 seconds; target: 5 % of a core.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import numpy as np
import optuna
from optuna.distributions import FloatDistribution
from optuna.trial import create_trial

if TYPE_CHECKING:
    from collections.abc import Iterator

N_PAGES, PERIOD, IDLE = 10, 3.0, 30.0
WARM_UP = 15.0  # seconds
STOCK = """
import sys, optuna_dashboard
from optuna_guide.surfaces.workbench.serving import serve
serve(lambda: optuna_dashboard.wsgi(sys.argv[2]), "127.0.0.1", 0, "wsgiref")
"""
GUIDE = "import sys; from optuna_guide.cli import main; sys.exit(main())"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n-trials", type=int, default=5000)
    parser.add_argument("--n-params", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/study.db"
        print("creating the study ...", flush=True)
        make_study(url, arguments.n_trials, arguments.n_params)
        print(f"{arguments.n_trials} trials x {arguments.n_params} parameters, SQLite, medians")
        compare(url, arguments.repeats)
        with running(url, GUIDE) as (server, address):
            time_estimates(address, arguments.n_params)
            measure_idle(server, address)


def make_study(url: str, n_trials: int, n_params: int, n_steps: int = 0) -> None:
    """A study; its trials report at up to ``n_steps`` steps."""
    rng = np.random.default_rng(0)
    space = {f"x{j}": FloatDistribution(0, 1) for j in range(n_params)}
    unit = rng.random((n_trials, n_params))
    values = ((unit - 0.3) ** 2) @ np.arange(n_params, 0, -1)
    lasts = rng.integers(0, n_steps, n_trials, endpoint=True).tolist()
    study = optuna.create_study(storage=url, study_name="benchmark")
    study.add_trials(
        [
            create_trial(
                params=dict(zip(space, row, strict=True)),
                distributions=space,
                value=value,
                intermediate_values={step: value + 1 / step for step in range(1, last + 1)},
            )
            for row, value, last in zip(unit.tolist(), values.tolist(), lasts, strict=True)
        ]
    )


def compare(url: str, repeats: int) -> None:
    """The stock dashboard in a process of its own against the workbench in another one."""
    columns = [
        visits(url, STOCK, "/api/studies/1", repeats),
        visits(url, GUIDE, "/guide/api/studies/1/trials", repeats),
    ]
    print(f"{'':26}{'dashboard':>12}{'workbench':>12}{'ratio':>8}")
    for name in columns[0]:
        stock, ours = (column[name] for column in columns)
        print(f"{name:26}{stock:12.3f}{ours:12.3f}{stock / ours:8.1f}", flush=True)


def visits(url: str, command: str, path: str, repeats: int) -> dict[str, float]:
    """Calls of a server that has just started, and of one that had time to warm up."""
    started = time.perf_counter()
    with running(url, command) as (_, address):
        listening = time.perf_counter() - started
        first, _ = fetch(address + path)
    with running(url, command) as (_, address):
        time.sleep(WARM_UP)
        warm, size = fetch(address + path)
        later = statistics.median(fetch(address + path)[0] for _ in range(repeats))
    return {
        "until it listens, s": listening,
        "first call at once, s": first,
        f"first call after {WARM_UP:.0f} s, s": warm,
        "later calls, s": later,
        "size, MB": size / 1e6,
    }


def time_estimates(address: str, n_params: int) -> None:
    study = f"{address}/guide/api/studies/1"
    while ask(f"{study}/guidance")["fitting"]:
        time.sleep(0.2)
    times = []
    for k in range(21):
        brush = {f"x{k % n_params}": [[0.1, 0.5]], f"x{(k + 1) % n_params}": [[0.0, 0.7]]}
        seconds, _ = fetch(f"{study}/estimates?brush={quote(json.dumps(brush))}")
        times.append(1000 * seconds)
    print(
        f"estimates: first {times[0]:.0f} ms, then {statistics.median(times[1:]):.1f} ms", end=""
    )
    print(f", 95 % within {np.quantile(times[1:], 0.95):.1f} ms")


def measure_idle(server: subprocess.Popen[str], address: str) -> None:
    study = f"{address}/guide/api/studies/1"
    rows, found = ask(f"{study}/trials"), ask(f"{study}/guidance")
    polls = (
        f"{study}/trials?after={rows['settled']}&known={rows['tag']}",
        f"{study}/guidance?known={found['tag']}",
    )
    before, started = cpu_seconds(server.pid), time.perf_counter()
    n_polls = round(N_PAGES * IDLE / PERIOD)
    for k in range(n_polls):
        time.sleep(max(0.0, started + k * PERIOD / N_PAGES - time.perf_counter()))
        for poll in polls:
            fetch(poll)
    elapsed = time.perf_counter() - started
    share = (cpu_seconds(server.pid) - before) / elapsed
    print(f"{N_PAGES} idle pages, polling every {PERIOD:.0f} s: {100 * share:.1f} % of a core")


@contextmanager
def running(
    url: str, command: str, *, checkout: str | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address; it is stopped in the end."""
    options = ["serve", url, "--port", "0", "--server", "wsgiref"]
    environment = {"PYTHONPATH": checkout} if checkout else {}
    with subprocess.Popen(
        [sys.executable, "-c", command, *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=checkout,  # which Python searches first
        env={**os.environ, **environment},
    ) as server:
        try:
            assert server.stderr is not None
            said = next(line for line in server.stderr if line.startswith("Guide:"))
            yield server, said.split()[1].removesuffix("/guide")
        finally:
            server.terminate()


def fetch(address: str) -> tuple[float, int]:
    """Seconds until the whole answer is there and decoded, and its size on the wire."""
    started = time.perf_counter()
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        body = answer.read()
        is_small = answer.headers.get("Content-Encoding") == "gzip"
    json.loads(gzip.decompress(body) if is_small else body)
    return time.perf_counter() - started, len(body)


def ask(address: str) -> Any:
    with urlopen(address) as answer:
        return json.loads(answer.read())


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
