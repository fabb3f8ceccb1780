"""Undoing what somebody applied, paused or cleared."""

from __future__ import annotations

import optuna
import pytest

from optuna_guide import apply_region, clear_region, pause, region_history, resume
from optuna_guide.domain.ranges import Intervals
from optuna_guide.sampling.steering.control import undo
from optuna_guide.store.regions import load_region

PARTS = [Intervals(((k / 10, 0.9),)) for k in range(4)]


@pytest.fixture
def study() -> optuna.Study:
    study = optuna.create_study()
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=3)
    return study


def test_each_undo_goes_back_one_change_and_says_to_which(study: optuna.Study) -> None:
    apply_region(study, {"x": PARTS[1]}, comment="first")
    apply_region(study, {"x": PARTS[2]}, comment="second")
    pause(study)
    back = [undo(study, author="Ada") for _ in range(3)]
    assert [entry and (entry.restores, entry.author, entry.comment) for entry in back] == [
        (2, "Ada", None),
        (1, "Ada", None),
        (0, "Ada", None),
    ]
    held = [entry.region for entry in back if entry]
    assert held == [{"x": PARTS[2]}, {"x": PARTS[1]}, {}]
    assert undo(study) is None
    assert len(region_history(study)) == 6


def test_what_is_done_after_an_undo_is_undone_first(study: optuna.Study) -> None:
    apply_region(study, {"x": PARTS[1]})
    clear_region(study)
    undo(study)
    pause(study)
    resume(study)
    for restores in (4, 1, 0):
        entry = undo(study)
        assert entry is not None
        assert entry.restores == restores
    assert undo(study) is None


def test_a_comment_is_never_read_as_an_undo(study: optuna.Study) -> None:
    apply_region(study, {"x": PARTS[1]}, comment="Restores version 0.")
    assert undo(study) is not None
    entry = load_region(study)
    assert entry is not None
    assert entry.cleared


def test_a_study_that_nobody_steered_has_nothing_to_undo(study: optuna.Study) -> None:
    assert undo(study) is None
    assert load_region(study) is None
