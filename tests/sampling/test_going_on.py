"""A sampler never ends a study, whatever goes wrong inside."""

from __future__ import annotations

import gc
import sqlite3
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import TrialState

from optuna_guide import GuidedSampler, LiteGPSampler, apply_region
from optuna_guide.store import once

OURS = [
    pytest.param(lambda: LiteGPSampler(seed=0), id="lite_gp"),
    pytest.param(lambda: GuidedSampler(n_startup_trials=5, seed=0), id="guided"),
]
ours = pytest.mark.parametrize("make", OURS)


def _smooth(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", -1, 1) ** 2 + trial.suggest_int("n", 0, 9)


def _branching(trial: optuna.Trial) -> float:
    if trial.suggest_categorical("c", ["a", "b"]) == "a":
        return float(trial.suggest_int("depth", 1, 9))
    return trial.suggest_float("x", 0, 1) + (trial.suggest_categorical("k", ["p", "q"]) == "p")


@ours
@pytest.mark.parametrize(
    "enqueued",
    [
        pytest.param({"c": "a", "k": "dropped"}, id="no choice"),
        pytest.param({"c": "b", "depth": float("nan")}, id="nan"),
        pytest.param({"c": "b", "depth": "deep"}, id="text"),
        pytest.param({"c": "b", "depth": None}, id="nothing"),
    ],
)
def test_an_enqueued_value_that_is_never_asked_for_is_ignored(
    make: Any, enqueued: dict[str, Any], log: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(sampler=make())
    for first in ({"c": "b"}, {"c": "a"}):
        study.enqueue_trial(first)
    study.optimize(_branching, n_trials=8)
    study.enqueue_trial(enqueued)
    study.optimize(_branching, n_trials=2)
    assert study.trials[8].params["c"] == enqueued["c"]
    assert "failed" not in log.text


@ours
@pytest.mark.parametrize("high", [2**53 + 1, 2**63, 2**64 - 1, 10**30])
def test_integers_beyond_what_floats_can_count_are_searched(
    make: Any, high: int, log: pytest.LogCaptureFixture
) -> None:
    def objective(trial: optuna.Trial) -> float:
        return 1 - trial.suggest_int("n", 0, high) / high + trial.suggest_float("x", 0, 1)

    study = optuna.create_study(sampler=make())
    study.optimize(objective, n_trials=15)
    assert all(0 <= t.params["n"] <= high for t in study.trials)
    assert "failed" not in log.text


@ours
def test_a_study_under_the_id_and_name_of_a_deleted_one_is_a_new_one(
    make: Any, tmp_path: Path, log: pytest.LogCaptureFixture
) -> None:
    storage, sampler = optuna.storages.get_storage(f"sqlite:///{tmp_path}/s.db"), make()
    for objective in (_branching, _smooth):
        study = optuna.create_study(storage=storage, study_name="s", sampler=sampler)
        study.optimize(objective, n_trials=9)
        study.ask()  # never told
        names = set(study.ask().relative_params)
        optuna.delete_study(study_name="s", storage=storage)
    assert names <= {"x", "n"}
    assert "failed" not in log.text


@ours
def test_a_study_whose_trials_were_deleted_goes_on(make: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    study = optuna.create_study(storage=f"sqlite:///{path}", study_name="s", sampler=make())
    study.optimize(_smooth, n_trials=9)
    study.ask()
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM trials WHERE number >= 6")
    again = optuna.load_study(storage=f"sqlite:///{path}", study_name="s", sampler=study.sampler)
    again.optimize(_smooth, n_trials=4)
    assert [t.state for t in again.trials[-4:]] == [TrialState.COMPLETE] * 4


@ours
def test_an_objective_that_makes_numpy_strict_changes_nothing(
    make: Any, log: pytest.LogCaptureFixture
) -> None:
    def strict(trial: optuna.Trial) -> float:
        np.seterr(all="raise")
        return _smooth(trial)

    with np.errstate():
        study = optuna.create_study(sampler=make())
        study.optimize(strict, n_trials=12)
    lax = optuna.create_study(sampler=make())
    lax.optimize(_smooth, n_trials=12)
    assert [t.params for t in study.trials] == [t.params for t in lax.trials]
    assert "failed" not in log.text


@pytest.mark.parametrize(
    "method", ["infer_relative_search_space", "sample_relative", "sample_independent"]
)
@pytest.mark.parametrize("wrap", [lambda base: GuidedSampler(base), lambda base: base])
def test_what_fails_inside_is_said_once_and_the_trials_go_on(
    method: str,
    wrap: Any,
    monkeypatch: pytest.MonkeyPatch,
    log: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"broken for the {next(counter)}. time")

    counter = iter(range(10_000))
    base: BaseSampler = TPESampler(seed=0, multivariate=True, n_startup_trials=3)
    if wrap(base) is base:
        base = LiteGPSampler(seed=0, independent_sampler=RandomSampler(seed=0))
        inner = {"infer_relative_search_space": "_read", "sample_relative": "suggest"}
        broken: Any = base if method in inner else base._independent_sampler
        method = inner.get(method, method)
    else:
        broken = base
    monkeypatch.setattr(broken, method, fail)
    study = optuna.create_study(sampler=wrap(base))
    study.optimize(_smooth, n_trials=8)
    assert len({t.params["x"] for t in study.trials}) == 8
    assert 1 <= log.text.count("broken for") <= 2  # once, or once for each parameter


def test_a_range_that_moves_past_a_region_is_warned_of_once(log: pytest.LogCaptureFixture) -> None:
    def objective(trial: optuna.Trial) -> float:
        a = trial.suggest_float("a", 0, 1)
        return a + trial.suggest_float("b", 0, 1 - a)

    study = optuna.create_study(sampler=GuidedSampler(RandomSampler(seed=0), seed=0))
    study.optimize(objective, n_trials=3)
    apply_region(study, {"b": (0.5, 0.6)})
    study.optimize(objective, n_trials=30)
    assert log.text.count("misses") == 1


def test_what_was_said_takes_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MAX_CAUSES", 5)
    for k in range(9):
        once.warn_once(("cause", k), "It happened.")
    assert len(once._said) == 5


def test_studies_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    storage = optuna.storages.get_storage(f"sqlite:///{tmp_path}/s.db")
    sampler = GuidedSampler(RandomSampler(seed=0))
    remembered = []
    for _ in range(7):
        study = optuna.create_study(storage=storage, study_name="s", sampler=sampler)
        study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=2)
        remembered.append(weakref.ref(sampler._studies["s"][0]))
        optuna.delete_study(study_name="s", storage=storage)
    gc.collect()
    assert [found() is not None for found in remembered] == [False] * 3 + [True] * 4


@pytest.mark.parametrize("make", [LiteGPSampler, GuidedSampler])
def test_workers_with_one_seed_try_different_configurations(make: Any) -> None:
    storage = optuna.storages.InMemoryStorage()
    named = {"storage": storage, "study_name": "shared", "load_if_exists": True}
    workers = [optuna.create_study(**named, sampler=make(seed=0)) for _ in range(3)]
    for _ in range(3):
        asked = [worker.ask() for worker in workers]
        values = [trial.suggest_float("x", 0, 1) for trial in asked]
        for worker, trial, value in zip(workers, asked, values, strict=True):
            worker.tell(trial, value)
    assert len({trial.params["x"] for trial in workers[0].trials}) == 9
