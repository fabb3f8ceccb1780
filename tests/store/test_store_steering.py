"""What steers a study is read once for a trial, and known to who asks after it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import optuna
import pytest

from optuna_guide.store.attributes import StoreError, read_attributes, write_attribute
from optuna_guide.store.keys import STOP
from optuna_guide.store.steering import known_steering, read_after, read_steering


def begin(study: optuna.Study) -> optuna.trial.FrozenTrial:
    return study._storage.get_trial(study.ask()._trial_id)


def test_what_was_read_is_known_of_that_trial_and_in_that_thread_alone() -> None:
    study, other = optuna.create_study(), optuna.create_study()
    trial, later, same_id = begin(study), begin(study), begin(other)
    assert known_steering(study, trial) is None
    write_attribute(study, STOP, "now")
    found = read_steering(study, trial)
    assert found[STOP] == "now"
    assert known_steering(study, trial) == found
    assert known_steering(study, later) is None
    assert known_steering(other, same_id) is None
    seen = []
    thread = threading.Thread(target=lambda: seen.append(known_steering(study, trial)))
    thread.start()
    thread.join()
    assert seen == [None]


def test_what_could_not_be_read_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    study = optuna.create_study()
    trial = begin(study)
    read_steering(study, trial)

    def refuse(*_: object) -> None:
        raise StoreError("refused")

    monkeypatch.setattr("optuna_guide.store.steering.read_attributes", refuse)
    assert read_steering(study, trial) == {}
    assert known_steering(study, trial) is None


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[optuna.Study]:
    """The studies that were read, one after another."""
    read: list[optuna.Study] = []

    def note(study: optuna.Study, *names: str) -> Mapping[str, Any]:
        read.append(study)
        return dict(read_attributes(study, *names))

    monkeypatch.setattr("optuna_guide.store.steering.read_attributes", note)
    return read


def test_what_is_read_once_a_trial_has_ended_serves_the_next_one(
    readings: list[optuna.Study],
) -> None:
    study, other = optuna.create_study(), optuna.create_study()
    trial, later, last, same_id = begin(study), begin(study), begin(study), begin(other)
    read_steering(study, trial)
    found = read_after(study, trial)
    assert known_steering(study, trial) is None
    assert read_steering(study, later) is found
    assert known_steering(study, later) is found
    assert readings == [study] * 2
    read_steering(study, last)
    assert readings == [study] * 3  # it served one trial
    read_after(study, last)
    read_steering(other, same_id)
    assert readings == [study] * 4 + [other]


def test_what_was_written_after_a_trial_is_known_of_the_next_one(
    readings: list[optuna.Study],
) -> None:
    study = optuna.create_study()
    trial, later = begin(study), begin(study)
    read_steering(study, trial)
    read_after(study, trial)
    write_attribute(study, STOP, "now")  # as another callback may do
    assert read_steering(study, later)[STOP] == "now"


def test_what_was_read_long_ago_is_read_again(
    readings: list[optuna.Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optuna_guide.store.steering.NEXT", 0.0)
    study = optuna.create_study()
    trial, later = begin(study), begin(study)
    read_steering(study, trial)
    read_after(study, trial)
    read_steering(study, later)
    assert len(readings) == 3
