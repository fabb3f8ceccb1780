"""E[target | ranges] is that of the forest, and what-if says how far to believe it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ugly import UGLY, run
from wsgi_client import open_workbench

from optuna_guide import load_guidance
from optuna_guide.domain import space as spaces
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.guidance import NotReady
from optuna_guide.models.expectations import expect
from optuna_guide.models.fitting import Models
from optuna_guide.models.parts import to_parts
from optuna_guide.models.pipeline import fit_target
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.surfaces.workbench.estimates import estimate


def tuned(n_trials: int = 80) -> optuna.Study:
    def objective(trial: optuna.Trial) -> float:
        lr = trial.suggest_float("lr", 1e-4, 1.0, log=True)
        n = trial.suggest_int("n", 1, 6)
        solver = trial.suggest_categorical("solver", ["adam", "sgd", "lbfgs"])
        loss = (math.log10(lr) + 2) ** 2 + 0.3 * n
        if solver == "sgd":
            loss += trial.suggest_float("momentum", 0.0, 1.0)
        return loss

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(objective, n_trials=n_trials)
    return study


def fitted(study: optuna.Study) -> Models:
    models = fit_target(read_trials(read_snapshot(study)))
    assert isinstance(models, Models)
    return models


@pytest.fixture(scope="module")
def models() -> Models:
    return fitted(tuned())


def sampled(models: Models, parts: dict[int, Any], n: int = 40_000) -> float:
    """The same expectation by drawing uniformly from the ranges."""
    rng = np.random.default_rng(0)
    unit = rng.random((n, len(models.sample.space)))
    for j, part in parts.items():
        if j in models.boxes.positions:
            n_choices = models.boxes.positions[j].shape[1]
            unit[:, j] = (rng.choice(part, n) + 0.5) / n_choices
        else:
            ends = np.asarray(part)
            widths = ends[:, 1] - ends[:, 0]
            chosen = rng.choice(len(ends), n, p=widths / widths.sum())
            unit[:, j] = ends[chosen, 0] + rng.random(n) * widths[chosen]
    return float(models.forest.predict(unit).mean())


REGIONS = {
    "nothing": {},
    "an interval": {"lr": Intervals(((1e-3, 1e-1),))},
    "two intervals": {"lr": Intervals(((1e-4, 1e-3), (0.1, 0.5)))},
    "levels": {"n": Intervals(((2, 3),))},
    "one choice": {"solver": Choices((1,))},
    "several": {
        "lr": Intervals(((1e-3, 1.0),)),
        "n": Intervals(((1, 4),)),
        "solver": Choices((0, 2)),
        "momentum": Intervals(((0.2, 0.6),)),
    },
}


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_the_expected_target_is_that_of_draws_from_the_ranges(models, region):
    space = models.sample.space
    parts = to_parts(region, space, space)
    expected, spread = expect(models, parts)
    assert expected == pytest.approx(sampled(models, parts), abs=0.03)
    assert estimate(models, parts)["expected"] == pytest.approx(expected)
    assert spread > 0


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_bars_of_an_axis_are_what_is_expected_in_each_bin(models, region):
    """The bars of an axis do not look at the range on the axis itself, but within its branch."""
    space = models.sample.space
    branch = {"momentum": to_parts({"solver": Choices((1,))}, space, space)}
    parts = to_parts(region, space, space)
    found = estimate(models, parts)["params"]
    for j, name in enumerate(space):
        others = {k: part for k, part in (parts | branch.get(name, {})).items() if k != j}
        edges = models.bins[j].edges
        for b, mean in enumerate(found[name]["mean"]):
            own = np.array([b]) if j in models.boxes.positions else edges[None, b : b + 2]
            assert mean == pytest.approx(expect(models, {**others, j: own})[0], rel=1e-5)


def test_bars_average_to_what_is_expected_over_the_whole_axis(models):
    found = estimate(models, {})
    for j, name in enumerate(models.sample.space):
        if name == "momentum":  # of its branch alone
            continue
        widths = np.diff(models.bins[j].edges)
        assert widths @ found["params"][name]["mean"] == pytest.approx(found["expected"], rel=1e-5)


def test_bins_of_integers_hold_whole_levels_and_choices_stand_alone(models):
    found = estimate(models, {})["params"]
    assert found["n"]["edges"] == pytest.approx([0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5])
    assert found["solver"]["choices"] == [0, 1, 2]
    assert found["lr"]["edges"][0] == pytest.approx(1e-4)
    assert found["lr"]["edges"][-1] == pytest.approx(1.0)


def test_trials_are_counted_where_all_other_ranges_hold_them(models):
    space = models.sample.space
    found = estimate(models, to_parts({"solver": Choices((0,))}, space, space))
    column = models.sample.all_params[:, list(space).index("solver")]
    n = int((column == 0).sum())
    assert found["n_inside"] == n
    assert sum(found["params"]["lr"]["density"]) == n
    assert sum(found["params"]["solver"]["density"]) == len(column)


@settings(max_examples=40)
@given(
    low=st.floats(1e-4, 1.0), high=st.floats(1e-4, 1.0), n=st.integers(1, 6), m=st.integers(1, 6)
)
def test_what_is_expected_lies_between_the_smallest_and_the_largest_leaf(low, high, n, m):
    models = _shared()
    space = models.sample.space
    region = {
        "lr": Intervals(((min(low, high), max(low, high)),)),
        "n": Intervals(((min(n, m), max(n, m)),)),
    }
    expected, _ = expect(models, to_parts(region, space, space))
    assert models.boxes.values.min() <= expected <= models.boxes.values.max()


_CACHE: list[Models] = []


def _shared() -> Models:
    if not _CACHE:
        _CACHE.append(fitted(tuned()))
    return _CACHE[0]


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_every_study_can_be_asked(build):
    study = build()
    table = read_trials(read_snapshot(study))
    if not len(table):
        return
    models = fit_target(table)
    if isinstance(models, NotReady):
        return
    found = estimate(models, {})
    assert np.isfinite(found["expected"])
    for name, distribution in models.sample.space.items():
        assert len(found["params"][name]["mean"]) >= 1
        assert np.isfinite(found["params"][name]["mean"]).all()
        assert spaces.n_levels(distribution) != 1


def test_a_trial_of_the_study_is_its_own_nearest_and_no_extrapolation():
    study = tuned()
    client = open_workbench(study)
    client.wait_for_guidance()
    trial = study.trials[7]
    params = {
        name: trial.distributions[name].to_internal_repr(value)
        for name, value in trial.params.items()
    }
    found = client.get("predict", params=params).json
    assert found["nearest"][0] == {"number": 7, "distance": 0.0, "value": trial.value}
    assert not found["extrapolates"]
    assert found["reasons"] == []


def test_what_lies_far_from_all_trials_or_outside_is_called_so():
    client = open_workbench(tuned())
    client.wait_for_guidance()
    found = client.get("predict", params={"lr": 50.0, "n": 2, "solver": 0}).json
    assert found["extrapolates"]
    assert found["reasons"] == ["lr lies outside of its declared range."]
    found = client.get("predict", params={"lr": 1e-4, "n": 6, "momentum": 1.0}).json
    assert found["extrapolates"]
    assert "The nearest trial is" in found["reasons"][0]


def test_what_a_configuration_does_not_ask_for_is_told_with_the_condition():
    def objective(trial):
        if trial.suggest_categorical("model", ["svm", "mlp"]) == "svm":
            return trial.suggest_float("C", 0, 1)
        return trial.suggest_float("width", 0, 1)

    client = open_workbench(run(objective, 40))
    client.wait_for_guidance()
    found = client.get("predict", params={"model": 0, "C": 0.5}).json
    assert found["conditions"] == {"C": "model == 'svm'", "width": "model == 'mlp'"}
    assert (found["inactive"], found["unmodelled"]) == (["width"], [])
    found = client.get("predict", params={"model": 1, "C": 0.5}).json
    assert found["inactive"] == ["C"]


def test_a_set_of_parameters_explains_at_least_what_its_members_do_alone():
    client = open_workbench(tuned())
    client.wait_for_guidance()
    one = client.get("subset", params=["lr"]).json
    both = client.get("subset", params=["lr", "n"]).json
    assert one["share"] == one["alone"]
    assert one["share"] < both["alone"] <= both["share"] <= 1.0


def test_a_study_without_enough_trials_says_what_is_missing():
    client = open_workbench(UGLY["nine trials"]())
    client.wait_for_guidance()
    for name, query in {
        "estimates": {},
        "subset": {"params": ["x"]},
        "predict": {"params": {"x": 0.5}},
        "region/preview": {"region": {"x": {"intervals": [[0, 0.5]]}}},
    }.items():
        found = client.get(name, **query).json
        assert found["state"] == "not_ready"
        assert "1 more" in found["reason"]


def test_without_brushes_the_page_draws_the_effects_of_the_guidance():
    """Of a logarithmic, an integer, a categorical, a conditional and a plain parameter."""
    study = tuned()
    client = open_workbench(study)
    guidance = client.wait_for_guidance()["guidance"]
    found = client.get("estimates").json["params"]
    stored = load_guidance(study)
    assert (
        set(found) == {param.name for param in stored.params} == {"lr", "n", "solver", "momentum"}
    )
    for param in guidance["params"]:
        drawn, effect = found[param["name"]], param["effect"]
        assert drawn["mean"] == effect["mean"]
        assert drawn["spread"] == effect["spread"]
        assert drawn["density"] == effect["counts"]
        if "edges" in drawn:
            assert drawn["edges"] == effect["edges"]
        else:
            assert [k - 0.5 for k in drawn["choices"]] == effect["edges"][:-1]


def test_another_server_draws_what_the_stored_guidance_knew_when_trials_came_after():
    study = tuned()
    open_workbench(study).wait_for_guidance()
    stored = load_guidance(study)
    study.add_trials(tuned(83).trials[80:])
    client = open_workbench(study, read_only=True)
    assert client.wait_for_guidance()["n_known"] == 80
    for name, drawn in client.get("estimates").json["params"].items():
        assert tuple(drawn["mean"]) == stored[name].effect.mean
        assert tuple(drawn["density"]) == stored[name].effect.counts
    one = client.get("subset", params=["lr"]).json
    assert one["share"] == one["alone"] == stored["lr"].share
