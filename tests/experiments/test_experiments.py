"""From a trial to its children and back, on a function that can be recounted by hand."""

from __future__ import annotations

import numpy as np
import optuna
import pytest

import optuna_guide
from optuna_guide.experiments.children import Family
from optuna_guide.guidance import NotReady


def network(trial: optuna.Trial) -> float:
    """Conditional momentum, layers that repeat, a choice, a size; the best is easy to tell."""
    n_layers = trial.suggest_int("n_layers", 1, 3)
    units = [trial.suggest_int(f"layer{k}_units", 4, 64, log=True) for k in range(n_layers)]
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if solver == "sgd" else 0.9
    rate = trial.suggest_float("rate", 1e-3, 1e-1, log=True)
    dropout = trial.suggest_float("dropout", 0.0, 0.5)
    trial.set_user_attr("n_weights", sum(units) * 10)
    loss = 0.1 * n_layers + abs(dropout - 0.2) + 0.2 * (0.9 - momentum)
    return 10 + loss + 50 * (rate - 0.02) ** 2


@pytest.fixture(scope="module")
def tuned() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(network, n_trials=60)
    return study


@pytest.fixture
def study(tuned: optuna.Study) -> optuna.Study:
    """The same trials in a study of its own."""
    copied = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=2))
    copied.add_trials(tuned.trials)
    return copied


def deltas(family: Family) -> dict[str, float]:
    return {c.change: c.delta.value for c in family.children if c.delta is not None}


def test_children_of_the_best_trial_run_and_their_gains_are_read(study):
    parent = study.best_trial
    made = optuna_guide.create_ablations(study, parent)
    report = optuna_guide.enqueue(study, made, author="Ana")
    assert len(report.numbers) == len(made)
    queue = optuna_guide.read_queue(study)
    assert [t.number for t in queue.waiting] == list(report.numbers)
    assert {t.parent for t in queue.waiting} == {parent.number}
    study.optimize(network, n_trials=len(made))
    family = optuna_guide.read_children(study, parent.number)
    assert {c.state for c in family.children} == {"complete"}
    assert {c.origin.author for c in family.children} == {"Ana"}
    for child in family.children:
        assert child.delta.value == pytest.approx(child.value - parent.value)
    assert optuna_guide.read_queue(study).waiting == ()


def test_what_waits_was_not_tried_yet(study):
    parent = study.best_trial
    made = optuna_guide.create_ablations(study, parent)
    (number, *_) = optuna_guide.enqueue(study, made.take(0)).numbers
    again = optuna_guide.create_ablations(study, parent)
    assert again.candidates[0].verdict == f"already queued as trial {number}"
    study.optimize(network, n_trials=1)
    done = optuna_guide.create_ablations(study, parent)
    assert done.candidates[0].verdict == f"already tried as trial {number}"


def test_what_nobody_chooses_is_no_ablation():
    rng = np.random.default_rng(0)
    study = optuna.create_study()
    for k in range(60):
        params = {"kind": "abc"[k % 3], "rate": float(rng.random()), "depth": int(k % 5)}
        distributions = {
            "kind": optuna.distributions.CategoricalDistribution(["a", "b", "c"]),
            "rate": optuna.distributions.FloatDistribution(0, 1),
            "depth": optuna.distributions.IntDistribution(0, 4),
        }
        value = params["rate"] + 10 * (k % 3)
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=distributions, value=value)
        )
    parent = study.trials[1]
    changed = {
        c.change.split()[0] for c in optuna_guide.create_ablations(study, parent).candidates
    }
    assert "kind" in changed
    optuna_guide.set_context(study, "kind")
    changed = {
        c.change.split()[0] for c in optuna_guide.create_ablations(study, parent).candidates
    }
    assert changed == {"rate", "depth"}
    kind = parent.params["kind"]
    varied = optuna_guide.create_variations(study, parent, 30, 3).candidates
    assert {dict(c.params)["kind"] for c in varied} == {kind}
    path = optuna_guide.create_path(study, parent, {"kind": "c", "rate": 0.9})
    assert not isinstance(path, NotReady)
    assert {name for step in path.steps for name in step.names} <= {"rate", "depth"}
    assert dict(path.start.params)["kind"] == kind
    assert not any("kind" in note for note in path.notes)


def test_trials_that_nobody_timed_tell_no_duration():
    study = optuna.create_study()
    study.add_trials([optuna.trial.create_trial(value=1.0) for _ in range(3)])
    for trial in study.trials:
        assert not trial.duration
    assert optuna_guide.read_queue(study).seconds_each is None
