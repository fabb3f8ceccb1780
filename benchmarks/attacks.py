"""Attacks on `optuna-guide serve`, on a real server of this machine, and what became of each.

    python benchmarks/attacks.py [--server wsgiref|gunicorn]

Routes are asked of the application, so that one that is added is attacked as well. Prints a table
and fails where anything gets through, the study is not what it was, or the server is gone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import optuna
from attack_list import ATTACKS, MARKUP, Server, read_only
from optuna.artifacts import FileSystemArtifactStore, upload_artifact

PASSWORD = "geheim-7"
REGION = json.dumps({"region": {MARKUP: {"intervals": [[0.1, 0.9]]}}}).encode()
FILLED = {"study_id": "1", "trial_id": "1", "artifact_id": "a", "filename": "a", "path": "main.js"}
FILLED["panel"] = "importance"


def told_passwords() -> Iterator[bool]:
    """What is said of databases that do not answer."""
    for url in (
        f"postgresql://me:{PASSWORD}@127.0.0.1:1/db",
        f"mysql+pymysql://me:{PASSWORD}@127.0.0.1:1/db",
        f"nosuch://me:{PASSWORD}@h/db",
        f"redis://:{PASSWORD}@127.0.0.1:1",
    ):
        for command in ("serve", "show", "report"):
            done = guide(command, url)
            yield PASSWORD not in done.stdout + done.stderr
            yield done.returncode != 0


def guide(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "optuna_guide", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def routes_of(storage: Any, store: Any) -> list[tuple[str, str]]:
    """Method and path of everything that is answered, the dashboard's as well."""
    from optuna_guide.surfaces.workbench import build, dashboard
    from optuna_guide.surfaces.workbench.security import Guard
    from optuna_guide.surfaces.workbench.server import create_app

    _, material = build(storage, Guard(), store)
    apps: list[Any] = [create_app(material, Guard()), dashboard.load(material, store)]
    found = []
    for route in (route for app in apps for route in app.routes):
        path = re.sub(r"<(\w+)[^>]*>", lambda part: FILLED.get(part[1], "a"), route.rule)
        found.append((route.method, path))
    return sorted(set(found))


@contextmanager
def serving(url: str, folder: Path, *options: str) -> Iterator[int]:
    """A server; its port."""
    command = [sys.executable, "-m", "optuna_guide", "serve", url, "--port", "0"]
    command += ["--artifact-dir", str(folder), *options]
    log = folder.parent / "log.txt"
    with log.open("w") as heard:
        process = subprocess.Popen(command, stderr=heard, stdout=heard)
    try:
        deadline = time.monotonic() + 120
        while not (found := re.search(r"Guide: +http://[^/]+:(\d+)/", log.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(log.read_text())
            time.sleep(0.1)
        yield int(found[1])
    finally:
        process.terminate()
        process.wait(30)


def kept(url: str) -> str:
    """Everything that an attack could have changed."""
    study = optuna.load_study(study_name=MARKUP, storage=url)
    names = optuna.get_all_study_names(url)
    trials = [(t.number, t.state, t.user_attrs) for t in study.trials]
    regions = [k for k in study._storage.get_study_system_attrs(1) if "region" in k or "kept" in k]
    return repr((names, trials, study.user_attrs, regions))


def tell(name: str, held: Iterator[bool]) -> bool:
    results = list(held)
    n_through = results.count(False)
    print(f"| {name} | {len(results)} | {n_through or 'none'} |", flush=True)
    return n_through == 0 and bool(results)


def goes_on(server: Server, url: str, before: str) -> Iterator[bool]:
    """Nothing was changed, and the page may still do what was refused to others."""
    yield kept(url) == before
    yield server.write("/guide/api/studies/1/region", REGION).status == 200
    yield kept(url) != before


def attack(
    url: str, folder: Path, options: list[str], routes: list[tuple[str, str]]
) -> list[bool]:
    """Whether each attack was held off, and the server does its work afterwards."""
    before, held = kept(url), []
    with serving(url, folder, *options) as port:
        server = Server(port, routes)
        server.load_page()
        held += [tell(name, requests(server)) for name, requests in ATTACKS.items()]
        held.append(
            tell("the study is as it was, our page may write", goes_on(server, url, before))
        )
    with serving(url, folder, *options, "--read-only") as port:
        requests = read_only(Server(port, routes))
        held.append(tell("writes to a read-only server, every route", requests))
    held.append(tell("passwords in what commands say", told_passwords()))
    return held


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--server", default="auto", choices=["auto", "wsgiref", "gunicorn"])
    options = ["--server", parser.parse_args().server]
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    os.environ["PYTHONWARNINGS"] = "ignore"
    with tempfile.TemporaryDirectory() as place:
        folder, page = Path(place) / "artifacts", Path(place) / "page.html"
        folder.mkdir()
        page.write_text(MARKUP)
        url, store = f"sqlite:///{place}/s.db", FileSystemArtifactStore(base_path=str(folder))
        study = optuna.create_study(storage=url, study_name=MARKUP)
        study.optimize(lambda trial: trial.suggest_float(MARKUP, 0, 1), n_trials=12)
        storage = study._storage
        optuna.create_study(
            storage=url, study_name="another"
        )  # so that there is a list of studies
        upload_artifact(
            artifact_store=store, file_path=str(page), study_or_trial=study, storage=storage
        )
        routes = routes_of(storage, store)
        print(f"| attack on {len(routes)} routes | requests | got through |\n|---|---|---|")
        return 0 if all(attack(url, folder, options, routes)) else 1


if __name__ == "__main__":
    sys.exit(main())
