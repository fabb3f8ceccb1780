"""Guidance on demand: stored, or fitted in the background while the page shows how long it takes.

A study that is watched by a callback has its guidance stored already. Any other one is fitted when
a page asks: once, however many ask, and again when enough trials came after.
"""

from __future__ import annotations

import functools
import json
import threading
import time
import zlib
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import optuna

from optuna_guide.analysis.term_agreement import centred
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping.refit import read_fresh
from optuna_guide.keeping.watch import QUIET, next_due
from optuna_guide.store.choices import choices_mark
from optuna_guide.store.versions import current_head, decode_guidance, last_asked
from optuna_guide.words.terms import term_note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna_guide.keeping.refit import Asked
    from optuna_guide.study.reading import Reading
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.surfaces.workbench.wire import Json

    GuidanceKey: TypeAlias = "tuple[str, Asked, str]"

DEFAULT: Asked = (None, None)
MAX_KEPT = 32
MAX_WAITING = 8
TYPICAL = 1.5  # seconds of a fit
NOTHING: Mapping[str, Any] = MappingProxyType({"guidance": None, "terms": {}})

_logger = optuna.logging.get_logger("optuna.guide")


@dataclass(eq=False)
class _Entry:
    """What is known for one study and target.

    Attributes:
        found: The newest guidance, or why there is none; None before the first fit.
        n_known: Finished trials that it knows; -1 before the first fit.
        error: Why the last fit failed.
        n_failed: Finished trials at which it failed.
        queued_at: When a fit was asked for that is not done, by `time.monotonic`.
        n_seen: Finished trials at the last look, and when that changed.
        content: The guidance as JSON, and the forest beside the terms of the EBM.
    """

    found: Guidance | NotReady | None = None
    n_known: int = -1
    error: str | None = None
    n_failed: int = -1
    queued_at: float | None = None
    n_seen: int = -1
    changed_at: float = 0.0
    tag: str = ""
    content: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    def keep(self, found: Guidance | NotReady, n_known: int) -> None:
        """Take over a new guidance, or why there is none."""
        self.found, self.n_known, self.error = found, n_known, None
        if isinstance(found, Guidance):
            text = found.to_json()
            self.content = {"guidance": json.loads(text), "terms": _terms(found)}
        else:
            text, self.content = str(found), NOTHING
        self.tag = f"{n_known}-{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


class Guidances:
    """Guidances of many studies; one is fitted at a time.

    Args:
        fit: Fits a snapshot that is not older than a reading, for a target.
        keep: Whether a guidance for the default target is kept with its study.
        done: Told the id of a study once its fit has ended, or failed.
    """

    def __init__(
        self,
        fit: Callable[[Reading, Snapshot, Asked], Guidance | NotReady],
        *,
        keep: bool,
        done: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._fit_snapshot = fit
        self._keep = keep
        self._done = done
        self._entries: OrderedDict[GuidanceKey, _Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: deque[tuple[_Entry, Reading, Asked]] = deque()
        self._is_fitting = False

    def answer(self, reading: Reading, asked: Asked, known: str | None = None) -> Json:
        """The state of the guidance, and the guidance itself where the page does not know it.

        Args:
            reading: The study.
            asked: Target and direction; None = the default.
            known: Tag of what the page has.
        """
        entry = self._look(reading, asked)
        with self._lock:  # a fit may end at this moment
            found, queued_at, tag, content = entry.found, entry.queued_at, entry.tag, entry.content
            n_known, error = entry.n_known, entry.error
        if n_known > reading.n_finished:  # it speaks of trials that the page cannot know
            found, tag, content, n_known = None, "", NOTHING, -1
            queued_at = time.monotonic() if queued_at is None and error is None else queued_at
        seconds = None if queued_at is None else round(time.monotonic() - queued_at, 2)
        state = "ready" if isinstance(found, Guidance) else "not_ready"
        if found is None:
            state = "fitting" if error is None else "failed"
        answer: Json = {
            "state": state,
            "tag": tag,
            "n_known": max(n_known, 0),
            "n_finished": reading.n_finished,
            "fitting": seconds is not None,
            "seconds": seconds,
            "expected": found.seconds if isinstance(found, Guidance) else TYPICAL,
            "reason": error or (str(found) if isinstance(found, NotReady) else None),
        }
        if isinstance(found, NotReady):
            answer["n_missing"] = found.n_missing
        if tag and tag == known:
            return {**answer, "same": True}
        return {**answer, **content}

    def current(self, reading: Reading, asked: Asked) -> Guidance | NotReady | None:
        """The newest guidance of these trials that is at hand; None while there is none yet."""
        entry = self._look(reading, asked)
        with self._lock:
            return entry.found if entry.n_known <= reading.n_finished else None

    def at_hand(self, reading: Reading) -> Guidance | NotReady | None:
        """The same for the default target, for whoever does not need it: nothing is fitted."""
        entry = self._look(reading, DEFAULT, fit=False)
        with self._lock:
            return entry.found if entry.n_known <= reading.n_finished else None

    def _look(self, reading: Reading, asked: Asked, *, fit: bool = True) -> _Entry:
        key = (reading.identity, asked, choices_mark(reading.attributes))
        now = time.monotonic()
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > MAX_KEPT:
                self._entries.popitem(last=False)
            if entry.n_seen != reading.n_finished:
                entry.n_seen, entry.changed_at = reading.n_finished, now
            if asked == DEFAULT:
                _take_stored(entry, reading)
            if fit and entry.queued_at is None and self._is_due(entry, reading, now):
                self._queue(entry, reading, asked, now)
        return entry

    def _is_due(self, entry: _Entry, reading: Reading, now: float) -> bool:
        n = reading.n_finished
        if entry.n_failed >= 0 and n < next_due(entry.n_failed, None):
            return False
        if entry.found is None or n <= entry.n_known:
            return entry.found is None or n < entry.n_known
        missing = entry.found.n_missing if isinstance(entry.found, NotReady) else None
        scheduled = n >= next_due(entry.n_known, None, missing)
        return scheduled or now >= entry.changed_at + QUIET

    def _queue(self, entry: _Entry, reading: Reading, asked: Asked, now: float) -> None:
        if len(self._waiting) >= MAX_WAITING:
            return
        entry.queued_at = now
        self._waiting.append((entry, reading, asked))
        if not self._is_fitting:  # a daemon: whoever stops the server does not wait for fits
            self._is_fitting = True
            threading.Thread(target=self._fit_all, name="guide-fit", daemon=True).start()

    def _fit_all(self) -> None:
        """Fit what waits, one after the other, until nothing does."""
        while True:
            with self._lock:
                if not self._waiting:
                    self._is_fitting = False
                    return
                entry, reading, asked = self._waiting.popleft()
            self._fit(entry, reading, asked)
            self._done(reading.study_id)

    def _fit(self, entry: _Entry, reading: Reading, asked: Asked) -> None:
        n_finished = reading.n_finished
        try:
            found = self._fit_now(reading, asked)
        except Exception as error:
            _logger.warning(f"No guidance of study {reading.study_name!r}: {error!r}.")
            with self._lock:
                entry.error = f"The fit failed: {error}"
                entry.n_failed, entry.queued_at = n_finished, None
            return
        with self._lock:
            entry.keep(found, getattr(found, "n_finished", n_finished))
            entry.n_failed, entry.queued_at = -1, None

    def _fit_now(self, reading: Reading, asked: Asked) -> Guidance | NotReady:
        fit = functools.partial(self._fit_snapshot, reading)
        if asked == DEFAULT and self._keep:
            return read_fresh(reading.study, fit=fit)[1]
        return fit(reading, last_asked(reading.attributes) if asked == DEFAULT else asked)


def _terms(guidance: Guidance) -> Json:
    """The forest beside each main term of the EBM, by parameter."""
    return {
        param.name: {"forest": centred(param).tolist(), "note": term_note(param)}
        for param in guidance.params
        if param.shape is not None
    }


def _take_stored(entry: _Entry, reading: Reading) -> None:
    """Take over what is stored with the study, where it knows more, and no trial that is gone."""
    head = current_head(reading.attributes)
    if head is None or not entry.n_known < head.n_finished <= reading.n_finished:
        return
    guidance = decode_guidance(reading.attributes)
    if guidance is not None:
        entry.keep(guidance, head.n_finished)
