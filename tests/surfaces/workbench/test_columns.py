"""The columns say of every trial what the trial itself says."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial
from ugly import UGLY
from wsgi_client import decode, open_workbench

from optuna_guide import cancel_trials, enqueue
from optuna_guide.domain.labels import label
from optuna_guide.study.columns import read_columns
from optuna_guide.study.exploration import align
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_target
from optuna_guide.study.trial_values import STATES
from optuna_guide.surfaces.workbench.studies import Studies
from optuna_guide.surfaces.workbench.trials_answer import answer


def sent(study: optuna.Study, after: int = 0, known: Any = None) -> tuple[Any, Any]:
    """Columns of a study, and what is sent of them."""
    reading = Studies(study._storage).read(study._study_id)
    columns = read_columns(reading, known)
    return columns, answer(columns, {"id": 0, "name": "s"}, after)


def param(found: Any, name: str) -> Any:
    return next(p for p in found["params"] if p["name"] == name)


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_every_value_of_every_trial_is_in_its_column(build):
    study = build()
    _, found = sent(study)
    trials = study.get_trials(deepcopy=False)
    assert found["n"] == len(trials)
    assert decode(found["number"]).tolist() == [t.number for t in trials]
    assert [STATES[k] for k in decode(found["state"])] == [t.state.name for t in trials]
    for about in found["params"]:
        values = decode(about["values"])
        for trial, value in zip(trials, values.tolist(), strict=True):
            told = trial.params.get(about["name"])
            if about["name"] not in trial.params:
                assert math.isnan(value)
            elif about["kind"] == "categorical" and not math.isnan(value):
                own = trial.distributions[about["name"]]
                if isinstance(own, CategoricalDistribution):  # it may have been a number before
                    expected = label(own, own.to_internal_repr(told))
                    assert about["choices"][int(value)].strip("'") == expected.strip("'")
            elif about["kind"] != "categorical":
                assert value == pytest.approx(told, rel=1e-7)


def test_what_is_the_same_for_every_trial_is_not_offered_as_a_target():
    study, start = optuna.create_study(), datetime(2026, 1, 1)
    for i in range(5):
        told = {"size": 7.0, "telling": i, **({"seen once": i} if i == 2 else {})}
        trial = create_trial(value=float(i), user_attrs=told)
        trial.datetime_start, trial.datetime_complete = start, start + timedelta(seconds=9)
        study.add_trial(trial)
    study.add_trial(create_trial(state=TrialState.FAIL, user_attrs={"size": 8.0}))
    _, found = sent(study)
    assert [t["name"] for t in found["targets"]] == ["value", "telling"]


def test_targets_are_objectives_then_duration_then_numeric_attributes():
    study = optuna.create_study(directions=["minimize", "maximize"])
    study.set_metric_names(["loss", "speed"])

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.set_user_attr("cost", x)
        trial.set_user_attr("accuracy", 1 - x)
        trial.set_user_attr("kind", "ab"[trial.number % 2])
        return x, 2.0 * trial.number

    study.optimize(objective, n_trials=12)
    _, found = sent(study)
    told = [(t["name"], t["kind"], t["direction"]) for t in found["targets"]]
    assert told == [
        ("loss", "objective", "minimize"),
        ("speed", "objective", "maximize"),
        ("pareto_rank", "pareto_rank", "minimize"),
        ("duration", "duration", "minimize"),
        ("cost", "attribute", "minimize"),
        ("accuracy", "attribute", "maximize"),
    ]
    assert found["default_target"] == "pareto_rank"
    assert decode(found["targets"][1]["values"]).tolist() == list(range(0, 24, 2))
    (kind,) = found["labels"]
    assert [kind["labels"][k] for k in decode(kind["codes"])] == list("ab" * 6)


def test_who_cancelled_a_trial_is_a_label_and_keys_of_our_own_are_none():
    study = optuna.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    done = enqueue(study, {"x": 0.25})
    cancel_trials(study, done.numbers, author="Ana")
    _, found = sent(study)
    (label,) = found["labels"]
    assert label["name"] == "cancelled by"
    assert [label["labels"][k] for k in decode(label["codes"])] == ["", "", "Ana"]


def test_constraints_states_and_decisions_have_columns():
    study = optuna.create_study()
    study.enqueue_trial({"x": 0.5})

    def objective(trial):
        trial.set_constraint("memory", trial.number - 1.0)
        if trial.number == 2:
            raise optuna.TrialPruned
        return trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=3)
    study.ask()
    _, found = sent(study)
    assert [found["states"][k] for k in decode(found["state"])] == [
        "COMPLETE", "COMPLETE", "PRUNED", "RUNNING",
    ]  # fmt: skip
    assert decode(found["feasible"]).tolist() == [1, 1, 0, 1]
    decisions = found["decision"]
    assert decisions["labels"][decode(decisions["codes"])[0]] == "enqueued"
    assert math.isnan(decode(found["targets"][0]["values"])[2])


def make_constrained() -> optuna.Study:
    """Trial 0 tells no constraint, trials 1 and 3 break theirs; the durations fall."""
    study = optuna.create_study()
    for k, (value, excess) in enumerate([(0.0, None), (1.0, 2.0), (3.0, -1.0), (2.0, 1.0)]):
        trial = create_trial(
            value=value, constraints=None if excess is None else {"memory": excess}
        )
        trial.datetime_start = datetime(2020, 1, 1)
        trial.datetime_complete = datetime(2020, 1, 1, 0, 0, 9 - k)
        study.add_trial(trial)
    return study


def test_infeasible_and_unknown_trials_rank_behind_where_the_target_is_the_objective():
    _, found = sent(make_constrained())
    assert decode(found["feasible"]).tolist() == [0, 0, 1, 0]
    value, duration = found["targets"]
    assert decode(value["rank"]).tolist() == [3, 2, 0, 1]
    assert decode(duration["rank"]).tolist() == [3, 2, 1, 0]
    assert (value["constrained"], duration["constrained"]) == (True, False)


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_ranks_are_those_of_the_loss_that_the_models_explain(build):
    study = build()
    _, found = sent(study)
    table = read_trials(read_snapshot(study))
    for about in found["targets"]:
        rank = decode(about["rank"])[table.numbers]
        target = align(read_target(table, about["name"]), len(table))
        has = np.isfinite(target.loss)
        assert (np.diff(target.loss[has][np.argsort(rank[has])]) >= 0).all()


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_a_cell_holds_the_values_of_its_trials(build):
    _, found = sent(build())
    for about in found["params"]:
        values, cells = decode(about["values"]), about["cells"]
        codes = decode(cells["codes"])
        assert len(cells["labels"]) == len(cells["ranges"]) <= 8
        for k, held in enumerate(cells["ranges"]):
            inside = values[codes == k]
            assert len(inside)
            if "choices" in held:
                assert np.isin(inside, held["choices"]).all()
            else:
                ((low, high),) = held["intervals"]
                inside = np.clip(inside, about["low"], about["high"])  # enqueued ones may not be
                room = 1e-6 * (abs(low) + abs(high))
                assert (low - room <= inside).all()
                assert (inside <= high + room).all()


def test_the_worst_outliers_are_out_of_reach():
    study = optuna.create_study()
    study.add_trials([create_trial(value=v) for v in [*np.arange(20.0), 1e6]])
    _, found = sent(study)
    low, high = found["targets"][0]["reach"]
    assert low == 0.0
    assert 19 < high < 100


def test_what_hangs_on_all_trials_is_sent_of_all_of_them():
    study = make_constrained()
    _, found = sent(study, after=3)
    assert len(decode(found["number"])) == 1
    whole = [found["feasible"], found["batch"], found["bracket"], found["targets"][0]["rank"]]
    assert [len(decode(one)) for one in whole] == [4, 4, 4, 4]


def test_a_trial_with_a_new_choice_keeps_the_codes_of_the_old_ones():
    study = optuna.create_study()
    for choices in (["b", "a"], ["c", "b"]):
        study.add_trial(
            create_trial(
                value=0.0,
                params={"c": choices[0]},
                distributions={"c": CategoricalDistribution(choices)},
            )
        )
    first, _ = sent(study)
    study.add_trial(
        create_trial(
            value=0.0, params={"c": "d"}, distributions={"c": CategoricalDistribution(["d"])}
        )
    )
    second, found = sent(study, known=first)
    assert param(found, "c")["choices"] == ["b", "a", "c", "d"]
    assert decode(param(found, "c")["values"]).tolist() == [0, 2, 3]
    assert second.epoch == first.epoch


def test_a_reading_that_is_older_than_what_is_known_has_its_own_rows():
    study = optuna.create_study()
    long_ago = datetime(2020, 1, 1)
    trial = create_trial(value=0.0)
    trial.datetime_start = trial.datetime_complete = long_ago
    study.add_trial(trial)
    older = Studies(study._storage).read(study._study_id)
    study.add_trials([trial, trial])
    newer, _ = sent(study)
    assert newer.settled == 3
    found = read_columns(older, newer)
    assert (len(found), found.settled) == (1, 1)


def test_a_parameter_that_becomes_a_choice_makes_the_page_read_all_rows_again():
    study = optuna.create_study()
    unit = FloatDistribution(0, 1)
    study.add_trial(create_trial(value=0.0, params={"b": 0.5}, distributions={"b": unit}))
    first, _ = sent(study)
    batch = CategoricalDistribution(["16", "32"])
    study.add_trial(create_trial(value=0.0, params={"b": "32"}, distributions={"b": batch}))
    second, found = sent(study, known=first)
    assert second.epoch != first.epoch
    values = decode(param(found, "b")["values"])
    assert math.isnan(values[0])
    assert values[1] == 1


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["complete", "fail", "run", "finish"]), max_size=12),
    st.integers(0, 12),
)
def test_reading_on_gives_what_reading_anew_gives(events, cut):
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    running, known = [], None
    for k, event in enumerate(events):
        if event == "finish" and running:
            study.tell(running.pop(0), float(k))
        elif event != "finish":
            trial = study.ask()
            trial.suggest_float("x", 0, 1 + k)
            trial.set_user_attr("text", f"t{k % 3}")
            trial.set_user_attr(f"number {k % 2}", k)
            if event == "run":
                running.append(trial)
            else:
                failed = event == "fail"
                state = TrialState.FAIL if failed else TrialState.COMPLETE
                study.tell(trial, None if failed else float(k), state=state)
        if k == cut:
            known, _ = sent(study)
    _, anew = sent(study)
    _, on = sent(study, known=known)
    for found in (anew, on):
        del found["tag"]
    assert on == anew


def test_a_page_that_knows_everything_is_sent_the_tag_only():
    study = UGLY["ten trials"]()
    client = open_workbench(study)
    whole = client.get("trials").json
    assert client.get("trials", known=whole["tag"]).json == {
        "same": True,
        "tag": whole["tag"],
        "n": 10,
    }


def test_only_rows_from_after_on_are_sent():
    study = optuna.create_study()
    unit = FloatDistribution(0, 1)
    study.add_trials(
        [create_trial(value=k, params={"x": k / 10}, distributions={"x": unit}) for k in range(10)]
    )
    client = open_workbench(study)
    whole = client.get("trials").json
    part = client.get("trials", after="7").json
    assert (part["from"], part["n"]) == ((7, 10) if whole["settled"] == 10 else (0, 10))
    values = decode(part["params"][0]["values"])
    assert values.tolist() == decode(whole["params"][0]["values"])[part["from"] :].tolist()


def test_rows_that_are_not_settled_cannot_be_skipped():
    study = optuna.create_study()
    study.ask()
    study.ask()
    assert open_workbench(study).get("trials", after="2").json["from"] == 0


def test_trials_that_a_callback_watched_have_their_sampler():
    from optuna_guide.store.samplers import record_samplers

    study = UGLY["ten trials"]()
    record_samplers(study, "me", {"QMCSampler": range(3, 6)})
    _, found = sent(study)
    names = [found["sampler"]["labels"][k] for k in decode(found["sampler"]["codes"])]
    assert names == [""] * 3 + ["QMCSampler"] * 3 + [""] * 4


def test_numbers_keep_all_their_digits():
    study = optuna.create_study()
    narrow = FloatDistribution(2000.0, 2000.001)
    value = 2000.0001234567891
    study.add_trial(create_trial(value=1e-300, params={"x": value}, distributions={"x": narrow}))
    _, found = sent(study)
    assert decode(found["params"][0]["values"])[0] == value
    assert decode(found["targets"][0]["values"])[0] == 1e-300
    assert np.isfinite(decode(found["number"])).all()
