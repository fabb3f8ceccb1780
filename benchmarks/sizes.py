"""What large studies cost: fit, panels, report, page, terminal, sampler, and memory.

    python benchmarks/sizes.py [--shapes long wide choices listed] [--scale 1.0] [--steps ...]

- long: 100,000 trials of 20 parameters; wide: 20,000 of 60; choices: 20,000 with one of 1,000
  choices; listed: 1,000 studies of 20 trials. ``--scale`` makes all smaller.

A study is written into a SQLite file at once. Then each step runs in a process of its own, which
reads the trials by Optuna first: it tells seconds and CPU seconds without that reading, and by how
much its largest memory exceeds that after the reading. `reading`, Optuna alone, stands beside
them, and TPE beside the sampler: ten trials asked for and told, and how long the first one and the
later ones took to be suggested.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import numpy as np
import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    distribution_to_json,
)

NAME = "large"
N_LISTED = 20  # trials of each study of many


def space_of(shape: str) -> dict[str, BaseDistribution]:
    n_floats = {"long": 20, "wide": 60}.get(shape, 4)
    space: dict[str, BaseDistribution] = {
        f"x{j}": FloatDistribution(0, 1) for j in range(n_floats)
    }
    if shape == "choices":
        space["kind"] = CategoricalDistribution([f"kind {k}" for k in range(1000)])
    return space


def write(url: str, shape: str, scale: float) -> None:
    """Trials at random, of which the first three parameters matter."""
    rng = np.random.default_rng(0)
    n_studies = max(1, round(1000 * scale)) if shape == "listed" else 1
    n_trials = N_LISTED if shape == "listed" else round({"long": 1e5}.get(shape, 2e4) * scale)
    space = space_of(shape)
    storage: Any = optuna.storages.RDBStorage(url)
    first = 1
    for k in range(n_studies):
        study = optuna.create_study(
            storage=storage, study_name=NAME if n_studies == 1 else f"s{k}"
        )
        unit = rng.random((n_trials, len(space)))
        values = (unit[:, :3] - 0.3) ** 2 @ [4, 2, 1] + 0.01 * rng.normal(size=n_trials)
        insert(storage, study._study_id, first, space, unit, values)
        first += n_trials
    storage.engine.dispose()


def insert(
    storage: Any,
    study_id: int,
    first: int,
    space: dict[str, BaseDistribution],
    unit: np.ndarray,
    values: np.ndarray,
) -> None:
    """Rows of Optuna's tables, which its own storage writes one by one."""
    from optuna.storages._rdb import models
    from sqlalchemy import insert as into

    start = datetime(2026, 1, 1)
    ids = range(first, first + len(values))
    trials = [
        {
            "trial_id": trial_id,
            "number": number,
            "study_id": study_id,
            "state": optuna.trial.TrialState.COMPLETE,
            "datetime_start": start + timedelta(seconds=number),
            "datetime_complete": start + timedelta(seconds=number + 1),
        }
        for number, trial_id in enumerate(ids)
    ]
    told = [
        {"trial_id": i, "objective": 0, "value": float(v), "value_type": "FINITE"}
        for i, v in zip(ids, values, strict=True)
    ]
    with storage.engine.begin() as connection:
        connection.execute(into(models.TrialModel.__table__), trials)
        connection.execute(into(models.TrialValueModel.__table__), told)
        for (name, distribution), column in zip(space.items(), unit.T, strict=True):
            scaled = column
            if isinstance(distribution, CategoricalDistribution):
                scaled = np.floor(column * len(distribution.choices))
            rows = [
                {
                    "trial_id": i,
                    "param_name": name,
                    "param_value": float(v),
                    "distribution_json": distribution_to_json(distribution),
                }
                for i, v in zip(ids, scaled, strict=True)
            ]
            connection.execute(into(models.TrialParamModel.__table__), rows)


def fit(study: optuna.Study, url: str) -> None:
    import optuna_guide

    optuna_guide.fit_guidance(study)


def fit_and_publish(study: optuna.Study, url: str) -> None:
    import optuna_guide

    optuna_guide.publish(study, optuna_guide.fit_guidance(study))


def report(study: optuna.Study, url: str) -> None:
    import optuna_guide

    with tempfile.TemporaryDirectory() as folder:
        optuna_guide.write_report(study, Path(folder, "report.html"))


def page(study: optuna.Study, url: str) -> None:
    """What the page asks for before it can be used."""
    import optuna_guide

    app = optuna_guide.wsgi(study._storage)
    environ: dict[str, Any] = {"PATH_INFO": f"/guide/api/studies/{study._study_id}/trials"}
    ask(app, environ)


def listing(study: optuna.Study, url: str) -> None:
    import optuna_guide

    ask(optuna_guide.wsgi(study._storage), {"PATH_INFO": "/guide/api/studies"})


def ask(app: Any, environ: dict[str, Any]) -> None:
    setup_testing_defaults(environ)
    status: list[str] = []
    answer = b"".join(app(environ, lambda s, *_: status.append(s)))
    assert status[0].startswith("200"), (status, answer[:300])


def show(study: optuna.Study, url: str) -> None:
    run_command(["show", url, "--study-name", study.study_name])


def studies(study: optuna.Study, url: str) -> None:
    run_command(["studies", url])


def run_command(words: list[str]) -> None:
    from optuna_guide.surfaces.cli import main

    with redirect_stdout(StringIO()):
        assert not main(words)


def guided_trials(study: optuna.Study, url: str) -> None:
    import optuna_guide

    ten_trials(study, optuna_guide.GuidedSampler(seed=0))


def tpe_trials(study: optuna.Study, url: str) -> None:
    ten_trials(study, optuna.samplers.TPESampler(seed=0))


def ten_trials(study: optuna.Study, sampler: optuna.samplers.BaseSampler) -> None:
    space = study.get_trials(deepcopy=False)[0].distributions
    study.sampler = sampler
    took = []
    for _ in range(10):
        began = time.perf_counter()
        trial = study.ask(space)
        took.append(1000 * (time.perf_counter() - began))
        study.tell(trial, 1.0)
    later = statistics.median(took[1:])
    print(f"the first suggested after {took[0]:.0f} ms, later ones {later:.0f}", file=sys.stderr)


STEPS: dict[str, tuple[Callable[[optuna.Study, str], None], ...]] = {
    "listed": (listing, studies),
    "": (fit, fit_and_publish, report, page, show, guided_trials, tpe_trials),
}


def measure(step: str, url: str) -> None:
    """Print what a step cost, and what Optuna took to read the trials before."""
    found = {f.__name__: f for several in STEPS.values() for f in several}
    storage = optuna.storages.get_storage(url)
    began = time.perf_counter(), time.process_time()
    name = optuna.get_all_study_names(storage)[0]
    study = optuna.load_study(study_name=name, storage=storage)
    study.get_trials(deepcopy=False)
    read = time.perf_counter(), time.process_time(), memory()
    size = Path(url.removeprefix("sqlite:///")).stat().st_size
    found[step](study, url)
    grown = Path(url.removeprefix("sqlite:///")).stat().st_size - size
    line = {
        "reading": read[0] - began[0],
        "seconds": time.perf_counter() - read[0],
        "cpu": time.process_time() - read[1],
        "read_mb": read[2],
        "more_mb": memory() - read[2],
        "grown_kb": grown / 1000,
    }
    print(json.dumps(line))


def memory() -> float:
    """Largest memory so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shapes", nargs="+", default=["long", "wide", "choices", "listed"])
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--steps", nargs="+", help="these only, such as guided_trials")
    parser.add_argument("--step", nargs=2, metavar=("STEP", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if arguments.step is not None:
        measure(*arguments.step)
        return
    print("| study | step | s | CPU s | MB more | database, kB more |")
    print("|---|---|---|---|---|---|")
    for shape in arguments.shapes:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/large.db"
            write(url, shape, arguments.scale)
            steps = STEPS.get(shape, STEPS[""])
            wanted = arguments.steps or [step.__name__ for step in steps]
            for k, step in enumerate(step for step in steps if step.__name__ in wanted):
                command = [sys.executable, __file__, "--step", step.__name__, url]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                line = json.loads(done.stdout)
                if k == 0:
                    reading = f"{line['reading']:.1f} | | {line['read_mb']:.0f}"
                    print(f"| {shape} | reading | {reading} | |")
                cells = f"{line['seconds']:.2f} | {line['cpu']:.2f} | {line['more_mb']:.0f}"
                name = step.__name__.replace("_", " ")
                print(f"| {shape} | {name} | {cells} | {line['grown_kb']:.0f} |", flush=True)


if __name__ == "__main__":
    main()
