"""Children are no random sample: whoever reads the study knows them."""

from __future__ import annotations

import optuna
import pytest

from optuna_guide import create_variations, enqueue, fit_guidance, next_study
from optuna_guide.analysis import findings
from optuna_guide.experiments.provenance import read_origin
from optuna_guide.study.exploration import read_exploration
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target, target_names


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1) + 0.0 * trial.suggest_float("y", 0, 1)


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=30)
    made = create_variations(study, study.best_trial, 10)
    enqueue(study, made, author="Ana", comment="what if")
    study.optimize(objective, n_trials=10)
    return study


def test_a_child_carries_who_asked_why_and_what_was_expected(study):
    child = study.trials[30]
    origin = read_origin(child)
    assert child.user_attrs["parent"] == min(study.trials[:30], key=lambda t: t.value).number
    assert (origin.kind, origin.author, origin.comment) == ("variation", "Ana", "what if")
    assert origin.low <= origin.expected <= origin.high
    assert origin.change
    assert all(read_origin(trial) is None for trial in study.trials[:30])


def test_findings_are_of_the_trials_that_nobody_asked_for(study):
    table = read_trials(read_snapshot(study))
    assert table.asked == frozenset(range(30, 40))
    (found,) = findings.find(table, read_target(table))
    assert found.n == 30


def test_guidance_and_exploration_tell_them_apart(study):
    assert any("made from others" in note for note in fit_guidance(study).notes)
    assert (read_exploration(study).parents >= 0).sum() == 10


def test_the_number_of_a_parent_is_no_target(study):
    assert "parent" not in target_names(read_trials(read_snapshot(study)))


def test_a_follow_up_study_knows_parents_by_their_new_numbers(study):
    followed = next_study(study, {"x": (0.0, 0.5)})
    best = min(study.trials[:30], key=lambda t: t.value)
    copied = next(t for t in followed.trials if t.params == best.params)
    assert copied.number != best.number
    children = [t for t in followed.trials if "parent" in t.user_attrs]
    assert children
    assert {t.user_attrs["parent"] for t in children} == {copied.number}
