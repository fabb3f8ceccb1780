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
    for name, text in draw_published(study, guidance).items():
        chunks = dict(_chunks(name, text))
        leftover = {key: "" for key in stored if key.startswith(_key(name, ""))}
        wanted |= leftover | chunks
    changed = {key: chunk for key, chunk in wanted.items() if stored.get(key) != chunk}
    for key, chunk in changed.items():
        store.write_attribute(study, key, chunk)
    return len(changed)


def draw_published(study: Study, guidance: Guidance | NotReady) -> dict[str, str]:
    """Plotly JSON of every published panel, in the order in which a page should show them.

    Args:
        study: The study.
        guidance: What is drawn; where there is none yet, every panel says what is missing.
    """
    figures = [_figure(name, k, guidance) for k, name in enumerate(PUBLISHED, start=1)]
    texts = [figure.to_json(engine="json") for figure in figures]  # ASCII: characters are bytes
    return dict(zip(PUBLISHED, texts, strict=True))


def _figure(name: str, number: int, guidance: Guidance | NotReady) -> go.Figure:
    from optuna_guide.drawing import theme

    panel = panels.load(name)
    if isinstance(guidance, Guidance):
        figure = panel.figure(guidance)
    else:
        figure = theme.message(panel.TITLE, str(guidance))
    theme.number_title(figure, number)
    return figure


def _chunks(name: str, text: str) -> Iterator[tuple[str, str]]:
    for i, start in enumerate(range(0, len(text), CHUNK)):
        yield _key(name, str(i)), text[start : start + CHUNK]


def _key(name: str, chunk: str) -> str:
    return f"{PREFIX}{name}:{chunk}"
