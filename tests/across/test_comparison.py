"""What several studies say of the same parameters."""

from __future__ import annotations

import json

import numpy as np
import optuna
import pytest

from optuna_guide import (
    compare_studies,
    plot_importance_across,
    plot_transfer_matrix,
    write_comparison,
)
from optuna_guide.models.advice import HARDLY
from optuna_guide.surfaces.cli import main
from optuna_guide.surfaces.report.story import ACROSS
from optuna_guide.words.comparison import sentences


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


def test_what_is_left_out_hardly_matters_by_the_trials_of_all_studies(url):
    one, two, three = _studies(url, "one", "two", "other end")
    found = compare_studies([one, two, three])
    (idle,) = found.unneeded
    assert (idle.name, idle.n_studies) == ("idle", 3)
    assert idle.most < 0.03
    assert idle.bound <= HARDLY
    (said,) = [sentence for sentence in sentences(found) if "leave it out" in sentence]
    assert said.startswith("idle is ")
    assert "in 3 of 3 studies" in said


def test_what_matters_in_one_study_only_is_not_left_out():
    """`quiet` does nothing in two studies, and as much as all else in the third."""
    studies = []
    for k in range(3):
        study = optuna.create_study(
            study_name=str(k), sampler=optuna.samplers.RandomSampler(seed=k)
        )
        weight = float(k == 2)
        study.optimize(
            lambda t, w=weight: t.suggest_float("a", 0, 1) + w * t.suggest_float("quiet", 0, 1),
            n_trials=60,
        )
        studies.append(study)
    assert compare_studies(studies[:2]).unneeded
    assert not compare_studies(studies).unneeded


def test_several_studies_are_reported_in_one_file(url, tmp_path, capsys):
    page, text = tmp_path / "all.html", tmp_path / "all.md"
    several = ["--study-name", "one", "noise", "two"]
    assert main(["report", url, *several, "-o", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    assert "<h1>3 studies</h1>" in html
    assert "a matters most in 2 of 2 studies." in html
    assert all(f'id="{name}"' in html for c in ACROSS for name in c.panels)
    assert main(["report", url, *several, "-o", str(text)]) == 0
    said = text.read_text(encoding="utf-8")
    assert "| parameter | one | noise | two | in all |" in said
    assert "noise says nothing" in said
    assert main(["compare", url, *several, "-f", "markdown"]) == 0
    assert capsys.readouterr().out.endswith(said)
    assert main(["report", url, *several, "--target", "value", "-o", str(page)]) == 1
    assert "leave out --target" in capsys.readouterr().err


def test_studies_of_which_nothing_is_known_are_reported_without_figures(tmp_path):
    studies = [optuna.create_study(study_name=name) for name in ("<b>", "empty")]
    html = write_comparison(studies, tmp_path / "all.html").read_text(encoding="utf-8")
    assert "&lt;b&gt; says nothing" in html
    assert "<figure" not in html


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
    assert "is better · 3 studies" in plot_importance_across(studies).layout.title.text


def test_the_command_prints_and_names_what_is_not_there(url, capsys):
    assert main(["compare", url, "--study-name", "one", "two"]) == 0
    assert "a matters most in 2 of 2 studies" in capsys.readouterr().out
    assert main(["compare", url, "-f", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["studies"][3] == "noise"
    assert main(["compare", url, "--study-name", "one", "tow"]) == 1
    assert "no study 'tow'; it has one, two, other end, noise" in capsys.readouterr().err
