"""Panels in the stock optuna-dashboard: small figures in attributes of the study.

The format is that of optuna-dashboard's ``save_plotly_graph_object``, which is not called because
importing the dashboard takes seconds. The dashboard joins the chunks of a panel in order, sends
all panels at every poll, and cannot be told to forget one: the set of ids is fixed, and a panel
without content says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.figures import panels
from optuna_guide.figures.drawing.look import Look, Nothing
from optuna_guide.figures.sources import read_sources
from optuna_guide.guidance import Guidance
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import panel_chunks
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from optuna import Study

    from optuna_guide.figures.sources import Sources
    from optuna_guide.guidance import NotReady
    from optuna_guide.study.snapshot import Snapshot

PUBLISHED = (
    "findings",
    "importance",
    "promising_ranges",
    "effects",
    "trust",
    "parallel_coordinates",
    "exploration_history",
    "diagnostics",
)
CHUNK = 30_000  # characters; JSON within JSON at most doubles them, MySQL keeps 65,535 bytes
N_TRIALS, MIN_TRIALS = 120, 8  # that are drawn: the dashboard sends every panel at every poll
N_AXES, N_ROWS = 8, 3  # parameters in the parallel coordinates, in the history


def publish(study: Study, guidance: Guidance | NotReady) -> int:
    """Show a guidance in the study's page of optuna-dashboard, below "History".

    Only what changed is written. One process at a time should publish a study.

    Args:
        study: The study.
        guidance: What is shown; where there is none yet, every panel says what is missing.

    Returns:
        Number of attributes that were written; 0 where the dashboard shows this already.

    Raises:
        StoreError: If the study's storage refuses.
    """
    snapshot = read_snapshot(study)
    stored = snapshot.attributes
    wanted: dict[str, str] = {}
    for name, text in draw_published(snapshot, guidance).items():
        chunks = dict(_chunks(name, text))
        leftover = {key: "" for key in stored if key.startswith(panel_chunks(name))}
        wanted |= leftover | chunks
    changed = {key: chunk for key, chunk in wanted.items() if stored.get(key) != chunk}
    for key, chunk in changed.items():
        write_attribute(study, key, chunk)
    return len(changed)


def draw_published(snapshot: Snapshot, guidance: Guidance | NotReady) -> dict[str, str]:
    """Plotly JSON of every published panel, in the order in which a page should show them.

    Args:
        snapshot: The study; trials that ended after the fit are not drawn.
        guidance: What is drawn; where there is none yet, every panel says what is missing.
    """
    if isinstance(guidance, Guidance):
        snapshot = snapshot.as_of(guidance.n_finished)
    sources = read_sources(snapshot, guidance)
    return {
        name: _draw_small(name, Look(number, in_page=True), sources)
        for number, name in enumerate(PUBLISHED, start=1)
    }


def _draw_small(name: str, look: Look, sources: Sources) -> str:
    """JSON of a panel, with fewer trials where it would be too long."""
    n = N_TRIALS
    while True:
        try:
            found = panels.gather(name, sources, **_options(name, sources.guidance, n))
        except (KeyError, ValueError) as error:  # a stored guidance of a target that is gone
            found = Nothing(str(error))
        figure = panels.show(name, found, look)
        text: str = figure.to_json(engine="json")  # ASCII, so that characters are bytes
        if len(text) <= CHUNK or n <= MIN_TRIALS:
            return text
        n //= 2


def _options(name: str, guidance: Guidance | NotReady, n: int) -> dict[str, Any]:
    names = [param.name for param in guidance.params] if isinstance(guidance, Guidance) else []
    options: dict[str, dict[str, Any]] = {
        "parallel_coordinates": {"params": names[:N_AXES], "n_lines": n},
        "exploration_history": {"params": names[:N_ROWS], "n_trials": n},
        "findings": {"show": "verdict"},
    }
    return options.get(name, {})


def _chunks(name: str, text: str) -> Iterator[tuple[str, str]]:
    for i, start in enumerate(range(0, len(text), CHUNK)):
        yield f"{panel_chunks(name)}{i}", text[start : start + CHUNK]
