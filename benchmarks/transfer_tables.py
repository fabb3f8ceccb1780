"""Tables of real training runs as earlier studies for one another.

The storage holds a study for each table, as `optuna-guide import` makes them. Each is searched
anew by `LiteGPSampler`, where a configuration that nobody trained scores what the one does that
differs in the fewest parameters; alone, and with the others as earlier studies. The number is the
mean normalised regret, (best - best so far) / (best - median).

    python benchmarks/transfer_tables.py sqlite:///nmt.db [--seeds 3]
"""

from __future__ import annotations

import argparse
import warnings
from typing import Any

import numpy as np
import optuna

from optuna_guide import LiteGPSampler

AT = (1, 5, 10, 15)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("storage")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    names = optuna.get_all_study_names(arguments.storage)
    studies = [optuna.load_study(study_name=n, storage=arguments.storage) for n in names]
    print("| | " + " | ".join(map(str, AT)) + " |\n" + "|---" * (len(AT) + 1) + "|")
    for study in studies:
        others = [other for other in studies if other is not study]
        for name, earlier in (("alone", []), ("with the others", others)):
            runs = [search(study, earlier, seed) for seed in range(arguments.seeds)]
            cells = [f"{c:.3f}".lstrip("0") for c in np.mean(runs, axis=0)]
            print(f"| {study.study_name} {name} | " + " | ".join(cells) + " |", flush=True)


def search(table: optuna.Study, earlier: list[optuna.Study], seed: int) -> list[float]:
    rows = [(trial.params, trial.value) for trial in table.trials if trial.value is not None]
    options = {name: sorted({params[name] for params, _ in rows}) for name in rows[0][0]}
    values = np.array([value for _, value in rows])

    def objective(trial: optuna.Trial) -> float:
        asked: dict[str, Any] = {
            name: trial.suggest_categorical(name, known) if len(known) > 1 else known[0]
            for name, known in options.items()
        }
        apart = [sum(asked[n] != params[n] for n in asked) for params, _ in rows]
        return float(values[int(np.argmin(apart))])

    sampler = LiteGPSampler(seed=seed, earlier_studies=earlier)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    study.optimize(objective, n_trials=max(AT))
    found = np.maximum.accumulate([trial.value for trial in study.trials])
    scale = values.max() - np.median(values)
    return [float((values.max() - found[n - 1]) / scale) for n in AT]


if __name__ == "__main__":
    main()
