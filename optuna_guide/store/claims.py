"""Claims: one worker of many refits.

A storage has no compare-and-set. A worker writes its claim, waits a moment and reads it again: the
last writer wins. One that writes later than that moment makes two winners: the first one sees it
before it keeps what it fitted, and leaves that to the other (`is_lost`). A holder
renews its claim; one that nobody renews is taken over. No two clocks are compared: who waits
measures for how long a claim has been the same.
"""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import StoreError, read_attributes, write_attribute
from optuna_guide.store.keys import CLAIM
from optuna_guide.store.records import read_record, write_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from optuna import Study

LASTS = 15.0  # seconds for which a claim holds
RENEWED = 5.0  # seconds after which its holder writes it again
_SETTLE = 0.05  # seconds in which the claims of others arrive
_MAX_SEEN = 256  # claims of others

_seen: dict[str, float] = {}  # a claim to when it was seen first, by this process's clock


@dataclass(frozen=True)
class _Claim:
    owner: str
    nonce: str
    seconds: float

    def is_held(self) -> bool:
        """Whether its holder may be at work: it lives, or the claim is not old enough yet."""
        if _has_died(self.owner):
            return False
        first = _seen.setdefault(self.nonce, time.monotonic())
        if len(_seen) > _MAX_SEEN:
            del _seen[next(iter(_seen))]
        return time.monotonic() - first < self.seconds


def new_owner() -> str:
    """A name for a worker that no other worker has."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:8]}"


def claim_refit(study: Study, owner: str, seconds: float = LASTS) -> bool:
    """Whether this worker may refit; it should `release_refit` afterwards.

    Args:
        study: The study.
        owner: Names the worker; see `new_owner`.
        seconds: For how long others believe in it, so that a killed worker is replaced.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    held = _read(study)
    if held is not None and held.owner != owner and held.is_held():
        return False
    mine = _Claim(owner, uuid.uuid4().hex, float(seconds))
    write_attribute(study, CLAIM, write_record(mine))
    time.sleep(_SETTLE)
    return _read(study) == mine


@contextmanager
def keep_claim(study: Study, owner: str) -> Iterator[None]:
    """Renew a claim for as long as the block takes."""
    ended = threading.Event()

    def renew() -> None:
        while not ended.wait(RENEWED):
            try:
                held = _read(study)
                if held is None or held.owner != owner:
                    return  # taken over, as if this worker had died
                write_attribute(study, CLAIM, write_record(_Claim(owner, uuid.uuid4().hex, LASTS)))
            except StoreError:
                continue  # the claim may end before the storage is back

    thread = threading.Thread(target=renew, name="guide-claim", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def is_lost(attributes: Mapping[str, Any], owner: str) -> bool:
    """Whether another worker holds the claim by now: this one stood still, or wrote first."""
    held = _claim_of(attributes)
    return held is not None and held.owner != owner and held.is_held()


def release_refit(study: Study, owner: str) -> None:
    """Give a claim back; nothing happens where somebody else holds it.

    Raises:
        StoreError: If the storage cannot be read or written.
    """
    held = _read(study)
    if held is not None and held.owner == owner:
        write_attribute(study, CLAIM, "")


def _has_died(owner: str) -> bool:
    """Whether a worker of this machine has ended; of others it is not known."""
    host, _, process = owner.partition("/")
    pid = process.partition("/")[0]
    if os.name != "posix" or host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2]
    except ProcessLookupError:
        return True
    except (OSError, OverflowError):
        return False  # it is somebody else's, or this system does not tell more
    return state.startswith("Z")  # it was killed, and its parent has not looked yet


def _read(study: Study) -> _Claim | None:
    return _claim_of(read_attributes(study, CLAIM))


def _claim_of(attributes: Mapping[str, Any]) -> _Claim | None:
    return read_record(_Claim, attributes.get(CLAIM))
