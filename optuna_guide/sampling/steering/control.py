"""A person's hand on a running study: set, clear, pause and resume what sampling keeps to.

Every worker sees a change from its next trial on. A person's region holds in every trial, whatever
the model proposes, until it is cleared. Enqueued parameters are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.parsing import parse_region
from optuna_guide.store.attributes import read_attributes, read_softly
from optuna_guide.store.keys import PROPOSALS, REGIONS
from optuna_guide.store.proposals import Proposal, read_proposals
from optuna_guide.store.regions import (
    RegionEntry,
    load_region,
    read_region_history,
    save_region,
    standing_entries,
)
from optuna_guide.study.declared import Declared
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution


def apply_region(
    study: Study,
    region: Mapping[str, Any],
    *,
    author: str | None = None,
    comment: str | None = None,
    space: Mapping[str, BaseDistribution] | None = None,
) -> RegionEntry:
    """Confine the coming trials; what was applied before is replaced.

    A range can only be narrowed: to widen it is for the objective, which declares it.

    Args:
        study: The study.
        region: Parameter to ``(low, high)``, to a list of such pairs, to a set of choices, or to
            one value. Either end of a pair may be None: the declared bound.
        author: Who decided, for the history.
        comment: Why, for the history.
        space: Declared distributions; those that the study's trials have seen by default.

    Raises:
        ValueError: If a parameter or a choice does not exist, or a range is empty, reversed, NaN
            or outside the declared one.
        StoreError: If the storage cannot be written.
    """
    parsed = parse_region(region, seen_space(study) if space is None else space)
    return save_region(study, RegionEntry(parsed, author=author, comment=comment))


def clear_region(
    study: Study, *, author: str | None = None, comment: str | None = None
) -> RegionEntry:
    """Take a person's region back; the model's proposals go on.

    Raises:
        StoreError: If the storage cannot be written.
    """
    return save_region(study, RegionEntry({}, author=author, comment=comment, cleared=True))


def pause(study: Study, *, author: str | None = None, comment: str | None = None) -> RegionEntry:
    """Leave the coming trials to the base sampler alone; a person's region is kept for later.

    Raises:
        StoreError: If the storage cannot be written.
    """
    return _repeat(study, author=author, comment=comment, paused=True)


def resume(study: Study, *, author: str | None = None, comment: str | None = None) -> RegionEntry:
    """Guide again, and keep to a person's region again if there is one.

    Raises:
        StoreError: If the storage cannot be written.
    """
    return _repeat(study, author=author, comment=comment, paused=False)


def undo(study: Study, *, author: str | None = None) -> RegionEntry | None:
    """Go back to what held before the last change that was not undone yet.

    Returns:
        The new entry, which says what it restores; None where no change is left.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    standing = standing_entries(read_attributes(study, REGIONS))
    if not standing:
        return None
    before = standing[-2] if len(standing) > 1 else RegionEntry({}, cleared=True)
    return save_region(
        study, replace(before, author=author, comment=None, restores=before.version)
    )


def region_history(study: Study) -> tuple[RegionEntry, ...]:
    """What people set (``source="person"``) and the model proposed (``"model"``), oldest first.

    The two have versions of their own; at most the last 32 and 64 are kept.
    """
    attributes = read_softly(study, REGIONS, PROPOSALS)
    entries = [*map(_entry, read_proposals(attributes)), *read_region_history(attributes)]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def seen_space(study: Study) -> dict[str, BaseDistribution]:
    """Declared distribution of every parameter that any trial of the study has."""
    return Declared().seen(read_snapshot(study).trials).space


def _repeat(study: Study, *, author: str | None, comment: str | None, paused: bool) -> RegionEntry:
    """What holds already, paused or not."""
    last = load_region(study) or RegionEntry({}, cleared=True)
    return save_region(
        study, replace(last, author=author, comment=comment, paused=paused, restores=None)
    )


def _entry(proposal: Proposal) -> RegionEntry:
    comment = f"{proposal.strategy} of {proposal.n_trials} trials. {proposal.reason}".strip()
    return RegionEntry(
        proposal.region,
        source="model",
        comment=comment,
        at=proposal.at,
        version=proposal.version,
    )
