"""Ranges and advice that agree with what else is said of the trials."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import FrozenTrial, Trial, create_trial
from ugly import run

from optuna_guide.domain.ranges import Intervals
from optuna_guide.guidance import Effect, Guidance
from optuna_guide.models.pipeline import fit_guidance
from optuna_guide.models.reversals import find_moving
from optuna_guide.models.sample import read_sample
from optuna_guide.models.suggestions import find_contradictions
from optuna_guide.store.keys import OBSERVED_BOUNDS
from optuna_guide.study.snapshot import Snapshot, read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target
from optuna_guide.words.verdict import gather

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

UNIT = FloatDistribution(0.0, 1.0)


@pytest.mark.parametrize(
    ("mean", "maximise", "found"),
    [
        pytest.param((1.0, 2.0, 3.0, 4.0), False, {"x"}, id="worse inside"),
        pytest.param((1.0, 2.0, 3.0, 4.0), True, set(), id="better inside"),
        pytest.param((1.0, 4.0, 2.4, 2.5), False, set(), id="as good inside"),
    ],
)
def test_a_range_contradicts_an_effect_that_is_clearly_worse_inside(
    mean: tuple[float, ...], maximise: bool, found: set[str]
) -> None:
    effect = Effect((0.1, 0.4, 0.6, 0.9), (0, 0.25, 0.5, 0.75, 1), mean, (0.1,) * 4, (5,) * 4)
    region = {"x": Intervals(((0.5, 1.0),))}
    assert find_contradictions(region, {"x": effect}, maximise=maximise) == found


def test_cells_that_were_never_tried_contradict_nothing() -> None:
    effect = Effect((0.2, 0.6, 0.9), (0, 0.4, 0.8, 1), (1.0, 1.0, 9.0), (0.1,) * 3, (5, 5, 0))
    region = {"x": Intervals(((0.5, 1.0),))}
    assert find_contradictions(region, {"x": effect}, maximise=False) == set()


def added(low: float = 0.0, high: float = 1.0, n: int = 80) -> optuna.Study:
    """Trials that were added, which improve to the highest value."""
    study = optuna.create_study()
    space = {"x": FloatDistribution(low, high), "y": FloatDistribution(low, high)}
    rng = np.random.default_rng(0)
    for x, y in [*rng.random((n, 2)).tolist(), [0.0, 0.0], [1.0, 1.0]]:
        value = -x + 0.02 * y
        study.add_trial(create_trial(params={"x": x, "y": y}, distributions=space, value=value))
    return study


def observed(study: optuna.Study, **attributes: Any) -> frozenset[str]:
    snapshot = read_snapshot(study)
    return read_trials(replace(snapshot, attributes=attributes)).observed_bounds


def test_bounds_that_are_values_of_added_trials_were_only_observed() -> None:
    assert observed(added()) == {"x", "y"}
    assert observed(added(-1.0, 2.0)) == frozenset()


def test_trials_that_ran_were_declared() -> None:
    snapshot = read_snapshot(added())

    def later(trial: FrozenTrial) -> FrozenTrial:
        assert trial.datetime_start is not None
        trial.datetime_complete = trial.datetime_start + timedelta(seconds=1)
        return trial

    ran: Snapshot = replace(snapshot, trials=[later(trial) for trial in snapshot.trials])
    assert read_trials(ran).observed_bounds == frozenset()


def test_a_study_says_which_bounds_were_only_observed() -> None:
    study = run(lambda t: t.suggest_float("x", 0, 1) + t.suggest_float("y", 0, 1), 12)
    assert observed(study, **{OBSERVED_BOUNDS: ["y"]}) == {"y"}
    assert observed(study, **{OBSERVED_BOUNDS: True}) == {"x", "y"}
    assert observed(study) == frozenset()


def test_observed_bounds_are_no_reason_to_widen() -> None:
    real, seen = (fit_guidance(added(high=high)) for high in (1.0 + 1e-9, 1.0))
    assert isinstance(real, Guidance)
    assert isinstance(seen, Guidance)
    assert real["x"].advice.kind == "widen"
    assert seen["x"].advice.kind != "widen"


def populated(n: int = 60) -> optuna.Study:
    """Every trial from the 20th on continues another one, whose state it inherits."""

    def objective(trial: Trial) -> float:
        lr, momentum = trial.suggest_float("lr", 0, 1), trial.suggest_float("momentum", 0, 1)
        if trial.number >= 20:
            trial.set_user_attr("parent", trial.number - 20)
        return abs(lr - 0.3) + 0.01 * momentum - trial.number // 20

    return run(objective, n)


def test_inherited_states_are_warned_of_and_the_first_generation_is_compared() -> None:
    found = fit_guidance(populated())
    assert isinstance(found, Guidance)
    (note,) = (n for n in found.notes if "parents" in n)
    assert note.startswith("40 trials were made from others (their parents): importance mixes")
    assert "Among the 20 of the first generation lr clearly matters" in note


def test_no_parent_no_warning() -> None:
    found = fit_guidance(added())
    assert isinstance(found, Guidance)
    assert not any("parents" in note for note in found.notes)


def test_what_moves_with_a_parameter_without_a_range_has_none_of_its_own() -> None:
    study = run(
        lambda t: abs(
            sum(t.suggest_float(n, 0, 1) for n in ("lr", "width", "depth"))
            - t.suggest_categorical("kind", [1.0, 2.0])
        ),
        40,
    )
    table = read_trials(read_snapshot(study))
    sample = read_sample(table, read_target(table))
    part = Intervals(((0.0, 0.5),))
    pairs = {("lr", "width"): 0.6, ("lr", "depth"): 0.2, ("kind", "lr"): 0.3}
    partners = {"lr": ["width"], "depth": ["lr"], "width": ["lr"]}

    def moving(
        region: Collection[str],
        partners: Mapping[str, Sequence[str]] = partners,
        pairs: Mapping[tuple[str, str], float] = pairs,
    ) -> dict[str, str]:
        return find_moving(sample, region, dict.fromkeys(region, part), partners, pairs)

    assert moving(["lr", "width", "depth"]) == {}
    assert moving(["lr", "depth"]) == {"lr": "width", "depth": "lr"}
    assert moving(["lr"], pairs={("lr", "width"): 0.01}) == {}
    assert moving(["lr"], partners={"lr": ["kind"]}) == {}


def test_nothing_is_to_be_avoided_of_what_moves_with_a_parameter_without_a_range() -> None:
    """A sampler tried the middle of a diagonal valley: its ends are as good."""
    study, rng = optuna.create_study(), np.random.default_rng(1)
    lr = np.r_[rng.random(60), np.clip(0.45 + 0.08 * rng.normal(size=200), 0, 1)]
    width = np.r_[rng.random(60), np.clip(1 - lr[60:] + 0.03 * rng.normal(size=200), 0, 1)]
    rows = np.column_stack([lr, width, rng.random(260)])
    losses = 3 * np.abs(lr + width - 1) + 0.1 * rng.normal(size=260)
    names = ("lr", "width", "dropout")
    for row, loss in zip(rows.tolist(), losses.tolist(), strict=True):
        params = dict(zip(names, row, strict=True))
        study.add_trial(
            create_trial(params=params, distributions=dict.fromkeys(names, UNIT), value=loss)
        )
    found = fit_guidance(study)
    assert isinstance(found, Guidance)
    for name, other in (("lr", "width"), ("width", "lr")):
        assert found[name].advice.text == f"its best values hang on {other}: no range of its own"
        shape = found[name].shape
        assert shape is not None
        assert shape.avoid is None


def test_a_range_that_is_the_wrong_one_at_a_choice_says_so() -> None:
    study, rng = optuna.create_study(), np.random.default_rng(0)
    kinds = CategoricalDistribution(["sgd", "adam", "lion", "radam"])
    space = {"optimizer": kinds, "lr": UNIT, "x": UNIT}
    for _ in range(150):
        kind, lr, x = kinds.choices[int(rng.integers(4))], float(rng.random()), float(rng.random())
        params = {"optimizer": kind, "lr": lr, "x": x}
        value = (lr - (0.9 if kind == "sgd" else 0.3)) ** 2 + 0.02 * rng.normal()
        study.add_trial(create_trial(params=params, distributions=space, value=value))
    guidance = fit_guidance(study)
    assert isinstance(guidance, Guidance)
    lr = guidance["lr"]
    assert lr.advice.kind == "narrow"
    assert lr.advice.unless == "optimizer = sgd"
    assert lr.advice.text.endswith("keep to the promising range, unless optimizer = sgd")
    assert "(unless optimizer = sgd)" in gather(guidance).lines[1]
    only = replace(guidance, params=(replace(lr, advice=replace(lr.advice, unless="")),))
    assert "unless" not in gather(only).lines[1]


@pytest.mark.parametrize(
    ("effects", "is_alone"),
    [
        pytest.param((3.0, 0.3, 0.3), True, id="better everywhere"),
        pytest.param((3.0, -0.3, -0.3), False, id="worse elsewhere"),
    ],
)
def test_a_range_that_is_better_everywhere_needs_no_other_one(
    effects: tuple[float, ...], is_alone: bool
) -> None:
    study, rng = optuna.create_study(), np.random.default_rng(0)
    rates = CategoricalDistribution((0.001, 0.01, 0.1))
    space = {"lr": rates, "layers": IntDistribution(2, 4, step=2), "x": UNIT}
    for _ in range(150):
        k, layers, x = int(rng.integers(3)), int(rng.choice([2, 4])), float(rng.random())
        value = 2 * k + effects[k] * (layers == 2) + 0.2 * rng.normal()
        params = {"lr": rates.choices[k], "layers": layers, "x": x}
        study.add_trial(create_trial(params=params, distributions=space, value=value))
    guidance = fit_guidance(study)
    assert isinstance(guidance, Guidance)
    advice = guidance["layers"].advice
    assert advice.kind == "narrow"
    assert ("not alone" not in advice.text) == is_alone
