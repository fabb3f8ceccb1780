"""What the views ask, answered in the process of the notebook as a server would.

A kernel that runs a cell hears no questions. So a thread asks the last ones again, as the views
would ask next, and tells what is new.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from optuna_guide.store.attributes import StoreError
from optuna_guide.store.storages import id_of, storage_of
from optuna_guide.surfaces.workbench.api import PageApi
from optuna_guide.surfaces.workbench.material import Material
from optuna_guide.surfaces.workbench.security import Guard
from optuna_guide.surfaces.workbench.wire import Refusal, dumps

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna import Study

EVERY = 2.0  # seconds between two looks


class LocalServer:
    """Answers the questions of the views about one study.

    Args:
        study: The study.
        read_only: Whether changes are refused.
    """

    def __init__(self, study: Study, read_only: bool) -> None:
        self._id = id_of(study)
        self._read_only = read_only
        self._service = PageApi(
            Material(storage_of(study), keep=not read_only), Guard(read_only=read_only)
        )
        self._reads, self._writes = self._service.reads(), self._service.writes()
        self._lock = threading.Lock()
        self._next: dict[str, Any] | None = None

    def answer(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Status and answer, as JSON text, of a question."""
        path, body = str(question.get("path")), question.get("body")
        query = {k: str(v) for k, v in (question.get("query") or {}).items()}
        try:
            found = self._change(path, body) if body is not None else self._read(path, query)
        except Refusal as refusal:
            return {"status": refusal.status, "answer": _text({"error": refusal.message})}
        except StoreError as error:
            return {"status": 503, "answer": _text({"error": str(error)})}
        except Exception as error:
            return {"status": 500, "answer": _text({"error": f"{path} failed: {error!r}"})}
        if path == "trials":
            self._remember(found)
        return {"status": 200, "answer": _text(found)}

    def read_text(self, path: str) -> str:
        """What would be answered at a path without a query, after a change, as JSON text."""
        self._service.material.studies.forget(self._id)
        return _text(self._read(path, {}))

    def news(self) -> dict[str, Any] | None:
        """The trials as the views will ask for them next; None where nothing is new."""
        with self._lock:
            query = self._next
        if query is None:
            return None
        found = self._read("trials", query)
        if found.get("same"):
            return None
        self._remember(found)
        return {"path": "trials", "query": query, "answer": _text(found)}

    def _remember(self, answer: dict[str, Any]) -> None:
        if not answer.get("same"):
            known = {"after": str(answer["settled"]), "known": answer["tag"]}
            with self._lock:
                self._next = known

    def _read(self, path: str, query: Mapping[str, str]) -> Any:
        if path not in self._reads:
            raise Refusal(404, f"There is nothing to ask at {path[:100]!r}.")
        return self._reads[path](study_id=self._id, query=query)

    def _change(self, path: str, body: Any) -> Any:
        if self._read_only:
            raise Refusal(403, "These views are read-only: call explore without read_only=True.")
        if path not in self._writes:
            raise Refusal(404, f"There is nothing to change at {path[:100]!r}.")
        return self._writes[path](study_id=self._id, body=body)


class NewsThread:
    """A thread that tells news until it is stopped, or nobody listens any more.

    Args:
        look: Finds news.
        tell: Tells them; False where nobody listens.
    """

    def __init__(
        self, look: Callable[[], dict[str, Any] | None], tell: Callable[[dict[str, Any]], bool]
    ) -> None:
        self._look, self._tell = look, tell
        self._stopped = threading.Event()
        thread = threading.Thread(target=self._run, name="guide-explore", daemon=True)
        thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                news = self._look()
            except Exception:
                continue  # the next question of the views says what is wrong
            if news is not None and not self._tell(news):
                return


def _text(value: Any) -> str:
    content = value if isinstance(value, bytes) else dumps(value)
    return content.decode("ascii")
