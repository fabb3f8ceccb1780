"""What a database is asked: statements are counted as it receives them."""

from __future__ import annotations

import math
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from fake_fit import FakeFit
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import BaseStorage, InMemoryStorage
from sqlalchemy import event
from store_workers import small_guidance

from optuna_guide import GuideCallback, GuidedSampler, LiteGPSampler, apply_region
from optuna_guide.keeping.keeper import Keeper
from optuna_guide.sampling.guided.plan import Plan, Schedule
from optuna_guide.store import keys
from optuna_guide.store.attributes import StoreError
from optuna_guide.store.queries import select_attributes
from optuna_guide.store.storages import id_of
from optuna_guide.store.versions import load_guidance, save_guidance

N_TRIALS = 30


def objective(trial: optuna.Trial) -> float:
    return trial.suggest_float("x", 0, 1) + trial.suggest_float("y", 0, 1)


@pytest.fixture
def storage(tmp_path: Path) -> BaseStorage:
    return optuna.storages.get_storage(f"sqlite:///{tmp_path}/s.db")


def listen(storage: BaseStorage) -> list[str]:
    """The statements that a database gets from now on."""
    heard: list[str] = []

    def hear(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        heard.append(statement)

    event.listen(storage._backend.engine, "before_cursor_execute", hear)
    return heard


def statements(make: Callable[[], BaseSampler], *callbacks: GuideCallback) -> Counter[str]:
    """How often each statement is sent in trials after those in which a sampler starts."""
    storage = optuna.storages.get_storage("sqlite:///:memory:")
    study = optuna.create_study(storage=storage, sampler=make())
    study.optimize(objective, n_trials=25, callbacks=callbacks)
    heard = listen(storage)
    study.optimize(objective, n_trials=N_TRIALS, callbacks=callbacks)
    for callback in callbacks:
        callback.wait()
    return Counter(heard)


@pytest.mark.parametrize("known", [10.0, 0.0], ids=["short", "longer than ten seconds"])
def test_a_trial_costs_three_queries_more_and_reads_no_panel(
    known: float, fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = statements(lambda: TPESampler(seed=0))
    with monkeypatch.context() as patch:
        patch.setattr(Schedule, "due_at", lambda self, n, last: 20 if last is None else math.inf)
        patch.setattr(Plan, "is_recent", False)
        patch.setattr(Keeper, "_work", lambda self: None)  # the refits are not counted
        patch.setattr(GuideCallback, "wait", lambda self: None)
        patch.setattr("optuna_guide.keeping.watch.STOP_PAUSE", 0.0)  # as if trials took longer
        patch.setattr("optuna_guide.store.steering.KNOWN", known)
        patch.setattr("optuna_guide.store.steering.NEXT", 60.0)  # on a busy machine as well
        guided = statements(lambda: GuidedSampler(TPESampler(seed=0)), GuideCallback())
    more = guided - plain
    assert sum(guided.values()) - sum(plain.values()) == 3 * N_TRIALS
    reads = [statement for statement in more if "study_system_attributes" in statement]
    assert len(reads) == 1
    assert "LIKE" in reads[0]


def test_what_is_believed_is_read_with_the_region(
    fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Schedule, "due_at", lambda self, n, last: math.inf)
    alone = statements(lambda: LiteGPSampler(seed=0))
    guided = statements(lambda: GuidedSampler(LiteGPSampler(seed=0)))
    assert sum(guided.values()) - sum(alone.values()) == 2 * N_TRIALS  # of the decision


def test_tpe_reads_the_trials_once_where_it_reads_them_twice_alone(fake_fit: FakeFit) -> None:
    plain = statements(lambda: TPESampler(seed=0))
    guided = statements(lambda: GuidedSampler(TPESampler(seed=0)))
    assert sum(guided.values()) <= sum(plain.values())


def test_a_trial_that_ends_costs_no_query_but_for_a_look_now_and_then(
    fake_fit: FakeFit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optuna_guide.keeping.watch.STOP_PAUSE", 1000.0)
    plain = statements(lambda: TPESampler(seed=0))
    watched = statements(lambda: TPESampler(seed=0), GuideCallback())
    assert sum((watched - plain).values()) < 2 * N_TRIALS  # of the last refit


@pytest.mark.parametrize("make", ["sqlite", InMemoryStorage])
def test_the_named_attributes_are_among_those_that_are_read(
    storage: BaseStorage, make: object
) -> None:
    kept = storage if make == "sqlite" else InMemoryStorage()
    study, other = (optuna.create_study(storage=kept) for _ in range(2))
    told = {f"{keys.REGIONS}0": "a", f"{keys.REGIONS}%": "b", keys.STOP: "c", "guide_region:": "d"}
    for key, value in told.items():
        kept.set_study_system_attr(id_of(study), key, value)
    kept.set_study_system_attr(id_of(other), keys.STOP, "of another study")
    assert select_attributes(kept, id_of(study)) == told
    found = select_attributes(kept, id_of(study), (keys.REGIONS, keys.STOP))
    assert {k: v for k, v in found.items() if k != "guide_region:"} == {
        k: v for k, v in told.items() if k != "guide_region:"
    }
    if make == "sqlite":
        assert "guide_region:" not in found
        assert select_attributes(kept, id_of(study), (keys.HEAD,)) == {}


def test_a_locked_file_is_said_within_a_second(storage: BaseStorage, tmp_path: Path) -> None:
    study = optuna.create_study(storage=storage, study_name="s")
    stored = save_guidance(study, small_guidance())
    with sqlite3.connect(tmp_path / "s.db", isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        with pytest.raises(StoreError, match="the database is locked by another process"):
            load_guidance(study)
        assert time.monotonic() - started < 1.5
        holder.execute("ROLLBACK")
    assert load_guidance(study) == stored
    waits = storage._backend.engine.raw_connection().execute("PRAGMA busy_timeout").fetchone()
    assert waits == (5000,)  # as Optuna left it


def test_a_region_is_obeyed_by_the_next_trial_of_any_worker(storage: BaseStorage) -> None:
    study = optuna.create_study(storage=storage, sampler=GuidedSampler(TPESampler(seed=0)))
    study.optimize(objective, n_trials=2)
    other = optuna.load_study(study_name=study.study_name, storage=storage)
    for low in (0.2, 0.5, 0.8):
        apply_region(other, {"x": (low, low + 0.1)})
        study.optimize(objective, n_trials=1)
        assert low <= study.trials[-1].params["x"] <= low + 0.1
