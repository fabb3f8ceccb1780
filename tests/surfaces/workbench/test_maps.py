from __future__ import annotations

import numpy as np
import optuna
from wsgi_client import decode, open_workbench

from optuna_guide import log_predictions
from optuna_guide.surfaces.workbench.maps import map_predictions


def test_models_that_predict_alike_are_near_each_other() -> None:
    study = optuna.create_study()

    def objective(trial: optuna.Trial) -> float:
        kind = trial.suggest_categorical("kind", ["a", "b"])
        if trial.number == 3:
            raise optuna.TrialPruned
        if trial.number != 5:
            labels = np.arange(40) % 4 if kind == "a" else np.arange(40) % 3
            log_predictions(trial, np.where(np.arange(40) == trial.number, 9, labels))
        return 0.0

    study.optimize(objective, n_trials=20)
    found = map_predictions(study.get_trials(deepcopy=False))
    assert found is not None
    numbers = decode(found["numbers"]).tolist()
    assert numbers == [n for n in range(20) if n not in (3, 5)]
    kinds = np.array([study.trials[n].params["kind"] for n in numbers])
    points = np.column_stack([decode(found["x"]), decode(found["y"])])
    centres = [points[kinds == kind].mean(axis=0) for kind in "ab"]
    spread = max(points[kinds == kind].std(axis=0).max() for kind in "ab")
    assert np.linalg.norm(centres[0] - centres[1]) > 5 * spread
    assert 0.5 < found["share"] <= 1
    answer = open_workbench(study).get("prediction_map")
    assert answer.json["map"] == found


def test_without_predictions_there_is_no_map() -> None:
    study = optuna.create_study()
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=3)
    assert open_workbench(study).get("prediction_map").json == {"map": None}


def test_configurations_that_are_alike_are_near_each_other() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(
        lambda t: t.suggest_float("x", 0, 1) + len(t.suggest_categorical("kind", ["a", "bb"])),
        n_trials=30,
    )
    found = open_workbench(study).get("configuration_map").json["map"]
    assert decode(found["numbers"]).tolist() == list(range(30))
    points = np.column_stack([decode(found["x"]), decode(found["y"])])
    kinds = np.array([t.params["kind"] for t in study.trials])
    a, b = (points[kinds == kind].mean(axis=0) for kind in ("a", "bb"))
    nearer_to_a = np.linalg.norm(points - a, axis=1) < np.linalg.norm(points - b, axis=1)
    assert (nearer_to_a == (kinds == "a")).all()
