"""When the best so far was reached, and how often the newest trials bettered it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import ANY

import numpy as np
import optuna
import pandas as pd
import pytest
from guidances import make_guidance
from optuna.trial import TrialState, create_trial

from optuna_guide.across.importing.study import study_from_frame
from optuna_guide.analysis.record import Record, read_record
from optuna_guide.guidance import NotReady
from optuna_guide.study.fronts import joins_front
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.words.verdict import gather


def record(study: optuna.Study, target: str = "value") -> Record | None:
    snapshot = read_snapshot(study)
    guidance = replace(make_guidance(), target=target)
    found = read_record(snapshot, read_trials(snapshot), guidance)
    return found and replace(found, ahead=None)


def told(values: list[float | None], **options: Any) -> optuna.Study:
    """Trials that reached these values; None = failed."""
    study = optuna.create_study(**options)
    for value in values:
        state = TrialState.FAIL if value is None else TrialState.COMPLETE
        study.add_trial(create_trial(state=state, value=value))
    return study


def test_failed_trials_are_trials_that_did_not_improve() -> None:
    study = told([0.5, 0.7, 0.7, None, 0.6, None], direction="maximize")
    found = record(study)
    assert found == Record(1, 0.7, n_since=4, n_recent=3, n_improved=0, gained=0.0, lead=ANY)
    assert found.lead == pytest.approx(0.05)


def test_fifty_of_the_later_half_are_looked_back_at() -> None:
    found = record(told([0.0] * 35 + [float(-k) for k in range(20)] + [0.0] * 45))
    assert found == Record(54, -19.0, 45, n_recent=50, n_improved=5, gained=5.0, lead=19.0)
    found = record(told([2.0, 1.0, 0.5]))
    assert found == Record(2, 0.5, 0, n_recent=2, n_improved=2, gained=1.5, lead=0.5)


def test_what_rounding_alone_tells_apart_is_reached_once() -> None:
    least = 0.1 + 0.2 - 2**-54
    found = record(told([0.9, 0.1 + 0.2, *[0.5] * 5, least, *[0.5] * 4]))
    assert found == Record(7, least, 10, 6, n_improved=0, gained=0.0, lead=ANY, first=1)
    said = gather(NotReady("."), found).lines[-1]
    assert "best 0.3 (trial 7), first reached by trial 1, 10 trials ago; none of the" in said
    assert joins_front(np.array([[0.3, 1.0], [0.3 - 5e-17, 1.0], [0.2, 2.0]])).tolist() == [
        True,
        False,
        True,
    ]


def test_trials_count_from_their_end() -> None:
    study, start = optuna.create_study(), datetime(2026, 1, 1)
    for minutes, value in ((30, 1.0), (10, 2.0), (20, 3.0)):
        trial = create_trial(value=value)
        trial.datetime_start, trial.datetime_complete = start, start + timedelta(minutes=minutes)
        study.add_trial(trial)
    assert record(study) == Record(0, 1.0, 0, n_recent=2, n_improved=1, gained=1.0, lead=1.0)


def test_infeasible_and_pruned_trials_set_no_record() -> None:
    study = told([3.0])
    study.add_trial(create_trial(value=1.0, constraints={"size": 1.0}))
    study.add_trial(create_trial(value=2.0, constraints={"size": -1.0}))
    pruned = create_trial(state=TrialState.PRUNED, value=None, intermediate_values={0: 0.1})
    study.add_trial(pruned)
    found = record(study)
    assert found == Record(2, 2.0, 1, n_recent=2, n_improved=0, gained=ANY, lead=0.0)
    assert np.isnan(found.gained)
    assert record(told([None])) is None


@pytest.mark.parametrize("n_objectives", [1, 2, 3])
def test_a_trial_joins_the_front_where_no_earlier_one_equals_or_beats_it(
    n_objectives: int,
) -> None:
    losses = np.random.default_rng(0).integers(0, 6, (60, n_objectives)).astype(float)
    expected = [
        not any((earlier <= row).all() for earlier in losses[:i]) for i, row in enumerate(losses)
    ]
    assert joins_front(losses).tolist() == expected
    study = optuna.create_study(directions=["minimize"] * n_objectives)
    study.add_trials([create_trial(values=row.tolist()) for row in losses])
    found = record(study, "pareto_rank")
    assert found is not None
    assert found.is_front
    assert found.number == int(np.flatnonzero(expected)[-1])
    assert found.n_improved == sum(expected[30:])
    assert np.isnan(found.gained)


def test_rows_of_a_table_without_times_have_no_order() -> None:
    rows = {"x": np.linspace(0, 1, 30).round(3), "loss": np.linspace(1, 0, 30)}
    study = study_from_frame(pd.DataFrame(rows), target="loss", direction="minimize")
    found = record(study, "loss")
    assert found is not None
    assert not found.is_ordered
    assert (
        gather(NotReady("."), found).lines[-1].startswith("Go on? Nothing tells when trials ended")
    )
    study.add_trial(create_trial(value=0.5))
    assert (found := record(study, "loss")) is not None
    assert found.is_ordered


def test_within_a_context_the_best_of_each_is_told_as_it_was_measured() -> None:
    rng = np.random.default_rng(0)
    rows = [
        {"dataset": name, "x": x, "accuracy": level + spread * x}
        for name, level, spread in (("a", 0.9, 0.01), ("b", 0.1, 0.5), ("c", 0.5, 0.1))
        for x in rng.random(20).tolist()
    ]
    study = study_from_frame(pd.DataFrame(rows), target="accuracy", direction="maximize")
    snapshot = read_snapshot(study)
    found = read_record(snapshot, read_trials(snapshot), NotReady("."))
    best = {t.params["dataset"]: t for t in sorted(study.trials, key=lambda t: t.value or 0.0)}
    assert found is not None
    assert found.given == "ranks within dataset"
    assert {h.context: (h.number, h.value) for h in found.held} == {
        name: (t.number, t.value) for name, t in best.items()
    }
    (said,) = [part for part in gather(NotReady("."), found).parts if part.topic == "search"]
    assert f"best in a {best['a'].value:.4g} (trial {best['a'].number}), b " in said.more
