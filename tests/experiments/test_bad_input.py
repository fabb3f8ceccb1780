"""What people ask for that cannot be: clear errors, all or nothing, and no study that ends."""

from __future__ import annotations

import math

import optuna
import pytest
from optuna.samplers import PartialFixedSampler, RandomSampler
from optuna.trial import TrialState, create_trial

from optuna_guide import (
    GuidedSampler,
    LiteGPSampler,
    cancel_trials,
    check_params,
    clear_queue,
    create_ablations,
    create_path,
    create_repeats,
    create_variations,
    enqueue,
    fail_trial,
    read_children,
    read_queue,
    reorder_queue,
)
from optuna_guide.store.attributes import StoreError


def objective(trial: optuna.Trial) -> float:
    solver = trial.suggest_categorical("solver", ["adam", "sgd"])
    momentum = trial.suggest_float("momentum", 0.0, 0.9) if solver == "sgd" else 0.9
    width = trial.suggest_int("width", 8, 64, step=8)
    return trial.suggest_float("rate", 1e-4, 1.0, log=True) + width / 64 - momentum


def run(n_trials: int = 24, **options) -> optuna.Study:
    options.setdefault("sampler", RandomSampler(seed=0))
    study = optuna.create_study(**options)
    study.optimize(objective, n_trials=n_trials)
    return study


@pytest.fixture
def study() -> optuna.Study:
    return run()


def states(study: optuna.Study) -> list[str]:
    return [trial.state.name for trial in study.trials]


def with_trial(study: optuna.Study, state: TrialState) -> int:
    like = study.trials[0]
    study.add_trial(
        create_trial(state=state, params=like.params, distributions=like.distributions)
    )
    return len(study.trials) - 1


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (TrialState.RUNNING, "still runs"),
        (TrialState.WAITING, "still waits"),
        (TrialState.FAIL, "failed"),
        (TrialState.PRUNED, "was pruned"),
    ],
    ids=lambda value: value.name if isinstance(value, TrialState) else "",
)
@pytest.mark.parametrize(
    "create", [create_ablations, create_variations, create_path, create_repeats]
)
def test_a_trial_without_a_value_is_no_parent(study, create, state, said):
    number = with_trial(study, state)
    with pytest.raises(ValueError, match=f"Trial {number} {said}: choose one with a finite"):
        create(study, number)


def test_a_trial_of_another_study_is_no_parent(study):
    other = run(sampler=RandomSampler(seed=9))
    with pytest.raises(ValueError, match="Trial 3 is of another study"):
        create_ablations(study, other.trials[3])
    assert create_ablations(study, study.trials[3]).parent == 3


@pytest.mark.parametrize("number", [24, -1, True], ids=str)
def test_a_trial_that_is_not_there_is_no_parent(study, number):
    with pytest.raises(ValueError, match=r"has no trial .*the last one is 23"):
        create_variations(study, number)
    with pytest.raises(ValueError, match="has no trial"):
        read_children(study, number)


def test_an_empty_study_says_so():
    with pytest.raises(ValueError, match="has no trial 0: it has none yet"):
        create_ablations(optuna.create_study(), 0)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"rate": 2.0}, r"'rate' cannot be 2.0: it takes numbers from 0.0001 to 1"),
        ({"rate": math.nan}, "'rate' cannot be nan"),
        ({"rate": math.inf}, "'rate' cannot be inf"),
        ({"rate": "0.1"}, "'rate' is a number, not '0.1'"),
        ({"rate": True}, "'rate' is a number, not True"),
        ({"rate": None}, "'rate' is a number, not None"),
        ({"width": 12}, "whole numbers from 8 to 64 in steps of 8, the nearest is"),
        ({"width": 8.5}, "'width' cannot be 8.5"),
        ({"solver": "rmsprop"}, "'solver' cannot be 'rmsprop': it takes 'adam', 'sgd'"),
        ({"solver": 0}, "'solver' cannot be 0"),
        ({"solver": ["adam"]}, "'solver' cannot be"),
        ({"lost": 1}, "There is no parameter 'lost'"),
        ({}, "Give a value to at least one parameter"),
    ],
    ids=str,
)
def test_what_cannot_be_run_is_refused_before_anything_is_written(study, params, said):
    check = check_params(study, params)
    assert not check.is_valid
    assert check.candidate is None
    with pytest.raises(ValueError, match=said):
        enqueue(study, [{"rate": 0.5, "width": 8, "solver": "adam"}, params])
    assert states(study) == ["COMPLETE"] * 24


def test_all_problems_are_told_at_once(study):
    check = check_params(study, {"rate": 2.0, "width": 12, "solver": "x", "lost": 0})
    assert [problem.name for problem in check.problems] == ["rate", "width", "solver", "lost"]


def test_choices_of_another_type_are_told_apart():
    def typed(trial: optuna.Trial) -> float:
        return float(trial.suggest_categorical("flag", [1, "1", None]) == "1")

    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(typed, n_trials=12)
    enqueue(study, [{"flag": "1"}, {"flag": 1}, {"flag": None}], again=True)
    study.optimize(typed, n_trials=3)
    assert [t.params["flag"] for t in study.trials[-3:]] == ["1", 1, None]
    with pytest.raises(ValueError, match="The choice None is of another type"):
        enqueue(study, {"flag": "None"})


def test_a_value_of_a_branch_not_taken_is_left_out_with_a_word(study):
    check = check_params(study, {"solver": "adam", "momentum": 0.5, "rate": 0.1, "width": 8})
    assert dict(check.candidate.params) == {"solver": "adam", "rate": 0.1, "width": 8}
    assert "momentum is left out: it is asked for where solver == 'sgd'." in (
        check.candidate.warnings
    )
    adam = next(t.number for t in study.trials if t.params["solver"] == "adam")
    (left,) = create_ablations(study, adam, ["momentum"]).left_out
    assert left.reason == "would change nothing, not being active in the trial"


def test_parameters_without_a_candidate_are_told_by_their_reason(study):
    adam = next(t.number for t in study.trials if t.params["solver"] == "adam")
    made = create_ablations(study, adam, ["rate", "width", "momentum"], defaults=adam)
    assert made.say_left_out() == (
        "rate, width would change nothing, being at default already.",
        "momentum would change nothing, not being active in the trial.",
    )


def test_a_parameter_that_was_fixed_is_set_all_the_same():
    sampler = PartialFixedSampler({"width": 16}, RandomSampler(seed=0))
    study = run(sampler=sampler)
    made = create_ablations(study, 0, ["width"])
    assert [c.params["width"] for c in made.candidates] == [8]
    assert made.candidates[0].forecast is None
    assert "never varied in trials that are complete" in made.candidates[0].untold
    enqueue(study, made)
    study.optimize(objective, n_trials=1)
    assert study.trials[-1].params["width"] == 8


@pytest.mark.parametrize(
    ("defaults", "said"),
    [
        ({"rate": 5.0}, "'rate' cannot be 5.0"),
        ({"rate": math.nan}, "'rate' cannot be nan"),
        ({"lost": 1}, "there is no parameter 'lost'"),
        (99, "has no trial 99"),
    ],
    ids=str,
)
def test_a_default_is_a_value_of_its_parameter(study, defaults, said):
    with pytest.raises(ValueError, match=said):
        create_ablations(study, 0, defaults=defaults)


def test_an_unknown_parameter_or_group_is_refused(study):
    with pytest.raises(ValueError, match=r"There is no parameter 'layer2_\*'"):
        create_ablations(study, 0, ["layer2_*"])
    with pytest.raises(ValueError, match="There is no parameter 'lost'"):
        create_variations(study, 0, params=["lost"])
    with pytest.raises(ValueError, match="There is no action 'turn'"):
        create_variations(study, 0, params={"rate": ["turn"]})


@pytest.mark.parametrize("n", [0, -1, 10_000, 2.5, True], ids=str)
def test_a_number_of_trials_has_bounds(study, n):
    with pytest.raises(ValueError, match="from 1 to 200, not"):
        create_variations(study, 0, n)
    with pytest.raises(ValueError, match="from 1 to 200, not"):
        create_repeats(study, 0, n)
    with pytest.raises(ValueError, match="from 1, not 0"):
        create_variations(study, 0, max_changes=0)
    with pytest.raises(ValueError, match="At most 200 trials are enqueued at once, not 201"):
        enqueue(study, [{"rate": 0.1}] * 201)


def test_a_small_space_has_no_more_variations_than_there_are():
    def small(trial: optuna.Trial) -> float:
        return trial.suggest_int("a", 0, 2) + trial.suggest_int("b", 0, 2) / 10

    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.optimize(small, n_trials=6)
    tried = {tuple(t.params.values()) for t in study.trials}
    made = create_variations(study, 0, 20)
    found = {tuple(c.params.values()) for c in made.candidates}
    assert not found & tried
    assert len(found) == len(made) == 9 - len(tried)
    assert f"Only {len(made)} untried variations were found." in made.notes


def test_what_was_tried_or_waits_is_not_run_again_unless_it_is_wanted(study):
    tried = study.trials[5].params
    report = enqueue(study, [tried, {"rate": 0.5, "width": 8, "solver": "adam"}])
    assert len(report.numbers) == 1
    assert [step.outcome for step in report.left] == ["trial 5 has these values"]
    again = enqueue(study, {"rate": 0.5, "width": 8, "solver": "adam"})
    assert again.numbers == ()
    assert enqueue(study, tried, again=True).numbers == (25,)
    assert len(enqueue(study, create_repeats(study, 5, 2)).numbers) == 2


def test_two_browsers_at_once_make_one_trial(study, monkeypatch):
    from optuna_guide.experiments import enqueueing

    params = {"rate": 0.5, "width": 8, "solver": "adam"}
    write = enqueueing.add_waiting

    def first_the_other(study, *arguments):
        monkeypatch.setattr(enqueueing, "add_waiting", write)
        assert enqueue(study, params).numbers == (24,)
        return write(study, *arguments)

    monkeypatch.setattr(enqueueing, "add_waiting", first_the_other)
    report = enqueue(study, params)
    assert report.numbers == ()
    assert "trial 24, enqueued at the same time" in report.left[0].outcome
    assert [t.number for t in read_queue(study).waiting] == [24]


def test_ranges_that_change_are_warned_of(study):
    study.optimize(lambda t: t.suggest_float("rate", 1e-4, 1e-2, log=True), n_trials=1)
    check = check_params(study, {"rate": 0.5, "width": 8, "solver": "adam"})
    assert check.is_valid
    assert any("outside of what the newest trial declares" in w for w in check.candidate.warnings)


def test_a_parameter_that_is_gone_is_warned_of(study):
    study.optimize(lambda t: t.suggest_float("rate", 1e-4, 1.0, log=True), n_trials=20)
    check = check_params(study, {"rate": 0.5, "width": 8})
    assert any("width was in none of the last 20 trials" in w for w in check.candidate.warnings)
    enqueue(study, {"rate": 0.5, "width": 8})
    study.optimize(lambda t: t.suggest_float("rate", 1e-4, 1.0, log=True), n_trials=1)
    assert study.trials[-1].params == {"rate": 0.5}


@pytest.mark.parametrize("sampler", [GuidedSampler, LiteGPSampler], ids=lambda s: s.__name__)
def test_children_never_end_a_study(sampler):
    study = run(sampler=sampler(seed=0))
    best = study.best_trial.number
    enqueue(study, create_ablations(study, best))
    enqueue(study, create_variations(study, best, 5))
    enqueue(study, {"momentum": 0.3, "solver": "adam", "rate": 0.1})
    n = len(read_queue(study).waiting)
    study.optimize(objective, n_trials=n + 2)
    assert set(states(study)) == {"COMPLETE"}


def test_a_storage_that_cannot_be_written_says_what_waits(study, monkeypatch):
    create = study._storage.create_new_trial

    def create_or_refuse(*arguments):
        if len(study.trials) > 24:
            raise OSError("No space left on device")
        return create(*arguments)

    monkeypatch.setattr(study._storage, "create_new_trial", create_or_refuse)
    wanted = [{"rate": r, "width": 8, "solver": "adam"} for r in (0.1, 0.2, 0.3)]
    with pytest.raises(StoreError, match=r"the disk is full .* Enqueued before: 24\."):
        enqueue(study, wanted)
    assert [t.number for t in read_queue(study).waiting] == [24]


def test_trials_are_cancelled_unless_a_worker_was_faster(study):
    numbers = enqueue(study, create_variations(study, 0, 3)).numbers
    study.ask()
    report = cancel_trials(study, [*numbers, 0])
    assert report.numbers == numbers[1:]
    assert [step.outcome for step in report.left] == ["a worker runs it", "it is over"]
    assert [t.number for t in read_queue(study).running] == [numbers[0]]
    assert read_queue(study).waiting == ()
    with pytest.raises(ValueError, match="has no trial 99"):
        cancel_trials(study, [99])
    with pytest.raises(ValueError, match="comes twice"):
        cancel_trials(study, [0, 0])


def test_a_taken_trial_is_told_while_it_is_being_cancelled(study, monkeypatch):
    from optuna_guide.experiments import steer

    (number,) = enqueue(study, create_variations(study, 0, 1)).numbers
    cancel = steer.cancel_waiting

    def too_late(*arguments):
        study.ask()
        return cancel(*arguments)

    monkeypatch.setattr(steer, "cancel_waiting", too_late)
    report = cancel_trials(study, [number])
    assert report.numbers == ()
    assert report.left[0].outcome == "a worker runs it"
    assert states(study)[-1] == "RUNNING"


def test_the_queue_is_reordered_and_cleared(study):
    one, two, three = enqueue(study, create_variations(study, 0, 3)).numbers
    before = {t.number: t.params for t in read_queue(study).waiting}
    there = reorder_queue(study, [one])
    assert [(step.number, step.outcome) for step in there.left] == [(one, "it is first already")]
    assert there.numbers == ()
    reorder_queue(study, [three, one])
    after = read_queue(study).waiting
    assert [t.params for t in after] == [before[three], before[one], before[two]]
    assert {t.parent for t in after} == {0}
    assert [c.number for c in read_children(study, 0).children] == [t.number for t in after]
    assert len(clear_queue(study).numbers) == 3
    assert read_queue(study).waiting == ()
    assert {c.state for c in read_children(study, 0).children} == {"cancelled"}


def test_a_running_trial_is_failed_only_where_its_worker_is_dead(study):
    trial = study.ask()
    with pytest.raises(ValueError, match="may be alive"):
        fail_trial(study, trial.number)
    assert fail_trial(study, trial.number, sure=True).numbers == (trial.number,)
    assert states(study)[-1] == "FAIL"
    with pytest.raises(ValueError, match="does not run: it is fail"):
        fail_trial(study, trial.number)


def test_what_a_waiting_trial_fixes_is_told_in_few_digits(study: optuna.Study) -> None:
    study.enqueue_trial({"rate": 0.04013627908443187, "width": 16, "solver": "adam"})
    (waiting,) = read_queue(study).waiting
    assert waiting.text == "rate 0.04014, width 16, solver adam"
