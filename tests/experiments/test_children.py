"""Deltas beside their parent: recovered on a function whose parts are known."""

from __future__ import annotations

import re

import numpy as np
import optuna
import pytest

from optuna_guide import create_ablations, create_repeats, enqueue, read_children

PARTS = {"a": 0.5, "b": 0.2, "c": 0.05, "d": 0.0}  # what each loses at its default, 0
NOISE = 0.02


def additive(rng: np.random.Generator):
    """The sum of the parts that are on, and noise."""

    def objective(trial: optuna.Trial) -> float:
        on = {name: trial.suggest_categorical(name, [False, True]) for name in PARTS}
        return sum(PARTS[name] for name in on if on[name]) + NOISE * rng.normal()

    return objective


def grown(seed: int) -> tuple[optuna.Study, int]:
    """A study whose best trial was ablated and repeated."""
    objective = additive(np.random.default_rng(seed))
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.RandomSampler(seed=seed)
    )
    study.enqueue_trial(dict.fromkeys(PARTS, True))
    study.optimize(objective, n_trials=30)
    enqueue(study, create_ablations(study, 0, defaults=dict.fromkeys(PARTS, False)), again=True)
    enqueue(study, create_repeats(study, 0, 5))
    waiting = sum(t.state == optuna.trial.TrialState.WAITING for t in study.trials)
    study.optimize(objective, n_trials=waiting)
    return study, 0


def test_the_parts_of_a_known_function_are_recovered_within_their_intervals():
    held = []
    for seed in range(5):
        study, parent = grown(seed)
        family = read_children(study, parent)
        assert family.noise.where == "family"
        assert family.noise.deviation == pytest.approx(NOISE, rel=0.6)
        for child in family.children:
            if child.changes:
                (change,) = child.changes
                held.append(child.delta.low <= -PARTS[change.name] <= child.delta.high)
    assert len(held) == 5 * len(PARTS)
    assert np.mean(held) >= 0.9  # 95 % are expected


def test_a_large_part_is_worse_and_none_is_noise():
    study, parent = grown(0)
    changed = [c for c in read_children(study, parent).children if c.changes]
    verdicts = {child.changes[0].name: child.delta.verdict for child in changed}
    assert verdicts["a"] == verdicts["b"] == "worse"
    assert verdicts["d"] == "within noise"


def test_what_is_read_can_be_printed():
    study, parent = grown(0)
    family = read_children(study, parent)
    child = family.children[0]
    assert str(child) == f"trial {child.number}: {child.change}: {child.delta}"
    assert re.fullmatch(r"−\S+ \[−\S+ … −\S+\], worse", str(child.delta))
    assert str(family).splitlines()[1:] == [
        *(f"  {one}" for one in family.children),
        str(family.noise),
    ]
    made = create_ablations(study, parent, defaults=dict.fromkeys(PARTS, False))
    assert str(made.candidates[0]) in str(made)


def test_what_was_expected_is_kept_with_the_child_and_compared():
    study, parent = grown(1)
    child = next(
        c for c in read_children(study, parent).children if [x.name for x in c.changes] == ["a"]
    )
    assert child.origin.delta_low <= -PARTS["a"] <= child.origin.delta_high
    assert child.as_expected


def test_without_repetitions_nothing_is_called_better():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=12)
    enqueue(study, {"x": 0.0}, parent=0)
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=1)
    family = read_children(study, 0)
    (child,) = family.children
    assert child.delta.value == -study.trials[0].value
    assert (child.delta.low, child.delta.high, child.delta.verdict) == (None, None, "unknown")
    assert "No configuration was run twice" in family.notes[0]


def test_grandchildren_are_of_the_family():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=12)
    (child,) = enqueue(study, {"x": 0.25}, parent=0).numbers
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=1)
    (grandchild,) = enqueue(study, {"x": 0.125}, parent=child).numbers
    family = read_children(study, 0)
    assert [c.number for c in family.children] == [child]
    assert [(c.number, c.parent, c.state) for c in family.descendants] == [
        (grandchild, child, "waiting")
    ]
    assert family.descendants[0].change == "x 0.25 → 0.125"
