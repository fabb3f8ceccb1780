"""Which sampler made which trials, kept with the study."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optuna_guide.store.attributes import StoreError, read_attributes
from optuna_guide.store.keys import SAMPLERS
from optuna_guide.store.samplers import MAX_RECORDS, read_samplers, record_samplers


def names(study: optuna.Study, n: int) -> list[str]:
    found: list[str] = read_samplers(read_attributes(study), np.arange(n)).tolist()
    return found


def records(study: optuna.Study) -> dict[str, str]:
    return {k: v for k, v in read_attributes(study).items() if k.startswith(SAMPLERS)}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y", "z"])), max_size=30))
def test_what_any_workers_recorded_is_read_back(trials: list[tuple[str, str]]) -> None:
    """Every trial has a sampler, and a worker that saw it end."""
    study = optuna.create_study()
    for worker in "xyz":
        seen: dict[str, set[int]] = {}
        for number, (sampler, who) in enumerate(trials):
            if who == worker:
                seen.setdefault(sampler, set()).add(number)
                record_samplers(study, worker, seen)
    assert names(study, len(trials) + 1) == [*(sampler for sampler, _ in trials), ""]


def test_what_is_noted_already_is_not_written_again(monkeypatch: pytest.MonkeyPatch) -> None:
    study = optuna.create_study()
    record_samplers(study, "one", {"TPESampler": range(50)})
    assert len(records(study)) == 1
    monkeypatch.setattr(study._storage, "set_study_system_attr", None)
    record_samplers(study, "two", {"TPESampler": range(10, 40)})
    with pytest.raises(StoreError):
        record_samplers(study, "two", {"TPESampler": [50]})


def test_very_many_samplers_and_workers_take_bounded_space() -> None:
    study = optuna.create_study()
    for number in range(2 * MAX_RECORDS):
        record_samplers(study, f"worker {number}", {f"sampler {number}": [number]})
    assert len(records(study)) == MAX_RECORDS
    assert names(study, 2)[0] == "sampler 0"
    assert names(study, 2 * MAX_RECORDS)[-1] == ""


def test_a_record_of_ten_thousand_trials_in_a_row_is_short() -> None:
    study = optuna.create_study()
    record_samplers(study, "one", {"TPESampler": range(10_000)})
    (text,) = records(study).values()
    assert len(text) < 100
    assert names(study, 10_001)[-2:] == ["TPESampler", ""]


def test_what_is_no_record_is_passed_over() -> None:
    study = optuna.create_study()
    for k, text in enumerate(["", "{", '{"schema":1,"name":"a","spans":[]}']):
        study._storage.set_study_system_attr(study._study_id, f"{SAMPLERS}{k}", text)
    assert names(study, 1) == [""]
