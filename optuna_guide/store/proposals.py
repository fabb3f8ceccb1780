"""Regions that a strategy proposed, kept with the study so that all its workers share them.

A ring of attributes, one proposal each; the one with the largest version counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.ranges import Choices, Intervals
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import PROPOSALS
from optuna_guide.store.records import read_records, write_record

if TYPE_CHECKING:
    from optuna import Study

MAX_PROPOSALS = 64


@dataclass(frozen=True)
class Proposal:
    """What a strategy made of the complete trials at one point.

    Attributes:
        region: Parameter to the part of its range that guided trials keep to, internal values.
        strategy: Name of the strategy.
        n_trials: Complete trials that it rests on.
        reason: Why the region is as it is, in one sentence.
        at: ISO time in UTC; set when it is saved.
        version: Counts the proposals of a study, from 1; set when it is saved.
    """

    region: Mapping[str, Intervals | Choices]
    strategy: str
    n_trials: int
    reason: str = ""
    at: str = ""
    version: int = 0


def save_proposal(study: Study, attributes: Mapping[str, Any], proposal: Proposal) -> Proposal:
    """Keep a proposal as the next version.

    Args:
        study: The study.
        attributes: Its system attributes as they were read before the proposal was made.
        proposal: What to keep.

    Raises:
        StoreError: If the storage cannot be written.
    """
    last = newest_proposal(attributes)
    proposal = replace(
        proposal,
        version=1 + (last.version if last else 0),
        at=datetime.now(timezone.utc).isoformat(timespec="seconds"),
    )
    key = f"{PROPOSALS}{proposal.version % MAX_PROPOSALS}"
    write_attribute(study, key, write_record(proposal))
    return proposal


def newest_proposal(attributes: Mapping[str, Any]) -> Proposal | None:
    """The proposal that counts; None where none is stored."""
    past = read_proposals(attributes)
    return past[-1] if past else None


def read_proposals(attributes: Mapping[str, Any]) -> tuple[Proposal, ...]:
    """The last 64 proposals, oldest first."""
    found = read_records(Proposal, attributes, PROPOSALS).values()
    return tuple(sorted(found, key=lambda p: p.version))
