"""Wall time of a study with `GuideCallback` against the same study without.

    python benchmarks/callback_overhead.py [--repeats 1] [--seconds 60]
    python benchmarks/callback_overhead.py --cold --seconds 180

Two objectives: one sleeps, as where training runs on another device, one is busy in pure Python,
the worst case for a background thread. Each study runs in a process of its own, with and without
in turn. The callback refits as often as it lets itself: for the first time after 50 seconds, or
after 150 seconds where scikit-learn has yet to be imported (``--cold``). A shorter study is not
slowed at all, a longer one by less. Targets: 1.02 and 1.10.
"""

from __future__ import annotations

import argparse
import importlib
import json
import statistics
import subprocess
import sys
import time

import optuna

TRIAL_SECONDS = 0.02
TARGETS = {"sleeping": 1.02, "busy": 1.10}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=1, help="pairs of studies per objective")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of a study")
    parser.add_argument("--cold", action="store_true", help="let the first fit import its models")
    parser.add_argument("--study", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.study is not None:
        print(json.dumps(run_study(**json.loads(arguments.study))))
        return
    study = {
        "n_trials": round(arguments.seconds / TRIAL_SECONDS),
        "is_cold": arguments.cold,
    }
    n_steps = calibrate()
    print("objective  without s  with s  ratio  (target)  refits  each pair")
    for name, target in TARGETS.items():
        steps = n_steps if name == "busy" else 0
        pairs = [run_pair({**study, "n_steps": steps}, i) for i in range(arguments.repeats)]
        off = statistics.median(pair[False]["seconds"] for pair in pairs)
        on = statistics.median(pair[True]["seconds"] for pair in pairs)
        ratios = [pair[True]["seconds"] / pair[False]["seconds"] for pair in pairs]
        refits = sum(pair[True]["refits"] for pair in pairs)
        each = ", ".join(f"{ratio:.3f}" for ratio in ratios)
        ratio = statistics.median(ratios)
        print(f"{name:9}  {off:9.2f}  {on:6.2f}  {ratio:5.3f}  ({target:.2f})  {refits:6}  {each}")


def run_pair(study: dict[str, int], i: int) -> dict[bool, dict[str, float]]:
    """Seconds and refits of a study without and with, in separate processes."""
    pair = {}
    for is_on in (False, True) if i % 2 == 0 else (True, False):
        text = json.dumps({**study, "seed": i, "is_on": is_on})
        command = [sys.executable, __file__, "--study", text]
        pair[is_on] = json.loads(subprocess.check_output(command))
    return pair


def run_study(
    n_trials: int, n_steps: int, seed: int, is_on: bool, is_cold: bool
) -> dict[str, float]:
    """Seconds that the trials took, and the refits while they ran."""
    from optuna_guide import GuideCallback
    from optuna_guide.store.versions import guidance_head

    if not is_cold:
        importlib.import_module("interpret.glassbox")
        importlib.import_module("plotly.graph_objects")

    def objective(trial: optuna.Trial) -> float:
        x = [trial.suggest_float(f"x{k}", 0, 1) for k in range(8)]
        kind = trial.suggest_categorical("kind", ["a", "b", "c"])
        lr = trial.suggest_float("lr", 1e-5, 1, log=True)
        if n_steps:
            count(n_steps)
        else:
            time.sleep(TRIAL_SECONDS)
        return x[0] ** 2 + x[1] * x[2] + (kind == "a") + abs(lr - 0.01)

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    callbacks = [GuideCallback(every_n_trials=1)] if is_on else None
    started = time.perf_counter()
    study.optimize(objective, n_trials=n_trials, callbacks=callbacks)
    seconds = time.perf_counter() - started
    head = guidance_head(study)
    return {"seconds": seconds, "refits": 0 if head is None else head.version}


def count(n: int) -> None:
    """Keep the interpreter busy for ``n`` steps."""
    total = 0
    for i in range(n):
        total += i * i


def calibrate() -> int:
    """Steps of `count` that take as long as a trial."""
    started = time.perf_counter()
    count(2_000_000)
    return round(2_000_000 * TRIAL_SECONDS / (time.perf_counter() - started))


if __name__ == "__main__":
    main()
