"""A study at one moment."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime, timedelta

import optuna
import pytest
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState, create_trial

from optuna_guide.study.snapshot import read_snapshot


class View(optuna.Study):
    """Shows the trials of even numbers alone, as stepwise tuners show those of one step."""

    def get_trials(
        self, deepcopy: bool = True, states: Container[TrialState] | None = None
    ) -> list[FrozenTrial]:
        return [t for t in super().get_trials(deepcopy, states) if t.number % 2 == 0]


def told(n: int = 6) -> optuna.Study:
    study = optuna.create_study(study_name="told")
    for k in range(n):
        study.add_trial(create_trial(value=float(k)))
    return study


def test_a_snapshot_stays_as_it_is_while_the_study_goes_on() -> None:
    study = told()
    running = study.ask()
    found = read_snapshot(study)
    running.set_user_attr("later", 1)
    study.tell(running, 0.0)
    study.set_metric_names(["loss"])
    study.add_trial(create_trial(value=1.0))
    assert (len(found.trials), found.n_finished, found.objectives) == (7, 6, ("value",))
    assert found.trials[6].state == TrialState.RUNNING
    assert not found.trials[6].user_attrs


def test_names_and_directions_are_those_of_the_study() -> None:
    study = optuna.create_study(directions=["maximize", "minimize"])
    assert read_snapshot(study).objectives == ("value_0", "value_1")
    study.set_metric_names(["accuracy", "cost"])
    found = read_snapshot(study)
    assert (found.objectives, found.maximised) == (("accuracy", "cost"), (True, False))
    assert found.directions == (StudyDirection.MAXIMIZE, StudyDirection.MINIMIZE)


def test_all_trials_of_the_storage_are_read_whatever_a_view_of_the_study_shows() -> None:
    study = told()
    view = View(study_name="told", storage=study._storage)
    assert len(view.get_trials()) == 3
    assert len(read_snapshot(view).trials) == 6


def test_trials_that_ended_are_not_copied() -> None:
    study = told()
    assert read_snapshot(study).trials[0] is read_snapshot(study).trials[0]


@pytest.mark.parametrize("n", [0, 2, 6, 9])
def test_the_study_of_an_earlier_moment_has_the_trials_that_had_ended_first(n: int) -> None:
    study, now = optuna.create_study(), datetime(2026, 1, 1)
    for k in range(6):  # later numbers end earlier
        trial = create_trial(value=0.0)
        trial.datetime_complete = now - timedelta(minutes=k)
        study.add_trial(trial)
    study.ask()
    then = read_snapshot(study).as_of(n)
    assert [trial.number for trial in then.trials] == list(range(6))[max(6 - n, 0) :]
    assert then.n_finished == min(n, 6)
