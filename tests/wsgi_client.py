"""A small client of WSGI applications, and the workbench of a study without a dashboard."""

from __future__ import annotations

import base64
import gzip
import io
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from wsgiref.util import setup_testing_defaults

import numpy as np
import numpy.typing as npt
import optuna

from optuna_guide.surfaces.workbench.material import Material
from optuna_guide.surfaces.workbench.security import Guard, guarded
from optuna_guide.surfaces.workbench.server import create_app

ORIGIN = "http://127.0.0.1"
KINDS = {"f64": "<f8", "f32": "<f4", "i32": "<i4", "u8": "u1"}


@dataclass(frozen=True)
class Answer:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """Asks a WSGI application as a page of 127.0.0.1 does.

    Attributes:
        app: The application.
        token: What its pages send along.
        study: Part of the path before the names of the answers.
    """

    def __init__(self, app: Any, token: str = "", study_id: int = 0) -> None:
        self.app = app
        self.token = token
        self.study = f"/guide/api/studies/{study_id}"

    def ask(
        self, method: str, path: str, body: bytes | None = None, **environ: str | None
    ) -> Answer:
        """One request; ``environ`` adds to the WSGI environment, None takes out of it."""
        path, _, query = path.partition("?")
        sent: dict[str, Any] = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1",
        }
        setup_testing_defaults(sent)
        if body is not None:
            sent |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        sent |= {name: value for name, value in environ.items() if value is not None}
        for name in [name for name, value in environ.items() if value is None]:
            sent.pop(name, None)
        seen: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen[:] = [status, headers]
            return lambda _: None

        chunks = self.app(sent, start)
        content = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        headers = {name.lower(): value for name, value in seen[1]}
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(int(seen[0].split()[0]), headers, content)

    def get(self, name: str, **query: Any) -> Answer:
        """An answer about the study; what is no text is sent as JSON."""
        texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in query.items()}
        asked = f"?{urlencode(texts, errors='replace')}" if texts else ""
        return self.ask("GET", f"{self.study}/{quote(name)}{asked}")

    def post(self, name: str, body: Any, **environ: str | None) -> Answer:
        """A change of the study, as the page asks for it."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent: dict[str, str | None] = {
            "HTTP_ORIGIN": ORIGIN,
            "HTTP_X_GUIDE_TOKEN": self.token,
            "CONTENT_TYPE": "application/json",
        }
        return self.ask("POST", f"{self.study}/{name}", content, **(sent | environ))

    def wait_for_guidance(self, **query: Any) -> Any:
        """The guidance once it is fitted, as a page waits for it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            answer = self.get("guidance", **query)
            assert answer.status == 200, answer.text
            if not answer.json["fitting"]:
                return answer.json
            time.sleep(0.05)
        raise TimeoutError("The guidance is not ready after a minute.")


def open_workbench(study: optuna.Study, *, read_only: bool = False) -> Client:
    """The Guide pages of the storage of a study."""
    guard = Guard(read_only=read_only)
    app = create_app(Material(study._storage, keep=not read_only), guard)
    return Client(guarded(app, guard), guard.token, study._study_id)


def decode(column: dict[str, str]) -> npt.NDArray[Any]:
    """The numbers of a column as it was sent."""
    kind = np.dtype(KINDS[column["t"]])
    places = np.frombuffer(base64.b64decode(column["b"]), np.uint8).reshape(kind.itemsize, -1)
    return np.ascontiguousarray(places.T).view(kind)[:, 0]
