"""Many trials at once are stored as Optuna stores them one by one."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.storages import InMemoryStorage
from optuna.trial import FrozenTrial, TrialState, create_trial

from optuna_guide.store import adding
from optuna_guide.store.adding import add_trials

SPACE = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "layers": IntDistribution(1, 9),
    "norm": CategoricalDistribution((None, "batch", True)),
}


def trials() -> list[FrozenTrial]:
    found = [
        create_trial(
            values=[0.5, math.inf],
            params={"lr": 0.1, "layers": 3, "norm": None},
            distributions=SPACE,
            user_attrs={"data set": "a", "n": 10**20},
            system_attrs={"told": [1, None]},
        ),
        create_trial(
            state=TrialState.PRUNED,
            params={"norm": True},
            distributions={"norm": SPACE["norm"]},
            intermediate_values={0: math.nan, 3: -math.inf, 4: 0.25},
        ),
        create_trial(state=TrialState.FAIL),
    ]
    found[0].datetime_start = datetime(2026, 1, 2, 3, 4, 5)
    found[0].datetime_complete = datetime(2026, 1, 2, 4, 4, 5)
    return found


def told(study: optuna.Study) -> list[tuple[object, ...]]:
    return [
        (t.number, t.state, t.values, t.params, t.distributions, t.user_attrs, t.system_attrs,
         str(t.intermediate_values), t.datetime_start, t.datetime_complete)
        for t in study.get_trials(deepcopy=False)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["sqlite", "memory"])
def test_many_trials_at_once_are_those_added_one_by_one(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "AT_ONCE", 2)
    storage = InMemoryStorage() if kind == "memory" else f"sqlite:///{tmp_path}/s.db"
    one, many = (
        optuna.create_study(storage=storage, directions=["minimize", "maximize"]) for _ in range(2)
    )
    new = [*trials(), *trials()]
    one.add_trials(new)
    many.add_trial(new[0])
    assert sum(add_trials(many, new[1:])) == 5
    many.add_trial(trials()[0])
    one.add_trial(trials()[0])
    assert told(many) == told(one)
