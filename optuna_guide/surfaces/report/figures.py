"""The panels of the report: drawn, without their heads, or why there is nothing to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optuna_guide.figures import panels
from optuna_guide.figures.drawing import theme
from optuna_guide.figures.drawing.look import Look, Nothing
from optuna_guide.surfaces.report.story import OPTIONS, STORY, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from optuna_guide.figures.sources import Sources
    from optuna_guide.study.exploration import Exploration
    from optuna_guide.surfaces.report.story import Chapter

GROUPED = ("generation", "rung", "bracket")  # orders that only some searches have


@dataclass(frozen=True)
class Drawn:
    """One figure, or why there is none.

    Attributes:
        key: Names it within the report.
        title: Title of the panel.
        how: How to read it, as HTML; names in it are escaped.
        json: What plotly draws; empty where there is nothing to see.
        nothing: Why there is nothing to see, as plain text.
        is_wide: Whether it takes the whole width.
    """

    key: str
    title: str
    is_wide: bool = False
    how: str = ""
    json: str = ""
    nothing: str = ""


@dataclass(frozen=True)
class DrawnChapter:
    """A chapter and its figures."""

    chapter: Chapter
    drawn: tuple[Drawn, ...]


def draw_story(sources: Sources, story: Sequence[Chapter] = STORY) -> tuple[DrawnChapter, ...]:
    """All chapters, in order."""
    return tuple(
        DrawnChapter(c, _beside([d for name in c.panels for d in draw_panel(name, sources)]))
        for c in story
    )


def _beside(drawn: Sequence[Drawn]) -> tuple[Drawn, ...]:
    """Two figures of half the width in a row; one that finds no partner takes all of it."""
    placed: list[Drawn] = []
    alone = None
    for figure in drawn:
        if not figure.json:
            placed.append(figure)
            continue
        if figure.is_wide and alone is not None:
            placed[alone] = replace(placed[alone], is_wide=True)
        alone = None if figure.is_wide or alone is not None else len(placed)
        placed.append(figure)
    if alone is not None:
        placed[alone] = replace(placed[alone], is_wide=True)
    return tuple(placed)


def draw_panel(name: str, sources: Sources) -> Iterator[Drawn]:
    """The panel; a history once for each order that the search has."""
    alone = name == "exploration_comparison" and not sources.beside
    if alone and len(np.unique(sources.exploration.makers)) < 2:
        title = panels.load(name).TITLE
        yield Drawn(name, title, nothing="No two samplers are known that made these trials.")
        return
    yield _draw(name, name, sources, **OPTIONS.get(name, {}))
    if name == "exploration_history":
        for order in GROUPED:
            if _has(sources.exploration, order):
                yield _draw(name, f"{name}-{order}", sources, by=order)


def _draw(name: str, key: str, sources: Sources, **options: Any) -> Drawn:
    panel = panels.load(name)
    found = panels.gather(name, sources, **options)
    title = f"{panel.TITLE} by {options['by']}" if "by" in options else panel.TITLE
    is_wide = name in WIDE
    if isinstance(found, Nothing):
        return Drawn(key, title, is_wide, nothing=found.why)
    figure = panels.show(name, found, Look(has_head=False, in_page=True))
    how = theme.read_aid(panel.HOW, panel.COLOURS)
    return Drawn(key, title, is_wide, how, figure.to_json(engine="json"))


def _has(exploration: Exploration, order: str) -> bool:
    places = getattr(exploration, f"{order}s")
    return len(np.unique(places[~np.isnan(places)])) > 1
