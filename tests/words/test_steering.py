"""Who set which region when, and what it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import optuna
import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from optuna_guide import GuidedSampler, apply_region, clear_queue, clear_region, pause
from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.regions import RegionEntry
from optuna_guide.study.next_trial import NextTrial, read_next
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.words.steering import say_change, say_next, say_when, say_who

SPACE = {"x": FloatDistribution(0.0, 1.0), "c": CategoricalDistribution(["a", "b"])}
X, WIDER = Intervals(((0.2, 0.4),)), Intervals(((0.2, 0.8),))
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("entry", "before", "said"),
    [
        (RegionEntry({"x": X}), None, "x 0.2 … 0.4"),
        (RegionEntry({"x": X}), RegionEntry({}, cleared=True), "x 0.2 … 0.4"),
        (RegionEntry({}), None, "the whole space"),
        (
            RegionEntry({"x": X, "c": Choices((1,))}),
            RegionEntry({"x": WIDER}),
            "x 0.2 … 0.4 (was 0.2 … 0.8), c b",
        ),
        (RegionEntry({"x": X}), RegionEntry({"x": X, "c": Choices((1,))}), "c free again"),
        (RegionEntry({"x": X}), RegionEntry({"x": X}), "no change"),
        (RegionEntry({"x": X}, paused=True), RegionEntry({"x": X}), "paused"),
        (RegionEntry({"x": X}), RegionEntry({"x": X}, paused=True), "resumed"),
        (RegionEntry({}, cleared=True), RegionEntry({}, cleared=True, paused=True), "resumed"),
        (RegionEntry({}, cleared=True), RegionEntry({"x": X}), "cleared"),
        (RegionEntry({"gone": X}), None, "the whole space"),
    ],
)
def test_an_entry_is_told_by_what_it_changed(
    entry: RegionEntry, before: RegionEntry | None, said: str
) -> None:
    assert say_change(entry, before, SPACE) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=5, seconds=59), "5 min ago"),
        (timedelta(hours=3), "3 h ago"),
        (timedelta(days=2), "2026-05-02 12:00"),
        (timedelta(hours=-1), "2026-05-04 13:00"),
    ],
)
def test_a_time_is_relative_where_it_is_short(ago: timedelta, said: str) -> None:
    assert say_when((NOW - ago).isoformat(timespec="seconds"), NOW) == said
    assert say_when((NOW - ago).replace(tzinfo=None).isoformat(), NOW) == said


def test_somebody_is_named() -> None:
    assert say_who(RegionEntry({}, author="Ada", comment="look here")) == "Ada: look here"
    assert say_who(RegionEntry({}, restores=0)) == "by hand: back to the start"
    assert say_who(RegionEntry({}, source="model")) == "model"


MINUTE = NOW.isoformat()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            NextTrial("guided", True, 0, {"x": X}, at=MINUTE, is_fading=True),
            "guided to x 0.2 … 0.4, but for more and more that its own model places "
            "(the sampler, 12:00). No trial is running.",
        ),
        (
            NextTrial("modelled", True, 0),
            "where the sampler's own model expects most; it needs no range by now. "
            "No trial is running.",
        ),
        (
            NextTrial("confined", True, 2, {"x": X}, True, "Ana", MINUTE, 88),
            "confined to x 0.2 … 0.4 (Ana, 12:00, since trial 88). 2 trials are running.",
        ),
        (
            NextTrial("confined", True, 0, {"x": X}, True, None, "2026-05-03T11:00:00"),
            "confined to x 0.2 … 0.4 (by hand, 2026-05-03 11:00). No trial is running.",
        ),
        (
            NextTrial("guided", True, 1, {"x": X}, at=MINUTE),
            "guided to x 0.2 … 0.4, but for a few that explore (the sampler, 12:00). "
            "1 trial is running.",
        ),
        (
            NextTrial("paused", True, 0, {"x": X}, True, "Ana", MINUTE),
            "wherever the sampler draws it, as guiding is paused (Ana, 12:00). "
            "No trial is running.",
        ),
        (
            NextTrial("free", False, 0, {"x": X}, True, at=MINUTE, sampler="TPESampler"),
            "wherever TPESampler draws it, which ignores the applied region. "
            "GuidedSampler(TPESampler()) would search inside the applied region. "
            "No trial is running.",
        ),
        (
            NextTrial("free", False, 0),
            "wherever the sampler draws it, as no GuidedSampler has run. No trial is running.",
        ),
        (
            NextTrial("free", True, 0),
            "wherever the sampler draws it, as it has narrowed nothing yet. No trial is running.",
        ),
    ],
    ids=[
        "fading",
        "model",
        "person",
        "yesterday",
        "sampler",
        "paused",
        "ignored",
        "unknown",
        "startup",
    ],
)
def test_what_the_next_trial_keeps_to_is_one_line(found: NextTrial, said: str) -> None:
    assert say_next(found, SPACE, NOW) == f"Next trial: {said}"


def test_the_next_trial_is_told_by_what_the_last_ones_recorded() -> None:
    def objective(trial: optuna.Trial) -> float:
        return trial.suggest_float("x", 0, 1)

    sampler = GuidedSampler(optuna.samplers.RandomSampler(seed=0), n_startup_trials=3)
    study = optuna.create_study(sampler=sampler)
    assert read_next(read_snapshot(study)) == NextTrial("free", False, 0)
    study.optimize(objective, n_trials=2)
    starting = NextTrial("free", True, 0, sampler="RandomSampler")
    assert read_next(read_snapshot(study)) == starting
    entry = apply_region(study, {"x": (0.2, 0.4)}, author="Ana")
    applied = NextTrial(
        "confined", True, 0, {"x": X}, True, "Ana", entry.at, None, "RandomSampler"
    )
    assert read_next(read_snapshot(study)) == applied
    study.optimize(objective, n_trials=1)
    study.ask()
    assert read_next(read_snapshot(study)) == replace(applied, since=2, n_running=1)
    pause(study)
    assert read_next(read_snapshot(study)).kind == "paused"
    clear_region(study)
    study.optimize(objective, n_trials=3)
    assert read_next(read_snapshot(study)).kind == "guided"


def test_trials_that_people_asked_for_do_not_hide_the_sampler_at_work() -> None:
    sampler = GuidedSampler(optuna.samplers.RandomSampler(seed=0), n_startup_trials=3)
    study = optuna.create_study(sampler=sampler)
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=4)
    apply_region(study, {"x": (0.2, 0.4)})
    study.optimize(lambda t: t.suggest_float("x", 0, 1), n_trials=1)
    for k in range(30):
        study.enqueue_trial({"x": k / 30})
    clear_queue(study)
    found = read_next(read_snapshot(study))
    assert (found.kind, found.since, found.sampler) == ("confined", 4, "RandomSampler")


def test_a_sampler_that_ignores_regions_is_named() -> None:
    study = optuna.create_study(
        sampler=optuna.samplers.CmaEsSampler(seed=0, warn_independent_sampling=False)
    )
    study.optimize(lambda t: t.suggest_float("x", 0, 1) + t.suggest_float("y", 0, 1), n_trials=4)
    apply_region(study, {"x": (0.2, 0.4)})
    found = read_next(read_snapshot(study))
    assert (found.kind, found.is_applied, found.sampler) == ("free", True, "CmaEsSampler")
