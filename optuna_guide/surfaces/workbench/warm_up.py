"""What is likely to be asked for first, read before somebody asks.

Optuna takes half a millisecond to read a trial from a database, and the packages behind a fit take
seconds to load: a server has the time for both between its start and the first page.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import optuna

from optuna_guide.store.versions import current_head
from optuna_guide.surfaces.workbench import pages
from optuna_guide.surfaces.workbench.guidances import DEFAULT
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from optuna_guide.surfaces.workbench.material import Material

MAX_STUDIES = 4
MAX_TRIALS = 10_000  # in all: while Optuna reads a study, pages of other ones wait for theirs
MAX_SECONDS = 10.0  # after which no further study is begun

_logger = optuna.logging.get_logger("optuna.guide")


def start(material: Material) -> None:
    """Warm up in the background; in the process that serves: threads do not survive a fork."""
    threading.Thread(target=warm_up, args=(material,), name="guide-warm-up", daemon=True).start()


def warm_up(material: Material) -> None:
    """Read the newest studies and load what fits need; what fails is left to the pages."""
    try:
        _read_newest(material)
        _load()
    except Refusal:
        return  # the storage is down, and the pages say so
    except Exception as error:
        _logger.warning(f"Warming up failed: {error!r}.")


def _read_newest(material: Material) -> None:
    started, n_trials = time.monotonic(), 0
    for overview in material.studies.overviews()[: -MAX_STUDIES - 1 : -1]:
        n_trials += overview.n_trials or 0
        if n_trials > MAX_TRIALS or time.monotonic() - started > MAX_SECONDS:
            return
        try:
            _read(material, overview.study_id)
        except Refusal:
            continue  # deleted meanwhile


def _read(material: Material, study_id: int) -> None:
    """Read a study, and fit the forest behind its stored guidance; nothing is written."""
    reading = material.studies.read(study_id)
    material.columns(reading)
    head = current_head(reading.attributes)
    if head is not None and head.n_finished >= reading.n_finished:
        material.models(reading, material.guidance(reading, DEFAULT))


def _load() -> None:
    pages.plotly_js()
    import optuna_dashboard  # noqa: F401

    import optuna_guide.models.pipeline  # noqa: F401
