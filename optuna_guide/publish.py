"""Panels in the stock optuna-dashboard: small figures in attributes of the study.

The format is that of optuna-dashboard's ``save_plotly_graph_object``, which is not called because
importing the dashboard takes seconds. The dashboard joins the chunks of a panel in order, sends
all panels at every poll, and cannot be told to forget one: the set of ids is fixed, and a panel
without content says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide import panels, store
from optuna_guide.guidance import Guidance

if TYPE_CHECKING:
    from collections.abc import Iterator

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.guidance import NotReady

PUBLISHED = ("importance", "promising_ranges", "effects", "trust")
PREFIX = "dashboard:plot_data:guide_"  # no further ":": the dashboard splits there
CHUNK = 30_000  # characters; JSON within JSON at most doubles them, MySQL keeps 65,535 bytes


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
    stored = store.read_attributes(study)
    wanted: dict[str, str] = {}
    for number, name in enumerate(PUBLISHED, start=1):
        chunks = dict(_chunks(name, _figure(name, number, guidance)))
        leftover = {key: "" for key in stored if key.startswith(_key(name, ""))}
        wanted |= leftover | chunks
    changed = {key: chunk for key, chunk in wanted.items() if stored.get(key) != chunk}
    for key, chunk in changed.items():
        store.write_attribute(study, key, chunk)
    return len(changed)


def _figure(name: str, number: int, guidance: Guidance | NotReady) -> go.Figure:
    from optuna_guide.drawing import theme

    panel = panels.load(name)
    if isinstance(guidance, Guidance):
        figure = panel.figure(guidance)
    else:
        figure = theme.message(panel.TITLE, str(guidance))
    theme.number_title(figure, number)
    return figure


def _chunks(name: str, figure: go.Figure) -> Iterator[tuple[str, str]]:
    text = figure.to_json(engine="json")  # ASCII, so that characters are bytes
    for i, start in enumerate(range(0, len(text), CHUNK)):
        yield _key(name, str(i)), text[start : start + CHUNK]


def _key(name: str, chunk: str) -> str:
    return f"{PREFIX}{name}:{chunk}"
