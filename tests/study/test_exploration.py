from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import optuna
import pytest
from guidances import make_guidance
from optuna.distributions import FloatDistribution
from optuna.trial import create_trial
from ugly import UGLY

from optuna_guide.guidance import NotReady
from optuna_guide.keeping.callback import GuideCallback
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.store.keys import DECISION
from optuna_guide.study import provenance
from optuna_guide.study.exploration import align, aligned_goal, explore_table, read_exploration
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target
from optuna_guide.words.summary import summarise


def quadratic(trial: optuna.Trial) -> float:
    return (trial.suggest_float("x", 0, 1) - 0.3) ** 2 + trial.suggest_float("y", 0, 1)


def told(n: int = 3, **columns: Callable[[int], Any]) -> optuna.Study:
    """A study of complete trials; each column gives an argument of ``create_trial``."""
    study = optuna.create_study()
    for i in range(n):
        given = {name: column(i) for name, column in columns.items()}
        study.add_trial(
            create_trial(
                value=float(i),
                params={"x": i / n},
                distributions={"x": FloatDistribution(0, 1)},
                **given,
            )
        )
    return study


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_can_be_read(build: Callable[[], optuna.Study]) -> None:
    found = read_exploration(build())
    columns = (found.samplers, found.kinds, found.versions, found.generations, found.rungs)
    columns += (found.brackets, found.batches, found.parents, found.curves)
    assert {len(column) for column in columns} == {len(found)}
    assert set(found.kinds.tolist()) <= set(provenance.KINDS)


def blind(study: optuna.Study) -> list[int]:
    return sorted(read_trials(read_snapshot(study)).blind)


def test_trials_before_the_first_that_a_sampler_marked_were_drawn_blindly() -> None:
    sampler = optuna.samplers.TPESampler(seed=0, n_startup_trials=6)
    study = optuna.create_study(sampler=sampler)
    study.enqueue_trial({"x": 0.5})
    study.optimize(quadratic, n_trials=12)
    assert blind(study) == [1, 2, 3, 4, 5]
    assert blind(told()) == []


def test_what_guidance_confined_was_not_drawn_blindly() -> None:
    kinds = ["startup", "explored", "guided"]

    def decision(i: int) -> dict[str, Any]:
        return {DECISION: {"kind": kinds[i], "version": i, "base": "RandomSampler"}}

    assert blind(told(system_attrs=decision)) == [0, 1]


def test_of_trials_alone_nothing_is_known() -> None:
    found = explore_table(read_trials(read_snapshot(told())))
    assert not any(found.kinds)
    assert np.isnan(found.generations).all()
    assert found.curves.lengths.sum() == 0


def test_decisions_of_the_guided_sampler_are_recorded() -> None:
    study = optuna.create_study(sampler=GuidedSampler(seed=0, explore=0.3))
    study.enqueue_trial({"x": 0.5, "y": 0.5})
    study.optimize(quadratic, n_trials=40)
    found = read_exploration(study)
    assert found.kinds[0] == "enqueued"
    assert set(found.kinds[1:15].tolist()) == {"startup"}
    assert {"guided", "explored"} <= set(found.kinds.tolist())
    assert set(found.samplers[1:].tolist()) == {"LiteGPSampler"}
    narrowed = [c for c in found.corridors if c.kind == "narrowed"]
    assert [c.start for c in narrowed] == sorted(
        int(found.trials.numbers[found.versions == c.version][0]) for c in narrowed
    )
    assert narrowed[0].region


def test_samplers_are_told_by_their_marks_and_generations() -> None:
    study = optuna.create_study(
        directions=["minimize", "minimize"],
        sampler=optuna.samplers.NSGAIISampler(population_size=6, seed=0),
    )
    study.optimize(lambda t: (quadratic(t), t.params["x"]), n_trials=18)
    found = read_exploration(study)
    assert set(found.samplers.tolist()) == {"NSGAIISampler"}
    assert found.generations.tolist() == [0.0] * 6 + [1.0] * 6 + [2.0] * 6
    assert found.kinds.tolist() == ["startup"] * 6 + [""] * 12


def test_trials_before_the_first_mark_are_the_startup() -> None:
    sampler = optuna.samplers.CmaEsSampler(n_startup_trials=4, seed=0)
    study = optuna.create_study(sampler=sampler)
    study.optimize(quadratic, n_trials=10)
    found = read_exploration(study)
    assert found.kinds.tolist() == ["startup"] * 4 + [""] * 6
    assert found.samplers.tolist() == [""] * 4 + ["CmaEsSampler"] * 6
    assert found.makers.tolist() == ["start-up"] * 4 + ["CmaEsSampler"] * 6
    said = summarise(read_snapshot(study), NotReady("."), found).made_by
    assert said == "CmaEsSampler (6), start-up (4)"


@pytest.mark.parametrize("digits", [15, 2])
def test_rungs_and_brackets_of_hyperband_are_those_that_the_pruner_chose(digits: int) -> None:
    pruner = optuna.pruners.HyperbandPruner(min_resource=1, max_resource=9, reduction_factor=3)
    sampler = optuna.samplers.RandomSampler(seed=0)
    study = optuna.create_study(study_name="hb", sampler=sampler, pruner=pruner)

    def objective(trial: optuna.Trial) -> float:
        value = quadratic(trial)
        for step in range(1, 10):
            trial.report(round(value + (3 if step < 5 else 1) / (step // 2 + 1), digits), step)
            if trial.should_prune():
                raise optuna.TrialPruned
        return value

    study.optimize(objective, n_trials=60)
    found = read_exploration(study)
    told = [pruner._get_bracket_id(study, study.trials[n]) for n in found.trials.numbers]
    known = ~np.isnan(found.brackets)
    assert known.sum() > 40
    assert found.brackets[known].tolist() == np.array(told)[known].tolist()
    assert set(found.rungs[known].tolist()) >= {0.0, 1.0}
    assert found.trials.pruned.sum() > 20


def test_a_single_bracket_says_nothing() -> None:
    def rung(i: int) -> dict[str, float]:
        return {"completed_rung_0": 1.0 * i}

    study = told(6, system_attrs=rung, intermediate_values=lambda i: {3: 1.0 * i, 5: 9.0})
    found = read_exploration(study)
    assert np.isnan(found.brackets).all()
    assert found.rungs.tolist() == [0.0] * 6


def test_a_batch_holds_trials_that_could_not_learn_from_each_other() -> None:
    spans = np.array(
        [(0, 10), (1, 12), (2, 9), (9, 20), (11, 15), (16, math.nan), (30, 31), (math.nan, 40)]
    )
    assert provenance.infer_batches(*spans.T).tolist() == [0, 0, 0, 1, 1, 2, 2, -1]


def test_a_batch_ends_where_any_of_it_ended_by_clocks_that_go_backwards_too() -> None:
    spans = np.array([(0, 9), (3, 1), (3, 1), (4, math.inf), (5, 20), (5, math.nan), (25, 26)])
    assert provenance.infer_batches(*spans.T).tolist() == [0, 0, 1, 2, 2, 2, 3]


def test_parents_are_earlier_trials_that_are_named() -> None:
    parents = [None, 0, "1", 7, True, -2, 3]
    study = told(7, user_attrs=lambda i: {"parent": parents[i]})
    found = read_exploration(study)
    assert found.parents.tolist() == [-1, 0, -1, -1, -1, -1, 3]
    assert found.parent_rows().tolist() == [-1, 0, -1, -1, -1, -1, 3]


def test_a_generation_may_be_an_attribute() -> None:
    generations = [0, 0, 1, "2", True, -1]
    study = told(6, user_attrs=lambda i: {"generation": generations[i]})
    found = read_exploration(study).generations
    np.testing.assert_array_equal(found, [0, 0, 1, np.nan, np.nan, np.nan])


def test_curves_are_ascending_and_finite() -> None:
    study = told(2, intermediate_values=lambda i: {5: 0.5, 1: 0.1 + i, 3: math.nan})
    curves = read_exploration(study).curves
    steps, values = curves.of(1)
    assert (steps.tolist(), values.tolist()) == ([1, 5], [1.1, 0.5])
    assert curves.last_steps().tolist() == [5.0, 5.0]
    assert math.isnan(read_exploration(told(1)).curves.last_steps()[0])


def test_lists_with_a_value_for_each_step_are_further_curves() -> None:
    attributes = {"loss": [3.0, 2.0, 1.0], "predictions": [1.5] * 40, "ids": [1, 2, 3], "a": "b"}
    study = told(
        2, user_attrs=lambda i: attributes, intermediate_values=lambda i: {2: 1, 4: 2, 6: 3}
    )
    found = read_exploration(study)
    assert list(found.series) == ["loss"]
    assert found.series["loss"].of(0)[0].tolist() == [2, 4, 6]


def test_a_target_has_a_row_for_every_trial() -> None:
    study = told(3, user_attrs=lambda i: {"size": 10 * i} if i else {})
    table = read_trials(read_snapshot(study))
    target = align(read_target(table, "size", direction="maximize"), len(table))
    assert np.isnan(target.loss[0])
    assert target.loss[1:].tolist() == [-10, -20]
    assert target.measured[1:].tolist() == [10, 20]


def test_the_goal_of_an_older_guidance_is_the_default_where_the_table_lost_it() -> None:
    table = read_trials(read_snapshot(told(3)))
    guidance = replace(make_guidance(), target="value", direction="minimize")
    assert aligned_goal(guidance, table).values.tolist() == [0, 1, 2]
    assert aligned_goal(replace(guidance, target="is gone"), table).name == "value"


def test_reading_gives_no_warning_of_optuna() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_exploration(UGLY["mixed choices"]())


def test_the_callback_records_the_sampler_of_every_trial_that_it_sees_end() -> None:
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    study.optimize(quadratic, n_trials=3)
    for sampler in (
        optuna.samplers.RandomSampler(seed=1),
        optuna.samplers.QMCSampler(seed=1, warn_independent_sampling=False),
        optuna.samplers.RandomSampler(seed=2),
    ):
        study.sampler = sampler
        with GuideCallback(publish=False) as guide:
            study.optimize(quadratic, n_trials=2, callbacks=[guide])
    study.optimize(quadratic, n_trials=1)
    found = read_exploration(study).samplers.tolist()
    random, qmc = ["RandomSampler"] * 2, ["QMCSampler"] * 2
    assert found == ["", "", "", *random, *qmc, *random, ""]


def test_under_ask_and_tell_the_sampler_of_a_named_trial_is_recorded() -> None:
    study = optuna.create_study(sampler=GuidedSampler(optuna.samplers.RandomSampler(seed=0)))
    guide = GuideCallback(publish=False)
    for named in (True, False):
        trial = study.ask({"x": FloatDistribution(0, 1)} if named else None)
        trial.suggest_float("y", 0, 1) if named else None
        study.tell(trial, 1.0)
        guide.update(study, trial) if named else guide.update(study)
    guide.wait()
    assert read_exploration(study).samplers.tolist() == ["RandomSampler", ""]
