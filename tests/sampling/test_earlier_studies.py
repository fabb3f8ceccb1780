"""A study that begins where earlier ones ended."""

from __future__ import annotations

import copy
import math

import numpy as np
import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import TrialState, create_trial

from optuna_guide import EarlierStudy, GuidedSampler, LiteGPSampler, apply_region, read_lessons
from optuna_guide.sampling.lite_gp.transfer import FADED_AT


def _same(params):
    """Parameters to compare: numbers as they came back from logarithms."""
    return {n: float(f"{v:.9g}") if isinstance(v, float) else v for n, v in params.items()}


def _bowl(shift=0.0, sign=1.0):
    def objective(trial):
        x = math.log10(trial.suggest_float("x", 1e-4, 1.0, log=True))
        y, kind = trial.suggest_int("y", 1, 9), trial.suggest_categorical("kind", ["a", "b", "c"])
        return sign * ((x + 2 + shift) ** 2 + ((y - 4) / 4) ** 2 + "bac".index(kind))

    return objective


def _earlier(objective, name="earlier", n_trials=40, seed=0, **options):
    sampler = optuna.samplers.RandomSampler(seed=seed)
    study = optuna.create_study(study_name=name, sampler=sampler, **options)
    study.optimize(objective, n_trials=n_trials)
    return study


def _study(objective, earlier, n_trials, *, seed=0, directions=("minimize",), **options):
    sampler = LiteGPSampler(seed=seed, earlier_studies=earlier)
    study = optuna.create_study(sampler=sampler, directions=list(directions), **options)
    study.optimize(objective, n_trials=n_trials)
    return study


@pytest.fixture(autouse=True)
def _no_failure_inside(log):
    yield
    assert "failed" not in log.text


def test_the_first_trial_is_what_was_best_in_the_earlier_study():
    earlier = _earlier(_bowl())
    study = _study(_bowl(0.1), [earlier], 1)
    assert _same(study.trials[0].params) == _same(earlier.best_params)


def test_it_is_ahead_of_the_same_sampler_without_them_after_ten_trials():
    related = [_earlier(_bowl(shift), f"s{shift}", seed=k) for k, shift in enumerate((-0.3, 0.3))]
    found = {
        name: np.mean([_study(_bowl(), e, 10, seed=s).best_value for s in range(5)])
        for name, e in (("cold", []), ("warm", related))
    }
    assert found["warm"] < found["cold"] / 2


def test_what_is_maximised_there_teaches_what_is_minimised_here():
    earlier = _earlier(_bowl(sign=-1.0), direction="maximize")
    study = _study(_bowl(), [earlier], 1)
    assert _same(study.best_params) == _same(earlier.best_params)


def test_a_misleading_study_counts_nothing_and_a_good_one_beside_it_does():
    good, bad = _earlier(_bowl(0.1), "good"), _earlier(_bowl(sign=-1.0), "bad", seed=1)
    study = _study(_bowl(), [bad, good], 12)
    lessons = read_lessons(study)
    assert lessons[0].step == "portfolio"
    counted = {s.study_name: s for s in lessons[11].studies}
    assert counted["bad"].weight == 0
    assert counted["bad"].agreement < 0
    assert counted["good"].weight > 0.05
    assert counted["good"].weight + lessons[11].own == pytest.approx(1, abs=0.01)
    assert lessons[11].own >= 11 / FADED_AT - 0.01


@pytest.mark.parametrize("sign", [pytest.param(1.0, id="good"), pytest.param(-1.0, id="bad")])
def test_the_second_trial_tells_whether_earlier_studies_mislead(sign):
    shifts = (-1.0, 0.5, 1.5)
    earlier = [_earlier(_bowl(s, sign), f"{s}", seed=k) for k, s in enumerate(shifts)]
    study = _study(_bowl(), earlier, 5)
    steps = [lesson.step for lesson in read_lessons(study).values()]
    assert steps[:2] == ["portfolio", "contrary"]
    assert steps[2] == ("portfolio" if sign > 0 else "spread")
    first, second = study.trials[0].value, study.trials[1].value
    assert (first < second) == (sign > 0)


def test_one_earlier_study_tells_its_best_once():
    steps = [
        lesson.step for lesson in read_lessons(_study(_bowl(), [_earlier(_bowl())], 5)).values()
    ]
    assert steps == ["portfolio", "contrary", "spread", "spread", "spread"]


def test_nothing_but_misleading_studies_costs_a_few_trials_only():
    bad = [_earlier(_bowl(sign=-1.0), f"bad{k}", seed=k) for k in range(3)]
    found = {
        name: np.mean([_study(_bowl(), e, 20, seed=s).best_value for s in range(4)])
        for name, e in (("cold", []), ("misled", bad))
    }
    assert found["misled"] < found["cold"] + 0.1


def test_earlier_studies_fade_with_the_trials_of_the_study():
    study = _study(_bowl(0.2), [_earlier(_bowl())], FADED_AT + 2)
    lessons = read_lessons(study)
    assert list(lessons) == list(range(FADED_AT))
    modelled = {number: lesson.own for number, lesson in lessons.items() if number >= 5}
    assert min(modelled.values()) < 0.7
    assert all(own >= number / FADED_AT - 0.01 for number, own in modelled.items())


def test_a_study_that_has_many_trials_already_reads_no_earlier_ones():
    study = optuna.create_study()
    study.optimize(_bowl(), n_trials=FADED_AT)
    study.sampler = LiteGPSampler(seed=0, earlier_studies=[_Gone()])
    study.optimize(_bowl(), n_trials=2)
    assert read_lessons(study) == {}


def test_spaces_that_agree_in_part_share_what_they_have_in_common():
    def here(trial):
        x = math.log10(trial.suggest_float("x", 1e-3, 10.0))  # another range, not logarithmic
        new = trial.suggest_float("new", 0, 1)
        kind = trial.suggest_categorical("kind", ["c", "b", "d"])  # another order, "a" is gone
        return (x + 2) ** 2 + (new - 0.5) ** 2 + "bcd".index(kind)

    earlier = _earlier(_bowl())
    study = _study(here, [earlier], 8)
    assert study.trials[0].params["kind"] == "b"
    assert study.trials[0].params["x"] == pytest.approx(max(earlier.best_params["x"], 1e-3))
    assert read_lessons(study)[7].studies[0].agreement is not None


def test_a_renamed_parameter_is_the_same_one():
    def here(trial):
        return math.log10(trial.suggest_float("learning_rate", 1e-4, 1.0, log=True) / 0.01) ** 2

    earlier = _earlier(_bowl())
    renamed = EarlierStudy(earlier, {"x": "learning_rate"})
    study = _study(here, [renamed], 1)
    assert study.best_params["learning_rate"] == pytest.approx(earlier.best_params["x"])


def test_a_parameter_that_is_a_number_there_and_a_choice_here_is_not_shared():
    def here(trial):
        return trial.suggest_categorical("y", [1, 2, 64]) + trial.suggest_float("x", 1e-4, 1)

    study = _study(here, [_earlier(_bowl())], 8)
    assert len(study.trials) == 8
    assert {t.state for t in study.trials} == {TrialState.COMPLETE}


@pytest.mark.parametrize("name", ["other", "x"])
def test_with_no_parameter_in_common_it_searches_as_it_does_alone(name):
    def elsewhere(trial):
        return trial.suggest_float("elsewhere", 0, 1)

    def here(trial):
        return trial.suggest_float(name, 0, 1) ** 2

    study = _study(here, [_earlier(elsewhere)], 10)
    assert study.best_value < 0.01


def _conditional(shift):
    def objective(trial):
        if trial.suggest_categorical("model", ["linear", "net"]) == "linear":
            return 2 + trial.suggest_float("alpha", 0, 1)
        n = trial.suggest_int("n_layers", 1, 2)
        widths = [trial.suggest_int(f"width_{i}", 1, 64, log=True) for i in range(n)]
        return abs(n - 2) + sum(abs(math.log2(w) - 4 - shift) for w in widths)

    return objective


def test_branches_of_a_conditional_space_are_learnt_from_the_earlier_study():
    earlier = _earlier(_conditional(0), n_trials=60)
    study = _study(_conditional(0.2), [earlier], 8)
    assert study.trials[0].params == earlier.best_params
    for trial in study.trials:
        assert ("alpha" in trial.params) == (trial.params["model"] == "linear")


def test_several_objectives_are_learnt_from_studies_of_as_many():
    def objective(trial):
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return (x - 0.3) ** 2 + y**2, (x - 0.7) ** 2 + y**2

    both = ("minimize", "minimize")
    earlier = _earlier(objective, directions=both)
    one = _earlier(lambda t: objective(t)[0], "one")
    study = _study(objective, [earlier, one], 10, directions=both)
    assert [s.study_name for s in read_lessons(study)[9].studies] == ["earlier"]
    assert study.trials[0].params["y"] < 0.4


def test_pruned_trials_of_the_earlier_study_count_by_their_reports():
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.report((x - 0.8) ** 2, 0)
        if trial.number % 2:
            raise optuna.TrialPruned
        return (x - 0.8) ** 2

    study = _study(lambda t: (t.suggest_float("x", 0, 1) - 0.8) ** 2, [_earlier(objective)], 1)
    assert study.trials[0].params["x"] == pytest.approx(0.8, abs=0.1)


def test_what_was_infeasible_is_not_proposed():
    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.set_constraint("c", x - 0.5)
        return -x

    study = _study(lambda t: -t.suggest_float("x", 0, 1), [_earlier(objective)], 1)
    assert study.trials[0].params["x"] <= 0.5


class _Gone(optuna.Study):
    """A study whose storage cannot be read any more."""

    def __init__(self):
        study = optuna.create_study(study_name="gone")
        self.__dict__.update(study.__dict__)
        optuna.delete_study(study_name="gone", storage=study._storage)


def _of_values(*values):
    study = optuna.create_study(study_name="few")
    space = {"x": FloatDistribution(0, 1)}
    for k, value in enumerate(values):
        study.add_trial(create_trial(value=value, params={"x": k / 9}, distributions=space))
    return study


def _all_failed():
    study = optuna.create_study(study_name="failed")

    def fail(trial):
        trial.suggest_float("x", 0, 1)
        raise ValueError

    study.optimize(fail, n_trials=9, catch=ValueError)
    return study


@pytest.mark.parametrize(
    ("make", "warning"),
    [
        pytest.param(lambda: _of_values(), "", id="empty"),
        pytest.param(lambda: _of_values(1, 2), "", id="two trials"),
        pytest.param(_all_failed, "", id="all failed"),
        pytest.param(_Gone, "The earlier study 'gone' cannot be read", id="deleted"),
        pytest.param(lambda: _of_values(*[1] * 9), "", id="constant"),
        pytest.param(lambda: _of_values(*range(8), float("inf")), "", id="infinite"),
    ],
)
def test_a_useless_earlier_study_is_left_out(make, warning, log):
    study = _study(lambda t: t.suggest_float("x", 0, 1) ** 2, [make()], 8)
    assert len(study.trials) == 8
    assert warning in log.text if warning else "The earlier study" not in log.text


def test_two_equal_studies_share_the_weight_of_one():
    earlier = _earlier(_bowl())
    twice = _study(_bowl(0.1), [earlier, EarlierStudy(earlier)], 8)
    first, second = read_lessons(twice)[7].studies
    assert first.weight == pytest.approx(second.weight, abs=0.01)


def test_storage_stands_for_all_other_studies_in_it(tmp_path):
    storage = f"sqlite:///{tmp_path}/all.db"
    for name in ("one", "two"):
        _earlier(_bowl(), name, storage=storage)
    _earlier(lambda t: t.suggest_float("z", 0, 1), "unrelated", storage=storage)
    study = _study(_bowl(), "storage", 6, storage=storage, study_name="own")
    names = {s.study_name for s in read_lessons(study)[5].studies}
    assert names == {"one", "two"}


def test_what_is_enqueued_is_kept_in_the_first_trials():
    study = optuna.create_study(sampler=LiteGPSampler(seed=0, earlier_studies=[_earlier(_bowl())]))
    study.enqueue_trial({"kind": "c"})
    study.optimize(_bowl(), n_trials=1)
    assert study.trials[0].params["kind"] == "c"


def test_workers_at_once_begin_with_different_trials():
    earlier = [_earlier(_bowl(shift), f"{shift}") for shift in (-0.5, 0.0, 0.5)]
    study = optuna.create_study(sampler=LiteGPSampler(seed=0, earlier_studies=earlier))
    trials = [study.ask() for _ in range(4)]
    for trial in trials:
        _bowl()(trial)
    assert len({tuple(t.params.values()) for t in trials}) == 4


def test_the_same_seed_gives_the_same_trials():
    earlier = [_earlier(_bowl())]
    first, second = ([t.params for t in _study(_bowl(), earlier, 10).trials] for _ in range(2))
    assert first == second


def test_a_persons_region_holds_from_the_first_trial_on():
    earlier = _earlier(_bowl())
    study = optuna.create_study(sampler=GuidedSampler(seed=0, earlier_studies=[earlier]))
    space = {"x": FloatDistribution(1e-4, 1.0, log=True), "kind": CategoricalDistribution("abc")}
    apply_region(study, {"x": (0.1, 1.0), "kind": ["a", "c"]}, space=space)
    study.optimize(_bowl(), n_trials=8)
    assert all(t.params["x"] >= 0.1 and t.params["kind"] != "b" for t in study.trials)


@pytest.mark.parametrize("base", [None, optuna.samplers.TPESampler(seed=0)])
def test_any_guided_sampler_begins_with_them(base):
    earlier = _earlier(_bowl())
    sampler = GuidedSampler(copy.deepcopy(base), seed=0, earlier_studies=[earlier])
    study = optuna.create_study(sampler=sampler)
    study.optimize(_bowl(), n_trials=7)
    assert _same(study.trials[0].params) == _same(earlier.best_params)
    bases = [t.system_attrs["guide:decision"]["base"] for t in study.trials]
    own = "LiteGPSampler" if base is None else "TPESampler"
    assert bases == ["LiteGPSampler"] * 5 + [own] * 2


def test_a_copy_of_the_sampler_learns_from_the_same_studies():
    sampler = GuidedSampler(seed=0, earlier_studies=[_earlier(_bowl())])
    for study in (optuna.create_study(sampler=s) for s in (sampler, copy.deepcopy(sampler))):
        study.optimize(_bowl(), n_trials=6)
        assert read_lessons(study)[0].step == "portfolio"


def test_what_are_no_studies_is_refused():
    with pytest.raises(ValueError, match="a list of studies or 'storage', not 'mnist'"):
        LiteGPSampler(earlier_studies="mnist")
    with pytest.raises(TypeError, match="found 3"):
        LiteGPSampler(earlier_studies=[optuna.create_study(), 3])
    with pytest.raises(TypeError, match=r"found <optuna\.study"):
        LiteGPSampler(earlier_studies=optuna.create_study())
    with pytest.raises(ValueError, match="LiteGPSampler takes earlier_studies itself"):
        GuidedSampler(LiteGPSampler(), earlier_studies="storage")


def test_what_is_no_lesson_is_passed_over():
    study = optuna.create_study()
    space = {"x": FloatDistribution(0, 1)}
    for record in ({}, 3, {"step": "dance"}, {"step": "model", "own": 1, "studies": [["a"]]}):
        trial = create_trial(
            value=0, params={"x": 0.5}, distributions=space, system_attrs={"guide:earlier": record}
        )
        study.add_trial(trial)
    assert read_lessons(study) == {}
