"""System attributes of a study: read in one query, written with patience.

Optuna offers no public way to keep something with a study that is not a user attribute. There is
no compare-and-set and no deletion either, and two first writers of one key can collide.
"""

from __future__ import annotations

import json
import math
import random
import time
from typing import TYPE_CHECKING, Any, TypeVar

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import InMemoryStorage

from optuna_guide.domain.secrets import mask
from optuna_guide.store.queries import select_attributes
from optuna_guide.store.storages import id_of, storage_of, trial_id_of, uncached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

T = TypeVar("T")

MAX_REASON = 300  # letters of a driver's error
MAX_BYTES = 65_000  # MySQL keeps an attribute as TEXT: 65,535 bytes
PATIENCE = 0.3  # seconds for which each of two attempts waits for a database that is locked
_PAUSES = (0.05, 0.1, 0.2)  # seconds between attempts
_FINAL = (AttributeError, TypeError, KeyError, UpdateFinishedTrialError)  # again is no better

_CAUSES = {  # what databases and systems say, and what it means
    "readonly database": "the database is read-only",
    "read-only": "the database is read-only",
    "permission denied": "it is not permitted",
    "disk is full": "the disk is full",
    "no space left": "the disk is full",
    "database is locked": "the database is locked by another process",
    "connection refused": "the database does not answer",
    "can't connect": "the database does not answer",
    "closed the connection": "the database does not answer",
    "lost connection": "the database does not answer",
}

_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies
_warned: set[str] = set()
_writes = {"last": -math.inf}  # on the monotonic clock
jitter = random.SystemRandom().uniform  # the random state of the study's program is left alone


class StoreError(RuntimeError):
    """The study's storage refused to read or write what belongs to the guidance."""


def is_shared(study: Study) -> bool:
    """Whether others can see what is kept with a study, after this process as well."""
    return not isinstance(getattr(study, "_storage", None), InMemoryStorage)


def read_attributes(study: Study, *keys: str) -> Mapping[str, Any]:
    """System attributes of a study, one snapshot in one query; not to be changed.

    Args:
        study: The study.
        keys: Those that are needed; one that ends with ":" stands for all that begin with it. More
            may be returned. All, where none is named: up to 200 KB.

    Raises:
        StoreError: If the storage cannot be read.
    """

    def read() -> Mapping[str, Any]:
        return select_attributes(storage_of(study), id_of(study), keys)

    return retry(read, f"read the system attributes of study {study.study_name!r}")


def read_quickly(study: Study) -> Mapping[str, Any]:
    """All of them, for somebody who waits: a database that is locked is not waited for.

    Raises:
        StoreError: If the storage cannot be read within a second.
    """

    def read() -> Mapping[str, Any]:
        return select_attributes(storage_of(study), id_of(study), patience=PATIENCE)

    return retry(read, f"read the system attributes of study {study.study_name!r}", pauses=(0.05,))


def read_softly(study: Study, *keys: str) -> Mapping[str, Any]:
    """As `read_attributes`, but empty where the storage cannot be read: one warning says why."""
    try:
        return read_attributes(study, *keys)
    except StoreError as error:
        warn_unread(error)
        return {}


def warn_unread(error: StoreError) -> None:
    """Say once that a study's system attributes cannot be read, and why."""
    if str(error) not in _warned:
        _warned.add(str(error))
        _logger.warning(f"{error} Guidance is off until that works again.")


def read_all_trials(study: Study) -> list[FrozenTrial]:
    """As `read_trials_of`.

    Raises:
        KeyError: If the study was deleted.
        StoreError: If they cannot be read.
    """
    return read_trials_of(storage_of(study), id_of(study))


def read_trials_of(storage: BaseStorage, study_id: int) -> list[FrozenTrial]:
    """All trials of a study by number, in one query; they are not copied: not to be changed.

    Raises:
        KeyError: If there is no such study.
        StoreError: If they cannot be read, as where somebody damaged a distribution.
    """
    try:
        return storage.get_all_trials(study_id, deepcopy=False)
    except Exception as error:
        if isinstance(error, KeyError):
            uncached(storage).get_study_name_from_id(study_id)  # raises where there is none
        raise StoreError(f"Could not read the trials: {_cause(error)}.") from error


def write_attribute(study: Study, key: str, value: str | Sequence[str]) -> None:
    """Set a system attribute of a study.

    Raises:
        StoreError: If the text is too long, or the storage cannot be written.
    """
    n_bytes = len(json.dumps(value))
    if n_bytes > MAX_BYTES:
        raise StoreError(
            f"{key!r} takes {n_bytes} bytes, a storage attribute holds {MAX_BYTES}: shorten it."
        )

    def write() -> None:
        storage_of(study).set_study_system_attr(id_of(study), key, value)

    try:
        retry(write, f"write {key!r} to study {study.study_name!r}")
    finally:
        _writes["last"] = time.monotonic()


def written_at() -> float:
    """When this process last wrote an attribute of any study, on the monotonic clock."""
    return _writes["last"]


def set_trial_attr(study: Study, trial: FrozenTrial, key: str, value: Any) -> None:
    """Set a system attribute of a running trial; the value is anything that JSON can say.

    Raises:
        StoreError: If the trial is finished, or the storage cannot be written.
    """

    def write() -> None:
        storage_of(study).set_trial_system_attr(trial_id_of(trial), key, value)

    retry(write, f"write {key!r} to a trial of study {study.study_name!r}")


def say_cause(error: BaseException) -> str:
    """What went wrong at the bottom, where a storage raises an error of its own about it.

    Returns:
        A cause that is known, else the first line of the error; without passwords.
    """
    said = mask(str(error).partition("\n")[0])[:MAX_REASON] or type(error).__name__
    return _known_cause(error) or said


def _cause(error: BaseException) -> str:
    """The same with the name of the error."""
    cause = _known_cause(error)
    return f"{cause} ({type(error).__name__})" if cause else mask(repr(error))[:MAX_REASON]


def _known_cause(error: BaseException) -> str | None:
    chain = [error]
    while (below := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(below)
    texts = [str(found).lower() for found in chain]
    return next((c for sign, c in _CAUSES.items() if any(sign in t for t in texts)), None)


def retry(call: Callable[[], T], what: str, *, pauses: Sequence[float] | None = None) -> T:
    """What a call to a storage returns; it is tried again where that may help.

    Args:
        call: The call.
        what: What it does, for the error.
        pauses: Seconds between attempts.

    Raises:
        StoreError: If it cannot be done; says what could not, and why.
    """
    left = iter(_PAUSES if pauses is None else pauses)
    while True:
        try:
            return call()
        except Exception as error:
            pause = None if isinstance(error, _FINAL) else next(left, None)
            if pause is None:
                is_gone = isinstance(error, KeyError)  # by the contract of Optuna's storages
                cause = "the study was deleted" if is_gone else _cause(error)
                raise StoreError(f"Could not {what}: {cause}.") from error
        time.sleep(pause * jitter(0.5, 1.5))
