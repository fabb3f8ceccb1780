"""Faults that last: databases and servers killed, a network cut, a full disk, a lock.

    python benchmarks/faults.py [restart partition serve full locked] [--databases NAME ...]

- restart: a database of its own is killed with signal 9, twice, and started again three seconds
  later, while workers go on as well as they can; beside the same workers without guidance.
- partition: nothing passes any more between the worker that refits and its database, for 25
  seconds.
- serve: the process that refits for a page is killed, then the whole server.
- full: a disk of 1 MB is filled, and then made larger (by root alone: a file system is mounted).
  A journal in a file is left out: Optuna alone cannot read one whose last line was cut.
- locked: somebody holds the lock of an SQLite file for 30 seconds.

A line tells what was seen; "lost" are trials that a worker was told were stored, and that are not.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import optuna
from optuna.samplers import RandomSampler, TPESampler
from optuna.trial import TrialState
from servers import DATABASES, Database, Network, free_port, postgres, wait_until
from workbench import GUIDE, fetch

from optuna_guide import GuideCallback, GuidedSampler, StoreError, load_guidance
from optuna_guide.keeping import watch
from optuna_guide.store.attributes import read_attributes
from optuna_guide.store.keys import CLAIM
from optuna_guide.store.versions import guidance_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SPAWN = multiprocessing.get_context("spawn")
N_WORKERS = 3
CUT_OFF = 25  # seconds


@dataclass(frozen=True)
class Task:
    """What every worker does until it is ended."""

    url: str
    study_name: str
    guided: bool = True
    seconds: float = 0.1  # that a trial takes


def objective(trial: optuna.Trial, seconds: float = 0.0) -> float:
    values = [trial.suggest_float(f"x{j}", 0, 1) for j in range(4)]
    time.sleep(seconds)
    return sum((j + 1) * (x - 0.5) ** 2 for j, x in enumerate(values))


def work(task: Task, index: int, ended: Any, results: Any) -> None:
    """Run trials one by one; what fails is tried again, as a cluster's scheduler does."""
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    watch.SHARE = math.inf  # fits may take all the time there is: there is more to hit
    study, stored, errors = None, [], Counter[str]()
    guide = GuideCallback(every_n_trials=10)

    def note(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        stored.append(trial.number)

    base = TPESampler(seed=index)
    sampler = GuidedSampler(base, seed=index) if task.guided else base
    callbacks = [note, guide] if task.guided else [note]
    while not ended.is_set():
        try:
            study = study or optuna.load_study(
                study_name=task.study_name, storage=task.url, sampler=sampler
            )
            study.optimize(lambda t: objective(t, task.seconds), n_trials=1, callbacks=callbacks)
        except Exception as error:
            errors[type(error).__name__] += 1
            time.sleep(0.5)
    results.put((index, stored, dict(errors)))
    results.close()
    results.join_thread()
    os._exit(0)


@contextmanager
def working(tasks: list[Task]) -> Iterator[tuple[list[Any], Any, Any]]:
    """Workers, what ends them, and the queue of what they tell."""
    ended, results = SPAWN.Event(), SPAWN.Queue()
    workers = [
        SPAWN.Process(target=work, args=(task, k, ended, results)) for k, task in enumerate(tasks)
    ]
    for worker in workers:
        worker.start()
    try:
        yield workers, ended, results
    finally:
        for worker in workers:
            worker.kill()
            worker.join()


def heard(results: Any, n: int) -> list[tuple[list[int], dict[str, int]]]:
    """What workers tell, in their order: trials that were stored, and how often what failed."""
    told = sorted((results.get(timeout=60) for _ in range(n)), key=lambda one: one[0])
    return [(stored, errors) for _, stored, errors in told]


def create(url: str, n_trials: int = 0) -> optuna.Study:
    study = optuna.create_study(
        storage=url, study_name=uuid.uuid4().hex, sampler=RandomSampler(seed=0)
    )
    study.optimize(objective, n_trials=n_trials)
    return study


def version(study: optuna.Study) -> int:
    head = guidance_head(study)
    return head.version if head else 0


def n_known(study: optuna.Study) -> int:
    head = guidance_head(study)
    return head.n_finished if head else 0


def holder(study: optuna.Study) -> int:
    """Process that refits; 0 where none does."""
    with suppress(StoreError):
        text = read_attributes(study, CLAIM).get(CLAIM)
        return int(json.loads(text)["owner"].split("/")[1]) if text else 0
    return 0


def restart(databases: list[str]) -> None:
    print_head(
        "database, killed twice | trials stored | lost | left open | errors of a worker | "
        "next guidance after"
    )
    for name in databases:
        with DATABASES[name]() as database:
            for guided in (False, True):
                tell_restart(name, database, guided)


def tell_restart(name: str, database: Database, guided: bool) -> None:
    study, waits = create(database.url), []
    tasks = N_WORKERS * [Task(database.url, study.study_name, guided)]
    with working(tasks) as (_, ended, results):
        wait_until(partial(has_trials, study, 60), 120)
        if guided:
            wait_until(partial(is_newer, study, 0), 60)
        for _ in range(2):
            before = version(study)
            database.kill()
            time.sleep(3)
            database.start()
            study = reopen(study, database.url)
            if guided:
                waits.append(wait_until(partial(is_newer, study, before), 120))
            else:
                time.sleep(8)
        time.sleep(5)
        ended.set()
        told = heard(results, N_WORKERS)
    states = {t.number: t.state for t in study.get_trials(deepcopy=False)}
    stored = [number for numbers, _ in told for number in numbers]
    lost = sum(states.get(number) != TrialState.COMPLETE for number in stored)
    left = sum(not state.is_finished() for state in states.values())
    n_errors = max(sum(errors.values()) for _, errors in told)
    said = ", ".join(f"{seconds:.1f} s" for seconds in waits)
    who = "guided" if guided else "plain"
    print(f"| {name}, {who} | {len(stored)} | {lost} | {left} | {n_errors} | {said} |", flush=True)


def has_trials(study: optuna.Study, n: int) -> bool:
    return study._storage.get_n_trials(study._study_id) >= n


def is_newer(study: optuna.Study, before: int) -> bool:
    return version(study) > before


def print_head(cells: str) -> None:
    print(f"| {cells} |\n|{(cells.count('|') + 1) * '---|'}")


def reopen(study: optuna.Study, url: str) -> optuna.Study:
    return optuna.load_study(study_name=study.study_name, storage=url)


def partition(_: list[str]) -> None:
    """Beside two workers that are not cut off."""
    with postgres() as database:
        study, network = create(database.url, 30), Network(database.port)
        far = database.url.replace(f":{database.port}/", f":{network.port}/")
        tasks = [Task(url, study.study_name) for url in (far, database.url, database.url)]
        seen: list[tuple[int, int]] = []

        def look(seconds: float) -> None:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                seen.append((version(study), n_known(study)))
                time.sleep(0.1)

        with working(tasks) as (workers, ended, results):
            wait_until(lambda: holder(study) == workers[0].pid, 300)
            network.cut()
            before, began = version(study), time.monotonic()
            wait = wait_until(partial(is_newer, study, before), 120)
            look(began + CUT_OFF - time.monotonic())
            network.mend()
            look(10)
            ended.set()
            told = heard(results, len(tasks))
    print_head("cut off | next guidance after | went back | trials of it, and of others | errors")
    back = sum(new[0] < old[0] or new[1] < old[1] for old, new in itertools.pairwise(seen))
    n = ", ".join(str(len(stored)) for stored, _ in told)
    errors = sum(sum(found.values()) for _, found in told)
    print(
        f"| the worker that refits, {CUT_OFF} s | {wait:.1f} s "
        f"| {back} of {len(seen)} reads | {n} | {errors} |",
        flush=True,
    )


@contextmanager
def serving(url: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`optuna-guide serve` as people start it."""
    command = [sys.executable, "-c", GUIDE, "serve", url, "--port", str(port)]
    silent = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=silent, stderr=silent)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def answers(address: str) -> bool:
    with suppress(URLError, OSError):
        fetch(address)
        return True
    return False


def serve(_: list[str]) -> None:
    print_head("killed while it refits | page answers after | guidance is stored after")
    for is_whole in (False, True):
        with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
            tell_serve(f"sqlite:///{folder}/s.db", servers, is_whole)


def tell_serve(url: str, servers: ExitStack, is_whole: bool) -> None:
    study, port = create(url, 40), free_port()
    asked = f"http://127.0.0.1:{port}/guide/api/studies/{study._study_id}/guidance"
    first = servers.enter_context(serving(url, port))
    wait_until(lambda: answers(asked) and holder(study) > 0, 120)
    os.kill(first.pid if is_whole else holder(study), signal.SIGKILL)
    began = time.monotonic()
    if is_whole:
        first.wait()
        servers.enter_context(serving(url, port))
    page = wait_until(lambda: answers(asked), 120)
    wait_until(lambda: answers(asked) and version(study) > 0, 120)
    what = "the whole server, started again" if is_whole else "the process that serves"
    print(f"| {what} | {page:.1f} s | {time.monotonic() - began:.1f} s |", flush=True)


@contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """A file system of its own."""
    with tempfile.TemporaryDirectory() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
        subprocess.run(mount, check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)


def full(_: list[str]) -> None:
    print_head(
        "disk of 1 MB | trials until it was full | said | trials stored, lost | "
        "next guidance after"
    )
    for guided in (False, True):
        with small_disk(1) as folder:
            tell_full(f"sqlite:///{folder}/s.db", folder, guided)


def tell_full(url: str, folder: Path, guided: bool) -> None:
    storage = optuna.storages.get_storage(url)
    base = RandomSampler(seed=0)
    sampler = GuidedSampler(base, seed=0) if guided else base
    study = optuna.create_study(storage=storage, sampler=sampler)
    guide, stored = GuideCallback(every_n_trials=20), []

    def note(study: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        stored.append(trial.number)

    callbacks = [note, guide] if guided else [note]
    with suppress(Exception):
        while True:
            study.optimize(objective, n_trials=1, callbacks=callbacks)
    n_before = len(stored)
    guide.wait(timeout=20)
    said = str(guide.last_error).rpartition(": ")[2] if guided else ""
    subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True)
    before, began = version(study), time.monotonic()
    study = optuna.load_study(study_name=study.study_name, storage=storage, sampler=sampler)
    study.optimize(objective, n_trials=20, callbacks=callbacks)
    guide.wait()
    wait = f"{time.monotonic() - began:.1f} s" if version(study) > before else "never"
    states = {t.number: t.state for t in study.trials}
    lost = sum(states.get(number) != TrialState.COMPLETE for number in stored)
    who = "guided" if guided else "plain"
    shown = wait if guided else ""
    print(f"| SQLite, {who} | {n_before} | {said} | {len(stored)}, {lost} | {shown} |", flush=True)


def locked(_: list[str]) -> None:
    """Who waits is answered; who tunes goes on when the lock is gone."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as servers:
        url, port = f"sqlite:///{folder}/s.db", free_port()
        study = create(url, 40)
        with GuideCallback() as guide:
            guide.update(study)
        address = f"http://127.0.0.1:{port}/guide/api/studies/{study._study_id}"
        servers.enter_context(serving(url, port))
        wait_until(lambda: answers(f"{address}/trials"), 120)
        guided = reopen(study, url)
        guided.sampler = GuidedSampler(TPESampler())
        with sqlite3.connect(f"{folder}/s.db", isolation_level=None) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            print_head("while an SQLite file is locked for 30 s | answered after | by")
            released = threading.Timer(30, lambda: None)
            released.start()
            time_answer("`load_guidance`", lambda: load_guidance(study))
            time_answer("the page's trials", lambda: fetch(f"{address}/trials"))
            time_answer("the page's guidance", lambda: fetch(f"{address}/guidance"))
            command = [sys.executable, "-c", GUIDE, "show", url]
            time_answer("`optuna-guide show`", lambda: said_by(command))
            time_answer("a trial of Optuna alone", lambda: study.optimize(objective, n_trials=1))
            time_answer("a guided trial", lambda: guided.optimize(objective, n_trials=1))
            released.join()
            holder.execute("ROLLBACK")
        time_answer("afterwards: a guided trial", lambda: guided.optimize(objective, n_trials=1))
        time_answer("afterwards: the page's trials", lambda: fetch(f"{address}/trials"))


def said_by(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip().splitlines()[-1])
    return "its table"


def time_answer(what: str, ask: Callable[[], object]) -> None:
    began = time.monotonic()
    try:
        ask()
        by = "what was asked for"
    except HTTPError as error:
        by = f"{error.code}: {json.loads(error.read())['error']}"
    except Exception as error:
        by = f"{type(error).__name__}: {error}".partition("\n")[0]
    print(f"| {what} | {time.monotonic() - began:.1f} s | {by[:120]} |", flush=True)


FAULTS = {f.__name__: f for f in (restart, partition, serve, full, locked)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("faults", nargs="*", default=list(FAULTS), help=", ".join(FAULTS))
    parser.add_argument("--databases", nargs="+", default=list(DATABASES), choices=DATABASES)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.CRITICAL)
    for name in arguments.faults:
        FAULTS[name](arguments.databases)
        print(flush=True)


if __name__ == "__main__":
    main()
