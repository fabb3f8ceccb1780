from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import optuna
import pytest
from optuna.distributions import FloatDistribution
from optuna.samplers import RandomSampler
from optuna.trial import create_trial
from scipy.stats import mannwhitneyu

from optuna_guide.analysis.evidence import has_turned, measure_evidence
from optuna_guide.analysis.superiority import share_interval, superiority
from optuna_guide.sampling.guided.history import History
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.store.attributes import read_softly
from optuna_guide.store.proposals import newest_proposal
from optuna_guide.study.declared import Declared
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

X = {"x": FloatDistribution(0.0, 1.0)}


def decided(kind: str | None, value: float, version: int | None = 1) -> Any:
    decision = {"kind": kind, "version": version, "person": None, "base": "RandomSampler"}
    return create_trial(
        params={"x": 0.5},
        distributions=X,
        value=value,
        system_attrs={} if kind is None else {"guide:decision": decision},
    )


def test_guidance_that_helps_is_seen_to_help() -> None:
    rng = np.random.default_rng(0)
    study = optuna.create_study()
    study.add_trials([decided("startup", 1.0 + rng.random(), None) for _ in range(20)])
    study.add_trials([decided("guided", 0.5 + rng.random(), 1) for _ in range(20)])
    study.add_trials([decided("repaired", rng.random(), 2) for _ in range(20)])
    study.add_trials([decided("explored", 1.0 + rng.random(), 2) for _ in range(10)])
    study.add_trials([decided("modelled", -4.0, None) for _ in range(5)])  # no proposal held
    study.add_trial(decided(None, -5.0))
    found = measure_evidence(study)
    assert (found.before.n, found.guided.n, found.explored.n) == (20, 40, 10)
    assert found.guided.mean < found.before.mean
    assert found.p_before is not None
    assert found.p_before < 1e-3
    assert found.p_explored is not None
    assert found.p_explored < 1e-3
    assert found.improvements_guided > found.improvements_explored == 0.0
    assert [v.version for v in found.versions] == [1, 2]
    assert found.versions[1].p_value < 1e-5  # type: ignore[operator]
    assert found.summary.startswith(
        "Yes: a guided trial beats one that ignored the same proposal in 100 %"
    )


def test_only_trials_under_the_same_proposal_are_compared() -> None:
    """Later trials are better, guided or not: the early ones must not stand for the late ones."""
    rng = np.random.default_rng(0)
    study = optuna.create_study()
    for version, level in ((1, 1.0), (2, 0.0)):
        n_guided = 30 if version == 1 else 6
        study.add_trials(
            [decided("guided", level + rng.random(), version) for _ in range(n_guided)]
        )
        rest = 36 - n_guided
        study.add_trials([decided("modelled", level + rng.random(), version) for _ in range(rest)])
    found = measure_evidence(study)
    assert found.beats_explored is not None
    assert 0.3 < found.beats_explored < 0.7
    assert found.p_explored is not None
    assert found.p_explored > 0.05


def test_the_direction_of_the_study_counts() -> None:
    study = optuna.create_study(direction="maximize")
    study.add_trials([decided("startup", v, None) for v in (1.0, 2.0, 3.0)])
    study.add_trials([decided("guided", v) for v in (7.0, 8.0, 9.0)])
    found = measure_evidence(study)
    assert found.before.best == 3.0
    assert found.guided.best == 9.0
    assert found.p_before == pytest.approx(0.05)
    assert found.improvements_guided == 1.0


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        pytest.param(["startup"] * 5, "No trial was guided", id="none"),
        pytest.param(["startup", "guided"], "too few to compare", id="few"),
        pytest.param(
            ["startup"] * 20 + ["guided"] * 20,
            "not clearly better than those before",
            id="no explored",
        ),
        pytest.param(["explored", "guided"] * 20, "cannot be told yet: a guided", id="equal"),
    ],
)
def test_what_cannot_be_told_is_said(kinds: list[str], message: str) -> None:
    study = optuna.create_study()
    values = itertools.cycle([1.0, 1.0, 2.0, 2.0])
    study.add_trials(
        [decided(k, v, None if k == "startup" else 1) for k, v in zip(kinds, values, strict=False)]
    )
    assert message in measure_evidence(study).summary


def test_an_empty_study_has_no_evidence() -> None:
    found = measure_evidence(optuna.create_study())
    assert found.guided.n == 0
    assert np.isnan(found.before.best)


def test_superiority_is_the_share_of_pairs_won() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, 5, 30).astype(float), rng.integers(0, 5, 20).astype(float)
    u = mannwhitneyu(other, one).statistic
    assert superiority(one, other) == pytest.approx(u / (30 * 20))
    assert superiority(one, np.array([])) is None


def test_guidance_has_turned_where_explored_trials_are_as_good() -> None:
    def turned(guided: float, explored: float, n_explored: int = 10) -> bool:
        trials = [decided("guided", guided + 0.01 * (i % 3)) for i in range(30)]
        trials += [decided("explored", explored + 0.01 * (i % 3)) for i in range(n_explored)]
        return has_turned(trials, np.array([t.value for t in trials]))

    assert not turned(0.0, 1.0)
    assert turned(1.0, 0.0)
    assert turned(1.0, 1.0)
    assert not turned(1.0, 0.0, n_explored=3)


def test_the_region_is_widened_when_guided_trials_stop_beating_explored_ones() -> None:
    study = optuna.create_study(
        sampler=GuidedSampler(RandomSampler(seed=0), n_startup_trials=10, explore=0.4, seed=0)
    )
    study.optimize(lambda t: abs(t.suggest_float("x", 0, 1) - 0.2), n_trials=40)
    before = newest_proposal(read_softly(study))
    study.optimize(lambda t: 1.0 + abs(t.suggest_float("x", 0, 1) - 0.9), n_trials=80)
    after = newest_proposal(read_softly(study))
    assert before is not None
    assert after is not None
    assert "Wider" not in before.reason
    assert "Wider" in after.reason


def test_a_history_reads_each_trial_once_whatever_the_order_in_which_they_finish() -> None:
    study = optuna.create_study()
    history = History(study.directions)
    trials = [study.ask() for _ in range(6)]
    for trial in trials:
        trial.suggest_float("x", 0, 1)
    for number in (4, 1, 5, 0):
        study.tell(trials[number], float(number))
        history.update(study.get_trials(deepcopy=False))
    study.tell(trials[2], state=optuna.trial.TrialState.FAIL)
    history.update(study.get_trials(deepcopy=False))
    history.update([])
    assert [t.number for t in history.complete] == [4, 1, 5, 0]
    assert history.losses().tolist() == [4.0, 1.0, 5.0, 0.0]
    assert history.was_seen({"x": trials[4].params["x"]})
    assert not history.was_seen({"x": trials[3].params["x"]})


def test_a_history_asks_each_trial_once_what_it_declared(monkeypatch) -> None:
    seen, read = [], Declared.seen
    monkeypatch.setattr(Declared, "seen", lambda *a: seen.extend(a[1]) or read(*a))
    study = optuna.create_study()
    history = History(study.directions)
    for high in (1.0, 3.0, 2.0):
        for _ in range(5):
            trial = study.ask()
            value = trial.suggest_float("x", 0, high) + len(trial.suggest_categorical("k", ["a"]))
            study.tell(trial, value)
        history.update(study.get_trials(deepcopy=False))
        table = history.read_table(study, {}, np.random.default_rng(0))
        assert [trial.number for trial in seen] == list(range(len(history)))
    whole = read_trials(read_snapshot(study))
    assert table.space == whole.space
    assert table.space["x"].high == 3.0
    np.testing.assert_array_equal(table.params, whole.params)
    np.testing.assert_array_equal(table.losses, whole.losses)


def test_a_long_history_is_read_through_its_best_and_random_others() -> None:
    study = optuna.create_study(direction="maximize")
    study.add_trials(
        [create_trial(params={"x": i / 3000}, distributions=X, value=i) for i in range(3000)]
    )
    history = History(study.directions)
    history.update(study.get_trials(deepcopy=False))
    table = history.read_table(study, {}, np.random.default_rng(0))
    assert len(table) == 2000
    assert set(range(2500, 3000)) <= set(table.numbers.tolist())


def test_the_interval_of_a_share_narrows_with_trials_and_needs_some() -> None:
    assert share_interval(0.7, 50, 4) is None
    low, high = share_interval(0.7, 20, 8) or (1, 0)
    assert low < 0.5 < 0.7 < high < 1
    low, high = share_interval(0.7, 200, 80) or (1, 0)
    assert 0.6 < low < 0.7 < high < 0.8
    low, high = share_interval(1.0, 20, 8) or (1, 0)
    assert 0.5 < low < high == 1


def test_the_evidence_of_another_target_is_of_its_values() -> None:
    study = optuna.create_study()
    for k in range(20):
        trial = decided("guided" if k > 9 else "startup", 0.0, 1 if k > 9 else None)
        trial.user_attrs["cost"] = 20.0 - k
        study.add_trial(trial)
    found = measure_evidence(study, "cost")
    assert (found.target, found.guided.best, found.before.best) == ("cost", 1.0, 11.0)
    assert found.guided.numbers == tuple(range(10, 20))
    assert measure_evidence(study, "cost", direction="maximize").guided.best == 10.0
