"""A study that is read again and again: what tells one reading from the next."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.study.snapshot import Snapshot

if TYPE_CHECKING:
    from optuna import Study


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading(Snapshot):
    """A study at one moment, and what a server knows about it beside that.

    Attributes:
        study: Where changes go; answers are made of the snapshot alone.
        study_id: Its id in the storage, as in the dashboard's URLs.
        settled: Trials before this one ended a while ago: nothing about them changes.
        identity: Tells the study from another one that took its id after it was deleted, and from
            itself before trials were deleted.
        tag: Changes whenever a trial does.
        ended_tag: The same while trials do nothing but report: what the trials that ended tell,
            and the space that all declared, has not changed.
        at: When it was read, by `time.monotonic`.
        checked_at: When it was looked whether it took the place of a deleted one.
    """

    study: Study
    study_id: int
    settled: int
    identity: str
    tag: str
    ended_tag: str
    at: float
    checked_at: float

    @functools.cached_property
    def state(self) -> tuple[str, int]:
        """Changes whenever a trial ends, or anything that is kept with the study does."""
        return (
            self.ended_tag,
            hash(tuple(sorted((k, repr(v)) for k, v in self.attributes.items()))),
        )
