"""A study that goes on in another search space."""

from __future__ import annotations

import logging
import math

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import TrialState

from optuna_guide import GuideCallback, LiteGPSampler, grow_study
from optuna_guide.across.growing import plan_growth
from optuna_guide.store.keys import LEFT_OUT, SUCCESSOR
from optuna_guide.study.declared import Declared
from optuna_guide.surfaces.cli import main


def _objective(trial):
    lr = trial.suggest_float("lr", 1e-4, 1e-1, log=True)
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    trial.report(lr, 0)
    trial.report(math.nan, 1)
    trial.set_user_attr("size", trial.number)
    trial.set_constraint("memory", lr - 0.5)
    if trial.number == 2:
        raise optuna.TrialPruned
    if trial.number == 3:
        raise ValueError
    return math.log10(lr) + (solver == "sgd")


@pytest.fixture(params=["memory", "sqlite", "journal"])
def study(request, tmp_path):
    storage = None
    if request.param == "sqlite":
        storage = f"sqlite:///{tmp_path}/s.db"
    if request.param == "journal":
        backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "s.log"))
        storage = optuna.storages.JournalStorage(backend)
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(study_name="mnist", storage=storage, sampler=sampler)
    study._storage.set_study_system_attr(study._study_id, "study:metric_names", ["loss"])
    study.set_user_attr("owner", "me")
    study.optimize(_objective, n_trials=10, catch=ValueError)
    study.enqueue_trial({"lr": 0.01, "solver": "adam"})
    return study


def _space(study):
    return Declared().seen(study.get_trials()).space


def test_a_copy_is_faithful_but_for_what_changes(study):
    grown = grow_study(study, {"solver": ["adam", "sgd", "lion"], "lr": (1e-6, 1.0)})
    assert grown.study_name == "mnist-grown"
    assert grown.metric_names == ["loss"]
    assert grown.user_attrs == {"owner": "me"}
    assert _space(grown)["solver"] == CategoricalDistribution(("adam", "sgd", "lion"))
    assert _space(grown)["lr"] == FloatDistribution(1e-6, 1.0, log=True)
    assert len(grown.trials) == len(study.trials)
    for old, new in zip(study.trials, grown.trials, strict=True):
        for what in ("number", "state", "values", "params", "user_attrs", "constraints"):
            assert getattr(new, what) == getattr(old, what), what
        assert (new.datetime_start, new.datetime_complete) == (
            old.datetime_start,
            old.datetime_complete,
        )
        assert str(new.intermediate_values) == str(old.intermediate_values)


def test_workers_go_on_with_the_new_choice_and_the_enqueued_trial_runs_first(study):
    grown = grow_study(study, {"solver": ["adam", "sgd", "lion"]})
    grown.sampler = LiteGPSampler(seed=0)

    def objective(trial):
        solver = trial.suggest_categorical("solver", ["adam", "sgd", "lion"])
        return trial.suggest_float("lr", 1e-4, 1e-1, log=True) - 9 * (solver == "lion")

    grown.optimize(objective, n_trials=6)
    assert grown.trials[10].params == {"lr": 0.01, "solver": "adam"}
    assert grown.best_params["solver"] == "lion"


def test_a_trial_of_a_removed_choice_stays_as_a_failed_one(study):
    n_sgd = sum(t.params.get("solver") == "sgd" for t in study.trials)
    notes = plan_growth(study, {"solver": ["adam"]}).notes
    assert notes[0].startswith(f"{n_sgd} of 11 trials have no place in the new space")
    grown = grow_study(study, {"solver": ["adam"]})
    left = [t for t in grown.trials if LEFT_OUT in t.user_attrs]
    assert len(left) == n_sgd
    assert {t.state for t in left} == {TrialState.FAIL}
    assert left[0].user_attrs[LEFT_OUT] == "solver='sgd'"
    assert grown.trials[10].number == 10


def test_parameters_are_renamed_added_dropped_and_made_logarithmic(study):
    grown = grow_study(
        study,
        {},
        name="next",
        log={"lr": False},
        renamed={"lr": "learning_rate"},
        added={"warmup": ((0, 1000), 0), "norm": (["batch", "layer"], "batch")},
        dropped=["solver"],
    )
    assert _space(grown) == {
        "learning_rate": FloatDistribution(1e-4, 1e-1),
        "warmup": IntDistribution(0, 1000),
        "norm": CategoricalDistribution(("batch", "layer")),
    }
    assert grown.trials[0].params["learning_rate"] == study.trials[0].params["lr"]
    assert grown.trials[0].params["warmup"] == 0
    assert grown.trials[10].system_attrs["fixed_params"] == {"learning_rate": 0.01}


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({"nope": (0, 1)}, {}, "no parameter 'nope'; the study has seen: lr, solver"),
        ({"lr": ["a"]}, {}, r"'lr' is a number: its range is \(low, high\)"),
        ({"lr": (1, 0)}, {}, r"'lr' is a number: its range is \(low, high\)"),
        ({"lr": (0, 1)}, {}, "'lr' is logarithmic: its range cannot begin at 0"),
        ({"lr": FloatDistribution(-1, 1)}, {"log": {"lr": True}}, "'lr' begins at -1"),
        ({"solver": []}, {}, "'solver' needs a choice at least"),
        ({}, {"log": {"solver": True}}, "'solver' has choices: it cannot be logarithmic"),
        ({}, {"renamed": {"lr": "solver"}}, "'solver' would be the name of two parameters"),
        ({}, {"added": {"lr": ((0, 1), 0)}}, "'lr' would be the name of two parameters"),
        ({}, {"added": {"new": ((0, 1), 5)}}, "The new 'new' does not hold 5"),
        ({}, {}, "Nothing changes"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_written(changes, options, message):
    study = optuna.create_study(study_name="mnist")
    study.optimize(_objective, n_trials=2)
    with pytest.raises(ValueError, match=message):
        grow_study(study, changes, **options)
    assert optuna.get_all_study_names(study._storage) == ["mnist"]


def test_what_samplers_kept_in_numbers_does_not_go_along(study):
    keep = study._storage.set_study_system_attr
    keep(study._study_id, "NSGAIISampler:parent:1", [1, 2])
    keep(study._study_id, "cma:0", "pickled")
    keep(study._study_id, "guide:head", "of another space")
    keep(study._study_id, "mine", "kept")
    grown = grow_study(study, {"lr": (1e-6, 1)})
    found = grown._storage.get_study_system_attrs(grown._study_id)
    assert "mine" in found
    assert not {"NSGAIISampler:parent:1", "cma:0", "guide:head"} & found.keys()


def test_notes_of_the_dashboard_follow_their_trials(study):
    old = study.trials[4]._trial_id
    key = f"dashboard:{old}:note_ver"
    study._storage.set_study_system_attr(study._study_id, key, 3)
    grown = grow_study(study, {"lr": (1e-6, 1)})
    new = grown.trials[4]._trial_id
    assert grown._storage.get_study_system_attrs(grown._study_id)[f"dashboard:{new}:note_ver"] == 3


def test_a_running_trial_is_failed_in_the_copy_and_said(study):
    study.ask()
    study.ask()
    notes = plan_growth(study, {"lr": (1e-6, 1)}).notes
    assert "2 trials that run are failed in the copy." in notes
    grown = grow_study(study, {"lr": (1e-6, 1)})
    assert not grown.get_trials(states=[TrialState.RUNNING])


def test_workers_of_the_old_study_end_and_say_where_to_go_on(caplog, monkeypatch):
    monkeypatch.setattr("optuna_guide.keeping.watch.STOP_PAUSE", 0.0)
    optuna.logging.enable_propagation()
    caplog.set_level(logging.WARNING, logger="optuna")
    study = optuna.create_study(study_name="mnist", sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial):
        if trial.number == 2:
            grow_study(study, {"x": (0, 2)}, name="wider")
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=20, callbacks=[GuideCallback()])
    assert len(study.trials) == 3
    assert "goes on in another space: run the new objective on study 'wider'" in caplog.text
    assert study._storage.get_study_system_attrs(study._study_id)[SUCCESSOR] == "wider"
    study.optimize(objective, n_trials=4, callbacks=[GuideCallback()])
    assert len(study.trials) == 7  # a person who goes on with the old one may
    optuna.logging.disable_propagation()


def test_the_command_says_what_becomes_of_the_trials_and_grows(tmp_path, capsys):
    url = f"sqlite:///{tmp_path}/s.db"
    study = optuna.create_study(study_name="mnist", storage=url)
    study.optimize(_objective, n_trials=6, catch=ValueError)
    change = ["solver+=lion,rms", "lr=1e-6:", "--rename", "lr=rate", "--add", "w=0:9@0"]
    assert main(["grow", url, *change, "--dry-run"]) == 0
    assert "6 trials would be copied to study 'mnist-grown'" in capsys.readouterr().out
    assert main(["grow", url, *change, "--name", "wider"]) == 0
    assert "6 trials are in study 'wider'" in capsys.readouterr().out
    space = _space(optuna.load_study(study_name="wider", storage=url))
    assert space["solver"].choices == ("adam", "sgd", "lion", "rms")
    assert (space["rate"].low, space["rate"].high) == (1e-6, 1e-1)
    named = ["--study-name", "mnist"]
    assert main(["grow", url, *named, "lr=:1", "--dry-run"]) == 0
    assert "6 trials would be copied" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["grow", url, *named, "--nope"])
    assert "unrecognized arguments: --nope" in capsys.readouterr().err
    for wrong, message in (
        ("solver-=nope", "has no choice 'nope'"),
        ("lr=3", "'lr' is a number: lr=LOW:HIGH"),
        ("depth=1:2", "no parameter 'depth'"),
        ("solver", "is not NAME=RANGE"),
    ):
        assert main(["grow", url, wrong, *named]) == 1
        assert message in capsys.readouterr().err
