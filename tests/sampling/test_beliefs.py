"""Beliefs lean the search, cost little where they mislead, and are dropped once refuted."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import RandomSampler, TPESampler

from optuna_guide import (
    GuidedSampler,
    LiteGPSampler,
    apply_belief,
    apply_region,
    belief_history,
    clear_beliefs,
    near,
    read_beliefs,
)
from optuna_guide.domain.beliefs import (
    describe_belief,
    holds,
    log_density,
    parse_beliefs,
    quantile,
    value_of,
)
from optuna_guide.store import once
from optuna_guide.surfaces import cli

SPACE = {
    "lr": FloatDistribution(1e-5, 1e-1, log=True),
    "depth": IntDistribution(1, 12),
    "opt": CategoricalDistribution(["sgd", "adam"]),
}
GOOD = {"lr": near(1e-2), "opt": near("adam")}
WRONG = {"lr": near(1e-5), "opt": near("sgd")}


def _objective(trial: optuna.Trial) -> float:
    rate = math.log10(trial.suggest_float("lr", 1e-5, 1e-1, log=True))
    depth = trial.suggest_int("depth", 1, 12)
    slow = trial.suggest_categorical("opt", ["sgd", "adam"]) == "sgd"
    return (rate + 2) ** 2 + 0.1 * (depth - 6) ** 2 + slow


def _run(sampler: Any, n_trials: int) -> optuna.Study:
    study = optuna.create_study(sampler=sampler)
    study.optimize(_objective, n_trials=n_trials)
    return study


def _rates(study: optuna.Study) -> list[float]:
    return [math.log10(trial.params["lr"]) for trial in study.trials]


@pytest.fixture(autouse=True)
def _nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "_said", set())


@pytest.mark.parametrize("make", [LiteGPSampler, GuidedSampler])
def test_the_first_trial_is_what_is_believed_and_the_search_begins_there(make: Any) -> None:
    study = _run(make(seed=0, prior=GOOD), 9)
    assert study.trials[0].params["lr"] == pytest.approx(1e-2)
    assert study.trials[0].params["opt"] == "adam"
    close = [abs(rate + 2) < 0.8 for rate in _rates(study)]
    assert sum(close) >= 6
    assert not all(close)  # every other one of the first trials could refute it


def test_a_wrong_belief_is_dropped_with_a_sentence_and_the_optimum_is_found() -> None:
    study = _run(LiteGPSampler(seed=0, prior=WRONG), 16)
    assert read_beliefs(study) == ()
    refuted = [e for e in belief_history(study) if e.source == "trials"]
    assert {name for e in refuted for name in e.ended} == {"lr", "opt"}
    rate = next(e for e in refuted if "lr" in e.ended)
    assert rate.comment is not None
    assert rate.comment.startswith("The belief that the best lr is near 1e-05 was dropped after ")
    assert study.best_value < 0.05


def test_what_the_trials_agree_with_is_kept() -> None:
    study = _run(LiteGPSampler(seed=0, prior=GOOD), 14)
    assert {h.name for h in read_beliefs(study)} == {"lr", "opt"}


def test_a_belief_that_says_nothing_changes_nothing() -> None:
    told = _run(LiteGPSampler(seed=0), 1)
    told.sampler = LiteGPSampler(seed=0)
    plain = optuna.create_study(sampler=LiteGPSampler(seed=0))
    for study in (told, plain):
        if study is plain:
            study.add_trials(told.trials[:1])
        else:
            apply_belief(study, {"lr": (1e-5, 1e-1), "opt": {"sgd", "adam"}})
        study.optimize(_objective, n_trials=7)
    assert _rates(plain) == pytest.approx(_rates(told))


def test_beliefs_of_a_running_study_stack_and_are_taken_back() -> None:
    study = _run(LiteGPSampler(seed=0), 6)
    apply_belief(study, {"lr": near(1e-3)}, author="Ana")
    apply_belief(study, {"lr": (1e-4, 1e-2), "depth": near(5)})
    assert [h.name for h in read_beliefs(study)] == ["lr", "lr", "depth"]
    clear_beliefs(study, ["lr"])
    assert [h.name for h in read_beliefs(study)] == ["depth"]
    with pytest.raises(ValueError, match=r"Nothing is believed about \['lr'\].*about: depth"):
        clear_beliefs(study, ["lr"])


def test_a_prior_is_stated_once_however_many_workers_and_runs() -> None:
    study = _run(LiteGPSampler(seed=0, prior=GOOD), 3)
    for seed in (1, 2):
        study.sampler = LiteGPSampler(seed=seed, prior=GOOD)
        study.optimize(_objective, n_trials=2)
    assert len(belief_history(study)) == 1
    clear_beliefs(study)
    study.optimize(_objective, n_trials=2)
    assert read_beliefs(study) == ()


@pytest.mark.parametrize("base", [TPESampler(seed=0), RandomSampler(seed=0)])
def test_other_base_samplers_draw_some_trials_by_what_is_believed(base: Any) -> None:
    study = _run(GuidedSampler(base, seed=0, prior=GOOD), 20)
    kinds = [t.system_attrs["guide:decision"]["kind"] for t in study.trials]
    assert kinds[0] == "believed"
    assert 3 <= kinds.count("believed") <= 15
    believed = [
        abs(r + 2) for r, kind in zip(_rates(study), kinds, strict=True) if kind == "believed"
    ]
    others = [
        abs(r + 2) for r, kind in zip(_rates(study), kinds, strict=True) if kind != "believed"
    ]
    assert np.mean(believed) < 0.5 < np.mean(others)


def test_trials_of_other_base_samplers_refute_a_belief() -> None:
    study = _run(GuidedSampler(RandomSampler(seed=0), seed=0, prior=WRONG), 26)
    assert "lr" not in {h.name for h in read_beliefs(study)}


def test_a_region_outranks_a_belief() -> None:
    study = _run(RandomSampler(seed=0), 3)
    apply_region(study, {"lr": (1e-4, 1e-3)})
    study.sampler = GuidedSampler(RandomSampler(seed=0), seed=0, prior=GOOD)
    study.optimize(_objective, n_trials=8)
    assert all(1e-4 <= t.params["lr"] <= 1e-3 for t in study.trials[3:])


def test_a_prior_that_fits_no_value_is_said_and_left_out(log: pytest.LogCaptureFixture) -> None:
    prior = {"lr": near(7), "opt": near("lion"), "other": near(1)}
    study = _run(LiteGPSampler(seed=0, prior=prior), 7)
    assert len(study.trials) == 7
    assert log.text.count("The belief about 'lr' is left out. 7 of 'lr' lies outside") == 1
    assert log.text.count("'lion' is no choice of 'opt'") == 1
    assert log.text.count("'other', which no trial has suggested") == 1


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        pytest.param(lambda: near(1, 0), ValueError, "spread is a share", id="spread"),
        pytest.param(lambda: LiteGPSampler(prior=3), TypeError, "prior maps", id="no mapping"),
        pytest.param(
            lambda: GuidedSampler(LiteGPSampler(), prior=GOOD),
            ValueError,
            r"LiteGPSampler takes prior itself: GuidedSampler\(LiteGPSampler\(prior=",
            id="base takes it",
        ),
        pytest.param(
            lambda: parse_beliefs({"lr": near(2.0)}, SPACE),
            ValueError,
            r"2.0 of 'lr' lies outside the declared range \[1e-05, 0.1\]",
            id="outside",
        ),
    ],
)
def test_beliefs_that_make_no_sense_are_refused(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_the_density_is_flat_inside_falls_off_and_ends_nowhere() -> None:
    beliefs = parse_beliefs({"lr": (1e-4, 1e-3), "opt": {"adam"}, "depth": near(5.4)}, SPACE)
    density = log_density(beliefs["lr"], SPACE["lr"], np.array([0.3, 0.55, 0.6, 1.0, np.nan]))
    assert density[0] == density[4] == 0
    assert 0 > density[1] > density[2] > density[3] > -1.95
    assert describe_belief(beliefs["depth"], SPACE["depth"]) == "near 5"
    assert describe_belief(beliefs["opt"], SPACE["opt"]) == "adam"
    shares = np.linspace(0.01, 0.99, 199)
    unit = quantile(beliefs["depth"], SPACE["depth"], shares)
    assert (np.diff(unit) > 0).all()
    assert holds(beliefs["depth"], SPACE["depth"], unit).mean() > 0.7
    assert value_of(beliefs["lr"], SPACE["lr"]) == pytest.approx(10**-3.5)
    drawn = [value_of(beliefs["opt"], SPACE["opt"], s) for s in shares.tolist()]
    assert drawn.count("adam") == pytest.approx(181, abs=3)


def test_the_command_states_lists_and_drops(tmp_path: Any, capsys: pytest.CaptureFixture) -> None:
    url = f"sqlite:///{tmp_path}/study.db"
    study = optuna.create_study(storage=url, sampler=LiteGPSampler(seed=0))
    study.optimize(_objective, n_trials=12)
    assert cli.main(["believe", url, "lr=1e-2", "opt=sgd", "--author", "Ana"]) == 0
    assert "Believed until the trials refute it: lr near 0.01, opt sgd" in capsys.readouterr().out
    assert cli.main(["believe", url]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in listed] == ["lr near 0.01", "opt sgd"]
    assert all(line.endswith("likely by the trials") for line in listed)
    assert cli.main(["believe", url, "--drop", "opt"]) == 0
    assert cli.main(["history", url]) == 0
    told = capsys.readouterr().out
    assert "no longer believed: opt" in told
    assert "Ana" in told
