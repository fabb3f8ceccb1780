"""All studies at a glance: a database says in a few questions what its trials say one by one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import optuna
from optuna.distributions import FloatDistribution
from optuna.trial import TrialState, create_trial
from sqlalchemy import event

from optuna_guide.store.storages import uncached
from optuna_guide.study.overview import Overview, read_overviews

if TYPE_CHECKING:
    from pathlib import Path

    from optuna.storages import BaseStorage

UNIT = {"x": FloatDistribution(0.0, 1.0)}


def fill(storage: BaseStorage) -> None:
    """Studies of every kind: plain, constrained, of two objectives, running, without a trial."""

    def study(name: str, ways: list[str], *trials: tuple[list[float], list[float]]) -> None:
        made = optuna.create_study(storage=storage, study_name=name, directions=ways)
        for values, constraints in trials:
            named = {str(k): value for k, value in enumerate(constraints)}
            made.add_trial(
                create_trial(
                    values=values,
                    params={"x": 0.5},
                    distributions=UNIT,
                    constraints=named or None,
                )
            )

    study("max", ["maximize"], ([1.0], []), ([3.0], []), ([math.inf], []))
    study("min", ["minimize"], ([1.0], []), ([3.0], []))
    study("constrained", ["minimize"], ([1.0], [0.2]), ([2.0], [-1.0]), ([1.5], []))
    study("infeasible", ["minimize"], ([1.0], [0.2]))
    study(
        "two", ["minimize", "maximize"],
        ([1.0, 1.0], []), ([2.0, 2.0], []), ([2.0, 1.0], []), ([1.0, 1.0], []),
    )  # fmt: skip
    study("empty", ["minimize"])
    running = optuna.create_study(storage=storage, study_name="running")
    running.set_metric_names(["loss"])
    running.enqueue_trial({"x": 0.1})
    running.enqueue_trial({"x": 0.2})
    running.ask()
    running.add_trial(create_trial(state=TrialState.FAIL))


def by_name(storage: BaseStorage) -> dict[str, Overview]:
    return {overview.name: overview for overview in read_overviews(storage)}


def test_the_best_is_feasible_and_the_front_is_counted() -> None:
    storage = optuna.storages.InMemoryStorage()
    fill(storage)
    found = by_name(storage)
    best = {name: overview.best for name, overview in found.items()}
    assert best == {
        "max": 3.0, "min": 1.0, "constrained": 2.0, "infeasible": None, "two": None,
        "empty": None, "running": None,
    }  # fmt: skip
    assert (found["two"].n_best, found["infeasible"].n_best) == (3, 0)
    running = found["running"]
    assert (running.n_running, running.n_waiting, running.n_finished) == (1, 1, 1)
    assert (running.objectives, found["empty"].changed) == (("loss",), None)


def test_a_database_tells_the_same_in_a_few_questions(tmp_path: Path) -> None:
    storage = optuna.storages.get_storage(f"sqlite:///{tmp_path}/many.db")
    fill(storage)
    memory = optuna.storages.InMemoryStorage()
    fill(memory)
    asked: list[str] = []
    event.listen(
        uncached(storage).engine,
        "before_cursor_execute",
        lambda *told: asked.append(told[2]),
    )
    found = by_name(storage)
    assert len(asked) < 10
    for name, expected in by_name(memory).items():
        own = found[name]
        told = [
            (o.maximised, o.objectives, o.n_trials, o.n_running, o.n_waiting, o.best, o.n_best)
            for o in (own, expected)
        ]
        assert told[0] == told[1], name
        assert (own.changed is None) == (expected.changed is None)
        if own.changed and expected.changed:
            assert abs((own.changed - expected.changed).total_seconds()) < 60


def test_trials_are_left_uncounted_where_they_take_too_long() -> None:
    storage = optuna.storages.InMemoryStorage()
    fill(storage)
    assert {overview.n_trials for overview in read_overviews(storage, seconds=-1)} == {None}
