"""A stop that a person asked for: kept with the study, obeyed by `GuideCallback`.

A stop is for those who run at that moment. It has a time instead of a flag, so that nobody has to
take it back before the next run.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import STOP
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna import Study


@dataclass(frozen=True)
class Stop:
    """A stop.

    Attributes:
        at: Unix time.
        author: Who asked for it; empty where nobody said.
        goes_on: The study that goes on in another space; empty where none does.
    """

    at: float
    author: str = ""
    goes_on: str = ""


def save_stop(study: Study, author: str, *, goes_on: str = "") -> Stop:
    """Ask every worker that runs now to end, after its trial or the next one.

    Raises:
        StoreError: If the storage cannot be written.
    """
    stop = Stop(time.time(), author, goes_on)
    write_attribute(study, STOP, write_record(stop))
    return stop


def read_stop(attributes: Mapping[str, Any]) -> Stop | None:
    """The last stop; None where nobody asked for one."""
    return read_record(Stop, attributes.get(STOP))
