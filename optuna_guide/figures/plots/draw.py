"""How a figure is drawn of a study, of several, or of a guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.figures import panels
from optuna_guide.figures.sources import find_sources, list_studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.guidance import Guidance


def plot(name: str, source: Study | Guidance | Sequence[Study], **options: Any) -> go.Figure:
    """The figure of a panel; a guidance that is not up to date is brought there first."""
    return panels.draw(name, find_sources(source), **options)


def is_several(source: Study | Sequence[Study]) -> bool:
    """Whether it is more than one study."""
    return len(list_studies(source)) > 1
