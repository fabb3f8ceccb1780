"""`GuidedSampler()` beside the field: each peer in an environment and a process of its own.

All are asked for one configuration at a time (four where the kind is a batch) and told its value,
on the same columns with the same seeds; those who know conditions are told them. What cannot be
installed, or fails on a kind, is said and left out of that kind. The number is the mean regret as
a share of the median random trial's; ranks are among the peers that ran.

    python benchmarks/peers.py FOLDER [--peers tpe cqr ...] [--seeds 3] [--kinds noisy table ...]
        [--trials 100] [--data DATA] [--optunahub PACKAGE] [--only-report]

FOLDER keeps the environments, whose making takes minutes, and, in ``runs.jsonl``, the runs: those
that are there are not repeated. Without --peers all are compared. DATA has yahpo/ and nmt/;
PACKAGE, the folder ``package`` of a checkout of optunahub-registry, has AutoSampler and
``multivariate_tpe_flex``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from bench.kinds import Task, columns_of, kinds_of, value_of
from scipy.stats import rankdata, wilcoxon

OWN = "guided"
TORCH = ("optuna>=5", "optunahub", "scipy", "torch", "cmaes")
PACKAGES: dict[str, tuple[str, ...]] = {  # none: the environment that this runs in
    "guided": (),
    "lite_gp": (),
    "tpe": (),
    "cmaes": (),
    "nevergrad": ("nevergrad>=1.0.12",),
    "gp": TORCH,
    "auto": TORCH,
    "flex": ("optuna>=5", "optunahub", "scipy"),
    "bore": ("syne-tune[extra]>=0.14", "huggingface_hub"),
    "skopt": ("scikit-optimize>=0.10",),
    "smac3": ("smac>=2.4",),
    "cqr": ("syne-tune[extra]>=0.14", "huggingface_hub"),
    "confopt": ("confopt>=2.0.1",),
    "ax": ("ax-platform>=1.0", "torch"),
}
AT = (10, 25, 50, 100)
JUDGED = (25, 100)


def python_of(peer: str, folder: Path) -> str:
    """The Python of a peer's environment, made where it is not there yet.

    Raises:
        subprocess.CalledProcessError: If it cannot be installed.
    """
    if not PACKAGES[peer]:
        return sys.executable
    name = "-".join(PACKAGES[peer])
    home = folder / "environments" / "".join(c if c.isalnum() else "_" for c in name)
    python, done = home / "bin" / "python", home / "installed"
    if not done.exists():
        say([sys.executable, "-m", "venv", "--clear", str(home)])
        say([str(python), "-m", "pip", "install", "--quiet", "numpy", *PACKAGES[peer]])
        done.touch()
    return str(python)


def say(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def run(
    python: str, peer: str, task: Task, seed: int, unit: float, n_trials: int, hub: str
) -> dict[str, Any]:
    """Regret after each trial in units, and CPU milliseconds of a trial, the import among them."""
    n_objectives, columns = columns_of(task)
    worker = subprocess.Popen(
        [python, str(Path(__file__).parent / "bench" / "peer.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a pipe that nobody reads would fill
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPTUNAHUB_PACKAGE": hub},
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    of_task = {"columns": columns, "n_objectives": n_objectives, "batch": task.batch}
    worker.stdin.write(json.dumps({"peer": peer, "seed": seed, **of_task}) + "\n")
    rng = np.random.default_rng(seed)
    true = np.empty((0, n_objectives))
    told, answer, n = true, {"seconds": 0.0}, 0
    while len(true) < n_trials:
        request = {"told": told[len(told) - n :].tolist(), "n": task.batch}
        worker.stdin.write(json.dumps(request) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        answer, n = json.loads(line or '{"failed": "It ended without a word."}'), task.batch
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        values = np.array([value_of(task, columns, params) for params in answer["params"]])
        noise = task.noise * unit * rng.normal(size=values.shape)
        true, told = np.concatenate([true, values]), np.concatenate([told, values + noise])
    worker.stdin.close()
    worker.wait()
    regret = task.regrets(true, told)[:n_trials] / unit
    return {"regret": regret.tolist(), "ms": 1000 * answer["seconds"] / len(true)}


def report(runs: list[dict[str, Any]], kind: str) -> None:
    """Mean regret and rank of the peers that ran, on the pairs of problem and seed of all."""
    found: dict[str, dict[tuple[str, int], list[float]]] = defaultdict(dict)
    cost: dict[str, list[float]] = defaultdict(list)
    for r in runs:
        found[r["peer"]][r["problem"], r["seed"]] = r["regret"]
        cost[r["peer"]].append(r["ms"])
    keys = sorted(set.intersection(*(set(of) for of in found.values())))
    shortest = min(len(of[key]) for of in found.values() for key in keys)
    after = [n for n in AT if n <= shortest]
    every = [[of[key][:shortest] for key in keys] for of in found.values()]
    table = np.array(every).round(9)[:, :, np.array(after) - 1]
    ranks = rankdata(table, axis=0).mean(axis=1)
    means, names = table.mean(axis=1), list(found)
    print(f"\n{kind}: {len(keys)} pairs of problem and seed; mean regret / rank of {len(names)}")
    print("| peer | " + " | ".join(f"{n} trials" for n in after), end="")
    judged = [n for n in JUDGED if n in after]
    print("".join(f" | wins/ties/losses of ours at {n}, p" for n in judged), "| ms a trial |")
    print("|---" * (len(after) + len(judged) + 2) + "|")
    for k in np.argsort(ranks[:, -1]):
        cells = [f"{m:.3f} / {r:.1f}" for m, r in zip(means[k], ranks[k], strict=True)]
        for at in map(after.index, judged):
            if OWN not in found or names[k] == OWN:
                cells.append("")
                continue
            gap = table[names.index(OWN), :, at] - table[k, :, at]
            p = wilcoxon(gap).pvalue if np.any(gap) else 1.0
            cells.append(f"{np.sum(gap < 0)}/{np.sum(gap == 0)}/{np.sum(gap > 0)}, {p:.0e}")
        print(f"| {names[k]} | " + " | ".join(cells) + f" | {np.mean(cost[names[k]]):.0f} |")


def run_missing(arguments: argparse.Namespace, kinds: dict[str, dict[str, Task]]) -> None:
    """Seed by seed, the quickest peers first; a peer that failed on a kind is left out of it."""
    log = arguments.folder / "runs.jsonl"
    done = {_key(r) for r in _read(log) if len(r["regret"]) >= arguments.trials}
    left_out: set[tuple[str, str]] = set()
    units = {(k, name): task.unit() for k, of in kinds.items() for name, task in of.items()}
    wanted = [
        (seed, peer, kind, problem)
        for seed in range(arguments.seeds)
        for peer in arguments.peers
        for kind, of in kinds.items()
        for problem in of
    ]
    for seed, peer, kind, problem in wanted:
        if (peer, kind) in left_out or (seed, peer, kind, problem) in done:
            continue
        try:
            python = python_of(peer, arguments.folder)
            task, unit = kinds[kind][problem], units[kind, problem]
            made = run(python, peer, task, seed, unit, arguments.trials, arguments.optunahub)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or str(error)
            print(f"{peer}, {kind}: {why.strip().splitlines()[-1]}", flush=True)
            left_out.add((peer, kind))
            continue
        is_of = {"peer": peer, "kind": kind, "problem": problem, "seed": seed}
        with log.open("a") as file:
            file.write(json.dumps({**is_of, **made}) + "\n")


def _read(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def _key(run: dict[str, Any]) -> tuple[int, str, str, str]:
    return run["seed"], run["peer"], run["kind"], run["problem"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", nargs="+", choices=PACKAGES, default=list(PACKAGES))
    parser.add_argument("--kinds", nargs="+", choices=kinds_of(None))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--trials", type=int, choices=AT, default=max(AT))
    parser.add_argument("--data", type=Path, help="folder with yahpo/ and nmt/")
    parser.add_argument("--optunahub", default="", help="`package` of a checkout of the registry")
    parser.add_argument("--only-report", action="store_true")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    kinds = kinds_of(arguments.data)
    chosen = {kind: kinds[kind] for kind in arguments.kinds or kinds}
    if not arguments.only_report:
        run_missing(arguments, chosen)
    runs = [r for r in _read(arguments.folder / "runs.jsonl") if r["peer"] in arguments.peers]
    for kind in chosen:
        of = [r for r in runs if r["kind"] == kind and r["seed"] < arguments.seeds]
        if of:
            report(of, kind)


if __name__ == "__main__":
    main()
