"""Relations between parameters are obeyed by every proposal, and end no study."""

from __future__ import annotations

from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import CmaEsSampler, RandomSampler, TPESampler

from optuna_guide import GuidedSampler, LiteGPSampler, apply_region
from optuna_guide.sampling.lite_gp.candidates import close_allowed
from optuna_guide.sampling.lite_gp.rows import from_unit_cube, obey, to_internal
from optuna_guide.sampling.lite_gp.space import make_space
from optuna_guide.sampling.relation import Relation
from optuna_guide.store import once

SAMPLERS = [
    pytest.param(lambda **k: LiteGPSampler(seed=0, **k), id="lite_gp"),
    pytest.param(lambda **k: GuidedSampler(seed=0, n_startup_trials=8, **k), id="guided"),
    pytest.param(
        lambda **k: GuidedSampler(TPESampler(seed=0), n_startup_trials=8, seed=0, **k), id="tpe"
    ),
    pytest.param(
        lambda **k: GuidedSampler(
            CmaEsSampler(seed=0, warn_independent_sampling=False),
            n_startup_trials=8,
            seed=0,
            **k,
        ),
        id="cmaes",
    ),
]
every_sampler = pytest.mark.parametrize("make", SAMPLERS)


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_said", set())


def _objective(trial: optuna.Trial) -> float:
    """Best where the relation forbids it; ``y`` is conditional, ``k`` a constant."""
    trial.suggest_int("k", 4, 4)
    a, b = trial.suggest_int("a", 1, 20), trial.suggest_int("b", 1, 20)
    x, y = trial.suggest_float("x", 0, 1), 0.0
    if trial.suggest_categorical("c", ["p", "q"]) == "p":
        y = trial.suggest_float("y", 0, 1)
    return 0.1 * (a - 12) ** 2 + 0.1 * (b - 9) ** 2 + (x - 0.8) ** 2 + (y - 0.5) ** 2


def _allows(params: Any) -> bool:
    return bool(params["a"] + params["k"] <= params["b"] + 4 and params["x"] + params["y"] <= 1)


def _is_broken(params: Any) -> bool:
    return params["a"] > params["b"] or ("y" in params and params["x"] + params["y"] > 1)


@every_sampler
def test_every_proposal_obeys_from_the_first_trial_on(make: Any) -> None:
    study = optuna.create_study(sampler=make(constrain_params=_allows))
    study.optimize(_objective, n_trials=22)
    assert [t.number for t in study.trials if "y" in t.params and _is_broken(t.params)] == []
    assert len({tuple(t.params.values()) for t in study.trials}) > 20


def test_the_best_allowed_configuration_is_found() -> None:
    sampler = LiteGPSampler(seed=0, constrain_params=lambda p: p["a"] <= p["b"])
    study = optuna.create_study(sampler=sampler)
    study.optimize(_objective, n_trials=30)
    assert not any(t.params["a"] > t.params["b"] for t in study.trials)
    assert study.best_value < 0.56  # 0.5 at best


@every_sampler
def test_a_relation_that_nothing_fulfils_is_said_once_and_ignored(
    make: Any, log: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(sampler=make(constrain_params=lambda p: p["a"] > 99))
    study.optimize(_objective, n_trials=12)
    assert len(study.trials) == 12
    assert 1 <= log.text.count("constrain_params allows n") <= 2  # once in each space


@every_sampler
def test_an_error_of_the_function_is_said_once_and_ends_nothing(
    make: Any, log: pytest.LogCaptureFixture
) -> None:
    study = optuna.create_study(sampler=make(constrain_params=lambda p: p["a"] / 0 > p["b"]))
    study.optimize(_objective, n_trials=8)
    assert len(study.trials) == 8
    assert log.text.count("constrain_params failed: ZeroDivisionError") == 1


def test_what_a_person_fixed_stays_and_the_others_suit_it() -> None:
    for base in (None, RandomSampler(seed=0)):
        sampler = GuidedSampler(base, seed=0, constrain_params=lambda p: p["a"] <= p["b"])
        study = optuna.create_study(sampler=sampler)
        study.optimize(_objective, n_trials=8)
        apply_region(study, {"x": (0.1, 0.4)})
        study.enqueue_trial({"b": 5})
        study.optimize(_objective, n_trials=4)
        assert study.trials[8].params["b"] == 5
        assert all(t.params["a"] <= t.params["b"] for t in study.trials)
        assert all(0.1 <= t.params["x"] <= 0.4 for t in study.trials[8:])


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(TypeError, match=r"constrain_params is a function .* not 'a < b'"):
        LiteGPSampler(constrain_params="a < b")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="LiteGPSampler takes constrain_params itself"):
        GuidedSampler(LiteGPSampler(), constrain_params=_allows)


def test_close_rows_fulfil_the_relation_and_the_closest_is_first() -> None:
    space = make_space(
        {
            "x": FloatDistribution(1e-3, 1e3, log=True),
            "n": IntDistribution(1, 9),
            "c": CategoricalDistribution("ab"),
        }
    )
    relation = Relation(lambda p: p["x"] <= p["n"] or p["c"] == "b")
    object.__setattr__(space, "relation", relation)
    rng = np.random.default_rng(0)
    rows = from_unit_cube(space, rng.random((200, 3)))
    told = [{**to_internal(space, row)} for row in rows]
    expected = [p["x"] <= p["n"] or p["c"] == 1 for p in told]
    assert obey(space, rows).tolist() == expected
    forbidden, allowed = rows[~np.array(expected)][0], rows[np.array(expected)][0]
    close = close_allowed(space, forbidden, rng)
    assert obey(space, close).all()
    assert np.abs(close[0, :2] - forbidden[:2]).sum() < 0.5
    assert (close_allowed(space, allowed, rng)[0] == allowed).all()
