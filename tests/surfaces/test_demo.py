from __future__ import annotations

import json

import numpy as np
import optuna
import pytest
from optuna.trial import FixedTrial, TrialState
from sklearn.neural_network import MLPClassifier

from optuna_guide.surfaces import cli
from optuna_guide.surfaces.demo import earlier
from optuna_guide.surfaces.demo import study as demo
from optuna_guide.surfaces.demo.samplers import SAMPLERS

GOOD = {
    "n_layers": 1,
    "layer0_units": 32,
    "solver": "sgd",
    "momentum": 0.9,
    "activation": "relu",
    "learning_rate": 0.1,
    "alpha": 1e-4,
    "batch_size": 64,
}


@pytest.fixture
def two_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "N_EPOCHS", 2)


def test_a_sensible_network_learns_the_digits() -> None:
    assert demo.objective(FixedTrial(GOOD)) > 0.9


def test_a_learning_rate_that_is_far_too_low_does_not() -> None:
    assert demo.objective(FixedTrial(GOOD | {"learning_rate": 3e-5})) < 0.5


def test_every_class_has_an_accuracy_and_their_mean_is_the_objective() -> None:
    trial = FixedTrial(GOOD)
    accuracy = demo.objective(trial)
    per_digit = [trial.user_attrs[f"acc/{digit}"] for digit in range(10)]
    assert np.mean(per_digit) == pytest.approx(accuracy, abs=0.005)  # classes of 59 to 61 images


def test_n_params_counts_the_weights_and_biases_of_the_network(two_epochs: None) -> None:
    trial = FixedTrial(GOOD | {"n_layers": 2, "layer1_units": 5})
    demo.objective(trial)
    assert trial.user_attrs["n_params"] == (64 + 1) * 32 + (32 + 1) * 5 + (5 + 1) * 10


def test_predictions_are_digits_and_short_enough_for_any_storage() -> None:
    trial = FixedTrial(GOOD)
    demo.objective(trial)
    predictions = trial.user_attrs["predictions"]
    assert len(predictions) == demo.N_TEST
    assert set(predictions) == set(range(10))
    assert len(json.dumps(predictions)) < 1024


def test_the_same_parameters_give_the_same_network(two_epochs: None) -> None:
    trials = [FixedTrial(GOOD), FixedTrial(GOOD)]
    assert demo.objective(trials[0]) == demo.objective(trials[1])
    assert trials[0].user_attrs["predictions"] == trials[1].user_attrs["predictions"]


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
@pytest.mark.parametrize("solver", ["adam", "sgd"])
def test_the_wildest_corner_of_the_space_still_ends_in_an_accuracy(
    two_epochs: None, solver: str, activation: str
) -> None:
    wild = {"learning_rate": 0.3, "momentum": 0.99, "batch_size": 16, "alpha": 0.1, "n_layers": 3}
    widths = {f"layer{i}_units": 128 for i in range(3)}
    params = GOOD | widths | wild | {"solver": solver, "activation": activation}
    assert 0.0 <= demo.objective(FixedTrial(params)) <= 1.0


def test_weights_that_overflow_score_like_a_guess(
    two_epochs: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    train = MLPClassifier.partial_fit

    def overflow(model: MLPClassifier, *args: object, **kwargs: object) -> None:
        train(model, *args, **kwargs)
        model.coefs_ = [weights * np.nan for weights in model.coefs_]
        raise ValueError("Solver produced non-finite parameter weights.")

    monkeypatch.setattr(MLPClassifier, "partial_fit", overflow)
    assert demo.objective(FixedTrial(GOOD)) < 0.2


def test_momentum_belongs_to_sgd_and_widths_to_their_layers(two_epochs: None) -> None:
    study = demo.create_demo_study(None, sampler=optuna.samplers.RandomSampler(seed=0))
    demo.run_demo(study, 12, [])
    trials = study.get_trials(states=(TrialState.COMPLETE,))
    assert {t.params["solver"] for t in trials} == {"adam", "sgd"}
    for trial in trials:
        assert ("momentum" in trial.params) == (trial.params["solver"] == "sgd")
        widths = {name for name in trial.params if name.endswith("_units")}
        assert widths == {f"layer{i}_units" for i in range(trial.params["n_layers"])}


def test_each_epoch_is_reported_and_the_last_one_is_the_value(two_epochs: None) -> None:
    study = demo.create_demo_study(None)
    demo.run_demo(study, 1, [])
    (trial,) = study.trials
    assert list(trial.intermediate_values) == [0, 1]
    assert trial.value == trial.intermediate_values[1]


def test_a_pruned_trial_keeps_what_was_measured() -> None:
    study = demo.create_demo_study(None)
    study.pruner = optuna.pruners.ThresholdPruner(lower=1.0)
    demo.run_demo(study, 1, [])
    (trial,) = study.trials
    assert trial.state == TrialState.PRUNED
    assert list(trial.intermediate_values) == [0]
    assert {"n_params", "fit_seconds", "acc/0", "acc/9", "predictions"} <= trial.user_attrs.keys()


def test_the_study_maximises_the_accuracy_by_name() -> None:
    study = demo.create_demo_study(None)
    assert study.study_name == "digits-mlp"
    assert study.metric_names == ["accuracy"]
    assert study.direction == optuna.study.StudyDirection.MAXIMIZE


def test_a_study_that_is_in_the_storage_is_continued(two_epochs: None, sqlite_url: str) -> None:
    demo.run_demo(demo.create_demo_study(sqlite_url), 1, [])
    again = demo.create_demo_study(sqlite_url)
    demo.run_demo(again, 1, [])
    assert [trial.number for trial in again.trials] == [0, 1]


def test_the_seed_decides_what_is_tried(two_epochs: None) -> None:
    def first_params(seed: int) -> dict[str, object]:
        study = demo.create_demo_study(None, seed=seed)
        demo.run_demo(study, 1, [])
        return study.trials[0].params

    assert first_params(1) == first_params(1) != first_params(2)


def test_callbacks_see_every_trial(two_epochs: None) -> None:
    seen: list[int] = []

    def note(_: optuna.Study, trial: optuna.trial.FrozenTrial) -> None:
        seen.append(trial.number)

    demo.run_demo(demo.create_demo_study(None), 3, [note])
    assert seen == [0, 1, 2]


def test_the_demo_stops_when_its_time_is_over(two_epochs: None) -> None:
    study = demo.create_demo_study(None)
    demo.run_demo(study, 100, [], timeout=0.0)
    assert len(study.trials) < 100


def test_noise_makes_a_network_reach_another_accuracy_each_time(
    two_epochs: None, sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    study = demo.create_demo_study(None)
    for _ in range(3):
        study.enqueue_trial(GOOD)
    demo.run_demo(study, 3, [], noisy=True)
    assert len({trial.value for trial in study.trials}) > 1
    command = ["demo", "--noise", "--no-serve", "--storage", sqlite_url, "--n-trials", "12"]
    assert cli.main(command) == 0
    printed = capsys.readouterr().out
    assert "\nUse " in printed
    assert " by 50 more trials" in printed
    assert optuna.get_all_study_names(sqlite_url) == ["digits-mlp-noisy"]


def test_the_command_compares_its_samplers(
    two_epochs: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["demo", "--compare", "1", "--n-trials", "4"]) == 0
    printed = capsys.readouterr().out
    assert "best at 4" in printed
    for name in SAMPLERS:
        assert f"\n{name} " in printed


def test_the_command_tells_what_earlier_studies_gained(
    two_epochs: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(earlier, "N_EPOCHS", 1)
    monkeypatch.setattr(earlier, "N_EARLIER", 6)
    assert cli.main(["demo", "--earlier", "1", "--n-trials", "7"]) == 0
    printed = capsys.readouterr().out
    assert "best at 5  best at 7" in printed
    assert "\nwith earlier studies " in printed
    assert "In trial 5 counted" in printed
    assert "iris" in printed


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_command_runs_the_study_with_the_sampler_named(
    two_epochs: None, sqlite_url: str, name: str
) -> None:
    arguments = ["demo", "--no-serve", "--n-trials", "8", "--storage", sqlite_url]
    assert cli.main([*arguments, "--sampler", name]) == 0
    attributes = optuna.load_study(study_name=None, storage=sqlite_url).trials[-1].system_attrs
    assert ("guide:plan" in attributes) == (name in ("lite-gp", "guided"))
    assert ("guide:decision" in attributes) == name.startswith("guided")
