"""A fit that takes no time, in place of the real one: callbacks are tested without models."""

from __future__ import annotations

import importlib
import sys
import threading
from dataclasses import replace
from types import ModuleType
from typing import Any

from guidances import make_guidance
from optuna import Study
from optuna.distributions import FloatDistribution

import optuna_guide
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.study.table import TrialsTable

MIN_TRIALS = 10
PIPELINE = "optuna_guide.models.pipeline"


class FakeFit:
    """Stands in for the pipeline and for ``publish``; remembers what it was asked."""

    def __init__(self) -> None:
        self.fitted: list[int] = []  # finished trials at each fit
        self.asked: list[tuple[Any, Any]] = []
        self.published: list[Guidance | NotReady] = []
        self.error: Exception | None = None
        self.publish_error: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def fit_table(
        self, table: TrialsTable, *, target: Any = None, direction: Any = None, seed: Any = None
    ) -> Guidance | NotReady:
        importlib.import_module("concurrent.futures.process")  # as the models do
        n = sum(table.states.get(state, 0) for state in ("COMPLETE", "PRUNED", "FAIL"))
        self.fitted.append(n)
        self.asked.append((target, direction))
        assert self.may_go_on.wait(60)
        if self.error is not None:
            raise self.error
        if n < MIN_TRIALS:
            return NotReady("too few trials", n, MIN_TRIALS - n)
        guidance = make_guidance({"x": FloatDistribution(0.0, 1.0)}, n_trials=n)
        return replace(guidance, version=0, study_name=table.study_name)

    def publish(self, study: Study, guidance: Guidance | NotReady) -> int:
        if self.publish_error is not None:
            raise self.publish_error
        self.published.append(guidance)
        return 1

    def install(self) -> None:
        """Take the place of the real modules."""
        module: Any = ModuleType(PIPELINE)
        module.fit_table = self.fit_table
        sys.modules[PIPELINE] = module
        optuna_guide.publish = self.publish
