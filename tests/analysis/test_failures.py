"""Where trials fail: planted combinations are found and named, and nothing is where nothing is."""

from __future__ import annotations

import numpy as np
import optuna
import pytest

from optuna_guide import check_params, read_failures


def run(fails, n_trials: int = 120, seed: int = 0) -> optuna.Study:
    rng = np.random.default_rng(seed)

    def objective(trial: optuna.Trial) -> float:
        heads = trial.suggest_categorical("heads", [1, 4, 16])
        hidden = trial.suggest_categorical("hidden", [512, 1024, 2048])
        rate = trial.suggest_float("rate", 1e-4, 1.0, log=True)
        if fails(heads, hidden, rate, rng):
            raise MemoryError
        return heads + hidden + rate

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    study.optimize(objective, n_trials=n_trials, catch=MemoryError)
    return study


def test_a_combination_that_always_fails_is_named_and_counted():
    study = run(lambda heads, hidden, rate, rng: heads == 16 and hidden == 2048)
    found = read_failures(study)
    assert len(found.rules) == 1
    (rule,) = found.rules
    failed = sum(t.state == optuna.trial.TrialState.FAIL for t in study.trials)
    assert rule.n_failed == rule.n == failed == found.n_failed
    assert rule.sentence == (
        f"heads = 16 with hidden = 2048 always fails: {failed} of {failed} trials, "
        f"0 of {120 - failed} elsewhere."
    )


def test_who_enqueues_it_is_warned():
    study = run(lambda heads, hidden, rate, rng: heads == 16 and hidden == 2048)
    bad = check_params(study, {"heads": 16, "hidden": 2048, "rate": 0.1})
    assert any("always fails" in warning for warning in bad.candidate.warnings)
    good = check_params(study, {"heads": 16, "hidden": 1024, "rate": 0.1})
    assert good.candidate.warnings == ()


def test_a_value_that_fails_alone_is_no_pair():
    study = run(lambda heads, hidden, rate, rng: rate > 0.1)
    assert [list(rule.where) for rule in read_failures(study).rules] == [["rate"]]


@pytest.mark.parametrize("seed", range(5))
def test_failures_by_chance_make_no_rule(seed):
    study = run(lambda heads, hidden, rate, rng: rng.random() < 0.2, seed=seed)
    assert read_failures(study).rules == ()


def test_no_failure_no_rule():
    assert read_failures(run(lambda *_: False, n_trials=5)).rules == ()
    assert read_failures(optuna.create_study()).rules == ()
