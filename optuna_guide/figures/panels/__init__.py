"""One file per panel, or a folder where its two halves are long; the name is its id.

A panel has ``TITLE``, ``HOW`` (one sentence how to read it), ``COLOURS`` (words of that sentence
that are written in a colour) and two halves. ``gather`` does all the thinking: from `Sources` and
its options it makes a frozen value of numbers and names, or `Nothing`. ``draw`` does all the
plotting, and knows nothing but these numbers.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import TYPE_CHECKING, Any, Protocol, cast

from optuna_guide.figures.drawing.look import Look, Nothing
from optuna_guide.guidance import NotReady

if TYPE_CHECKING:
    from collections.abc import Mapping

    import plotly.graph_objects as go

    from optuna_guide.figures.sources import Sources


class Panel(Protocol):
    """What a file or folder here offers."""

    TITLE: str
    HOW: str
    COLOURS: Mapping[str, str]

    def gather(self, sources: Sources, **options: Any) -> Any:
        """A frozen value with everything that is drawn, or `Nothing`.

        Raises:
            TypeError: If trials are drawn and there is nothing but a guidance.
            ValueError: If the trials do not have the target of the guidance, or an option does
                not fit.
        """

    def draw(self, numbers: Any, look: Look) -> go.Figure:
        """Draw what was gathered."""


NAMES: tuple[str, ...] = tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))
OF_STUDIES = (  # draw several side by side
    "exploration_comparison",
    "importance_across",
    "parallel_comparison",
    "performance_comparison",
    "transfer_matrix",
)


def load(name: str) -> Panel:
    """The panel of that name; plotly is imported here, not before.

    Raises:
        ValueError: If there is no such panel.
    """
    if name not in NAMES:
        raise ValueError(f"There is no panel {name!r}; there are {', '.join(NAMES)}.")
    return cast("Panel", importlib.import_module(f"{__name__}.{name}"))


def draw(name: str, sources: Sources, look: Look | None = None, **options: Any) -> go.Figure:
    """The figure of a panel; where there is nothing to see it says why.

    Args:
        name: The panel.
        sources: What it draws.
        look: What the place where it is shown wants.
        options: See ``gather`` of the panel.

    Raises:
        KeyError, TypeError, ValueError: See `gather`.
    """
    return show(name, gather(name, sources, **options), look or Look())


def gather(name: str, sources: Sources, **options: Any) -> Any:
    """Everything that a panel draws, or `Nothing`.

    Raises:
        KeyError: If an option names a parameter that is not there.
        TypeError: If the panel draws trials and there is nothing but a guidance.
        ValueError: If there is no such panel or option, or the trials do not have the target of
            the guidance.
    """
    known = read_options(name)
    for option in options:
        if option not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            raise ValueError(f"Panel {name!r} has no option {option[:100]!r}; {has}.")
    if sources.beside and name not in OF_STUDIES:
        raise ValueError(f"Panel {name!r} draws no other studies.")
    if isinstance(sources.guidance, NotReady):
        return Nothing(str(sources.guidance))
    return load(name).gather(sources, **options)


def show(name: str, found: Any, look: Look) -> go.Figure:
    """Draw what `gather` found."""
    from optuna_guide.figures.drawing import ink, theme

    panel = load(name)
    if isinstance(found, Nothing):
        figure = theme.say(found, look, panel.TITLE, panel.HOW, panel.COLOURS)
    else:
        figure = panel.draw(found, look)
    return ink.in_page_ink(figure) if look.in_page else figure


def read_options(name: str) -> tuple[str, ...]:
    """Names of the options of a panel.

    Raises:
        ValueError: If there is no such panel.
    """
    parameters = inspect.signature(load(name).gather).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)
