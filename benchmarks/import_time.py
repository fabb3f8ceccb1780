"""Seconds that `import optuna_guide` adds to `import optuna`, each in fresh interpreters.

python benchmarks/import_time.py
"""

import statistics
import subprocess
import sys

REPEATS = 7
STATEMENTS = {
    "optuna": "import optuna",
    "+ optuna_guide": "import optuna, optuna_guide",
    "+ callback": "import optuna; from optuna_guide import GuideCallback",
    "+ sampler": "import optuna; from optuna_guide import GuidedSampler",
}


def seconds(statement: str) -> float:
    timed = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    found = subprocess.run(
        [sys.executable, "-c", timed], capture_output=True, text=True, check=True
    )
    return float(found.stdout)


def main() -> None:
    # interleaved, so that a busy machine slows all of them alike
    rounds = [{name: seconds(code) for name, code in STATEMENTS.items()} for _ in range(REPEATS)]
    base = statistics.median(r["optuna"] for r in rounds)
    print(f"{'import optuna':24s}{1000 * base:8.0f} ms")
    for name in list(STATEMENTS)[1:]:
        added = statistics.median(r[name] - r["optuna"] for r in rounds)
        print(f"{name:24s}{1000 * added:+8.0f} ms")


if __name__ == "__main__":
    main()
