"""Processor time that `import optuna_guide` takes after `import optuna`, in fresh interpreters.

python benchmarks/import_time.py [REPEATS]

Modules are compiled before the first measured run, as for whoever imports them the second time.
"""

import os
import statistics
import subprocess
import sys

STATEMENTS = {
    "optuna": "import optuna",
    "+ optuna_guide": "import optuna_guide",
    "+ callback": "from optuna_guide import GuideCallback",
    "+ sampler": "from optuna_guide import GuidedSampler",
}
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(statement: str) -> float:
    before = "" if statement == STATEMENTS["optuna"] else STATEMENTS["optuna"]
    code = f"{before}\nimport time; t = time.process_time()\n{statement}\n"
    found = subprocess.run(
        [sys.executable, "-c", f"{code}print(time.process_time() - t)"],
        capture_output=True,
        text=True,
        check=True,
        env=ENVIRONMENT,
    )
    return float(found.stdout)


def main() -> None:
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for statement in STATEMENTS.values():
        seconds(statement)
    rounds = [{name: seconds(code) for name, code in STATEMENTS.items()} for _ in range(repeats)]
    for name in STATEMENTS:
        print(f"{name:16s}{1000 * statistics.median(r[name] for r in rounds):8.1f} ms")


if __name__ == "__main__":
    main()
