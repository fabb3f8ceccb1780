"""From a request to its answer: which study, which target, which part of the package."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from optuna_guide.workbench import columns, pages
from optuna_guide.workbench.guidances import Guidances
from optuna_guide.workbench.studies import Studies
from optuna_guide.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna.storages import BaseStorage

    from optuna_guide.workbench.columns import Columns
    from optuna_guide.workbench.security import Guard
    from optuna_guide.workbench.studies import Reading
    from optuna_guide.workbench.wire import Json

    Query = Mapping[str, str]

MAX_COLUMNS = 8  # studies whose columns are kept


class Service:
    """Answers the requests of the pages.

    Args:
        storage: Where the studies are.
        guard: Knows the token of the pages, and whether anything may be changed.
    """

    def __init__(self, storage: BaseStorage, guard: Guard) -> None:
        self._guard = guard
        self._studies = Studies(storage)
        self._guidances = Guidances(keep=not guard.read_only)
        self._columns: dict[int, Columns] = {}
        self._lock = threading.Lock()

    def reads(self) -> dict[str, Callable[..., Any]]:
        """Last part of the path to what answers it; each takes ``study_id`` and ``query``."""
        return {"trials": self.trials, "guidance": self.guidance}

    def writes(self) -> dict[str, Callable[..., Any]]:
        """Last part of the path to what does it; each takes ``study_id`` and ``body``."""
        return {}

    def list_page(self) -> bytes:
        """The page with all studies."""
        return pages.study_list(self._studies.names())

    def page(self, study_id: int) -> bytes:
        """The page of a study."""
        reading = self._studies.read(study_id)
        values = {
            "token": "" if self._guard.read_only else self._guard.token,
            "read_only": str(self._guard.read_only).lower(),
            "study_id": study_id,
            "study_name": reading.study.study_name,
            "version": pages.version(),
        }
        return pages.fill(pages.static_file("index.html")[0].decode(), values)

    def studies(self, query: Query) -> list[Json]:
        """Id, name and number of trials of every study."""
        return self._studies.names()

    def trials(self, study_id: int, query: Query) -> Json:
        """All trials, or those from ``after`` on; only the tag where it is ``known``."""
        reading = self._studies.read(study_id)
        found = self._read_columns(reading)
        after, known = _count(query, "after"), query.get("known", "")
        if known == f"{found.epoch}-{found.tag}":
            return {"same": True, "tag": known, "n": len(found)}
        if known and not known.startswith(found.epoch):
            after = 0
        about = {"id": study_id, "name": reading.study.study_name}
        return columns.answer(found, about, after if after <= found.settled else 0)

    def guidance(self, study_id: int, query: Query) -> Json:
        """The guidance for a target, fitted in the background where it is needed."""
        reading = self._studies.read(study_id)
        return self._guidances.answer(
            reading, (query.get("target") or None, None), query.get("known")
        )

    def _read_columns(self, reading: Reading) -> Columns:
        with self._lock:
            known = self._columns.get(reading.study_id)
        if known is not None and known.tag == reading.tag:
            return known
        found = columns.read_columns(reading, known)
        with self._lock:
            self._columns.pop(reading.study_id, None)
            self._columns[reading.study_id] = found
            for oldest in list(self._columns)[:-MAX_COLUMNS]:
                del self._columns[oldest]
        return found


def _count(query: Query, name: str) -> int:
    text = query.get(name, "") or "0"
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise Refusal(400, f"{name} must be a number of trials, not {text[:100]!r}.")
    return int(text)
