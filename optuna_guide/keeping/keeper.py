"""What `GuideCallback` does, once a trial has ended: it is not imported before."""

from __future__ import annotations

import atexit
import importlib
import math
import os
import sys
import threading
import time
import weakref
from typing import TYPE_CHECKING

import optuna

import optuna_guide
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping.refit import Asked, fit_now, refit_once
from optuna_guide.keeping.watch import PAUSE, Watch, affordable_at, next_due
from optuna_guide.sampling.guided.wrapped import name_of
from optuna_guide.store.attributes import StoreError, is_shared
from optuna_guide.store.claims import new_owner
from optuna_guide.store.samplers import record_samplers
from optuna_guide.store.steering import known_steering, read_after
from optuna_guide.store.stops import read_stop
from optuna_guide.store.storages import url_of
from optuna_guide.study.choices import set_context
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from optuna_guide.domain.how import How
    from optuna_guide.keeping.refit import Publish
    from optuna_guide.study.snapshot import Snapshot

_FIRST_COST = 1.0  # seconds that the first fit is expected to take
_IMPORT_COST = 2.0  # seconds more, where the objective does not use scikit-learn itself
_EXIT_SECONDS = 30.0  # that the end of the program waits for other workers

_logger = optuna.logging.get_logger("optuna.guide")  # below "optuna": its verbosity applies


class Keeper:
    """Refits guidance as trials end, in a thread of its own, and publishes it.

    Args:
        every_n_trials: As in `GuideCallback`, like the others.
        asked: Target and direction.
        context: Names.
        how: How values are given within it.
        seed: Of the fit.
        publish: Whether, or what does it.
    """

    def __init__(
        self,
        *,
        every_n_trials: int | None,
        asked: Asked,
        context: tuple[str, ...] | None,
        how: How | None,
        seed: int | None,
        publish: bool | Publish,
    ) -> None:
        self._every_n_trials = every_n_trials
        self._asked = asked
        self._context = context
        self._how = how
        self._seed = seed
        self._publish = publish
        self._reset()

    def _reset(self) -> None:
        self.last_error: Exception | None = None
        self._guidance: Guidance | NotReady | None = None
        self._owner = new_owner()
        self._watches: weakref.WeakKeyDictionary[Study, Watch] = weakref.WeakKeyDictionary()
        self._changed = threading.Condition()  # guards the watches and the thread
        self._fitting = threading.Lock()  # one fit at a time
        self._thread: threading.Thread | None = None
        self._started: float | None = None  # when the first trial ended
        self._spent = 0.0  # seconds, in the background
        self._cost = _FIRST_COST + (0.0 if "sklearn" in sys.modules else _IMPORT_COST)
        self._reported: set[type[Exception]] = set()
        _alive.add(self)

    @property
    def guidance(self) -> Guidance | NotReady | None:
        """The newest that is known; None before the first fit."""
        return self._guidance

    def wait(self, timeout: float | None = None) -> Guidance | NotReady | None:
        """Fit every trial that ended so far, now.

        Args:
            timeout: Seconds to wait for a fit that is under way, here or in another worker.

        Returns:
            The newest guidance that is known.
        """
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        for watch in self._pending():
            self._finish(watch, deadline)
        with self._changed:
            known = list(self._watches.items())
        for study, watch in known:
            self._announce(study, watch)
        return self._guidance

    def _pending(self) -> list[Watch]:
        with self._changed:
            return [watch for watch in self._watches.values() if watch.study is not None]

    def _finish(self, watch: Watch, deadline: float) -> None:
        while not self._refit(watch, is_final=True, timeout=deadline - time.monotonic()):
            if time.monotonic() >= deadline:
                return
            time.sleep(0.1)  # another worker fits

    def note(self, study: Study, number: int | None) -> None:
        """Note that a trial ended; None = its sampler is not to be recorded."""
        try:
            with self._changed:
                now = time.monotonic()
                self._started = now if self._started is None else self._started
                watch = self._watches.setdefault(study, Watch())
                watch.note(study, 0 if number is None else number + 1, now)
                if number is not None:
                    watch.note_sampler(_sampler_of(study), number)
                _unfinished.add(self)
                if self._thread is None:
                    thread = threading.Thread(target=self._work, name="optuna-guide", daemon=True)
                    thread.start()
                    self._thread = thread
                elif watch.n >= watch.due:
                    self._changed.notify()
        except Exception as error:
            self._report(error)

    def obey(self, study: Study, trial: FrozenTrial) -> None:
        """End the run where a person asked for it since its first trial began."""
        try:
            with self._changed:
                watch = self._watches.setdefault(study, Watch())
                known = known_steering(study, trial)
                began = watch.begin(trial)
            if began is None or (known is None and not watch.may_look(time.monotonic())):
                return
            asked = read_stop(read_after(study, trial) if known is None else known)
            with self._changed:
                is_for_this_run = watch.is_stopped(asked, began)
            if asked is None or not is_for_this_run:
                return
            by = f" {asked.author}" if asked.author else " somebody"
            if asked.goes_on:
                _logger.warning(
                    f"Study {study.study_name!r} ends after trial {trial.number} and goes on in "
                    f"another space: run the new objective on study {asked.goes_on!r}."
                )
            else:
                _logger.info(f"The study stops after trial {trial.number}, as{by} asked.")
            study.stop()
        except Exception as error:
            self._report(error)

    @property
    def _affordable(self) -> float:
        """When a fit keeps the share of the time that fits may take."""
        return affordable_at(self._started or 0.0, self._spent, self._cost)

    def _work(self) -> None:
        """The background thread; it ends when nothing is to be done before a trial ends."""
        while True:
            with self._changed:
                times = {w.look_at(self._affordable): w for w in self._watches.values()}
                at = min(times, default=math.inf)
                if at == math.inf:
                    self._thread = None
                    return
                pause = at - time.monotonic()
                if pause > 0:
                    self._changed.wait(pause)
                    continue
            self._refit(times[at], is_final=False)

    def _refit(self, watch: Watch, *, is_final: bool, timeout: float = math.inf) -> bool:
        """Refit a study where that is due, or anyway.

        Returns:
            Whether the trials that had ended are known now, or never will be.
        """
        if not self._fitting.acquire(timeout=max(0.0, min(timeout, threading.TIMEOUT_MAX))):
            return False
        started, ended_at = time.monotonic(), watch.ended_at
        try:
            is_done = watch.study is None or self._learn(watch, watch.study, is_final)
        except Exception as error:
            self._report(error)
            watch.due = next_due(watch.n, self._every_n_trials)
            watch.quiet = math.inf  # the same trials once more at the end only
            is_done = is_final
        finally:
            now = time.monotonic()
            self._spent += 0.0 if is_final else now - started
            watch.not_before = now + PAUSE
            self._fitting.release()
        with self._changed:
            if is_done and watch.ended_at == ended_at:
                watch.study = None
            if all(w.study is None for w in self._watches.values()):
                _unfinished.discard(self)
        return is_done

    def _learn(self, watch: Watch, study: Study, is_final: bool) -> bool:
        try:
            snapshot, now = read_snapshot(study), time.monotonic()
        except KeyError as error:
            raise StoreError(f"Study {study.study_name!r} was deleted.") from error
        self._record(watch, study)
        self._tell(watch, study)
        if watch.catch_up(snapshot.attributes, self._asked, self._every_n_trials):
            self._guidance = watch.guidance
        n_known = watch.choose(snapshot, now, self._affordable, is_final=is_final)
        if n_known is None:
            return False
        found = refit_once(
            study,
            snapshot,
            asked=self._asked,
            fit=self._fit,
            n_known=n_known,
            owner=self._owner,
            report=self._report,
            publish=_publisher(self._publish),
        )
        if found is None:
            return False
        _, guidance = found
        watch.guidance = self._guidance = guidance
        if isinstance(guidance, Guidance):
            watch.due = next_due(guidance.n_finished, self._every_n_trials)
            if not is_final and guidance.trust.is_open and not watch.announced:
                self._announce(study, watch)
            return guidance.n_finished >= snapshot.n_finished
        watch.due = next_due(snapshot.n_finished, self._every_n_trials, guidance.n_missing)
        return True

    def _fit(self, snapshot: Snapshot, asked: Asked) -> Guidance | NotReady:
        started = time.monotonic()
        found = fit_now(snapshot, asked, seed=self._seed)
        if isinstance(found, Guidance):
            self._cost = time.monotonic() - started
        return found

    def _tell(self, watch: Watch, study: Study) -> None:
        """Keep the context with the study, once: a person may set another one later."""
        if watch.is_told or self._context is None:
            return
        watch.is_told = True
        try:
            set_context(study, self._context, how=self._how)
        except (StoreError, ValueError) as error:
            self._report(error)

    def _announce(self, study: Study, watch: Watch) -> None:
        """Say in one line what is known, once of each version."""
        guidance = watch.guidance
        if isinstance(guidance, Guidance) and guidance.version > watch.announced:
            watch.announced = guidance.version
            url = url_of(study)
            see = f" See it: optuna-guide serve {url}" if url else ""
            _logger.info(f"{guidance.headline()}{see}")

    def _record(self, watch: Watch, study: Study) -> None:
        """Keep with the study which sampler made the trials that ended here."""
        with self._changed:
            seen = {name: set(numbers) for name, numbers in watch.samplers.items()}
        n = sum(map(len, seen.values()))
        if n > watch.n_recorded:
            try:
                record_samplers(study, self._owner, seen)
                watch.n_recorded = n
            except StoreError as error:
                self._report(error)

    def _report(self, error: Exception) -> None:
        self.last_error = error
        if type(error) not in self._reported:
            self._reported.add(type(error))
            cause = f", because of {error.__cause__!r}" if error.__cause__ else ""
            _logger.warning(f"The guidance is behind, trials go on: {error!r}{cause}")


def _publisher(publish: bool | Publish) -> Publish | None:
    """What shows a new guidance to people: surfaces are known here by their public name only."""
    if not isinstance(publish, bool):
        return publish
    return optuna_guide.publish if publish else None


def _sampler_of(study: Study) -> str:
    sampler = study.sampler
    return name_of(getattr(sampler, "base_sampler", sampler))


# The models need this module. It registers a hook, which is refused once the program ends.
importlib.import_module("concurrent.futures.process")

_alive: weakref.WeakSet[Keeper] = weakref.WeakSet()
_unfinished: set[Keeper] = set()  # those that have trials to fit: kept until they did


@atexit.register
def _finish_all() -> None:
    """Fit the last trials of every study that outlives this process."""
    deadline = time.monotonic() + _EXIT_SECONDS
    for keeper in list(_unfinished):
        for watch in keeper._pending():
            if watch.study is not None and is_shared(watch.study):
                watch.announced = sys.maxsize  # the program has printed its last line
                try:
                    keeper._finish(watch, deadline)
                except KeyboardInterrupt:
                    return


def _start_anew() -> None:
    """A forked process has no background thread, and its locks may be held for ever."""
    _unfinished.clear()
    for keeper in list(_alive):
        keeper._reset()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew)
