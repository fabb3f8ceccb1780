"""One file per panel; the file name is its id.

A panel has ``TITLE``, ``HOW`` (one sentence how to read it) and a function ``figure``, which
returns a plotly figure for any guidance: where there is nothing to see it says why. A panel with
``USES_TRIALS = True`` shows trials as well: its ``figure`` takes their table, and options.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeGuard, cast

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from optuna_guide.guidance import Guidance
    from optuna_guide.study.table import TrialsTable


class Panel(Protocol):
    """What a file of this folder offers that draws the guidance alone."""

    TITLE: str
    HOW: str

    def figure(self, guidance: Guidance) -> go.Figure:
        """Draw the guidance."""


class TrialsPanel(Protocol):
    """What a file of this folder offers that draws trials of the same study, too."""

    TITLE: str
    HOW: str
    USES_TRIALS: Literal[True]

    def figure(self, guidance: Guidance, table: TrialsTable, **options: Any) -> go.Figure:
        """Draw the trials and what the guidance says about them.

        Raises:
            ValueError: If the table does not have the target of the guidance, or an option does
                not fit.
        """


NAMES: tuple[str, ...] = tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def load(name: str) -> Panel:
    """The panel of that name; plotly is imported here, not before.

    Raises:
        ValueError: If there is no such panel.
    """
    if name not in NAMES:
        raise ValueError(f"There is no panel {name!r}; there are {', '.join(NAMES)}.")
    return cast("Panel", importlib.import_module(f"{__name__}.{name}"))


def uses_trials(panel: Panel) -> TypeGuard[TrialsPanel]:
    """Whether the panel is a `TrialsPanel`: its ``figure`` takes a table of trials as well."""
    return getattr(panel, "USES_TRIALS", False)
