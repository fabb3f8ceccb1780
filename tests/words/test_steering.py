"""Who set which region when, and what it changed."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store import RegionEntry
from optuna_guide.words.steering import say_change, say_when, say_who

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
