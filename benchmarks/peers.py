"""`GuidedSampler()` beside the field: each peer in an environment and a process of its own.

All are asked for one configuration at a time and told its value, on the same spaces with the same
seeds; parameters that are conditional are asked for always. What cannot be installed, or fails, is
said and left out. The number is the mean regret as a share of the median random trial's; ranks are
among the peers that ran. A first run installs the peers below FOLDER, which takes minutes.

    python benchmarks/peers.py FOLDER [--peers tpe cqr ...] [--seeds 3] [--trials 100]
        [--problems branin network ...] [--optunahub PACKAGE]

FOLDER keeps the environments and, in ``runs.jsonl``, the runs: those that are there are not
repeated. PACKAGE, the folder ``package`` of a checkout of optunahub-registry, has AutoSampler.
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
from lite_gp import CONVERGING, Objective, random_unit
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers import RandomSampler
from optuna.trial import FixedTrial
from scipy.stats import rankdata, wilcoxon

OWN = "guided"
PACKAGES: dict[str, tuple[str, ...]] = {  # none: the environment that this runs in
    "guided": (),
    "lite_gp": (),
    "tpe": (),
    "cmaes": (),
    "gp": ("optuna>=5", "scipy", "torch"),
    "auto": ("optuna>=5", "optunahub", "scipy", "torch", "cmaes"),
    "smac3": ("smac>=2.4",),
    "skopt": ("scikit-optimize>=0.10",),
    "nevergrad": ("nevergrad>=1.0.12",),
    "cqr": ("syne-tune[extra]>=0.14", "huggingface_hub"),
    "bore": ("syne-tune[extra]>=0.14", "huggingface_hub"),
    "ax": ("ax-platform>=1.0",),
}
AT = (10, 25, 50, 100)


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
        say(["uv", "venv", "--clear", "--python", "3.11", str(home)])
        say(["uv", "pip", "install", "--python", str(python), "numpy", *PACKAGES[peer]])
        done.touch()
    return str(python)


def say(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True)


def flat_space(objective: Objective) -> dict[str, BaseDistribution]:
    """All parameters that random trials suggest."""
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(objective, n_trials=60)
    return {name: d for trial in study.trials for name, d in trial.distributions.items()}


def as_json(name: str, distribution: BaseDistribution) -> dict[str, Any]:
    d: Any = distribution
    if isinstance(d, CategoricalDistribution):
        return {"name": name, "choices": list(d.choices)}
    if isinstance(d, IntDistribution) and d.step > 1:  # not all peers know steps
        return {"name": name, "choices": [str(v) for v in range(d.low, d.high + 1, d.step)]}
    kind = "int" if isinstance(d, IntDistribution) else "float"
    return {"name": name, "kind": kind, "low": d.low, "high": d.high, "log": d.log}


def run(
    python: str, peer: str, objective: Objective, seed: int, n_trials: int, hub: str | None
) -> dict[str, Any]:
    """Values of the trials, and CPU milliseconds that the peer took for each on average."""
    space = flat_space(objective)
    steps = {n for n, d in space.items() if isinstance(d, IntDistribution) and d.step > 1}
    worker = subprocess.Popen(
        [python, str(Path(__file__).parent / "bench" / "peer.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPTUNAHUB_PACKAGE": hub or ""},
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    columns = [as_json(name, d) for name, d in space.items()]
    begin = {"peer": peer, "space": columns, "seed": seed}
    worker.stdin.write(json.dumps(begin) + "\n")
    values: list[float] = []
    answer: dict[str, Any] = {}
    for _ in range(n_trials):
        worker.stdin.write(json.dumps(values[-1] if values else None) + "\n")
        worker.stdin.flush()
        line = worker.stdout.readline()
        if not line:
            worker.wait()
            raise RuntimeError(worker.stderr.read().strip().splitlines()[-1])
        answer = json.loads(line)
        params = {n: int(v) if n in steps else v for n, v in answer["params"].items()}
        values.append(float(objective(FixedTrial(params))))
    worker.stdin.close()
    worker.wait()
    return {"values": values, "ms": 1000 * answer["seconds"] / n_trials}


def report(runs: list[dict[str, Any]], units: dict[str, float], n_trials: int) -> None:
    """Mean regret and rank of the peers that ran on every problem and seed."""
    found: dict[str, dict[tuple[str, int], np.ndarray]] = defaultdict(dict)
    cost: dict[str, list[float]] = defaultdict(list)
    for r in runs:
        regret = np.minimum.accumulate(r["values"]) / units[r["problem"]]
        found[r["peer"]][r["problem"], r["seed"]] = regret
        cost[r["peer"]].append(r["ms"])
    keys = sorted(set.intersection(*(set(of) for of in found.values())))
    at = [n for n in AT if n <= n_trials]
    table = np.array([[of[key][np.array(at) - 1] for key in keys] for of in found.values()])
    ranks = rankdata(table.round(9), axis=0).mean(axis=1)
    means, names = table.mean(axis=1), list(found)
    print(f"\n{len(keys)} pairs of problem and seed; mean regret / mean rank of {len(names)}")
    print("| peer | " + " | ".join(f"{n} trials" for n in at), end="")
    print(" | wins/ties/losses of ours, p | ms a trial |")
    print("|---" * (len(at) + 3) + "|")
    for k in np.argsort(ranks[:, -1]):
        cells = [f"{m:.4f} / {r:.1f}" for m, r in zip(means[k], ranks[k], strict=True)]
        against = ""
        if OWN in found and names[k] != OWN:
            gap = (table[names.index(OWN), :, -1] - table[k, :, -1]).round(9)
            p = wilcoxon(gap).pvalue if gap.any() else 1.0
            against = f"{(gap < 0).sum()}/{(gap == 0).sum()}/{(gap > 0).sum()}, {p:.0e}"
        print(f"| {names[k]} | " + " | ".join(cells), end="")
        print(f" | {against} | {np.mean(cost[names[k]]):.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--peers", nargs="+", choices=PACKAGES, default=list(PACKAGES))
    parser.add_argument("--problems", nargs="+", choices=CONVERGING, default=list(CONVERGING))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=max(AT))
    parser.add_argument("--optunahub", help="folder `package` of a checkout of the registry")
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    log = arguments.folder / "runs.jsonl"
    runs = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    for peer in arguments.peers:
        try:
            python = python_of(peer, arguments.folder)
            for problem in arguments.problems:
                for seed in range(arguments.seeds):
                    is_of = {"peer": peer, "problem": problem, "seed": seed}
                    same = [r for r in runs if is_of.items() <= r.items()]
                    if any(len(r["values"]) >= arguments.trials for r in same):
                        continue
                    objective, hub = CONVERGING[problem], arguments.optunahub
                    made = run(python, peer, objective, seed, arguments.trials, hub)
                    runs.append({**is_of, **made})
                    with log.open("a") as file:
                        file.write(json.dumps(runs[-1]) + "\n")
        except (RuntimeError, BrokenPipeError, OSError, subprocess.CalledProcessError) as error:
            why = getattr(error, "stderr", None) or str(error)
            print(f"{peer} is left out: {why.strip().splitlines()[-1]}", flush=True)
            runs = [r for r in runs if r["peer"] != peer]
    chosen = [
        r
        for r in runs
        if r["peer"] in arguments.peers
        and r["problem"] in arguments.problems
        and r["seed"] < arguments.seeds
        and len(r["values"]) >= arguments.trials
    ]
    units = {name: random_unit(CONVERGING[name]) for name in arguments.problems}
    report(chosen, units, arguments.trials)


if __name__ == "__main__":
    main()
