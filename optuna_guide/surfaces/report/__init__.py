"""One HTML file with everything that is known about a study; it works offline and in print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.how import How


def write_report(
    study: Study,
    path: str | os.PathLike[str],
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
) -> Path:
    """Write a report of a study: what to do, why, how far to trust it, how the search went.

    The same trials and the same guidance give the same file, byte by byte.

    Args:
        study: A study, whose guidance is brought up to date first. Where there is none yet, the
            report says what is missing.
        path: The HTML file to write; an existing one is replaced.
        target: What to explain; see `fit_guidance`.
        direction: Which way a user attribute is better.
        context: What nobody would choose; see `fit_guidance`.
        how: How values are given within the context.

    Returns:
        The path.

    Raises:
        ValueError: If the study has no such target or context.
    """
    from optuna_guide.figures.sources import read_sources
    from optuna_guide.guidance import Guidance
    from optuna_guide.keeping.refit import read_fresh
    from optuna_guide.surfaces.export.files import write_whole
    from optuna_guide.surfaces.report.body import write_body
    from optuna_guide.surfaces.report.figures import draw_story
    from optuna_guide.surfaces.report.page import write_page
    from optuna_guide.words.summary import summarise

    snapshot, guidance = read_fresh(
        study, target=target, direction=direction, context=context, how=how
    )
    sources = read_sources(snapshot, guidance)
    summary = summarise(snapshot, guidance, sources.exploration)
    story = draw_story(sources) if isinstance(guidance, Guidance) else ()
    figures = {d.key: d.json for chapter in story for d in chapter.drawn if d.json}
    page = write_page(snapshot.study_name, write_body(summary, story), figures)
    written = Path(path)
    write_whole(written, page)
    return written
