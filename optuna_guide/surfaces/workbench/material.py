"""What answers are made of, kept as long as it is true: columns, tables, models, guidances."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from optuna_guide.across.comparison import compare
from optuna_guide.across.transfer import measure_transfer
from optuna_guide.experiments.basis import Basis, read_basis
from optuna_guide.figures.sources import Sources, read_sources
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.fitting import Models
from optuna_guide.store.versions import current_head
from optuna_guide.study.columns import Columns, read_columns
from optuna_guide.study.exploration import Exploration, explore
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.surfaces.workbench import arguments
from optuna_guide.surfaces.workbench.caches import Cache, Locks
from optuna_guide.surfaces.workbench.copies import Copies
from optuna_guide.surfaces.workbench.guidances import Guidances
from optuna_guide.surfaces.workbench.studies import Studies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from optuna.storages import BaseStorage

    from optuna_guide.across.comparison import Comparison
    from optuna_guide.keeping.refit import Asked
    from optuna_guide.study.reading import Reading
    from optuna_guide.study.snapshot import Snapshot

MAX_STUDIES = 8
MAX_MODELS = 6  # one for each study and target
MAX_ANSWERS = 64
PATIENCE = 20.0  # seconds, for the fits of studies that are compared


class Material:
    """Reads and fits for the pages, each thing once.

    Args:
        storage: Where the studies are.
        keep: Whether guidances are kept with their studies.
    """

    def __init__(self, storage: BaseStorage, *, keep: bool) -> None:
        self.studies = Studies(storage)
        self.guidances = Guidances(self._fit, keep=keep, done=self.studies.let_go)
        self.copies = Copies()
        self._columns: dict[int, Columns] = {}
        self._tables: Cache[TrialsTable] = Cache(MAX_STUDIES)
        self._explorations: Cache[Exploration] = Cache(MAX_STUDIES)
        self._bases: Cache[Basis] = Cache(MAX_MODELS)
        self._models: Cache[Models | NotReady] = Cache(MAX_MODELS)
        self._answers: Cache[Any] = Cache(MAX_ANSWERS)
        self._reading = Locks()
        self._lock = threading.Lock()

    def columns(self, reading: Reading) -> Columns:
        """All trials of a study as columns."""
        with self._reading.of(reading.study_id):
            known = self._columns.get(reading.study_id)
            if known is not None and known.tag == reading.tag:
                return known
            found = read_columns(reading, known)
            self._keep_columns(reading, found)
        return found

    def _keep_columns(self, reading: Reading, found: Columns) -> None:
        with self._lock:
            self._columns.pop(reading.study_id, None)
            self._columns[reading.study_id] = found
            for oldest in list(self._columns)[:-MAX_STUDIES]:
                del self._columns[oldest]

    def asked(self, reading: Reading, query: Mapping[str, str]) -> Asked:
        """Target and direction that a query asks for.

        Raises:
            Refusal: 400, if there is no such target.
        """
        return arguments.read_target(
            query, self.columns(reading), current_head(reading.attributes)
        )

    def table(self, reading: Reading) -> TrialsTable:
        """The usable trials of a study."""
        return self._tables.get(
            reading.study_id, lambda: read_trials(reading), state=reading.state
        )

    def exploration(self, reading: Reading) -> Exploration:
        """How the trials of a study came to be."""
        return self._explorations.get(
            reading.study_id, lambda: explore(reading), state=reading.state
        )

    def basis(self, reading: Reading, query: Mapping[str, str]) -> Basis:
        """What experiments with a study rest on; models are fitted when they are asked for first.

        Raises:
            Refusal: 400, if there is no such target.
        """
        columns = self.columns(reading)
        asked, direction = arguments.read_target(query, columns, None)
        name = asked or columns.default_target
        return self._bases.get(
            (reading.study_id, name, direction),
            lambda: read_basis(reading, name or None, direction=direction),
            state=reading.state,
        )

    def guidance(self, reading: Reading, asked: Asked) -> Guidance | NotReady:
        """The guidance that is at hand, or why there is none at the moment."""
        found = self.guidances.current(reading, asked)
        return found if found is not None else NotReady("it is being fitted.", reading.n_finished)

    def sources(self, reading: Reading, asked: Asked, others: Sequence[Reading] = ()) -> Sources:
        """What figures draw of a study, and of others beside it."""
        guidance = self.guidance(reading, asked)
        beside = tuple((one.study_name, self._sources(one, guidance)) for one in others)
        found = replace(self._sources(reading, guidance), beside=beside)
        if not others:
            return found
        return replace(found, read_comparison=lambda: self._compare(guidance, reading, others))

    def _compare(
        self, guidance: Guidance | NotReady, reading: Reading, others: Sequence[Reading]
    ) -> Comparison:
        """What several studies say of the same parameters, once the others are fitted."""
        known = {one.study_name: self._await_guidance(one) for one in others}
        transfers = measure_transfer([reading, *others])
        return compare({reading.study_name: guidance, **known}, transfers)

    def _await_guidance(self, reading: Reading) -> Guidance | NotReady:
        asked, deadline = self.asked(reading, {}), time.monotonic() + PATIENCE
        while (found := self.guidances.current(reading, asked)) is None:
            if time.monotonic() > deadline:
                return self.guidance(reading, asked)
            time.sleep(0.1)
        return found

    def _sources(self, reading: Reading, guidance: Guidance | NotReady) -> Sources:
        return replace(
            read_sources(reading, guidance),
            read_table=lambda: self.table(reading),
            read_exploration=lambda: self.exploration(reading),
            read_models=lambda: self.models(reading, guidance),
        )

    def models(self, reading: Reading, guidance: Guidance | NotReady) -> Models | NotReady:
        """The models that a guidance was read from: those of its fit, or the same anew."""
        if isinstance(guidance, NotReady):
            return guidance
        return self._models.get(
            (reading.identity, guidance.target, guidance.direction, guidance.title),
            lambda: read_sources(reading, guidance).models,
            state=(guidance.n_finished, guidance.seed),
        )

    def _fit(self, reading: Reading, snapshot: Snapshot, asked: Asked) -> Guidance | NotReady:
        """A new guidance of a study; the models that it is read from are kept.

        Who asks afterwards is answered from a reading that knows as many trials.
        """
        from optuna_guide.models.description import describe
        from optuna_guide.models.pipeline import fit_target

        started = time.perf_counter()
        target, direction = asked
        if snapshot.n_finished != reading.n_finished:
            self.studies.forget(reading.study_id)
        models = fit_target(read_trials(snapshot), target=target, direction=direction)
        if isinstance(models, NotReady):
            return models
        guidance = describe(models, started)
        self._models.put(
            (reading.identity, guidance.target, guidance.direction, guidance.title),
            models,
            state=(guidance.n_finished, guidance.seed),
        )
        return guidance

    def answer(self, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
        """An answer that takes long, kept for whoever asks the same."""
        return self._answers.get(key, make)
