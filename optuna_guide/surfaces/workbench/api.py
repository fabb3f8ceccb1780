"""From a request to its answer: which study, which part of the package, which refusal."""

from __future__ import annotations

import functools
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from optuna_guide.experiments.queue import look
from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import StoreError
from optuna_guide.store.storages import id_of
from optuna_guide.surfaces.workbench import pages, writes
from optuna_guide.surfaces.workbench.experiment_wire import queue_json, report_json
from optuna_guide.surfaces.workbench.queueing import QUEUEING
from optuna_guide.surfaces.workbench.reads import READS, kept_trials, region
from optuna_guide.surfaces.workbench.studies import FRESH
from optuna_guide.surfaces.workbench.wire import Refusal
from optuna_guide.surfaces.workbench.writes import WRITES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from optuna_guide.experiments.report import Report
    from optuna_guide.study.overview import Overview
    from optuna_guide.study.reading import Reading
    from optuna_guide.surfaces.workbench.material import Material
    from optuna_guide.surfaces.workbench.security import Guard
    from optuna_guide.surfaces.workbench.wire import Json


class PageApi:
    """Answers the requests of the pages.

    Args:
        material: What answers are made of.
        guard: Knows the token of the pages, and whether anything may be changed.
    """

    def __init__(self, material: Material, guard: Guard) -> None:
        self._guard = guard
        self.material = material

    def list_page(self) -> bytes | str:
        """The page with all studies; of a single one, the address of its own page."""
        overviews = self.material.studies.overviews()
        if len(overviews) == 1:
            return f"/guide/studies/{overviews[0].study_id}"
        return pages.study_list(overviews)

    def page(self, study_id: int) -> bytes:
        """The page of a study, which says what it waits for while the study is read."""
        values = {
            "token": "" if self._guard.read_only else self._guard.token,
            "read_only": str(self._guard.read_only).lower(),
            "trials": pages.count(self.material.studies.count(study_id)),
            "version": pages.version(),
        }
        return pages.workbench(values, copies=self.material.copies.of(study_id) is not None)

    def studies(self, query: Mapping[str, str]) -> list[Json]:
        """Every study at a glance."""
        return [_overview_json(overview) for overview in self.material.studies.overviews()]

    def reads(self) -> dict[str, Callable[..., Any]]:
        """Last part of the path to what answers it; each takes ``study_id`` and ``query``."""
        return {name: functools.partial(self._read, read) for name, read in READS.items()}

    def writes(self) -> dict[str, Callable[..., Any]]:
        """Last part of the path to what does it; each takes ``study_id`` and ``body``."""
        found = {name: functools.partial(self._write, write) for name, write in WRITES.items()}
        steer = {name: functools.partial(self._steer, write) for name, write in QUEUEING.items()}
        return {**found, **steer, "next_study": self._next_study}

    def _read(
        self, read: Callable[..., Any], study_id: int, query: Mapping[str, str], **path: str
    ) -> Any:
        with self._study(study_id) as reading:
            return read(self.material, reading, query, **path)

    def _write(self, write: Callable[..., None], study_id: int, body: Json) -> Json:
        """Do it, and answer with the region as it is then."""
        with self._changing(study_id) as reading:
            write(reading, body, self.material.columns(reading).declared.space)
        with self._study(study_id) as changed:
            return {
                **region(self.material, changed, {}),
                **kept_trials(self.material, changed, {}),
            }

    def _steer(self, write: Callable[..., Report], study_id: int, body: Json) -> Json:
        """Do it, and answer with what was done, and the queue as it is then."""
        with self._changing(study_id) as reading:
            report = write(reading, body)
        with self._study(study_id) as changed:
            return {**report_json(report), **queue_json(look(changed))}

    def _next_study(self, study_id: int, body: Json) -> Json:
        with self._changing(study_id) as reading:
            guidance = self.material.guidance(reading, (None, None))
            suggested = guidance.region if isinstance(guidance, Guidance) else {}
            space = self.material.columns(reading).declared.space
            created, trials = writes.follow(reading, body, space, suggested)
        copying = self.material.copies.start(created, trials)
        return {"id": id_of(created), "name": created.study_name, **copying.to_json()}

    @contextmanager
    def _study(self, study_id: int, *, fresh: float = FRESH) -> Iterator[Reading]:
        """A study; an error is a refusal where the study is gone, or cannot be read any more."""
        studies = self.material.studies
        reading = studies.read(study_id, fresh=fresh)
        try:
            yield reading
        except (Refusal, StoreError):
            raise
        except Exception:
            studies.read(study_id, fresh=0.0)
            raise

    @contextmanager
    def _changing(self, study_id: int) -> Iterator[Reading]:
        """A study that is about to change: read anew before, and by whoever asks after."""
        try:
            with self._study(study_id, fresh=0.0) as reading:
                yield reading
        except StoreError as error:
            raise Refusal(503, str(error)) from error
        except ValueError as error:
            raise Refusal(400, str(error)[:1000]) from error
        finally:
            self.material.studies.forget(study_id)


def _overview_json(overview: Overview) -> Json:
    changed, head = overview.changed, overview.head
    return {
        "id": overview.study_id,
        "name": overview.name,
        "objectives": overview.objectives,
        "directions": ["maximize" if m else "minimize" for m in overview.maximised],
        "n_trials": overview.n_trials,
        "n_running": overview.n_running,
        "n_waiting": overview.n_waiting,
        "best": overview.best,
        "n_best": overview.n_best,
        "changed": None if changed is None else changed.isoformat(),
        "trust": None if head is None else head.trust,
    }
