"""What the processes of the store's tests do."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import optuna
from guidances import make_guidance
from optuna.distributions import FloatDistribution

from optuna_guide.guidance import Guidance
from optuna_guide.store.claims import claim_refit
from optuna_guide.store.versions import save_guidance

SPACE = {"lr": FloatDistribution(1e-5, 1.0, log=True)}


def small_guidance(n_finished: int = 10) -> Guidance:
    return replace(make_guidance(SPACE, n_trials=n_finished), version=0)


def hold_claim(url: str, claimed: Any) -> None:
    study = optuna.load_study(study_name="s", storage=url)
    if claim_refit(study, "holder", 4.0):
        claimed.set()
    time.sleep(60)


def save_often(url: str, n: int) -> None:
    study = optuna.load_study(study_name="s", storage=url)
    for i in range(n):
        save_guidance(study, small_guidance(10 + i))
