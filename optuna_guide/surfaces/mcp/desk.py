"""Where questions are answered: the studies of one storage, each read once while it stays."""

from __future__ import annotations

import functools
import inspect
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import optuna
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent

from optuna_guide.domain.assignments import parse_values
from optuna_guide.experiments.basis import read_basis
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.keeping.refit import read_newest
from optuna_guide.sampling.outlook.process import read_process
from optuna_guide.store.attributes import StoreError
from optuna_guide.study.exploration import explore
from optuna_guide.study.storage_url import StorageUrlError, open_storage
from optuna_guide.surfaces.mcp.sizes import bounded, to_text
from optuna_guide.words.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.storages import BaseStorage

    from optuna_guide.domain.ranges import Region
    from optuna_guide.experiments.basis import Basis
    from optuna_guide.sampling.outlook.process import Process
    from optuna_guide.study.snapshot import Snapshot
    from optuna_guide.words.summary import Summary

T = TypeVar("T")

_TOLD = (StorageUrlError, StoreError, ValueError, optuna.exceptions.OptunaError)


@dataclass(frozen=True, eq=False)
class StudyReading:
    """A study at one moment, and all that follows from it, each when it is first asked for."""

    snapshot: Snapshot
    guidance: Guidance | NotReady

    @cached_property
    def basis(self) -> Basis:
        """The study as experiments see it."""
        return read_basis(self.snapshot)

    @cached_property
    def summary(self) -> Summary:
        """What there is to say without showing trials."""
        return summarise(self.snapshot, self.guidance, explore(self.snapshot))

    @cached_property
    def process(self) -> Process | NotReady:
        """The process that recommends and forecasts.

        Raises:
            ValueError: If the study has several objectives.
        """
        return read_process(self.snapshot)

    @property
    def promising(self) -> Region:
        """Promising ranges; none while the gate is closed."""
        return self.guidance.region if isinstance(self.guidance, Guidance) else {}


class Desk:
    """The studies of one storage, opened once, and the last reading of each.

    Args:
        storage: The storage, or its URL.
        study_name: What is meant where no study is named.
        author: Who is recorded; the client's name where it is empty.
    """

    def __init__(self, storage: str | BaseStorage, study_name: str | None, author: str) -> None:
        self.author = author
        self._name = study_name
        self._storage = open_storage(storage) if isinstance(storage, str) else storage
        self._studies: dict[str, Study] = {}
        self._readings: dict[str, tuple[object, StudyReading]] = {}
        self.lock = threading.RLock()
        if study_name is not None:
            self.study(study_name)  # says what is wrong before a server is started

    def names(self) -> list[str]:
        """All studies of the storage, by name."""
        return sorted(optuna.get_all_study_names(self._storage))

    def study(self, name: str | None) -> Study:
        """The study that is meant.

        Raises:
            ValueError: If it is not clear which one, or there is none.
        """
        names = self.names()
        wanted = name or self._name or (names[0] if len(names) == 1 else None)
        if wanted is None or wanted not in names:
            shown = ", ".join(map(repr, names[:10])) + (", ..." if len(names) > 10 else "")
            what = "Pass `study`" if wanted is None else f"There is no study {wanted!r}"
            raise ValueError(f"{what}: the storage holds {shown or 'none yet'}.")
        if wanted not in self._studies:
            from optuna_guide.sampling.guided.sampler import GuidedSampler

            self._studies[wanted] = optuna.load_study(
                study_name=wanted, storage=self._storage, sampler=GuidedSampler()
            )
        return self._studies[wanted]

    def read(self, name: str | None) -> StudyReading:
        """The study as it is now; the last reading where nothing changed."""
        from optuna_guide.study.snapshot import read_snapshot

        study = self.study(name)
        mark = _mark(read_snapshot(study))
        known = self._readings.get(study.study_name)
        if known is None or known[0] != mark:
            snapshot, guidance = read_newest(study)
            known = (_mark(snapshot), StudyReading(snapshot, guidance))
            self._readings[study.study_name] = known
        return known[1]


def ready(found: T | NotReady, what: str) -> T:
    """What was found.

    Raises:
        ValueError: If there is none yet: says why.
    """
    if isinstance(found, NotReady):
        raise ValueError(f"No {what} yet: {found.reason} Run more trials first.")
    return found


def as_told(params: Mapping[str, Any], space: Mapping[str, BaseDistribution]) -> dict[str, Any]:
    """Values of an agent as Optuna is told them: choices that JSON cannot say came as text.

    Raises:
        ValueError: If a text is no choice.
    """
    found = dict(params)
    for name, value in params.items():
        choices = getattr(space.get(name), "choices", ())
        if isinstance(value, str) and choices and value not in choices:
            found |= parse_values([f"{name}={value}"], space)
    return found


def tool(desk: Desk, function: Callable[..., Any]) -> Callable[..., CallToolResult]:
    """A function as a tool: one at a time, its answer small and typed, its errors told."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> CallToolResult:
        try:
            with desk.lock:
                found = bounded(function(*args, **kwargs))
        except _TOLD as error:
            raise ToolError(str(error)) from error
        text = TextContent(type="text", text=to_text(found))
        return CallToolResult(content=[text], structured_content=found)

    hints = inspect.get_annotations(function, eval_str=True)
    hints["return"] = Annotated[CallToolResult, hints["return"]]
    call.__annotations__ = hints
    signature = inspect.signature(function)
    parameters = [p.replace(annotation=hints[n]) for n, p in signature.parameters.items()]
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=parameters, return_annotation=hints["return"]
    )
    return call


def _mark(snapshot: Snapshot) -> object:
    """What changes whenever an answer would."""
    trials = tuple((t.number, t.state, len(t.params)) for t in snapshot.trials)
    return hash(trials), hash(repr(snapshot.attributes))
