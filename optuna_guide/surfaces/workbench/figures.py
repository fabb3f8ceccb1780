"""Any panel of the package as plotly JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from optuna_guide.figures import panels
from optuna_guide.figures.drawing.look import CARD, Look
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from optuna_guide.figures.sources import Sources

_ASKED = ("target", "direction", "known", "studies", "width")


def read_options(panel: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Options of a panel from a query: JSON values, or texts where they are no JSON.

    Raises:
        Refusal: 404 if there is no such panel.
    """
    if panel not in panels.NAMES:
        raise Refusal(
            404, f"There is no panel {panel[:100]!r}; there are {', '.join(panels.NAMES)}."
        )
    return {name: _read(text) for name, text in query.items() if name not in _ASKED}


def draw(panel: str, options: Mapping[str, Any], sources: Sources, width: int = CARD) -> bytes:
    """A figure as plotly JSON; where there is no guidance, one that says why.

    Args:
        panel: Name of the panel.
        options: Its options.
        sources: What it draws.
        width: Pixels that there are for it.

    Raises:
        Refusal: 400, if the options do not fit.
    """
    import pandas  # noqa: F401  # whole: plotly would use what the thread of a fit has half loaded

    try:
        figure = panels.draw(panel, sources, Look(in_page=True, width=width), **options)
    except Exception as error:
        if not options and not sources.beside:
            raise
        raise Refusal(400, f"Panel {panel!r} cannot be drawn like that: {error}"[:1000]) from error
    return figure.to_json(engine="json").encode()


def _read(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return tuple(value) if isinstance(value, list) else value
