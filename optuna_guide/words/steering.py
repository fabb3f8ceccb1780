"""Who set which region when, what it changed, and what the next trial keeps to, in words."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from optuna_guide.domain.ranges import describe
from optuna_guide.domain.wording import cut, one_line
from optuna_guide.study.next_trial import read_next

if TYPE_CHECKING:
    from optuna_guide.domain.ranges import Region
    from optuna_guide.domain.space import Distributions
    from optuna_guide.store.regions import RegionEntry
    from optuna_guide.study.next_trial import NextTrial
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.study.table import TrialsTable

REGION_WIDTH = 90  # columns of a region in one line
NO_CHANGE = "no change"
_FREE = "wherever the sampler draws it"
_OWN = ("LiteGPSampler", "GridSampler", "BruteForceSampler")  # no base that a region narrows


def say_next_trial(snapshot: Snapshot, table: TrialsTable) -> str:
    """What the next trial of a study keeps to, now, in one line."""
    return say_next(read_next(snapshot), table.space, datetime.now().astimezone())


def say_next(found: NextTrial, space: Distributions, now: datetime) -> str:
    """One line: ``Next trial: confined to lr 0.03 … 0.09 (Ana, 10:41, since trial 88). ...``.

    Args:
        found: What the next trial keeps to.
        space: Declared distributions.
        now: With a time zone.
    """
    who = who_set(found)
    when = [_clock(found.at, now)] if found.at else []
    since = [] if found.since is None else [f"since trial {found.since}"]
    about = f" ({', '.join([who, *when, *since])})" if who else ""
    then = f" {how_to_guide(found)}." if found.is_applied and guiding(found) else ""
    return f"Next trial: {kept_to(found, space)}{about}.{then} {running(found)}."


def kept_to(found: NextTrial, space: Distributions) -> str:
    """What the next trial keeps to, in a few words."""
    if found.exhausted:
        return f"nothing new, as {found.exhausted}"
    said = cut(say_region(found.region, space), REGION_WIDTH)
    if found.kind == "confined":
        return f"confined to {said}"
    if found.kind == "guided":
        rest = "a few that explore"
        if found.is_fading:
            rest = "more and more that its own model places"
        return f"guided to {said}, but for {rest}"
    if found.kind == "modelled":
        return "where the sampler's own model expects most; it needs no range by now"
    if found.kind == "paused":
        return f"{_FREE}, as guiding is paused"
    if found.is_guided:
        return f"{_FREE}, as it has narrowed nothing yet"
    if found.sampler:
        name = cut(one_line(found.sampler), 40)
        return f"wherever {name} draws it{', which ignores the applied region' * found.is_applied}"
    return f"{_FREE}, as no GuidedSampler has run"


def how_to_guide(found: NextTrial) -> str:
    """What makes the next trials keep to a region; empty where they do."""
    where = "inside the applied region" if found.is_applied else "where the good trials lie"
    sampler = guiding(found)
    return f"{sampler} would search {where}" if sampler else ""


def guiding(found: NextTrial) -> str:
    """The sampler that would keep to a region, as a call; empty where one does."""
    if found.is_guided or found.exhausted:
        return ""
    base = one_line(found.sampler)
    is_own = not base.isidentifier() or base in _OWN
    return f"GuidedSampler({'' if is_own else base + '()'})"


def who_set(found: NextTrial) -> str:
    """Who set what the next trial keeps to; empty where nobody did."""
    if found.kind in ("free", "modelled"):
        return ""
    if found.kind == "guided":
        return "the sampler"
    return found.author or "by hand"


def running(found: NextTrial) -> str:
    """How many trials run now."""
    n = found.n_running
    return f"{n} trial{'s are' if n != 1 else ' is'} running" if n else "No trial is running"


def say_region(region: Region, space: Distributions) -> str:
    """``lr 0.03 … 0.09, solver adam``; of the parameters that the space has."""
    parts = _parts(region, space)
    return ", ".join(f"{one_line(name)} {part}" for name, part in parts.items())


def say_change(entry: RegionEntry, before: RegionEntry | None, space: Distributions) -> str:
    """What an entry changed of the one of the same source before it."""
    if entry.paused:
        return "paused"
    if entry.cleared:
        return "resumed" if before is not None and before.paused else "cleared"
    now = _parts(entry.region, space)
    if before is None or before.cleared:
        return say_region(entry.region, space) or "the whole space"
    then = _parts(before.region, space)
    said = [
        f"{one_line(name)} {part}" + (f" (was {then[name]})" if name in then else "")
        for name, part in now.items()
        if then.get(name) != part
    ]
    said += [f"{one_line(name)} free again" for name in then if name not in now]
    return ", ".join(said) or ("resumed" if before.paused else NO_CHANGE)


def say_who(entry: RegionEntry) -> str:
    """The author; else a person, or the model, and its comment."""
    back = None if entry.restores is None else f"back to {entry.restores or 'the start'}"
    who = entry.author or ("by hand" if entry.source == "person" else entry.source)
    return ": ".join(filter(None, (who, back, entry.comment)))


def say_when(at: str, now: datetime) -> str:
    """``5 min ago``, within a day ``3 h ago``, else the day and the minute; local time.

    Args:
        at: ISO time.
        now: With a time zone.
    """
    then = _read_time(at, now)
    minutes = int((now - then).total_seconds() // 60)
    if 0 <= minutes < 1:
        return "just now"
    if 0 <= minutes < 60:
        return f"{minutes} min ago"
    if 0 <= minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    return f"{then:%Y-%m-%d %H:%M}"


def _clock(at: str, now: datetime) -> str:
    """The minute, and the day where it is another one."""
    then = _read_time(at, now)
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%Y-%m-%d %H:%M}"


def _read_time(at: str, now: datetime) -> datetime:
    then = datetime.fromisoformat(at)
    return (then if then.tzinfo else then.replace(tzinfo=timezone.utc)).astimezone(now.tzinfo)


def _parts(region: Region, space: Distributions) -> dict[str, str]:
    return {n: describe(space[n], part) for n, part in region.items() if n in space}
