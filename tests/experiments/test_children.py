"""Deltas beside their parent: recovered on a function whose parts are known."""

from __future__ import annotations

import re

import numpy as np
import optuna
import pytest
from optuna.samplers import RandomSampler

from optuna_guide import create_ablations, create_path, create_repeats, enqueue, read_children
from optuna_guide.experiments.deltas import PrunedDelta, compare_pruned

PARTS = {"a": 0.5, "b": 0.2, "c": 0.05, "d": 0.0}  # what each brings alone
TOGETHER = 0.3  # what a and b bring more, both on
LOST = {"a": 0.8, "b": 0.5, "c": 0.05, "d": 0.0}  # what is lost without each
NOISE = 0.02


def additive(rng: np.random.Generator):
    """The sum of the parts that are on, what two of them bring together, and noise."""

    def objective(trial: optuna.Trial) -> float:
        on = {name: trial.suggest_categorical(name, [False, True]) for name in PARTS}
        together = TOGETHER * (on["a"] and on["b"])
        return sum(PARTS[name] for name in on if on[name]) + together + NOISE * rng.normal()

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
    for seed in range(10):
        study, parent = grown(seed)
        family = read_children(study, parent)
        assert family.noise.where == "family"
        assert family.noise.deviation == pytest.approx(NOISE, rel=0.6)
        for child in family.children:
            if child.changes:
                (change,) = child.changes
                held.append(child.delta.low <= -LOST[change.name] <= child.delta.high)
    assert len(held) == 10 * len(PARTS)
    assert np.mean(held) >= 0.9  # 95 % are expected


def test_trials_that_give_the_same_value_show_no_noise():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0) / 3.0, n_trials=5)
    enqueue(study, create_repeats(study, 0, 6))
    enqueue(study, {"x": 0.9}, parent=0)
    study.optimize(lambda trial: trial.suggest_float("x", 0.0, 1.0) / 3.0, n_trials=7)
    family = read_children(study, 0)
    assert family.noise.deviation == 0.0
    assert family.notes == ("7 repeated trials do not differ: noise is not to be seen.",)
    *same, other = family.children
    assert {(child.delta.value, child.delta.verdict) for child in same} == {(0.0, "within noise")}
    assert other.delta.verdict == "worse"
    assert "…" not in str(other.delta)


@pytest.mark.parametrize("seed", range(3))
def test_the_path_names_what_brings_more_together(seed):
    study, parent = grown(seed)
    path = create_path(study, parent, dict.fromkeys(PARTS, False))
    assert path.steps[0].names == ("a",)
    one, other, extra = path.interactions[0]
    assert {one, other} == {"a", "b"}
    assert extra == pytest.approx(TOGETHER, abs=0.1)
    assert all(abs(rest) < 0.1 for *_, rest in path.interactions[1:])
    waiting = enqueue(study, path.experiment).numbers
    study.optimize(additive(np.random.default_rng(seed)), n_trials=len(waiting))
    measured = create_path(study, parent, dict.fromkeys(PARTS, False))
    assert measured.start_measured == pytest.approx(0.0, abs=4 * NOISE)
    assert measured.steps[-1].measured == pytest.approx(
        sum(LOST.values()) - TOGETHER, abs=4 * NOISE
    )
    assert all(step.measured is not None for step in measured.steps)


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
    assert child.origin.delta_low <= -LOST["a"] <= child.origin.delta_high
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


def curve(trial: optuna.Trial) -> float:
    """Rises to the width, and is ended early where it is small."""
    width = trial.suggest_int("width", 1, 9)
    trial.suggest_float("rate", 0.0, 1.0)
    for step in range(4):
        trial.report(width * (step + 1) / 4, step)
        if step == 1 and width < 3:
            raise optuna.TrialPruned
    return float(width)


def test_a_pruned_child_is_compared_at_its_last_step():
    study = optuna.create_study(direction="maximize", sampler=RandomSampler(seed=0))
    study.enqueue_trial({"width": 8})
    study.optimize(curve, n_trials=12)
    (number,) = enqueue(study, {"width": 1, "rate": 0.5}, parent=0).numbers
    study.optimize(curve, n_trials=1)
    (child,) = read_children(study, 0).children
    assert (child.state, child.delta, child.value) == ("pruned", None, None)
    assert child.pruned == PrunedDelta(step=1, value=0.5, parent_value=4.0, lost=True)
    assert str(child) == f"trial {number}: {child.change}: pruned, −3.5 at step 1"
    by_duration = read_children(study, 0, target="duration").children[0]
    assert by_duration.pruned is None  # what it reported is no duration
    assert compare_pruned({7: 0.5}, {0: 1.0, 1: 2.0}, maximised=True) is None
    assert compare_pruned({1: 0.5}, {1: 2.0}, maximised=False).lost is False
