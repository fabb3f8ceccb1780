"""One fit, which follows from the trials: in any order, in any process, at any time."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import optuna
import pytest
from ugly import UGLY

from optuna_guide import GuideCallback, fit_guidance, load_guidance
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.expectations import expect, expect_along
from optuna_guide.models.fitting import Models
from optuna_guide.models.pipeline import fit_table, fit_target
from optuna_guide.models.predictions import predict_trials
from optuna_guide.models.seeds import derive_seed, row_keys
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials

FIT = """
import sys, optuna, optuna_guide
study = optuna.load_study(study_name="s", storage=sys.argv[1])
print(optuna_guide.fit_guidance(study).to_json())
"""


def objective(trial: optuna.Trial) -> float:
    x, n = trial.suggest_float("x", 1e-3, 1.0, log=True), trial.suggest_int("n", 1, 5)
    loss = float(np.log10(x) ** 2) + 0.1 * n
    if trial.suggest_categorical("kind", ["plain", "deep"]) == "deep":
        loss += trial.suggest_float("y", 0.0, 1.0)
    return loss


def timeless(guidance: Guidance | NotReady | None) -> str:
    assert isinstance(guidance, Guidance)
    return replace(guidance, fitted_at="", seconds=0.0, version=0).to_json()


def reordered(table: TrialsTable, seed: int) -> TrialsTable:
    """The same trials, and the same parameters, in another order."""
    rng = np.random.default_rng(seed)
    taken = table.take(rng.permutation(len(table)))
    columns = rng.permutation(len(table.names)).tolist()
    space = {table.names[j]: table.space[table.names[j]] for j in columns}
    return replace(taken, space=space, params=taken.params[:, columns])


@pytest.mark.parametrize(
    "name", ["disjoint branches", "constrained", "few distinct values", "two objectives"]
)
def test_the_order_of_the_trials_does_not_matter(name: str) -> None:
    table = read_trials(read_snapshot(UGLY[name]()))
    first, again = fit_table(table), fit_table(reordered(table, 0))
    assert isinstance(first, Guidance)
    assert isinstance(again, Guidance)
    first, again = (replace(found, best=()) for found in (first, again))  # which of equal ones
    assert timeless(again) == timeless(first)


def test_a_fit_of_another_process_equals_that_of_the_callback_but_for_times(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path}/s.db"
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(storage=url, study_name="s", sampler=sampler)
    with GuideCallback() as callback:
        study.optimize(objective, n_trials=40, callbacks=[callback])
    kept = load_guidance(study)
    assert kept is not None
    assert kept.n_finished == 40
    environment = {**os.environ, "PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "2"}
    command = [sys.executable, "-c", FIT, url]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert timeless(Guidance.from_json(done.stdout)) == timeless(kept)


def test_a_seed_that_is_given_is_kept_and_another_trial_gives_another_one() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=30)
    own, given = fit_guidance(study), fit_guidance(study, seed=3)
    study.optimize(objective, n_trials=1)
    later = fit_guidance(study)
    assert isinstance(own, Guidance)
    assert isinstance(given, Guidance)
    assert isinstance(later, Guidance)
    assert given.seed == 3
    assert own.seed not in (3, later.seed)
    assert timeless(fit_guidance(study, seed=later.seed)) == timeless(later)


def test_keys_tell_rows_apart_and_do_not_depend_on_their_order() -> None:
    rows = np.array([[0.0, np.nan], [np.nan, 0.0], [-0.0, np.nan], [1.0, 2.0]])
    keys = row_keys(rows)
    assert keys[0] == keys[2]
    assert len(set(keys.tolist())) == 3
    assert row_keys(rows[::-1]).tolist() == keys[::-1].tolist()
    assert derive_seed(keys, ["x"]) == derive_seed(keys[::-1], ["x"])
    assert derive_seed(keys, ["x"]) != derive_seed(keys, ["y"])
    assert derive_seed(keys, ["x", "y"]) != derive_seed(keys, ["xy"])


def test_the_seed_is_the_same_on_every_platform() -> None:
    assert derive_seed(row_keys(np.array([[0.5, 1.0], [2.0, np.nan]])), ["lr"]) == 316020470


@pytest.fixture(scope="module")
def models() -> Models:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=120)
    found = fit_target(read_trials(read_snapshot(study)))
    assert isinstance(found, Models)
    return found


def test_an_effect_is_the_mean_of_the_forest_in_each_cell(models: Models) -> None:
    effects = expect_along(models, {}).effects
    draws = np.random.default_rng(0).random((20_000, len(models.sample.space)))
    for j, name in enumerate(models.sample.space):
        edges = models.bins[j].edges
        for k in (0, len(edges) // 2 - 1, len(edges) - 2):
            inside = draws.copy()
            inside[:, j] = edges[k] + draws[:, j] * (edges[k + 1] - edges[k])
            if name == "y":  # of its branch alone: "deep", the second choice
                inside[:, list(models.sample.space).index("kind")] = 0.75
            by_tree = models.forest.predict(inside).mean(axis=1)
            assert effects[name].mean[k] == pytest.approx(by_tree.mean(), abs=0.05)
            assert effects[name].spread[k] == pytest.approx(by_tree.std(), abs=0.05)


def test_a_part_of_the_choices_is_the_mean_of_its_choices(models: Models) -> None:
    j = list(models.sample.space).index("kind")
    alone = [expect(models, {j: np.array([k])})[0] for k in (0, 1)]
    assert expect(models, {j: np.array([0, 1])})[0] == pytest.approx(np.mean(alone))
    assert expect(models, {})[0] == pytest.approx(np.mean(alone))
    assert expect_along(models, {}).effects["kind"].mean == pytest.approx(alone, rel=1e-5)


def test_a_forest_holds_its_bounds_once(models: Models) -> None:
    assert all(np.shares_memory(tree.low, models.forest.low) for tree in models.ranked.trees)
    assert models.boxes.forest.high is models.ranked.high


def test_trials_are_predicted_by_trees_that_did_not_see_them(models: Models) -> None:
    table = models.sample.table
    predicted = predict_trials(models, table)
    unseen = models.forest.out_of_bag()
    rows = models.sample.rows
    known = np.isfinite(unseen)
    assert predicted[rows[known]].tolist() == unseen[known].tolist()
    first = predict_trials(models, table.take(np.arange(5)))
    assert first.tolist() == predicted[:5].tolist()
