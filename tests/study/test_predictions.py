from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest

from optuna_guide import log_predictions
from optuna_guide.store.keys import PREDICTIONS
from optuna_guide.study.predictions import Predictions, hamming, read_predictions, rmse


def logged(*predictions: Any) -> optuna.Study:
    """A study whose trials log these predictions; None = none."""
    study = optuna.create_study()
    for y in predictions:
        trial = study.ask()
        if y is not None:
            log_predictions(trial, y)
        study.tell(trial, 0.0)
    return study


def read(study: optuna.Study) -> Predictions:
    found = read_predictions(study.get_trials())
    assert found is not None
    return found


@pytest.mark.parametrize(
    "classes", [[0, 1, 2, 1], ["cat", "dog", "<b>", ""], [True, False, True, False]]
)
def test_classes_are_compared_by_the_share_that_differs(classes: list[Any]) -> None:
    other = [classes[1], *classes[1:]]
    found = read(logged(classes, None, other, np.array(classes)))
    assert found.kind == "classes"
    assert found.rows.tolist() == [0, 2, 3]
    assert found.distances(2).tolist() == [[0, 0.25], [0.25, 0], [0, 0.25]]
    assert found.distances(2, np.array([1])).tolist() == [[0.25, 0]]


def test_numbers_are_compared_by_their_distance() -> None:
    found = read(logged([0.0, 0.0], np.array([3.0, 4.0])))
    assert found.kind == "numbers"
    assert found.distances(2)[0, 1] == pytest.approx(np.sqrt(12.5))


def test_many_predictions_take_little_space_and_an_even_part_is_kept() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 10, (2, 60_000))
    study = logged(one, np.where(rng.random(60_000) < 0.3, other, one), rng.random(60_000))
    sizes = [len(t.user_attrs[PREDICTIONS]) for t in study.trials]
    assert max(sizes[:2]) < 700
    assert sizes[2] < 2900
    assert read(study).distances(2)[0, 1] == pytest.approx(0.27, abs=0.06)


def test_trials_that_disagree_with_most_are_left_out() -> None:
    found = read(logged([1, 2], [1.5, 2.5], [1, 2, 3], [2, 2]))
    assert found.rows.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("y", "words"),
    [([], r"shape is \(0,\)"), ([[0.1, 0.9]], r"shape is \(1, 2\)"), ([np.nan], "not finite")],
)
def test_what_cannot_be_compared_is_refused(y: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        logged(y)


@pytest.mark.parametrize(
    "text", [None, 3, "", "a:b:c", "classes:2:", "classes:-1:", "numbers:2:eJwDAAAAAAE=", "é:1:é"]
)
def test_attributes_of_others_are_passed_over(text: Any) -> None:
    study = logged([1], [1])
    trial = study.ask()
    trial.set_user_attr(PREDICTIONS, text)
    study.tell(trial, 0.0)
    assert read(study).rows.tolist() == [0, 1]
    assert read_predictions(study.get_trials()[1:]) is None


def test_predictions_differ_by_share_or_by_distance() -> None:
    labels = np.array([[1, 2, 3, 4], [1, 2, 0, 0]])
    assert hamming(labels, labels).tolist() == [[0, 0.5], [0.5, 0]]
    assert rmse(labels * 1.0, labels * 1.0)[0, 1] == pytest.approx(2.5)


def test_many_trials_are_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    values = rng.random((37, 5))
    whole = rmse(values, values[:8])
    monkeypatch.setattr("optuna_guide.study.predictions._MAX_CELLS", 100)
    assert rmse(values, values[:8]) == pytest.approx(whole)
    assert rmse(values[:0], values[:8]).shape == (0, 8)
