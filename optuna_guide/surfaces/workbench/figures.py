"""Any panel of the package as plotly JSON."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from optuna_guide.figures import panels
from optuna_guide.guidance import Guidance
from optuna_guide.surfaces.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna_guide.guidance import NotReady

_SOURCES = ("table", "exploration", "evidence", "studies")
_ASKED = ("target", "direction", "known", "studies")


def read_options(panel: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Options of a panel from a query: JSON values, or texts where they are no JSON.

    Raises:
        Refusal: 404 if there is no such panel, 400 if it has no such option.
    """
    known = [name for name in _parameters(panel) if name not in ("guidance", *_SOURCES)]
    options = {}
    for name, text in query.items():
        if name in _ASKED:
            continue
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise Refusal(400, f"Panel {panel!r} has no option {name[:100]!r}; {has}.")
        options[name] = _read(text)
    return options


def sources_of(panel: str) -> list[str]:
    """What a panel draws beside the guidance.

    Raises:
        Refusal: 404 if there is no such panel.
    """
    return [name for name in _parameters(panel) if name in _SOURCES]


def draw(
    panel: str,
    options: Mapping[str, Any],
    guidance: Guidance | NotReady,
    sources: Mapping[str, Callable[[], Any]],
) -> bytes:
    """A figure as plotly JSON; where there is no guidance, one that says why.

    Args:
        panel: Name of the panel.
        options: Its options.
        guidance: What it draws.
        sources: Name to what reads it, of those in `sources_of`.

    Raises:
        Refusal: 400, if the options do not fit.
    """
    import pandas  # noqa: F401  # whole: plotly would use what the thread of a fit has half loaded

    from optuna_guide.figures.drawing import theme

    found = panels.load(panel)
    if not isinstance(guidance, Guidance):
        return theme.message(found.TITLE, str(guidance)).to_json(engine="json").encode()
    given = {name: read() for name, read in sources.items()}
    try:
        figure = found.figure(guidance, **given, **options)
    except Exception as error:
        if not options and "studies" not in given:
            raise
        raise Refusal(400, f"Panel {panel!r} cannot be drawn like that: {error}") from error
    return figure.to_json(engine="json").encode()


def _parameters(panel: str) -> list[str]:
    if panel not in panels.NAMES:
        raise Refusal(
            404, f"There is no panel {panel[:100]!r}; there are {', '.join(panels.NAMES)}."
        )
    return list(inspect.signature(panels.load(panel).figure).parameters)


def _read(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return tuple(value) if isinstance(value, list) else value
