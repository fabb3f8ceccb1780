"""Trials on their way into a follow-up study: a database takes several milliseconds for each."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import optuna

from optuna_guide.store.storages import id_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.surfaces.workbench.wire import Json

PATIENCE = 1.0  # seconds in which few trials are copied, and errors seen, before the answer
MAX_KNOWN = 32  # studies

_logger = optuna.logging.get_logger("optuna.guide")


@dataclass(eq=False)
class Copying:
    """How far the trials of one study are.

    Attributes:
        n: Trials to copy.
        n_copied: How many of them are.
        error: Why the others will not be.
        ended: Set when nothing is copied any more.
    """

    n: int
    n_copied: int = 0
    error: str | None = None
    ended: threading.Event = field(default_factory=threading.Event)

    def to_json(self) -> Json:
        """For the page of the study."""
        return {"n": self.n, "n_copied": self.n_copied, "error": self.error}

    def run(self, study: Study, trials: Sequence[FrozenTrial]) -> None:
        """Add the trials one by one, until one fails."""
        try:
            for trial in trials:
                study.add_trial(trial)
                self.n_copied += 1
        except Exception as error:
            self.error = f"{self.n_copied} of {self.n} trials were copied, then: {error}"
            _logger.warning(f"Study {study.study_name!r} is not complete. {self.error}")
        finally:
            self.ended.set()


class Copies:
    """Copies trials in the background; what is not copied when the server stops never is."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Copying] = OrderedDict()
        self._lock = threading.Lock()

    def start(self, study: Study, trials: Sequence[FrozenTrial]) -> Copying:
        """Begin, and wait a moment."""
        copying = Copying(len(trials))
        with self._lock:
            self._known[id_of(study)] = copying
            while len(self._known) > MAX_KNOWN:
                self._known.popitem(last=False)
        threading.Thread(
            target=copying.run, args=(study, trials), name="guide-copy", daemon=True
        ).start()
        copying.ended.wait(PATIENCE)
        return copying

    def of(self, study_id: int) -> Copying | None:
        """How far a study is; None where nothing is copied, and nothing failed."""
        with self._lock:
            found = self._known.get(study_id)
        is_over = found is not None and found.ended.is_set() and found.error is None
        return None if is_over else found
