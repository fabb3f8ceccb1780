"""Many workers on one storage: what guidance costs them, and what they survive.

    python benchmarks/workers.py pairs STORAGE ... [--workers 4] [--trials 60] [--pairs 2]
    python benchmarks/workers.py faults STORAGE ... [--workers 3]

A storage is a URL, ``journal`` for a file of Optuna's journal, ``redis`` for one on a server, or
``sqlite`` for a file; those of a server are created and deleted again. `pairs` runs the same
workers with TPE alone and with `GuidedSampler` around it and `GuideCallback`, in turn, nobody else
reading, and tells trials a second of the second over the first, milliseconds of the processor that
a trial takes in either, which other work on the machine changes little, refits, and SQL statements
a trial beyond those of plain Optuna. `faults` kills the worker that refits with signal 9, again
and again, while a reader takes the guidance without a pause: it tells how long until another one
stored a guidance, for how long no trial ended meanwhile, what was read, whether a region was
obeyed by the trials that began after it, and the trials that survivors lost.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import os
import signal
import statistics
import tempfile
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import optuna
from optuna.samplers import TPESampler
from optuna.trial import TrialState

from optuna_guide import GuideCallback, GuidedSampler, StoreError, apply_region, load_guidance
from optuna_guide.keeping import watch
from optuna_guide.store.attributes import read_attributes
from optuna_guide.store.keys import CLAIM
from optuna_guide.store.versions import guidance_head

if TYPE_CHECKING:
    from collections.abc import Iterator

SPAWN = multiprocessing.get_context("spawn")
REGION = {"x0": (0.4, 0.6)}


def open_storage(url: str) -> optuna.storages.BaseStorage:
    kind, _, path = url.partition("+guide:")
    if kind == "journal":
        backend: Any = optuna.storages.journal.JournalFileBackend(path)
    elif kind == "redis":
        backend = optuna.storages.journal.JournalRedisBackend("redis://127.0.0.1", prefix=path)
    else:
        return optuna.storages.get_storage(url)
    return optuna.storages.JournalStorage(backend)


@contextmanager
def made(name: str) -> Iterator[str]:
    """URL of a storage by its name; files are deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"sqlite": f"sqlite:///{folder}/s.db", "journal": f"journal+guide:{folder}/s.log"}
        yield files.get(name, f"redis+guide:{uuid.uuid4().hex}" if name == "redis" else name)


@dataclass(frozen=True)
class Task:
    """What every worker of a run does."""

    url: str
    study_name: str
    n_trials: int
    seconds: float  # that a trial takes
    guided: bool
    every_n_trials: int | None = None


def work(task: Task, index: int, ready: Any, results: Any) -> None:
    """Run trials; tells when it began and ended, and the SQL statements that it sent."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    import optuna_guide.models.pipeline  # noqa: F401  # its import is no part of the run

    if task.every_n_trials:
        watch.SHARE = math.inf  # fits may take all the time there is: there is more to kill
    storage, n_statements = open_storage(task.url), 0
    engine = getattr(getattr(storage, "_backend", None), "engine", None)
    if engine is not None:
        from sqlalchemy import event

        @event.listens_for(engine, "before_cursor_execute")
        def count(*_: object) -> None:
            nonlocal n_statements
            n_statements += 1

    def objective(trial: optuna.Trial) -> float:
        values = [trial.suggest_float(f"x{j}", 0, 1) for j in range(6)]
        time.sleep(task.seconds)
        return sum((j + 1) * (x - 0.5) ** 2 for j, x in enumerate(values))

    base = TPESampler(seed=index)
    sampler = GuidedSampler(base, seed=index) if task.guided else base
    study = optuna.load_study(study_name=task.study_name, storage=storage, sampler=sampler)
    guide = GuideCallback(task.every_n_trials)
    ready.wait()
    n_statements, began, worked = 0, time.monotonic(), time.process_time()
    study.optimize(objective, n_trials=task.n_trials, callbacks=[guide] if task.guided else [])
    results.put((began, time.monotonic(), n_statements, time.process_time() - worked))
    results.close()
    results.join_thread()
    if index:
        os._exit(0)  # the first one alone fits what ended last


@contextmanager
def running(task: Task, n_workers: int) -> Iterator[tuple[optuna.Study, list[Any], Any]]:
    """A new study, workers on it, and the queue of what they tell."""
    study = optuna.create_study(storage=open_storage(task.url), study_name=task.study_name)
    ready, results = SPAWN.Barrier(n_workers), SPAWN.Queue()
    workers = [
        SPAWN.Process(target=work, args=(task, k, ready, results)) for k in range(n_workers)
    ]
    for worker in workers:
        worker.start()
    try:
        yield study, workers, results
    finally:
        for worker in workers:
            worker.kill()
            worker.join()
        optuna.delete_study(study_name=task.study_name, storage=study._storage)


def run(url: str, arguments: argparse.Namespace, *, guided: bool) -> dict[str, float]:
    task = Task(url, uuid.uuid4().hex, arguments.trials, arguments.seconds, guided)
    with running(task, arguments.workers) as (study, workers, results):
        told = [results.get(timeout=600) for _ in workers]
        for worker in workers:
            worker.join(120)
        began, ended, statements, worked = zip(*told, strict=True)
        states = [trial.state for trial in study.get_trials(deepcopy=False)]
        head = guidance_head(study)
        return {
            "speed": len(states) / (max(ended) - min(began)),
            "statements": sum(statements) / len(states),
            "ms": 1000 * sum(worked) / len(states),
            "complete": states.count(TrialState.COMPLETE),
            "refits": head.version if head else 0,
        }


def compare(name: str, arguments: argparse.Namespace) -> None:
    ratios, more, refits, complete = [], [], [], 0
    costs: dict[bool, list[float]] = {False: [], True: []}
    for k in range(arguments.pairs):
        with made(name) as url:
            order = (False, True) if k % 2 == 0 else (True, False)
            found = {guided: run(url, arguments, guided=guided) for guided in order}
        ratios.append(found[True]["speed"] / found[False]["speed"])
        more.append(found[True]["statements"] - found[False]["statements"])
        refits.append(found[True]["refits"])
        for guided, one in found.items():
            costs[guided].append(one["ms"])
        complete += int(found[True]["complete"])
    asked = arguments.workers * arguments.trials * arguments.pairs
    each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        f"| {name.split(':')[0]} | {arguments.workers} x {arguments.trials} "
        f"| {complete}/{asked} | {statistics.median(ratios):.2f} ({each}) "
        f"| {statistics.median(costs[False]):.0f} -> {statistics.median(costs[True]):.0f} "
        f"| {statistics.median(refits):.0f} | {statistics.median(more):.1f} |",
        flush=True,
    )


def read_on(url: str, study_name: str, ended: threading.Event, read: dict[str, int]) -> None:
    """Take the guidance without a pause; one that is there never goes away."""
    study = optuna.load_study(study_name=study_name, storage=open_storage(url))
    newest = 0
    while not ended.is_set():
        read["n"] += 1
        try:
            found = load_guidance(study)  # checks the hash, and falls back to the last good one
        except StoreError:
            read["refused"] += 1  # the cause is said, as that a file is locked
            continue
        if found is None:
            read["lost"] += newest > 0
        else:
            read["older"] += found.version < newest - 1
            newest = max(newest, found.version)
        time.sleep(0.02)


def kill_holder(
    study: optuna.Study, workers: list[Any], seconds: float
) -> tuple[float, float] | None:
    """Kill the worker that refits.

    Returns:
        Seconds until another one stored a guidance, and the longest time meanwhile in which no
        trial ended, as where the storage itself waits for the worker that was killed.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        text = read_attributes(study, CLAIM).get(CLAIM)
        pid = int(json.loads(text)["owner"].split("/")[1]) if text else 0
        holder = next((w for w in workers if w.pid == pid and w.is_alive()), None)
        if holder is None:
            time.sleep(0.01)
            continue
        head = guidance_head(study)
        os.kill(pid, signal.SIGKILL)
        killed, before = time.monotonic(), head.version if head else 0
        still, n_ended, ended_at = 0.0, 0, killed
        while (now := time.monotonic()) < killed + 120:
            n = sum(t.state.is_finished() for t in study.get_trials(deepcopy=False))
            n_ended, ended_at = (n, now) if n > n_ended else (n_ended, ended_at)
            still = max(still, now - ended_at)
            head = guidance_head(study)
            if head is not None and head.version > before:
                return now - killed, still
            time.sleep(0.1)
        return None
    return None


def hurt(name: str, arguments: argparse.Namespace) -> None:
    with made(name) as url:
        task = Task(url, uuid.uuid4().hex, 10_000, arguments.seconds, True, every_n_trials=10)
        with running(task, arguments.workers) as (study, workers, _):
            read, ended = {"n": 0, "refused": 0, "lost": 0, "older": 0}, threading.Event()
            reader = threading.Thread(target=read_on, args=(url, task.study_name, ended, read))
            reader.start()
            waits = [kill_holder(study, workers, 120) for _ in range(arguments.workers - 1)]
            apply_region(study, REGION)
            n_begun = len(study.get_trials(deepcopy=False))
            time.sleep(40 * arguments.seconds)
            trials = study.get_trials(deepcopy=False)
            ended.set()
            reader.join()
            alive = sum(worker.is_alive() for worker in workers)
    low, high = REGION["x0"]
    after = [t.params["x0"] for t in trials[n_begun:] if "x0" in t.params]
    outside = sum(not low <= x <= high for x in after)
    open_trials = sum(not t.state.is_finished() for t in trials)
    failed = sum(t.state == TrialState.FAIL for t in trials)
    said = ", ".join("never" if w is None else f"{w[0]:.1f} s ({w[1]:.1f} s)" for w in waits)
    print(
        f"| {name.split(':')[0]} | {len(waits)} of {arguments.workers} | {said} | "
        f"{read['n']} reads, {read['refused']} refused, {read['lost']} lost, "
        f"{read['older']} torn | "
        f"{outside} of {len(after)} | {failed} failed, {open_trials} open with {alive} alive |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["pairs", "faults"])
    parser.add_argument("storages", nargs="+")
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--trials", type=int, default=60, help="of each worker")
    parser.add_argument("--pairs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=0.1, help="that a trial sleeps")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    heads = {
        "pairs": "storage | workers x trials | complete | throughput | ms of CPU a trial | "
        "refits | queries more",
        "faults": "storage | killed | until the next guidance (longest in which no trial ended) | "
        "reader | outside region | trials",
    }
    print(f"| {heads[arguments.what]} |")
    print("|" + "---|" * (heads[arguments.what].count("|") + 1))
    for name in arguments.storages:
        (compare if arguments.what == "pairs" else hurt)(name, arguments)


if __name__ == "__main__":
    main()
