"""Which configuration holds, by trials of planted functions with known noise."""

from __future__ import annotations

import numpy as np
import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.samplers import RandomSampler, TPESampler
from optuna.trial import TrialState, create_trial
from ugly import UGLY

from optuna_guide import forecast, recommend
from optuna_guide.guidance import NotReady
from optuna_guide.guidance.outlook import MAX_REPEATS
from optuna_guide.sampling.lite_gp.kernel import matern
from optuna_guide.sampling.outlook.doubting import WIDTH, FitsByNoise
from optuna_guide.sampling.outlook.process import read_process
from optuna_guide.sampling.outlook.recommending import chance_of_better, repeats_to_settle
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.words.outlook import look_and_say, say_recommendation

SPACE = {"x": FloatDistribution(0, 1), "c": CategoricalDistribution(["a", "b"])}


def _truth(params):
    return (params["x"] - 0.3) ** 2 + 0.2 * (params["c"] == "b")


def _study(n_trials, *, noise=0.0, seed=0, direction="minimize"):
    study = optuna.create_study(direction=direction, sampler=RandomSampler(seed=seed))
    rng = np.random.default_rng(seed)
    sign = -1.0 if direction == "maximize" else 1.0

    def objective(trial):
        params = {
            "x": trial.suggest_float("x", 0, 1),
            "c": trial.suggest_categorical("c", ["a", "b"]),
        }
        return sign * (_truth(params) + noise * rng.normal())

    study.optimize(objective, n_trials=n_trials)
    return study


def _add(study, x, value, c="a"):
    study.add_trial(create_trial(params={"x": x, "c": c}, distributions=SPACE, value=value))


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_under_noise_it_is_truly_better_than_the_trial_that_looks_best(direction):
    found, looks = [], []
    for seed in range(6):
        study = _study(60, noise=0.05, seed=seed, direction=direction)
        found.append(_truth(recommend(study).params))
        looks.append(_truth(study.best_params))
    assert np.mean(found) < 0.5 * np.mean(looks)


@pytest.mark.parametrize("seed", [8, 19, 21])
def test_no_place_is_recommended_that_is_less_likely_to_be_the_best(seed):
    """Close together, trials make it surer what lies between them, and not better."""
    study = optuna.create_study(sampler=TPESampler(seed=seed))
    rng = np.random.default_rng(seed)
    study.optimize(
        lambda trial: (
            (trial.suggest_float("x", 0, 1) - 0.4) ** 2
            + (trial.suggest_float("y", 0, 1) - 0.7) ** 2
            + rng.normal(0, 0.02)
        ),
        n_trials=60,
    )
    found = recommend(study)
    assert found.rivals[0].kind == "runner-up"
    assert found.rivals[0].chance >= 0.5
    assert found.expected <= found.rivals[0].expected


def test_it_may_lie_between_good_trials_and_then_the_best_of_them_is_its_rival():
    studies = (_study(30, noise=0.05, seed=seed) for seed in range(9))
    study, found = next((s, r) for s in studies if (r := recommend(s)).trial is None)
    assert (found.observed, found.n_tried) == (None, 0)
    assert found.params not in [trial.params for trial in study.trials]
    assert abs(found.params["x"] - 0.3) < 0.1
    rival = found.rivals[0]
    assert (rival.kind, rival.params) == ("runner-up", study.trials[rival.trial].params)
    assert rival.expected >= found.expected
    assert say_recommendation(found)[0].startswith("Use what lies between good trials: x 0.")
    assert "it was not tried." in say_recommendation(found)[1]


def test_what_lies_between_trials_keeps_to_what_they_fulfil():
    def run(seed):
        rng = np.random.default_rng(seed)

        def objective(trial):
            warmup, steps = trial.suggest_float("warmup", 0, 1), trial.suggest_float("steps", 0, 1)
            if warmup > steps:
                raise optuna.TrialPruned
            depth = trial.suggest_int("depth", 1, 2)
            widths = [trial.suggest_float(f"width_{i}", 0, 1) for i in range(depth)]
            loss = (warmup - 0.5) ** 2 + (steps - 0.5) ** 2 + (widths[-1] - 0.4) ** 2
            return loss + 0.02 * rng.normal()

        study = optuna.create_study(sampler=RandomSampler(seed=seed))
        study.optimize(objective, n_trials=60)
        return recommend(study)

    found = next(r for r in map(run, range(9)) if r.trial is None)
    assert found.params["warmup"] <= found.params["steps"]
    widths = {f"width_{i}" for i in range(found.params["depth"])}
    assert found.params.keys() == {"steps", "warmup", "depth", *widths}


def test_numbers_of_few_tried_values_keep_to_those():
    rng = np.random.default_rng(0)
    space = {"x": FloatDistribution(0, 1), "width": FloatDistribution(0, 1)}
    found = []
    for _ in range(6):
        study = optuna.create_study()
        for x, width in zip(rng.random(30), rng.choice([0.0, 0.3, 0.9], 30), strict=True):
            value = (x - 0.3) ** 2 + (width - 0.45) ** 2 + 0.05 * rng.normal()
            params = {"x": x, "width": width}
            study.add_trial(create_trial(params=params, distributions=space, value=value))
        found.append(recommend(study))
    assert {r.params["width"] for r in found} <= {0.0, 0.3, 0.9}
    assert any(r.trial is None for r in found)


def test_values_that_are_decades_apart_are_averaged_by_their_logarithms():
    study, rng = optuna.create_study(), np.random.default_rng(0)
    for x in rng.random(60):
        _add(study, x, 10 ** (10 * abs(x - 0.3) + 0.3 * rng.normal() - 4))
    found = recommend(study)
    assert found.is_log
    assert 0.25 < found.params["x"] < 0.35
    low, high = found.interval
    assert 0 < low < found.expected < high < 1e-2
    assert "averages of logarithms" in str(found)
    ahead = forecast(study)
    assert isinstance(ahead, NotReady)
    assert "logarithms" in ahead.reason


def test_what_is_expected_lies_in_the_interval_and_near_the_truth():
    covered = []
    for seed in range(6):
        found = recommend(_study(50, noise=0.1, seed=seed))
        low, high = found.interval
        assert low < found.expected < high
        covered.append(low <= _truth(found.params) <= high)
        assert found.noise == pytest.approx(0.1, rel=0.6)
    assert np.mean(covered) >= 0.8


def test_failed_trials_do_not_hide_the_noise():
    rng = np.random.default_rng(0)
    whole, failing = optuna.create_study(), optuna.create_study()
    space = {f"x{i}": FloatDistribution(0, 1) for i in range(4)}
    for point in rng.random((60, 4)):
        told = {"params": dict(zip(space, point, strict=True)), "distributions": space}
        trial = create_trial(**told, value=((point - 0.4) ** 2).sum() + 0.1 * rng.normal())
        if fails := point[0] > point[1]:
            trial = create_trial(**told, state=TrialState.FAIL)
        failing.add_trial(trial)
        if not fails:
            whole.add_trial(trial)
    assert recommend(failing).noise == pytest.approx(recommend(whole).noise, rel=0.5)


def test_without_noise_it_is_the_best_trial():
    study = _study(40)
    found = recommend(study)
    assert found.trial == study.best_trial.number
    assert found.expected == pytest.approx(study.best_value, abs=0.01)
    assert [rival.kind for rival in found.rivals] == ["runner-up"]


def test_of_many_switches_luck_is_not_taken_for_what_a_configuration_reaches():
    effects = np.array([0.5, -0.5, 0.4, -0.3, 0.25, -0.2, 0.15, 0.15])

    def truth(params):
        return effects @ [params[f"s{i}"] for i in range(len(effects))]

    covered = []
    for seed in range(8):
        rng, study = np.random.default_rng(seed), optuna.create_study()
        for on in rng.random((60, 38)) < 0.5:
            params = {f"s{i}": bool(v) for i, v in enumerate(on)}
            space = dict.fromkeys(params, CategoricalDistribution([False, True]))
            value = truth(params) + 0.5 * rng.normal()
            study.add_trial(create_trial(params=params, distributions=space, value=value))
        found = recommend(study)
        low, high = found.interval
        covered.append(low <= truth(found.params) <= high)
    assert sum(covered) >= 7


def test_without_noise_a_smooth_function_is_known_where_it_was_tried():
    found = recommend(_study(50))
    low, high = found.interval
    assert low <= _truth(found.params) <= high
    assert high - low < 0.01


def test_the_information_of_a_kernel_is_that_of_a_normal_distribution():
    """Half the trace of ``K^-1 dK_j K^-1 dK_k``, by small differences."""
    process = read_process(read_snapshot(_study(20, noise=0.05)))
    model, theta = process.model, np.array([0.3, -0.4, 0.2])
    fits = FitsByNoise(model.rows, model.y, model.is_categorical, 0.0)

    def covariance(at):
        scaled = fits.differences @ np.exp(at[:-1])
        matrix = np.zeros((20, 20))
        matrix[np.triu_indices(20, 1)] = np.exp(at[-1]) * matern(scaled)[0]
        return matrix + matrix.T + np.diag(np.full(20, np.exp(at[-1]) + 0.1))

    inverse, step = np.linalg.inv(covariance(theta)), 1e-5
    by_log = [
        inverse @ (covariance(theta + step * e) - covariance(theta - step * e)) / (2 * step)
        for e in np.eye(3)
    ]
    expected = [[0.5 * np.trace(a @ b) for b in by_log] for a in by_log]
    of_priors = np.diag([WIDTH**-2, WIDTH**-2, np.exp(0.2)])
    assert fits.information(0.1, theta) == pytest.approx(expected + of_priors, rel=1e-4, abs=1e-6)


def test_repeats_of_a_lucky_trial_take_its_luck_away():
    study = _study(40, noise=0.05)
    for value in (-0.6, 0.4, 0.42, 0.38, 0.41, 0.39):
        _add(study, 0.95, value)
    found = recommend(study)
    assert study.best_trial.params["x"] == 0.95
    assert abs(found.params["x"] - 0.3) < 0.15


def test_what_repeats_show_again_is_no_luck():
    study = _study(40, noise=0.02)
    for value in (-0.6, -0.61, -0.59, -0.6):  # a narrow basin
        _add(study, 0.95, value)
    found = recommend(study)
    assert (found.params["x"], found.n_tried) == (0.95, 4)
    assert found.expected == pytest.approx(-0.6, abs=0.05)


def test_the_default_is_what_was_enqueued_first_or_what_is_given():
    study = optuna.create_study(sampler=RandomSampler(seed=0))
    study.enqueue_trial({"x": 0.9, "c": "b"})
    study.optimize(
        lambda t: _truth(
            {"x": t.suggest_float("x", 0, 1), "c": t.suggest_categorical("c", ["a", "b"])}
        ),
        n_trials=30,
    )
    by_kind = {rival.kind: rival for rival in recommend(study).rivals}
    assert (by_kind["default"].trial, by_kind["default"].chance > 0.99) == (0, True)
    given_one = recommend(study, default={"x": 0.7, "c": "b"}).rivals[-1]
    assert (given_one.kind, given_one.trial, given_one.observed) == ("default", None, None)
    assert given_one.expected == pytest.approx(0.36, abs=0.1)
    with pytest.raises(ValueError, match=r"3\.0 is no value of 'x'"):
        recommend(study, default={"x": 3.0, "c": "b"})


def test_repeats_are_enqueued_on_request_alone():
    study, default = _study(40, noise=0.1, seed=2), {"x": 0.5, "c": "a"}
    found = recommend(study, default=default)
    assert found.n_repeats > 0
    assert not study.get_trials(states=[TrialState.WAITING])
    recommend(study, default=default, enqueue=True)
    waiting = [
        t.system_attrs["fixed_params"] for t in study.get_trials(states=[TrialState.WAITING])
    ]
    assert waiting.count(dict(found.params)) == found.n_repeats
    doubts = [rival for rival in found.rivals if rival.n_repeats]
    assert len(waiting) <= found.n_repeats + sum(rival.n_repeats for rival in doubts)
    study.optimize(
        lambda t: _truth(
            {"x": t.suggest_float("x", 0, 1), "c": t.suggest_categorical("c", ["a", "b"])}
        ),
        n_trials=len(waiting),
    )
    assert study.trials[-1].params in waiting


def test_too_few_trials_and_several_objectives_are_told():
    few = recommend(_study(4))
    assert isinstance(few, NotReady)
    assert "4 complete trials are feasible, 10 are needed" in few.reason
    with pytest.raises(ValueError, match="has 2 objectives"):
        recommend(optuna.create_study(directions=["minimize", "minimize"]))


def test_infeasible_trials_are_never_recommended():
    study = optuna.create_study(sampler=RandomSampler(seed=0))

    def objective(trial):
        x = trial.suggest_float("x", 0, 1)
        trial.set_constraint("half", 0.5 - x)
        return x

    study.optimize(objective, n_trials=40)
    assert recommend(study).params["x"] >= 0.5


def test_trials_of_several_data_sets_are_not_compared_by_their_values():
    study = optuna.create_study(sampler=RandomSampler(seed=0))

    def objective(trial):
        trial.set_user_attr("dataset", ("small", "large")[trial.number % 2])
        return 10 * (trial.number % 2) + trial.suggest_float("x", 0, 1)

    study.optimize(objective, n_trials=60)
    found = recommend(study)
    assert isinstance(found, NotReady)
    assert found.reason.startswith("Values are compared as ")
    assert "within dataset only" in found.reason


def test_it_is_said_in_sentences_of_plain_text():
    study = _study(60, noise=0.05, seed=1)
    found = recommend(study)
    said = say_recommendation(found)
    assert str(found) == "\n".join(said)
    assert said[0].startswith(f"Use trial {found.trial}: x 0.")
    assert "95 %:" in said[1]
    lucky = next(line for line in said if "looks best" in line)
    assert f"trial {study.best_trial.number} ({study.best_value:.4g}, " in lucky
    assert "of it luck" in lucky
    by_trial = [line.split(", trial ")[1].split(" ")[0] for line in said if ", trial " in line]
    assert len(set(by_trial)) == len(by_trial)  # none is compared with twice


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("all infinite", "Use trial 0: x"),
        ("infinite and huge values", "Use trial"),
        ("constant objective", "Use trial 0: x"),
        ("changing kind", "Use trial"),
        ("two objectives", None),
    ],
)
def test_of_an_ugly_study_it_is_said_or_nothing(name, first):
    said = look_and_say(read_snapshot(UGLY[name]()), "value")
    assert said[0].startswith(first) if first else said == ()


@given(st.floats(0, 10), st.floats(1e-3, 10), st.floats(1e-3, 10))
def test_repeats_settle_what_they_are_said_to_settle(difference, deviation, noise):
    n = repeats_to_settle(difference, deviation, noise)
    now = chance_of_better(difference, deviation)
    if n == 0:
        assert now >= 0.95
    elif n is not None:
        assert 1 <= n <= MAX_REPEATS
        after = (deviation**-2 + n / (2 * noise**2)) ** -0.5
        assert now < 0.95 <= chance_of_better(difference, after) + 1e-6


def test_equal_configurations_are_a_coin_toss():
    assert chance_of_better(0.0, 0.0) == 0.5
    assert chance_of_better(1.0, 0.0) == 1.0
    assert repeats_to_settle(0.0, 1.0, 1.0) is None


@pytest.mark.parametrize("n_params", [1, 2])
@pytest.mark.parametrize("sampler", [RandomSampler, TPESampler])
@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_a_sharp_optimum_without_noise_is_no_luck(power, sampler, n_params):
    def objective(trial):
        point = [trial.suggest_float(f"x{i}", 0, 1) for i in range(n_params)]
        return sum(abs(x - 0.37) ** power for x in point)

    study = optuna.create_study(sampler=sampler(seed=1))
    study.optimize(objective, n_trials=50)
    found = recommend(study)
    assert not found.shows_noise
    assert "luck" not in str(found)
    if found.params != study.best_params:
        is_tried = found.trial is not None
        told = f"trial {study.best_trial.number} is better" if is_tried else "a trial of it would"
        assert f"if not, {told}" in str(found)


def test_repeats_and_neighbours_show_noise():
    assert recommend(_study(60, noise=0.1)).shows_noise
    repeated = _study(12)
    _add(repeated, 0.3, 0.0)
    _add(repeated, 0.3, 0.1)
    assert recommend(repeated).shows_noise
    agreeing = _study(12, noise=0.1)
    for x in (0.5, 0.5, 0.6, 0.6):
        _add(agreeing, x, x)
    assert not recommend(agreeing).shows_noise


def test_a_trial_that_ties_with_the_best_one_is_not_said_to_be_better_than_it():
    space = {"x": FloatDistribution(0, 1), "useless": FloatDistribution(0, 1)}
    study = optuna.create_study(direction="maximize")
    for x, useless in np.random.default_rng(0).random((40, 2)).round(1):
        params = {"x": x, "useless": useless}
        study.add_trial(create_trial(params=params, distributions=space, value=1 - abs(x - 0.5)))
    found = recommend(study)
    assert found.observed == study.best_value
    assert [rival.kind for rival in found.rivals] == ["runner-up"]


def test_of_best_trials_that_tie_the_first_is_used_where_nothing_tells_them_apart():
    study = _study(40, noise=0.02)
    for x in (0.33, 0.3, 0.27):
        _add(study, x, -0.1)
    found = recommend(study)
    assert found.trial == study.best_trial.number == 40
    rival = found.rivals[0]
    assert rival.trial in (41, 42)
    assert rival.is_equal
    assert "It is practically equal to the next best" in say_recommendation(found)[2]


def test_of_two_that_differ_by_rounding_none_is_surely_better():
    study = optuna.create_study(direction="maximize")
    for x in np.linspace(0.0, 1.0, 12):
        for _ in range(2):  # repeats that agree: no noise
            _add(study, float(x), 0.9 - abs(x - 0.5) * 0.1)
    _add(study, 0.98, 0.98)
    _add(study, 0.01, np.nextafter(0.98, 1.0))
    rival = recommend(study).rivals[0]
    assert rival.chance == 0.5
    assert rival.n_repeats is None


@pytest.mark.parametrize("unit", [1, 100])
def test_what_is_expected_stays_within_what_a_share_can_be(unit):
    study = optuna.create_study(direction="maximize")
    for x in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        for c, value in (("a", 0.98 if x < 0.5 else 0.1), ("b", 0.99 if 0.3 < x < 0.6 else 0.1)):
            _add(study, x, unit * value, c)
    found = recommend(study)
    low, high = found.interval
    assert 0 <= low <= found.expected <= high <= unit
    assert all(0 <= rival.expected <= unit for rival in found.rivals)


def test_it_is_said_whose_expectation_it_is():
    assert say_recommendation(recommend(_study(30)))[1].startswith("A Gaussian process expects")
