from __future__ import annotations

import pickle
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import optuna
import pytest
from optuna.trial import TrialState

from optuna_guide import GuidedPruner

Floats = npt.NDArray[np.float64]
N_STEPS = 20


def saturating(n: int, seed: int, noise: float = 0.01) -> Floats:
    """``(n, N_STEPS)`` accuracies of trials of which the better ones are better all the way."""
    rng = np.random.default_rng(seed)
    level, steps = rng.uniform(0, 1, n)[:, None], np.arange(1, N_STEPS + 1)
    return level * (1 - np.exp(-steps / 5)) + noise * rng.normal(size=(n, N_STEPS))


def crossing(n: int, seed: int) -> Floats:
    """Three of ten trials stay behind all others until two thirds of their steps are done."""
    rng = np.random.default_rng(seed)
    level, steps = rng.uniform(0, 1, n)[:, None], np.arange(1, N_STEPS + 1) / N_STEPS
    early = 0.2 + 0.7 * level * (1 - np.exp(-6 * steps))
    late = 0.2 + 0.9 * level / (1 + np.exp(-20 * (steps - 0.66)))
    is_late = rng.uniform(size=(n, 1)) < 0.3
    return np.where(is_late, late, early) + 0.01 * rng.normal(size=(n, N_STEPS))


def run(study: optuna.Study, curves: Floats) -> list[int]:
    """How many steps each trial took; each is told its last value."""
    taken = []
    for curve in curves.tolist():
        trial = study.ask()
        for step, value in enumerate(curve):
            trial.report(value, step)
            if step < len(curve) - 1 and trial.should_prune():
                study.tell(trial, state=TrialState.PRUNED)
                break
        else:
            study.tell(trial, value)
        taken.append(step + 1)
    return taken


def study_of(curves: Floats, **options: Any) -> optuna.Study:
    """A study to maximise, with these trials, all complete."""
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.NopPruner())
    run(study, curves)
    study.pruner = GuidedPruner(**options)
    return study


def asks(study: optuna.Study, values: Sequence[float], first: int = 0) -> list[bool]:
    """What the pruner says after each report of a trial that goes on."""
    while len(study.trials) % 10 == 0:  # these are never pruned
        study.tell(study.ask(), state=TrialState.FAIL)
    trial, said = study.ask(), []
    for step, value in enumerate(values, start=first):
        trial.report(value, step)
        said.append(trial.should_prune())
    return said


@pytest.mark.parametrize("direction", ["maximize", "minimize"])
def test_hopeless_trials_end_early_and_the_best_one_is_found(direction: str) -> None:
    shares, missed = [], []
    for seed in range(2):
        curves = saturating(60, seed)
        curves = curves if direction == "maximize" else 1 - curves
        study = optuna.create_study(direction=direction, pruner=GuidedPruner())
        taken = run(study, curves)
        assert taken[:5] == [N_STEPS] * 5
        shares.append(np.mean(taken[5:]) / N_STEPS)
        best = curves[:, -1].max() if direction == "maximize" else curves[:, -1].min()
        missed.append(abs(study.best_value - best))
    assert np.mean(shares) < 0.45
    assert max(missed) < 0.02  # two deviations of the noise


def test_late_winners_are_let_through_where_curves_cross() -> None:
    """Of trials that would beat all of 40 known ones, the share that may be lost is ``chance``."""
    lost: dict[str, list[bool]] = {"GuidedPruner": [], "MedianPruner": []}
    for seed in range(6):
        study, new = study_of(crossing(40, seed)), crossing(3000, 100 + seed)
        winners = new[new[:, -1] > study.best_value][:5, :-1].tolist()
        for pruner in (GuidedPruner(), optuna.pruners.MedianPruner()):
            study.pruner = pruner
            lost[type(pruner).__name__] += [any(asks(study, curve)) for curve in winners]
    assert np.mean(lost["GuidedPruner"]) <= 0.05
    assert np.mean(lost["MedianPruner"]) > 0.5


def test_every_tenth_of_the_first_hundred_trials_is_never_pruned() -> None:
    study = study_of(saturating(20, 0))
    taken = run(study, np.zeros((90, N_STEPS)))
    complete = {i for i, n in enumerate(taken, start=20) if n == N_STEPS}
    assert complete == set(range(20, 101, 10))


def test_the_first_report_never_prunes() -> None:
    study = study_of(saturating(20, 0))
    assert asks(study, [-100.0]) == [False]
    assert asks(study, [-100.0], first=12) == [False]


def test_none_is_pruned_before_enough_trials_are_complete() -> None:
    curves = saturating(8, 0)
    assert not any(asks(study_of(curves[:7], n_startup_trials=8), [0.0] * N_STEPS))
    assert any(asks(study_of(curves, n_startup_trials=8), [0.0] * N_STEPS))
    assert not any(asks(study_of(curves[:3], n_startup_trials=0), [0.0] * N_STEPS))


def test_none_is_pruned_before_the_warmup_is_over() -> None:
    said = asks(study_of(saturating(30, 0), n_warmup_steps=9), [0.0] * N_STEPS)
    assert not any(said[:9])
    assert any(said[9:])


def test_a_chance_of_nothing_prunes_nothing() -> None:
    assert not any(asks(study_of(saturating(30, 0), chance=0.0), [0.0] * N_STEPS))


@pytest.mark.parametrize("bad", [float("nan"), float("-inf")])
def test_a_trial_that_diverged_is_pruned_unless_such_trials_recover(bad: float) -> None:
    curves = saturating(20, 0)
    assert asks(study_of(curves), [0.5, bad]) == [False, True]
    curves[3, 1] = bad
    assert asks(study_of(curves), [0.5, bad]) == [False, False]


def test_an_infinitely_good_report_is_passed_over() -> None:
    assert asks(study_of(saturating(20, 0)), [0.5, float("inf")]) == [False, False]


def test_infinite_values_and_huge_ones_leave_the_pruner_at_work() -> None:
    curves = saturating(30, 0)
    curves[4], curves[5, 3:], curves[6, -1] = -1e300, float("nan"), float("-inf")
    curves[5, -1] = 0.2
    assert any(asks(study_of(curves), [0.0] * N_STEPS))


def test_trials_may_report_at_other_steps_and_end_earlier() -> None:
    curves = saturating(30, 0)
    study = optuna.create_study(direction="maximize")
    for i, curve in enumerate(curves):
        trial = study.ask()
        for step in range(i % 3, N_STEPS - i % 5, 1 + i % 2):
            trial.report(curve[step], 10 * step + i % 7)
        study.tell(trial, curve[-1])
    study.pruner = GuidedPruner()
    trial = study.ask()
    study.tell(trial, state=TrialState.FAIL)
    trial, said = study.ask(), []
    for step in range(0, 200, 3):
        trial.report(0.0, step)
        said.append(trial.should_prune())
    assert any(said)
    assert 0 < sum(said) <= 16  # it is judged at a few steps, whoever goes on


def test_what_is_infeasible_is_nothing_to_catch_up_with() -> None:
    curves = saturating(30, 0)
    study = optuna.create_study(direction="maximize")
    for curve in curves.tolist():
        trial = study.ask()
        trial.set_constraint("memory", 1.0 if curve[-1] > 0.3 else -1.0)
        for step, value in enumerate(curve):
            trial.report(value, step)
        study.tell(trial, curve[-1])
    study.pruner = GuidedPruner()
    level = 0.45 * (1 - np.exp(-np.arange(1, N_STEPS + 1) / 5))
    assert not any(asks(study, level.tolist()))
    assert any(asks(study_of(curves), level.tolist()))


def test_a_resumed_study_is_judged_alike_by_every_worker(tmp_path: Path) -> None:
    storage = optuna.storages.RDBStorage(f"sqlite:///{tmp_path / 'study.db'}")
    study = optuna.create_study(storage=storage, study_name="s", direction="maximize")
    study.add_trials(
        optuna.trial.create_trial(value=curve[-1], intermediate_values=dict(enumerate(curve)))
        for curve in saturating(12, 0).tolist()
    )
    pruners = [GuidedPruner(), pickle.loads(pickle.dumps(GuidedPruner()))]
    values = (0.3 * (1 - np.exp(-np.arange(1, N_STEPS + 1) / 5))).tolist()
    said = []
    for pruner in pruners:
        again = optuna.load_study(storage=storage, study_name="s", pruner=pruner)
        said.append(asks(again, values[:8]))
        pickle.dumps(pruner)
    assert any(said[0])
    assert said[0] == said[1]


def test_one_pruner_serves_several_studies() -> None:
    pruner, curves = GuidedPruner(), saturating(30, 0)
    good, bad = study_of(curves + 1), study_of(curves)
    good.pruner = bad.pruner = pruner
    level = (0.99 * (1 - np.exp(-np.arange(1, N_STEPS + 1) / 5))).tolist()
    for _ in range(2):
        assert any(asks(good, level))
        assert not any(asks(bad, level))


def test_many_threads_prune_without_a_failure() -> None:
    curves = iter(saturating(60, 3).tolist())

    def objective(trial: optuna.Trial) -> float:
        curve = next(curves)
        for step, value in enumerate(curve):
            trial.report(value, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(value)

    study = optuna.create_study(direction="maximize", pruner=GuidedPruner())
    study.optimize(objective, n_trials=60, n_jobs=4)
    states = {trial.state for trial in study.trials}
    assert states == {TrialState.COMPLETE, TrialState.PRUNED}


def test_it_goes_inside_the_patient_pruner() -> None:
    study = study_of(saturating(30, 0))
    study.pruner = optuna.pruners.PatientPruner(GuidedPruner(), patience=1)
    assert any(asks(study, np.linspace(0.1, 0.0, N_STEPS).tolist()))


def test_without_reports_there_is_nothing_to_prune() -> None:
    study = study_of(saturating(30, 0))
    assert not study.ask().should_prune()


def test_several_objectives_know_no_pruning() -> None:
    study = optuna.create_study(directions=["minimize", "minimize"])
    trial = study.ask()
    frozen = optuna.trial.create_trial(values=[1.0, 1.0], intermediate_values={0: 1.0, 1: 2.0})
    study.tell(trial, [1.0, 2.0])
    assert not GuidedPruner(n_startup_trials=0).prune(study, frozen)


def test_an_error_is_said_and_the_trial_goes_on(
    monkeypatch: pytest.MonkeyPatch, log: pytest.LogCaptureFixture
) -> None:
    study = study_of(saturating(30, 0))

    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("optuna_guide.sampling.pruner.fit_curve_ends", fail)
    assert not any(asks(study, [0.0] * N_STEPS))
    told = [m for m in log.messages if m.startswith("GuidedPruner failed: RuntimeError")]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"chance": -0.1}, "chance is between 0 and 1, not -0.1"),
        ({"chance": 1.5}, "chance is between 0 and 1, not 1.5"),
        ({"n_startup_trials": -1}, "must not be negative: found -1 and 0"),
        ({"n_warmup_steps": -2}, "must not be negative: found 5 and -2"),
    ],
)
def test_arguments_out_of_range_are_told(options: dict[str, Any], match: str) -> None:
    with pytest.raises(ValueError, match=match):
        GuidedPruner(**options)


def test_a_question_costs_little_after_many_trials() -> None:
    study = optuna.create_study(direction="maximize")
    for curve in saturating(600, 0).tolist():
        study.add_trial(
            optuna.trial.create_trial(value=curve[-1], intermediate_values=dict(enumerate(curve)))
        )
    study.pruner = GuidedPruner()
    asks(study, [0.0, 0.0])
    trial = study.ask()
    began = time.process_time()
    for step in range(N_STEPS):
        trial.report(0.0, step)
        trial.should_prune()
    assert (time.process_time() - began) / N_STEPS < 0.01
