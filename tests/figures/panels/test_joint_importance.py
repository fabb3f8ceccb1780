from __future__ import annotations

import itertools
from collections.abc import Callable

import optuna
import pytest
from drawn import draw, gather
from histories import guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide import ensure_fresh, plot_joint_importance
from optuna_guide.figures.panels.joint_importance import MAX_GROWING
from optuna_guide.guidance import Guidance
from optuna_guide.models.fitting import Models
from optuna_guide.models.joint import joint_importance
from optuna_guide.models.pipeline import fit_target
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

ALONE, INTERACTIONS = 0, 1


@pytest.fixture(scope="module")
def product() -> optuna.Study:
    """Two parameters that say nothing alone, one that does, and one that never does."""
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))

    def objective(trial: optuna.Trial) -> float:
        a, b, c = (trial.suggest_float(name, -1, 1) for name in "abc")
        trial.suggest_float("noise", 0, 1)
        return 3 * a * b + 0.7 * c

    study.optimize(objective, n_trials=300)
    return study


def fitted(study: optuna.Study) -> Models:
    models = fit_target(read_trials(read_snapshot(study)))
    assert isinstance(models, Models)
    return models


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_or_says_why_not(build: Callable[[], optuna.Study]) -> None:
    table = read_trials(read_snapshot(build()))
    figure = draw("joint_importance", guidance_for(table), table)
    assert figure.data or "trial" in words(figure)


def test_an_interaction_counts_for_the_set_that_holds_it(product: optuna.Study) -> None:
    sets = [["a"], ["a", "b"], ["a", "b", "c"], ["noise"], []]
    models = fitted(product)
    a, pair, three, noise, nothing = (joint_importance(models, one, skill=1.0) for one in sets)
    assert a.together < 0.15
    assert pair.together > 0.5
    assert pair.together - pair.alone > 0.4
    assert three.together > pair.together + 0.05
    assert noise.together < 0.1
    assert (nothing.alone, nothing.together) == (0, 0)


def test_shares_are_not_more_than_the_forest_explains(product: optuna.Study) -> None:
    models = fitted(product)
    assert 0.4 < joint_importance(models, ["a", "b", "c", "noise"], skill=0.5).together <= 0.5
    assert joint_importance(models, ["a"], skill=-0.3).together == 0


def test_one_parameter_explains_the_share_that_the_guidance_says(product: optuna.Study) -> None:
    guidance = ensure_fresh(product)
    assert isinstance(guidance, Guidance)
    drawn = plot_joint_importance(product, [["a"], ["b"], ["c"]]).data
    assert list(drawn[ALONE].x) == [round(guidance[name].share, 4) for name in "abc"]
    assert list(drawn[INTERACTIONS].x) == [0, 0, 0]


def test_by_default_the_most_important_parameters_are_added_one_by_one(guidance: Guidance) -> None:
    found = gather("joint_importance", guidance, make_table(guidance))
    names = tuple(param.name for param in guidance.params)
    assert [bar.names for bar in found.bars] == [names[: k + 1] for k in range(MAX_GROWING)]
    assert found.everything.names == names
    labels = draw("joint_importance", guidance, make_table(guidance)).layout.yaxis.ticktext
    assert [label.removesuffix("&nbsp;") for label in labels[:2]] == [names[0], f"+ {names[1]}"]
    totals = [bar.together for bar in found.bars]
    assert all(later >= earlier - 0.02 for earlier, later in itertools.pairwise(totals))


def test_chosen_sets_are_drawn(product: optuna.Study) -> None:
    figure = plot_joint_importance(product, [["a", "b"], ["c"]])
    assert [label.removesuffix("&nbsp;") for label in figure.layout.yaxis.ticktext] == [
        "a × b",
        "c",
    ]
    assert figure.data[INTERACTIONS].x[0] > figure.data[ALONE].x[0]
    assert "All 4 parameters together explain" in words(figure)


def test_an_unknown_parameter_is_refused(product: optuna.Study) -> None:
    with pytest.raises(KeyError, match="no parameter 'z'"):
        plot_joint_importance(product, [["a", "z"]])
