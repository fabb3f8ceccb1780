"""Claims: one worker of many refits.

A storage has no compare-and-set. A worker writes its claim, waits a moment and reads it again: the
last writer wins. Two winners are possible and harmless, both then write a valid guidance.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optuna_guide.store.attributes import read_attributes, write_attribute
from optuna_guide.store.keys import CLAIM
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from optuna import Study

_SETTLE = 0.05  # seconds in which the claims of others arrive


@dataclass(frozen=True)
class _Claim:
    owner: str
    nonce: str
    at: float  # Unix time
    seconds: float

    def is_held(self) -> bool:
        """A claim from a clock that is further off than its own length counts as expired."""
        return abs(time.time() - self.at) < self.seconds


def claim_refit(study: Study, owner: str, seconds: float) -> bool:
    """Whether this worker may refit; it should `release_refit` afterwards.

    Args:
        study: The study.
        owner: Names the worker; unique among all that share the study.
        seconds: When the claim expires, so that a killed worker is replaced.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    held = _read(study)
    if held is not None and held.owner != owner and held.is_held():
        return False
    mine = _Claim(owner, uuid.uuid4().hex, time.time(), float(seconds))
    write_attribute(study, CLAIM, write_record(mine))
    time.sleep(_SETTLE)
    return _read(study) == mine


def release_refit(study: Study, owner: str) -> None:
    """Give a claim back; nothing happens where somebody else holds it.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    held = _read(study)
    if held is not None and held.owner == owner:
        write_attribute(study, CLAIM, "")


def _read(study: Study) -> _Claim | None:
    return read_record(_Claim, read_attributes(study).get(CLAIM))
