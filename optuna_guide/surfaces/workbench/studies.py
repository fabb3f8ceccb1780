"""Studies as they are now: read at most once a second, however many pages ask."""

from __future__ import annotations

import math
import threading
import time
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import StoreError, read_trials_of, say_cause
from optuna_guide.store.cached_trials import forget_trials, is_stale
from optuna_guide.store.choices import choices_mark
from optuna_guide.store.keys import SAMPLERS
from optuna_guide.store.queries import count_trials
from optuna_guide.store.storages import open_study, trial_id_of
from optuna_guide.study.brackets import read_rungs
from optuna_guide.study.overview import Overview, read_overviews
from optuna_guide.study.reading import Reading
from optuna_guide.study.snapshot import still
from optuna_guide.surfaces.workbench.caches import Locks
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

FRESH = 1.0  # seconds
CHECKED = 5.0  # seconds between two looks whether a study took the place of a deleted one
MAX_KNOWN = 32  # studies that are kept
SETTLING = timedelta(seconds=30)
COUNTING = 0.5  # seconds for the numbers of trials in the list of studies
NO_STUDY = "There is no such study: it may have been deleted."
LARGEST_ID = 2**31 - 1  # that databases take


class Studies:
    """The studies of a storage.

    Args:
        storage: Where they are.
    """

    def __init__(self, storage: BaseStorage) -> None:
        self.storage = storage
        self._readings: dict[int, Reading] = {}
        self._reading = Locks()
        self._lock = threading.Lock()

    def overviews(self) -> tuple[Overview, ...]:
        """Every study at a glance; without numbers of trials where counting takes too long."""
        with _speaking():
            return read_overviews(self.storage, seconds=COUNTING)

    def count(self, study_id: int) -> int:
        """Number of trials of a study, which need not be read for it.

        Raises:
            Refusal: 404 if there is no such study, 503 if the storage cannot be read.
        """
        _check_id(study_id)
        with _speaking():
            return count_trials(self.storage, study_id)

    def read(self, study_id: int, *, fresh: float = FRESH) -> Reading:
        """A study, not older than ``fresh`` seconds.

        Raises:
            Refusal: 404 if there is no such study, 503 if the storage cannot be read.
        """
        _check_id(study_id)
        with self._reading.of(study_id):
            known = self._readings.get(study_id)
            if known is not None and time.monotonic() - known.at < fresh:
                return known
            try:
                with _speaking():
                    reading = self._read(study_id, known)
            except Refusal as refusal:
                if refusal.status == 404:
                    self._drop(study_id)
                    forget_trials(self.storage, study_id)
                raise
            self._keep(reading)
        return reading

    def forget(self, study_id: int) -> None:
        """Read it anew when it is asked for next: it was changed, or it is gone."""
        with self._reading.of(study_id):  # a reading that has begun is older than the change
            self._drop(study_id)

    def _drop(self, study_id: int) -> None:
        with self._lock:
            self._readings.pop(study_id, None)

    def _keep(self, reading: Reading) -> None:
        with self._lock:
            self._readings.pop(reading.study_id, None)
            self._readings[reading.study_id] = reading
            gone = list(self._readings)[:-MAX_KNOWN]
            for study_id in gone:
                del self._readings[study_id]
        for study_id in gone:
            self.let_go(study_id)

    def let_go(self, study_id: int) -> None:
        """Free what the storage remembers of a study, unless somebody looks at it."""
        lock = self._reading.of(study_id)
        if lock.acquire(blocking=False):  # else it is being read again
            try:
                if study_id not in self._readings:
                    forget_trials(self.storage, study_id)
            finally:
                lock.release()

    def _read(self, study_id: int, known: Reading | None) -> Reading:
        at = time.monotonic()
        study = known.study if known is not None else open_study(self.storage, study_id)
        attributes = dict(self.storage.get_study_system_attrs(study_id))
        trials = read_trials_of(self.storage, study_id)
        checked_at = known.checked_at if known is not None else -math.inf
        if at - checked_at >= CHECKED:
            checked_at = at
            if is_stale(self.storage, study_id, trials):
                forget_trials(self.storage, study_id)
                trials = read_trials_of(self.storage, study_id)
        if known is not None and not _goes_on(known, trials):
            known, study = None, open_study(self.storage, study_id)
        settled = known.settled if known is not None else 0
        now = datetime.now()
        while settled < len(trials) and _is_settled(trials[settled], now):
            settled += 1
        open_trials = [t for t in trials[settled:] if not t.state.is_finished()]
        n_finished = len(trials) - len(open_trials)
        watched = [repr(v) for k, v in sorted(attributes.items()) if k.startswith(SAMPLERS)]
        told = [
            choices_mark(attributes),
            *((t.number, t.state, len(t.params), read_rungs(t)) for t in open_trials),
        ]
        grown = [
            (len(t.intermediate_values), len(t.user_attrs), len(t.system_attrs))
            for t in open_trials
        ]
        identity = f"{study_id}-{_born(study, trials):08x}"
        ended_tag = f"{identity}-{len(trials)}-{settled}-{n_finished}-{_digest(told, watched)}"
        return Reading(
            study_name=study.study_name,
            directions=tuple(study.directions),
            trials=[*trials[:settled], *map(still, trials[settled:])],
            attributes=attributes,
            study=study,
            study_id=study_id,
            settled=settled,
            identity=identity,
            tag=f"{ended_tag}-{_digest(grown)}",
            ended_tag=ended_tag,
            at=at,
            checked_at=checked_at,
        )


def _check_id(study_id: int) -> None:
    if not 0 <= study_id <= LARGEST_ID:
        raise Refusal(404, NO_STUDY)


def _goes_on(known: Reading, now: Sequence[FrozenTrial]) -> bool:
    """Whether these are the same trials, and more: none is gone, and none took another's place."""
    before, last = known.trials, known.settled - 1
    if not before:
        return True
    if len(now) < len(before) or now[0].datetime_start != before[0].datetime_start:
        return False
    return last < 0 or trial_id_of(now[last]) == trial_id_of(before[last])


def _is_settled(trial: FrozenTrial, now: datetime) -> bool:
    """Whether it ended, and whoever watched it had the time to say so."""
    if not trial.state.is_finished():
        return False
    end = trial.datetime_complete
    return end is None or abs(now - end) > SETTLING


def _born(study: Study, trials: Sequence[FrozenTrial]) -> int:
    """A number for the study, its first trial, and how many trial numbers are missing."""
    first = trials[0].datetime_start if trials else None
    n_missing = trials[-1].number + 1 - len(trials) if trials else 0
    words = f"{study.study_name} {first} {n_missing}"
    return zlib.crc32(words.encode("utf-8", "surrogatepass"))


def _digest(*parts: Sequence[Any]) -> str:
    return f"{hash(tuple(map(tuple, parts))) & 0xFFFFFFFF:x}"


class _speaking:
    """What a storage raises, as a `Refusal`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, KeyError):
            raise Refusal(404, NO_STUDY) from error
        if isinstance(error, StoreError):
            raise Refusal(503, str(error)) from error
        if isinstance(error, Exception) and not isinstance(error, Refusal):
            message = f"The storage cannot be read at the moment: {say_cause(error)}"
            raise Refusal(503, message) from error
