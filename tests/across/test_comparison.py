"""What several studies say of the same parameters."""

from __future__ import annotations

import json

import numpy as np
import optuna
import pytest
from kept_fits import fit_once

from optuna_guide import compare_studies, plot_importance_across, plot_transfer_matrix
from optuna_guide.models import pipeline
from optuna_guide.surfaces.cli import main
from optuna_guide.words.comparison import sentences


@pytest.fixture(autouse=True)
def _fit_once(monkeypatch):
    monkeypatch.setattr(pipeline, "fit_models", fit_once)


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """Two studies that agree, one with the other end of `a`, one of nothing but noise."""
    url = f"sqlite:///{tmp_path_factory.mktemp('across')}/all.db"
    noise = np.random.default_rng(0)

    def objective(good_a, weight):
        def evaluate(trial):
            a, b = trial.suggest_float("a", 0, 1), trial.suggest_float("b", 0, 1)
            trial.suggest_float("idle", 0, 1)
            return weight * ((a - good_a) ** 2 + 0.2 * b) + noise.normal(0, 0.01)

        return evaluate

    for k, (name, *planted) in enumerate(
        [("one", 0.2, 1), ("two", 0.25, 5), ("other end", 0.9, 1), ("noise", 0.5, 0)]
    ):
        study = optuna.create_study(
            storage=url, study_name=name, sampler=optuna.samplers.RandomSampler(seed=k)
        )
        study.optimize(objective(*planted), n_trials=60)
    return url


def _studies(url, *names):
    return [optuna.load_study(study_name=name, storage=url) for name in names]


def test_studies_that_agree_rank_alike_and_predict_each_other(url):
    found = compare_studies(_studies(url, "one", "two", "other end", "noise"))
    assert found.params[0] == "a"
    assert found.rank[0].tolist()[:3] == [1, 1, 1]
    assert np.isnan(found.rank[:, 3]).all()
    assert found.transfers["one", "two"].rank > 0.9
    assert found.transfers["one", "two"].error < 0.2
    assert found.transfers["one", "other end"].rank < 0
    assert found.transfers["one", "one"].rank > 0.9
    assert abs(found.transfers["noise", "noise"].rank) < 0.4


def test_ranges_overlap_or_depend_on_the_study(url):
    alike = {c.name: c for c in compare_studies(_studies(url, "one", "two")).common}
    (low, high), *_ = alike["a"].promising.intervals
    assert low < 0.25
    assert high > 0.2
    found = compare_studies(_studies(url, "one", "other end"))
    assert {c.name: c.promising for c in found.common}["a"] is None
    said = " ".join(sentences(found))
    assert "a matters most in 2 of 2 studies." in said
    assert "a depends on the study: its promising ranges in 2 studies do not overlap." in said


def test_what_is_left_out_is_frozen_in_every_study(url):
    found = compare_studies(_studies(url, "one", "two", "other end"))
    frozen = {
        param.name
        for param in found.guidances[0].params
        if all(
            {p.name: p for p in g.params}[param.name].advice.kind == "freeze"
            for g in found.guidances
        )
    }
    assert {one.name for one in found.unneeded} == frozen <= {"idle"}


def test_one_study_or_two_of_one_name_are_refused(url):
    with pytest.raises(ValueError, match="pass two studies or more"):
        compare_studies(_studies(url, "one"))
    with pytest.raises(ValueError, match="twice there is 'one'"):
        compare_studies(_studies(url, "one", "one"))


def test_studies_without_a_shared_parameter_are_said_to_teach_nothing(url):
    study = optuna.create_study(study_name="elsewhere")
    study.optimize(lambda t: t.suggest_float("z", 0, 1), n_trials=20)
    found = compare_studies([*_studies(url, "one"), study])
    assert ("one", "elsewhere") not in found.transfers
    assert found.agreement is None


def test_both_figures_are_drawn(url):
    studies = _studies(url, "one", "two", "noise")
    assert plot_importance_across(studies).data[0].text[0][0] == "1"
    assert plot_transfer_matrix(studies).data[0].z[0][1] > 0.9


def test_the_command_prints_and_names_what_is_not_there(url, capsys):
    assert main(["compare", url, "--study-name", "one", "two"]) == 0
    assert "a matters most in 2 of 2 studies" in capsys.readouterr().out
    assert main(["compare", url, "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["studies"][3] == "noise"
    assert main(["compare", url, "--study-name", "one", "tow"]) == 1
    assert "no study 'tow'; it has one, two, other end, noise" in capsys.readouterr().err
