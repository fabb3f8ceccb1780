"""Where people believe the best values to be: what counts until it is dropped or taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.domain.beliefs import Belief
from optuna_guide.store.keys import BELIEFS
from optuna_guide.store.ring import Ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

MAX_ENTRIES = 64


@dataclass(frozen=True)
class BeliefEntry:
    """What was believed, or ceased to be.

    Attributes:
        beliefs: Parameter to what is believed of it from here on.
        ended: Parameter to the version up to which beliefs about it count no more.
        source: ``"person"``; ``"sampler"``: the ``prior`` of a sampler; ``"trials"``: they
            refuted what ended.
        author: Name of the person.
        comment: Why; of what the trials refuted, a sentence.
        n_known: Complete trials of the study by then.
        at: ISO time in UTC; set when it is saved.
        version: Counts the entries of a study, from 1; set when it is saved.
    """

    beliefs: Mapping[str, Belief]
    ended: Mapping[str, int]
    source: str = "person"
    author: str | None = None
    comment: str | None = None
    n_known: int = 0
    at: str = ""
    version: int = 0


@dataclass(frozen=True)
class Held:
    """One belief that counts.

    Attributes:
        name: The parameter.
        belief: What is believed of it.
        version: Of the entry that says so.
        n_known: Complete trials when it was said.
    """

    name: str
    belief: Belief
    version: int
    n_known: int


_RING = Ring(BeliefEntry, BELIEFS, MAX_ENTRIES, "belief")


def save_belief(study: Study, entry: BeliefEntry) -> BeliefEntry:
    """Add an entry; every worker sees it from its next trial on.

    Returns:
        The entry with its version and time.

    Raises:
        StoreError: If it is too big for one attribute, or the storage cannot be written.
    """
    return _RING.add(study, entry)


def read_belief_entries(attributes: Mapping[str, Any]) -> tuple[BeliefEntry, ...]:
    """The last 64 entries, oldest first, from attributes that were read already."""
    return _RING.read(attributes)


def held_beliefs(entries: Sequence[BeliefEntry]) -> tuple[Held, ...]:
    """The beliefs that count, oldest first.

    Args:
        entries: Of `read_belief_entries`.
    """
    held: list[Held] = []
    for entry in entries:
        held = [h for h in held if h.version > entry.ended.get(h.name, 0)]
        held += [Held(n, b, entry.version, entry.n_known) for n, b in entry.beliefs.items()]
    return tuple(held)
