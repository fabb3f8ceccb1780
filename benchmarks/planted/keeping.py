"""Studies and fits in a folder, so that rules can be judged again without running either.

What is kept of a study are its trials, of a fit its models. Findings, advice and their truth are
made anew: a folder serves for as long as the models and the planted functions are the same.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from planted.problems import Planted
from planted.studies import make_study

from optuna_guide import Guidance, NotReady
from optuna_guide.models.description import describe
from optuna_guide.models.fitting import Models
from optuna_guide.models.pipeline import fit_target
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.table import read_trials

T = TypeVar("T")


class Kept:
    """One study of a planted function, and its guidance.

    Args:
        folder: Where it is kept; None = nowhere.
        problem: The function.
        sampler: See `make_study`.
        n_trials: How many.
        seed: Of the study.
    """

    def __init__(
        self, folder: Path | None, problem: Planted, sampler: str, n_trials: int, seed: int
    ) -> None:
        plain = problem.name.replace(", ", "-").replace(" ", "_")
        self._path = None if folder is None else folder / f"{plain}.{sampler}.{n_trials}.{seed}"
        self.snapshot: Snapshot = self._keep(
            "snap", lambda: read_snapshot(make_study(problem, sampler, n_trials, seed))
        )

    def guidance(self) -> Guidance | NotReady:
        """What `fit_guidance` says of it."""
        models = self._keep("fit", self._fit)
        return models if isinstance(models, NotReady) else describe(models, 0.0)

    def _fit(self) -> Models | NotReady:
        """Models that were described once, so that all of them are fitted."""
        models = fit_target(read_trials(self.snapshot), seed=0)
        if not isinstance(models, NotReady):
            describe(models, 0.0)
        return models

    def _keep(self, kind: str, make: Callable[[], T]) -> T:
        if self._path is None:
            return make()
        path = self._path.with_name(f"{self._path.name}.{kind}")
        if path.exists():
            with path.open("rb") as file:
                found: T = pickle.load(file)
            return found
        made = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(pickle.dumps(made))
        return made
