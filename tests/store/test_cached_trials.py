"""What a storage remembers of trials is given back, and nothing else is."""

from __future__ import annotations

import optuna

from optuna_guide.store.cached_trials import forget_trials
from optuna_guide.store.storages import id_of, storage_of


def test_no_trial_is_lost_when_trials_are_forgotten(study: optuna.Study) -> None:
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=3)
    before = study.trials
    forget_trials(storage_of(study), id_of(study))
    assert study.trials == before
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert len(study.trials) == 4
