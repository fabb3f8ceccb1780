"""Memory and handles of a worker and a server over a long time at full speed.

    python benchmarks/soak.py [STORAGE] [--minutes 60]

A worker runs trials of ten parameters with `GuidedSampler` around TPE and `GuideCallback`,
`serve` is asked by two pages as often as pages ask (trials, guidance, region, estimates). Two more
processes are without us: one reads the trials by Optuna, where its cache of them grows; the other
one draws by TPE besides, whose arrays grow with the trials and are kept by glibc once a larger
one was freed, as by a fit. It tells megabytes and handles of each every minute, or twentieth part
of a run of hours and eighth of a short one, and in the end by how much the server grew beyond the
first and the worker beyond the second, per 1,000 trials of the second half. STORAGE is a URL;
without it a SQLite file is made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote

import numpy as np
import optuna
from workbench import GUIDE, ask, fetch, running

NAME = "soak"
WORK = """
import sys, time, optuna
from optuna_guide import GuideCallback, GuidedSampler
optuna.logging.set_verbosity(optuna.logging.ERROR)
sampler = GuidedSampler(optuna.samplers.TPESampler())
study = optuna.load_study(study_name=sys.argv[2], storage=sys.argv[1], sampler=sampler)
def objective(trial):
    x = [trial.suggest_float(f"x{j}", 0, 1) for j in range(10)]
    return sum((v - 0.3) ** 2 / (j + 1) for j, v in enumerate(x))
study.optimize(objective, callbacks=[GuideCallback()])
"""
READ = """
import sys, time, optuna
study = optuna.load_study(study_name=sys.argv[2], storage=sys.argv[1])
while True:
    study.get_trials(deepcopy=False)
    time.sleep(1)
"""
DRAW = """
import sys, time, numpy, optuna
from optuna.trial import TrialState, create_trial
numpy.ones(2_500_000)
storage = optuna.storages.get_storage(sys.argv[1])
sampler = optuna.samplers.TPESampler(constant_liar=False)
asked = create_trial(state=TrialState.RUNNING)
while True:
    study = optuna.load_study(study_name=sys.argv[2], storage=storage)
    ended = study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])
    if ended:
        sampler.sample_relative(study, asked, ended[0].distributions)
    time.sleep(1)
"""


def look(process: subprocess.Popen[str]) -> tuple[float, int]:
    """Megabytes, and open handles."""
    if process.poll() is not None:
        raise SystemExit(f"A process ended by itself: {process.args!r:.80}")
    of = Path(f"/proc/{process.pid}")
    status = dict(line.split(":", 1) for line in (of / "status").read_text().splitlines())
    return int(status["VmRSS"].split()[0]) / 1000, len(list((of / "fd").iterdir()))


def visit(address: str, study_id: int, stopped: threading.Event) -> None:
    """A page that is looked at: it polls, and somebody brushes."""
    study = f"{address}/guide/api/studies/{study_id}"
    rng, after, known = np.random.default_rng(), 0, ""
    while not stopped.wait(3.0):
        try:
            rows = ask(f"{study}/trials?after={after}&known={known}")
            after, known = rows.get("settled", after), rows["tag"]
            for name in ("region", "kept", "guidance"):
                fetch(f"{study}/{name}")
            low = float(rng.uniform(0, 0.5))
            brush = quote(json.dumps({f"x{rng.integers(10)}": [[low, low + 0.4]]}))
            fetch(f"{study}/estimates?brush={brush}")
        except (URLError, KeyError) as error:  # there is no guidance in the first seconds
            print(f"a page was refused: {error}", file=sys.stderr)


def soak(url: str, minutes: float) -> None:
    study = optuna.create_study(storage=url, study_name=NAME)
    workers = [
        subprocess.Popen([sys.executable, "-c", code, url, NAME], text=True)
        for code in (WORK, READ, DRAW)
    ]
    stopped, seen = threading.Event(), []
    try:
        with running(url, GUIDE) as (server, address):
            pages = [
                threading.Thread(target=visit, args=(address, study._study_id, stopped))
                for _ in range(2)
            ]
            for page in pages:
                page.start()
            began = time.monotonic()
            print("| minute | trials | cache MB | and TPE | worker, handles | server, handles |")
            print("|---|---|---|---|---|---|")
            while time.monotonic() - began < 60 * minutes:
                time.sleep(min(max(60.0, 3 * minutes), 7.5 * minutes))
                n_trials = study._storage.get_n_trials(study._study_id)
                looks = [look(process) for process in (*workers[1:], workers[0], server)]
                seen.append([n_trials, *(megabytes for megabytes, _ in looks)])
                cells = [f"{mb:.0f}" for mb, _ in looks[:2]]
                cells += [f"{mb:.0f}, {n}" for mb, n in looks[2:]]
                minute = (time.monotonic() - began) / 60
                print(f"| {minute:.0f} | {n_trials} | " + " | ".join(cells) + " |", flush=True)
            stopped.set()
            for page in pages:
                page.join()
    finally:
        stopped.set()
        for process in workers:
            process.kill()
            process.wait()
    half = np.array(seen[len(seen) // 2 :])
    grown = half[-1] - half[0]
    n_trials, cache, tpe, worker, serving = grown
    for name, more in (("worker", worker - tpe), ("server", serving - cache)):
        print(f"{name}: {1000 * more / n_trials:+.2f} MB per 1,000 trials beyond Optuna alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("storage", nargs="?", help="URL; without it a SQLite file")
    parser.add_argument("--minutes", type=float, default=60.0)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        soak(arguments.storage or f"sqlite:///{folder}/soak.db", arguments.minutes)


if __name__ == "__main__":
    main()
