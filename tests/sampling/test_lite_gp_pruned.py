from __future__ import annotations

import numpy as np
import numpy.typing as npt
import optuna
import pytest

from optuna_guide import LiteGPSampler
from optuna_guide.sampling.lite_gp.pruned import expected_ends

LESS, MORE = np.array([-1.0]), np.array([1.0])


def ends_of(
    reports: list[dict[int, float]], values: list[float], signs: npt.NDArray[np.float64] = MORE
) -> npt.NDArray[np.float64]:
    return read_ends(reports, values, signs)[0]


def read_ends(
    reports: list[dict[int, float]], values: list[float], signs: npt.NDArray[np.float64] = MORE
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Of trials without a value that reported something."""
    column = np.array(values)[:, None]
    is_complete = ~np.isnan(column[:, 0])
    pruned = np.array(
        [i for i, r in enumerate(reports) if r and not is_complete[i]], dtype=np.int64
    )
    return expected_ends(reports, signs * column, is_complete, pruned, signs)


def test_a_pruned_trial_gains_what_complete_ones_gained_after_its_last_step() -> None:
    complete = [{0: 0.1, 1: 0.2, 2: 0.4}, {0: 0.2, 1: 0.3, 2: 0.6}, {0: 0.3, 1: 0.5, 2: 0.8}]
    ends = ends_of([*complete, {0: 0.1}, {0: 0.0, 1: 0.1}], [0.4, 0.6, 0.8, np.nan, np.nan])
    assert ends == pytest.approx([0.1 + 0.4, 0.1 + 0.3])


def test_less_is_better_where_the_study_says_so() -> None:
    complete = [{0: 3.0, 1: 1.0}, {0: 4.0, 1: 2.0}, {0: 5.0, 1: 3.0}]
    ends = ends_of([*complete, {0: 9.0}], [1.0, 2.0, 3.0, np.nan], LESS)
    assert ends == pytest.approx([-7.0])


def test_none_is_expected_to_beat_the_best_complete_trial() -> None:
    complete = [{0: 0.1}, {0: 0.2}, {0: 0.3}]
    ends = ends_of([*complete, {0: 0.9}], [0.5, 0.6, 0.7, np.nan])
    assert ends == pytest.approx([0.7])


def test_an_end_is_as_uncertain_as_the_gains_of_complete_trials_differ() -> None:
    complete = [{0: 0.0, 1: 0.4}, {0: 0.0, 1: 0.5}, {0: 0.0, 1: 0.6}]
    unknown = [np.nan, np.nan]
    _, variances = read_ends([*complete, {0: 0.1}, {1: 0.3}], [0.3, 0.5, 0.7, *unknown])
    assert variances == pytest.approx([np.var([0.3, 0.5, 0.7]), np.var([-0.1, 0.0, 0.1])])


@pytest.mark.parametrize("last", [{7: 0.3}, {0: np.nan}, {0: np.inf}])
def test_a_trial_that_cannot_be_compared_has_no_expected_end(last: dict[int, float]) -> None:
    complete = [{0: 0.1}, {0: 0.2}, {0: 0.3}]
    assert np.isnan(ends_of([*complete, last], [0.5, 0.6, 0.7, np.nan])).all()


def test_where_trials_were_pruned_is_left_alone() -> None:
    """After a search by chance, of which a pruner stopped all but the good trials."""

    def objective(trial: optuna.Trial) -> float:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        loss = (x - 0.4) ** 2 + (y - 0.6) ** 2
        for step in range(5):
            trial.report(loss + 1 - 0.2 * step, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return loss

    pruner = optuna.pruners.MedianPruner(n_startup_trials=3)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0), pruner=pruner)
    study.optimize(objective, n_trials=40)
    study.sampler = LiteGPSampler(seed=0)
    study.optimize(objective, n_trials=15)
    late = [(t.params["x"], t.params["y"]) for t in study.trials[40:]]
    distances = np.hypot(*(np.array(late) - (0.4, 0.6)).T)
    assert np.median(distances) < 0.1
    assert study.best_value < 1e-3
