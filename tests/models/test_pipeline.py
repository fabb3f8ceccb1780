"""The whole pipeline: what a study teaches, and what must not change it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import Trial, TrialState
from ugly import UGLY, run

from optuna_guide.domain.outliers import clip_outliers
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.domain.space import from_unit
from optuna_guide.figures.drawing.look import describe
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.description import describe as describe_guidance
from optuna_guide.models.expectations import expect
from optuna_guide.models.fitting import Models
from optuna_guide.models.parts import to_parts
from optuna_guide.models.pipeline import fit_guidance, fit_table, fit_target
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.words.answers import answer_questions

SPACE: dict[str, BaseDistribution] = {
    "lr": FloatDistribution(1e-5, 1.0, log=True),
    "depth": IntDistribution(1, 9),
    "opt": CategoricalDistribution(["sgd", "adam", "lion"]),
    "noise": FloatDistribution(0.0, 1.0),
}


def training(params: np.ndarray) -> np.ndarray:
    """Loss of a training: best at lr = 1e-3, deep, with adam; the noise does nothing."""
    lr, depth, opt = np.log10(params[:, 0]), params[:, 1], params[:, 2]
    return np.abs(lr + 3) + 0.4 * (9 - depth) + 1.5 * (opt != 1)


def table_of(
    loss: Callable[[np.ndarray], np.ndarray] = training,
    *,
    n: int = 150,
    space: dict[str, BaseDistribution] = SPACE,
    seed: int = 0,
    maximised: bool = False,
) -> TrialsTable:
    """Uniform trials with this loss, without a study."""
    unit = np.random.default_rng(seed).random((n, len(space)))
    params = np.column_stack([from_unit(d, unit[:, j]) for j, d in enumerate(space.values())])
    return TrialsTable(
        study_name="training",
        space=space,
        numbers=np.arange(n),
        params=params,
        losses=loss(params)[:, None],
        objectives=("loss",),
        maximised=(maximised,),
        violations=np.zeros(n),
        constrained=False,
        durations=np.full(n, np.nan),
        attributes={},
        pruned=np.zeros(n, dtype=bool),
        states={"COMPLETE": n},
        dropped={},
    )


def fit(table: TrialsTable, **options: Any) -> Guidance:
    found = fit_table(table, seed=0, **options)
    assert isinstance(found, Guidance)
    return found


def timeless(guidance: Guidance) -> Guidance:
    return replace(guidance, seconds=0.0, fitted_at="")


@pytest.fixture(scope="module")
def guidance() -> Guidance:
    return fit(table_of())


def test_a_clear_study_is_understood(guidance: Guidance) -> None:
    assert guidance.trust.is_open
    assert [p.name for p in guidance.params][-1] == "noise"
    assert guidance["lr"].importance > 0.15
    lr, opt = guidance["lr"].promising, guidance["opt"].promising
    assert isinstance(lr, Intervals)
    assert lr.contains([1e-3]).all()
    assert not lr.contains([1e-5, 1.0]).any()
    assert opt == Choices((1,))
    assert guidance["lr"].advice.kind == "narrow"
    assert guidance["opt"].advice.range == Choices((1,))
    assert guidance["noise"].advice.kind == "freeze"
    assert guidance["depth"].advice.kind == "widen"
    assert guidance["depth"].advice.bound == "high"


def test_the_evidence_speaks_for_the_ranges(guidance: Guidance) -> None:
    for param in guidance.params:
        if param.evidence is not None:
            assert param.evidence.top_outside is not None
            assert param.evidence.top_inside > 1.2 * param.evidence.top_outside
            assert param.evidence.n_active == 150
    evidence = guidance["lr"].evidence
    assert evidence is not None
    assert evidence.coverage > 0.6
    assert evidence.agreement is not None
    assert evidence.agreement > 0.8


def test_importances_sum_to_one_and_shares_with_the_rest_do(guidance: Guidance) -> None:
    for importance in ("importance", "importance_top", "importance_ped", "importance_ebm"):
        total = sum(getattr(p, importance) for p in guidance.params)
        assert total == pytest.approx(1.0, abs=1e-3)
    shares = [*guidance.params, *guidance.pairs]
    total = sum(s.share for s in shares) + guidance.unexplained
    assert total == pytest.approx(1.0, abs=1e-3)


def test_effects_and_shapes_cover_the_axis_and_count_every_trial(guidance: Guidance) -> None:
    for param in guidance.params:
        effect, shape = param.effect, param.shape
        assert shape is not None
        assert sum(effect.counts) == sum(shape.counts) == 150
        assert len(effect.x) == len(effect.mean) == len(effect.spread) == len(effect.edges) - 1
        assert list(effect.x) == sorted(set(effect.x))
        assert np.all(np.diff(effect.edges) > 0)
    curve = guidance["lr"].effect
    assert 1e-4 < curve.x[int(np.argmin(curve.mean))] < 1e-2


def test_effects_are_better_where_the_other_parameters_are_promising(guidance: Guidance) -> None:
    assert len(guidance.region) > 1
    for param in guidance.params:
        assert param.effect.promising is not None
        assert np.mean(param.effect.promising) < np.mean(param.effect.mean)


def test_the_best_trials_come_first(guidance: Guidance) -> None:
    losses = table_of().losses[:, 0]
    assert [b.number for b in guidance.best] == np.argsort(losses)[:3].tolist()
    assert guidance.best[0].value == losses.min()


def test_the_same_seed_gives_the_same_guidance(guidance: Guidance) -> None:
    assert timeless(fit(table_of())) == timeless(guidance)


def test_maximising_the_negative_gives_the_mirrored_guidance(guidance: Guidance) -> None:
    mirrored = fit(table_of(maximised=True))  # the table holds losses: the values are negated
    assert mirrored.direction == "maximize"
    assert mirrored.best[0].value == -guidance.best[0].value
    assert mirrored.trust.spearman == guidance.trust.spearman
    for one, other in zip(guidance.params, mirrored.params, strict=True):
        assert one.name == other.name
        assert one.importance == pytest.approx(other.importance, abs=1e-3)
        assert one.promising == other.promising
        assert one.advice == other.advice
        np.testing.assert_allclose(one.effect.mean, -np.array(other.effect.mean), atol=1e-5)


@pytest.mark.parametrize("seed", range(6))
def test_noise_never_opens_the_gate(seed: int) -> None:
    space = {f"x{j}": FloatDistribution(0.0, 1.0) for j in range(4)}
    rng = np.random.default_rng(seed)
    found = fit(
        table_of(lambda p: rng.standard_normal(len(p)), n=19 + 60 * (seed == 0), space=space)
    )
    assert not found.trust.is_open
    assert found.region == {}
    assert {p.advice.kind for p in found.params} == {"none"}
    assert "unseen trials" in found.trust.reason
    assert found.unexplained > 0.7


def test_a_few_huge_outliers_change_little(guidance: Guidance) -> None:
    def diverging(params: np.ndarray) -> np.ndarray:
        loss = training(params)
        bad = np.argsort(loss)[75:78]  # as likely anywhere in the space
        loss[bad] = [1e9, 1e12, 1e9]
        return loss

    found = fit(table_of(diverging))
    assert found.trust.is_open
    assert found.best == guidance.best
    assert [p.name for p in found.params[:3]] == [p.name for p in guidance.params[:3]]
    for name in ("lr", "opt"):
        assert found[name].importance == pytest.approx(guidance[name].importance, abs=0.15)
    one, other = found["lr"].promising, guidance["lr"].promising
    assert isinstance(one, Intervals)
    assert isinstance(other, Intervals)
    np.testing.assert_allclose(np.log10(one.intervals), np.log10(other.intervals), atol=0.6)
    assert max(found["lr"].effect.mean) < 20


def test_a_conditional_parameter_is_guided_within_its_branch() -> None:
    def objective(trial: Trial) -> float:
        if trial.suggest_categorical("solver", ["sgd", "adam"]) == "sgd":
            return abs(trial.suggest_float("momentum", 0, 1) - 0.8)
        return 0.3 + 0.5 * trial.suggest_float("beta", 0, 1)

    found = fit_guidance(run(objective, 120), seed=0)
    assert isinstance(found, Guidance)
    momentum = found["momentum"]
    assert momentum.active_share == pytest.approx(0.5, abs=0.15)
    assert momentum.promising is not None
    assert momentum.promising.contains([0.8]).all()
    assert momentum.evidence is not None
    assert momentum.evidence.n_active == round(momentum.active_share * 120)
    assert sum(momentum.effect.counts) == momentum.evidence.n_active


def test_several_objectives_are_guided_to_the_front() -> None:
    def objective(trial: Trial) -> tuple[float, float]:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return x + y, -(1 - x + y)

    study = run(objective, 60, directions=["minimize", "maximize"])
    found = fit_guidance(study, seed=0)
    assert isinstance(found, Guidance)
    assert (found.target, found.direction) == ("pareto_rank", "minimize")
    assert found.trust.n_trials == 60
    assert found.n_front == len(study.best_trials)
    for trial in found.best:
        assert list(trial.objectives.values()) == study.trials[trial.number].values
    (top,) = (a.sentence for a in answer_questions(found) if "on top" in a.question)
    assert top.startswith(f"{found.n_front} trials on the front, such as {found.best[0].number} (")
    assert "value_0 " in top
    assert "value_1 " in top


def test_the_front_of_two_losses_is_where_both_are_low() -> None:
    def objective(trial: Trial) -> tuple[float, float]:
        x, y = trial.suggest_float("x", 0, 1), trial.suggest_float("y", 0, 1)
        return x + y, 1 - x + y  # the whole of x is on the front, where y is 0

    found = fit_guidance(run(objective, 80, directions=["minimize", "minimize"]), seed=0)
    assert isinstance(found, Guidance)
    assert found["y"].importance > 0.8
    assert found["y"].advice.bound == "low"


def test_infeasible_trials_are_not_promising() -> None:
    def objective(trial: Trial) -> float:
        x = trial.suggest_float("x", 0, 1)
        trial.set_constraint("memory", 0.4 - x)
        return x + 0.01 * trial.suggest_float("y", 0, 1)

    found = fit_guidance(run(objective, 80), seed=0)
    assert isinstance(found, Guidance)
    assert found["x"].promising is not None
    assert not found["x"].promising.contains(np.linspace(0, 0.35, 9)).any()
    assert found["x"].promising.contains([0.45]).all()
    assert all(best.params["x"] >= 0.4 for best in found.best)
    assert "Infeasible trials are placed behind the worst feasible one." in found.notes


def test_repeated_trials_do_not_open_the_gate() -> None:
    """Five configurations, each run ten times with little noise, tell nothing about the rest."""
    rng = np.random.default_rng(0)
    configurations = rng.random((5, 2)).repeat(10, axis=0)
    study = optuna.create_study()
    for x, y in configurations.tolist():
        study.add_trial(
            optuna.trial.create_trial(
                value=x * y + 1e-3 * rng.random(),
                params={"x": x, "y": y},
                distributions=dict.fromkeys("xy", FloatDistribution(0, 1)),
            )
        )
    found = fit_guidance(study, seed=0)
    assert isinstance(found, Guidance)
    assert not found.trust.is_open
    assert found.trust.n_trials <= 5


def test_many_trials_are_fitted_on_some_and_counted_in_full() -> None:
    space = {name: SPACE[name] for name in ("lr", "depth", "opt")}
    found = fit(table_of(n=100_000, space=space))
    assert found.n_trials == 100_000
    assert found.trust.n_trials <= 2000
    assert "Fitted on 2000 of 100000 trials" in found.notes[0]
    assert sum(found["lr"].effect.counts) == 100_000
    assert found.trust.skew < 0.05  # uniform, although the fit sees many of the best
    evidence = found["lr"].evidence
    assert evidence is not None
    assert evidence.n_active == 100_000
    share = evidence.n_inside / 100_000
    top = share * evidence.top_inside + (1 - share) * (evidence.top_outside or 0.0)
    assert top == pytest.approx(0.1, abs=0.01)
    assert len(found.to_json()) < 100_000


def test_what_is_expected_of_many_noisy_trials_is_what_they_reached() -> None:
    noise = np.random.default_rng(1).normal(size=6000)
    table = table_of(lambda params: training(params) + 2 * noise, n=6000)
    models = fit_target(table, seed=0)
    assert isinstance(models, Models)
    loss, found = table.losses[:, 0], describe_guidance(models, 0.0)
    assert expect(models, {})[0] == pytest.approx(loss.mean(), abs=0.1)
    assert found.intercept == pytest.approx(loss.mean(), abs=0.1)
    inside = np.all(
        [p.contains(table.params[:, table.names.index(n)]) for n, p in found.region.items()],
        axis=0,
    )
    expected, _ = expect(models, to_parts(found.region, table.space, models.sample.space))
    assert expected == pytest.approx(loss[inside].mean(), abs=0.2)
    rest = np.random.default_rng(2).permutation(6000)[:1500]
    whole = fit(table.take(np.sort(rest)))
    assert found.trust.r2 == pytest.approx(whole.trust.r2, abs=0.05)
    assert found.trust.typical_error == pytest.approx(whole.trust.typical_error, rel=0.1)


def test_a_parameter_that_is_rare_among_many_trials_is_left_out() -> None:
    table = table_of(n=5000)
    table.params[6:, 3] = np.nan  # active in six old trials
    assert "noise" not in {p.name for p in fit(table).params}


def test_attributes_and_durations_can_be_explained() -> None:
    study = UGLY["odd attributes"]()
    for target in ("duration", "params"):
        found = fit_guidance(study, target=target, seed=0)
        assert isinstance(found, Guidance)
        assert (found.target, found.direction) == (target, "minimize")
    up = fit_guidance(study, target="params", direction="maximize", seed=0)
    assert isinstance(up, Guidance)
    assert up.best[0].value == 29


def test_too_few_trials_with_the_target_are_counted() -> None:
    found = fit_guidance(UGLY["odd attributes"](), target="odd", seed=0)
    assert found == NotReady("6 usable trials with 'odd', at least 10 are needed: 4 more.", 6, 4)


def test_below_twenty_trials_there_is_no_ebm_and_the_rest_is_there() -> None:
    found = fit(table_of(n=15))
    assert found.intercept is None
    assert found.trust.r2_ebm is None
    assert all(p.shape is None and p.importance_ebm is None for p in found.params)


def test_the_study_is_only_read() -> None:
    study = UGLY["one parameter"]()
    before = [(t.number, t.params, t.system_attrs, t.user_attrs) for t in study.trials]
    table = read_trials(read_snapshot(study))
    fit_guidance(study, seed=0)
    assert [(t.number, t.params, t.system_attrs, t.user_attrs) for t in study.trials] == before
    assert study.user_attrs == {}
    np.testing.assert_array_equal(read_trials(read_snapshot(study)).params, table.params)


def test_values_that_models_see_as_better_are_counted_wherever_they_are_used() -> None:
    table = table_of()
    losses = table.losses.copy()
    losses[:3, 0] = [50.0, 90.0, 70.0]
    found = fit(replace(table, losses=losses))
    at = clip_outliers(losses[:, 0], "minimize").max()
    n = int((losses[:, 0] > at).sum())
    said = f"Models count {n} of {len(losses)} trials as {at:.4g}, where outliers are cut: "
    assert found.cut == f"{said}the worst reached 90."
    assert found.cut in found.notes
    assert found.cut in describe(found).cut
    assert fit(table_of(training)).cut == ""


def test_a_bound_of_the_correlation_is_never_said_to_be_higher_than_it_is() -> None:
    for n in (40, 60, 80, 100):
        trust = fit(table_of(n=n)).trust
        said = re.search(r"at least (\S+) \(n = ", trust.reason)
        assert said is not None
        assert float(said[1]) <= trust.spearman_lower < float(said[1]) + 0.01


def test_more_trials_than_are_shown_that_share_the_best_value_are_counted() -> None:
    table = table_of(lambda params: np.maximum(training(params), 1.5))
    n = int((table.losses[:, 0] == 1.5).sum())
    assert n > 3
    shared = f"{n} trials share the best value, 1.5: those told of as the best are some of them."
    found = fit(table)
    assert shared in found.notes
    assert found.n_best == n
    common = next(a for a in answer_questions(found) if "in common" in a.question)
    said = f"{n} are as good as the 3 shown, or better: what these share says little."
    assert common.sentence == said
    front = {a.question: a.sentence for a in answer_questions(replace(found, n_best=0, n_front=n))}
    assert front[common.question] == said
    losses = table.losses.copy()
    losses[np.flatnonzero(losses[:, 0] == 1.5)[0]] = 1.0
    tied = fit(replace(table, losses=losses))
    assert (
        f"{n} trials reach 1.5 or better: those told of as the best are some of them."
        in tied.notes
    )
    assert not any("share the best" in note for note in fit(table_of()).notes)


def test_more_trials_are_asked_for_unless_every_one_failed() -> None:
    study = optuna.create_study()
    for state, missing in ((TrialState.FAIL, None), (TrialState.RUNNING, 10)):
        study.add_trial(optuna.trial.create_trial(state=state))
        found = fit_guidance(study)
        assert isinstance(found, NotReady)
        assert found.n_missing == missing
