"""What steers a study is read once for a trial, and known to who asks after it."""

from __future__ import annotations

import threading

import optuna
import pytest

from optuna_guide.store.attributes import StoreError, write_attribute
from optuna_guide.store.keys import STOP
from optuna_guide.store.steering import known_steering, read_steering


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
