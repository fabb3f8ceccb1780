from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Mapping

import numpy as np
import optuna
import pandas as pd
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution, IntDistribution
from optuna.samplers import GridSampler, RandomSampler, TPESampler
from optuna.trial import TrialState, create_trial
from ugly import UGLY

from optuna_guide.across.importing.study import study_from_frame
from optuna_guide.analysis.diagnostics import Diagnosis, diagnose
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.store.keys import DECISION, OBSERVED_BOUNDS
from optuna_guide.store.samplers import record_samplers
from optuna_guide.study.exploration import align, read_exploration
from optuna_guide.study.targets import read_target

UNIT = FloatDistribution(0.0, 1.0)
WEIGHT_DECAY = FloatDistribution(1e-6, 1.0, log=True)


def checks(study: optuna.Study) -> dict[str, Diagnosis]:
    exploration = read_exploration(study)
    target = align(read_target(exploration.trials), len(exploration))
    return {d.name: d for d in diagnose(exploration, target)}


def flagged(study: optuna.Study) -> set[str]:
    return {name for name, found in checks(study).items() if found.is_flagged}


def told(
    rows: list[dict[str, float]],
    values: list[float],
    space: Mapping[str, BaseDistribution] | None = None,
    parents: list[int | None] | None = None,
) -> optuna.Study:
    study = optuna.create_study()
    for i, (row, value) in enumerate(zip(rows, values, strict=True)):
        attributes = {"parent": parents[i]} if parents else {}
        distributions = {name: (space or {}).get(name, UNIT) for name in row}
        study.add_trial(
            create_trial(
                value=value, params=row, distributions=distributions, user_attrs=attributes
            )
        )
    return study


def bred(factors: tuple[float, float], n_generations: int = 8, size: int = 16) -> optuna.Study:
    """Population based training: the better half is kept, and copied with its decay changed."""
    rng = np.random.default_rng(0)
    rows = [
        {"decay": float(10 ** rng.uniform(-5, -1)), "x": float(rng.random())} for _ in range(size)
    ]
    values = [float(rng.random()) for _ in rows]
    parents: list[int | None] = [None] * size
    for _ in range(n_generations):
        newest = range(len(rows) - size, len(rows))
        kept = sorted(newest, key=lambda i: values[i])[: size // 2]
        for parent in [*kept, *kept]:
            decay = rows[parent]["decay"] * float(rng.choice(factors))
            rows.append({"decay": float(np.clip(decay, 1e-6, 1)), "x": rows[parent]["x"]})
            values.append(float(rng.random()))
            parents.append(parent)
    return told(rows, values, {"decay": WEIGHT_DECAY}, parents)


def deep_nets_start_late(pruner: optuna.pruners.BasePruner) -> optuna.Study:
    """Deep nets end better, but are behind for many steps."""
    study = optuna.create_study(sampler=RandomSampler(seed=1), pruner=pruner)

    def objective(trial: optuna.Trial) -> float:
        depth, noise = trial.suggest_int("depth", 1, 6), trial.suggest_float("x", 0, 1)
        for step in range(20):
            loss = 1 - 0.1 * depth + 0.6 * noise + 3 * math.exp(-(step + 1) / depth**1.2)
            trial.report(loss, step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return loss

    study.optimize(objective, n_trials=120)
    return study


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_can_be_checked(build: Callable[[], optuna.Study]) -> None:
    for found in checks(build()).values():
        assert found.sentence.endswith(".")
        assert found.is_checked or found.state == "unknown"


def test_a_uniform_search_is_healthy() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        rows = [{"x": float(rng.random()), "y": float(rng.random())} for _ in range(100)]
        assert flagged(told(rows, [r["x"] + float(rng.random()) for r in rows])) == set()


def test_flagged_checks_come_first() -> None:
    exploration = read_exploration(told([{"x": 0.5, "y": 0.1}] * 30, list(map(float, range(30)))))
    target = align(read_target(exploration.trials), len(exploration))
    flags = [d.is_flagged for d in diagnose(exploration, target)]
    assert flags == sorted(flags, reverse=True)
    assert any(flags)


def test_a_perturbation_biased_to_low_values_is_found() -> None:
    found = checks(bred((0.2, 1.2)))["Bias of perturbations"]
    assert found.is_flagged
    assert "biased to low values of decay" in found.sentence
    assert "symmetric on its scale" in found.sentence


def test_symmetric_perturbations_are_not_flagged() -> None:
    assert not checks(bred((0.5, 2.0)))["Bias of perturbations"].is_flagged


def test_a_biased_perturbation_is_seen_without_parents_as_well() -> None:
    study = bred((0.2, 1.2))
    rows = [{"decay": t.params["decay"], "x": t.params["x"]} for t in study.trials]
    orphans = told(rows, [t.value or 0.0 for t in study.trials], {"decay": WEIGHT_DECAY})
    found = checks(orphans)["Drift without gain"]
    assert found.is_flagged
    assert "moved to low values of decay" in found.sentence


def test_what_a_sampler_that_learns_does_is_no_drift() -> None:
    study = bred((0.2, 1.2))
    rows = [{"decay": t.params["decay"], "x": t.params["x"]} for t in study.trials]
    orphans = told(rows, [t.value or 0.0 for t in study.trials], {"decay": WEIGHT_DECAY})
    record_samplers(orphans, "worker", {"TPESampler": range(len(rows))})
    drift = checks(orphans)["Drift without gain"]
    assert drift.state == "unknown"


def test_a_move_to_better_values_is_no_drift() -> None:
    x = np.linspace(0.9, 0.1, 90) + np.random.default_rng(0).normal(0, 0.05, 90)
    rows = [{"x": float(np.clip(v, 0, 1))} for v in x]
    found = checks(told(rows, [r["x"] for r in rows]))["Drift without gain"]
    assert not found.is_flagged
    assert "moved to better values" in found.sentence


def test_trials_that_stayed_where_they_were_did_not_move_to_better_values() -> None:
    x = np.random.default_rng(0).random(90)
    found = checks(told([{"x": float(v)} for v in x], [float(v) for v in x]))
    assert found["Drift without gain"].sentence.startswith("No parameter moved by more than ")
    assert found["Premature convergence"].sentence == "The newest trials keep apart."


def test_late_starters_that_hardly_any_survive_cannot_be_judged() -> None:
    pruner = optuna.pruners.PercentilePruner(60.0, n_startup_trials=8, n_warmup_steps=2)
    study = deep_nets_start_late(pruner)
    late = checks(study)["Late starters are pruned"]
    assert late.state == "unknown"
    deep = [t for t in study.trials if t.params["depth"] >= 5]
    survived = sum(t.state == TrialState.COMPLETE for t in deep)
    assert survived < 5
    assert f"{survived} of {len(deep)} at 5 … 6" in late.sentence


def slow(depths: tuple[int, ...], survivors: Mapping[int, int], gain: float) -> optuna.Study:
    """Forty trials of each depth, of which few survive; 2 is behind early and gains later."""
    rng = np.random.default_rng(0)
    study = optuna.create_study()
    for depth in depths:
        for i in range(40):
            early = float(rng.random()) + 0.5 * (depth == 2)
            final = early - (depth == 2) * gain
            survives = i < survivors[depth]
            study.add_trial(
                create_trial(
                    state=TrialState.COMPLETE if survives else TrialState.PRUNED,
                    value=final if survives else None,
                    params={"depth": depth},
                    distributions={"depth": IntDistribution(1, 2)},
                    intermediate_values={1: early, 9: final} if survives else {1: early},
                )
            )
    return study


def test_a_part_whose_survivors_catch_up_starts_late() -> None:
    found = checks(slow((1, 2), {1: 30, 2: 8}, gain=1.0))["Late starters are pruned"]
    assert found.is_flagged
    assert found.sentence.startswith("depth = 2: 8 of 40 trials survive")
    assert "of all places more" in found.sentence


def test_a_part_that_catches_up_may_start_late_though_many_of_it_survive() -> None:
    found = checks(slow((1, 2), {1: 30, 2: 20}, gain=1.0))["Late starters are pruned"]
    assert found.state == "well"
    assert found.sentence.startswith("depth = 2 may start late: its survivors win ")
    assert found.sentence.endswith("; 20 of 40 trials survive, against 75 % of the others.")


def test_no_part_starts_late_where_many_survive_and_none_catches_up() -> None:
    found = checks(slow((1, 2), {1: 30, 2: 8}, gain=0.0))["Late starters are pruned"]
    assert found.state == "well"
    assert found.sentence == (
        "No part of a range is seen to start late: 2 compared by their survivors."
    )


def test_a_part_that_was_hardly_tried_is_not_said_to_start_in_time() -> None:
    study = slow((1, 2), {1: 30, 2: 8}, gain=0.0)
    for trial in study.trials[:3]:
        domain = {"depth": IntDistribution(1, 3)}
        study.add_trial(
            create_trial(
                state=TrialState.PRUNED,
                params={"depth": 3},
                distributions=domain,
                intermediate_values=trial.intermediate_values,
            )
        )
    found = checks(study)["Late starters are pruned"]
    assert found.sentence.startswith("None of the 2 parts of ranges that can be compared")
    assert "1 was tried fewer than 8 times" in found.sentence


def test_ranks_that_change_after_the_pruning_step_are_found() -> None:
    rng = np.random.default_rng(0)
    study = optuna.create_study()
    for i in range(100):
        final = float(rng.random())
        early, pruned = float(rng.random()), i % 2 == 0
        reported = {s: early + (final - early) * s / 10 for s in range(3 if pruned else 11)}
        study.add_trial(
            create_trial(
                state=TrialState.PRUNED if pruned else TrialState.COMPLETE,
                value=None if pruned else final,
                params={"x": final},
                distributions={"x": UNIT},
                intermediate_values=reported,
            )
        )
    found = checks(study)["Pruned too early"]
    assert found.is_flagged
    assert "50 of 100 trials were pruned, 50 of them by step 2" in found.sentence
    assert "ranks of 50 complete trials" in found.sentence
    assert "prune not before step" in found.sentence


def test_nothing_starts_late_over_the_folds_of_a_cross_validation() -> None:
    rng = np.random.default_rng(0)
    study = optuna.create_study(
        sampler=RandomSampler(seed=0), pruner=optuna.pruners.MedianPruner()
    )

    def objective(trial: optuna.Trial) -> float:
        x, losses = trial.suggest_float("x", 0, 1), []
        for fold in range(5):
            losses.append(x + float(rng.normal()))
            trial.report(losses[-1], fold)
            if trial.should_prune():
                raise optuna.TrialPruned
        return float(np.mean(losses))

    study.optimize(objective, n_trials=60)
    late = checks(study)["Late starters are pruned"]
    assert late.state == "unknown"
    assert "folds" in late.sentence


def test_few_complete_trials_do_not_tell_whether_pruning_was_too_early() -> None:
    found = checks(slow((1,), {1: 10}, gain=0.0))["Pruned too early"]
    assert found.state == "well"
    study = slow((1,), {1: 0}, gain=0.0)
    for early, final in enumerate([3, 0, 5, 1, 7, 2, 4, 6]):
        study.add_trial(
            create_trial(
                value=final,
                params={"depth": 1},
                distributions={"depth": IntDistribution(1, 2)},
                intermediate_values={1: early},
            )
        )
    found = checks(study)["Pruned too early"]
    assert found.state == "unknown"
    assert found.sentence.endswith("too few to judge.")


def test_a_pruner_that_waits_is_not_flagged() -> None:
    found = checks(deep_nets_start_late(optuna.pruners.MedianPruner(8, n_warmup_steps=14)))
    assert not found["Late starters are pruned"].is_flagged
    assert not found["Pruned too early"].is_flagged


def grid_study(*, marked: bool, n: int = 36) -> optuna.Study:
    """Values that lie at the bounds and in the lowest decades of their ranges, row by row."""
    space = {
        "a": IntDistribution(1, 100),
        "b": FloatDistribution(1e-5, 1.0),
        "c": IntDistribution(16, 256, log=True),
    }
    rows = list(itertools.product([1, 2, 4, 100], [1e-5, 1e-4, 1.0], [16, 64, 256]))[:n]
    grid = {name: sorted({row[i] for row in rows}) for i, name in enumerate(space)}
    if not marked:
        return told([dict(zip(space, row, strict=True)) for row in rows], [*range(n)], space)
    study = optuna.create_study(sampler=GridSampler(grid, seed=0))
    study.optimize(
        lambda t: (
            t.suggest_int("a", 1, 100)
            + t.suggest_float("b", 1e-5, 1.0)
            + t.suggest_int("c", 16, 256, log=True)
        ),
        n_trials=n,
    )
    return study


@pytest.mark.parametrize("n", [36, 27])
@pytest.mark.parametrize("marked", [True, False])
def test_a_grid_is_no_bias(marked: bool, n: int) -> None:
    assert flagged(grid_study(marked=marked, n=n)) == set()


@pytest.mark.parametrize(("better", "words"), [(True, "move the bound"), (False, "clamped")])
def test_piling_at_a_bound_is_told_apart_by_what_it_brings(better: bool, words: str) -> None:
    rng = np.random.default_rng(0)
    x = np.minimum(rng.random(100) * 1.5, 1.0)
    values = [float(-v if better else v) for v in x]
    found = checks(told([{"x": float(v)} for v in x], values))["Piling at a bound"]
    assert found.is_flagged
    assert "upper bound of x" in found.sentence
    assert words in found.sentence


def test_no_bound_is_named_where_no_trial_lies_at_one() -> None:
    x = np.linspace(0.1, 0.9, 30)
    found = checks(told([{"x": float(v)} for v in x], list(x)))["Piling at a bound"]
    assert not found.is_flagged
    assert found.sentence == "No trial lies at a bound of a parameter."


def test_what_a_sampler_explores_in_corners_is_no_pile() -> None:
    study = optuna.create_study(sampler=GuidedSampler(seed=0))
    rng = np.random.default_rng(0)
    for number in range(60):
        mark = {DECISION: {"kind": "modelled"}} if number >= 30 else {}
        x = 1.0 if number >= 30 else float(rng.random())
        params, space = {"x": x}, {"x": UNIT}
        study.add_trial(
            create_trial(value=x, params=params, distributions=space, system_attrs=mark)
        )
    found = checks(study)["Piling at a bound"]
    assert (found.is_flagged, found.counted) == (False, "30 complete trials")
    assert "at one bound" in found.sentence


def test_decades_on_a_linear_scale_are_found() -> None:
    rng = np.random.default_rng(0)
    space = {"lr": FloatDistribution(1e-5, 1.0)}
    rows = [{"lr": float(rng.uniform(1e-5, 1))} for _ in range(30)]
    found = checks(told(rows, [r["lr"] for r in rows], space))["Decades on a linear scale"]
    assert found.is_flagged
    assert found.number == pytest.approx(5)
    assert "log=True" in found.sentence


@pytest.mark.parametrize("name", ["Piling at a bound", "Decades on a linear scale"])
def test_bounds_that_were_merely_seen_are_no_bounds(name: str) -> None:
    rng = np.random.default_rng(0)
    x = [float(v) for v in np.minimum(rng.uniform(1e-4, 1.5, 100), 1.0)]
    study = told([{"x": v} for v in x], x, {"x": FloatDistribution(1e-4, 1.0)})
    assert checks(study)[name].is_flagged
    study._storage.set_study_system_attr(study._study_id, OBSERVED_BOUNDS, ["x"])
    assert not checks(study)[name].is_flagged


def test_a_search_that_gathered_and_stopped_improving_is_found() -> None:
    rng = np.random.default_rng(0)
    spread = [{"x": float(rng.random()), "y": float(rng.random())} for _ in range(30)]
    close = [{"x": 0.5 + 1e-3 * float(rng.random()), "y": 0.5} for _ in range(70)]
    study = told(spread + close, [float(v) for v in rng.random(30)] + [2.0] * 70)
    assert {"Premature convergence", "Diversity of the newest trials"} <= flagged(study)
    found = checks(study)["Premature convergence"]
    assert 0.5 < found.number < 0.75
    said = checks(study)["Diversity of the newest trials"].sentence
    assert said.endswith("and gained nothing.")


def test_a_search_that_gathered_and_still_gains_is_told_so() -> None:
    close = [{"x": 0.5 + 1e-3 * k / 70} for k in range(70)]
    study = told(close, [float(-k) for k in range(70)])
    said = checks(study)["Diversity of the newest trials"].sentence
    assert said.startswith("The newest trials lie close together, at <1 % of")
    assert said.endswith("and still gain.")


def test_trials_that_join_the_front_gain() -> None:
    study = optuna.create_study(directions=["minimize", "minimize"])
    for k in range(40):
        x = 0.5 + 1e-3 * k
        study.add_trial(create_trial(values=[x, -x], params={"x": x}, distributions={"x": UNIT}))
    said = checks(study)["Diversity of the newest trials"].sentence
    assert said.endswith("and still gain.")


def test_repeated_configurations_are_counted() -> None:
    rows = [{"x": float(i % 20) / 20} for i in range(40)]
    found = checks(told(rows, [r["x"] for r in rows]))["Repeated configurations"]
    assert found.number == pytest.approx(0.5)
    assert found.is_flagged


def test_repeats_that_differ_tell_the_noise() -> None:
    rows = [{"x": float(i % 20) / 20} for i in range(40)]
    found = checks(told(rows, [float(i) for i in range(40)]))["Repeated configurations"]
    assert not found.is_flagged
    assert "tells the noise" in found.sentence


def branches(trial: optuna.Trial) -> float:
    """Most values are of parameters that half of the trials lack."""
    branch = trial.suggest_categorical("branch", ["a", "b"])
    return sum(trial.suggest_float(f"{branch}{k}", 0, 1) for k in range(3))


def flat(trial: optuna.Trial) -> float:
    return sum(trial.suggest_float(name, 0, 1) for name in "xyz")


@pytest.mark.parametrize(
    ("sampler", "objective", "share"),
    [
        pytest.param(TPESampler(multivariate=True, seed=0), branches, 0.75, id="branches"),
        pytest.param(TPESampler(multivariate=True, seed=0), flat, 0.0, id="one space"),
        pytest.param(TPESampler(multivariate=False, seed=0), branches, 0.0, id="univariate"),
        pytest.param(RandomSampler(seed=0), branches, 0.0, id="random"),
    ],
)
def test_values_that_fall_out_of_the_common_space_are_counted(
    sampler: optuna.samplers.BaseSampler,
    objective: Callable[[optuna.Trial], float],
    share: float,
) -> None:
    study = optuna.create_study(sampler=GuidedSampler(sampler, seed=0))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        study.optimize(objective, n_trials=50)
    found = checks(study)["Independent sampling"]
    assert found.number == pytest.approx(share)
    assert found.is_flagged == (share > 0.2)


def test_nobody_but_the_guided_sampler_knows_how_a_value_was_drawn() -> None:
    study = optuna.create_study(sampler=TPESampler(seed=0))
    study.optimize(flat, n_trials=30)
    found = checks(study)["Independent sampling"]
    assert not found.is_flagged
    assert "Not checked. Only GuidedSampler sees" in found.sentence


def test_rows_of_a_table_without_times_are_not_judged_as_old_and_new() -> None:
    """Sorted by their learning rate, they look as if the search had gone there."""
    rates = np.geomspace(1e-4, 1e-1, 80)
    rows = pd.DataFrame({"lr": rates, "loss": np.log10(rates / 1e-2) ** 2})
    found = checks(study_from_frame(rows, target="loss", direction="minimize"))
    for name in ("Drift without gain", "Diversity of the newest trials", "Premature convergence"):
        assert found[name].sentence == "Not checked. Nothing tells when trials ended."
        assert not found[name].is_flagged
        assert found[name].number is None
    assert found["Sampling skew"].is_checked
    assert found["Premature convergence"].counted == "80 complete trials"
