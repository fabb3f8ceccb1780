"""Any panel of the package as plotly JSON."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

from optuna_guide import panels
from optuna_guide.guidance import Guidance
from optuna_guide.workbench.wire import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from optuna_guide.exploration import Exploration
    from optuna_guide.guidance import NotReady
    from optuna_guide.guided_sampler.evidence import NarrowingEvidence
    from optuna_guide.trials import TrialsTable

_NOT_OPTIONS = ("guidance", "table", "exploration", "evidence")
_ASKED = ("target", "direction", "known")


def read_options(panel: str, query: Mapping[str, str]) -> dict[str, Any]:
    """Options of a panel from a query: JSON values, or texts where they are no JSON.

    Raises:
        Refusal: 404 if there is no such panel, 400 if it has no such option.
    """
    if panel not in panels.NAMES:
        raise Refusal(
            404, f"There is no panel {panel[:100]!r}; there are {', '.join(panels.NAMES)}."
        )
    parameters = inspect.signature(panels.load(panel).figure).parameters
    known = [name for name in parameters if name not in _NOT_OPTIONS]
    options = {}
    for name, text in query.items():
        if name in _ASKED:
            continue
        if name not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise Refusal(400, f"Panel {panel!r} has no option {name[:100]!r}; {has}.")
        options[name] = _read(text)
    return options


def draw(
    panel: str,
    options: Mapping[str, Any],
    guidance: Guidance | NotReady,
    table: Callable[[], TrialsTable],
    exploration: Callable[[], Exploration],
    evidence: Callable[[], NarrowingEvidence | None],
) -> bytes:
    """A figure as plotly JSON; where there is no guidance, one that says why.

    Args:
        panel: Name of the panel.
        options: Its options.
        guidance: What it draws.
        table: Reads the trials, for panels that show some.
        exploration: Reads how they came to be.
        evidence: Measures whether narrowing helped.

    Raises:
        Refusal: 400, if the options do not fit.
    """
    import pandas  # noqa: F401  # whole: plotly would use what the thread of a fit has half loaded

    from optuna_guide.drawing import theme

    found = panels.load(panel)
    if not isinstance(guidance, Guidance):
        return theme.message(found.TITLE, str(guidance)).to_json(engine="json").encode()
    parameters = inspect.signature(found.figure).parameters
    sources: dict[str, Callable[[], Any]] = {
        "table": table,
        "exploration": exploration,
        "evidence": evidence,
    }
    given = {name: read() for name, read in sources.items() if name in parameters}
    try:
        figure = found.figure(guidance, **given, **options)
    except Exception as error:
        if not options:
            raise
        raise Refusal(400, f"Panel {panel!r} cannot be drawn like that: {error}") from error
    return figure.to_json(engine="json").encode()


def _read(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return tuple(value) if isinstance(value, list) else value
