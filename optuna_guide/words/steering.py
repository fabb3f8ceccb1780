"""Who set which region when, and what it changed, in words."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from optuna_guide.domain.ranges import describe
from optuna_guide.domain.wording import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna.distributions import BaseDistribution

    from optuna_guide.domain.ranges import Region
    from optuna_guide.store import RegionEntry

    Space = Mapping[str, BaseDistribution]


def say_region(region: Region, space: Space) -> str:
    """``lr 0.03 … 0.09, solver adam``; of the parameters that the space has."""
    parts = _parts(region, space)
    return ", ".join(f"{one_line(name)} {part}" for name, part in parts.items())


def say_change(entry: RegionEntry, before: RegionEntry | None, space: Space) -> str:
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
    return ", ".join(said) or ("resumed" if before.paused else "no change")


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
    then = datetime.fromisoformat(at)
    then = then if then.tzinfo else then.replace(tzinfo=timezone.utc)
    minutes = int((now - then).total_seconds() // 60)
    if 0 <= minutes < 1:
        return "just now"
    if 0 <= minutes < 60:
        return f"{minutes} min ago"
    if 0 <= minutes < 24 * 60:
        return f"{minutes // 60} h ago"
    return f"{then.astimezone(now.tzinfo):%Y-%m-%d %H:%M}"


def _parts(region: Region, space: Space) -> dict[str, str]:
    return {n: describe(space[n], part) for n, part in region.items() if n in space}
