"""Variations of a network: layers come and go as wholes, and conditions are kept."""

from __future__ import annotations

import math
from itertools import pairwise

import optuna
import pytest

from optuna_guide import create_ablations, create_path, create_variations
from optuna_guide.experiments.basis import read_basis
from optuna_guide.experiments.branches import Layers


def n_weights(units: list[int]) -> int:
    return 64 * units[0] + sum(a * b for a, b in pairwise(units))


def network(trial: optuna.Trial) -> float:
    n_layers = trial.suggest_int("n_layers", 1, 3)
    units = [trial.suggest_int(f"layer{k}_units", 4, 64, log=True) for k in range(n_layers)]
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if solver == "sgd" else 0.9
    trial.set_user_attr("n_weights", n_weights(units))
    rate = trial.suggest_float("rate", 1e-3, 1e-1, log=True)
    return 0.1 * n_layers + (0.9 - momentum) + (rate - 0.02) ** 2 - 0.001 * sum(units)


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    study.optimize(network, n_trials=60)
    return study


def deep(study: optuna.Study) -> int:
    return next(t.number for t in study.trials if t.params["n_layers"] == 3)


def units(params) -> list[int]:
    return [params[f"layer{k}_units"] for k in range(3) if f"layer{k}_units" in params]


def test_layers_are_told_by_their_names_and_their_count(study):
    names = (("layer0_units",), ("layer1_units",), ("layer2_units",))
    assert read_basis(study).layers == (Layers("n_layers", 1, names),)


def test_any_layer_is_removed_and_those_behind_it_move_up(study):
    parent = deep(study)
    own = units(study.trials[parent].params)
    made = create_variations(study, parent, 10, 1, params={"n_layers": ["remove"]})
    found = {tuple(units(c.params)) for c in made.candidates}
    assert found == {tuple(own[:k] + own[k + 1 :]) for k in range(3)}
    assert {c.params["n_layers"] for c in made.candidates} == {2}


def test_a_layer_is_added_anywhere_as_a_copy(study):
    parent = next(t for t in study.trials if t.params["n_layers"] == 1)
    (width,) = units(parent.params)
    made = create_variations(study, parent, 10, 1, params={"n_layers": ["add"]})
    assert [units(c.params) for c in made.candidates] == [[width, width]]


def test_a_choice_is_replaced_together_with_what_it_brings(study):
    parent = next(t for t in study.trials if t.params["solver"] == "sgd")
    (made,) = create_variations(study, parent, 5, 1, params=["solver"]).candidates
    assert made.params["solver"] == "adam"
    assert "momentum" not in made.params
    assert made.change == "solver sgd → adam, − momentum"
    adam = next(t for t in study.trials if t.params["solver"] == "adam")
    (made,) = create_variations(study, adam, 5, 1, params=["solver"]).candidates
    best = min((t for t in study.trials if "momentum" in t.params), key=lambda t: t.value)
    assert made.params["momentum"] == best.params["momentum"]


def test_limits_are_held(study):
    made = create_variations(study, deep(study), 8, limits=["n_weights <= 1500"])
    for candidate in made.candidates:
        assert n_weights(units(candidate.params)) <= 1500 * 1.2


def test_neighbours_of_several_trials_compete_within_a_rule_that_is_known_beforehand(study):
    def is_small(params) -> bool:
        return n_weights(units(params)) <= 900

    found = sorted(study.trials, key=lambda t: t.value)[:6]
    made = create_variations(study, found, 8, limits=[is_small])
    assert made.parent == found[0].number
    assert len(made) == 8
    assert all(is_small(candidate.params) for candidate in made.candidates)
    assert len({candidate.parent for candidate in made.candidates}) > 1
    for candidate in made.candidates:
        own = study.trials[candidate.parent].params
        changed = {name for name, value in candidate.params.items() if own.get(name) != value}
        assert changed == {c.name for c in candidate.changes if c.after is not None}


def test_variations_are_not_nearly_the_same(study):
    made = create_variations(study, 0, 8, 1, params=["rate"])
    rates = sorted(math.log10(candidate.params["rate"]) for candidate in made.candidates)
    assert len(rates) == 8
    assert min(b - a for a, b in pairwise(rates)) > 0.05  # of two decades


def test_an_objective_can_be_limited(study):
    (made,) = create_variations(study, 0, 1, limits=["value <= 1e6"]).candidates
    assert made.parent == 0
    with pytest.raises(ValueError, match="1 to 100 trials can be varied at once, not 0"):
        create_variations(study, [], 1)


def test_a_parameter_can_be_limited(study):
    made = create_variations(study, 0, 8, limits=["rate <= 0.03", "momentum >= 0.5"])
    assert len(made) == 8
    assert all(c.params["rate"] <= 0.03 for c in made.candidates)
    assert all(c.params.get("momentum", 0.5) >= 0.5 for c in made.candidates)
    none = create_variations(study, 0, 8, limits=["rate <= 0.0001"])
    assert none.notes[0] == "No untried variations were found within rate <= 0.0001."
    with pytest.raises(ValueError, match=r"parameter 'solver' to limit; there are: .*n_weights"):
        create_variations(study, 0, 8, limits=["solver <= 1"])


def test_a_group_may_vary(study):
    made = create_variations(study, deep(study), 4, params=["layer*_units"])
    changed = {c.name for candidate in made.candidates for c in candidate.changes}
    assert changed <= {"layer0_units", "layer1_units", "layer2_units"}


def test_variations_stay_inside_ranges_and_are_new(study):
    made = create_variations(study, 0, 20, region={"rate": (0.01, 0.05)})
    tried = {tuple(sorted(t.params.items())) for t in study.trials}
    for candidate in made.candidates:
        assert 0.01 <= candidate.params["rate"] <= 0.05
        assert len([c for c in candidate.changes if not c.follows]) >= 1
        assert tuple(sorted(candidate.params.items())) not in tried
        assert candidate.forecast is not None


def test_a_group_is_ablated_as_one(study):
    parent = deep(study)
    made = create_ablations(study, parent, ["layer*_units", "n_layers"], {"layer0_units": 64})
    together = next(c for c in made.candidates if c.params["n_layers"] == 3)
    assert units(together.params) == [64, 15, 15]
    alone = next(c for c in made.candidates if c.params["n_layers"] == 1)
    assert alone.change == "n_layers 3 → 1, − layer1_units, − layer2_units"


def test_a_path_leads_from_the_defaults_to_the_trial(study):
    best = study.best_trial
    path = create_path(study, best, {"rate": 0.1, "solver": "sgd", "momentum": 0.0})
    assert path.start.params["momentum"] == 0.0
    assert dict(path.steps[-1].candidate.params) == best.params
    assert path.steps[-1].measured == best.value
    total = path.start_value + sum(step.gain for step in path.steps)
    assert total == pytest.approx(path.steps[-1].value)
    first = path.steps[0]
    assert first.gain == pytest.approx(first.alone) == min(s.alone for s in path.steps)
